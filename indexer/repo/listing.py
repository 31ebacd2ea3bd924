"""What git says is tracked and untracked, in one process.

`git ls-files --debug` prints what git noted about each file when it last looked at it. A file that still has the same
note has the same text, so most files of a work tree are never read. Should the print change in some version of git,
the notes are absent and every file is read: slower, and as right.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, cast

from indexer.errors import ToolProblem
from indexer.repo.runner import Runner
from indexer.types import Entry

Mode = Literal["100644", "100755", "120000", "160000"]

_INTENT_TO_ADD = 1 << 29
_RECORD = re.compile(
    rb"(?P<tag>\S) (?P<mode>\d{6}) (?P<oid>[0-9a-f]{40,64}) (?P<stage>[0-3])\t(?P<path>[^\0]+)\0"
    rb"(?:  ctime: (?P<cs>\d+):(?P<cn>\d+)\n  mtime: (?P<ms>\d+):(?P<mn>\d+)\n  dev: \d+\tino: (?P<ino>\d+)\n"
    rb"  uid: \d+\tgid: \d+\n  size: (?P<size>\d+)\tflags: (?P<flags>[0-9a-f]+)\n)?"
)


@dataclass(frozen=True, slots=True)
class Note:
    """What git noted about a file when it last read it; times in nanoseconds."""

    changed: int
    modified: int
    inode: int
    size: int


@dataclass(frozen=True, slots=True)
class Tracked:
    """A path of the index."""

    path: str
    mode: Mode
    oid: str
    note: Note | None
    absent_on_purpose: bool
    """Left out of a sparse checkout."""
    assumed_unchanged: bool
    intended: bool
    """`git add --intent-to-add`: the path will be added, its text is not staged yet."""
    conflicted: bool
    """An unfinished merge; mode and oid are then of our own side."""
    entry: Entry
    """As the index has it, with the noted size."""


class Listings:
    """Asks git for the paths it knows. Nothing is parsed again that git prints unchanged."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._printed = b""
        self._parsed: tuple[Tracked, ...] = ()

    def tracked(self) -> tuple[Tracked, ...]:
        """The index."""
        printed = self._runner.run("ls-files", "-z", "--stage", "-v", "-t", "--debug").output
        if printed != self._printed:
            self._parsed = _tracked(_records(printed))
            self._printed = printed
        return self._parsed

    @property
    def last(self) -> tuple[Tracked, ...]:
        """The index as it was when it was asked for last."""
        return self._parsed or self.tracked()

    def every(self, excludes: str | None) -> tuple[list[str], list[str]]:
        """The tracked paths, and the untracked ones that no ignore file names; nothing on disk is read.

        A path that ends in `/` is a repository of its own.
        """
        settings = {"core.excludesFile": excludes} if excludes is not None else {}
        wanted = ("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
        tracked: dict[str, None] = {}
        others = []
        for line in self._runner.run(*wanted, settings=settings).output.split(b"\0")[:-1]:
            path = os.fsdecode(line[2:])
            if line.startswith(b"?"):
                others.append(path)
            else:
                tracked[path] = None
        return list(tracked), others

    @contextmanager
    def untracked(self, excludes: str | None) -> Iterator[Callable[[], tuple[str, ...]]]:
        """Look meanwhile for untracked files that no ignore file names; gives the question for what was found.

        `excludes` is a further ignore file. A path that ends in `/` is a repository of its own.
        """
        settings = {"core.excludesFile": excludes} if excludes is not None else {}
        searching = self._runner.start("ls-files", "-z", "--others", "--exclude-standard", settings=settings)

        def found() -> tuple[str, ...]:
            output = self._runner.finish("ls-files", searching).output
            return tuple(map(os.fsdecode, output.split(b"\0")[:-1]))

        try:
            yield found
        finally:
            searching.stop()


def _records(output: bytes) -> list[re.Match[bytes]]:
    records = list(_RECORD.finditer(output))
    if sum(match.end() - match.start() for match in records) != len(output):
        raise ToolProblem("The list of files that git gave can't be understood.", "Use git 2.30 or newer.")
    return records


def _tracked(matches: list[re.Match[bytes]]) -> tuple[Tracked, ...]:
    """One entry a path: of an unfinished merge our own side, or the other's where we have none."""
    entries: dict[str, Tracked] = {}
    for match in matches:
        tag, mode, oid, stage, name, cs, cn, ms, mn, inode, size, flags = match.groups()
        path = os.fsdecode(name)
        if stage != b"0" and path in entries and stage != b"2":
            continue
        note = None
        if cs is not None and stage == b"0":
            note = Note(int(cs) * 10**9 + int(cn), int(ms) * 10**9 + int(mn), int(inode), int(size))
        entry = Entry(oid.decode(), _mode(mode), note.size if note and mode != b"120000" else None)
        entries[path] = Tracked(
            path,
            entry.mode,
            entry.oid,
            note,
            absent_on_purpose=tag in b"Ss",
            assumed_unchanged=tag.islower(),
            intended=flags is not None and bool(int(flags, 16) & _INTENT_TO_ADD),
            conflicted=stage != b"0",
            entry=entry,
        )
    return tuple(entries.values())


def _mode(mode: bytes) -> Mode:
    text = mode.decode()
    if text in ("100755", "120000", "160000"):
        return cast(Mode, text)
    return "100644"
