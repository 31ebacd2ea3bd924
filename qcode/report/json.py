"""The report as the `qcode.review/1` object."""

from __future__ import annotations

import base64
import os
from typing import Any

from indexer.types import Finding, Related, Skipped
from qcode.report.safe import safe_text
from qcode.report.types import HELD_BACK, Report

SCHEMA = "qcode.review/1"
_DROPPED = ("duplicate", "no_evidence", "rejected")
_STAGES = ("impact", "index", "model")


def body(report: Report) -> dict[str, Any]:
    """All of the object but `schema`, `skipped` and `exit`, which every command's answer has."""
    done = report.done
    return {
        "base": done.base,
        "head": done.head,
        "model": None,
        "findings": [_finding(finding) for finding in report.findings],
        "counts": report.counts,
        "coverage": {"files": done.files, "reviewed": done.reviewed},
        "dropped": {reason: done.dropped.get(reason, 0) for reason in _DROPPED},
        "ms": {**dict.fromkeys(_STAGES), **{stage: _rounded(took) for stage, took in done.ms.items()}},
        "audit_head": None,
    }


def skipped(report: Report) -> list[Skipped]:
    """What was not looked at, and what was found but is held back."""
    looked_away = [Skipped(safe_surrogates(one.what), safe_surrogates(one.why), one.count) for one in report.skipped]
    if not report.held_back:
        return looked_away
    return [*looked_away, Skipped(HELD_BACK, "--all lists them", report.held_back)]


def path_bytes(path: str) -> str | None:
    """The path's bytes in base64 where they are not UTF-8, else None."""
    raw = os.fsencode(path)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode("ascii")
    return None


def readable(path: str) -> str:
    """The path as it is; where its bytes are not UTF-8, with `\\xb0` for each byte that is not."""
    return safe_surrogates(os.fsencode(path).decode("utf-8", "surrogateescape"))


def safe_surrogates(text: str) -> str:
    """The text with a visible escape for each half of a surrogate pair, which no UTF-8 output can hold."""
    return "".join(safe_text(part) if "\ud800" <= part <= "\udfff" else part for part in text)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "source": finding.source,
        "fingerprint": finding.fingerprint,
        "path": readable(finding.path),
        "path_bytes": path_bytes(finding.path),
        "lines": list(finding.lines),
        "columns": list(finding.columns),
        "side": finding.side,
        "title": safe_surrogates(finding.title),
        "why": safe_surrogates(finding.why),
        "evidence": safe_surrogates(finding.evidence),
        "related": [_related(one) for one in finding.related],
        "suggestion": None if finding.suggestion is None else safe_surrogates(finding.suggestion),
        "suppressed": None,
    }


def _related(one: Related) -> dict[str, Any]:
    return {
        "path": readable(one.path),
        "lines": list(one.lines),
        "role": one.role,
        "text": safe_surrogates(one.text),
    }


def _rounded(took: float | None) -> float | None:
    return None if took is None else round(took, 1)
