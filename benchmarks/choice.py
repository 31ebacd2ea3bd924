"""Which definitions are changed, and how: spread over forms and names, the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import chain, zip_longest
from typing import Protocol, runtime_checkable

from benchmarks.judge import breaks
from benchmarks.nouns import CONTROLS, KINDS, Candidate, Kind, Mutation, Use

MOST_SITES = 150
"""A definition with more uses than this would be most of the result by itself; it is left out and counted."""
TRIES = 40
"""Candidates that are looked at for each change that is wanted."""


class Repository(Protocol):
    """What the seeded benchmark needs of a repository, whatever its language."""

    name: str
    language: str
    left_out: Counter[str]

    @property
    def candidates(self) -> list[Candidate]: ...
    def mutate(self, kind: Kind, candidate: Candidate, chance: random.Random) -> Mutation | None: ...
    def control(self, kind: str, candidate: Candidate, chance: random.Random) -> Mutation | None: ...
    def uses(self, candidate: Candidate) -> list[Use]: ...
    def text(self, path: str) -> str | None: ...
    def is_consequence(self, path: str, lines: tuple[int, int], rule: str, mutation: Mutation) -> bool: ...
    def is_untold(self, path: str, lines: tuple[int, int], mutation: Mutation) -> bool: ...
    def close(self) -> None: ...


@runtime_checkable
class Compiled(Protocol):
    """A repository whose oracle is asked what a change breaks, not who uses what is changed."""

    def judged(self, mutation: Mutation) -> list[tuple[Use, bool | None]]: ...


Chosen = tuple[Mutation, list[tuple[Use, bool | None]]]


def breakages(repository: Repository, quota: int, seed: int) -> Iterator[Chosen]:
    """Changes that break something outside of the definition, `quota` a kind, with the judgement of every use."""
    for kind in KINDS:
        chance = random.Random(f"{seed} {repository.name} {kind}")
        found = 0
        for candidate in _spread(repository.candidates, chance, quota * TRIES):
            mutation = repository.mutate(kind, candidate, chance)
            if mutation is None:
                continue
            judged = (
                repository.judged(mutation)
                if isinstance(repository, Compiled)
                else [(use, breaks(mutation, use)) for use in repository.uses(candidate)]
            )
            broken = [use for use, answer in judged if answer and not _within(repository, candidate, use)]
            if len(broken) > MOST_SITES:
                repository.left_out[f"more than {MOST_SITES} uses"] += 1
            elif broken:
                yield mutation, judged
                found += 1
                if found >= quota:
                    break


def judgement(repository: Repository, mutation: Mutation) -> list[tuple[Use, bool | None]]:
    """Every use with whether it breaks: as a compiler says where the repository has one, else by its own syntax."""
    compiled: Callable[[Mutation], list[tuple[Use, bool | None]]] | None = getattr(repository, "judged", None)
    if compiled is not None:
        return compiled(mutation)
    return [(use, breaks(mutation, use)) for use in repository.uses(mutation.candidate)]


def controls(repository: Repository, quota: int, seed: int) -> Iterator[Mutation]:
    """Changes that break nothing, of definitions that are used."""
    kinds: tuple[str, ...] = getattr(repository, "controls", CONTROLS)
    for kind in kinds:
        chance = random.Random(f"{seed} {repository.name} {kind}")
        found = 0
        for candidate in _spread(repository.candidates, chance, quota * TRIES):
            mutation = repository.control(kind, candidate, chance)
            if mutation is not None and repository.uses(candidate):
                yield mutation
                found += 1
                if found >= quota:
                    break


def _spread(candidates: list[Candidate], chance: random.Random, most: int) -> Iterator[Candidate]:
    """Each form in turn; inside a form names that are defined more than once and others alternate."""
    groups: dict[str, tuple[list[Candidate], list[Candidate]]] = defaultdict(lambda: ([], []))
    for candidate in candidates:
        special = "alias" if "alias" in candidate.flags else "override" if "override" in candidate.flags else ""
        groups[f"{candidate.form} {special}"]["duplicate" not in candidate.flags].append(candidate)
    orders = []
    for _, (several, single) in sorted(groups.items()):
        chance.shuffle(several)
        chance.shuffle(single)
        orders.append([c for c in chain.from_iterable(zip_longest(several, single)) if c is not None])
    turns = (c for c in chain.from_iterable(zip_longest(*orders)) if c is not None)
    for _, candidate in zip(range(most), turns, strict=False):
        yield candidate


def _within(repository: Repository, candidate: Candidate, use: Use) -> bool:
    if use.place.path != candidate.path:
        return False
    text = repository.text(candidate.path) or ""
    first = text.count("\n", 0, candidate.whole[0]) + 1
    return first <= use.place.line <= first + text.count("\n", *candidate.whole)
