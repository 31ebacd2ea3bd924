"""What a name stands for in a scope: declarations, bindings, imports and exports, nearest first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain as chained
from typing import TYPE_CHECKING

from indexer.impact.language import is_language_name
from indexer.impact.modules import Absent, Found
from indexer.impact.source import HOLDERS, NOTHING, Source
from indexer.impact.values import (
    OUTSIDE,
    UNKNOWN,
    Gone,
    Instance,
    Module,
    Outside,
    Place,
    Thing,
    Unknown,
    Value,
    agreed,
    joined,
)
from indexer.types import Binding, Chain, Declaration, Export

if TYPE_CHECKING:
    from indexer.impact.world import World

CLASS_RECEIVING = frozenset({"__new__", "__init_subclass__"})
"""Methods that get the class itself without a decorator."""
MOST_DEPTH = 24


def root(world: World, source: Source, scope: int, name: str, line: int, depth: int) -> Value:
    """What the first name of a chain stands for."""
    if name.startswith("<"):
        return UNKNOWN if name == "<?>" else OUTSIDE
    if name == "this" and not source.python:
        return receiver(source, scope) or UNKNOWN
    if name == "super":
        own = receiver(source, scope)
        return Instance(own.place, above=True) if isinstance(own, Instance | Thing) else UNKNOWN
    return look_up(world, source, scope, name, line, depth)


def look_up(world: World, source: Source, scope: int | None, name: str, line: int, depth: int) -> Value:
    """What a name stands for, read in a scope at a line; a line of 0 is any time."""
    start = scope
    while scope is not None:
        here = source.facts.scopes[scope]
        if here.kind != "class" or (scope == start and source.python):
            narrowed = source.narrowed_at(scope, name, line)
            if narrowed:
                return world.typed(source, scope, narrowed, depth)
            bindings, declared = source.bound.get((scope, name), []), source.declared.get((scope, name), [])
            if bindings or declared:
                chosen = reaching(bindings, line)
                key = (source, scope, name, depth, tuple(id(binding) for binding in chosen))
                return world.once(key, partial(bound, world, source, declared, chosen, depth, bindings))
        if here.kind == "function":
            line = 0  # what an outer function holds when the inner one is called, no line tells
        scope = here.parent
    return _of_class_then(world, source, start, name) or _beyond(world, source, name, depth)


def reaching(bindings: list[Binding], line: int) -> list[Binding]:
    """The bindings whose value a name may have at a line: the last one that is sure to have run, and those since."""
    if not line or len(bindings) < 2:
        return bindings
    before = [b for b in bindings if b.line < line] or [b for b in bindings if b.line == line]
    for binding in reversed(before):
        if binding.block is None or binding.block[0] <= line <= binding.block[1]:
            first = next(place for place, b in enumerate(before) if b.line == binding.line)
            chosen = before[first:]
            return chosen if any(_tells(b) for b in chosen) else bindings
    return before or bindings


def narrowed_path(source: Source, scope: int | None, path: Chain, line: int) -> Chain | None:
    """The type that a test gives to a path like `self.a` around a line."""
    if not all(step.startswith(".") for step in path[1:]):
        return None
    name = "".join(path)
    while scope is not None:
        found = source.narrowed_at(scope, name, line)
        if found:
            return found
        if source.facts.scopes[scope].kind == "function":
            return None
        scope = source.facts.scopes[scope].parent
    return None


def _tells(binding: Binding) -> bool:
    return binding.kind != "value" or binding.annotation is not None or not _is_nothing(binding)


def _is_nothing(binding: Binding) -> bool:
    return binding.value is not None and binding.value[0] in NOTHING


def bound(
    world: World,
    source: Source,
    declared: list[Declaration],
    bindings: list[Binding],
    depth: int,
    every: Iterable[Binding] = (),
) -> Value:
    """What declarations and bindings of one name in one scope give; of `every` binding there the declared type."""
    things: Iterable[Value] = (Thing(Place(source.path, d.qualified)) for d in declared)
    if declared and all(d.kind in HOLDERS for d in declared):
        bindings = [b for b in bindings if b.kind == "import"]
    if declared or any(b.kind == "import" for b in bindings):
        return agreed(chained(things, (_binding(world, source, b, depth) for b in bindings)))
    assigned = joined(_binding(world, source, b, depth) for b in bindings if _tells(b))
    if isinstance(assigned, Unknown | Outside):
        typed = next((b for b in every if b.annotation), None)
        return world.typed(source, typed.scope, typed.annotation or (), depth) if typed else assigned
    return assigned


def _binding(world: World, source: Source, binding: Binding, depth: int) -> Value:
    if depth > MOST_DEPTH:
        return UNKNOWN
    if binding.kind == "import":
        return imported(world, source, binding, depth + 1)
    if binding.annotation:
        return world.typed(source, binding.scope, binding.annotation, depth)
    if binding.kind == "param":
        return _parameter(world, source, binding, depth + 1)
    if binding.value:
        value = world.evaluate(source, binding.scope, binding.value, binding.line, depth + 1)
        # The variable is there, whatever became of its value.
        return UNKNOWN if isinstance(value, Gone) else value
    return UNKNOWN


def _parameter(world: World, source: Source, binding: Binding, depth: int) -> Value:
    owner = source.owners.get(binding.scope)
    for declaration in source.qualified.get(owner or "", []):
        first = declaration.params[0].name if declaration.params else None
        if declaration.body not in (None, binding.scope):
            continue
        in_class = declaration.parent is not None and source.is_class(declaration.parent)
        if source.python and in_class and first == binding.name and "static" not in declaration.flags:
            place = Place(source.path, declaration.parent or "")
            takes_class = "classmethod" in declaration.flags or declaration.name in CLASS_RECEIVING
            return Thing(place) if takes_class else Instance(place)
        if source.python and binding.value is None:
            return world.fixture(source, declaration, binding.name, depth)
    if binding.value and binding.value[0] not in NOTHING:
        default = world.evaluate(source, binding.scope, binding.value, binding.line, depth)
        return default if isinstance(default, Instance) else UNKNOWN
    return UNKNOWN


def receiver(source: Source, scope: int | None) -> Value | None:
    """What `self`, `this` and `super()` stand for in a scope."""
    while scope is not None:
        owner = source.owners.get(scope) or source.facts.scopes[scope].owner
        if source.facts.scopes[scope].kind == "class" and owner:
            return Thing(Place(source.path, owner))
        for declaration in source.qualified.get(owner or "", []):
            if declaration.parent is not None and source.is_class(declaration.parent):
                place = Place(source.path, declaration.parent)
                on_class = declaration.flags & {"static", "classmethod"} or "object" in source.flags(declaration.parent)
                return Thing(place) if on_class else Instance(place)
        scope = source.facts.scopes[scope].parent
    return None


def _beyond(world: World, source: Source, name: str, depth: int) -> Value:
    """A name that no scope of the file binds: it came from `import *`, or was at this place in another state."""
    own = world.source(source.path)
    if own is not None and own is not source:
        # What a script's module holds is more than what it exports.
        value = (
            member_of_module(world, source.path, name, depth + 1)
            if own.python
            else look_up(world, own, 0, name, 0, depth + 1)
        )
        if not isinstance(value, Gone | Outside):
            return value
    for star in source.stars:
        value = _from_module(world, source, star.module or "", name, depth + 1)
        if not isinstance(value, Gone):
            return value
    return OUTSIDE if is_language_name(name, source.python) else Gone(source.path, name)


def _of_class_then(world: World, source: Source, scope: int | None, name: str) -> Value | None:
    """A name read in a class's body that only the class of another state binds."""
    own = world.source(source.path)
    if scope is None or own is None or own is source or source.facts.scopes[scope].kind != "class":
        return None
    owner = source.facts.scopes[scope].owner or ""
    declared = name in own.members.get(owner, {})
    return Thing(Place(source.path, f"{owner}.{name}"), "class") if declared else None


