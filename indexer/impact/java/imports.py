"""Imports of Java classes and static members that are no longer there."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.impact.changes import Change
from indexer.impact.imports import LostImport
from indexer.impact.java.changes import Changed
from indexer.impact.java.expressions import Expressions
from indexer.impact.source import Source
from indexer.impact.values import Place
from indexer.types import Binding


def lost_imports(
    base: Expressions, head: Expressions, source: Source, old: Source, found: Changed
) -> Iterator[LostImport]:
    """Every import of the file that named something at base and names nothing at head."""
    for binding in source.facts.bindings:
        if binding.kind != "import" or binding.span is None:
            continue
        if binding.static:
            change = _of_member(base, head, source, old, binding, found)
        elif binding.imported != "*":
            change = _of_class(base, head, source, old, f"{binding.module}.{binding.imported}", found)
        else:
            change = None
        if change is not None:
            name = change.name if binding.imported == "*" else binding.imported or ""
            yield LostImport(_rule(change), name, binding.module or "", binding.span, change.base, change)


def _of_class(
    base: Expressions, head: Expressions, source: Source, old: Source, name: str, found: Changed
) -> Change | None:
    was = base.qualified(name, old.path)
    if was is None or head.qualified(name, source.path) is not None:
        return None
    while was not in found.classes:
        outer = was.qualified.rpartition(".")[0]
        if not outer:
            return None
        was = Place(was.path, outer)
    return found.classes[was]


def _of_member(
    base: Expressions, head: Expressions, source: Source, old: Source, binding: Binding, found: Changed
) -> Change | None:
    module, name = binding.module or "", binding.imported or ""
    lost = _of_class(base, head, source, old, module, found)
    if lost is not None or name == "*":
        return lost
    was, now = base.qualified(module, old.path), head.qualified(module, source.path)
    if was is None or now is None or _has(head, now, name) or head.may_have(now, name) or not _has(base, was, name):
        return None
    owners = {member.owner for member in base.methods(was, name)}
    field, inner = base.field(was, name), base.member_class(was, name)
    owners |= {field.owner} if field is not None else set()
    if inner is not None and inner in found.classes:
        return found.classes[inner]
    changes = [c for owner in owners for c in found.members.get(Place(owner.path, f"{owner.qualified}.{name}"), ())]
    return changes[0] if changes else None


def _has(world: Expressions, place: Place, name: str) -> bool:
    return bool(world.methods(place, name)) or bool(world.field(place, name)) or bool(world.member_class(place, name))


def _rule(change: Change) -> str:
    return f"name/{change.fate}" if change.fate in ("renamed", "moved") else "import/missing"
