"""The facts of one file while they are collected, and where the walk that collects them stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer.outline.python.mentions import Landmarks
from indexer.types import Binding, Chain, Declaration, Export, Param, Scope, Site

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Place:
    """Where the walk stands, and what is known about the statements there."""

    kind: Literal["module", "class", "function"]
    scope: int
    owner: str | None
    """Qualified name of the innermost definition."""
    region: tuple[int, int] | None
    """Bytes in which a `hasattr` counts: the innermost function, or the whole compound statement of the module."""
    end: Node
    """The block whose end is the end of what an `assert` promises."""
    receiver: str = ""
    """The name that an object has in its own methods, empty outside of methods."""
    receiver_class: str = ""
    params: tuple[Param, ...] = ()
    complete: bool = True
    """Whether every statement is read, or only those that a landmark is in."""
    conditional: bool = False
    guarded: bool = False
    """Whether a missing import is expected here."""
    shielded: bool = False
    """Whether a missing name, attribute or argument is expected here."""
    depth: int = 0

    def qualify(self, name: str) -> str:
        """The qualified name of what is defined here."""
        return f"{self.owner}.{name}" if self.owner else name


@dataclass(frozen=True, slots=True)
class Head:
    """A function or class definition with the nodes around it, and the scope that it opens."""

    node: Node
    name: Node
    whole: Node
    """The definition with its decorators."""
    decorators: list[Node]
    scope: int


class Draft:
    """The facts collected so far."""

    def __init__(self, source: bytes, names: frozenset[str], marks: Landmarks) -> None:
        self.source = source
        self.names = names
        self.marks = marks
        self.scopes: list[Scope] = []
        self.declarations: list[Declaration] = []
        self.bindings: list[Binding] = []
        self.exports: list[Export] = []
        self.sites: list[Site] = []
        self.flags: set[str] = set()
        self.block: tuple[int, int] | None = None
        """The lines of the block that the walk stands in."""
        self._scope_of: dict[int, int] = {}
        self._visited: set[int] = set()

    def open_scope(
        self, node: Node, parent: int | None, kind: Literal["module", "class", "function", "block"], owner: str | None
    ) -> int:
        """The new scope that a node opens."""
        self.scopes.append(Scope(parent, kind, owner))
        self._scope_of[node.id] = len(self.scopes) - 1
        return len(self.scopes) - 1

    def scope_of(self, node: Node) -> int | None:
        """The scope that a node has opened already."""
        return self._scope_of.get(node.id)

    def first_visit(self, node: Node) -> bool:
        """Whether a node is asked for the first time."""
        new = node.id not in self._visited
        self._visited.add(node.id)
        return new

    def bind(
        self,
        name: str,
        where: Node,
        scope: int,
        chains: tuple[Chain, ...] = (),
        annotation: Chain | None = None,
        guarded: bool = False,
    ) -> None:
        """Bind a name to each value it may get; to an unknown one where there is none."""
        line = where.start_point.row + 1
        for chain in chains or (("<?>",),):
            self.bindings.append(
                Binding(
                    name, scope, "value", line, value=chain, annotation=annotation, guarded=guarded, block=self.block
                )
            )
