"""Members of types: fields, variants, what their `impl` blocks hold, and what their traits bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.impact.rust.language import HARMLESS, PROVIDED, SMART
from indexer.impact.rust.values import Named, Type
from indexer.impact.source import Source
from indexer.impact.values import OUTSIDE, UNKNOWN, Gone, Place, Thing
from indexer.types import Declaration, Impl

if TYPE_CHECKING:
    from indexer.impact.rust import Rust

MOST_DEPTH = 30
MOST_FILES = 60
"""Files in which an `impl` of a trait for a type is looked for."""


def associated(rust: Rust, place: Place, name: str, depth: int) -> Named:
    """What `Type::name` stands for: a variant, an associated item, a method, a member of a trait."""
    if depth > MOST_DEPTH:
        return UNKNOWN
    declarations = rust.world.declarations(place)
    if not declarations:
        return Gone(place.qualified, name)
    kind = declarations[0].kind
    if kind == "type":
        source = rust.world.source(place.path)
        target = rust.type_of_alias(place, depth + 1) if source is not None else None
        if target is None:
            return UNKNOWN
        return associated(rust, target.place, name, depth + 1) if target.place is not None else OUTSIDE
    if kind == "trait":
        return trait_member(rust, place, name, depth + 1)
    if kind not in ("struct", "enum"):
        return UNKNOWN
    if kind == "enum":
        source = rust.world.source(place.path)
        variants = source.members.get(place.qualified, {}).get(name, []) if source is not None else []
        if any("variant" in d.flags for d in variants):
            return Thing(Place(place.path, f"{place.qualified}.{name}"))
    return _of_type(rust, place, name, depth)


def method(rust: Rust, of: Type | None, name: str, depth: int = 0) -> Named:
    """What `value.name()` stands for, of a value of that type."""
    if of is None or depth > MOST_DEPTH:
        return UNKNOWN
    if of.place is not None:
        kinds = {d.kind for d in rust.world.declarations(of.place)}
        if "trait" in kinds:
            return trait_member(rust, of.place, name, depth + 1)
        return _of_type(rust, of.place, name, depth) if kinds & {"struct", "enum"} else UNKNOWN
    if of.name in ("<dyn>", "<param>"):
        return _of_bounds(rust, of, name, depth)
    if of.name in SMART and of.arguments:
        return method(rust, of.arguments[0], name, depth + 1)
    return OUTSIDE if not rust.in_traits(name) else UNKNOWN


def field(rust: Rust, of: Type | None, name: str, depth: int = 0) -> Named:
    """What `value.name` stands for."""
    if of is None or depth > MOST_DEPTH:
        return UNKNOWN
    if of.place is None:
        held = of.arguments[0] if of.name in SMART and of.arguments else None
        return field(rust, held, name, depth + 1)
    source = rust.world.source(of.place.path)
    declared = source.members.get(of.place.qualified, {}).get(name, []) if source is not None else []
    if any(d.kind == "field" for d in declared):
        return Thing(Place(of.place.path, f"{of.place.qualified}.{name}"))
    if not any(d.kind in ("struct", "enum", "constant") for d in rust.world.declarations(of.place)):
        return UNKNOWN
    target, known = rust.dereferenced(of, depth + 1)
    if target is not None:
        return field(rust, target, name, depth + 1)
    return Gone(of.place.qualified, name) if known else UNKNOWN


def _of_bounds(rust: Rust, of: Type, name: str, depth: int) -> Named:
    """A member of something of which only its traits are known."""
    whole = bool(of.arguments)
    for bound in of.arguments:
        if bound is None or bound.place is None:
            whole = whole and bound is not None and bound.name in HARMLESS
            continue
        found = trait_member(rust, bound.place, name, depth + 1)
        if isinstance(found, Thing):
            return found
        whole = whole and isinstance(found, Gone) and not found.open
    if not whole or rust.in_traits(name) or name in PROVIDED:
        return UNKNOWN
    return Gone(of.name, name)


def trait_member(rust: Rust, place: Place, name: str, depth: int) -> Named:
    """A member of a trait or of a trait above it; `open` where one of these is not in the tree."""
    if depth > MOST_DEPTH:
        return UNKNOWN
    source = rust.world.source(place.path)
    if source is None:
        return UNKNOWN
    if name in source.members.get(place.qualified, {}):
        return Thing(Place(place.path, f"{place.qualified}.{name}"))
    open_ = False
    for declaration in source.qualified.get(place.qualified, []):
        for base in declaration.bases:
            above = rust.typed(source, declaration.scope, base, depth=depth + 1)
            if above is not None and above.place is not None:
                found = trait_member(rust, above.place, name, depth + 1)
                if isinstance(found, Thing):
                    return found
                open_ = open_ or not isinstance(found, Gone) or found.open
            elif above is None or above.name not in HARMLESS:
                open_ = True
    if rust.in_traits(name) or name in PROVIDED:
        return UNKNOWN
    return Gone(place.qualified, name, open=open_)


def _of_type(rust: Rust, place: Place, name: str, depth: int) -> Named:
    """A member of a struct or an enum: its own first, then those of its traits, then those of what it derefs to."""
    own = None
    for source, declaration, block in held(rust, place, name, depth):
        found = Thing(Place(source.path, declaration.qualified))
        if block.trait is None:
            return found
        own = own or found
    if own is not None:
        return own
    for trait in rust.traits_with(name):
        if rust.implements(place, trait, depth + 1):
            return Thing(Place(trait.path, f"{trait.qualified}.{name}"))
    target, known = rust.dereferenced(Type(place, place.name), depth + 1)
    if target is not None:
        return method(rust, target, name, depth + 1)
    if not known or rust.in_traits(name) or name in PROVIDED:
        return UNKNOWN
    return Gone(place.qualified, name)


def held(rust: Rust, place: Place, name: str, depth: int = 0) -> Iterator[tuple[Source, Declaration, Impl]]:
    """What the `impl` blocks of a type hold under a name."""
    for path in rust.files_defining(name, place.name):
        source = rust.world.source(path)
        for declaration in rust.named(source, name) if source is not None else ():
            block = rust.blocks(source).get(declaration.scope) if source is not None else None
            if source is None or block is None:
                continue
            of = rust.typed(source, block.body, block.type, depth=depth + 1)
            if of is not None and of.place == place:
                yield source, declaration, block


def implements(rust: Rust, place: Place, trait: Place, depth: int) -> bool:
    """Whether the tree has an `impl` of a trait for a type, or for every type that has something."""
    world = rust.world
    first = world.index.mentioning(world.tree, [trait.name])
    files = sorted(path for path in first if path.endswith(".rs"))
    both = world.index.mentioning(world.tree, [place.name])
    files = sorted(files, key=lambda path: (path not in both, path != place.path, path))[:MOST_FILES]
    world.load(files, frozenset())
    for path in files:
        source = world.source(path)
        for block in source.facts.impls if source is not None else ():
            if source is None or block.trait is None or not _names(block.trait, trait.name):
                continue
            of_trait = rust.typed(source, block.body, block.trait, depth=depth + 1)
            if of_trait is None or of_trait.place != trait:
                continue
            of = rust.typed(source, block.body, block.type, depth=depth + 1)
            if of is not None and (of.place == place or of.name == "<param>"):
                return True
    return False


def _names(chain: tuple[str, ...], name: str) -> bool:
    return name in {step.removeprefix("::") for step in chain}
