"""The nouns of edits: what an answer asks for, where it fits, what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Rung = Literal["exact", "trailing", "unicode", "blank", "indent", "fragment", "unescape", "fuzzy"]
"""How loosely a block had to be read to fit; `exact` is the first rung of the ladder."""
Reason = Literal[
    "NOT_FOUND", "AMBIGUOUS", "ALREADY_APPLIED", "IN_OTHER_FILE", "CONFLICT", "STALE", "ELISION", "MALFORMED",
    "TRUNCATED", "BAD_PATH", "ENCODING", "SYNTAX", "NEEDS_YES",
]  # fmt: skip
Status = Literal["applied", "held", "refused"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that an answer asks for. Paths are as written; `line` is the answer's line it starts at (1-based)."""

    number: int
    kind: Literal["replace", "create", "delete", "rename"]
    path: str
    search: str = ""
    replace: str = ""
    new_path: str | None = None
    replace_all: bool = False
    line: int = 0
    splits: tuple[tuple[str, str], ...] = ()
    """Every way to read the halves where several lines may divide them; `search` and `replace` are the first."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of an answer that looks like an edit and can't be read as one; `detail` is a sentence."""

    number: int
    path: str
    reason: Literal["MALFORMED", "TRUNCATED"]
    detail: str
    line: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read. `edits` are in the order of the answer; `rejected` says why the whole of it must not be used."""

    edits: tuple[Edit | Unreadable, ...]
    rejected: Unreadable | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The text of a file as it was read. `lines` keep their own terminators; joined and encoded they are the file."""

    path: str
    encoding: Literal["utf-8", "cp949", "latin-1"]
    bom: bytes
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """Where an edit fits: `lines[start:end]` of the snapshot (0-based) become `after`, each with its terminator.

    `others` are the further places of an edit that replaces every occurrence.
    """

    edit: Edit
    rung: Rung
    start: int
    end: int
    after: tuple[str, ...]
    others: tuple[Fit, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why an edit does not fit. `near` are 0-based line ranges worth showing to its writer; `detail` a sentence."""

    edit: Edit
    reason: Reason
    detail: str
    near: tuple[tuple[int, int], ...] = ()
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class FileState:
    """A file before or after an operation; None bytes: there is no such file. `mode` is its permission bits."""

    path: str
    data: bytes | None
    mode: int | None = None
    owner: tuple[int, int] | None = None
    """User and group; None: whoever writes it."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """What an operation does to one path."""

    before: FileState
    after: FileState


@dataclass(frozen=True, slots=True)
class Block:
    """What became of one edit of an answer; `lines` are 1-based lines of the file after the edit."""

    n: int
    path: str
    status: Status
    rung: Rung | None = None
    reason: Reason | None = None
    lines: tuple[int, int] | None = None
    note: str = ""
    absent: bool = False
    """Of a BAD_PATH: the path might be used, but there is no such file."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person (or a policy) is asked before something is written."""

    kind: Literal["apply", "sensitive", "syntax"]
    paths: tuple[str, ...]
    diff: str
    why: str


Decision = Literal["yes", "no"]
Approve = Callable[[Request], Decision]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation did. `operation` names it for `undo`; `feedback` is for the model, `diff` for a person."""

    applied: bool
    operation: str | None
    blocks: tuple[Block, ...]
    feedback: str = ""
    diff: str = ""
    notices: tuple[str, ...] = ()
    undoes: str | None = None
    """The operation that this one took back."""
    hints: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """For a person, by the number of a refused block: lines that say where the file has nearly its text."""
