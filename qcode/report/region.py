"""Where in its file a finding stands, in the units that other programs count columns in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from indexer.types import Finding
from qcode.report.rules import ANY_SECRET

Unit = Literal["utf-8", "utf-16"]
_BYTES_A_UNIT: dict[Unit, int] = {"utf-8": 1, "utf-16": 2}
_CODEC: dict[Unit, str] = {"utf-8": "utf-8", "utf-16": "utf-16-le"}


@dataclass(frozen=True, slots=True)
class Region:
    """A place in a file: lines 1-based and inclusive, columns 1-based, the end column exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


def region_of(finding: Finding, unit: Unit) -> Region:
    """What a reader has to look at: the name or token, or all the lines where the finding marks none.

    Columns of a finding over several lines are those of its first line, where the name stands.
    """
    lines = finding.evidence.split("\n")
    first, last = lines[0].rstrip("\r"), lines[-1].rstrip("\r")
    start, end = finding.columns
    if end <= start:
        top, bottom = finding.lines
        whole = last if top + len(lines) - 1 == bottom else ""
        return Region(top, 1, bottom, _column(whole, len(whole) + 1, unit))
    begin = _column(first, start, unit)
    if finding.rule.startswith(ANY_SECRET):  # its evidence leaves the middle out, and a secret is ASCII
        return Region(finding.lines[0], begin, finding.lines[0], begin + end - start)
    return Region(finding.lines[0], begin, finding.lines[0], _column(first, end, unit))


def _column(line: str, column: int, unit: Unit) -> int:
    """A 1-based column of characters in units; behind the end of the line every column is one unit wide."""
    before = line[: column - 1]
    units = len(before.encode(_CODEC[unit], "surrogatepass")) // _BYTES_A_UNIT[unit]
    return units + (column - 1 - len(before)) + 1
