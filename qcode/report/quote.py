"""Lines of source as a report quotes them: safe, cut to the room there is, with the place under a caret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.types import Finding
from qcode.report.safe import safe_text
from qcode.report.width import ELLIPSIS, cells

_MOST_LINES = 4
_TAB = 4


@dataclass(frozen=True, slots=True)
class Quoted:
    """One line; `caret` is the cell where the place begins and how many cells it takes."""

    number: int
    text: str
    caret: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    start: int
    end: int


def quoted(finding: Finding, room: int, ellipsis: str = ELLIPSIS) -> list[Quoted]:
    """The first lines of the finding's evidence in at most `room` cells each."""
    return [_drawn(line, room, ellipsis) for line in _dedented(_lines(finding))]


def lines_left_out(finding: Finding) -> int:
    """How many lines of the evidence `quoted` does not show."""
    return max(0, finding.evidence.rstrip("\n").count("\n") + 1 - _MOST_LINES)


def one_line(text: str) -> str:
    """Source text as one safe line, its blanks collapsed."""
    return safe_text(" ".join(text.split()))


def _lines(finding: Finding) -> list[_Line]:
    """The lines with their places; where there are several, all of them are the place and none is marked."""
    texts = [text.rstrip("\r") for text in finding.evidence.rstrip("\n").split("\n")]
    start, end = (finding.columns[0] - 1, finding.columns[1] - 1) if len(texts) == 1 else (0, 0)
    return [_Line(finding.lines[0] + at, text, start, end) for at, text in enumerate(texts[:_MOST_LINES])]


def _dedented(lines: list[_Line]) -> Iterator[_Line]:
    indents = [len(line.text) - len(line.text.lstrip(" \t")) for line in lines if line.text.strip()]
    common = min(indents, default=0)
    for line in lines:
        yield _Line(line.number, line.text[common:], max(0, line.start - common), max(0, line.end - common))


def _drawn(line: _Line, room: int, ellipsis: str) -> Quoted:
    begin = 0
    if line.end > room * 3 // 4:
        begin = max(0, line.start - room // 4)
    parts: list[str] = [ellipsis] if begin else []
    at = cells(ellipsis) if begin else 0
    caret_from = caret_to = None
    for index in range(begin, len(line.text)):
        part = _cells_of(line.text[index], at)
        if at + cells(part) > room - (index + 1 < len(line.text)):
            parts.append(ellipsis)
            break
        if line.start <= index < line.end:
            caret_from = at if caret_from is None else caret_from
            caret_to = at + cells(part)
        parts.append(part)
        at += cells(part)
    caret = None if caret_from is None or caret_to is None else (caret_from, caret_to - caret_from)
    return Quoted(line.number, "".join(parts), caret)


def _cells_of(character: str, at: int) -> str:
    return " " * (_TAB - at % _TAB) if character == "\t" else safe_text(character)
