"""One operation at a time: a lock that names its holder and is free the moment that process is gone."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from agents.edits.disk import Disk, read_all, write_all
from indexer.errors import StateProblem

NAME = "lock"
PATIENCE = 5.0
_PAUSE = 0.02


@contextmanager
def locked(folder: int, disk: Disk, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock in an open folder. A StateProblem names who has it where it does not become free in `patience`.

    The kernel holds the lock for the process, so it can't outlive it; what the file says is only for people to read.
    """
    file = os.open(NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        _wait(file, disk, patience)
        with suppress(OSError):  # a full disk must not hinder the recovery that makes room
            os.ftruncate(file, 0)
            write_all(disk, file, json.dumps(_holder()).encode())
        yield
        with suppress(OSError):
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def _wait(file: int, disk: Disk, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise StateProblem(
                    f"Another operation is at work in this folder: {_described(disk, file)}.",
                    "Wait until it has ended, or end it; the lock goes with the process.",
                ) from None
            time.sleep(_PAUSE)
        else:
            return


def _holder() -> dict[str, object]:
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"pid": os.getpid(), "started": _started(), "host": os.uname().nodename, "since": since}


def _started() -> str | None:
    """When this process started, in the kernel's ticks since boot: with the pid it names one process for good."""
    try:
        return Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return None


def _described(disk: Disk, file: int) -> str:
    try:
        os.lseek(file, 0, os.SEEK_SET)
        holder = json.loads(read_all(disk, file))
        return f"process {int(holder['pid'])} on {holder['host']}, since {holder['since']}"
    except (OSError, ValueError, TypeError, KeyError):
        return "a process that has not said its name yet"
