"""Subclasses and implementations that no longer fit what they inherit from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from indexer.impact.changes import CONSTRUCTORS, Change
from indexer.impact.fit import accepts, shape
from indexer.impact.search import descendants, family
from indexer.impact.values import Gone, Place, Thing
from indexer.impact.world import CLASSES, World
from indexer.types import Declaration, Symbol


@dataclass(frozen=True, slots=True)
class Misfit:
    """A subclass's definition that no longer fits; `declaration` is the override, or the class that lacks a member."""

    rule: Literal["override/signature", "interface/unimplemented"]
    change: Change
    place: Place
    declaration: Declaration


def misfitting_heirs(base: World, head: World, changes: Iterable[Change]) -> Iterator[Misfit]:
    """Overrides of changed methods, and implementations of members that are newly demanded."""
    judged = [change for change in changes if _is_judged(head, change)]
    redefined: dict[str, list[Symbol]] = {}
    for symbol in head.index.definitions(head.tree, {change.name for change in judged if change.fate == "changed"}):
        redefined.setdefault(symbol.name, []).append(symbol)
    for change in judged:
        owner = _owner(change)
        if change.fate == "changed":
            yield from _overrides(head, change, owner, redefined.get(change.name, []))
        if (change.after is not None and "abstract" in change.after.flags) or _is_interface(head, owner):
            yield from _unimplemented(base, head, change, owner)


def _is_judged(head: World, change: Change) -> bool:
    if change.head is None or change.after is None or not change.is_member or change.name in CONSTRUCTORS:
        return False
    return change.fate in ("changed", "added", "renamed") and head.is_class(_owner(change))


def _owner(change: Change) -> Place:
    place = change.head or change.base
    return Place(place.path, place.qualified.rpartition(".")[0])


def _overrides(head: World, change: Change, owner: Place, named: Iterable[Symbol]) -> Iterator[Misfit]:
    before, after = change.before, change.after
    if before is None or after is None or before.params is None or after.params is None or change.name.startswith("__"):
        return
    reshaped = shape(before.params) != shape(after.params)
    turned_async = "async" in after.flags and "async" not in before.flags
    for heir in _redefining(head, owner, named):
        source = head.source(heir.path)
        declarations = source.members.get(heir.qualified, {}).get(change.name, []) if source else []
        if len(declarations) != 1 or declarations[0].flags & {"overload", "conditional", "opaque", "private"}:
            continue
        override = declarations[0]
        if override.params is None or override.kind not in ("method", "function"):
            continue
        surplus = source is not None and not source.python
        did_fit, fits = (accepts(override.params, calls, surplus=surplus) for calls in (before.params, after.params))
        stays_plain = turned_async and "async" not in override.flags and not override.annotation
        if (reshaped and did_fit and not fits) or stays_plain:
            yield Misfit("override/signature", change, Place(heir.path, override.qualified), override)


def _redefining(head: World, owner: Place, named: Iterable[Symbol]) -> Iterator[Place]:
    """The subclasses of `owner` that have one of the definitions `named` as a member of their own."""
    for symbol in named:
        if symbol.parent is None or family(symbol.path) != family(owner.path):
            continue
        heir = Place(symbol.path, symbol.parent)
        if heir != owner and owner in head.lineage(heir)[0]:
            yield heir


def _unimplemented(base: World, head: World, change: Change, owner: Place) -> Iterator[Misfit]:
    heirs = descendants(head, owner)
    for heir, declaration in heirs.items():
        if declaration.kind != "class" or "abstract" in declaration.flags or _has_abstract_members(head, heir):
            continue
        old = base.declarations(heir)
        if not old:
            continue
        found = head.member(heir, change.name, "instance")
        if (isinstance(found, Gone) and not found.open) or _only_abstract(head, found):
            yield Misfit("interface/unimplemented", change, heir, declaration)


def _only_abstract(head: World, found: object) -> bool:
    if not isinstance(found, Thing):
        return False
    owner = Place(found.place.path, found.place.qualified.rpartition(".")[0])
    return all("abstract" in d.flags for d in head.declarations(found.place)) or _is_interface(head, owner)


def _has_abstract_members(head: World, place: Place) -> bool:
    source = head.source(place.path)
    members = source.members.get(place.qualified, {}) if source else {}
    return any("abstract" in d.flags for declarations in members.values() for d in declarations)


def _is_interface(head: World, place: Place) -> bool:
    return any(d.kind == "interface" for d in head.declarations(place) if d.kind in CLASSES)
