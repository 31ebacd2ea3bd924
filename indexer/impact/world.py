"""One state of the repository, asked what its names mean.

`World.resolve` follows imports, aliases, re-exports, scopes, `self` and `this`, base classes, and the class of a
receiver where the text tells it: `x = C()`, an annotated parameter, `self.a = C()` in a constructor, a declared result.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain as chained
from typing import TYPE_CHECKING

from indexer.impact.modules import Absent, Found, Located, PythonModules, ScriptModules
from indexer.impact.values import OUTSIDE, UNKNOWN, Gone, Instance, Module, Outside, Place, Thing, Unknown, Value, Via
from indexer.types import Binding, Chain, Declaration, Export, Facts, Tree

if TYPE_CHECKING:
    from indexer.index import Index

CLASSES = frozenset({"class", "interface", "enum", "struct", "trait", "type"})
HOLDERS = frozenset({"variable", "constant", "field", "property"})
CALLABLE = frozenset({"function", "method", "constructor"})
NOTHING = frozenset({"None", "null", "undefined", "<none>"})
DEEPEST = 24
"""How many steps a look-up may take before the answer is `Unknown`: cycles end here."""
MOST_ANCESTORS = 200
NESTED_BASES = 4
"""How often the bases of a class may themselves be members of classes whose bases are asked for."""
FLOW_STEPS = frozenset({"await", "with", "each"})
SELF_TYPES = frozenset({"Self", "this"})


@dataclass(eq=False)
class Source:
    """The facts of one file, indexed by what look-ups ask."""

    path: str
    facts: Facts
    declared: dict[tuple[int, str], list[Declaration]] = field(default_factory=dict)
    qualified: dict[str, list[Declaration]] = field(default_factory=dict)
    members: dict[str, dict[str, list[Declaration]]] = field(default_factory=dict)
    bound: dict[tuple[int, str], list[Binding]] = field(default_factory=dict)
    exports: dict[str, list[Export]] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    stars: list[Binding] = field(default_factory=list)
    """Its `from m import *`."""

    def __post_init__(self) -> None:
        for declaration in self.facts.declarations:
            self.qualified.setdefault(declaration.qualified, []).append(declaration)
            if declaration.kind != "field" or self.facts.scopes[declaration.scope].kind == "class":
                self.declared.setdefault((declaration.scope, declaration.name), []).append(declaration)
            if declaration.parent is not None:
                self.members.setdefault(declaration.parent, {}).setdefault(declaration.name, []).append(declaration)
            if declaration.body is not None:
                self.owners[declaration.body] = declaration.qualified
        for binding in self.facts.bindings:
            self.bound.setdefault((binding.scope, binding.name), []).append(binding)
            if binding.name == "*" and binding.kind == "import":
                self.stars.append(binding)
        for export in self.facts.exports:
            self.exports.setdefault(export.name, []).append(export)

    @property
    def python(self) -> bool:
        return self.facts.language == "python"


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
        self.heirs: dict[Place, dict[Place, Declaration]] = {}
        self._sources: dict[str, Source | None] = {}
        self._asked: dict[str, frozenset[str]] = {}
        self._answers: dict[Hashable, Value] = {}
        self._lineages: dict[Place, tuple[list[Place], bool]] = {}
        self._nested = 0

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

    # -- names

    def resolve(self, source: Source, scope: int, chain: Chain, line: int = 0, depth: int = 0) -> Value:
        """What `chain` stands for, read in `scope` of `source`; variables stay things, their values are not taken."""
        if depth > DEEPEST or not chain:
            return UNKNOWN
        value = self._root(source, scope, chain[0], line, depth + 1)
        for number, step in enumerate(chain[1:], 1):
            value = self._step(value, step, depth + number)
            if isinstance(value, Unknown | Outside | Gone):
                break
        return value

    def evaluate(self, source: Source, scope: int, chain: Chain, line: int = 0, depth: int = 0) -> Value:
        """Like `resolve`, but of a variable, field or property the value."""
        return self.held(self.resolve(source, scope, chain, line, depth), depth + 1)

    def held(self, value: Value, depth: int = 0) -> Value:
        """What a variable holds; anything else is itself."""
        if not isinstance(value, Thing):
            return value
        declarations = self.declarations(value.place)
        if not declarations or any(d.kind in CALLABLE and "property" not in d.flags for d in declarations):
            return value
        if all(d.kind in CLASSES for d in declarations):
            return value
        source = self.source(value.place.path)
        if depth > DEEPEST or source is None:
            return UNKNOWN
        return self._once(
            ("held", value.place, depth),
            lambda: self._agreed(self._held_by(source, d, depth + 1) for d in declarations if "setter" not in d.flags),
        )

    def _held_by(self, source: Source, declaration: Declaration, depth: int) -> Value:
        if "object" in declaration.flags:
            return Thing(Place(source.path, declaration.qualified))
        if declaration.annotation:
            return self.typed(source, declaration.scope, declaration.annotation, depth)
        return self._agreed(
            self.evaluate(source, declaration.scope, value, 0, depth)
            for value in declaration.values
            if value[0] not in NOTHING
        )

    def typed(self, source: Source, scope: int, annotation: Chain, depth: int = 0) -> Value:
        """An object of the class that a type annotation names."""
        if annotation[0] in SELF_TYPES and len(annotation) == 1:
            return self._receiver(source, scope) or UNKNOWN
        value = self.resolve(source, scope, annotation, 0, depth + 1)
        if isinstance(value, Thing):
            if self.is_class(value.place):
                return Instance(value.place)
            value = self.held(value, depth + 1)
            return Instance(value.place) if isinstance(value, Thing) and self.is_class(value.place) else UNKNOWN
        return value if isinstance(value, Outside) else UNKNOWN

    def _root(self, source: Source, scope: int, name: str, line: int, depth: int) -> Value:
        if name.startswith("<"):
            return UNKNOWN if name == "<?>" else OUTSIDE
        if name == "this" and not source.python:
            return self._receiver(source, scope) or UNKNOWN
        if name == "super":
            receiver = self._receiver(source, scope)
            if not isinstance(receiver, Instance | Thing):
                return UNKNOWN
            return Instance(receiver.place, above=True)
        return self._look_up(source, scope, name, line, depth)

    def _look_up(self, source: Source, scope: int | None, name: str, line: int, depth: int) -> Value:
        start = scope
        while scope is not None:
            here = source.facts.scopes[scope]
            if here.kind != "class" or scope == start:
                bindings = source.bound.get((scope, name), [])
                narrowed = [
                    b
                    for b in bindings
                    if b.kind == "narrowed" and b.span and b.span.start_line <= line <= b.span.end_line
                ]
                if narrowed and narrowed[-1].annotation:
                    return self.typed(source, scope, narrowed[-1].annotation, depth)
                bindings = [b for b in bindings if b.kind not in ("narrowed", "outer", "deleted")]
                declared = source.declared.get((scope, name), [])
                if bindings or declared:
                    return self._once(
                        (source, scope, name, depth), partial(self._bound, source, declared, bindings, depth)
                    )
            scope = here.parent
        return self._beyond(source, name, depth)

    def _bound(self, source: Source, declared: list[Declaration], bindings: list[Binding], depth: int) -> Value:
        things: Iterable[Value] = (Thing(Place(source.path, d.qualified)) for d in declared)
        plain = all(d.kind in HOLDERS for d in declared)
        if plain and declared:
            bindings = [b for b in bindings if b.kind == "import"]
        return self._agreed(chained(things, (self._binding(source, b, depth) for b in bindings)))

    def _beyond(self, source: Source, name: str, depth: int) -> Value:
        """A name that no scope of the file binds: it came from `import *`, or was at this place in another state."""
        own = self.source(source.path)
        if own is not None and own is not source:
            value = self.member_of_module(source.path, name, depth + 1)
            if not isinstance(value, Gone):
                return value
        for star in source.stars:
            value = self._from_module(source, star.module or "", name, depth + 1)
            if not isinstance(value, Gone):
                return value
        return Gone(source.path, name)

    def _binding(self, source: Source, binding: Binding, depth: int) -> Value:
        if depth > DEEPEST:
            return UNKNOWN
        if binding.kind == "import":
            return self.imported(source, binding, depth + 1)
        if binding.annotation:
            return self.typed(source, binding.scope, binding.annotation, depth)
        if binding.kind == "param":
            return self._parameter(source, binding)
        if binding.value and binding.value[0] != binding.name:
            return self.evaluate(source, binding.scope, binding.value, binding.line, depth + 1)
        return UNKNOWN

    def _parameter(self, source: Source, binding: Binding) -> Value:
        owner = source.owners.get(binding.scope)
        for declaration in source.qualified.get(owner or "", []):
            first = declaration.params[0].name if declaration.params else None
            if not source.python or declaration.parent is None or not self.is_class_here(source, declaration.parent):
                continue
            if first == binding.name and "static" not in declaration.flags:
                place = Place(source.path, declaration.parent)
                takes_class = "classmethod" in declaration.flags or declaration.name in ("__new__", "__init_subclass__")
                return Thing(place) if takes_class else Instance(place)
        return UNKNOWN

    def is_class_here(self, source: Source, qualified: str) -> bool:
        return any(d.kind in CLASSES or "object" in d.flags for d in source.qualified.get(qualified, []))

    def _receiver(self, source: Source, scope: int | None) -> Value | None:
        """What `self`, `this` and `super()` stand for in a scope."""
        while scope is not None:
            owner = source.owners.get(scope) or source.facts.scopes[scope].owner
            if source.facts.scopes[scope].kind == "class" and owner:
                return Thing(Place(source.path, owner))
            for declaration in source.qualified.get(owner or "", []):
                if declaration.parent is not None and self.is_class_here(source, declaration.parent):
                    place = Place(source.path, declaration.parent)
                    on_class = declaration.flags & {"static", "classmethod"} or "object" in self._flags(
                        source, declaration.parent
                    )
                    return Thing(place) if on_class else Instance(place)
            scope = source.facts.scopes[scope].parent
        return None

    def _flags(self, source: Source, qualified: str) -> frozenset[str]:
        return frozenset().union(*(d.flags for d in source.qualified.get(qualified, [])))

    # -- modules

    def imported(self, source: Source, binding: Binding, depth: int = 0) -> Value:
        """What an import binding stands for."""
        module = binding.module or ""
        if binding.imported == "*":
            located = self.locate(module, source.path, source.python)
            if isinstance(located, Found):
                return Module(located.path)
            return Gone(module, "") if isinstance(located, Absent) else OUTSIDE
        return self._from_module(source, module, binding.imported or binding.name, depth)

    def _from_module(self, source: Source, module: str, name: str, depth: int) -> Value:
        located = self.locate(module, source.path, source.python)
        if isinstance(located, Found):
            return self.member_of_module(located.path, name, depth + 1)
        return Gone(module, name) if isinstance(located, Absent) else OUTSIDE

    def member_of_module(self, path: str, name: str, depth: int = 0) -> Value:
        """What `name` of the module at `path` stands for."""
        if depth > DEEPEST:
            return UNKNOWN
        return self._once(("module", path, name, depth), lambda: self._member_of_module(path, name, depth))

    def _member_of_module(self, path: str, name: str, depth: int) -> Value:
        if path.endswith("/"):
            return self._submodule(path, name)
        source = self.source(path)
        if source is None:
            return UNKNOWN
        if not source.python:
            return self._exported(source, name, depth + 1)
        declared, bindings = source.declared.get((0, name), []), source.bound.get((0, name), [])
        bindings = [b for b in bindings if b.kind not in ("narrowed", "outer", "deleted")]
        if declared or bindings:
            value = self._bound(source, declared, bindings, depth + 1)
            if isinstance(value, Module | Gone) and not declared:
                submodule = self._submodule(path, name)
                return submodule if isinstance(submodule, Module) else value
            return Thing(value.place, "module") if isinstance(value, Thing) else value
        submodule = self._submodule(path, name)
        if isinstance(submodule, Module):
            return submodule
        return self._starred(source, name, depth + 1)

    def _submodule(self, path: str, name: str) -> Value:
        located = self.python.submodule(path, name)
        return Module(located.path) if isinstance(located, Found) else Gone(path, name)

    def _starred(self, source: Source, name: str, depth: int) -> Value:
        for star in (b for b in source.stars if b.scope == 0):
            value = self._from_module(source, star.module or "", name, depth + 1)
            if not isinstance(value, Gone):
                return UNKNOWN if isinstance(value, Outside) else value
        return UNKNOWN if "module_getattr" in source.facts.flags else Gone(source.path, name)

    def _exported(self, source: Source, name: str, depth: int) -> Value:
        for export in source.exports.get(name, []):
            return self._export(source, export, depth + 1)
        if name == "default" and source.exports and not any(e.name == "default" for e in source.facts.exports):
            return Module(source.path) if self._common(source) else Gone(source.path, name)
        for star in source.exports.get("*", []):
            value = self._from_module(source, star.module or "", name, depth + 1)
            if not isinstance(value, Gone):
                return UNKNOWN if isinstance(value, Outside) else value
        default = self._default_member(source, name, depth + 1) if name != "default" else None
        if default is not None:
            return default
        return (
            UNKNOWN if "dynamic_exports" in source.facts.flags or not source.facts.exports else Gone(source.path, name)
        )

    def _default_member(self, source: Source, name: str, depth: int) -> Value | None:
        """`require('./m').f` where m's `module.exports` is a class, a function or an object that has `f`."""
        if not self._common(source):
            return None
        for export in source.exports.get("default", []):
            value = self._step(self._export(source, export, depth), "." + name, depth)
            return None if isinstance(value, Gone) else value
        return None

    def _common(self, source: Source) -> bool:
        return "commonjs" in source.facts.flags

    def _export(self, source: Source, export: Export, depth: int) -> Value:
        if export.module is not None:
            if export.local == "*":
                located = self.locate(export.module, source.path, False)
                return Module(located.path) if isinstance(located, Found) else OUTSIDE
            return self._from_module(source, export.module, export.local or export.name, depth + 1)
        if export.local is None:
            return UNKNOWN
        value = self._look_up(source, 0, export.local, 0, depth + 1)
        return Thing(value.place, "module") if isinstance(value, Thing) else value

    # -- steps

    def _step(self, value: Value, step: str, depth: int) -> Value:
        if depth > DEEPEST:
            return UNKNOWN
        if step.startswith("."):
            return self._attribute(self.held(value, depth + 1), step[1:], depth)
        if step in ("()", "new"):
            return self._called(self.held(value, depth + 1), depth)
        if step == "with":
            return self._entered(value, depth)
        if step in FLOW_STEPS and step != "each":
            return self.held(value, depth + 1)
        return UNKNOWN

    def _attribute(self, value: Value, name: str, depth: int) -> Value:
        if isinstance(value, Module):
            return self.member_of_module(value.path, name, depth + 1)
        if isinstance(value, Instance):
            return self.member(value.place, name, "instance", value.above, depth)
        if isinstance(value, Thing):
            if self.is_class(value.place) or self._holds_members(value.place):
                return self.member(value.place, name, "class", depth=depth)
            return UNKNOWN
        return value

    def _holds_members(self, place: Place) -> bool:
        return any("object" in d.flags or d.kind == "namespace" for d in self.declarations(place))

    def _called(self, value: Value, depth: int) -> Value:
        if isinstance(value, Instance) and value.above:
            return value
        if not isinstance(value, Thing):
            return UNKNOWN if isinstance(value, Instance | Module) else value
        if self.is_class(value.place):
            return Instance(value.place)
        return self._once(
            ("called", value.place, depth),
            lambda: self._agreed(self._result(value, d, depth + 1) for d in self.declarations(value.place)),
        )

    def _result(self, value: Thing, declaration: Declaration, depth: int) -> Value:
        source = self.source(value.place.path)
        if source is None or declaration.kind not in CALLABLE or depth > DEEPEST:
            return UNKNOWN
        scope = declaration.body if declaration.body is not None else declaration.scope
        if "returns_self" in declaration.flags and declaration.parent:
            return Instance(Place(source.path, declaration.parent))
        if declaration.annotation:
            return self.typed(source, scope, declaration.annotation, depth)
        if declaration.flags & {"generator", "opaque", "overload"}:
            return UNKNOWN
        returned = self._returned(source, declaration)
        return self._agreed(
            self.evaluate(source, scope, chain, 0, depth + 1) for chain in returned if chain[0] not in NOTHING
        )

    def _returned(self, source: Source, declaration: Declaration) -> tuple[Chain, ...]:
        """What a callable without a declared result returns; its file is parsed again for that, once a name."""
        if declaration.values or declaration.name in self._asked.get(source.path, frozenset()):
            return declaration.values
        names = self._asked.get(source.path, frozenset()) | {declaration.name}
        facts = (
            self.index.facts(self.tree, [source.path], names).get(source.path)
            if source is self.source(source.path)
            else None
        )
        self._asked[source.path] = names
        if facts is None:
            return ()
        self._sources[source.path] = again = Source(source.path, facts)
        return tuple(value for d in again.qualified.get(declaration.qualified, []) for value in d.values)

    def _entered(self, value: Value, depth: int) -> Value:
        """The value that `with … as x` binds: the object itself, unless its `__enter__` says otherwise."""
        value = self.held(value, depth + 1)
        if not isinstance(value, Instance):
            return UNKNOWN if isinstance(value, Thing | Module) else value
        enter = self.member(value.place, "__enter__", "instance", depth=depth)
        if isinstance(enter, Thing):
            result = self._called(enter, depth + 1)
            return result if isinstance(result, Instance) else UNKNOWN
        return value

    # -- classes

    def member(self, place: Place, name: str, via: Via, above: bool = False, depth: int = 0) -> Value:
        """The member `name` of a class, its bases searched in order."""
        lineage, known = self.lineage(place)
        for ancestor in lineage[1:] if above else lineage:
            source = self.source(ancestor.path)
            if source is None:
                continue
            if name in source.members.get(ancestor.qualified, {}):
                return Thing(Place(ancestor.path, f"{ancestor.qualified}.{name}"), via)
            value = self._bound_in_class(source, ancestor, name, depth + 1)
            if value is not None:
                return value
            if "dynamic" in self._flags(source, ancestor.qualified):
                return UNKNOWN
        return Gone(place.qualified, name, open=not known)

    def _bound_in_class(self, source: Source, place: Place, name: str, depth: int) -> Value | None:
        for declaration in source.qualified.get(place.qualified, []):
            bindings = source.bound.get((declaration.body, name), []) if declaration.body is not None else []
            if bindings:
                return self._once(
                    (source, declaration.body, name, "member", depth), partial(self._bound, source, [], bindings, depth)
                )
        return None

    def lineage(self, place: Place) -> tuple[list[Place], bool]:
        """A class and its bases, nearest first, and whether all of them are in the tree."""
        if place not in self._lineages:
            if self._nested == NESTED_BASES:
                return [place], False
            self._lineages[place] = [place], False  # what it sees of itself where its bases lead back to it
            self._nested += 1
            self._lineages[place] = self._lineage(place)
            self._nested -= 1
        return self._lineages[place]

    def _lineage(self, place: Place) -> tuple[list[Place], bool]:
        order: list[Place] = []
        known = True
        queue = [place]
        while queue and len(order) < MOST_ANCESTORS:
            current = queue.pop(0)
            if current in order:
                continue
            order.append(current)
            bases, whole = self._bases(current)
            known = known and whole
            queue = bases + queue
        return order, known

    def _bases(self, place: Place) -> tuple[list[Place], bool]:
        source = self.source(place.path)
        declarations = source.qualified.get(place.qualified, []) if source else []
        if source is None or len([d for d in declarations if d.kind in CLASSES or "object" in d.flags]) != 1:
            return [], False
        bases: list[Place] = []
        known = True
        for declaration in declarations:
            chains = declaration.bases + (declaration.implements if declaration.kind == "interface" else ())
            for chain in chains:
                if chain in HARMLESS_BASES:
                    continue
                value = self.evaluate(source, declaration.scope, chain, 0, 4)
                if isinstance(value, Thing) and value.place != place:
                    bases.append(value.place)
                else:
                    known = False
        return bases, known

    # -- several answers

    def _agreed(self, values: Iterable[Value]) -> Value:
        """The one answer that all alternatives give, else `Unknown`."""
        answer: Value | None = None
        for value in values:
            if answer is not None and value != answer:
                return UNKNOWN
            answer = value
        return UNKNOWN if answer is None else answer

    def _once(self, question: Hashable, answer: Callable[[], Value]) -> Value:
        """The answer, found once: alternatives that lead to each other would multiply the work at every step."""
        found = self._answers.get(question)
        if found is None:
            found = self._answers[question] = answer()
        return found


HARMLESS_BASES: frozenset[Chain] = frozenset(
    [
        ("object",),
        ("ABC",),
        ("abc", ".ABC"),
        ("Generic",),
        ("typing", ".Generic"),
        ("Protocol",),
        ("typing", ".Protocol"),
    ]
)
"""Bases that bring no member that a change could be mistaken for."""
