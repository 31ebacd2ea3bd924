"""What an expression of Go stands for, as far as the text tells."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.impact.source import Source
from indexer.impact.values import Gone, Outside, Unknown
from indexer.types import Declaration


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the tree: the files of a folder with the same package clause."""

    folder: str
    name: str
    tests: bool = False
    """Whether the definitions of its test files can be seen."""


@dataclass(frozen=True, slots=True)
class Key:
    """The identity of a definition: whichever file of the package it stands in."""

    folder: str
    package: str
    qualified: str


@dataclass(frozen=True, slots=True)
class Named:
    """A type with a name; `at` is its file where the name is not one of the package's."""

    package: Package
    qualified: str
    arguments: tuple[Type, ...] = ()
    at: Source | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A type that is written out: `[]`, `map`, `chan`, `func` (what it takes, a `<()>`, then what it gives), `<()>`
    (several results), `...` (the last of what a function takes, any number of times)."""

    kind: str
    parts: tuple[Type, ...]


Type = Named | Made | Outside | Unknown
Environment = tuple[tuple[str, "Type"], ...]


@dataclass(frozen=True, slots=True)
class Of:
    """A value of a type."""

    type: Type


@dataclass(frozen=True, slots=True)
class Names:
    """A type itself: where `T` is written."""

    type: Type


@dataclass(frozen=True, slots=True)
class Found:
    """A definition of a package or a member of one of its types."""

    key: Key
    package: Package
    source: Source
    declaration: Declaration
    environment: Environment = ()
    expression: bool = False
    """Of a method: written behind its type, so that the receiver is the first argument."""
    arguments: tuple[Type, ...] = field(default=())


Value = Package | Found | Of | Names | Gone | Outside | Unknown
