"""What was done to a folder, kept in ROOT/.qcode/state: enough to take any of it back, byte for byte.

An operation is one file. It is called `NUMBER.ID.pending` while the operation is at work and `NUMBER.ID.done` from its
commit on; the rename is the commit. It begins with a line that holds the length of a JSON header and a digest of all
that follows, so a file that was cut while it was written is known for what it is; behind the header stand the bytes
that the files had before.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from agents.edits.disk import read_all, write_all
from agents.edits.lock import locked
from agents.edits.paths import STATE
from agents.edits.tree import WorkTree
from agents.edits.types import FileChange, FileState

LIMIT = 256 << 20
"""Bytes that the journal may take; the oldest operations go first, the newest stays whatever its size."""
_IGNORE = ".gitignore"

_MAGIC = b"qcode-journal-1"
_NAME = re.compile(r"(\d{8,})\.(\d{8}T\d{6}Z-[0-9a-f]{4,})\.(pending|done)")
_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Side:
    """A file before or after an operation: the digest stands for its bytes."""

    digest: str
    size: int
    mode: int | None
    owner: tuple[int, int] | None

    def means(self, state: FileState) -> bool:
        """Whether this is that file. A mode that was left to the system is not compared."""
        return (
            state.data is not None
            and (self.mode is None or self.mode == state.mode)
            and len(state.data) == self.size
            and digest_of(state.data) == self.digest
        )


@dataclass(frozen=True, slots=True)
class Step:
    """What an operation does to one path; None: there is no such file."""

    path: str
    before: Side | None
    after: Side | None


@dataclass(frozen=True, slots=True)
class Operation:
    """The head of a record. `made` and `removed` are the folders that it made and took away, outermost first."""

    number: int
    id: str
    kind: Literal["apply", "undo"]
    undoes: str | None
    steps: tuple[Step, ...]
    made: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def temporary(self, step: int) -> str:
        """The name under which a step's new bytes lie beside the file until they take its place."""
        return f".qcode-{self.id}-{step}.tmp"


@dataclass(frozen=True, slots=True)
class Kept:
    """A record in the folder."""

    number: int
    id: str
    pending: bool
    size: int

    @property
    def name(self) -> str:
        return _name(self.number, self.id, "pending" if self.pending else "done")


class Damaged(Exception):
    """A record that was cut short or changed."""


class Journal:
    """The journal of a work tree. Only `holding` makes anything on the disk. Methods raise OSError and BadPath."""

    def __init__(self, tree: WorkTree) -> None:
        self._tree = tree
        self._disk = tree.disk

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold the lock; the folder is made where there is none."""
        with self._tree.folder(STATE[:1], make=True):  # what teams keep beside the journal is not private
            pass
        with self._tree.folder(STATE, make=True, mode=_MODE) as folder:
            self._dress(folder)
            with locked(folder, self._disk):
                yield

    def kept(self) -> list[Kept]:
        """The records, oldest first; none where there is no folder."""
        try:
            with self._tree.folder(STATE) as folder:
                return sorted(_kept(folder), key=lambda one: one.number)
        except FileNotFoundError:
            return []

    def begin(self, kind: Literal["apply", "undo"], undoes: str | None, changes: Sequence[FileChange]) -> Operation:
        """Name an operation, without writing anything yet."""
        kept = self.kept()
        taken = {one.id for one in kept}
        number = kept[-1].number + 1 if kept else 1
        id = next(id for id in _ids() if id not in taken)
        steps = tuple(Step(c.before.path, _side(c.before), _side(c.after)) for c in changes)
        return Operation(number, id, kind, undoes, steps)

    def write(self, operation: Operation, changes: Sequence[FileChange]) -> None:
        """Put the record on the disk as pending; when this returns it survives a power loss."""
        data = _record(operation, changes)
        name = _name(operation.number, operation.id, "pending")
        with self._tree.folder(STATE) as folder:
            try:
                file = self._disk.create(name, folder, 0o600)
                try:
                    write_all(self._disk, file, data)
                    self._disk.fsync(file)
                finally:
                    os.close(file)
                self._disk.fsync(folder)
            except OSError:
                with suppress(OSError):
                    self._disk.unlink(name, folder)
                raise

    def commit(self, operation: Operation) -> bool:
        """From here on the operation has happened; whether a power loss could still take it back, as a whole."""
        pending, done = (_name(operation.number, operation.id, state) for state in ("pending", "done"))
        with self._tree.folder(STATE) as folder:
            self._disk.rename(pending, done, folder)
            try:
                self._disk.fsync(folder)
            except OSError:
                return False
        return True

    def reopen(self, operation: Operation) -> None:
        """Make a record pending again that a failing rename has committed after all."""
        pending, done = (_name(operation.number, operation.id, state) for state in ("pending", "done"))
        with self._tree.folder(STATE) as folder, suppress(FileNotFoundError):
            self._disk.rename(done, pending, folder)

    def forget(self, number: int, id: str) -> None:
        """Remove a record, whatever its state."""
        with self._tree.folder(STATE) as folder:
            for state in ("pending", "done"):
                with suppress(FileNotFoundError):
                    self._disk.unlink(_name(number, id, state), folder)
            self._disk.fsync(folder)

    def prune(self, limit: int) -> int:
        """Remove the oldest finished records until the rest fits into `limit` bytes, and return how many went."""
        done = [one for one in self.kept() if not one.pending]
        size = sum(one.size for one in done)
        dropped = 0
        with self._tree.folder(STATE) as folder:
            for one in done[:-1]:
                if size <= limit:
                    break
                self._disk.unlink(one.name, folder)
                size -= one.size
                dropped += 1
        return dropped

    def head(self, one: Kept) -> Operation:
        """What a record says, without the bytes; Damaged where it can't be read."""
        return self.load(one)[0]

    def load(self, one: Kept) -> tuple[Operation, dict[str, FileState]]:
        """What a record says, and the files as they were before, by path; Damaged where it is not whole."""
        with self._tree.folder(STATE) as folder:
            file = self._disk.open_file(one.name, folder)
            try:
                data = read_all(self._disk, file)
            finally:
                os.close(file)
        return _read(data, one)

    def _dress(self, folder: int) -> None:
        """Keep git from seeing the journal."""
        with suppress(FileNotFoundError):
            if os.stat(_IGNORE, dir_fd=folder, follow_symlinks=False).st_size:
                return
            self._disk.unlink(_IGNORE, folder)
        for parts in ((), STATE[:1]):  # a record is no use after a power loss if its folder is gone
            with self._tree.folder(parts) as parent:
                self._disk.fsync(parent)
        with suppress(FileExistsError):  # another process was quicker
            file = self._disk.create(_IGNORE, folder, 0o600)
            try:
                write_all(self._disk, file, b"*\n")
            finally:
                os.close(file)


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------- one record


