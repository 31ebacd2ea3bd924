"""The real process, really killed and its system calls really failing, at every call: strace does both."""

from __future__ import annotations

import errno
import json
import logging
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agents.edits import apply_answer, recover
from tests.edits.trees import many, planted, tree_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(1800)]

VICTIM = Path(__file__).with_name("victim.py")
CALLS = {
    "write": "write",
    "fsync": "fsync",
    "rename": "/^renameat2?$",
    "unlink": "unlinkat",
    "mkdir": "mkdirat",
    "chmod": "fchmod",
    "open": "openat",
    "read": "read",
}
LOG = logging.getLogger(__name__)
KILLED = -9
USAGE, STATE = 2, 6
NEVER = 60_000
SPARE = 50
"""The interpreter makes about as many calls each time it starts; it must not be struck itself."""


class Victim:
    """A process under strace that does one job a time."""

    def __init__(self, ours: socket.socket, log: Path) -> None:
        self._socket = ours
        self.log = log

    def do(self, root: Path, answer: str | None, call: str, ahead: int) -> tuple[int, int]:
        """Apply the answer, or undo; the process id, and the exit code, negative where a signal ended it."""
        job = {"root": str(root), "answer": answer, "call": call, "ahead": ahead}
        self._socket.send(json.dumps(job).encode())
        pid, code = json.loads(self._socket.recv(100))
        return pid, code


@contextmanager
def victim(scratch: Path, call: str, fault: str, at: int) -> Iterator[Victim]:
    """A process whose children suffer `fault` at their `at`-th system call of this kind."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    log = scratch / "strace.log"
    inject = f"inject={CALLS[call]}:{fault}:when={at}"
    filtered = [] if "signal" in fault else ["--seccomp-bpf"]  # with the filter strace sends no signals
    command = ["strace", "-f", *filtered, "-qq", "-o", str(log), "-e", f"trace={CALLS[call]}", "-e", inject]
    command += [sys.executable, "-B", str(VICTIM), str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=VICTIM.parents[2], stderr=subprocess.PIPE)
    theirs.close()
    try:
        yield Victim(ours, log)
    finally:
        ours.close()
        process.wait(60)
        assert process.stderr is not None
        process.stderr.close()


def calls_made(scratch: Path, start: Path, answer: str | None, call: str) -> tuple[int, int]:
    """How many system calls of this kind a job makes when nothing fails, and the process that starts it before it."""
    root = shutil.copytree(start, scratch / "counted")
    with victim(scratch, call, "error=EIO", NEVER) as one:
        pid, code = one.do(root, answer, call, 0)
        assert code == 0
    lines = one.log.read_text(encoding="utf-8", errors="replace").splitlines()
    shutil.rmtree(root)
    made = [line.startswith(f"{pid} ") for line in lines if re.match(r"\d+ +\w+\(", line)]
    return sum(made), len(made) - sum(made)


def swept(scratch: Path, count: int, undoing: bool, call: str, fault: str) -> tuple[int, set[str]]:
    """Strike at every call; how many strikes there were, and what trees were left after recovery."""
    files, modes, text = many(count)
    start = planted(scratch / "start", files, modes)
    end = shutil.copytree(start, scratch / "end")
    apply_answer(end, text)
    before, after = tree_of(start), tree_of(end)
    answer: str | None = text
    if undoing:
        start, answer, before, after = end, None, after, before
    total, ahead = calls_made(scratch, start, answer, call)
    left = set()
    strike = total + ahead + SPARE
    with victim(scratch, call, fault, strike) as one:
        for at in range(1, total + 1):
            root = shutil.copytree(start, scratch / "struck")
            _, code = one.do(root, answer, call, strike - at)
            assert code in ((KILLED,) if "KILL" in fault else (0, USAGE, STATE)), (code, at)
            recover(root)
            tree = tree_of(root)
            allowed = {KILLED: (before, after), 0: (after,)}.get(code, (before,))
            left.add("whole" if tree in allowed else f"{call} {at} {fault} {code}: {sorted(tree)}")
            shutil.rmtree(root)
    return total, left


@pytest.mark.parametrize("undoing", [False, True], ids=["apply", "undo"])
@pytest.mark.parametrize("count", [1, 3, 12, 50])
def test_killed_at_any_call_that_writes(tmp_path: Path, count: int, undoing: bool) -> None:
    points = 0
    for call in ("write", "fsync", "rename", "unlink", "mkdir", "chmod"):
        total, left = swept(_folder(tmp_path, call), count, undoing, call, "signal=KILL")
        assert left <= {"whole"}
        points += total
    LOG.info("%d points", points)
    assert points > 3 * count


@pytest.mark.parametrize("undoing", [False, True], ids=["apply", "undo"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EMFILE])
@pytest.mark.parametrize("count", [1, 3, 12, 50])
def test_failing_at_any_call(tmp_path: Path, count: int, undoing: bool, error: int) -> None:
    points = 0
    for call in CALLS:
        total, left = swept(_folder(tmp_path, call), count, undoing, call, f"error={errno.errorcode[error]}")
        assert left <= {"whole"}
        points += total
    LOG.info("%d points", points)
    assert points > 3 * count


def _folder(scratch: Path, name: str) -> Path:
    folder = scratch / name
    folder.mkdir()
    return folder
