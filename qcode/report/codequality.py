"""The report as the JSON that GitLab's Code Quality reads."""

from __future__ import annotations

from typing import Any

from indexer.types import Finding, Severity
from qcode.output import as_json
from qcode.report.json import readable
from qcode.report.safe import safe_text
from qcode.report.types import Report

_SEVERITIES: dict[Severity, str] = {
    "critical": "blocker",
    "high": "critical",
    "medium": "major",
    "low": "minor",
    "info": "info",
}


def codequality(report: Report) -> str:
    """A JSON array with every finding, a line break at its end; what was skipped has no place in it."""
    return as_json([_issue(finding) for finding in report.findings]) + "\n"


def _issue(finding: Finding) -> dict[str, Any]:
    was = f"It was in line {finding.lines[0]} before the change." if finding.side == "base" else ""
    told = (f"{finding.title.rstrip('.')}.", was, finding.why, finding.suggestion or "")
    return {
        "description": safe_text(" ".join(part for part in told if part)),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": readable(finding.path), "lines": {"begin": _line(finding)}},
    }


def _line(finding: Finding) -> int:
    """What is no more at head is told at the beginning of its file."""
    return 1 if finding.side == "base" else finding.lines[0]
