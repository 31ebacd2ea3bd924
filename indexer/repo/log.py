"""The history of a repository, as commits with their messages."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.repo.runner import Runner

_FORMAT = "--format=%H%x00%an%x00%aI%x00%B%x00"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; `date` is the author's, in ISO 8601 with its time zone."""

    oid: str
    author: str
    date: str
    message: str


def read_log(runner: Runner, start: str, most: int, path: str | None = None) -> tuple[Commit, ...]:
    """At most so many commits that can be reached from the id `start`, newest first; of one path where it is given."""
    paths = [] if path is None else [path]
    asked = ("log", _FORMAT, f"--max-count={most}", "--no-patch", "--no-mailmap", "--no-notes", start, "--", *paths)
    fields = runner.run(*asked).output.decode("utf-8", "replace").split("\0")
    rows = zip(*(fields[at:-1:4] for at in range(4)), strict=False)
    return tuple(Commit(oid.strip(), author, date, message.strip()) for oid, author, date, message in rows)
