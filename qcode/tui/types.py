"""What the screens are given, and the values they hand around."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from agents.model.types import Mode
from agents.types import Approve, Event, Said
from indexer.types import Finding, Reference, Symbol

if TYPE_CHECKING:
    from agents.stop import Stop
    from indexer.index import Index

Side = Literal["head", "base"]


@dataclass(frozen=True, slots=True)
class Began:
    """The turn of this question began: it stands before the turn's events."""

    question: str


class Talk(Protocol):
    """A conversation with a model. It is made, used and closed in one thread."""

    @property
    def id(self) -> str:
        """What it is kept under."""
        ...

    @property
    def model(self) -> str:
        """The model that is asked."""
        ...

    @property
    def past(self) -> Sequence[Began | Said]:
        """What was asked and answered so far, oldest first."""
        ...

    @property
    def operations(self) -> Sequence[str]:
        """The ids of its edits in the journal, oldest first."""
        ...

    def ask(self, question: str, *, mode: Mode, approve: Approve, stop: Stop) -> Iterator[Event]:
        """The events of one turn, `TurnEnded` last."""
        ...

    def compact(self, stop: Stop) -> Iterator[Event]:
        """The events of folding its oldest part away."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A session that can be opened again; `when` is text for a reader."""

    id: str
    title: str
    when: str


class Shelf(Protocol):
    """Where sessions are kept."""

    def listing(self) -> Sequence[Kept]:
        """The sessions, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where the screens work. What it opens is used in the thread that opened it."""

    root: Path
    open_index: Callable[[], Index]
    begin: Callable[[str | None, str | None], Talk]
    """A conversation: the kept one of this id, or a new one; with the model of this name, or the configured one.

    Raises a Problem, which says what to configure where there is no model.
    """
    shelf: Shelf
    model: str | None
    """The configured model; None where there is none."""
    mode: Mode = "think"
    theme: str = "auto"
    light: bool = False
    """Whether the terminal says that its background is light."""
    ignore: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    """Sentences to begin with."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the code with what is said of it; `side` is the tree whose line it is."""

    path: str
    line: int
    title: str
    mark: str = ""
    detail: str = ""
    side: Side = "head"

    @staticmethod
    def of_finding(finding: Finding) -> Place:
        """Where the finding stands."""
        return Place(finding.path, finding.lines[0], finding.title, finding.severity, finding.why, finding.side)

    @staticmethod
    def of_symbol(symbol: Symbol) -> Place:
        """Where the definition begins."""
        return Place(symbol.path, symbol.lines[0], f"{symbol.kind} {symbol.qualified}", "defined", symbol.signature)

    @staticmethod
    def of_reference(reference: Reference) -> Place:
        """The place that uses a name."""
        return Place(reference.path, reference.line, f"{reference.kind}, {reference.confidence}", "used")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a file: its lines from number `first` on, of which `line` is asked for."""

    path: str
    line: int
    first: int
    lines: tuple[str, ...]
