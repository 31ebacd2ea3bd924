"""One command from its start to the end of its last process."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from agents.sandbox.output import Kept
from agents.sandbox.types import Limits
from agents.sandbox.watch import descendants, memory
from indexer.errors import ToolProblem

_PIECE = 1 << 16
_HEARD_WITHIN = 0.02
"""Seconds after which somebody who gives up is heard."""
_LOOKS = 0.05
_LOOKING_SHARE = 20
"""Looking at the processes may take this part of the time."""
_LAST_WORDS = 5.0
"""Seconds that the end of a killed command may take."""
_BY_SIGNAL = {128 + signal.SIGXCPU: "cpu", 128 + signal.SIGXFSZ: "file size"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int | None
    stopped: str | None
    seconds: float
    stdout: Kept
    stderr: Kept


@dataclass(slots=True)
class Running:
    """A command that is running. `status` is where bubblewrap tells about it, -1 where there is none."""

    process: subprocess.Popen[bytes]
    limits: Limits
    cancelled: threading.Event
    grown_too_much: Callable[[], bool]
    status: int = -1
    stdin: memoryview = field(default_factory=lambda: memoryview(b""))
    said: bytearray = field(default_factory=bytearray)
    first: int = -1
    """A handle of the first process inside, with which all others end."""
    first_pid: int = 0
    streams: dict[int, Kept] = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)
    next_look: float = 0.0

    def to_the_end(self) -> Ended:
        """Wait for the command, within its limits; no process of it is left afterwards, whatever happens."""
        assert self.process.stdout and self.process.stderr  # noqa: S101 - pipes
        out, err = Kept(self.limits.kept), Kept(self.limits.kept)
        self.streams = {self.process.stdout.fileno(): out, self.process.stderr.fileno(): err}
        self.next_look = self.begun + _LOOKS
        with _ahead_of_others():
            try:
                stopped = self._listen()
            finally:
                self._end()
                self._close()
        seconds = time.monotonic() - self.begun
        code = self._code(stopped, err)
        stopped = stopped or _BY_SIGNAL.get(code or 0)
        return Ended(None if stopped else code, stopped, seconds, out, err)

    # ------------------------------------------------------------ listening

    def _listen(self) -> str | None:
        """What stopped the command; None where it ended by itself."""
        poll = select.poll()
        ended = os.pidfd_open(self.process.pid)
        reading = {*self.streams, *({self.status} if self.status >= 0 else ()), ended}
        for one in reading:
            poll.register(one, select.POLLIN)
        writing = self._to_write(poll)
        try:
            while ended in reading:
                if stopped := self._reason():
                    return stopped
                for one, _ in poll.poll(_HEARD_WITHIN * 1000):
                    if one == writing:
                        writing = self._write(writing, poll)
                    elif one == ended or not self._read(one):
                        poll.unregister(one)
                        reading.discard(one)
            return None
        finally:
            os.close(ended)

    def _to_write(self, poll: select.poll) -> int:
        if self.process.stdin is None:
            return -1
        os.set_blocking(self.process.stdin.fileno(), False)
        poll.register(self.process.stdin.fileno(), select.POLLOUT)
        return self.process.stdin.fileno()

    def _write(self, writing: int, poll: select.poll) -> int:
        assert self.process.stdin  # noqa: S101 - a pipe
        with suppress(BlockingIOError):
            try:
                self.stdin = self.stdin[os.write(writing, self.stdin[:_PIECE]) :]
            except BrokenPipeError:
                self.stdin = memoryview(b"")
        if self.stdin:
            return writing
        poll.unregister(writing)
        self.process.stdin.close()
        return -1

    def _read(self, one: int) -> bool:
        """Take what there is; False at the end."""
        data = os.read(one, _PIECE)
        if one != self.status:
            self.streams[one].add(data)
        else:
            self.said += data
            self._meet_first()
        return bool(data)

    def _meet_first(self) -> None:
        if self.first < 0 and b"\n" in self.said:
            self.first_pid = int(json.loads(self.said.split(b"\n")[0])["child-pid"])
            with suppress(OSError):
                self.first = os.pidfd_open(self.first_pid)

    def _reason(self) -> str | None:
        now = time.monotonic()
        if self.cancelled.is_set():
            return "cancelled"
        if now - self.begun > self.limits.seconds:
            return "time"
        if any(kept.total > self.limits.output for kept in self.streams.values()):
            return "output"
        if now < self.next_look:
            return None
        reason = self._look()
        spent = time.monotonic() - now
        self.next_look = now + max(_LOOKS, spent * _LOOKING_SHARE)
        return reason

    def _look(self) -> str | None:
        pids = descendants(self.first_pid or self.process.pid, 2 * self.limits.processes)
        if len(pids) > self.limits.processes:
            return "processes"
        if memory(pids, self.limits.memory) > self.limits.memory:
            return "memory"
        return "disk" if self.grown_too_much() else None

    # ------------------------------------------------------------ the end

    def _end(self) -> None:
        """Kill what is left, and wait until it is gone. The pipes are read meanwhile: nobody waits for a reader."""
        if self.first >= 0:
            with suppress(OSError):
                signal.pidfd_send_signal(self.first, signal.SIGKILL)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        deadline = time.monotonic() + _LAST_WORDS
        self._drain(deadline)
        if self.first >= 0:
            poll = select.poll()
            poll.register(self.first, select.POLLIN)
            poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
        self.process.wait()

    def _drain(self, deadline: float) -> None:
        reading = {one for one in (*self.streams, self.status) if one >= 0}
        while reading and (left := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select(list(reading), [], [], left)
            for one in ready:
                if not self._read(one):
                    reading.discard(one)

    def _close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe and not pipe.closed:
                with suppress(OSError):
                    pipe.close()
        for one in (self.status, self.first):
            if one >= 0:
                with suppress(OSError):
                    os.close(one)
        self.streams, self.status, self.first = {}, -1, -1

    def _code(self, stopped: str | None, err: Kept) -> int | None:
        if stopped:
            return None
        code = self.process.returncode
        if not self.said:
            return code if code >= 0 else 128 - code
        for line in self.said.splitlines():
            with suppress(ValueError):
                if (found := json.loads(line).get("exit-code")) is not None:
                    return int(found)
        if self.process.returncode < 0:
            raise ToolProblem("The sandbox was killed from outside.", "Run the command again.")
        said = err.bytes().decode("utf-8", "replace").strip().splitlines()[-1:] or ["it gave no reason"]
        raise ToolProblem(f"The sandbox could not be set up: {said[0].removeprefix('bwrap: ')}.", "Run it again.")


@contextmanager
def _ahead_of_others() -> Iterator[None]:
    """For root the kernel does not limit processes, only our looking does: it may not wait behind all of them."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    if os.getuid() != 0 or not _scheduled(os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1)):
        yield
        return
    try:
        yield
    finally:
        _scheduled(*before)


def _scheduled(policy: int, how: os.sched_param) -> bool:
    try:
        os.sched_setscheduler(0, policy, how)
    except OSError:
        return False
    return True


def start(
    command: Sequence[str],
    limits: Limits,
    stdin: bytes,
    cancelled: threading.Event,
    grown_too_much: Callable[[], bool],
    *,
    cwd: str = "/",
    environment: Mapping[str, str] | None = None,
    handed: Sequence[int] = (),
    status: tuple[int, int] | None = None,
) -> Running:
    """Start it in a session of its own. `handed` are descriptors that it gets, `status` a pipe that it may write to."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment or {}),
            cwd=cwd,
            bufsize=0,
            start_new_session=True,
            pass_fds=[*handed, *((status[1],) if status else ())],
        )
    except OSError as error:
        if status:
            os.close(status[0])
        raise ToolProblem(f"{command[0]} could not be started: {error.strerror or error}.", "Check it.") from None
    finally:
        if status:
            os.close(status[1])
    return Running(process, limits, cancelled, grown_too_much, status[0] if status else -1, memoryview(stdin))
