"""One worker process, seen from the process that asks it."""

from __future__ import annotations

import fcntl
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from indexer.languages import LANGUAGES
from indexer.outline import wire

WORKER = Path(__file__).resolve().parent / "worker.py"
LIBRARY = WORKER.parent.parent.parent
"""The folder that holds `indexer`."""
PIPE_BYTES = 1 << 20
READ_BYTES = 1 << 20
QUEUED_BYTES = 1 << 20
QUEUED_SOURCES = 64
"""What a worker is given ahead of its answers, so that it never waits for the next source."""
FULL = 0.7
"""A worker that crashed with this much of its memory in use is taken to have run out of it."""
RESIDENT_UNIT = 1 if sys.platform == "darwin" else 1024
PATIENCE = 4
"""How many times its processor seconds a source may take by the clock: the machine may be busy."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text to be parsed. `key` is the caller's: it comes back with the answer."""

    key: str
    language: str
    data: bytes


Answered = tuple[Source, bytes, bytes]
"""A source with the kind and the bytes of its answer."""


class _Garbled(Exception):
    """The worker answered something that is no answer."""


class Worker:
    """A running worker with the sources that it was given and has not answered yet."""

    def __init__(self, seconds: float, memory: int) -> None:
        self.ready = False
        self.cause: str | None = None
        """Why the worker is gone, as a sentence about the first of `given`; None while it runs."""
        self.was_stopped = False
        """Whether somebody else ended it: the kernel, short of memory, or a person."""
        self.names: frozenset[str] | None = None
        self.given: deque[Source] = deque()
        self.given_bytes = 0
        self._allowed = PATIENCE * seconds
        self._seconds = seconds
        self._memory = memory
        self._since = time.monotonic()
        self._unsent = bytearray()
        self._unread = bytearray()
        self._complaint = ""
        # A process counts as its own peak what the one that started it held at that moment.
        self._inherited = _own_peak()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(WORKER), str(memory), str(seconds), *folders()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env={},
        )
        self.input, self.output, self._errors = _unblocked(self._process)
        _widen(self.input, self.output)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        if self._process.returncode is not None:
            return False
        # Only looked at: the exit status, which tells why it died, is taken once.
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    @property
    def has_room(self) -> bool:
        return self.given_bytes < QUEUED_BYTES and len(self.given) < QUEUED_SOURCES

    @property
    def wants_to_send(self) -> bool:
        return bool(self._unsent)

    @property
    def seconds_left(self) -> float:
        """Until the source that it works on (or its start) has taken too long."""
        return self._since + self._allowed - time.monotonic()

    def give(self, kind: bytes, source: Source) -> None:
        """Queue a source; `send` passes it on."""
        if not self.given:
            self._since = time.monotonic()
        self.given.append(source)
        self.given_bytes += len(source.data)
        self._unsent += wire.REQUEST.pack(kind, wire.LANGUAGE_NAMES.index(source.language), len(source.data))
        self._unsent += source.data

    def tell(self, names: frozenset[str]) -> None:
        """Queue the names for the facts that are asked for from now on."""
        self.names = names
        data = "\n".join(sorted(names)).encode("utf-8", "surrogateescape")
        self._unsent += wire.REQUEST.pack(wire.NAMES, 0, len(data)) + data

    def send(self) -> None:
        """Pass on what the pipe takes without waiting. `collect` finds out that a worker is gone."""
        try:
            del self._unsent[: os.write(self.input, self._unsent)]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._unsent.clear()

    def collect(self) -> list[Answered]:
        """The sources that have their answer by now. Where the worker is gone afterwards, `cause` says why."""
        answered: list[Answered] = []
        try:
            while data := os.read(self.output, READ_BYTES):
                self._unread += data
                answered += self._complete()
            self.cause = self._cause_of_death()
        except BlockingIOError:
            if self.seconds_left <= 0:
                self._process.kill()
                self.cause = self._too_slow
        except _Garbled:
            self._process.kill()
            self.cause = "the parser's answer can't be read"
        return answered

    def _complete(self) -> Iterator[Answered]:
        head = wire.ANSWER.size
        while len(self._unread) >= head:
            kind, length = wire.ANSWER.unpack_from(self._unread)
            if kind not in (wire.READY, wire.RESULT, wire.FAILURE) or length > wire.MOST_ANSWERED:
                raise _Garbled
            if len(self._unread) < head + length:
                return
            answer = bytes(self._unread[head : head + length])
            del self._unread[: head + length]
            self._since = time.monotonic()
            if kind == wire.READY:
                self.ready = True
                continue
            if not self.given:
                raise _Garbled
            source = self.given.popleft()
            self.given_bytes -= len(source.data)
            yield source, kind, answer

    def close(self) -> None:
        """End it and take its exit status, so that nothing of it is left."""
        self._process.kill()
        self._process.communicate()

    @property
    def last_words(self) -> str:
        """What a worker that is gone wrote last on its standard error."""
        return self._complaint.rpartition("\n")[2]

    def _cause_of_death(self) -> str:
        with suppress(BlockingIOError):
            self._complaint = os.read(self._errors, READ_BYTES).decode("utf-8", "replace").strip()
        _, status, usage = os.wait4(self.pid, 0)
        code = self._process.returncode = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGPROF:
            return self._too_slow
        # tree-sitter does not look whether it was given the memory that it asked for, and crashes when it was not.
        if code < 0 and usage.ru_maxrss * RESIDENT_UNIT > max(FULL * self._memory, self._inherited):
            return f"needed more than {self._memory >> 20} MiB"
        self.was_stopped = code in (-signal.SIGKILL, -signal.SIGTERM)
        if self.was_stopped:
            return f"the parser was ended from outside (signal {-code})"
        if code < 0:
            return f"the parser crashed (signal {-code})"
        return f"the parser ended with exit code {code}"

    @property
    def _too_slow(self) -> str:
        return f"took longer than {self._seconds:g} s"


def _own_peak() -> int:
    """The most memory that this process has held, in bytes; not what the one that started it held, if that is told."""
    try:
        status = Path("/proc/self/status").read_bytes()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RESIDENT_UNIT
    peak = re.search(rb"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return int(peak[1]) * 1024 if peak else 0


@cache
def folders() -> tuple[str, ...]:
    """What a worker imports from: our folder, and those of tree-sitter and the grammars wherever they are installed."""
    modules = ["tree_sitter", *sorted({language.grammar[0] for language in LANGUAGES.values()})]
    origins = [spec.origin for spec in map(find_spec, modules) if spec and spec.origin]
    return tuple(dict.fromkeys([str(LIBRARY), *(str(Path(origin).parent.parent) for origin in origins)]))


def _unblocked(process: subprocess.Popen[bytes]) -> tuple[int, ...]:
    """The ends of its three pipes, none of which will ever make us wait."""
    ends = tuple(pipe.fileno() for pipe in (process.stdin, process.stdout, process.stderr) if pipe)
    for end in ends:
        os.set_blocking(end, False)
    return ends


def _widen(*pipes: int) -> None:
    """Let more bytes wait in the pipes, where the system allows it."""
    if sys.platform == "linux":
        for pipe in pipes:
            with suppress(OSError):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
