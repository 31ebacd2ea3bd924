"""Somebody who types commands in a stranger's repository without a thought, on a terminal."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sysconfig
import time

from tests.hostile.repository import Hostile

SECONDS = 30
RESOLVE = "git -c core.fsmonitor=false add index/conflict.py"
"""Nothing can be committed before that."""


def be_careless(hostile: Hostile) -> None:
    """Run the careless command of every trap, each once."""
    _type(RESOLVE, hostile)
    for command in dict.fromkeys(trap.careless for trap in hostile.traps):
        _type(command, hostile)


def _type(command: str, hostile: Hostile) -> None:
    """Run it in the repository until it ends; what it prints is read as a terminal would, and thrown away."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        ["sh", "-c", command],
        cwd=hostile.root,
        env={
            **hostile.environment,
            "TERM": "dumb",
            "PATH": _path(),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_TERMINAL_PROMPT": "0",
        },
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and _goes_on(ours):
        pass
    os.close(ours)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _path() -> str:
    """The interpreter that runs the tests comes first: it has pytest."""
    return f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"


def _goes_on(terminal: int) -> bool:
    ready, _, _ = select.select([terminal], [], [], 1.0)
    try:
        return not ready or bool(os.read(terminal, 1 << 16))
    except OSError:  # how Linux says that nobody writes to it any more
        return False
