"""One line on the terminal about work that takes longer than a second; nothing anywhere else."""

from __future__ import annotations

import os
from threading import Event, Thread
from time import monotonic
from typing import TextIO

from qcode.report.width import cells, cropped

PATIENCE = 1.0
_BETWEEN_DRAWINGS = 0.1
_WIDTH = 80
_BAR = 30
_NARROWEST_BAR = 8
_BLOCK = 5
_THERE_AND_BACK = 40
"""Drawings until the block that moves through the bar is where it began."""
_CLEAR = "\r\x1b[K"


class Bar:
    """Drawn on `stream`, a terminal's stderr, from `patience` seconds on; it leaves no trace when it is closed.

    `tell` draws how much of the work is done. `phase` begins work of unknown length: from then on the line moves by
    itself and shows the seconds since the beginning of all the work.
    """

    def __init__(self, stream: TextIO, label: str, patience: float = PATIENCE) -> None:
        self._stream = stream
        self._label = label
        self._enabled = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._begun = monotonic()
        self._next = self._begun + patience
        self._drawn = False
        self._over = Event()
        self._mover: Thread | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tell(self, done: int, of: int) -> None:
        """Draw that `done` of `of` steps are behind us, unless nobody has had to wait yet."""
        self._draw(0, done / of if of else 0, f"{done}/{of}")

    def phase(self, label: str) -> None:
        """Begin other work, whose length nobody knows."""
        self._stop()
        self._label = label
        if self._enabled:
            self._over.clear()
            self._mover = Thread(target=self._move, name="progress", daemon=True)
            self._mover.start()

    def close(self) -> None:
        """Wipe the line away."""
        self._stop()
        if self._drawn:
            self._write(_CLEAR)
            self._drawn = False

    # ------------------------------------------------------------ inside

    def _stop(self) -> None:
        if self._mover is not None:
            self._over.set()
            self._mover.join()
            self._mover = None

    def _move(self) -> None:
        step = 0
        while not self._over.wait(_BETWEEN_DRAWINGS):
            step += 1
            self._draw(
                1 - abs(step % _THERE_AND_BACK * 2 / _THERE_AND_BACK - 1), None, f"{monotonic() - self._begun:.0f} s"
            )

    def _draw(self, at: float, share: float | None, tail: str) -> None:
        """A bar that is filled to a share, or in which a block stands at a place; both from 0 to 1."""
        now = monotonic()
        if not self._enabled or now < self._next:
            return
        self._next = now + _BETWEEN_DRAWINGS / 2
        room = min(_BAR, self._width() - cells(f"{self._label} [] {tail}") - 1)
        if room < _NARROWEST_BAR:
            line = cropped(f"{self._label} {tail}", self._width() - 1, "...")
        else:
            before = round((room - _BLOCK) * at) if share is None else 0
            filled = _BLOCK if share is None else int(room * share)
            line = f"{self._label} [{'.' * before}{'#' * filled}{'.' * (room - before - filled)}] {tail}"
        self._drawn = True  # before the writing, which an interrupt may end half way
        self._write(_CLEAR + line)

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal went away: the work goes on
            self._enabled = False

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _WIDTH
        except (OSError, ValueError):
            return _WIDTH
