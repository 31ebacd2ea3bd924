"""The report as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from indexer.types import Finding, Related, Severity, Skipped
from qcode.report.colour import Style
from qcode.report.quote import Quoted, lines_left_out, one_line, quoted
from qcode.report.receipt import looked_at, places_of, sides, summary, took, unlisted, unlooked, what_happened
from qcode.report.safe import readable_path, safe_text
from qcode.report.types import Report, rank
from qcode.report.width import ELLIPSIS, cells, cropped, wrapped

_MARKS: dict[Severity, tuple[str, str]] = {
    "critical": ("✖", "X"),
    "high": ("✖", "X"),
    "medium": ("▲", "!"),
    "low": ("●", "-"),
    "info": ("·", "."),
}
_INDENT = " " * 4
_MOST_CALLERS = 3


def text(report: Report, style: Style) -> str:
    """The report, a line break at its end."""
    return "\n".join(_report(report, style)) + "\n"


def _report(report: Report, style: Style) -> Iterator[str]:
    base, head = sides(report)
    yield f"{style.paint('name', 'qcode review')}  {base} {style.glyph('→', '->')} {head}"
    yield ""
    shown: set[tuple[Related, ...] | str] = set()
    for path, findings in groupby(report.listed, key=lambda finding: finding.path):
        yield style.paint("path", cropped(readable_path(path), style.width, _ellipsis(style)))
        for finding in findings:
            yield from _finding(finding, style, shown)
            yield ""
    yield from _receipt(report, style)


def _finding(finding: Finding, style: Style, shown: set[tuple[Related, ...] | str]) -> Iterator[str]:
    yield _heading(finding, style)
    room = style.width - len(_INDENT)
    for line in wrapped(safe_text(finding.title), room):
        yield _INDENT + style.paint("name", line)
    yield from _source(finding, style)
    # What was explained once is not explained at every further place.
    told = f"{finding.title}\0{finding.why}"
    if told not in shown:
        shown.add(told)
        for line in wrapped(safe_text(finding.why), room):
            yield _INDENT + line
    yield from _definition(finding, style, shown)
    yield from _callers(finding, style)
    if finding.suggestion:
        for line in wrapped("Suggestion: " + safe_text(finding.suggestion), room):
            yield _INDENT + line


def _heading(finding: Finding, style: Style) -> str:
    mark = f"{style.glyph(*_MARKS[finding.severity])} {finding.severity:<8}"
    where = f"line {finding.lines[0]}" + (" of the base" if finding.side == "base" else "")
    doubt = "" if finding.confidence == "resolved" else f"  ({finding.confidence} name)"
    start = f"  {mark} {where:<10} "
    rule = cropped(safe_text(finding.rule) + doubt, style.width - cells(start), _ellipsis(style))
    return start.replace(mark, style.paint(finding.severity, mark)) + style.paint("dim", rule)


def _source(finding: Finding, style: Style) -> Iterator[str]:
    numbers = len(str(finding.lines[1]))
    bar = style.paint("dim", style.glyph("│", "|"))
    room = style.width - len(_INDENT) - numbers - 3
    for line in quoted(finding, room, _ellipsis(style)):
        number = style.paint("dim", f"{line.number:>{numbers}}")
        yield f"{_INDENT}{number} {bar} {line.text}".rstrip()
        if line.caret:
            yield f"{_INDENT}{' ' * numbers} {bar} {_caret(line, style)}"
    left = lines_left_out(finding)
    if left:
        yield f"{_INDENT}{' ' * numbers} {bar} {style.paint('dim', f'{_ellipsis(style)} {left} more lines')}"


def _caret(line: Quoted, style: Style) -> str:
    offset, length = line.caret or (0, 0)
    return " " * offset + style.paint("caret", "^" * length)


def _definition(finding: Finding, style: Style, shown: set[tuple[Related, ...] | str]) -> Iterator[str]:
    places = tuple(one for one in finding.related if one.role in ("before", "definition"))
    if not places:
        return
    where = ", ".join(places_of(places))
    changed = any(one.role == "before" for one in places)
    seen = "  (shown above)" if places in shown else ""
    entry = cropped(f"{what_happened(places)}  {where}{seen}", style.width - len(_INDENT), _ellipsis(style))
    yield _INDENT + style.paint("dim", entry)
    if seen:
        return
    shown.add(places)
    room = style.width - len(_INDENT) - 4
    for one in sorted(places, key=lambda place: place.role != "before"):
        role, sign = ("removed", style.glyph("−", "-")) if one.role == "before" else ("added", "+")
        sign = sign if changed else " "
        for line in wrapped(one_line(one.text), room)[:4]:
            yield f"{_INDENT}  " + (style.paint(role, f"{sign} {line}") if changed else f"{sign} {line}")
            sign = " "


def _callers(finding: Finding, style: Style) -> Iterator[str]:
    callers = [one for one in finding.related if one.role == "caller"]
    for one in callers[:_MOST_CALLERS]:
        entry = f"also  {_place(one)}  {one_line(one.text)}"
        yield _INDENT + style.paint("dim", cropped(entry, style.width - len(_INDENT), _ellipsis(style)))
    if len(callers) > _MOST_CALLERS:
        yield _INDENT + style.paint("dim", f"and {len(callers) - _MOST_CALLERS} more places")


def _receipt(report: Report, style: Style) -> Iterator[str]:
    yield from _headline(report, style)
    if report.done.files:
        for line in wrapped(f"{looked_at(report)}{took(report)}", style.width):
            yield style.paint("dim", line)
    for notice in report.done.notices:
        yield from wrapped(safe_text(notice), style.width)
    yield from _not_looked_at(unlooked(report), style)


def _headline(report: Report, style: Style) -> Iterator[str]:
    listed = {
        severity: count for severity, count in report.counts.items() if rank(severity) >= rank(report.listed_from)
    }
    counted = ", ".join(style.paint(severity, f"{count} {severity}") for severity, count in listed.items())
    yield counted or style.paint("good", "no findings" if report.done.files else "nothing to review")
    if told := unlisted(report):
        yield style.paint("dim", f"{told} not listed; --all lists them")


def _not_looked_at(skipped: Iterable[Skipped], style: Style) -> Iterator[str]:
    lines = summary(skipped)
    if not lines:
        return
    yield "not read, or not searched for callers:"
    widest = max(len(str(count)) for count, _, _ in lines)
    for count, why, names in lines:
        entry = f"  {count:>{widest}}  {why}" + (f": {names}" if names else "")
        first, *rest = wrapped(entry.lstrip(), style.width - 2) or [""]
        yield style.paint("dim", f"  {' ' * (widest - len(str(count)))}{first}")
        for line in rest:
            yield style.paint("dim", " " * (widest + 4) + line)


def _place(one: Related) -> str:
    return f"{readable_path(one.path)}:{one.lines[0]}"


def _ellipsis(style: Style) -> str:
    return style.glyph(ELLIPSIS, "...")
