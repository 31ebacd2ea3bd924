"""How another thread breaks off a question: the connection it waits on, or the pause between two attempts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from agents.model.errors import Interrupted
from indexer.net import Stream


class Ending:
    """The end of a question, which may come from outside at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = threading.Event()
        self._running = False
        self._stream: Stream | None = None

    @property
    def asked(self) -> bool:
        """Whether the question at work was broken off."""
        return self._now.is_set()

    def now(self) -> None:
        """Break off the question that is at work; without one, nothing happens."""
        with self._lock:
            if not self._running:
                return
            self._now.set()
            stream = self._stream
        if stream is not None:
            stream.cut()

    @contextmanager
    def possible(self) -> Iterator[None]:
        """A question is at work for as long as the block is."""
        with self._lock:
            self._running = True
            self._now.clear()
        try:
            yield
        finally:
            with self._lock:
                self._running, self._stream = False, None

    def reaches(self, stream: Stream) -> None:
        """This is the connection to cut from now on."""
        with self._lock:
            self._stream = stream
        if self.asked:
            stream.cut()

    def check(self) -> None:
        """Raise Interrupted where the question was broken off."""
        if self.asked:
            raise Interrupted

    def wait(self, seconds: float) -> None:
        """Wait; raises Interrupted as soon as the question is broken off."""
        if self._now.wait(seconds):
            raise Interrupted
