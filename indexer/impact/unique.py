"""Receivers whose class the text does not tell: only a name that means one thing in the whole tree is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from indexer.impact.changes import CONSTRUCTORS, Change
from indexer.impact.values import Place, Unknown
from indexer.impact.world import World
from indexer.types import Site

SHORTEST = 4
"""Shorter names are too likely to mean something else."""


@dataclass(frozen=True)
class UniqueNames:
    """The changed members whose bare name can mean nothing else in the tree."""

    members: dict[str, Change]

    def change(self, site: Site, was: object) -> Change | None:
        """The change that an attribute of an unknown object must mean, or None."""
        if not isinstance(was, Unknown) or len(site.chain) < 2 or not site.chain[-1].startswith("."):
            return None
        return self.members.get(site.chain[-1][1:])


def unique_names(base: World, head: World, changes: Iterable[Change]) -> UniqueNames:
    """Changed members with one definition at base, and none (gone) or one (changed) at head."""
    candidates = [c for c in changes if c.fate != "added" and c.before is not None and _worth(base, c)]
    names = sorted({c.name for c in candidates})
    at_base, at_head = _places(base, names), _places(head, names)
    members: dict[str, Change] = {}
    for change in candidates:
        now = at_head.get(change.name, set())
        expected = set() if change.gone else {change.head}
        if change.fate == "moved":
            continue
        if at_base.get(change.name, set()) == {change.base} and now == expected:
            members[change.name] = change
    return UniqueNames(members)


def _places(world: World, names: list[str]) -> dict[str, set[Place | None]]:
    found: dict[str, set[Place | None]] = {}
    for symbol in world.index.definitions(world.tree, names):
        found.setdefault(symbol.name, set()).add(Place(symbol.path, symbol.qualified))
    return found


def _worth(base: World, change: Change) -> bool:
    if (
        not change.is_member
        or change.name in CONSTRUCTORS
        or len(change.name) < SHORTEST
        or change.name.startswith("__")
    ):
        return False
    if change.name in common_members():
        return False
    owner = Place(change.base.path, change.base.qualified.rpartition(".")[0])
    return base.is_class(owner)


@cache
def common_members() -> frozenset[str]:
    """Attribute names of the standard libraries of Python and JavaScript: an unknown object may be one of theirs."""
    text = resources.files("indexer.impact").joinpath("common_members.txt").read_text("utf-8")
    return frozenset(text.split())
