"""The report as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from indexer.types import Finding, Related, Severity, Skipped
from qcode.report.colour import Style
from qcode.report.groups import Block, Entry, blocks, definition_of
from qcode.report.quote import Quoted, lines_left_out, one_line, quoted
from qcode.report.receipt import looked_at, number, places_of, sides, summary, took, unlisted, unlooked, what_happened
from qcode.report.safe import readable_path, safe_text
from qcode.report.types import Report, rank
from qcode.report.versions import fitted
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
_MOST_QUOTED = 5
_MOST_DEFINITION_LINES = 4


def text(report: Report, style: Style) -> str:
    """The report, a line break at its end."""
    return "\n".join(_report(report, style)) + "\n"


def _report(report: Report, style: Style) -> Iterator[str]:
    base, head = sides(report)
    yield f"{style.paint('name', 'qcode review')}  {base} {style.glyph('→', '->')} {head}"
    yield ""
    told: set[str] = set()
    for block in blocks(report.listed):
        yield from _block(block, style, told)
    yield from _receipt(report, style)


def _block(block: Block, style: Style, told: set[str]) -> Iterator[str]:
    if block.path is not None:
        yield _path(block.path, style)
    elif block.definition:
        yield from _definition(block.definition, style)
        yield ""
    else:
        yield f"in {len({one.path for one in block.findings})} files"
    for entry in block.entries:
        if block.path is not None and len(entry.findings) == 1:
            yield from _finding(entry, style, told)
        else:
            yield from _places(entry, block, style, told)
        yield ""


def _finding(entry: Entry, style: Style, told: set[str]) -> Iterator[str]:
    """One finding under the name of its file, with the definition that only this one is about."""
    finding = entry.first
    yield from _statement(entry, f"line {finding.lines[0]}", style)
    yield from _source(finding, style, len(_INDENT), len(str(finding.lines[1])))
    yield from _explanation(entry.why, style, told)
    if places := definition_of(finding):
        yield from _definition(places, style, _INDENT)
    yield from _ending(finding, style)


def _places(entry: Entry, block: Block, style: Style, told: set[str]) -> Iterator[str]:
    """What is wrong, once, and every place where it is."""
    yield from _statement(entry, number(len(entry.findings), "place"), style)
    yield from _explanation(entry.why, style, told)
    numbers = len(str(max(finding.lines[1] for finding in entry.findings)))
    for path, of_file in groupby(entry.findings, key=lambda finding: finding.path):
        findings = list(of_file)
        most = _MOST_QUOTED if len(findings) > _MOST_QUOTED + 1 else len(findings)
        if path != block.path:
            yield _INDENT + _path(path, style, len(_INDENT))
        for earlier, finding in pairwise((None, *findings[:most])):
            if earlier and earlier.lines[0] != earlier.lines[1]:
                yield f"{_INDENT}  {' ' * numbers} {_bar(style)}"
            if finding:
                yield from _source(finding, style, len(_INDENT) + 2, numbers)
                yield from _paragraph(entry.rest(finding), style, len(_INDENT) + 2)
        yield from _more_lines(findings[most:], style)
    yield from _ending(entry.first, style)


def _more_lines(findings: Iterable[Finding], style: Style) -> Iterator[str]:
    """The places of a file that are not quoted, by their lines."""
    if lines := [str(finding.lines[0]) for finding in findings]:
        for line in wrapped(f"and lines {', '.join(lines)}", style.width - len(_INDENT) - 2):
            yield f"{_INDENT}  {style.paint('dim', line)}"


def _statement(entry: Entry, where: str, style: Style) -> Iterator[str]:
    finding = entry.first
    mark = f"{style.glyph(*_MARKS[finding.severity])} {finding.severity:<8}"
    where += " of the base" if finding.side == "base" else ""
    doubt = "" if finding.confidence == "resolved" else f"  ({finding.confidence} name)"
    start = f"  {mark} {where:<10} "
    rule = cropped(safe_text(finding.rule) + doubt, style.width - cells(start), _ellipsis(style))
    yield start.replace(mark, style.paint(finding.severity, mark)) + style.paint("dim", rule)
    for line in wrapped(safe_text(finding.title), style.width - len(_INDENT)):
        yield _INDENT + style.paint("name", line)


def _explanation(why: str, style: Style, told: set[str]) -> Iterator[str]:
    """What was explained once is not explained at every further place."""
    if why not in told:
        told.add(why)
        yield from _paragraph(why, style, len(_INDENT))


def _ending(finding: Finding, style: Style) -> Iterator[str]:
    yield from _callers(finding, style)
    if finding.suggestion:
        yield from _paragraph(f"Suggestion: {finding.suggestion}", style, len(_INDENT))


def _paragraph(text: str, style: Style, indent: int) -> Iterator[str]:
    return (" " * indent + line for line in wrapped(safe_text(text), style.width - indent))


def _path(path: str, style: Style, indent: int = 0) -> str:
    """The path; a line that begins with `::` is a command to whoever runs a workflow, and no path may be one."""
    name = f"./{readable_path(path)}" if path.lstrip().startswith("::") else readable_path(path)
    return style.paint("path", cropped(name, style.width - indent, _ellipsis(style)))


def _source(finding: Finding, style: Style, indent: int, numbers: int) -> Iterator[str]:
    """The lines of the finding; the numbers before them take `numbers` cells."""
    start, blank = " " * indent, " " * numbers
    bar = _bar(style)
    for line in quoted(finding, style.width - indent - numbers - 3, _ellipsis(style)):
        yield f"{start}{style.paint('dim', f'{line.number:>{numbers}}')} {bar} {line.text}".rstrip()
        if line.caret:
            yield f"{start}{blank} {bar} {_caret(line, style)}"
    left = lines_left_out(finding)
    if left:
        yield f"{start}{blank} {bar} {style.paint('dim', f'{_ellipsis(style)} {left} more lines')}"


def _bar(style: Style) -> str:
    return style.paint("dim", style.glyph("│", "|"))


def _caret(line: Quoted, style: Style) -> str:
    offset, length = line.caret or (0, 0)
    return " " * offset + style.paint("caret", "^" * length)


def _definition(places: tuple[Related, ...], style: Style, indent: str = "") -> Iterator[str]:
    """Where a definition stood and stands, and its text before and after."""
    changed = any(one.role == "before" for one in places)
    entry = cropped(
        f"{what_happened(places)}  {', '.join(places_of(places))}", style.width - len(indent), _ellipsis(style)
    )
    yield indent + style.paint("dim" if indent else "path", entry)
    room = style.width - len(indent) - 4
    ordered = sorted(places, key=lambda place: place.role != "before")
    texts = fitted([one_line(one.text) for one in ordered], room * (_MOST_DEFINITION_LINES - 1), _ellipsis(style))
    for one, text in zip(ordered, texts, strict=True):
        role, sign = ("removed", style.glyph("−", "-")) if one.role == "before" else ("added", "+")
        sign = sign if changed else " "
        for line in wrapped(text, room):
            yield f"{indent}  " + (style.paint(role, f"{sign} {line}") if changed else f"{sign} {line}")
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
