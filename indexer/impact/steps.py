"""The steps of a chain: attributes, calls, items, and the values that variables and types hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.impact.groups import each_of, group_of, item_of, later, passed, taken
from indexer.impact.source import CALLABLE, CLASSES, NOTHING, Source
from indexer.impact.values import (
    OUTSIDE,
    UNKNOWN,
    Either,
    Gone,
    Group,
    Instance,
    Module,
    Outside,
    Place,
    Taken,
    Thing,
    Unknown,
    Value,
    joined,
)
from indexer.types import Chain, Declaration

if TYPE_CHECKING:
    from indexer.impact.world import World

MOST_DEPTH = 24
FLOW_STEPS = frozenset({"await"})
SELF_TYPES = frozenset({"Self", "this"})
ITERATORS = ("__iter__", "__aiter__", "__next__", "__anext__", "__getitem__")
RESULTLESS = frozenset({"opaque", "overload"})


def split(annotation: Chain) -> tuple[Chain, tuple[Chain, ...]]:
    """The path of a chain, and the chains between its `<` and `>`."""
    if "<" not in annotation:
        return annotation, ()
    start = annotation.index("<")
    parts: list[list[str]] = [[]]
    depth = 0
    for step in annotation[start + 1 :]:
        depth += (step == "<") - (step == ">")
        if depth < 0:
            break
        if step == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(step)
    return annotation[:start], tuple(tuple(part) for part in parts if part)


def rest_of(chain: Chain) -> Chain:
    """The steps of a chain behind its root and the root's `<…>`."""
    if len(chain) < 2 or chain[1] != "<":
        return chain[1:]
    depth = 0
    for number, step in enumerate(chain):
        depth += (step == "<") - (step == ">")
        if step == ">" and depth == 0:
            return chain[number + 1 :]
    return ()


# ---------------------------------------------------------------- values of variables and types


def held(world: World, value: Value, depth: int) -> Value:
    """What a variable holds; anything else is itself."""
    if isinstance(value, Either):
        return joined(world.held(part, depth + 1) for part in value.values)
    if not isinstance(value, Thing):
        return value
    declarations = world.declarations(value.place)
    if not declarations or any(d.kind in CALLABLE and "property" not in d.flags for d in declarations):
        return value
    if all(d.kind in CLASSES for d in declarations):
        return value
    source = world.source(value.place.path)
    if depth > MOST_DEPTH or source is None:
        return UNKNOWN
    readable = [d for d in declarations if "setter" not in d.flags] or declarations
    declared = [d for d in readable if d.annotation] or readable
    return world.once(
        ("held", value.place, depth),
        lambda: joined(_held_by(world, source, value, d, depth + 1) for d in declared),
    )


def _held_by(world: World, source: Source, value: Thing, declaration: Declaration, depth: int) -> Value:
    if "object" in declaration.flags:
        return Thing(Place(source.path, declaration.qualified))
    if "property" in declaration.flags:
        return _result(world, value, declaration, depth)
    if declaration.annotation:
        typed = world.typed(source, declaration.scope, declaration.annotation, depth)
        if not isinstance(typed, Unknown):
            return typed
    line = declaration.name_span.start_line if source.facts.scopes[declaration.scope].kind == "function" else 0
    return joined(
        world.evaluate(source, declaration.scope, chain, line, depth)
        for chain in declaration.values
        if chain[0] not in NOTHING
    )


def typed(world: World, source: Source, scope: int, annotation: Chain, depth: int) -> Value:
    """An object of the class that a type annotation names."""
    path, arguments = split(annotation)
    if depth > MOST_DEPTH or not path:
        return UNKNOWN
    if path == ("<|>",):
        return joined(world.typed(source, scope, part, depth + 1) for part in arguments if part[0] not in NOTHING)
    if path[0] in SELF_TYPES and len(path) == 1:
        return world.receiver(source, scope) or UNKNOWN
    if path[0] == "<list>" or (arguments and path[0].startswith("<")):
        return _group(world, source, scope, path, arguments, depth)
    value = world.resolve(source, scope, path, 0, depth + 1)
    if isinstance(value, Thing):
        if world.is_class(value.place) and not _is_alias(world, value.place):
            return Instance(value.place)
        return _named_type(world, source, value, depth)
    if isinstance(value, Outside | Gone) and arguments:
        return _group(world, source, scope, path, arguments, depth)
    return value if isinstance(value, Outside) else UNKNOWN


