"""What git says is tracked and untracked, in one process.

`git ls-files --debug` prints what git noted about each file when it last looked at it. A file that still has the same
note has the same text, so most files of a work tree are never read. Should the print change in some version of git,
the notes are absent and every file is read: slower, and as right.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal, cast

from indexer.errors import ToolProblem
from indexer.repo.runner import Runner

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


@dataclass(frozen=True, slots=True)
class Listing:
    """The paths git knows. An untracked path that ends in `/` is a repository of its own."""

    tracked: tuple[Tracked, ...]
    untracked: tuple[str, ...]


def listing(runner: Runner, *, untracked: bool, excludes: str | None = None) -> Listing:
    """The index, and on request the untracked files that no ignore file names; `excludes` is a further ignore file."""
    others = ("--others", "--exclude-standard") if untracked else ()
    settings = {"core.excludesFile": excludes} if excludes is not None else {}
    output = runner.run("ls-files", "-z", "--stage", "-v", "-t", "--debug", *others, settings=settings).output
    found: list[str] = []
    staged: list[re.Match[bytes]] = []
    position = 0
    while position < len(output):
        if output.startswith(b"? ", position):
            end = output.index(b"\0", position)
            found.append(os.fsdecode(output[position + 2 : end]))
            position = end + 1
            continue
        match = _RECORD.match(output, position)
        if match is None:
            raise ToolProblem("The list of files that git gave can't be understood.", "Use git 2.30 or newer.")
        staged.append(match)
        position = match.end()
    return Listing(_tracked(staged), tuple(found))


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
        entries[path] = Tracked(
            path,
            _mode(mode),
            oid.decode(),
            note,
            absent_on_purpose=tag in b"Ss",
            assumed_unchanged=tag.islower(),
            intended=flags is not None and bool(int(flags, 16) & _INTENT_TO_ADD),
            conflicted=stage != b"0",
        )
    return tuple(entries.values())


def _mode(mode: bytes) -> Mode:
    text = mode.decode()
    if text in ("100755", "120000", "160000"):
        return cast(Mode, text)
    return "100644"
