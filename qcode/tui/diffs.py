"""A unified diff as rows of a listing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qcode.tui.safe import lines_of

Role = Literal["", "added", "removed", "heading", "path", "marked"]
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_ROLES: dict[str, Role] = {"+": "added", "-": "removed"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a listing, safe to draw."""

    text: str
    role: Role = ""
    number: str = ""


def rows_of(diff: str) -> list[Row]:
    """The rows of a unified diff. Inside a hunk only its own count of lines says where it ends: `--- x` may be code."""
    return list(_rows(lines_of(diff.removesuffix("\n")))) if diff else []


def counts(diff: str) -> tuple[int, int]:
    """How many lines a diff adds and removes."""
    roles = [row.role for row in rows_of(diff)]
    return roles.count("added"), roles.count("removed")


def _rows(lines: list[str]) -> Iterator[Row]:
    old = new = 0
    for line in lines:
        if found := _HUNK.match(line) if old <= 0 and new <= 0 else None:
            old, new = (int(count or 1) for count in found.groups())
            yield Row(line, "heading")
        elif (old > 0 or new > 0) and not line.startswith("\\"):
            old -= not line.startswith("+")
            new -= not line.startswith("-")
            yield Row(line, _ROLES.get(line[:1], ""))
        else:
            yield Row(line, "path" if line.startswith(("--- ", "+++ ")) else "")
