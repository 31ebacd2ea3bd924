"""The report as reviewdog's diagnostics, one JSON object a line."""

from __future__ import annotations

from typing import Any

from indexer.types import Finding, Severity
from qcode.output import as_json
from qcode.report.json import readable
from qcode.report.markdown import prose
from qcode.report.region import region_of
from qcode.report.types import Report

_SEVERITIES: dict[Severity, str] = {
    "critical": "ERROR",
    "high": "ERROR",
    "medium": "WARNING",
    "low": "INFO",
    "info": "INFO",
}


def rdjsonl(report: Report) -> str:
    """A line for every finding; the messages are Markdown, since they are posted as comments."""
    return "".join(as_json(_diagnostic(finding)) + "\n" for finding in report.findings)


def _diagnostic(finding: Finding) -> dict[str, Any]:
    was = f"It was in line {finding.lines[0]} before the change." if finding.side == "base" else ""
    parts = (finding.title, was, finding.why, finding.suggestion)
    location: dict[str, Any] = {"path": readable(finding.path)}
    if finding.side == "head":
        region = region_of(finding, "utf-8")
        location["range"] = {
            "start": {"line": region.start_line, "column": region.start_column},
            "end": {"line": region.end_line, "column": region.end_column},
        }
    return {
        "message": "\n\n".join(prose(part) for part in parts if part),
        "location": location,
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
        "source": {"name": "qcode"},
    }
