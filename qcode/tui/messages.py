"""What is said between threads, widgets and screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.message import Message

from agents.types import Decision, Question, Said
from qcode.tui.types import Began, Page, Place


@dataclass
class Asked(Message):
    """The person sent off a text."""

    text: str


@dataclass
class Completing(Message):
    """The text before the cursor may be completed from here; None where it may not."""

    word: str | None


@dataclass
class Chosen(Message):
    """The person took this completion."""

    text: str


@dataclass
class Heard(Message):
    """Events of a turn are waiting in the feed."""


@dataclass
class Wanted(Message):
    """A tool asks; the answer goes to `answer`."""

    question: Question
    answer: Callable[[Decision], None]


@dataclass
class Begun(Message):
    """A conversation was opened; these are its model and what was said in it."""

    id: str
    model: str
    past: Sequence[Began | Said]


@dataclass
class Ended(Message):
    """The working thread is done with what it was asked."""


@dataclass
class Reading(Message):
    """The index has read `done` of `of` files; `of` is 0 when it is up to date."""

    what: str
    done: int = 0
    of: int = 0


@dataclass
class Known(Message):
    """The files and the defined names of the work tree, sorted."""

    files: Sequence[str]
    names: Sequence[str]


@dataclass
class Found(Message):
    """Places to look at, under a heading."""

    heading: str
    places: Sequence[Place]
    receipt: str = ""


@dataclass
class Compared(Message):
    """The difference between two states of the tree, unified."""

    heading: str
    diff: str


@dataclass
class Opened(Message):
    """A part of a file."""

    page: Page


@dataclass
class Told(Message):
    """A sentence about something that went well."""

    sentence: str


@dataclass
class Trouble(Message):
    """What did not go well, and what to do."""

    sentence: str
    remedy: str = ""


@dataclass
class Terminated(Message):
    """The system asks to end."""
