"""Breakages planted in real repositories: which broken places does the review name, and what else does it say?"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.choice import Repository, breakages, controls
from benchmarks.nouns import Mutation, Use, applied, line_after
from benchmarks.repositories import Named
from benchmarks.scratch import Clone
from indexer.errors import Problem
from indexer.index import Index, open_index
from indexer.types import SEVERITIES, Finding, Tree

SHOWN = SEVERITIES[SEVERITIES.index("medium") :]
"""What default flags show."""


@dataclass(slots=True)
class Tally:
    """Counts of one row of a table."""

    mutations: int = 0
    sites: int = 0
    found: int = 0
    findings: int = 0
    true: int = 0
    neutral: int = 0
    """Findings at places where either answer would be right (guarded, a receiver of several classes)."""
    unknown: int = 0
    """Of the findings that are neither: at places of which the oracle itself does not know what they name."""

    def add(self, other: Tally) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Result:
    """What one repository gave."""

    repository: str
    language: str
    commit: str
    kinds: dict[str, Tally] = field(default_factory=dict)
    receivers: dict[str, Tally] = field(default_factory=dict)
    forms: dict[str, Tally] = field(default_factory=dict)
    controls: dict[str, Tally] = field(default_factory=dict)
    duplicates: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


class Details:
    """The missed sites and the findings that cover none, one a line, for people to look at."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files = {name: (folder / f"{name}.jsonl").open("w", encoding="utf-8") for name in ("missed", "false")}

    def write(self, name: str, **row: object) -> None:
        self._files[name].write(json.dumps(row, ensure_ascii=False) + "\n")
        self._files[name].flush()

    def close(self) -> None:
        for file in self._files.values():
            file.close()


def run(
    named: Named, clone: Clone, repository: Repository, store: Path, quota: int, seed: int, details: Details
) -> Result:
    """Plant, review and score."""
    started = time.monotonic()
    result = Result(named.name, repository.language, clone.head)
    with open_index(clone.root, store) as index:
        reviewer = Reviewer(index, clone, repository)
        for mutation, judged in breakages(repository, quota, seed):
            _score(reviewer, mutation, judged, result, details)
        for mutation in controls(repository, max(quota // 2, 1), seed):
            _score_control(reviewer, mutation, result, details)
        for skipped in index.skipped:
            repository.left_out[f"skipped by the review: {skipped.why}"] += skipped.count
    result.left_out = repository.left_out
    result.seconds = time.monotonic() - started
    return result


class Reviewer:
    """Our side: the findings of a planted commit."""

    def __init__(self, index: Index, clone: Clone, repository: Repository) -> None:
        self.index, self.clone, self.repository = index, clone, repository
        self.base: Tree = index.repo.commit_tree(clone.head)
        index.refresh(self.base)

    def findings(self, mutation: Mutation) -> list[Finding]:
        files = dict(mutation.added)
        for path, edits in mutation.edits.items():
            files[path] = applied(self.repository.text(path) or "", edits)
        head = self.index.repo.commit_tree(self.clone.commit(files))
        self.index.refresh(head)
        return [f for f in self.index.impact(self.base, head) if f.severity in SHOWN]


def _score(
    reviewer: Reviewer, mutation: Mutation, judged: list[tuple[Use, bool | None]], result: Result, details: Details
) -> None:
    try:
        findings = reviewer.findings(mutation)
    except Problem as problem:
        result.left_out[f"not reviewed: {str(problem)[:60]}"] += 1
        return
    sites = list(_sites(reviewer.repository, mutation, [use for use, answer in judged if answer]))
    doubtful = list(_sites(reviewer.repository, mutation, [use for use, answer in judged if answer is None]))
    total = Tally(mutations=1)
    covered_by: set[int] = set()
    if "duplicate" in mutation.candidate.flags:
        result.duplicates += 1
    for use, line in sites:
        covering = {n for n, f in enumerate(findings) if _covers(f, use.place.path, line)}
        covered_by |= covering
        one = Tally(sites=1, found=bool(covering))
        total.add(one)
        how = use.how or ("receiver inferred" if use.inferred else "imports decide")
        result.receivers.setdefault(how, Tally()).add(one)
        if not covering:
            details.write("missed", **_described(result, mutation), **_wanted(use, line))
    for n, finding in enumerate(findings):
        total.findings += 1
        lines = _at_base(reviewer.repository, finding, mutation)
        if n in covered_by or reviewer.repository.is_consequence(finding.path, lines, finding.rule, mutation):
            total.true += 1
        elif any(_covers(finding, use.place.path, line) for use, line in doubtful):
            total.neutral += 1
        else:
            untold = reviewer.repository.is_untold(finding.path, lines, mutation)
            total.unknown += untold
            details.write("false", **_described(result, mutation), **_shown(finding), untold=untold)
    result.kinds.setdefault(mutation.kind, Tally()).add(total)
    result.forms.setdefault(_form(mutation), Tally()).add(total)


def _score_control(reviewer: Reviewer, mutation: Mutation, result: Result, details: Details) -> None:
    try:
        findings = reviewer.findings(mutation)
    except Problem as problem:
        result.left_out[f"not reviewed: {str(problem)[:60]}"] += 1
        return
    result.controls.setdefault(mutation.kind, Tally()).add(Tally(mutations=1, findings=len(findings)))
    for finding in findings:
        details.write("false", **_described(result, mutation), **_shown(finding))


def _sites(repository: Repository, mutation: Mutation, uses: list[Use]) -> Iterator[tuple[Use, int]]:
    """The uses that are still there at head, with the lines they have there."""
    seen = set()
    for use in uses:
        if use.place in seen:
            continue
        seen.add(use.place)
        edits = mutation.edits.get(use.place.path, ())
        line = line_after(repository.text(use.place.path) or "", edits, use.place.line, use.place.column)
        if line is not None:
            yield use, line


def _covers(finding: Finding, path: str, line: int) -> bool:
    return finding.path == path and finding.lines[0] <= line <= finding.lines[1]


def _at_base(repository: Repository, finding: Finding, mutation: Mutation) -> tuple[int, int]:
    """The finding's lines before the edits."""
    text, edits = repository.text(finding.path), mutation.edits.get(finding.path, ())
    if text is None or not edits:
        return finding.lines
    first_edited = text.count("\n", 0, min(edit.start for edit in edits)) + 1
    shift = applied(text, edits).count("\n") - text.count("\n") if finding.lines[0] > first_edited else 0
    return finding.lines[0] - shift, finding.lines[1] - shift


def _form(mutation: Mutation) -> str:
    flags = mutation.candidate.flags
    special = "imported under an alias" if "alias" in flags else "with overrides" if "override" in flags else ""
    return f"{mutation.candidate.form} {special}".strip()


def _described(result: Result, mutation: Mutation) -> dict[str, object]:
    candidate = mutation.candidate
    return {"repository": result.repository, "kind": mutation.kind, "symbol": candidate.symbol, "form": _form(mutation),
            "defined": f"{candidate.path}:{candidate.place.line}", "param": mutation.param, "other": mutation.other,
            "duplicate": "duplicate" in candidate.flags}  # fmt: skip


def _wanted(use: Use, line: int) -> dict[str, object]:
    return {"path": use.place.path, "line": line, "column": use.place.column, "role": use.role,
            "inferred": use.inferred, "text": use.text}  # fmt: skip


def _shown(finding: Finding) -> dict[str, object]:
    return {"path": finding.path, "line": finding.lines[0], "rule": finding.rule, "severity": finding.severity,
            "confidence": finding.confidence, "title": finding.title,
            "text": finding.evidence.strip()[:300]}  # fmt: skip