# ---------------------------------------------------------------- modules


def imported(world: World, source: Source, binding: Binding, depth: int = 0) -> Value:
    """What an import binding stands for."""
    module = binding.module or ""
    if binding.imported == "*":
        located = world.locate(module, source.path, source.python)
        if isinstance(located, Found):
            return Module(located.path)
        return Gone(module, "") if isinstance(located, Absent) else OUTSIDE
    return _from_module(world, source, module, binding.imported or binding.name, depth)


def _from_module(world: World, source: Source, module: str, name: str, depth: int) -> Value:
    located = world.locate(module, source.path, source.python)
    if isinstance(located, Found):
        return member_of_module(world, located.path, name, depth + 1)
    return Gone(module, name) if isinstance(located, Absent) else OUTSIDE


def member_of_module(world: World, path: str, name: str, depth: int = 0) -> Value:
    """What `name` of the module at `path` stands for."""
    if depth > MOST_DEPTH:
        return UNKNOWN
    return world.once(("module", path, name, depth), lambda: _member_of_module(world, path, name, depth))


def _member_of_module(world: World, path: str, name: str, depth: int) -> Value:
    if path.endswith("/"):
        return _submodule(world, path, name)
    source = world.source(path)
    if source is None:
        return UNKNOWN
    if not source.python:
        return _exported(world, source, name, depth + 1)
    declared, bindings = source.declared.get((0, name), []), source.bound.get((0, name), [])
    if declared or bindings:
        value = bound(world, source, declared, bindings, depth + 1)
        if isinstance(value, Module | Gone) and not declared:
            submodule = _submodule(world, path, name)
            return submodule if isinstance(submodule, Module) else value
        return Thing(value.place, "module") if isinstance(value, Thing) else value
    submodule = _submodule(world, path, name)
    if isinstance(submodule, Module):
        return submodule
    return _starred(world, source, name, depth + 1)


