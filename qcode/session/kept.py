"""Session files: made, gone on with, listed, forked."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from agents.chat import Conversation
from agents.events import to_line
from agents.types import Event, Said, Thought
from indexer.errors import StateProblem, UsageProblem
from qcode import __version__
from qcode.session import lines

ENDING = ".jsonl"
LONGEST_TITLE = 80
LARGEST = 256 << 20
_FIRST_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Kept:
    """A session in a list; `title` is the beginning of its first question."""

    id: str
    begun: str
    model: str
    title: str
    parent: str | None


class Session:
    """A conversation and the file that it is written into. A context manager; nobody else writes it meanwhile."""

    def __init__(self, file: BinaryIO, conversation: Conversation, written: int, notices: tuple[str, ...] = ()) -> None:
        self.conversation = conversation
        self.notices = notices
        """Sentences about the file: that its last line was cut."""
        self._file = file
        self._written = conversation.messages[:written]
        self._state = lines.state_of(conversation)
        self._events = 0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.keep()
        finally:
            self._file.close()

    def hear(self, event: Event) -> None:
        """Write an event, and what the conversation has become."""
        if isinstance(event, Said | Thought):
            return
        self._events += 1
        self._write(b'{"event": ' + to_line(event, self._events).encode("utf-8", "replace") + b', "is": "event"}\n')
        self.keep()

    def keep(self) -> None:
        """Write what the conversation has that the file has not."""
        messages = self.conversation.messages
        if messages[: len(self._written)] == self._written:
            for message in messages[len(self._written) :]:
                self._write(lines.message_line(message))
        else:
            self._write(lines.messages_line(messages))
        self._written = list(messages)
        state = lines.state_of(self.conversation)
        if state != self._state:
            self._write(lines.line("state", state=state))
            self._state = state

    def _write(self, line: bytes) -> None:
        start = os.fstat(self._file.fileno()).st_size
        try:
            rest = line
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file.fileno(), start)  # a line is whole or it is not there
            raise StateProblem(
                f"The session can't be written to {self._file.name}: {error.strerror}.",
                "Make room, then go on with `qcode chat --continue`.",
            ) from None


def begin(folder: Path, root: Path, model: str, parent: str | None = None) -> Session:
    """A new session about the repository at `root`."""
    now = datetime.now(UTC)
    id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    return _made(folder, id, root, model, now, Conversation(id), parent)


def reopen(folder: Path, id: str) -> Session:
    """The session as it was left; UsageProblem where there is none of that id, StateProblem where it is in use."""
    path = _path(folder, id)
    file = _locked(path)
    try:
        whole, cut = _whole_lines(path)
        found = _read(path, whole)
        if cut:
            os.truncate(path, sum(map(len, whole)))
        conversation = lines.conversation_of(found)
    except BaseException:
        file.close()
        raise
    notice = (f"The last line of the session {id} was cut off when qcode was ended; it is left out.",) if cut else ()
    return Session(file, conversation, len(found.messages), notice)


def fork(folder: Path, id: str) -> Session:
    """A new session that begins with all that the other one has; the other one stays as it is."""
    path = _path(folder, id)
    whole, _ = _whole_lines(path)
    found = _read(path, whole)
    old = lines.conversation_of(found)
    now = datetime.now(UTC)
    new_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    # An edit is taken back in the session that made it: the fork has none of its own yet.
    new = Conversation(new_id, old.messages, (), old.always, old.guided, old.dropped, old.used)
    return _made(folder, new_id, Path(str(found.head["root"])), str(found.head["model"]), now, new, id)


def listing(folder: Path, root: Path | None = None) -> list[Kept]:
    """The sessions about a repository, or all, newest first; files that are none are left out."""
    names = sorted((each.name for each in _files(folder)), reverse=True)
    found = (_summary(folder / name) for name in names)
    wanted = None if root is None else str(root)
    return [kept for about, kept in filter(None, found) if wanted is None or about == wanted]


def newest(folder: Path, root: Path) -> str:
    """The id of the last session about a repository; UsageProblem where there is none."""
    found = listing(folder, root)
    if not found:
        raise UsageProblem("There is no session about this repository yet.", "Begin one with `qcode chat TEXT`.")
    return found[0].id


def read_file(folder: Path, id: str) -> lines.Read:
    """All that a session's file says."""
    path = _path(folder, id)
    return _read(path, _whole_lines(path)[0])


# ---------------------------------------------------------------- files


def _made(
    folder: Path, id: str, root: Path, model: str, now: datetime, conversation: Conversation, parent: str | None
) -> Session:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{id}{ENDING}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StateProblem(
            f"No session can be kept in {folder}: {error.strerror}.", "Correct QCODE_DATA_DIR, or make room."
        ) from None
    file = open(handle, "wb", buffering=0)  # noqa: PTH123, SIM115 - it is open already, and closed by the session
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    session = Session(file, conversation, 0)
    head = {"id": id, "root": str(root), "model": model, "begun": now.isoformat(), "parent": parent}
    session._write(lines.line("head", format=lines.FORMAT, version=__version__, **head))
    session.keep()
    return session


def _path(folder: Path, id: str) -> Path:
    path = folder / f"{id}{ENDING}"
    if not id or "/" in id or "\0" in id or not path.is_file() or path.is_symlink():
        raise UsageProblem(f"There is no session {id!r}.", "See `qcode chat --list`.")
    return path


def _locked(path: Path) -> BinaryIO:
    try:
        file = open(path, "ab", buffering=0)  # noqa: PTH123, SIM115
    except OSError as error:
        raise StateProblem(f"The session {path} can't be written: {error.strerror}.", "Correct its rights.") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise StateProblem(
            f"The session {path.stem} is open in another process.", "Close it there, or fork it with --fork."
        ) from None
    return file


def _whole_lines(path: Path) -> tuple[list[bytes], bool]:
    """The lines that were written whole, and whether one more was begun."""
    if path.stat().st_size > LARGEST:
        raise StateProblem(f"The session {path.stem} is larger than {LARGEST >> 20} MiB.", "Begin a new one.")
    found = path.read_bytes().splitlines(keepends=True)
    cut = bool(found) and not found[-1].endswith(b"\n")
    return (found[:-1] if cut else found), cut


def _read(path: Path, whole: list[bytes]) -> lines.Read:
    try:
        return lines.read(whole)
    except lines.Foreign as problem:
        raise StateProblem(f"{path} can't be read as a session: {problem}.", "Begin a new one.") from None


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (each for each in folder.iterdir() if each.name.endswith(ENDING) and each.is_file())


def _summary(path: Path) -> tuple[str, Kept] | None:
    """The repository's root and the line of a list, from the file's beginning."""
    with path.open("rb") as file:
        whole = [each for each in file.read(_FIRST_BYTES).splitlines(keepends=True) if each.endswith(b"\n")]
    try:
        found = lines.read(whole)
    except lines.Foreign:
        return None
    head = found.head
    first = next((message.text for message in found.messages if message.role == "user"), "")
    title = " ".join(first.split())
    shown = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
    kept = Kept(str(head["id"]), str(head["begun"]), str(head["model"]), shown, head.get("parent"))
    return str(head["root"]), kept
