"""The report as Markdown that a forge shows as a comment: nothing of the repository becomes a link, tag or mention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from indexer.languages import language_of
from indexer.types import Finding, Related
from qcode.report.quote import lines_left_out, one_line, quoted
from qcode.report.receipt import looked_at, places_of, sides, summary, took, unlisted, unlooked, what_happened
from qcode.report.safe import readable_path, safe_text
from qcode.report.types import Report
from qcode.report.versions import fitted
from qcode.report.width import cropped

_WIDEST_LINE = 200
_MOST_CALLERS = 3
_APART = "\u200b"
"""Between the signs of a mention, reference or address, where it stops a forge from acting on them."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>#!|~&]")
_LINE_START = re.compile(r"^(\s*\d*)([-+./)=])")
_ACTING = re.compile(r"(@)(?=[\w-])|(://)|(\bwww\.)|(\bGH-)(?=\d)|(mailto:)", re.IGNORECASE)
_REFERENCE = re.compile(r"[#!$%~&](?=[\w\"])")
_CODE = re.compile(r"`([^`]+)`")


def markdown(report: Report) -> str:
    """The report, a line break at its end."""
    return "\n".join(_report(report)).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line; mentions, references, addresses, links and HTML do nothing."""
    safe = _SPECIAL.sub(r"\\\g<0>", safe_text(text))
    safe = _LINE_START.sub(r"\1\\\2", safe)
    safe = _REFERENCE.sub(lambda match: match.group() + _APART, safe)
    return _ACTING.sub(lambda match: match.group() + _APART, safe)


def code(text: str) -> str:
    """Text as a code span, fenced by more backticks than it holds."""
    safe = safe_text(text)
    fence = "`" * (_longest_run(safe) + 1)
    blank = " " if safe.startswith(("`", " ")) or safe.endswith(("`", " ")) else ""
    return f"{fence}{blank}{safe or ' '}{blank}{fence}"


def block(lines: list[str], language: str = "") -> list[str]:
    """Lines as a fenced block, the fence longer than any run of backticks in them."""
    fence = "`" * max(3, _longest_run("\n".join(lines)) + 1)
    return [fence + language, *lines, fence]


def prose(text: str) -> str:
    """A sentence of ours: names between backticks become code, all else is escaped."""
    parts = _CODE.split(text)
    return "".join(code(part) if at % 2 else escaped(part) for at, part in enumerate(parts))


def _report(report: Report) -> Iterator[str]:
    base, head = sides(report)
    yield f"### qcode review: {_verdict(report)}"
    yield ""
    yield f"{_side(base)} → {_side(head)} · {looked_at(report)}{took(report)}"
    yield ""
    shown: set[tuple[Related, ...] | str] = set()
    for path, findings in groupby(report.listed, key=lambda finding: finding.path):
        yield f"#### {code(readable_path(path))}"
        yield ""
        for finding in findings:
            yield from _finding(finding, shown)
    for notice in report.done.notices:
        yield from (prose(notice), "")
    yield from _hidden(report)
    yield from _not_looked_at(report)


def _verdict(report: Report) -> str:
    if report.done.files == 0:
        return "nothing to review"
    return ", ".join(f"{count} {severity}" for severity, count in report.counts.items()) or "no findings"


def _side(name: str) -> str:
    return name if " " in name else code(name)


def _finding(finding: Finding, shown: set[tuple[Related, ...] | str]) -> Iterator[str]:
    where = f"line {finding.lines[0]}" + (" of the base" if finding.side == "base" else "")
    doubt = "" if finding.confidence == "resolved" else f" ({finding.confidence} name)"
    yield f"**{finding.severity}** · {where} · {code(finding.rule)}{doubt}"
    yield ""
    yield f"**{prose(finding.title)}**"
    yield ""
    yield from block([line.text for line in quoted(finding, _WIDEST_LINE)], _language(finding.path))
    left = lines_left_out(finding)
    if left:
        yield f"… {left} more lines"
    yield ""
    told = f"{finding.title}\0{finding.why}"
    if finding.why and told not in shown:
        shown.add(told)
        yield from (prose(finding.why), "")
    yield from _definition(finding, shown)
    yield from _callers(finding)
    if finding.suggestion:
        yield from (f"Suggestion: {prose(finding.suggestion)}", "")


def _definition(finding: Finding, shown: set[tuple[Related, ...] | str]) -> Iterator[str]:
    places = tuple(one for one in finding.related if one.role in ("before", "definition"))
    if not places:
        return
    changed = any(one.role == "before" for one in places)
    where = ", ".join(places_of(places))
    if places in shown:
        yield from (f"{what_happened(places).capitalize()}, {where} (shown above).", "")
        return
    shown.add(places)
    yield f"{what_happened(places).capitalize()}, {where}:"
    yield ""
    signs = {"before": "- ", "definition": "+ "} if changed else {"definition": ""}
    ordered = sorted(places, key=lambda one: one.role != "before")
    texts = fitted([one_line(one.text) for one in ordered], _WIDEST_LINE)
    yield from block(
        [signs[one.role] + text for one, text in zip(ordered, texts, strict=True)],
        "diff" if changed else _language(places[0].path),
    )
    yield ""


def _callers(finding: Finding) -> Iterator[str]:
    callers = [one for one in finding.related if one.role == "caller"]
    for one in callers[:_MOST_CALLERS]:
        yield f"- also {_place(one)}: {code(cropped(one_line(one.text), _WIDEST_LINE))}"
    if len(callers) > _MOST_CALLERS:
        yield f"- and {len(callers) - _MOST_CALLERS} more places"
    if callers:
        yield ""


def _hidden(report: Report) -> Iterator[str]:
    if told := unlisted(report):
        yield from (f"{told} not listed; `--all` lists them.", "")


def _not_looked_at(report: Report) -> Iterator[str]:
    entries = summary(unlooked(report))
    if not entries:
        return
    yield from ("Not read, or not searched for callers:", "")
    for count, why, names in entries:
        yield f"- {count} × {escaped(why)}" + (f": {escaped(names)}" if names else "")


def _place(one: Related) -> str:
    return f"{code(readable_path(one.path))} line {one.lines[0]}"


def _language(path: str) -> str:
    return language_of(path) or ""


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
