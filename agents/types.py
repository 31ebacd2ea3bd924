"""The nouns of `agents`: what a job is asked and the events it answers with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from indexer.types import Finding, Skipped


@dataclass(frozen=True, slots=True)
class Target:
    """What to review. `base` and `head` are revisions as the user wrote them; None stands for what `kind` implies.

    worktree   HEAD against the files on disk          staged   HEAD against the index
    range      `base` against `head` (default HEAD)    since    the merge base of the two against `head`
    """

    kind: str = "worktree"
    base: str | None = None
    head: str | None = None
    paths: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    """Patterns of paths to leave out beside those of `.qcodeignore`, from the settings."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the job began; `of` is None where the number of steps is not known."""

    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `of` steps of the current stage are behind us."""

    stage: str
    done: int
    of: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """One finding."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Left:
    """Something was not looked at."""

    skipped: Skipped


@dataclass(frozen=True, slots=True)
class Done:
    """The job ended; the receipt of a review."""

    base: str | None
    """Object id of the base commit; None where the repository has none."""
    head: str | None
    """Object id of the head commit; None for the index and the work tree."""
    files: int
    """Files that the change touches."""
    reviewed: int
    """Files of those whose text was looked at."""
    ms: dict[str, float | None] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    """Sentences about the run that are no findings: an index that was rebuilt, an empty change."""
    symbols: int | None = None
    """Definitions that the change adds, removes or gives another signature."""


# ---------------------------------------------------------------- a conversation


@dataclass(frozen=True, slots=True)
class Proposed:
    """One block of an edit, which can be accepted or refused on its own; `diff` is unified."""

    number: int
    path: str
    diff: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked before a tool does something.

    `text` is what is to be done: the diff of an edit, the command line of a run; `why` says why it has to be asked.
    """

    kind: Literal["edit", "run", "read"]
    tool: str
    paths: tuple[str, ...]
    text: str
    why: str
    blocks: tuple[Proposed, ...] = ()
    lasting: bool = True
    """Whether `always` may be answered."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: `always` holds for this tool and these paths until the conversation ends.

    `only` are the numbers of the blocks that were accepted; None for all of them.
    """

    verdict: Literal["once", "always", "no"]
    only: tuple[int, ...] | None = None


Approve = Callable[[Question], Decision]


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of what the model thinks."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of what the model says."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """The model called a tool."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """The call is over; `text` is what the model is told."""

    id: str
    name: str
    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class EditProposed:
    """An edit fits its files and waits for a decision."""

    paths: tuple[str, ...]
    diff: str


@dataclass(frozen=True, slots=True)
class EditApplied:
    """An edit was written; the `number`th of the conversation."""

    number: int
    paths: tuple[str, ...]
    diff: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A person was asked."""

    question: Question


@dataclass(frozen=True, slots=True)
class Answered:
    """What the person, or a rule in the place of a person, answered."""

    decision: Decision
    by: Literal["person", "rule"]


@dataclass(frozen=True, slots=True)
class Spent:
    """What one answer of the model took; tokens as the server counted them, None where it does not say."""

    model: str
    prompt: int | None
    cached: int | None
    thinking: int | None
    output: int | None
    first_token_ms: float | None
    total_ms: float
    tokens_per_second: float | None
    drafted: int | None = None
    accepted: int | None = None
    window: int | None = None
    """Tokens that the model's context holds."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """A sentence about the run that ends nothing: a retry, a repair, what was folded away."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The turn could not go on."""

    slug: str
    sentence: str
    remedy: str
    exit: int


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is over: the model answered, was interrupted, went over a budget, or failed."""

    reason: Literal["answered", "interrupted", "budget", "failed"]
    answers: int
    calls: int


Event = (
    Stage | Progress | Found | Left | Done
    | Thought | Said | ToolStarted | ToolEnded | EditProposed | EditApplied | Asked | Answered | Spent | Noticed
    | Failed | TurnEnded
)  # fmt: skip