def _submodule(world: World, path: str, name: str) -> Value:
    located = world.python.submodule(path, name)
    return Module(located.path) if isinstance(located, Found) else Gone(path, name)


def _starred(world: World, source: Source, name: str, depth: int) -> Value:
    for star in (b for b in source.stars if b.scope == 0):
        value = _from_module(world, source, star.module or "", name, depth + 1)
        if not isinstance(value, Gone):
            return UNKNOWN if isinstance(value, Outside) else value
    return UNKNOWN if "module_getattr" in source.facts.flags else Gone(source.path, name)


def _exported(world: World, source: Source, name: str, depth: int) -> Value:
    for export in source.exports.get(name, []):
        return exported(world, source, export, depth + 1)
    if name == "default" and source.exports and not any(e.name == "default" for e in source.facts.exports):
        return Module(source.path) if _is_common(source) else Gone(source.path, name)
    for star in source.exports.get("*", []):
        value = _from_module(world, source, star.module or "", name, depth + 1)
        if not isinstance(value, Gone):
            return UNKNOWN if isinstance(value, Outside) else value
    default = _default_member(world, source, name, depth + 1) if name != "default" else None
    if default is not None:
        return default
    return UNKNOWN if "dynamic_exports" in source.facts.flags else Gone(source.path, name)


def _default_member(world: World, source: Source, name: str, depth: int) -> Value | None:
    """`require('./m').f` where m's `module.exports` is a class, a function or an object that has `f`."""
    if not _is_common(source):
        return None
    for export in source.exports.get("default", []):
        value = world.step(exported(world, source, export, depth), "." + name, depth)
        return None if isinstance(value, Gone) else value
    return None


def _is_common(source: Source) -> bool:
    return "commonjs" in source.facts.flags


def exported(world: World, source: Source, export: Export, depth: int = 0) -> Value:
    """What an export hands out."""
    if export.module is not None:
        if export.local == "*":
            located = world.locate(export.module, source.path, False)
            return Module(located.path) if isinstance(located, Found) else OUTSIDE
        return _from_module(world, source, export.module, export.local or export.name, depth + 1)
    if export.local is None:
        return UNKNOWN
    value = look_up(world, source, 0, export.local, 0, depth + 1)
    return Thing(value.place, "module") if isinstance(value, Thing) else value
