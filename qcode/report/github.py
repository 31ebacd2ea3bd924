"""The report as workflow commands: annotations that a run of GitHub Actions shows at the changed lines."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

from indexer.types import Finding, Severity
from qcode.hidden import is_hidden
from qcode.report.receipt import number, summary, unlisted, unlooked
from qcode.report.region import region_of
from qcode.report.safe import safe_text
from qcode.report.types import Report, rank

MOST_OF_A_KIND = 10
"""Annotations of each kind that the service shows of one step."""
_LONGEST_MESSAGE = 4_000
_KINDS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "notice",
    "info": "notice",
}
_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def github(report: Report) -> str:
    """One command a line, the worst first; then, as lines for the log, what is not annotated and what was skipped."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    given: Counter[str] = Counter()
    for finding in sorted(report.listed, key=lambda one: -rank(one.severity)):
        kind = _KINDS[finding.severity]
        given[kind] += 1
        if given[kind] <= MOST_OF_A_KIND:
            yield _command(finding, kind)
    counted = ", ".join(f"{count} {severity}" for severity, count in report.counts.items())
    yield f"qcode: {counted or ('no findings' if report.done.files else 'nothing to review')}"
    for kind, count in given.items():
        if count > MOST_OF_A_KIND:
            more = f"{number(count - MOST_OF_A_KIND, 'finding')} more would be {kind}s"
            yield f"qcode: {more}; {MOST_OF_A_KIND} are shown, and the other formats have them all"
    if told := unlisted(report):
        yield f"qcode: {told} not listed; --all lists them"
    for count, why, _ in summary(unlooked(report)):
        yield f"qcode: not read, or not searched for callers: {count}, {_log_line(why)}"
    for notice in report.done.notices:
        yield f"qcode: {_log_line(notice)}"


def _command(finding: Finding, kind: str) -> str:
    properties = {"file": _path(finding.path), **_place(finding), "title": safe_text(finding.rule)}
    written = ",".join(f"{name}={value.translate(_IN_PROPERTIES)}" for name, value in properties.items())
    return f"::{kind} {written}::{_message(finding).translate(_IN_MESSAGES)}"


def _place(finding: Finding) -> dict[str, str]:
    """What is no more at head has no line there."""
    if finding.side == "base":
        return {}
    region = region_of(finding, "utf-16")
    place = {"line": str(region.start_line), "endLine": str(region.end_line)}
    if region.start_line == region.end_line:
        place |= {"col": str(region.start_column), "endColumn": str(region.end_column)}
    return place


def _message(finding: Finding) -> str:
    was = f"It was in line {finding.lines[0]} before the change." if finding.side == "base" else ""
    parts = (finding.title, was, finding.why, finding.suggestion)
    return "\n".join(safe_text(part) for part in parts if part)[:_LONGEST_MESSAGE]


def _path(path: str) -> str:
    """The path as the service knows it: line ends are escaped later, what a terminal would obey is made visible."""
    decoded = os.fsencode(path).decode("utf-8", "surrogateescape")
    return "".join(one if one in "\r\n" or not is_hidden(one) else safe_text(one) for one in decoded)


def _log_line(text: str) -> str:
    """Text for the log in which a runner finds no command of the older notation, which may begin anywhere."""
    return safe_text(text).replace("##[", "# #[")
