"""What a name or an expression can stand for, as far as the text tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Via = Literal["name", "module", "class", "instance"]
MOST_ALTERNATIVES = 8


@dataclass(frozen=True, slots=True)
class Place:
    """The identity of a definition: the same before and after a change of its text."""

    path: str
    qualified: str

    @property
    def name(self) -> str:
        return self.qualified.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Module:
    """A module or a package of the tree."""

    path: str


@dataclass(frozen=True, slots=True)
class Thing:
    """The definition itself: a function, a class, a variable; `via` says how it was reached."""

    place: Place
    via: Via = "name"


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of the class at `place`; `above` means `super()`: look-up starts behind that class."""

    place: Place
    above: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A container that the language brings along, with what it holds.

    `items`: one part, any item; `map` and `pairs`: key and value, iterated over by key or as pairs; `tuple`: a part for
    each place.
    """

    kind: Literal["items", "map", "pairs", "tuple"]
    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A method of such a container, not called yet."""

    group: Group
    name: str


@dataclass(frozen=True, slots=True)
class Either:
    """One of several, as a union type, two branches or two returns give; `Outside` and `Unknown` may be among them."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """Looked for where it had to be, and not there.

    `open` says that the place can't be known wholly: a class with a base outside of the tree, say.
    """

    where: str
    name: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that no file of the tree defines."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The text does not tell."""


Value = Module | Thing | Instance | Group | Taken | Either | Gone | Outside | Unknown
OUTSIDE = Outside()
UNKNOWN = Unknown()


def agreed(values: Iterable[Value]) -> Value:
    """The one answer that all alternatives give, else `Unknown`."""
    answer: Value | None = None
    for value in values:
        if answer is not None and value != answer:
            return UNKNOWN
        answer = value
    return UNKNOWN if answer is None else answer


def joined(values: Iterable[Value]) -> Value:
    """All answers together: `Either` of them where they differ and at least one tells something."""
    told: dict[Value, None] = {}
    for value in values:
        for part in value.values if isinstance(value, Either) else (value,):
            told[part] = None
            if len(told) > MOST_ALTERNATIVES:
                return UNKNOWN
    here: list[Value] = [value for value in told if not isinstance(value, Gone)]
    here = here or list(told)
    if not here:
        return UNKNOWN
    if len(here) == 1:
        return here[0]
    telling = any(isinstance(value, Instance | Thing | Group | Module) for value in here)
    return Either(tuple(here)) if telling else UNKNOWN


def parts_of(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value; of a single one itself."""
    return value.values if isinstance(value, Either) else (value,)
