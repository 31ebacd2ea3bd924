"""Steps from values: fields and methods, also of what is embedded, results, elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.impact.go.values import Environment, Found, Key, Made, Named, Names, Of, Type, Value
from indexer.impact.source import CALLABLE, CLASSES, Source
from indexer.impact.values import OUTSIDE, UNKNOWN, Gone, Outside, Unknown
from indexer.types import Declaration

if TYPE_CHECKING:
    from indexer.impact.go.world import GoWorld

LOCKS = {
    ".Mutex": frozenset({"Lock", "TryLock", "Unlock"}),
    ".RWMutex": frozenset({"Lock", "RLock", "RLocker", "RUnlock", "TryLock", "TryRLock", "Unlock"}),
    ".Once": frozenset({"Do"}),
    ".WaitGroup": frozenset({"Add", "Done", "Go", "Wait"}),
}
"""What the types of the package `sync` have, which are embedded more than any others."""
MOST_EMBEDDED = 60
"""Types that are looked into for one member."""
ELEMENTS = {"[]": {"[]": 0, "{}": 0, "each": 0}, "map": {"[]": 1, "{}": 1, "each": 1, "key": 0},
            "chan": {"<-": 0, "key": 0}}  # fmt: skip


def step(world: GoWorld, value: Value, taken: str, depth: int) -> Value:
    """What a step leads to from anything but a package."""
    if isinstance(value, Unknown | Outside | Gone):
        return value if isinstance(value, Outside) else UNKNOWN
    if _is_type(value):
        type_ = world.type_of(value, depth)
        if taken in ("new", "()", "(0)"):
            return Of(type_)
        return _expression(select(world, type_, taken[1:], depth)) if taken.startswith(".") else UNKNOWN
    if taken == "()" and isinstance(value, Found) and value.declaration.kind in CALLABLE:
        return Of(result(world, value, depth))
    if taken.startswith("(") and isinstance(value, Found) and value.declaration.kind in CALLABLE:
        number = int(taken[1:-1]) - value.expression
        return Of(parameter(world, value, number, depth)) if number >= 0 else UNKNOWN
    type_ = world.type_of(value, depth)
    if taken.startswith("."):
        return select(world, type_, taken[1:], depth)
    return Of(_taken(world, type_, taken, depth))


def _is_type(value: Value) -> bool:
    return isinstance(value, Names) or (isinstance(value, Found) and value.declaration.kind in CLASSES)


def _expression(value: Value) -> Value:
    if not isinstance(value, Found):
        return value
    return Found(value.key, value.package, value.source, value.declaration, value.environment, True)


def _taken(world: GoWorld, type_: Type, taken: str, depth: int) -> Type:
    """The type of an element, of a result, of one of several results."""
    if taken.startswith("[") and taken != "[]":
        number = int(taken[1:-1])
        if isinstance(type_, Made) and type_.kind == "<()>":
            return type_.parts[number] if number < len(type_.parts) else UNKNOWN
        return type_ if number == 0 else OUTSIDE
    under = underlying(world, type_, depth)
    if taken.startswith("{") and taken != "{}":
        return _element(world, under, taken[1:-1], depth)
    if isinstance(under, Outside):
        return OUTSIDE
    if not isinstance(under, Made):
        return UNKNOWN
    if taken.startswith("(") and taken != "()" and under.kind == "func":
        return _parameter_of(under, int(taken[1:-1]))
    if taken == "()" and under.kind == "func":
        return _together(under.parts[1:])
    place = ELEMENTS.get(under.kind, {}).get(taken)
    return under.parts[place] if place is not None and place < len(under.parts) else UNKNOWN


def _element(world: GoWorld, under: Type, key: str, depth: int) -> Type:
    """What a literal holds under a key that is written as a name, or at a place where no key is written."""
    if not isinstance(under, Named):
        return _taken(world, under, "{}", depth)
    if key.isdigit():
        found = [(one, field_names(one)) for one in declarations(world, under)[:1]]
        key = next((names[int(key)] for _, names in found if int(key) < len(names)), "")
    return world.type_of(select(world, under, key, depth), depth) if key else UNKNOWN


def field_names(found: Found) -> list[str]:
    """The names of a struct's fields, in order."""
    owner = found.declaration.qualified
    return [d.name for d in found.source.facts.declarations if d.parent == owner and d.kind == "field"]


