"""The way of events from a thread to the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Feed(Generic[_T]):
    """Takes values from any thread and wakes the screen once for all that came since it last looked."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._waiting: list[_T] = []

    def put(self, value: _T) -> None:
        """Add a value."""
        with self._lock:
            first = not self._waiting
            self._waiting.append(value)
        if first:
            self._wake()

    def take(self) -> list[_T]:
        """Everything that came, in order."""
        with self._lock:
            taken, self._waiting = self._waiting, []
        return taken
