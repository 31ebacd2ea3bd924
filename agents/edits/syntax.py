"""Files that parsed before an edit and do not after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.edits.types import FileChange
from indexer.languages import language_of
from indexer.types import Outline, Unparsed

_BEFORE, _AFTER = "before ", "after "


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that would no longer parse: the first place, 1-based. `was_whole`: it is no new file."""

    path: str
    line: int
    text: str
    was_whole: bool

    @property
    def sentence(self) -> str:
        told = "parsed before these edits and does not after them" if self.was_whole else "is new and does not parse"
        quoted = f", near `{self.text.strip()}`" if self.text.strip() else ""
        return f"{self.path} {told}: line {self.line}{quoted}."


def broken(changes: Sequence[FileChange]) -> tuple[Broken, ...]:
    """The files of these changes that would be broken, in order. A ToolProblem where no parser can be started."""
    texts = []
    for change in changes:
        language = language_of(change.after.path, (change.after.data or b"")[:200])
        if language is None or change.after.data is None:
            continue
        texts.append((_AFTER + change.after.path, language, change.after.data))
        if change.before.data is not None:
            texts.append((_BEFORE + change.after.path, language, change.before.data))
    if not texts:
        return ()
    from indexer.outline.parser import Parser, Source

    with Parser() as parser:
        outlines = dict(parser.outlines(Source(*one) for one in texts))
    paths = [key.removeprefix(_AFTER) for key, _, _ in texts if key.startswith(_AFTER)]
    return tuple(one for path in paths if (one := _judged(path, outlines)))


def _judged(path: str, outlines: dict[str, Outline | Unparsed]) -> Broken | None:
    before, after = outlines.get(_BEFORE + path), outlines[_AFTER + path]
    if not isinstance(after, Outline) or not after.issue_count:
        return None
    if before is not None and (not isinstance(before, Outline) or before.issue_count):
        return None
    first = after.issues[0] if after.issues else None
    return Broken(path, first.line if first else 1, first.text if first else "", before is not None)
