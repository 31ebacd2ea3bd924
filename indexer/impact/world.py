"""One state of the repository, asked what its names mean.

`World.resolve` follows imports, aliases, re-exports, scopes, `self` and `this`, base classes, and the class of a
receiver where the text tells it: `x = C()`, an annotated parameter, `self.a = C()` in a constructor, a declared result,
what a container holds. The answers are found in `names`, `steps`, `classes`, `groups` and `fixtures`; the world holds
the files and what was found already.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING

from indexer.impact import classes, fixtures, names, steps
from indexer.impact.modules import Located, PythonModules, ScriptModules
from indexer.impact.rust import Rust
from indexer.impact.source import CALLABLE, CLASSES, HOLDERS, Source
from indexer.impact.values import UNKNOWN, Gone, Outside, Place, Thing, Unknown, Value, Via
from indexer.types import Binding, Chain, Declaration, Export, Tree

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["CALLABLE", "CLASSES", "HOLDERS", "Source", "World"]

DEEPEST = 24
"""How many steps a look-up may take before the answer is `Unknown`: cycles end here."""
NESTED_BASES = 4
"""How often the bases of a class may themselves be members of classes whose bases are asked for."""


class World:
    """A tree and the facts of its files, parsed when they are asked for."""

    def __init__(self, index: Index, tree: Tree, like: World | None = None) -> None:
        self.index = index
        self.tree = tree
        paths = frozenset(path for path, entry in tree.entries.items() if entry.mode in ("100644", "100755"))
        scripts = frozenset(path for path in paths if path.endswith((".py", ".pyi")))
        # Most changes add and delete no file: then both worlds find their modules at the same paths.
        self.python: PythonModules = (
            like.python if like is not None and like.python.paths == scripts else PythonModules(scripts)
        )
        self.script = ScriptModules(paths, lambda path: index.repo.read(tree, path))
        self.rust: Rust = Rust(self, like.rust if like is not None else None)
        self.heirs: dict[Place, dict[Place, Declaration]] = {}
        self.headed: set[tuple[str, str]] = set()
        """Classes whose direct subclasses were looked for: language family and name."""
        self._sources: dict[str, Source | None] = {}
        self._asked: dict[str, frozenset[str]] = {}
        self._answers: dict[Hashable, Value] = {}
        self._lineages: dict[Place, tuple[list[Place], bool]] = {}
        self._nested = 0
        self._noted: set[str] = set()
        self._direct_heirs: dict[Place, list[tuple[Place, Declaration]]] = {}

    # -- files

    def load(self, paths: Iterable[str], names: frozenset[str]) -> None:
        """Parse files together, with their sites of `names`."""
        wanted = [path for path in paths if path in self.tree.entries and not self._has(path, names)]
        if any(path in self._sources for path in wanted):
            self._answers.clear()
        for path in wanted:
            self._sources[path] = None
            self._asked[path] = names
        for path, facts in self.index.facts(self.tree, wanted, names).items():
            self._sources[path] = Source(path, facts)

    def _has(self, path: str, names: frozenset[str]) -> bool:
        return path in self._asked and names <= self._asked[path]

    def source(self, path: str) -> Source | None:
        """The facts of a file, or None where there are none."""
        if path not in self._sources:
            if path not in self.tree.entries:
                return None
            self.load([path], frozenset())
        return self._sources.get(path)

    def declarations(self, place: Place) -> list[Declaration]:
        source = self.source(place.path)
        return source.qualified.get(place.qualified, []) if source else []

    def is_class(self, place: Place) -> bool:
        return any(declaration.kind in CLASSES for declaration in self.declarations(place))

    def locate(self, module: str, importer: str, python: bool) -> Located:
        return (self.python if python else self.script).locate(module, importer)

    def read(self, source: Source, declaration: Declaration) -> tuple[Source, Declaration]:
        """A callable with what it returns, as it stands in its file; that is parsed again for it, once a name."""
        path = source.path
        names = self._asked.get(path, frozenset()) | {declaration.name}
        if not declaration.values and not self._has(path, names):
            self._asked[path] = names
            facts = self.index.facts(self.tree, [path], names).get(path)
            if facts is not None:
                self._sources[path] = Source(path, facts)
        current = self.source(path)
        for again in current.qualified.get(declaration.qualified, []) if current is not None else ():
            if current is not None and again.span == declaration.span:
                return current, again
        return source, declaration

    # -- what chains and types stand for

    def resolve(self, source: Source, scope: int, chain: Chain, line: int = 0, depth: int = 0) -> Value:
        """What `chain` stands for, read in `scope` of `source`; variables stay things, their values are not taken."""
        if depth > DEEPEST or not chain:
            return UNKNOWN
        value, rest = self._start(source, scope, chain, line, depth + 1)
        for number, step in enumerate(rest, 1):
            value = self.step(value, step, depth + number)
            if isinstance(value, Unknown | Outside | Gone):
                break
        return value

    def _start(self, source: Source, scope: int, chain: Chain, line: int, depth: int) -> tuple[Value, Chain]:
        """What the longest part of the chain that says it by itself stands for, and the steps that are left."""
        if len(chain) > 1 and chain[1] == "<":
            return steps.literal(self, source, scope, chain, line, depth), steps.rest_of(chain)
        if line and source.narrowed:
            for length in range(len(chain) - 1, 1, -1):
                narrowed = names.narrowed_path(source, scope, chain[:length], line)
                if narrowed:
                    return self.typed(source, scope, narrowed, depth), chain[length:]
        return names.root(self, source, scope, chain[0], line, depth), chain[1:]

    def evaluate(self, source: Source, scope: int, chain: Chain, line: int = 0, depth: int = 0) -> Value:
        """Like `resolve`, but of a variable, field or property the value."""
        return self.held(self.resolve(source, scope, chain, line, depth), depth + 1)

    def held(self, value: Value, depth: int = 0) -> Value:
        """What a variable holds; anything else is itself."""
        return steps.held(self, value, depth)

    def typed(self, source: Source, scope: int, annotation: Chain, depth: int = 0) -> Value:
        """An object of the class that a type annotation names."""
        return steps.typed(self, source, scope, annotation, depth)

    def step(self, value: Value, step: str, depth: int = 0) -> Value:
        """What one step from a value leads to."""
        return steps.step(self, value, step, depth)

    def called(self, value: Value, depth: int = 0) -> Value:
        """What a call of a value gives."""
        return steps.called(self, value, depth)

    def receiver(self, source: Source, scope: int | None) -> Value | None:
        """What `self`, `this` and `super()` stand for in a scope."""
        return names.receiver(source, scope)

    def fixture(self, source: Source, declaration: Declaration, name: str, depth: int) -> Value:
        """What a test gets for a parameter that names a fixture."""
        return fixtures.fixture(self, source, declaration, name, depth)

    # -- modules

    def imported(self, source: Source, binding: Binding, depth: int = 0) -> Value:
        """What an import binding stands for."""
        return names.imported(self, source, binding, depth)

    def exported(self, source: Source, export: Export) -> Value:
        """What an export hands out."""
        return names.exported(self, source, export)

    def member_of_module(self, path: str, name: str, depth: int = 0) -> Value:
        """What `name` of the module at `path` stands for."""
        return names.member_of_module(self, path, name, depth)

    # -- classes

    def member(self, place: Place, name: str, via: Via, above: bool = False, depth: int = 0) -> Value:
        """The member `name` of a class, its bases searched in order."""
        return classes.member(self, place, name, via, above, depth)

    def lineage(self, place: Place) -> tuple[list[Place], bool]:
        """A class and its bases, nearest first, and whether all of them are in the tree."""
        if place not in self._lineages:
            if self._nested == NESTED_BASES:
                return [place], False
            self._lineages[place] = [place], False  # what it sees of itself where its bases lead back to it
            self._nested += 1
            self._lineages[place] = classes.lineage(self, place)
            self._nested -= 1
        return self._lineages[place]

    def note_heirs(self, paths: Iterable[str]) -> None:
        """Take in what the classes of these files inherit from, for `heirs_of`."""
        fresh = [path for path in paths if path not in self._noted]
        self._noted.update(fresh)
        self.load(fresh, frozenset())
        for path in fresh:
            source = self.source(path)
            for declaration in source.facts.declarations if source else ():
                if source is None or declaration.kind not in CLASSES:
                    continue
                for written in declaration.bases + declaration.implements:
                    base = self.evaluate(source, declaration.scope, written)
                    if isinstance(base, Thing):
                        heir = Place(path, declaration.qualified), declaration
                        self._direct_heirs.setdefault(base.place, []).append(heir)

    def heirs_of(self, place: Place) -> dict[Place, Declaration]:
        """The classes that inherit from `place`, directly or not, as far as their files were noted."""
        found: dict[Place, Declaration] = {}
        queue = [place]
        while queue:
            for heir, declaration in self._direct_heirs.get(queue.pop(), ()):
                if heir != place and heir not in found:
                    found[heir] = declaration
                    queue.append(heir)
        return found

    def once(self, question: Hashable, answer: Callable[[], Value]) -> Value:
        """The answer, found once: alternatives that lead to each other would multiply the work at every step."""
        found = self._answers.get(question)
        if found is None:
            found = self._answers[question] = answer()
        return found
