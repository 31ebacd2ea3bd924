"""What a name or an expression can stand for, as far as the text tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Via = Literal["name", "module", "class", "instance"]


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


Value = Module | Thing | Instance | Gone | Outside | Unknown
OUTSIDE = Outside()
UNKNOWN = Unknown()
