"""The nouns of the seeded benchmark: definitions, uses, changes. Lines are 1-based, columns 0-based characters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["rename", "remove", "move", "add required", "drop", "keyword-only", "reorder", "async"]
KINDS: tuple[Kind, ...] = ("rename", "remove", "move", "add required", "drop", "keyword-only", "reorder", "async")
GONE: frozenset[str] = frozenset({"rename", "remove", "move"})

Control = Literal["renamed everywhere", "optional added", "moved with re-export", "reformatted", "body only"]
CONTROLS: tuple[Control, ...] = (
    "renamed everywhere",
    "optional added",
    "moved with re-export",
    "reformatted",
    "body only",
)

Form = Literal[
    "function",
    "method",
    "constructor",
    "property",
    "class",
    "constant",
    "attribute",
    "re-export",
    "type",
    "variant",
    "module",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter; `span` is its text's place in the file: name, annotation and default."""

    name: str
    kind: Literal["positional_only", "positional", "keyword_only", "rest", "keywords"]
    required: bool
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The shape of a call's arguments."""

    positional: int
    keywords: tuple[str, ...] = ()
    rest: bool = False
    keywords_rest: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A definition that can be changed. Offsets are characters of the file's text."""

    form: Form
    name: str
    place: Place
    owner: str | None
    """Qualified name of the class it is a member of."""
    whole: tuple[int, int]
    """The definition with its decorators, from the start of its first line to the end of its last."""
    name_span: tuple[int, int]
    keyword_at: int = 0
    """Where `async ` would be put."""
    params: tuple[Param, ...] | None = None
    params_span: tuple[int, int] = (0, 0)
    """Between the parentheses."""
    body_at: int = 0
    """Where a statement can be put in front of the body."""
    indent: str = ""
    only: bool = False
    """It is all that its block holds."""
    flags: frozenset[str] = frozenset()
    """Any of: static classmethod async generator opaque exported default duplicate alias override test script
    fields (a constructor whose parameters declare fields)."""
    statement: str = ""
    """Of a re-export: the import statement's text without this name."""

    @property
    def path(self) -> str:
        return self.place.path

    @property
    def symbol(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


Role = Literal["call", "decorator", "read", "import", "base", "annotation", "export", "write", "definition"]


@dataclass(frozen=True, slots=True)
class Use:
    """A place that uses a definition, with what its own syntax says."""

    place: Place
    role: Role
    text: str
    arguments: Arguments | None = None
    settled: bool | None = False
    """Of a call: its result is awaited or handed to something that awaits it; None where that can't be told."""
    guarded: bool = False
    bound: bool = True
    """Of a member: reached through an instance, so that the receiver is filled in."""
    inferred: bool = False
    """Reached through a receiver whose class must be inferred; otherwise imports and scopes decide."""
    alias: bool = False
    """An import under another name."""
    indirect: bool = False
    """Reached through an object that holds the definition: `utils.f` of `export default { f }`."""
    how: str = ""
    """How it is reached, where that is neither of the usual two ways."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement in a file's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change of a definition: edits by path, and files that are new."""

    kind: str
    candidate: Candidate
    edits: Mapping[str, tuple[Edit, ...]]
    added: Mapping[str, str] = field(default_factory=dict)
    param: str = ""
    """The parameter that was added, dropped, made keyword-only, or the first of the two that changed places."""
    other: str = ""


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    """The text with the edits, which must not overlap."""
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def line_after(text: str, edits: tuple[Edit, ...], line: int, column: int) -> int | None:
    """The line that a place of `text` has after the edits; None where it was taken out."""
    offset = offset_of(text, line, column)
    shift = 0
    for edit in sorted(edits, key=lambda e: e.start):
        if edit.end <= offset:
            shift += edit.text.count("\n") - text.count("\n", edit.start, edit.end)
        elif edit.start <= offset:
            return None
    return line + shift


def offset_of(text: str, line: int, column: int) -> int:
    """Characters before a place."""
    offset = 0
    for _ in range(line - 1):
        offset = text.index("\n", offset) + 1
    return offset + column
