"""Trees that tests write, apply answers to and compare, and a disk that fails where it is told to."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agents.edits.disk import Disk
from agents.edits.types import Approve, Decision, Request

Tree = dict[str, tuple[int, bytes | None]]
Files = Mapping[str, bytes]

WRITING = ("create", "write", "fsync", "own", "permit", "rename", "unlink", "mkdir", "rmdir")
READING = ("open_folder", "open_file", "read")


def planted(root: Path, files: Files, modes: Mapping[str, int] | None = None) -> Path:
    """Write these files below `root`, which is made."""
    root.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod((modes or {}).get(name, 0o644))
    return root


def tree_of(root: Path) -> Tree:
    """Every file and folder below `root` with its mode, and what the files hold; the journal is left out."""
    found: Tree = {}
    for place, folders, files in os.walk(root):
        here = Path(place)
        folders[:] = [name for name in folders if here != root or name != ".qcode"]
        for name in folders:
            found[(here / name).relative_to(root).as_posix()] = (_mode(here / name), None)
        for name in files:
            path = here / name
            data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
            found[path.relative_to(root).as_posix()] = (_mode(path), data)
    return found


def block(path: str, search: str, replace: str) -> str:
    """A block with the longest markers, so that the text may hold any shorter ones."""
    return f"{path}\n<<<<<<<<< SEARCH\n{search}=========\n{replace}>>>>>>>>> REPLACE\n"


def many(count: int) -> tuple[Files, Mapping[str, int], str]:
    """Files, their modes, and an answer with one change a file: edited, made, deleted, renamed, and so on."""
    files: dict[str, bytes] = {}
    modes: dict[str, int] = {}
    parts = []
    for n in range(count):
        name = f"dir{n % 3}/file{n}.txt"
        text = f"head {n}\r\nline {n}\r\ntail"
        if n % 4 != 1:
            files[name] = text.encode()
            modes[name] = (0o755, 0o600, 0o644)[n % 3]
        if n % 4 == 0:
            parts.append(block(name, f"line {n}\n", f"changed {n}\nand grown\n"))
        elif n % 4 == 1:
            parts.append(block(f"made{n % 3}/deep/file{n}.txt", "", f"new {n}\n"))
        elif n % 4 == 2:
            parts.append(f"*** Delete File: {name}\n")
        else:
            parts.append(f"*** Rename File: {name} -> moved/file{n}.txt\n")
    return files, modes, "\n".join(parts)


def answering(decision: Decision, asked: list[Request]) -> Approve:
    """Somebody who always says the same; what they were asked is noted."""

    def approve(request: Request) -> Decision:
        asked.append(request)
        return decision

    return approve


class Killed(BaseException):
    """The process is dead: from here on nothing it does reaches the disk."""


class FaultyDisk(Disk):
    """A disk that fails at its `at`-th call (counted from 1), with an error of the system or for good."""

    def __init__(self, at: int | None = None, error: int | None = None, calls: tuple[str, ...] = WRITING) -> None:
        self.count = 0
        self._at = at
        self._error = error
        for name in WRITING + READING:
            setattr(self, name, self._guarded(getattr(super(), name), name in calls))

    def _guarded(self, call: Callable[..., Any], counted: bool) -> Callable[..., Any]:
        def guarded(*arguments: Any) -> Any:
            self.count += counted
            if self._at is not None and self._error is None and self.count >= self._at:
                raise Killed
            if counted and self.count == self._at:
                raise OSError(self._error, os.strerror(self._error or 0))
            return call(*arguments)

        return guarded


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)
