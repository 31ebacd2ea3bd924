"""The real command on a terminal of its own: keys in, and every byte that it writes out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import console_script

SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][0-9A-B]|[=>78M]|\]22;[a-z]+\x07)")
"""What textual writes itself; the last is the shape of the mouse pointer."""
SECONDS = 60.0


class Terminal:
    """A context manager; `seen` is all that was written to it."""

    def __init__(self, folder: Path, environment: Mapping[str, str], size: tuple[int, int] = (40, 120)) -> None:
        self.seen = b""
        self.pid, self._handle = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(console_script(), [str(console_script())], {**environment, "TERM": "xterm-256color"})
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle >= 0:
            self.vanish()
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass

    @property
    def text(self) -> str:
        """What was drawn, in the order in which it was, without the sequences that draw it."""
        return SEQUENCE.sub(b"", self.seen).decode("utf-8", "replace")

    def vanish(self) -> None:
        """Close the terminal's window."""
        os.close(self._handle)
        self._handle = -1

    def press(self, keys: str) -> None:
        """Send keys as a terminal does."""
        os.write(self._handle, keys.encode())

    def until(self, text: str, since: int = 0) -> int:
        """Read until it is drawn; where it ended."""
        deadline = time.monotonic() + SECONDS
        while text not in self.text[since:]:
            if time.monotonic() > deadline or not self._read(0.5):
                raise AssertionError(f"{text!r} was never drawn:\n{self.text[-4000:]}")
        return len(self.text)

    def ended(self) -> int:
        """Read to the end and return the exit code."""
        while self._handle >= 0 and self._read(SECONDS):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self, seconds: float) -> bool:
        """Whether it may write more."""
        if not select.select([self._handle], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._handle, 1 << 16)
        except OSError:  # how Linux says that nobody writes any more
            return False
        self.seen += data
        return bool(data)
