"""Runs the command on a terminal of a chosen width."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import Qcode, console_script

ROWS = 40


def on_terminal(
    qcode: Qcode, columns: int, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """What `qcode` prints on a terminal with so many columns, without colours."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    process = subprocess.Popen(
        [str(console_script()), *arguments],
        cwd=cwd or qcode.directory,
        env={**qcode.environment, "NO_COLOR": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    printed = b""
    while some := _read(ours):
        printed += some
    os.close(ours)
    process.wait()
    return printed.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux says that nobody writes to it any more
        return b""
