"""The types that annotations write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.impact.rust.language import ITERATED
from indexer.impact.rust.names import TYPE_PARAM, closing, resolve, segments
from indexer.impact.rust.values import Type
from indexer.impact.source import Source
from indexer.impact.values import Outside, Place, Thing
from indexer.types import Binding, Chain, Declaration

if TYPE_CHECKING:
    from indexer.impact.rust import Rust

Given = dict[str, Type | None]
"""What stands for type parameters."""
MOST_DEPTH = 40


def split(chain: Chain) -> tuple[list[Chain], int]:
    """The chains between the `<` that a chain has at place 1 and its `>`, and where the rest begins."""
    end = closing(chain, 1)
    found: list[list[str]] = [[]]
    depth = 0
    for step in chain[2:end]:
        depth += (step == "<") - (step == ">")
        if step == "," and depth == 0:
            found.append([])
        else:
            found[-1].append(step)
    return [tuple(part) for part in found if part], end + 1


# ---------------------------------------------------------------- annotations


def typed(
    rust: Rust, source: Source, scope: int, chain: Chain, given: Given | None = None, depth: int = 0
) -> Type | None:
    """The type that an annotation writes."""
    if depth > MOST_DEPTH or not chain or chain == ("<?>",):
        return None
    if chain[0].startswith("<"):
        return _structural(rust, source, scope, chain, given, depth)
    path, end = segments(chain)
    arguments: tuple[Type | None, ...] = ()
    if "<" in chain[:end]:
        at = chain.index("<")
        inner, _ = split(("", *chain[at:]))
        arguments = tuple(typed(rust, source, scope, part, given, depth + 1) for part in inner)
    if len(path) == 1:
        parameter = _parameter(rust, source, scope, path[0], given, depth)
        if parameter is not None:
            return parameter[0]
        if path[0] == "Self":
            return own_type(rust, source, scope, given, depth + 1)
    elif path[0] == "Self" or _parameter(rust, source, scope, path[0], given, depth) is not None:
        return _projected(rust, source, scope, path, given, depth)
    found = resolve(rust, source, scope, path, "type", depth + 1)
    if isinstance(found, Thing):
        return _defined(rust, found.place, arguments, depth)
    if isinstance(found, Outside):
        return Type(None, path[-1].removeprefix("::"), arguments)
    return None


def _structural(rust: Rust, source: Source, scope: int, chain: Chain, given: Given | None, depth: int) -> Type | None:
    """A tuple, a list, a function or `dyn A + B`; of `impl Iterator<Item = T>` the iterator itself."""
    inner, _ = split(chain) if len(chain) > 1 else ([], 0)
    held = tuple(typed(rust, source, scope, part, given, depth + 1) for part in inner)
    if chain[0] == "<dyn>" and len(held) == 1 and held[0] is not None and held[0].name in ITERATED:
        return held[0]
    return Type(None, chain[0], held)


def _defined(rust: Rust, place: Place, arguments: tuple[Type | None, ...], depth: int) -> Type | None:
    declarations = rust.world.declarations(place)
    if declarations and declarations[0].kind == "type":
        return _alias(rust, place, declarations[0], arguments, depth)
    return Type(place, place.name, arguments)


def _alias(rust: Rust, place: Place, alias: Declaration, arguments: tuple[Type | None, ...], depth: int) -> Type | None:
    source = rust.world.source(place.path)
    if source is None or alias.annotation is None or alias.body is None:
        return None
    given = dict(zip(parameters(source, alias.body), arguments, strict=False))
    return typed(rust, source, alias.body, alias.annotation, given, depth + 1)


def parameters(source: Source, scope: int) -> list[str]:
    """The type parameters that a scope declares, in order."""
    found = [b.name for b in source.facts.bindings if b.scope == scope and b.kind == "param" and b.value == TYPE_PARAM]
    return list(dict.fromkeys(found))


def _parameter(
    rust: Rust, source: Source, scope: int, name: str, given: Given | None, depth: int
) -> tuple[Type | None] | None:
    """The type that a type parameter stands for, in a tuple; None where the name is none."""
    at: int | None = scope
    while at is not None:
        bounds = [b for b in source.bound.get((at, name), []) if b.kind == "param" and b.value == TYPE_PARAM]
        if bounds:
            if given and given.get(name) is not None:
                return (given[name],)
            return (_bounded(rust, source, at, bounds, depth),)
        at = source.facts.scopes[at].parent
    return None


def _bounded(rust: Rust, source: Source, scope: int, bounds: list[Binding], depth: int) -> Type:
    found: list[Type | None] = []
    for binding in bounds:
        if binding.annotation and len(binding.annotation) > 1:
            inner, _ = split(binding.annotation)
            found += [typed(rust, source, scope, part, None, depth + 4) for part in inner]
    return Type(None, "<param>", tuple(found))


def own_type(rust: Rust, source: Source, scope: int | None, given: Given | None, depth: int) -> Type | None:
    """What `Self` stands for in a scope."""
    at = scope
    while at is not None:
        here = source.facts.scopes[at]
        if here.kind == "class":
            block = rust.blocks(source).get(at)
            if block is not None:
                return typed(rust, source, at, block.type, given, depth + 1)
            names = parameters(source, at)
            arguments = tuple((given or {}).get(name) for name in names)
            return Type(Place(source.path, here.owner or ""), (here.owner or "").rpartition(".")[2], arguments)
        at = here.parent
    return None


def _projected(rust: Rust, source: Source, scope: int, path: list[str], given: Given | None, depth: int) -> Type | None:
    """`Self::Item`, `T::Error`: an associated type, where the type is known."""
    of = typed(rust, source, scope, (path[0],), given, depth + 1)
    if len(path) != 2 or of is None:
        return None
    return associated_type(rust, of, path[1], depth + 1)


def associated_type(rust: Rust, of: Type, name: str, depth: int) -> Type | None:
    """What an `impl` of a type says that an associated type is."""
    if of.place is None or depth > MOST_DEPTH:
        return None
    for source, declaration, block in rust.held(of.place, name, depth + 1):
        if declaration.kind == "type" and declaration.annotation and declaration.body is not None:
            given = given_to(rust, source, block.body, block.type, of)
            return typed(rust, source, declaration.body, declaration.annotation, given, depth + 1)
    return None


def given_to(rust: Rust, source: Source, scope: int, written: Chain, of: Type) -> Given:
    """What the type parameters of an `impl` stand for, of a value of that type: `impl<T> Foo<T>`."""
    names = set(parameters(source, scope))
    if not names or "<" not in written or not of.arguments:
        return {}
    inner, _ = split(("", *written[written.index("<") :]))
    return {
        part[0]: argument
        for part, argument in zip(inner, of.arguments, strict=False)
        if len(part) == 1 and part[0] in names
    }