def _named_type(world: World, source: Source, value: Thing, depth: int) -> Value:
    """`X = Union[A, B]`, `type X = A | B`: another name for a type."""
    for declaration in world.declarations(value.place):
        owner = world.source(value.place.path)
        if owner is not None and declaration.kind == "type" and declaration.annotation:
            return world.typed(owner, declaration.scope, declaration.annotation, depth + 1)
        if owner is not None and declaration.values and declaration.values[0][0] == "<|>":
            return world.typed(owner, declaration.scope, declaration.values[0], depth + 1)
    inner = world.held(value, depth + 1)
    if isinstance(inner, Thing) and world.is_class(inner.place):
        return Instance(inner.place)
    if isinstance(inner, Either):
        return joined(
            Instance(v.place) if isinstance(v, Thing) and world.is_class(v.place) else UNKNOWN for v in inner.values
        )
    return UNKNOWN


def _is_alias(world: World, place: Place) -> bool:
    """A TypeScript alias of a union: it has no members of its own, its alternatives have them."""
    return any(d.kind == "type" and d.annotation and d.annotation[0] == "<|>" for d in world.declarations(place))


def _group(world: World, source: Source, scope: int, path: Chain, arguments: tuple[Chain, ...], depth: int) -> Value:
    if path[-1].lstrip(".") in ("type", "Type") and arguments:
        inner = world.typed(source, scope, arguments[0], depth + 1)
        if isinstance(inner, Either):
            return joined(Thing(v.place) if isinstance(v, Instance) else UNKNOWN for v in inner.values)
        return Thing(inner.place) if isinstance(inner, Instance) else UNKNOWN
    return group_of(path, [world.typed(source, scope, part, depth + 1) for part in arguments])


# ---------------------------------------------------------------- steps


def literal(world: World, source: Source, scope: int, chain: Chain, line: int, depth: int) -> Value:
    """A list that is written out, by the values in it."""
    path, arguments = split(chain)
    if path == ("<|>",):
        return UNKNOWN
    return group_of(path, [joined(world.evaluate(source, scope, part, line, depth + 1) for part in arguments)])


def step(world: World, value: Value, name: str, depth: int) -> Value:
    """What one step leads to."""
    if depth > MOST_DEPTH:
        return UNKNOWN
    if isinstance(value, Either):
        return joined(step(world, part, name, depth + 1) for part in value.values)
    if name.startswith("."):
        return _attribute(world, world.held(value, depth + 1), name[1:], depth)
    if name in ("()", "new"):
        return called(world, world.held(value, depth + 1), depth)
    value = world.held(value, depth + 1)
    if isinstance(value, Either):
        return joined(_taken_out(world, part, name, depth + 1) for part in value.values)
    return _taken_out(world, value, name, depth)


def _taken_out(world: World, value: Value, name: str, depth: int) -> Value:
    if name == "await":
        return value
    if name == "with":
        return _entered(world, value, depth)
    if name == "each":
        return _each(world, value, depth)
    if name.startswith("["):
        return _item(world, value, name, depth)
    if name.startswith("("):
        return _passed(world, value, name[1:-1], depth)
    return UNKNOWN


def _attribute(world: World, value: Value, name: str, depth: int) -> Value:
    if isinstance(value, Either):
        return joined(_attribute(world, part, name, depth + 1) for part in value.values)
    if isinstance(value, Module):
        return world.member_of_module(value.path, name, depth + 1)
    if isinstance(value, Instance):
        found = world.member(value.place, name, "instance", value.above, depth)
        return Thing(value.place) if isinstance(found, Gone) and name == "__new__" else found
    if isinstance(value, Group):
        return Taken(value, name)
    if isinstance(value, Thing):
        if world.is_class(value.place) or _holds_members(world, value.place):
            found = world.member(value.place, name, "class", depth=depth)
            return value if isinstance(found, Gone) and name == "__new__" else found
        return UNKNOWN
    return OUTSIDE if isinstance(value, Taken) else value


def _holds_members(world: World, place: Place) -> bool:
    return any("object" in d.flags or d.kind == "namespace" for d in world.declarations(place))


