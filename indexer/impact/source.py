"""The facts of one file, indexed by what look-ups ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.types import Binding, Chain, Declaration, Export, Facts

CLASSES = frozenset({"class", "interface", "enum", "struct", "trait", "type"})
HOLDERS = frozenset({"variable", "constant", "field", "property"})
CALLABLE = frozenset({"function", "method", "constructor"})
NOTHING = frozenset({"None", "null", "undefined", "<none>"})
"""Chains that start with one of these say that there is no value, never what the value is."""
SAYS_NOTHING = frozenset({"narrowed", "outer", "deleted"})
"""Kinds of bindings that bring no value into a scope."""


@dataclass(eq=False)
class Source:
    """The facts of one file, indexed by what look-ups ask."""

    path: str
    facts: Facts
    declared: dict[tuple[int, str], list[Declaration]] = field(default_factory=dict)
    qualified: dict[str, list[Declaration]] = field(default_factory=dict)
    members: dict[str, dict[str, list[Declaration]]] = field(default_factory=dict)
    bound: dict[tuple[int, str], list[Binding]] = field(default_factory=dict)
    narrowed: dict[tuple[int, str], list[Binding]] = field(default_factory=dict)
    """What a test says about a name, or about a path like `self.a`, in a part of a scope."""
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
            if binding.kind == "narrowed":
                self.narrowed.setdefault((binding.scope, binding.name), []).append(binding)
            elif binding.kind not in SAYS_NOTHING:
                self.bound.setdefault((binding.scope, binding.name), []).append(binding)
            if binding.name == "*" and binding.kind == "import":
                self.stars.append(binding)
        for export in self.facts.exports:
            self.exports.setdefault(export.name, []).append(export)

    @property
    def python(self) -> bool:
        return self.facts.language == "python"

    def flags(self, qualified: str) -> frozenset[str]:
        """The flags of every definition of that name."""
        return frozenset().union(*(d.flags for d in self.qualified.get(qualified, [])))

    def is_class(self, qualified: str) -> bool:
        """Whether a class or an object with members stands under that name."""
        return any(d.kind in CLASSES or "object" in d.flags for d in self.qualified.get(qualified, []))

    def narrowed_at(self, scope: int, name: str, line: int) -> Chain | None:
        """The type that a test around a line gives a name of a scope."""
        found = [
            b for b in self.narrowed.get((scope, name), []) if b.span and b.span.start_line <= line <= b.span.end_line
        ]
        return found[-1].annotation if found else None