def _record(operation: Operation, changes: Sequence[FileChange]) -> bytes:
    head = {
        "kind": operation.kind,
        "undoes": operation.undoes,
        "made": operation.made,
        "removed": operation.removed,
        "steps": [[step.path, _plain(step.before), _plain(step.after)] for step in operation.steps],
    }
    header = json.dumps(head).encode()
    body = b"".join([header, *(change.before.data or b"" for change in changes)])
    return b"%s %d %s\n%s" % (_MAGIC, len(header), digest_of(body).encode(), body)


def _read(data: bytes, one: Kept) -> tuple[Operation, dict[str, FileState]]:
    line, _, body = data.partition(b"\n")
    try:
        magic, length, digest = line.split(b" ")
        if magic != _MAGIC or digest.decode() != digest_of(body):
            raise Damaged
        head = json.loads(body[: int(length)])
        steps = tuple(Step(str(path), _whole(before), _whole(after)) for path, before, after in head["steps"])
        made, removed = (tuple(map(str, head[name])) for name in ("made", "removed"))
        kind: Literal["apply", "undo"] = "undo" if head["kind"] == "undo" else "apply"
        operation = Operation(one.number, one.id, kind, head["undoes"], steps, made, removed)
        return operation, dict(_befores(steps, body, int(length)))
    except (ValueError, TypeError, KeyError, UnicodeDecodeError):
        raise Damaged from None


def _befores(steps: tuple[Step, ...], body: bytes, at: int) -> Iterator[tuple[str, FileState]]:
    for step in steps:
        side = step.before
        if side is None:
            yield step.path, FileState(step.path, None)
            continue
        yield step.path, FileState(step.path, body[at : at + side.size], side.mode, side.owner)
        at += side.size


def _side(state: FileState) -> Side | None:
    if state.data is None:
        return None
    return Side(digest_of(state.data), len(state.data), state.mode, state.owner)


def _plain(side: Side | None) -> list[Any] | None:
    return None if side is None else [side.digest, side.size, side.mode, side.owner]


def _whole(plain: list[Any] | None) -> Side | None:
    if plain is None:
        return None
    digest, size, mode, owner = plain
    return Side(str(digest), int(size), mode if mode is None else int(mode), owner and (int(owner[0]), int(owner[1])))


# ---------------------------------------------------------------- names


def _kept(folder: int) -> Iterator[Kept]:
    for name in os.listdir(folder):
        fits = _NAME.fullmatch(name)
        if fits:
            size = os.stat(name, dir_fd=folder, follow_symlinks=False).st_size
            yield Kept(int(fits[1]), fits[2], fits[3] == "pending", size)


def _name(number: int, id: str, state: str) -> str:
    return f"{number:08d}.{id}.{state}"


def _ids() -> Iterator[str]:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    while True:
        yield f"{now}-{secrets.token_hex(2)}"


__all__ = ["LIMIT", "Damaged", "Journal", "Kept", "Operation", "Side", "Step", "digest_of"]
