"""A bar on the terminal for work that takes longer than a second; nothing anywhere else."""

from __future__ import annotations

from time import monotonic
from typing import TextIO

_PATIENCE = 1.0
_BETWEEN_DRAWINGS = 0.1
_BAR = 30
_CLEAR = "\r\x1b[K"


class Bar:
    """Drawn on `stream`, a terminal's stderr; it leaves no trace when it is closed."""

    def __init__(self, stream: TextIO, label: str) -> None:
        self._stream = stream
        self._label = label
        self._enabled = stream.isatty()
        self._next = monotonic() + _PATIENCE
        self._drawn = False

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tell(self, done: int, of: int) -> None:
        """Draw that `done` of `of` steps are behind us, unless nobody has had to wait yet."""
        now = monotonic()
        if not self._enabled or now < self._next:
            return
        self._next = now + _BETWEEN_DRAWINGS
        self._drawn = True
        filled = _BAR * done // of if of else 0
        self._stream.write(f"{_CLEAR}{self._label} [{'#' * filled}{'.' * (_BAR - filled)}] {done}/{of}")
        self._stream.flush()

    def close(self) -> None:
        """Wipe the bar away."""
        if self._drawn:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._drawn = False
