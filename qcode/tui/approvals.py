"""A question of a tool, asked in the thread that works and answered on the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from functools import partial

from agents.stop import Stop
from agents.types import Decision, Question

NO = Decision("no")
Answer = Callable[[Decision], None]
Show = Callable[[Question, Answer], object]


class Approvals:
    """Lets a working thread wait for a person. Nobody waits for ever: to stop, and to close, answers with no."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._lock = threading.Lock()
        self._open: set[Future[Decision]] = set()
        self._closed = False

    def ask(self, question: Question, stop: Stop) -> Decision:
        """The person's decision. Called in the working thread."""
        answer: Future[Decision] = Future()
        with self._lock:
            if self._closed:
                return NO
            self._open.add(answer)
        try:
            with stop.ending_with(partial(_settle, answer, NO)):
                if not answer.done():
                    self._show(question, partial(_settle, answer))
                return answer.result()
        finally:
            with self._lock:
                self._open.discard(answer)

    def close(self) -> None:
        """Answer no to what is open and to whatever will be asked."""
        with self._lock:
            self._closed = True
            waiting = list(self._open)
        for answer in waiting:
            _settle(answer, NO)


def _settle(answer: Future[Decision], decision: Decision) -> None:
    with suppress(InvalidStateError):  # the first answer stands
        answer.set_result(decision)
