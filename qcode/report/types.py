"""What a review said, gathered and put in order; every format is a drawing of this one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from agents.types import Done, Target
from indexer.types import SEVERITIES, Finding, Severity, Skipped

Threshold = Literal["none", "info", "low", "medium", "high", "critical"]
DEFAULT_THRESHOLD: Threshold = "high"

HELD_BACK = "findings that rest on an ambiguous name"


@dataclass(frozen=True, slots=True)
class Report:
    """The findings in reading order, and the receipt."""

    target: Target
    findings: tuple[Finding, ...]
    held_back: int
    """Findings that only `--all` shows; they count neither here nor for the exit code."""
    listed_from: Severity
    """Findings below this severity are given as a count by the formats that people read."""
    skipped: tuple[Skipped, ...]
    done: Done
    exit: int
    remote: str | None = None
    """Where the repository comes from, without anything secret; only for formats that tell it."""

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity that occurs, the worst first."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in reversed(SEVERITIES) if found[severity]}

    @property
    def listed(self) -> tuple[Finding, ...]:
        """The findings that a reader is shown one by one."""
        least = rank(self.listed_from)
        return tuple(finding for finding in self.findings if rank(finding.severity) >= least)


def compose(
    target: Target,
    findings: Iterable[Finding],
    skipped: Iterable[Skipped],
    done: Done,
    *,
    everything: bool = False,
    fail_on: Threshold = DEFAULT_THRESHOLD,
    remote: str | None = None,
) -> Report:
    """The report; its exit code is 1 where a shown finding is as severe as `fail_on`, else 0."""
    every = tuple(findings)
    shown = every if everything else tuple(finding for finding in every if finding.confidence != "ambiguous")
    return Report(
        target=target,
        findings=in_order(shown),
        held_back=len(every) - len(shown),
        listed_from="info" if everything or fail_on == "info" else "low",
        skipped=tuple(skipped),
        done=done,
        exit=int(any(reaches(finding.severity, fail_on) for finding in shown)),
        remote=remote,
    )


def rank(severity: Severity) -> int:
    """The severity as a number, the worst the highest."""
    return SEVERITIES.index(severity)


def reaches(severity: Severity, threshold: Threshold) -> bool:
    """Whether a finding of this severity is enough for the threshold; nothing is enough for `none`."""
    return threshold != "none" and rank(severity) >= rank(threshold)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by file, the file with the worst finding first, and inside a file by line."""
    every = tuple(findings)
    worst: dict[str, int] = {}
    for finding in every:
        worst[finding.path] = max(worst.get(finding.path, 0), rank(finding.severity))
    return tuple(
        sorted(
            every,
            key=lambda one: (
                -worst[one.path],
                one.path,
                one.lines,
                one.columns,
                -rank(one.severity),
                one.rule,
                one.title,
            ),
        )
    )
