"""A thread of its own for slow work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], object]


class Desk:
    """Does one piece of work after the other, away from the screen. What it does must not raise.

    The thread never keeps the process alive: whoever closes the screens waits for it only as long as they want to.
    """

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def do(self, work: Work) -> None:
        """Put the work behind what is waiting already."""
        self._work.put(work)

    def close(self, last: Work, seconds: float) -> bool:
        """Do `last` and end; False where that takes longer than so many seconds, which is then not waited for."""
        self._work.put(last)
        self._work.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
