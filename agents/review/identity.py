"""Who is who among findings: the symbol each stands in, which of them say the same, and a name that lasts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from indexer.secrets import hidden
from indexer.types import SEVERITIES, Definition, FileDiff, Finding, Outline

Outlines = Mapping[tuple[str, str], Outline]
"""Side (`base`, `head`) and path to outline."""

_CONFIDENCES = ("ambiguous", "unique", "resolved")
_FINGERPRINT = 32


class Identity:
    """Settles findings batch by batch; equal ones are recognised across batches."""

    def __init__(self, outlines: Outlines) -> None:
        self.duplicates = 0
        self._outlines = outlines
        self._owners: dict[tuple[str, str], dict[int, str]] = {}
        self._ordinals: Counter[tuple[str, ...]] = Counter()

    def settle(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings by place, duplicates merged, each with its symbol and fingerprint."""
        every = sorted(findings, key=_place)
        kept = _merged(every)
        self.duplicates += len(every) - len(kept)
        return [self._named(finding) for finding in kept]

    def _named(self, finding: Finding) -> Finding:
        symbol = finding.symbol or self._symbol_at(finding)
        same = (finding.rule, finding.path, symbol, " ".join(finding.evidence.split()))
        ordinal = self._ordinals[same]
        self._ordinals[same] += 1
        return _without_secrets(replace(finding, symbol=symbol, fingerprint=fingerprint(*same, ordinal)))

    def _symbol_at(self, finding: Finding) -> str:
        place = finding.side, finding.path
        outline = self._outlines.get(place)
        if outline is None:
            return ""
        if place not in self._owners:
            self._owners[place] = _owners(outline.definitions, outline.lines)
        return self._owners[place].get(finding.lines[0], "")


def _without_secrets(finding: Finding) -> Finding:
    """Any finding may quote a line with a secret in it; its fingerprint is of the line as it stands."""
    return replace(
        finding,
        evidence=hidden(finding.evidence, finding.path),
        title=hidden(finding.title, finding.path),
        why=hidden(finding.why, finding.path),
        suggestion=hidden(finding.suggestion, finding.path) if finding.suggestion else finding.suggestion,
        related=tuple(replace(one, text=hidden(one.text, one.path)) for one in finding.related),
    )


def fingerprint(rule: str, path: str, symbol: str, evidence: str, ordinal: int) -> str:
    """The finding's name, the same wherever its lines move: 32 hexadecimal digits."""
    text = "\0".join((rule, path, symbol, evidence, str(ordinal)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_FINGERPRINT]


def changed_symbols(diffs: tuple[FileDiff, ...], outlines: Outlines) -> int:
    """How many definitions the change adds, removes, or changes a line of."""
    return sum(len(_added_or_changed(diff, outlines)) + len(_removed(diff, outlines)) for diff in diffs)


def _added_or_changed(diff: FileDiff, outlines: Outlines) -> set[str]:
    outline = outlines.get(("head", diff.new_path or ""))
    if outline is None:
        return set()
    if diff.status == "added":
        return {one.qualified for one in outline.definitions}
    owners = _owners(outline.definitions, outline.lines)
    lines = (line for hunk in diff.hunks for line in range(hunk.new_start, hunk.new_start + hunk.new_count))
    return {owners[line] for line in lines if line in owners}


def _removed(diff: FileDiff, outlines: Outlines) -> set[str]:
    before = outlines.get(("base", diff.old_path or ""))
    after = outlines.get(("head", diff.new_path or ""))
    if before is None or (after is None and diff.new_path is not None):
        return set()
    return {one.qualified for one in before.definitions} - {
        one.qualified for one in (after.definitions if after else ())
    }


def _owners(definitions: Iterable[Definition], lines: int) -> dict[int, str]:
    """Line to the innermost definition it is in."""
    owners: dict[int, str] = {}
    for one in sorted(definitions, key=lambda each: each.lines[0] - each.lines[1]):
        owners.update(dict.fromkeys(range(one.lines[0], min(one.lines[1], lines) + 1), one.qualified))
    return owners


def _merged(findings: list[Finding]) -> list[Finding]:
    """One finding where several say the same of the same lines: the more certain one, with what all of them relate."""
    kept: list[Finding] = []
    for _, group in groupby(findings, key=lambda one: _place(one)[:4]):
        different: list[Finding] = []
        for finding in group:
            twin = next((at for at, one in enumerate(different) if _say_the_same(one, finding)), None)
            if twin is None:
                different.append(finding)
            else:
                different[twin] = _merge(different[twin], finding)
        kept += different
    return kept


def _say_the_same(one: Finding, other: Finding) -> bool:
    """Two names missing from one line are two findings, and so are two calls; one call reported by two ways is one."""
    return one.columns == other.columns


def _merge(one: Finding, other: Finding) -> Finding:
    best, second = (one, other) if _certainty(one) >= _certainty(other) else (other, one)
    return replace(best, related=tuple(dict.fromkeys([*best.related, *second.related])))


def _certainty(finding: Finding) -> tuple[int, int]:
    return SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence)


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.side, finding.lines, finding.rule, finding.columns, finding.title
