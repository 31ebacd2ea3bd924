"""Imports and exports that name what is no longer there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from indexer.impact.changes import Change
from indexer.impact.modules import Absent, Found
from indexer.impact.values import Gone, Module, Outside, Place, Thing
from indexer.impact.world import Source, World
from indexer.types import Binding, Span


@dataclass(frozen=True, slots=True)
class LostImport:
    """An import, or an export, of something that was there at base and is gone at head."""

    rule: str
    name: str
    module: str
    span: Span
    place: Place | None
    """What it stood for."""
    change: Change | None
    gone: str = ""
    """The path that the module had at base, where the module itself is gone."""


def lost_imports(
    base: World,
    head: World,
    source: Source,
    old: Source,
    changes: dict[Place, Change],
    names: frozenset[str],
    lost_files: Collection[str] = (),
) -> Iterator[LostImport]:
    """Every import and export of the head file `source` that named something at base and names nothing now.

    `old` is the same file seen from base: under its path there. Only `names` can be gone, and what is imported from
    `lost_files`.
    """
    for binding in source.facts.bindings:
        if binding.kind != "import" or binding.guarded or binding.span is None or binding.name == "*":
            continue
        module, imported = binding.module or "", binding.imported or binding.name
        gone = _module_lost(base, head, source, old, module) if lost_files else ""
        if imported == "*":
            if gone:
                yield LostImport("import/missing", module, module, binding.span, None, None, gone)
            continue
        if not gone and imported not in names and imported != "default":
            continue
        was = base.imported(old, binding)
        if not isinstance(was, Thing | Module):
            continue
        if _names_nothing(head, source, binding, module):
            change = _change_of(base, old, module, imported, was, changes)
            place = was.place if isinstance(was, Thing) else None
            yield LostImport(_rule(change), imported, module, binding.span, place, change, gone)
    yield from _lost_exports(base, head, source, old, changes, names)


def _lost_exports(
    base: World, head: World, source: Source, old: Source, changes: dict[Place, Change], names: frozenset[str]
) -> Iterator[LostImport]:
    for export in source.facts.exports:
        if "dynamic_exports" in source.facts.flags or not {export.name, export.local} & names:
            continue
        if source.python:
            was, now = base.member_of_module(old.path, export.name), head.member_of_module(source.path, export.name)
        elif export.local not in (None, "*"):
            was, now = base.exported(old, export), head.exported(source, export)
        else:
            continue
        if isinstance(was, Thing | Module) and isinstance(now, Gone):
            change = changes.get(was.place) if isinstance(was, Thing) else None
            place = was.place if isinstance(was, Thing) else None
            yield LostImport("export/missing", export.name, export.module or "", export.span, place, change)


def _names_nothing(head: World, source: Source, binding: Binding, module: str) -> bool:
    now = head.imported(source, binding)
    if isinstance(now, Outside):
        # A module of the tree may hand on what is not in the tree; a module that is not there hands on nothing.
        return not isinstance(head.locate(module, source.path, source.python), Found)
    return isinstance(now, Gone)


def _module_lost(base: World, head: World, source: Source, old: Source, module: str) -> str:
    """The path of the module at base if head has none under its name, else nothing."""
    was = base.locate(module, old.path, source.python)
    now = head.locate(module, source.path, source.python)
    lost = isinstance(was, Found) and not was.path.endswith("/") and not isinstance(now, Found) and _really(now, source)
    return was.path if lost and isinstance(was, Found) else ""


def _really(now: object, source: Source) -> bool:
    return isinstance(now, Absent) or source.python


def _change_of(
    base: World, old: Source, module: str, imported: str, was: Thing | Module, changes: dict[Place, Change]
) -> Change | None:
    if isinstance(was, Thing) and was.place in changes:
        return changes[was.place]
    located = base.locate(module, old.path, old.python)
    return changes.get(Place(located.path, imported)) if isinstance(located, Found) else None


def _rule(change: Change | None) -> str:
    return f"name/{change.fate}" if change is not None and change.fate in ("renamed", "moved") else "import/missing"
