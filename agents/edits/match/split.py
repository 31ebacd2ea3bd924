"""A block that several lines may divide: which of them does, told by the file."""

from __future__ import annotations

from dataclasses import replace

from agents.edits.blocks.markers import marker
from agents.edits.match.page import Page
from agents.edits.types import Edit

_PROSE = (".md", ".markdown", ".rst", ".txt", ".adoc")
_SLACK = 2


def undivided(page: Page, edit: Edit, path: str) -> Edit | None:
    """The edit read in the one way in which SEARCH stands in the file; None where no way or several ways do.

    A divider that stays in REPLACE must underline a heading of a document: in code it is a slip of the writer's.
    """
    fitting = [split for split in edit.splits if page.hits("exact", split[0].split("\n")[:-1])]
    if len(fitting) != 1:
        return None
    search, after = fitting[0]
    lines = after.split("\n")[:-1]
    dividers = [at for at, line in enumerate(lines) if _divides(line)]
    if dividers and not path.lower().endswith(_PROSE):
        return None
    if not all(0 < at < len(lines) - 1 and _underlines(lines[at], lines[at - 1]) for at in dividers):
        return None
    return replace(edit, search=search, replace=after, splits=())


def _divides(line: str) -> bool:
    found = marker(line)
    return found is not None and found.kind == "divider"


def _underlines(line: str, heading: str) -> bool:
    return bool(heading.strip()) and abs(len(line.strip()) - len(heading.strip())) <= _SLACK