def _parameter_of(function: Made, number: int) -> Type:
    """The type of an argument of a function that is only known by its type."""
    taken = function.parts[0].parts if function.parts and isinstance(function.parts[0], Made) else ()
    last = taken[-1] if taken else UNKNOWN
    if isinstance(last, Made) and last.kind == "..." and number >= len(taken) - 1:
        return last.parts[0] if last.parts else UNKNOWN
    return taken[number] if number < len(taken) else UNKNOWN


def _together(results: tuple[Type, ...]) -> Type:
    if not results:
        return UNKNOWN
    return results[0] if len(results) == 1 else Made("<()>", results)


# ---------------------------------------------------------------- types of definitions


def type_of(world: GoWorld, found: Found, depth: int) -> Type:
    """The type of a variable, constant or field; of a function what it gives; of a type the type."""
    declaration, source, package = found.declaration, found.source, found.package
    if declaration.kind in CLASSES:
        return Named(package, found.key.qualified, found.arguments)
    if declaration.kind in CALLABLE:
        return _function_type(world, found, depth)
    if declaration.annotation is not None:
        return world.type(
            source, package, declaration.scope, declaration.annotation, depth, environment=found.environment
        )
    for value in declaration.values:
        start = declaration.span.start_line, declaration.span.start_column
        return world.type_of(world.resolve(source, package, declaration.scope, value, start, depth), depth)
    return UNKNOWN


def _function_type(world: GoWorld, found: Found, depth: int) -> Type:
    """What a function takes and gives, as the type of its value."""
    declaration = found.declaration
    params = declaration.params or ()
    taken = [parameter(world, found, number, depth) for number in range(len(params))]
    if params and params[-1].kind == "rest":
        taken[-1] = Made("...", (taken[-1],))
    given = result(world, found, depth) if declaration.annotation is not None else None
    if isinstance(given, Made) and given.kind == "<()>":
        return Made("func", (Made("<()>", tuple(taken)), *given.parts))
    return Made("func", (Made("<()>", tuple(taken)), *(() if given is None else (given,))))


def parameter(world: GoWorld, found: Found, number: int, depth: int) -> Type:
    """The type of an argument of a call: of what is left over, that of one more."""
    declaration, source = found.declaration, found.source
    params = declaration.params or ()
    param = params[min(number, len(params) - 1)] if params else None
    if param is None or param.annotation is None or (number >= len(params) and param.kind != "rest"):
        return UNKNOWN
    scope = declaration.body if declaration.body is not None else declaration.scope
    environment = found.environment
    if found.arguments:
        environment += tuple(zip(type_parameters(source, scope), found.arguments, strict=False))
    chain = param.annotation[2:-1] if param.kind == "rest" else param.annotation
    return world.type(source, found.package, scope, chain, depth, environment=environment)


def result(world: GoWorld, found: Found, depth: int) -> Type:
    """What a call of a function or method gives."""
    declaration, source = found.declaration, found.source
    if declaration.annotation is None:
        return UNKNOWN
    scope = declaration.body if declaration.body is not None else declaration.scope
    environment = found.environment
    if found.arguments:
        environment += tuple(zip(type_parameters(source, scope), found.arguments, strict=False))
    return world.type(source, found.package, scope, declaration.annotation, depth, environment=environment)


def type_parameters(source: Source, scope: int) -> list[str]:
    """The names of the type parameters that a scope binds, in order."""
    return [b.name for b in source.facts.bindings if b.scope == scope and b.annotation and b.annotation[0] == "<type>"]


def declarations(world: GoWorld, type_: Named) -> list[Found]:
    """Where a named type is declared."""
    if type_.at is None:
        return [found for found in world.find(type_.package, type_.qualified) if found.declaration.kind in CLASSES]
    key = Key(type_.package.folder, type_.package.name, f"{type_.at.path}:{type_.qualified}")
    own = type_.at.qualified.get(type_.qualified, [])
    return [Found(key, type_.package, type_.at, d) for d in own if d.kind in CLASSES]


