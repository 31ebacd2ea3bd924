"""What the names of Rust files mean in one state.

manifests  packages and crates        modules   files and inline modules
names      paths                      members   what types and traits have
typing     what annotations say       standard  the methods of the standard library
expressions  what expressions give    values    what a path or a value can be
language   names that Rust brings
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.impact.rust import expressions, members, names, typing
from indexer.impact.rust.expressions import At
from indexer.impact.rust.manifests import Packages
from indexer.impact.rust.modules import Modules
from indexer.impact.rust.names import Space
from indexer.impact.rust.typing import Given
from indexer.impact.rust.values import Module, Named, Type, Within
from indexer.impact.source import Source
from indexer.impact.values import OUTSIDE, UNKNOWN, Gone, Place, Thing
from indexer.types import Chain, Declaration, Impl

if TYPE_CHECKING:
    from indexer.impact.world import World

__all__ = ["Rust"]


class Rust:
    """The Rust of one state, and what was found of it already."""

    def __init__(self, world: World, earlier: Rust | None = None) -> None:
        self.world = world
        self._earlier = earlier
        packages = Packages(world.tree.entries, lambda path: world.index.repo.read(world.tree, path))
        self.modules = Modules(world, packages)
        self.members: dict[tuple[Module, str, str], Named] = {}
        self._blocks: dict[int, tuple[Source, dict[int, Impl]]] = {}
        self._named: dict[int, tuple[Source, dict[str, list[Declaration]]]] = {}
        self._defining: dict[str, list[tuple[str, str]]] = {}
        self._traits: dict[str, list[Place]] = {}
        self._implemented: dict[tuple[Place, Place], bool] = {}
        self._methods: dict[tuple[Type, str], Named] = {}
        self._targets: dict[Place, tuple[Type | None, bool]] = {}

    # -- paths

    def resolve(self, source: Source, scope: int, path: list[str], space: Space) -> Named:
        """What a path stands for, read in a scope of a file."""
        return names.resolve(self, source, scope, path, space)

    def own(self, source: Source, scope: int, depth: int) -> Named:
        """What `Self` stands for."""
        of = typing.own_type(self, source, scope, None, depth)
        if of is None:
            return UNKNOWN
        return Thing(of.place) if of.place is not None else OUTSIDE if not of.name.startswith("<") else UNKNOWN

    def associated(self, place: Place, name: str, depth: int) -> Named:
        """What `Type::name` stands for."""
        return members.associated(self, place, name, depth)

    def by_macro(self, module: Module, name: str) -> bool:
        """Whether a macro between the items of a module may define a name: it did not where it had it before too."""
        source = self.world.source(module.path)
        if source is None or "includes" in source.facts.flags:
            return True
        said = any(
            b.value == names.MACRO for n in self.scopes(source, module.inner) for b in source.bound.get((n, name), ())
        )
        return said and (self._earlier is None or not self._earlier.by_macro(module, name))

    # -- types

    def typed(
        self, source: Source, scope: int, chain: Chain, given: Given | None = None, depth: int = 0
    ) -> Type | None:
        """The type that an annotation writes."""
        return typing.typed(self, source, scope, chain, given, depth)

    def value(self, source: Source, scope: int, chain: Chain, at: At) -> Type | None:
        """The type of what a chain gives."""
        return expressions.value(self, source, scope, chain, at)

    def type_of_alias(self, place: Place, depth: int) -> Type | None:
        """The type that an alias stands for."""
        source = self.world.source(place.path)
        for declaration in source.qualified.get(place.qualified, []) if source is not None else ():
            if source is not None and declaration.annotation and declaration.body is not None:
                return typing.typed(self, source, declaration.body, declaration.annotation, None, depth + 1)
        return None

    def method(self, of: Type | None, name: str, depth: int = 0) -> Named:
        """What `value.name()` stands for."""
        if of is None:
            return UNKNOWN
        key = (of, name)
        if key not in self._methods:
            self._methods[key] = UNKNOWN
            self._methods[key] = members.method(self, of, name, depth)
        return self._methods[key]

    def field(self, of: Type | None, name: str, depth: int = 0) -> Named:
        """What `value.name` stands for."""
        return members.field(self, of, name, depth)

    def dereferenced(self, of: Type, depth: int) -> tuple[Type | None, bool]:
        """What a type derefs to, if anything, and whether that is known."""
        if of.place is None:
            return None, False
        if of.place not in self._targets:
            self._targets[of.place] = None, True
            found: tuple[Type | None, bool] = None, True
            for _, declaration, block in self.held(of.place, "Target", depth):
                if declaration.kind == "type" and block.trait is not None:
                    found = typing.associated_type(self, of, "Target", depth), False
            self._targets[of.place] = found
        return self._targets[of.place]

    def held(self, place: Place, name: str, depth: int) -> Iterator[tuple[Source, Declaration, Impl]]:
        """What the `impl` blocks of a type hold under a name."""
        return members.held(self, place, name, depth)

    def implements(self, place: Place, trait: Place, depth: int) -> bool:
        """Whether the tree has an `impl` of a trait for a type."""
        key = (place, trait)
        if key not in self._implemented:
            self._implemented[key] = False
            self._implemented[key] = members.implements(self, place, trait, depth)
        return self._implemented[key]

    def stem(self, path: str) -> str:
        """The word by which other crates reach what the root of a library holds; nothing for any other file."""
        return self.modules.crate_name(path) if path.endswith(".rs") else ""

    # -- what changed

    def remaining(self, new: Source, before: Declaration) -> Named:
        """What is left, in this state, of a definition that its file no longer has."""
        module = self._module_of(new, before.parent)
        if module is not None:
            return names.member(self, module, before.name, "any", 0)
        owner = Place(new.path, before.parent or "")
        if before.kind == "field":
            kept = new.members.get(owner.qualified, {}).get(before.name, [])
            return UNKNOWN if any(d.kind == "field" for d in kept) else Gone(owner.qualified, before.name)
        return self.associated(owner, before.name, 0)

    def lost_uses(self, base: Rust, old: Source, new: Source | None) -> Iterator[Place]:
        """The names that a module of `base` imported, where they stood in it, and that it has no longer."""
        kept = {(_module_at(new, b.scope), b.name) for b in new.facts.bindings if b.kind == "import"} if new else set()
        for binding in old.facts.bindings:
            if binding.kind != "import" or old.facts.scopes[binding.scope].kind != "module":
                continue
            module = Module(old.path, old.facts.scopes[binding.scope].owner or "")
            after = Module(new.path, module.inner) if new is not None else None
            # Where the import is still written, it is what no longer resolves, and is told by itself.
            if (module.inner, binding.name) in kept:
                continue
            if binding.name in ("*", "_") or module.member(binding.name).qualified in old.qualified:
                continue
            if after is not None and not isinstance(names.member(self, after, binding.name, "any", 0), Gone):
                continue
            if isinstance(names.member(base, module, binding.name, "any", 0), Thing | Within):
                yield module.member(binding.name)

    def _module_of(self, source: Source, parent: str | None) -> Module | None:
        """The module that a definition stands in; None where it is a member of something."""
        if parent is None:
            return Module(source.path)
        return Module(source.path, parent) if self.scopes(source, parent) else None

    # -- what the files hold

    def scopes(self, source: Source, inner: str) -> list[int]:
        """The scopes of a module in its file: several where `cfg` chooses between two."""
        found = source.facts.scopes
        return [n for n, scope in enumerate(found) if scope.kind == "module" and (scope.owner or "") == inner]

    def blocks(self, source: Source) -> dict[int, Impl]:
        """The `impl` blocks of a file by the scope that they open."""
        known = self._blocks.get(id(source))
        if known is None:
            known = self._blocks[id(source)] = source, {block.body: block for block in source.facts.impls}
        return known[1]

    def named(self, source: Source, name: str) -> list[Declaration]:
        """The definitions of a name in a file, wherever they stand."""
        known = self._named.get(id(source))
        if known is None:
            by_name: dict[str, list[Declaration]] = defaultdict(list)
            for declaration in source.facts.declarations:
                by_name[declaration.name].append(declaration)
            known = self._named[id(source)] = source, by_name
        return known[1].get(name, [])

    def files_defining(self, name: str, owner: str) -> list[str]:
        """The files that define a name in something that is called `owner`."""
        if name not in self._defining:
            symbols = self.world.index.definitions(self.world.tree, [name])
            self._defining[name] = [
                (symbol.path, (symbol.parent or "").rpartition(".")[2])
                for symbol in symbols
                if symbol.path.endswith(".rs")
            ]
        return sorted({path for path, parent in self._defining[name] if parent == owner})

    def traits_with(self, name: str) -> list[Place]:
        """The traits of the tree that have a member of that name."""
        if name not in self._traits:
            self._traits[name] = []
            self.files_defining(name, "")
            for path, parent in sorted(set(self._defining[name])):
                source = self.world.source(path)
                for trait in self.named(source, parent) if source is not None and parent else ():
                    place = Place(path, trait.qualified)
                    members_ = source.members.get(trait.qualified, {}) if source is not None else {}
                    if trait.kind == "trait" and name in members_ and place not in self._traits[name]:
                        self._traits[name].append(place)
        return self._traits[name]

    def in_traits(self, name: str) -> bool:
        """Whether a trait of the tree has a member of that name."""
        return bool(self.traits_with(name))


def _module_at(source: Source, scope: int) -> str | None:
    """The inline module whose items a scope holds; None where it holds those of something else."""
    found = source.facts.scopes[scope]
    return (found.owner or "") if found.kind == "module" else None
