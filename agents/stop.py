"""A request to stop, made in one thread and obeyed in another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop:
    """What Escape and Ctrl-C reach. Who does something long hangs its own ending in with `ending_with`."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._endings: list[Callable[[], None]] = []

    @property
    def asked(self) -> bool:
        """Whether somebody asked to stop."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Stop what is at work; may be called from any thread, and more than once."""
        self._asked.set()
        with self._lock:
            endings = list(self._endings)
        for end in endings:
            end()

    def clear(self) -> None:
        """Forget the request: the next turn begins."""
        self._asked.clear()

    @contextmanager
    def ending_with(self, end: Callable[[], None]) -> Iterator[None]:
        """While the block is at work, a request to stop calls `end`, at once where it was made before."""
        with self._lock:
            self._endings.append(end)
        try:
            if self.asked:
                end()
            yield
        finally:
            with self._lock:
                self._endings.remove(end)
