"""Classes: their members, their bases, and who inherits from them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from indexer.impact.names import bound
from indexer.impact.source import CLASSES, Source
from indexer.impact.values import UNKNOWN, Gone, Place, Thing, Value, Via
from indexer.types import Chain

if TYPE_CHECKING:
    from indexer.impact.world import World

MOST_ANCESTORS = 200
HARMLESS_BASES: frozenset[Chain] = frozenset(
    [
        ("object",),
        ("ABC",),
        ("abc", ".ABC"),
        ("Generic",),
        ("typing", ".Generic"),
        ("Protocol",),
        ("typing", ".Protocol"),
    ]
)
"""Bases that bring no member that a change could be mistaken for."""


def member(world: World, place: Place, name: str, via: Via, above: bool = False, depth: int = 0) -> Value:
    """The member `name` of a class, its bases searched in order."""
    lineage, known = world.lineage(place)
    for ancestor in lineage[1:] if above else lineage:
        source = world.source(ancestor.path)
        if source is None:
            continue
        if name in source.members.get(ancestor.qualified, {}):
            return Thing(Place(ancestor.path, f"{ancestor.qualified}.{name}"), via)
        value = _bound_in_class(world, source, ancestor, name, depth + 1)
        if value is not None:
            return value
        if "dynamic" in source.flags(ancestor.qualified):
            return UNKNOWN
        # `setattr(self, name, …)` may set anything, but seldom what the class defined itself before.
        known = known and "writes_attributes" not in source.flags(ancestor.qualified)
    return Gone(place.qualified, name, open=not known)


def _bound_in_class(world: World, source: Source, place: Place, name: str, depth: int) -> Value | None:
    for declaration in source.qualified.get(place.qualified, []):
        bindings = source.bound.get((declaration.body, name), []) if declaration.body is not None else []
        if bindings:
            key = (source, declaration.body, name, "member", depth)
            return world.once(key, partial(bound, world, source, [], bindings, depth))
    return None


def lineage(world: World, place: Place) -> tuple[list[Place], bool]:
    """A class and its bases, nearest first, and whether all of them are in the tree."""
    order: list[Place] = []
    known = True
    queue = [place]
    while queue and len(order) < MOST_ANCESTORS:
        current = queue.pop(0)
        if current in order:
            continue
        order.append(current)
        bases, whole = _bases(world, current)
        known = known and whole
        queue = bases + queue
    return order, known


def _bases(world: World, place: Place) -> tuple[list[Place], bool]:
    source = world.source(place.path)
    declarations = source.qualified.get(place.qualified, []) if source else []
    if source is None or len([d for d in declarations if d.kind in CLASSES or "object" in d.flags]) != 1:
        return [], False
    bases: list[Place] = []
    known = True
    for declaration in declarations:
        chains = declaration.bases + (declaration.implements if declaration.kind == "interface" else ())
        for chain in chains:
            if chain in HARMLESS_BASES:
                continue
            value = world.evaluate(source, declaration.scope, chain, 0, 4)
            if isinstance(value, Thing) and value.place != place:
                bases.append(value.place)
            else:
                known = False
    return bases, known