def _each(world: World, value: Value, depth: int) -> Value:
    if isinstance(value, Group):
        return each_of(value)
    return _by_member(world, value, ITERATORS, depth)


def _item(world: World, value: Value, name: str, depth: int) -> Value:
    if isinstance(value, Group):
        return item_of(value, name)
    if isinstance(value, Thing) and world.is_class(value.place):
        return value  # `C[int]` is C
    return _by_member(world, value, ("__getitem__", *ITERATORS) if name != "[]" else ("__getitem__",), depth)


def _by_member(world: World, value: Value, names: tuple[str, ...], depth: int) -> Value:
    """What iteration or subscription of an object of the tree gives, by the method that does it."""
    if not isinstance(value, Instance):
        return UNKNOWN if isinstance(value, Thing | Module | Taken) else value
    for name in names:
        method = world.member(value.place, name, "instance", depth=depth)
        if isinstance(method, Thing):
            result = called(world, method, depth + 1)
            if name in ("__iter__", "__aiter__"):
                return _each(world, result, depth + 1) if result != value else _next(world, value, depth + 1)
            return result
    return UNKNOWN


def _next(world: World, value: Instance, depth: int) -> Value:
    return _by_member(world, value, ("__next__", "__anext__"), depth)


def _passed(world: World, value: Value, function: str, depth: int) -> Value:
    """What a function of the language gives that is handed the value: `sorted(x)`, `copy.copy(x)`."""
    if later(function):
        return value
    items = _each(world, value, depth + 1)
    return passed(function, value, items)


def called(world: World, value: Value, depth: int) -> Value:
    """What a call of the value gives."""
    if isinstance(value, Either):
        return joined(called(world, part, depth + 1) for part in value.values)
    if isinstance(value, Taken):
        return taken(value)
    if isinstance(value, Instance):
        if value.above:
            return value
        call = world.member(value.place, "__call__", "instance", depth=depth)
        return called(world, call, depth + 1) if isinstance(call, Thing) else UNKNOWN
    if not isinstance(value, Thing):
        return UNKNOWN if isinstance(value, Module | Group) else value
    if world.is_class(value.place):
        return Instance(value.place)
    return world.once(
        ("called", value.place, depth),
        lambda: joined(_result(world, value, d, depth + 1) for d in world.declarations(value.place)),
    )


def _result(world: World, value: Thing, declaration: Declaration, depth: int) -> Value:
    source = world.source(value.place.path)
    if source is None or depth > MOST_DEPTH:
        return UNKNOWN
    if declaration.kind not in CALLABLE and "property" not in declaration.flags:
        return UNKNOWN
    scope = declaration.body if declaration.body is not None else declaration.scope
    if "returns_self" in declaration.flags and declaration.parent:
        return Instance(Place(source.path, declaration.parent))
    if declaration.annotation:
        if _gives_own_type(declaration):
            return Instance(Place(source.path, declaration.parent or ""))
        return world.typed(source, scope, declaration.annotation, depth)
    if declaration.flags & RESULTLESS or ("generator" in declaration.flags and not _yields(declaration)):
        return UNKNOWN
    source, declaration = world.read(source, declaration)
    scope = declaration.body if declaration.body is not None else declaration.scope
    return joined(
        world.evaluate(source, scope, chain, 0, depth + 1) for chain in declaration.values if chain[0] not in NOTHING
    )


def _gives_own_type(declaration: Declaration) -> bool:
    """`def copy(self: T) -> T`."""
    first = declaration.params[0] if declaration.params else None
    if first is None or declaration.parent is None or not first.annotation or not declaration.annotation:
        return False
    arguments = split(first.annotation)[1]
    return declaration.annotation in (first.annotation, *arguments) and len(declaration.annotation) == 1


def _yields(declaration: Declaration) -> bool:
    return "contextmanager" in declaration.flags


def _entered(world: World, value: Value, depth: int) -> Value:
    """The value that `with … as x` binds: the object itself, unless its `__enter__` says otherwise."""
    if not isinstance(value, Instance):
        return UNKNOWN if isinstance(value, Thing | Module) else value
    for name in ("__enter__", "__aenter__"):
        enter = world.member(value.place, name, "instance", depth=depth)
        if isinstance(enter, Thing):
            result = called(world, enter, depth + 1)
            return result if isinstance(result, Instance | Either | Group) else UNKNOWN
    return value
