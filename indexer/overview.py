"""A map of a repository: its files by importance, each with its most used definitions, cut to a budget of tokens."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from indexer.refresh import View
from indexer.store import Store
from indexer.types import Definition

BYTES_A_TOKEN = 4
DEFINITIONS_A_FILE = 12
PRIVATE_WEIGHT = 0.1
"""Names that begin with an underscore are seldom what a reader looks for."""
PART_WEIGHT = 0.1
"""Nor are the variables and fields; their names are often plain words, which other files mention for other reasons."""
METHOD_WEIGHT = 0.5

_WHOLE = frozenset({"class", "interface", "enum", "struct", "trait", "type", "namespace", "function", "macro"})
_CALLED = frozenset({"method", "constructor", "property"})


@dataclass(frozen=True, slots=True)
class MappedFile:
    """A file of the map with the definitions that are shown, in the order of their lines."""

    path: str
    score: float
    definitions: tuple[Definition, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The map; `tokens` is an estimate."""

    files: tuple[MappedFile, ...]
    tokens: int
    files_left_out: int
    symbols_left_out: int


def overview(store: Store, view: View, tokens: int, prefixes: Sequence[str] = ()) -> Overview:
    """The map of the files that `prefixes` name, or of all, in about `tokens` tokens; a prefix may be a glob.

    Of each file the most used definitions; where there is room left for the others, as many of them as fit.
    A file weighs as much as the names it defines: how many files mention each, less for a name that many files define
    or that nearly every file mentions.
    """
    definitions = {
        path: found for key, found in store.definitions_of(view.paths).items() if found for path in view.paths[key]
    }
    weights = _weights(store, view, definitions)
    ranked = sorted(
        (_mapped(path, definitions[path], weights) for path in definitions if _is_below(path, prefixes)),
        key=lambda file: (-file.score, file.path),
    )
    shown, size = _cut(ranked, tokens * BYTES_A_TOKEN)
    if len(shown) == len(ranked):
        shown, size = _widened(shown, definitions, weights, tokens * BYTES_A_TOKEN)
    everything = sum(len(file.definitions) + file.left_out for file in ranked)
    symbols = sum(len(file.definitions) for file in shown)
    return Overview(tuple(shown), math.ceil(size / BYTES_A_TOKEN), len(ranked) - len(shown), everything - symbols)


def _weights(store: Store, view: View, definitions: Mapping[str, Iterable[Definition]]) -> dict[str, float]:
    """What each defined name is worth to a file that defines it."""
    definers = Counter(name for found in definitions.values() for name in {d.name for d in found})
    mentions: Counter[str] = Counter()
    names = definers.keys()
    for key, identifiers in store.identifiers(view.paths.keys()):
        for name in names & set(identifiers):
            mentions[name] += len(view.paths[key])
    total = len(view.keys)
    return {name: _weight(name, mentions[name] - defined, defined, total) for name, defined in definers.items()}


def _weight(name: str, others: int, defined: int, total: int) -> float:
    """`others` files of `total` mention the name without defining it, `defined` define it."""
    if others <= 0:
        return 0.0
    weight = others * math.log2(1 + total / others) / defined**2
    return weight * PRIVATE_WEIGHT if name.startswith("_") else weight


def _mapped(
    path: str, definitions: Sequence[Definition], weights: Mapping[str, float], most: int = DEFINITIONS_A_FILE
) -> MappedFile:
    """The file with its heaviest definitions, and whatever these stand in."""
    by_name: dict[str, float] = {}
    for definition in definitions:
        by_name[definition.name] = max(by_name.get(definition.name, 0.0), _worth(definition, weights))
    score = sum(by_name.values())
    heaviest = sorted(definitions, key=lambda d: (-_worth(d, weights), d.lines))[:most]
    named = {definition.qualified: definition for definition in definitions}
    chosen = {(d.lines, d.qualified): d for one in heaviest for d in _with_parents(one, named)}
    shown = tuple(chosen[place] for place in sorted(chosen))
    return MappedFile(path, score, shown, len(definitions) - len(shown))


def _worth(definition: Definition, weights: Mapping[str, float]) -> float:
    weight = weights[definition.name]
    if definition.kind in _WHOLE:
        return weight
    return weight * (METHOD_WEIGHT if definition.kind in _CALLED else PART_WEIGHT)


def _with_parents(definition: Definition, named: Mapping[str, Definition]) -> Iterator[Definition]:
    seen: set[str] = set()
    one: Definition | None = definition
    while one is not None and one.qualified not in seen:
        yield one
        seen.add(one.qualified)
        one = named.get(one.parent) if one.parent else None


def _cut(ranked: Iterable[MappedFile], budget: int) -> tuple[list[MappedFile], int]:
    """The first files that fit, at least one, and their size in bytes."""
    shown: list[MappedFile] = []
    size = 0
    for file in ranked:
        more = _size(file)
        if shown and size + more > budget:
            break
        shown.append(file)
        size += more
    return shown, size


def _widened(
    files: Sequence[MappedFile],
    definitions: Mapping[str, Sequence[Definition]],
    weights: Mapping[str, float],
    budget: int,
) -> tuple[list[MappedFile], int]:
    """The files with as many more definitions as fit, the first file's before the others', and their size in bytes."""
    size = sum(map(_size, files))
    wider = []
    for file in files:
        best, fits = file, DEFINITIONS_A_FILE
        too_many = len(definitions[file.path]) + 1
        while file.left_out and too_many - fits > 1:
            most = (fits + too_many) // 2
            tried = _mapped(file.path, definitions[file.path], weights, most)
            if size - _size(file) + _size(tried) <= budget:
                best, fits = tried, most
            else:
                too_many = most
        size += _size(best) - _size(file)
        wider.append(best)
    return wider, size


def _size(file: MappedFile) -> int:
    return len(os.fsencode(file.path)) + 1 + sum(len(d.signature.encode()) + 8 for d in file.definitions)


def _is_below(path: str, prefixes: Sequence[str]) -> bool:
    return not prefixes or any(p == "." or is_named(path, p) for p in prefixes)


def is_named(path: str, pattern: str) -> bool:
    """Whether the pattern is the file, a folder above it, or a glob that fits it."""
    return path == pattern or path.startswith(f"{pattern}/") or fnmatchcase(path, pattern)
