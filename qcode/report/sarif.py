"""The report as a SARIF 2.1.0 log, as code-scanning services read it."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from indexer.types import Finding, Related, Severity
from qcode import __version__
from qcode.output import MEANING, Exit, as_json
from qcode.report.json import safe_surrogates
from qcode.report.region import Region, region_of
from qcode.report.rules import RULES, Rule, rule_of
from qcode.report.safe import safe_text
from qcode.report.types import HELD_BACK, Report, rank

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
MOST_BYTES = 10_000_000
"""What a service accepts: results in a run, and bytes of a log that is compressed with gzip."""
_MOST_RELATED = 100
_MOST_NOTIFICATIONS = 1_000
_LONGEST_MESSAGE = 4_000
_HEAD, _BASE = "%SRCROOT%", "%BASEROOT%"
_LEVELS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_ROLES = {"before": "the definition as it was", "definition": "the definition", "caller": "another use"}
_LINK = re.compile(r"\](?=\()")

Json = dict[str, Any]


def sarif(report: Report, most_bytes: int = MOST_BYTES) -> str:
    """The log as a line of JSON, a line break at its end; the worst findings where a service would not take all."""
    worst_first = sorted(report.findings, key=lambda finding: -rank(finding.severity))
    kept, snippets = worst_first[:MOST_RESULTS], True
    while True:
        text = as_json(_log(report, kept, snippets)) + "\n"
        if not kept or len(text) <= most_bytes or len(gzip.compress(text.encode())) <= most_bytes:
            return text
        if snippets:
            snippets = False
        else:
            kept = kept[: len(kept) // 2]


def uri(path: str) -> str:
    """The path as a reference relative to the root, whatever its bytes are."""
    return quote(os.fsencode(path), safe="/")


def _log(report: Report, findings: list[Finding], snippets: bool) -> Json:
    names = [*RULES, *sorted({finding.rule for finding in findings} - set(RULES))]
    places = {name: at for at, name in enumerate(names)}
    run: Json = {
        "tool": {
            "driver": {
                "name": "qcode",
                "semanticVersion": __version__,
                "rules": [_descriptor(name, rule_of(name)) for name in names],
            }
        },
        "automationDetails": {"id": f"qcode/review/{report.done.head or report.target.kind}"},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {
            _HEAD: {"description": {"text": "The root of the work tree, after the change."}},
            _BASE: {"description": {"text": "The root of the work tree, before the change."}},
        },
        "results": [_result(finding, places[finding.rule], snippets) for finding in findings],
        "invocations": [_invocation(report, len(report.findings) - len(findings))],
    }
    if report.remote:
        run["versionControlProvenance"] = list(_provenance(report))
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(name: str, rule: Rule) -> Json:
    level = _LEVELS[rule.severity]
    properties: Json = {
        "tags": list(rule.tags),
        "precision": rule.precision,
        "problem.severity": _PROBLEMS[level],
    }
    if rule.security:
        properties["security-severity"] = rule.security
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in re.split(r"\W+", name)),
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.help},
        "help": {"text": rule.help, "markdown": rule.help},
        "defaultConfiguration": {"level": level},
        "properties": properties,
    }


# ---------------------------------------------------------------- results


def _result(finding: Finding, index: int, snippets: bool) -> Json:
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding, snippets)],
        "partialFingerprints": {
            "primaryLocationLineHash": finding.fingerprint,
            "qcodeFingerprint/v1": finding.fingerprint,
        },
        "properties": {
            "severity": finding.severity,
            "confidence": finding.confidence,
            "source": finding.source,
            "side": finding.side,
        },
    }
    if related := list(_related(finding)):
        result["relatedLocations"] = related
    if flow := _flow(finding):
        result["codeFlows"] = [flow]
    return result


def _message(finding: Finding) -> str:
    """The first sentence is what a service shows in a list; no text of a repository becomes a link."""
    parts = [f"{finding.title.rstrip('.')}."]
    if finding.side == "base":
        parts.append(f"It was in line {finding.lines[0]} before the change.")
    parts += [text for text in (finding.why, finding.suggestion) if text]
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    return _LINK.sub("] ", safe_text(text))[:_LONGEST_MESSAGE]


def _location(finding: Finding, snippets: bool) -> Json:
    """What is no more at head is told at the beginning of its file: its old lines hold something else now."""
    place: Json = {"artifactLocation": _artifact(finding.path)}
    if finding.side == "base":
        place["region"] = _region(Region(1, 1, 1, 1))
    else:
        place["region"] = _region(region_of(finding, "utf-16"))
        if snippets and finding.evidence:
            start, end = finding.lines
            snippet = {"text": safe_surrogates(finding.evidence)}
            place["contextRegion"] = {"startLine": start, "endLine": end, "snippet": snippet}
    return {"physicalLocation": place, **_enclosing(finding)}


def _enclosing(finding: Finding) -> Json:
    if not finding.symbol:
        return {}
    return {"logicalLocations": [{"fullyQualifiedName": safe_surrogates(finding.symbol)}]}


def _related(finding: Finding) -> Iterator[Json]:
    number = 0
    if finding.side == "base":
        yield _place(number, finding.path, finding.lines, _BASE, "where it was")
        number += 1
    for one in finding.related[: _MOST_RELATED - 1]:
        yield _place(number, one.path, one.lines, _base_id(one), _role(one))
        number += 1


def _flow(finding: Finding) -> Json | None:
    """From the definition as it is to the use that no longer fits, where both are there."""
    definition = next((one for one in finding.related if one.role == "definition"), None)
    if definition is None or finding.side == "base" or finding.source != "impact":
        return None
    use = {**_location(finding, snippets=False), "message": {"text": _plain(finding.title)}}
    steps = (_place(None, definition.path, definition.lines, _HEAD, _role(definition)), use)
    return {"threadFlows": [{"locations": [{"location": step} for step in steps]}]}


def _place(number: int | None, path: str, lines: tuple[int, int], base_id: str, message: str) -> Json:
    place: Json = {
        "physicalLocation": {
            "artifactLocation": _artifact(path, base_id),
            "region": {"startLine": lines[0], "endLine": lines[1]},
        },
        "message": {"text": _plain(message)},
    }
    return place if number is None else {"id": number, **place}


def _role(one: Related) -> str:
    text = " ".join(one.text.split())
    return f"{_ROLES[one.role]}: {text}" if text else _ROLES[one.role]


def _base_id(one: Related) -> str:
    return _BASE if one.role == "before" else _HEAD


def _artifact(path: str, base_id: str = _HEAD) -> Json:
    return {"uri": uri(path), "uriBaseId": base_id}


def _region(region: Region) -> Json:
    return {
        "startLine": region.start_line,
        "startColumn": region.start_column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


# ---------------------------------------------------------------- the run


def _invocation(report: Report, left_out: int) -> Json:
    notifications = [*_notifications(report, left_out)]
    if len(notifications) > _MOST_NOTIFICATIONS:
        more = len(notifications) - _MOST_NOTIFICATIONS
        notifications = [*notifications[:_MOST_NOTIFICATIONS], _notification("skipped", f"and {more} more", "note")]
    code = report.exit
    return {
        "executionSuccessful": code in (Exit.OK, Exit.FINDINGS),
        "exitCode": code,
        "exitCodeDescription": MEANING[Exit(code)],
        "toolExecutionNotifications": notifications,
    }


def _notifications(report: Report, left_out: int) -> Iterable[Json]:
    if left_out:
        yield _notification("limit", f"{left_out} findings, the least severe, are left out of this log.", "warning")
    if report.held_back:
        yield _notification("held-back", f"{report.held_back} {HELD_BACK} are left out; --all lists them.", "note")
    for notice in report.done.notices:
        yield _notification("notice", notice, "note")
    for one in report.skipped:
        count = f" ({one.count})" if one.count > 1 else ""
        yield _notification("skipped", f"{one.what}{count}: {one.why}", "note")


def _notification(name: str, text: str, level: str) -> Json:
    return {"descriptor": {"id": f"qcode/{name}"}, "level": level, "message": {"text": _plain(text)}}


def _provenance(report: Report) -> Iterator[Json]:
    """Where both sides come from; what is not committed has no revision."""
    for revision, base_id in ((report.done.head, _HEAD), (report.done.base, _BASE)):
        told: Json = {"repositoryUri": report.remote, "mappedTo": {"uriBaseId": base_id}}
        yield {**told, "revisionId": revision} if revision else told
