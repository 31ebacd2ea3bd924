"""What was done to a folder, kept in ROOT/.qcode/state: enough to take any of it back, byte for byte.

An operation is one file. It is called `NUMBER.ID.pending` while the operation is at work and `NUMBER.ID.done` from its
commit on; the rename is the commit. It begins with a line that holds the length of a JSON header, the length of all
that follows and a digest of it, so a file that was cut while it was written is known for what it is; behind the header
stand the bytes that the files had before. A record is believed as a whole or not at all: its own name, every path in
it, every length and every digest have to be right.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from agents.edits.disk import read_all, write_all
from agents.edits.lock import locked
from agents.edits.paths import STATE, BadPath, parts_of
from agents.edits.tree import WorkTree
from agents.edits.types import FileChange, FileState

LIMIT = 256 << 20
"""Bytes that the journal may take; the oldest operations go first, the newest stays whatever its size."""
_IGNORE = ".gitignore"

_MAGIC = b"qcode-journal-2"
_NAME = re.compile(r"([0-9]{8,20})\.([0-9]{8}T[0-9]{6}Z-[0-9a-f]{4,32})\.(pending|done)")
_FIRST_LINE = re.compile(rb"%s ([0-9]{1,12}) ([0-9]{1,12}) ([0-9a-f]{64})" % _MAGIC)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MODE = 0o700
_HIGHEST_MODE = 0o7777
_HIGHEST_OWNER = 1 << 32


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
    """A record that was changed, or is none of this journal."""


class Cut(Damaged):
    """A record that ends too early: it was being written, and nothing that it tells of had begun."""


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
        "number": operation.number,
        "id": operation.id,
        "kind": operation.kind,
        "undoes": operation.undoes,
        "made": operation.made,
        "removed": operation.removed,
        "steps": [[step.path, _plain(step.before), _plain(step.after)] for step in operation.steps],
    }
    header = json.dumps(head).encode()
    body = b"".join([header, *(change.before.data or b"" for change in changes)])
    return b"%s %d %d %s\n%s" % (_MAGIC, len(header), len(body), digest_of(body).encode(), body)


def _read(data: bytes, one: Kept) -> tuple[Operation, dict[str, FileState]]:
    line, newline, body = data.partition(b"\n")
    found = _FIRST_LINE.fullmatch(line)
    if not newline or (found and len(body) < int(found[2])):
        raise Cut
    if not found or len(body) != int(found[2]) or digest_of(body) != found[3].decode():
        raise Damaged
    try:
        operation = _operation(json.loads(body[: int(found[1])]), one)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, BadPath):
        raise Damaged from None
    return operation, _befores(operation.steps, body[int(found[1]) :])


def _operation(head: dict[str, Any], one: Kept) -> Operation:
    """The operation of a header; an error where it is not one that this journal could have written."""
    kind, undoes = head["kind"], head["undoes"]
    steps = tuple(Step(_path(path), _whole(before), _whole(after)) for path, before, after in head["steps"])
    made, removed = (tuple(map(_path, head[name])) for name in ("made", "removed"))
    _require((head["number"], head["id"]) == (one.number, one.id), kind in ("apply", "undo"))
    _require(undoes is None if kind == "apply" else isinstance(undoes, str) and undoes != one.id)
    _require(len({step.path for step in steps}) == len(steps))
    return Operation(one.number, one.id, kind, undoes, steps, made, removed)


def _befores(steps: tuple[Step, ...], data: bytes) -> dict[str, FileState]:
    befores: dict[str, FileState] = {}
    at = 0
    for step in steps:
        side = step.before
        state = FileState(step.path, None)
        if side is not None:
            state = FileState(step.path, data[at : at + side.size], side.mode, side.owner)
            at += side.size
            if not side.means(state):
                raise Damaged
        befores[step.path] = state
    if at != len(data):
        raise Damaged
    return befores


def _side(state: FileState) -> Side | None:
    if state.data is None:
        return None
    return Side(digest_of(state.data), len(state.data), state.mode, state.owner)


def _plain(side: Side | None) -> list[Any] | None:
    return None if side is None else [side.digest, side.size, side.mode, side.owner]


def _path(path: object) -> str:
    """A path as an answer could have named it and as this journal spells it."""
    _require(isinstance(path, str), "/".join(parts_of(str(path))) == path)
    return str(path)


def _whole(plain: list[Any] | None) -> Side | None:
    if plain is None:
        return None
    digest, size, mode, owner = plain
    _require(_DIGEST.fullmatch(digest) is not None, _is_number(size, None))
    _require(mode is None or _is_number(mode, _HIGHEST_MODE))
    _require(owner is None or (len(owner) == 2 and all(_is_number(one, _HIGHEST_OWNER) for one in owner)))
    return Side(digest, size, mode, None if owner is None else (owner[0], owner[1]))


def _is_number(value: object, highest: int | None) -> bool:
    return type(value) is int and value >= 0 and (highest is None or value <= highest)


def _require(*so: bool) -> None:
    if not all(so):
        raise ValueError("a record says what no operation does")


# ---------------------------------------------------------------- names


def _kept(folder: int) -> Iterator[Kept]:
    for name in os.listdir(folder):
        fits = _NAME.fullmatch(name)
        if not fits or name != _name(int(fits[1]), fits[2], fits[3]):
            continue
        with suppress(FileNotFoundError):  # another process has just committed it
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                yield Kept(int(fits[1]), fits[2], fits[3] == "pending", status.st_size)


def _name(number: int, id: str, state: str) -> str:
    return f"{number:08d}.{id}.{state}"


def _ids() -> Iterator[str]:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    while True:
        yield f"{now}-{secrets.token_hex(2)}"


__all__ = ["LIMIT", "Cut", "Damaged", "Journal", "Kept", "Operation", "Side", "Step", "digest_of"]
