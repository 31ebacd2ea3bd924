"""What the processes of a command take together, read from /proc."""

from __future__ import annotations

import os
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def descendants(pid: int, most: int) -> list[int]:
    """The processes below `pid` and itself, at most about `most` of them."""
    found = [pid]
    for one in found:
        if len(found) > most:
            break
        try:
            tasks = os.listdir(f"/proc/{one}/task")  # noqa: PTH208 - read many times a second
        except OSError:
            continue
        for task in tasks:
            found += map(int, _read(f"/proc/{one}/task/{task}/children").split())
    return found


def memory(pids: list[int], limit: int) -> int:
    """Bytes in use by these processes. Near the limit, what several share is counted once."""
    used = sum(map(_own, pids))
    return used if used <= limit else sum(map(_share, pids))


def _own(pid: int) -> int:
    """Memory that no file stands behind."""
    fields = _read(f"/proc/{pid}/statm").split()
    return (int(fields[1]) - int(fields[2])) * _PAGE if len(fields) > 2 else 0


def _share(pid: int) -> int:
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) << 10
    return _own(pid)


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError:
        return b""
