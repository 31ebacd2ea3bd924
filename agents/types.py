"""The nouns of `agents`: what a job is asked and the events it answers with."""

from __future__ import annotations

from dataclasses import dataclass, field

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


Event = Stage | Progress | Found | Left | Done
