"""One state of the repository, asked what the names of its Go files mean."""

from __future__ import annotations

import posixpath
from collections import Counter

from indexer.impact.go import kinds, members
from indexer.impact.go.packages import Folder, Located, Packages
from indexer.impact.go.values import Environment, Found, Key, Made, Named, Names, Of, Package, Type, Value
from indexer.impact.source import CALLABLE, CLASSES, Source
from indexer.impact.values import OUTSIDE, UNKNOWN, Gone, Outside, Unknown
from indexer.impact.world import World
from indexer.types import Binding, Chain, Declaration

Position = tuple[int, int]
DEEPEST = 32
"""Steps from one name to the next after which the answer is `Unknown`: cycles end here."""
_UNIVERSE = """
any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8
uint16 uint32 uint64 uintptr true false iota nil append cap clear close complex copy delete imag len make max min new
panic print println real recover
"""
UNIVERSE = frozenset(_UNIVERSE.split())
NO_PACKAGE = Package("", "")


class GoWorld:
    """The Go files of a tree; `world` holds their facts."""

    def __init__(self, world: World, like: GoWorld | None = None) -> None:
        self.world = world
        paths = frozenset(
            path
            for path, entry in world.tree.entries.items()
            if path.endswith((".go", "go.mod", "go.work")) and entry.mode in ("100644", "100755")
        )
        oids = {path: world.tree.entries[path].oid for path in paths if not path.endswith(".go")}
        self._shape = (paths, oids)
        same = like is not None and like._shape == self._shape
        self.packages: Packages = (
            like.packages
            if like is not None and same
            else Packages(paths, lambda path: world.index.repo.read(world.tree, path))
        )
        self._like = like
        self._names: dict[str, dict[str, list[str]]] = {}
        self._folders: dict[str, tuple[tuple[tuple[str, str], ...], dict[str, list[str]]]] = {}
        self._clauses: dict[str, str] = {}
        self._imports: dict[Source, dict[str, Value]] = {}
        self._found: dict[tuple[Package, str], list[Found]] = {}

    # -- packages

    def package_of(self, source: Source) -> Package:
        """The package that a file belongs to, as the file sees it."""
        return Package(posixpath.dirname(source.path), source.facts.package, source.path.endswith("_test.go"))

    def clause(self, folder: str) -> str:
        """What the package in a folder calls itself; "" where that can't be told."""
        if folder not in self._clauses:
            names: Counter[str] = Counter()
            for path in self.packages.folders.get(folder, []):
                source = None if path.endswith("_test.go") else self.world.source(path)
                if source is not None and source.facts.package not in ("", "main", "documentation"):
                    names[source.facts.package] += 1
                    break
            self._clauses[folder] = max(names, default="main" if folder in self.packages.folders else "")
        return self._clauses[folder]

    def locate(self, binding: Binding, source: Source) -> Located:
        return self.packages.locate(binding.module or "", source.path)

    def imported(self, binding: Binding, source: Source) -> Value:
        """The package that an import brings."""
        located = self.locate(binding, source)
        if not isinstance(located, Folder):
            return OUTSIDE if isinstance(located, Outside) else Gone(located.folder, binding.name)
        own = located.path == posixpath.dirname(source.path) and source.facts.package.endswith("_test")
        return Package(located.path, self.clause(located.path), own)

    # -- definitions

    def find(self, package: Package, qualified: str) -> list[Found]:
        """Every definition of a name of a package, or of a member (`T.m`) that is written in it."""
        asked = (package, qualified)
        if asked not in self._found:
            self._found[asked] = list(self._definitions(package, qualified))
        return self._found[asked]

    def _definitions(self, package: Package, qualified: str) -> list[Found]:
        found = []
        for path in self._defining(package.folder).get(qualified, ()):
            source = None if path.endswith("_test.go") and not package.tests else self.world.source(path)
            if source is not None and source.facts.package == package.name:
                key = Key(package.folder, package.name, qualified)
                found += [Found(key, package, source, d) for d in source.qualified.get(qualified, [])]
        return found

    def _defining(self, folder: str) -> dict[str, list[str]]:
        """The files of a folder by the names that they define; of one that is as it was, what was found then."""
        if folder not in self._names:
            paths = self.packages.folders.get(folder, [])
            entries = self.world.tree.entries
            shape = tuple((path, entries[path].oid) for path in paths if path in entries)
            known = self._like._folders.get(folder) if self._like is not None else None
            if known is None or known[0] != shape:
                by_name: dict[str, list[str]] = {}
                for path, outline in self.world.index.outlines(self.world.tree, paths).items():
                    for name in dict.fromkeys(definition.qualified for definition in outline.definitions):
                        by_name.setdefault(name, []).append(path)
                known = shape, {name: sorted(files) for name, files in by_name.items()}
            self._folders[folder] = known
            self._names[folder] = known[1]
        return self._names[folder]

    # -- chains

    def resolve(
        self, source: Source, package: Package, scope: int, chain: Chain, position: Position, depth: int = 0,
        environment: Environment = (),
    ) -> Value:  # fmt: skip
        """What a chain stands for, read at a place of a scope."""
        if depth > DEEPEST or not chain:
            return UNKNOWN
        reader = kinds.Reader(self, source, package, scope, position, depth + 1, environment)
        value, at = reader.start(chain)
        while at < len(chain):
            if isinstance(value, Unknown | Outside | Gone):
                return value if not isinstance(value, Gone) else UNKNOWN
            if chain[at] == "<":
                arguments, at = reader.arguments(chain, at)
                value = self._instantiated(value, arguments, depth)
            else:
                value = self.step(value, chain[at], depth + 1)
                at += 1
        return value

    def name(
        self, source: Source, package: Package, scope: int, name: str, position: Position, depth: int,
        environment: Environment = (),
    ) -> Value:  # fmt: skip
        """What a bare name stands for at a place."""
        for known, type_ in environment:
            if known == name:
                return Names(type_)
        at: int | None = scope
        while at:
            local = self._local(source, package, at, name, position, depth)
            if local is not None:
                return local
            at = source.facts.scopes[at].parent
        brought = self._brought(source).get(name)
        if brought is not None:
            return brought
        found = self.find(package, name)
        if found:
            return found[0]
        return self._from_dots(source, name) or (OUTSIDE if name in UNIVERSE else Gone(package.folder, name))

    def _brought(self, source: Source) -> dict[str, Value]:
        """What the imports of a file bring, by the names they have there."""
        if source not in self._imports:
            found = self._imports[source] = {}
            for binding in source.facts.bindings:
                if binding.kind == "import" and binding.name not in ("*", "_", "."):
                    package = self.imported(binding, source)
                    guessed = isinstance(package, Package) and binding.name == guessed_name(binding.module or "")
                    found[package.name if guessed and isinstance(package, Package) else binding.name] = package
        return self._imports[source]

    def _from_dots(self, source: Source, name: str) -> Value | None:
        for binding in source.stars:
            package = self.imported(binding, source)
            if not isinstance(package, Package):
                return None if name in UNIVERSE else UNKNOWN
            found = self.find(package, name)
            if found:
                return found[0]
        return None

    def _local(
        self, source: Source, package: Package, scope: int, name: str, position: Position, depth: int
    ) -> Value | None:
        for binding in source.bound.get((scope, name), []):
            span = binding.span
            if span is None or (span.end_line, span.end_column) <= position:
                return self._bound(source, package, binding, position, depth)
        for declaration in source.declared.get((scope, name), []):
            if declaration.kind in CLASSES:
                return Names(Named(package, declaration.qualified, at=source))
        return None

    def _bound(self, source: Source, package: Package, binding: Binding, position: Position, depth: int) -> Value:
        """What a local variable, a parameter or a type parameter is."""
        span = binding.span
        before = (span.start_line, span.start_column) if span is not None else (binding.line, 0)
        if binding.annotation is not None and binding.annotation[0] == "<type>":
            return Names(self.type(source, package, binding.scope, binding.annotation[1:], depth + 1))
        if binding.annotation is not None:
            return Of(self.type(source, package, binding.scope, binding.annotation, depth + 1, before))
        value = self.resolve(source, package, binding.scope, binding.value or (), before, depth + 1)
        return Of(self.type_of(value, depth + 1))

    def type(
        self, source: Source, package: Package, scope: int, chain: Chain, depth: int = 0,
        position: Position | None = None, environment: Environment = (),
    ) -> Type:  # fmt: skip
        """The type that a chain names."""
        if depth > DEEPEST:
            return UNKNOWN
        reader = kinds.Reader(self, source, package, scope, position or (1 << 30, 0), depth + 1, environment)
        found, _ = reader.type(chain, 0)
        return found

    def type_of(self, value: Value, depth: int = 0) -> Type:
        """The type of what a value stands for; of a type itself that type."""
        if isinstance(value, Of | Names):
            return value.type
        if isinstance(value, Found):
            return members.type_of(self, value, depth + 1)
        return OUTSIDE if isinstance(value, Outside) else UNKNOWN

    def step(self, value: Value, step: str, depth: int = 0) -> Value:
        """What one step from a value leads to."""
        if depth > DEEPEST:
            return UNKNOWN
        if isinstance(value, Package):
            found = self.find(value, step[1:])
            return found[0] if found else Gone(value.folder, step[1:])
        return members.step(self, value, step, depth + 1)

    def _instantiated(self, value: Value, arguments: tuple[Type, ...], depth: int) -> Value:
        if isinstance(value, Found) and value.declaration.kind in CLASSES | CALLABLE:
            return Found(value.key, value.package, value.source, value.declaration, value.environment,
                         value.expression, arguments)  # fmt: skip
        return self.step(value, "[]", depth + 1)


def guessed_name(module: str) -> str:
    """What a package is called most likely: the last part of its path that is no version."""
    *before, last = module.split("/")
    if before and last[:1] == "v" and last[1:].isdigit():
        last = before[-1]
    stem, dot, version = last.rpartition(".")
    return stem if dot and version[:1] == "v" and version[1:].isdigit() else last


def is_type(declaration: Declaration) -> bool:
    return declaration.kind in CLASSES


__all__ = ["GoWorld", "Made", "Position", "guessed_name", "is_type"]