def underlying(world: GoWorld, type_: Type, depth: int) -> Type:
    """The type that is written out behind a name; of a struct or an interface the named type."""
    for _ in range(8):
        if not isinstance(type_, Named):
            return type_
        found = declarations(world, type_)
        if not found:
            return UNKNOWN
        declaration = found[0].declaration
        if declaration.annotation is None:
            return type_
        type_ = _behind(world, type_, found[0], depth)
    return UNKNOWN


def _behind(world: GoWorld, type_: Named, found: Found, depth: int) -> Type:
    declaration = found.declaration
    scope = declaration.body if declaration.body is not None else declaration.scope
    environment = environment_of(type_, found)
    return world.type(found.source, found.package, scope, declaration.annotation or (), depth + 1,
                      environment=environment)  # fmt: skip


def environment_of(type_: Named, found: Found) -> Environment:
    """What the type parameters of a type stand for."""
    body = found.declaration.body
    if body is None or not type_.arguments:
        return ()
    return tuple(zip(type_parameters(found.source, body), type_.arguments, strict=False))


# ---------------------------------------------------------------- members


def select(world: GoWorld, type_: Type, name: str, depth: int) -> Value:
    """The field or method of a value of a type; `Gone` only where every type it could come from is known."""
    if not isinstance(type_, Named):
        return OUTSIDE if isinstance(type_, Outside) else UNKNOWN
    level: list[Type] = [type_]
    complete = True
    seen: set[Type] = set()
    for _ in range(MOST_EMBEDDED):
        found: list[Found] = []
        below: list[Type] = []
        for one in level:
            if one in seen:
                continue
            seen.add(one)
            if not isinstance(one, Named):
                complete = complete and _lacks(one, name)
                continue
            known = declarations(world, one)
            complete = complete and bool(known)
            for declared in known:
                found += _own(world, one, declared, name, depth)
                below += embedded(world, one, declared, depth)
        if found:
            return found[0] if len({one.key for one in found}) == 1 else UNKNOWN
        if not below:
            break
        level = below
    return Gone(type_.package.folder, name, not complete) if complete else UNKNOWN


def _lacks(type_: Type, name: str) -> bool:
    """Whether a type without a name in the tree can't have a member of that name."""
    if isinstance(type_, Made):
        return name not in LOCKS.get(type_.kind, ())
    return isinstance(type_, Outside) and not name[:1].isupper()


def _own(world: GoWorld, type_: Named, declared: Found, name: str, depth: int) -> Iterator[Found]:
    """Fields and methods that are written for the type itself."""
    environment = environment_of(type_, declared)
    source, owner = declared.source, declared.declaration.qualified
    for member in source.members.get(owner, {}).get(name, []):
        if member.kind == "field" or "abstract" in member.flags:
            key = Key(declared.key.folder, declared.key.package, f"{declared.key.qualified}.{name}")
            yield Found(key, declared.package, source, member, environment)
            return
    if type_.at is None:
        for found in world.find(type_.package, f"{type_.qualified}.{name}")[:1]:
            yield Found(found.key, found.package, found.source, found.declaration, _of_receiver(type_, found))


def _of_receiver(type_: Named, method: Found) -> Environment:
    """What the names stand for that the receiver of a method gives the type's arguments."""
    body = method.declaration.body
    if body is None or not type_.arguments:
        return ()
    return tuple(zip(type_parameters(method.source, body), type_.arguments, strict=False))


def embedded(world: GoWorld, type_: Named, declared: Found, depth: int) -> list[Type]:
    """The types whose members a type has as well: embedded ones, and the one that it is defined by."""
    declaration: Declaration = declared.declaration
    scope = declaration.body if declaration.body is not None else declaration.scope
    environment = environment_of(type_, declared)
    chains = declaration.bases if declaration.annotation is None else (declaration.annotation,)
    found: list[Type] = []
    for chain in chains:
        other = world.type(declared.source, declared.package, scope, chain, depth + 1, environment=environment)
        is_lock = isinstance(other, Outside) and chain[0] == "sync" and chain[-1] in LOCKS
        found.append(Made(chain[-1], ()) if is_lock else other)
    return found
