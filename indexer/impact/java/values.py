"""What a Java expression or type can stand for, as far as the text tells."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.impact.values import Place


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the tree itself, as in `C.f()`."""

    place: Place


@dataclass(frozen=True, slots=True)
class Object:
    """An object of a class of the tree."""

    place: Place
    arguments: tuple[Value, ...] = ()
    above: bool = False
    """Reached by `super`: the class itself is not looked at."""
    loose: bool = False
    """It may be of a class below: a type parameter with this bound."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """An object, or a class, that no file of the tree defines; the name is empty where it is not known either."""

    name: str = ""
    arguments: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Array:
    """An array."""

    of: Value


@dataclass(frozen=True, slots=True)
class Primitive:
    """`int` and its like, and `void`."""

    name: str


@dataclass(frozen=True, slots=True)
class Package:
    """The beginning of a qualified name."""

    name: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A type parameter: its name, who declares it, and its bound."""

    name: str
    owner: Place | None
    bound: Value


@dataclass(frozen=True, slots=True)
class Unknown:
    """The text does not tell."""


Value = Class | Object | Foreign | Array | Primitive | Package | Parameter | Unknown
UNKNOWN = Unknown()
FOREIGN = Foreign()
OBJECT = Foreign("java.lang.Object")
STRING = Foreign("java.lang.String")
PRIMITIVES = frozenset({"int", "long", "short", "byte", "char", "float", "double", "boolean", "void"})
