"""Findings that belong together, so that what they have in common is told once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from indexer.types import Finding, Related
from qcode.report.types import rank

_BETWEEN_SENTENCES = re.compile(r"(?<=\.) ")


@dataclass(frozen=True, slots=True)
class Entry:
    """Findings that say the same of one place or of several, in reading order."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one to read what all of them say from."""
        return self.findings[0]

    @property
    def why(self) -> str:
        """The sentences that explain all of them."""
        sentences = [_BETWEEN_SENTENCES.split(finding.why) for finding in self.findings]
        return " ".join(one[0] for one in takewhile(lambda one: len(set(one)) == 1, zip(*sentences, strict=False)))

    def rest(self, finding: Finding) -> str:
        """The sentences that explain this one only."""
        return finding.why[len(self.why) :].strip()


@dataclass(frozen=True, slots=True)
class Block:
    """What a report tells in one piece: what is wrong in a file, or what a changed definition breaks anywhere."""

    path: str | None
    """The file; None where the entries are about places of several files, or about a definition."""
    definition: tuple[Related, ...]
    """The definition that more than one finding is about, before and after; else empty."""
    entries: tuple[Entry, ...]

    @property
    def findings(self) -> Iterator[Finding]:
        """All of them."""
        return (finding for entry in self.entries for finding in entry.findings)


def blocks(findings: Iterable[Finding]) -> list[Block]:
    """The findings, which come in reading order, in blocks: the worst first, and definitions before single files."""
    every = tuple(findings)
    subjects = _gathered((_subject(finding), finding) for finding in every)
    homes = _gathered((_home(finding, subjects[_subject(finding)]), finding) for finding in every)
    found = [_block(home, members) for home, members in homes.items()]
    return sorted(found, key=lambda block: (-max(rank(one.severity) for one in block.findings), block.path is not None))


def definition_of(finding: Finding) -> tuple[Related, ...]:
    """The definition that the finding is about, as it was and as it is."""
    return tuple(one for one in finding.related if one.role in ("before", "definition"))


def _subject(finding: Finding) -> Hashable:
    """What several findings may have in common: a changed definition, or the very sentence."""
    if places := definition_of(finding):
        return places
    return (finding.rule, finding.title) if finding.source == "impact" else finding.path


def _home(finding: Finding, alike: tuple[Finding, ...]) -> Hashable:
    """The file, unless several findings are about one definition, or say the same in several files."""
    together = len(alike) > 1 and (definition_of(finding) or len({one.path for one in alike}) > 1)
    return _subject(finding) if together else finding.path


def _block(home: Hashable, members: tuple[Finding, ...]) -> Block:
    entries = tuple(Entry(those) for those in _gathered((_statement(one), one) for one in members).values())
    if isinstance(home, str):
        return Block(home, (), entries)
    worst_first = sorted(entries, key=lambda entry: -rank(entry.first.severity))
    return Block(None, definition_of(members[0]), tuple(worst_first))


def _statement(finding: Finding) -> Hashable:
    """All that a report says of a finding but where it is; each finding of a check stands for itself."""
    apart = None if finding.source == "impact" else (finding.path, finding.lines, finding.columns)
    told = (finding.rule, finding.title, finding.severity, finding.confidence, finding.side, finding.suggestion)
    return told, finding.related, apart


def _gathered(pairs: Iterable[tuple[Hashable, Finding]]) -> dict[Hashable, tuple[Finding, ...]]:
    found: dict[Hashable, list[Finding]] = {}
    for key, finding in pairs:
        found.setdefault(key, []).append(finding)
    return {key: tuple(those) for key, those in found.items()}
