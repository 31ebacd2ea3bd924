"""What a Rust path or expression can stand for, besides the values that all languages share."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.impact.values import Gone, Outside, Place, Thing, Unknown


@dataclass(frozen=True, slots=True)
class Module:
    """A module: a file, or an inline module of one (`inner` is its dotted name there)."""

    path: str
    inner: str = ""

    @property
    def place(self) -> Place:
        return Place(self.path, self.inner)

    def member(self, name: str) -> Place:
        """Where a definition of that name in the module would stand."""
        return Place(self.path, f"{self.inner}.{name}" if self.inner else name)


@dataclass(frozen=True, slots=True)
class Within:
    """A module with the place of the `mod` that declares it."""

    module: Module
    declared: Place


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value. References to it are the same to us.

    `place` is its definition in the tree; else `name` is what it is called elsewhere (`Vec`), or one of `<tuple>`,
    `<list>`, `<fn>`, `<dyn>` (something with the traits `arguments`), `<iter>` (of the first of `arguments`),
    `<param>` (a type parameter; `arguments` are its bounds).
    """

    place: Place | None
    name: str
    arguments: tuple[Type | None, ...] = ()


Named = Thing | Within | Gone | Outside | Unknown
"""What a path stands for."""
