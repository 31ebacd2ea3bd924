"""Chains read from their beginning: roots, and types that are written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.impact.go.values import Environment, Found, Made, Named, Names, Of, Package, Type, Value
from indexer.impact.source import CLASSES, Source
from indexer.impact.values import OUTSIDE, UNKNOWN, Outside
from indexer.types import Chain

if TYPE_CHECKING:
    from indexer.impact.go.world import GoWorld, Position

WRITTEN = frozenset({"[]", "map", "chan", "func", "<()>", "..."})
BASIC = frozenset({"<str>", "<int>", "<float>", "<rune>", "<bool>", "<nil>"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Where a chain is read."""

    world: GoWorld
    source: Source
    package: Package
    scope: int
    position: Position
    depth: int
    environment: Environment = ()

    def start(self, chain: Chain) -> tuple[Value, int]:
        """What the root of an expression stands for, and where its steps begin."""
        root = chain[0]
        if (root in WRITTEN and chain[1:2] == ("<",)) or (root.startswith("<") and root not in BASIC):
            found, at = self.type(chain, 0)
            return Names(found), at
        if root in BASIC:
            return Of(OUTSIDE), 1
        return self._name(root), 1

    def type(self, chain: Chain, at: int) -> tuple[Type, int]:
        """The type that is written from a place of a chain on, and the place behind it."""
        root = chain[at] if at < len(chain) else "<?>"
        if root in WRITTEN and chain[at + 1 : at + 2] == ("<",):
            parts, end = self.arguments(chain, at + 1)
            return Made(root, parts), end
        if root.startswith("<"):
            return self._unnamed(root), at + 1
        value = self._name(root)
        at += 1
        if at < len(chain) and chain[at].startswith(".") and isinstance(value, Package | Outside):
            value = self.world.step(value, chain[at], self.depth) if isinstance(value, Package) else OUTSIDE
            at += 1
        arguments: tuple[Type, ...] = ()
        if at < len(chain) and chain[at] == "<":
            arguments, at = self.arguments(chain, at)
        return self._named(value, arguments), at

    def arguments(self, chain: Chain, at: int) -> tuple[tuple[Type, ...], int]:
        """The types between `<` and `>`, and the place behind them."""
        found: list[Type] = []
        at += 1
        while at < len(chain) and chain[at] != ">":
            if chain[at] == ",":
                at += 1
                continue
            part, end = self.type(chain, at)
            found.append(part)
            at = max(end, at + 1)
            while at < len(chain) and chain[at] not in (",", ">"):
                at += 1
        return tuple(found), at + 1

    def _name(self, name: str) -> Value:
        return self.world.name(self.source, self.package, self.scope, name, self.position, self.depth, self.environment)

    def _unnamed(self, root: str) -> Type:
        declared = self.source.qualified.get(root)
        return Named(self.package, root, at=self.source) if declared else UNKNOWN

    def _named(self, value: Value, arguments: tuple[Type, ...]) -> Type:
        if isinstance(value, Names):
            type_ = value.type
            return (
                Named(type_.package, type_.qualified, arguments, type_.at)
                if arguments and isinstance(type_, Named)
                else type_
            )
        if isinstance(value, Found) and value.declaration.kind in CLASSES:
            return Named(value.package, value.key.qualified, arguments)
        return OUTSIDE if isinstance(value, Outside) else UNKNOWN
