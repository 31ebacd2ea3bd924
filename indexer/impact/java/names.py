"""What a name means in a Java file: types and variables, by scopes, members, imports and packages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.impact.java import library
from indexer.impact.java.classes import KINDS, Classes, Member
from indexer.impact.java.values import (
    FOREIGN,
    OBJECT,
    PRIMITIVES,
    UNKNOWN,
    Array,
    Class,
    Foreign,
    Object,
    Parameter,
    Primitive,
    Unknown,
    Value,
)
from indexer.impact.source import Source
from indexer.impact.steps import split
from indexer.impact.values import Place
from indexer.impact.world import World
from indexer.types import Binding, Chain, Span

MOST_ANCESTORS = 200
MOST_DEPTH = 16
IMPLIED = {"enum": "java.lang.Enum", "record": "java.lang.Record", "annotation": "java.lang.annotation.Annotation"}


class Names(Classes):
    """The classes of a tree, and what names mean in its files."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._lineages: dict[Place, tuple[list[Place], list[str]]] = {}
        self._bases: dict[Place, list[Value]] = {}
        self.lost: frozenset[str] = frozenset()
        """Qualified names of classes that the other state has and this one has not: they bring nothing."""

    def lose(self, names: Iterable[str]) -> None:
        """Take these classes for what is surely not there."""
        self.lost = frozenset(names)
        self._lineages.clear()
        self._bases.clear()

    # ------------------------------------------------------------ scopes

    def enclosing(self, source: Source, scope: int | None) -> Iterator[Place]:
        """The classes around a scope, innermost first."""
        while scope is not None:
            opened = source.facts.scopes[scope]
            if opened.kind == "class" and opened.owner is not None:
                yield self.place_of(source, opened.owner)
            scope = opened.parent

    def place_of(self, source: Source, owner: str) -> Place:
        """A class of the file; one that has no name, or that this state does not have, as it stands there."""
        place = Place(source.path, owner)
        declared = source.qualified.get(owner, [])
        local = any(source.facts.scopes[d.scope].kind != "class" and d.parent is not None for d in declared)
        if local or "<" in owner or self.declaration(place) is None:
            return Place(self.view(source), owner) if self.world.source(source.path) is not source else place
        return place

    # ------------------------------------------------------------ types

    def type_named(self, source: Source, scope: int | None, name: str, depth: int = 0) -> Value:
        """What a simple type name means in a scope: a class, a type parameter, a class from elsewhere."""
        if name in PRIMITIVES:
            return Primitive(name)
        at = scope
        while at is not None:
            found = self._type_in(source, at, name, depth)
            if found is not None:
                return found
            at = source.facts.scopes[at].parent
        return self._imported_type(source, name)

    def _type_in(self, source: Source, scope: int, name: str, depth: int) -> Value | None:
        for binding in source.bound.get((scope, name), ()):
            if binding.kind == "type":
                return self._parameter(source, scope, binding, depth)
        opened = source.facts.scopes[scope]
        if opened.kind == "class" and opened.owner is not None:
            if opened.owner.rpartition(".")[2] == name:
                return Class(self.place_of(source, opened.owner))
            if depth > MOST_DEPTH:
                return None
            inner = self.member_class(self.place_of(source, opened.owner), name)
            return Class(inner) if inner is not None else None
        for declaration in source.declared.get((scope, name), ()):
            if declaration.kind in KINDS and scope:
                return Class(self.place_of(source, declaration.qualified))
        return None

    def _parameter(self, source: Source, scope: int, binding: Binding, depth: int) -> Value:
        opened = source.facts.scopes[scope]
        owner = self.place_of(source, opened.owner) if opened.kind == "class" and opened.owner else None
        bound: Value = OBJECT
        if binding.annotation and depth < MOST_DEPTH and binding.annotation[0] != binding.name:
            bound = self.typed(source, scope, binding.annotation, depth + MOST_DEPTH // 2)
        return Parameter(binding.name, owner, bound)

    def _imported_type(self, source: Source, name: str) -> Value:
        for binding in source.bound.get((0, name), ()):
            if binding.kind == "import":
                found = self.qualified(f"{binding.module}.{binding.imported}", source.path)
                if found is not None:
                    return Class(found)
                if not binding.static:
                    return Foreign(f"{binding.module}.{binding.imported}")
        here = self.named(source.facts.package, name, source.path)
        if here is not None:
            return Class(here)
        return self._from_everything(source, name)

    def _from_everything(self, source: Source, name: str) -> Value:
        """What `import a.b.*;` brings, and what every file has."""
        unknown = False
        for star in source.stars:
            module = star.module or ""
            found = None if star.static else self.named(module, name, source.path)
            owner = self.qualified(module, source.path) if found is None else None
            found = found or (self.member_class(owner, name) if owner is not None else None)
            if found is not None:
                return Class(found)
            if f"{module}.{name}" in library.classes():
                return Foreign(f"{module}.{name}")
            unknown = True
        if name in library.simple_names():
            return Foreign(f"java.lang.{name}")
        return FOREIGN if unknown else Foreign(f"?.{name}")

    def type_of(self, source: Source, scope: int, path: Chain, depth: int = 0) -> Value:
        """What a written type without its arguments means: `C`, `C.D`, `a.b.C`."""
        if not path or path[0].startswith("<"):
            return UNKNOWN
        value = self.type_named(source, scope, path[0], depth)
        if isinstance(value, Class):
            place = self.nested(value.place, (step[1:] for step in path[1:]))
            return Class(place) if place is not None else FOREIGN
        if len(path) == 1:
            return value
        if isinstance(value, Foreign) and not value.name.startswith("?."):
            return Foreign(f"{value.name}{''.join(path[1:])}") if value.name else FOREIGN
        found = self.qualified("".join(path), source.path)
        return Class(found) if found is not None else Foreign("".join(path))

    def typed(self, source: Source, scope: int, annotation: Chain, depth: int = 0) -> Value:
        """What a variable of a written type holds."""
        path, arguments = split(annotation)
        if depth > MOST_DEPTH or not path or path == ("<?>",):
            return UNKNOWN
        if path == ("<array>",):
            return Array(self.typed(source, scope, arguments[0], depth + 1)) if arguments else UNKNOWN
        value = self.type_of(source, scope, path, depth)
        held = tuple(self.typed(source, scope, argument, depth + 1) for argument in arguments)
        if isinstance(value, Class):
            return Object(value.place, held)
        return Foreign(value.name, held) if isinstance(value, Foreign) else value

    # ------------------------------------------------------------ bases

    def lineage(self, place: Place) -> tuple[list[Place], list[str]]:
        if place not in self._lineages:
            self._lineages[place] = ([place], [""])  # while it is looked for, a cycle finds this
            self._lineages[place] = self._lineage(place)
        return self._lineages[place]

    def _lineage(self, place: Place) -> tuple[list[Place], list[str]]:
        order: list[Place] = [place]
        foreign: list[str] = ["java.lang.Object"]
        for base in self.bases(place):
            if isinstance(base, Object):
                above, others = self.lineage(base.place)
                order += [one for one in above if one not in order][:MOST_ANCESTORS]
                foreign += [name for name in others if name not in foreign]
            else:
                foreign.append(base.name if isinstance(base, Foreign) else "")
        return order, foreign

    def bases(self, place: Place) -> list[Value]:
        """The direct bases of a class: its superclass first."""
        if place not in self._bases:
            self._bases[place] = self._written_bases(place)
        return self._bases[place]

    def _written_bases(self, place: Place) -> list[Value]:
        source, declaration = self.source(place.path), self.declaration(place)
        if source is None or declaration is None:
            return [UNKNOWN]
        implied = IMPLIED.get(declaration.kind) or next((IMPLIED[f] for f in declaration.flags if f in IMPLIED), None)
        scope = declaration.scope if declaration.body is None else declaration.body
        written = (*declaration.bases, *declaration.implements)
        typed = [(chain, self.typed(source, scope, chain, 1)) for chain in written]
        found = [value for chain, value in typed if not self._is_lost(source, chain, value)]
        return [*found, *([Foreign(implied)] if implied else [])]

    def _is_lost(self, source: Source, chain: Chain, value: Value) -> bool:
        if not self.lost or not isinstance(value, Foreign):
            return False
        if value.name in self.lost:
            return True
        name = "".join(split(chain)[0])
        packages = (source.facts.package, *(star.module for star in source.stars))
        return value.name in ("", f"?.{name}") and any(f"{package}.{name}" in self.lost for package in packages)

    def parameters(self, place: Place) -> list[str]:
        """The names of the type parameters of a class, in order."""
        source, declaration = self.source(place.path), self.declaration(place)
        if source is None or declaration is None:
            return []
        return [b.name for b in source.facts.bindings if b.kind == "type" and b.scope == declaration.body]

    # ------------------------------------------------------------ variables

    def variable(self, source: Source, scope: int, name: str, span: Span | None) -> Binding | Member | Unknown | None:
        """What a bare name in an expression means: a local variable, a field; None where it is neither."""
        at: int | None = scope
        while at is not None:
            local = self._local(source, at, name, span)
            if local is not None:
                return local
            opened = source.facts.scopes[at]
            if opened.kind == "class" and opened.owner is not None:
                place = self.place_of(source, opened.owner)
                member = self.field(place, name)
                if member is not None:
                    return member
                if self.may_have(place, name):
                    return UNKNOWN
            at = opened.parent
        return self._imported_field(source, name)

    def _local(self, source: Source, scope: int, name: str, span: Span | None) -> Binding | None:
        found = [b for b in source.bound.get((scope, name), ()) if b.kind in ("value", "param")]
        if not found:
            return None
        before = [b for b in found if span is None or (b.span is not None and _starts(b.span) <= _starts(span))]
        return before[-1] if before else None

    def _imported_field(self, source: Source, name: str) -> Member | Unknown | None:
        for owner in self.static_owners(source, name):
            if owner is None:
                return UNKNOWN
            member = self.field(owner, name)
            if member is not None:
                return member
            if self.may_have(owner, name):
                return UNKNOWN
        return None

    def static_owners(self, source: Source, name: str) -> Iterator[Place | None]:
        """The classes whose static members of that name are imported; None for one that is not in the tree.

        An import by name hides what imports of everything would bring.
        """
        named = [b for b in source.bound.get((0, name), ()) if b.kind == "import" and b.static]
        for binding in named or [star for star in source.stars if star.static]:
            if binding.module not in self.lost:
                yield self.qualified(binding.module or "", source.path)


def _starts(span: Span) -> tuple[int, int]:
    return span.start_line, span.start_column
