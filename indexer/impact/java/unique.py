"""Receivers whose class the text does not tell: only a name that means one thing in the whole tree is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.impact.changes import Change
from indexer.impact.java import library
from indexer.impact.java.classes import CONSTRUCTOR
from indexer.impact.java.expressions import Expressions
from indexer.impact.values import Place

SHORTEST = 4
"""Shorter names are too likely to mean something else."""


@dataclass(frozen=True)
class UniqueNames:
    """The changed members whose bare name can mean nothing else in the tree."""

    members: dict[str, Change]


def unique_names(base: Expressions, head: Expressions, changes: Iterable[Change]) -> UniqueNames:
    """Changed members with one definition at base, and none (gone) or one (changed) at head."""
    candidates = [c for c in changes if c.before is not None and _worth(c) and not _is_generated(head, c)]
    names = sorted({c.name for c in candidates})
    at_base, at_head = _places(base, names), _places(head, names)
    members = {}
    for change in candidates:
        expected = [] if change.gone else [change.head]
        if at_base.get(change.name) == [change.base] and at_head.get(change.name, []) == expected:
            members[change.name] = change
    return UniqueNames(members)


def _places(world: Expressions, names: list[str]) -> dict[str, list[Place | None]]:
    found: dict[str, list[Place | None]] = {}
    for symbol in world.world.index.definitions(world.world.tree, names):
        found.setdefault(symbol.name, []).append(Place(symbol.path, symbol.qualified))
    return found


def _is_generated(head: Expressions, change: Change) -> bool:
    """Whether the class has a generator now that may have written the member again."""
    owner = Place((change.head or change.base).path, change.base.qualified.rpartition(".")[0])
    return head.declaration(owner) is not None and head.may_generate(owner, change.name)


def _worth(change: Change) -> bool:
    method = change.before is not None and change.before.kind == "method"
    if not method or change.name == CONSTRUCTOR or len(change.name) < SHORTEST:
        return False
    return change.name not in library.member_names()
