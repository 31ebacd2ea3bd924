"""The conversation with the model, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import cast

from textual.message import Message

from agents.model.types import Mode
from agents.stop import Stop
from agents.types import Approve, Event, Failed, Question, Said, Thought, TurnEnded
from indexer.errors import Problem
from qcode.output import explain
from qcode.tui.approvals import Answer, Approvals
from qcode.tui.desk import Desk
from qcode.tui.feed import Feed
from qcode.tui.messages import Begun, Ended, Heard, Wanted
from qcode.tui.types import Began, Talk, Workplace

Reply = Callable[[Message], object]
_Turn = Callable[[Talk, Stop], Iterator[Event]]


class Turns:
    """Asks the model, one question after the other; events wait in `feed`, of which a `Heard` tells.

    `stop` is obeyed at once by the screen: what the model still says of that turn is not heard any more. What it has
    done by then is.
    """

    def __init__(self, workplace: Workplace, reply: Reply) -> None:
        self.feed: Feed[Event | Began] = Feed(lambda: reply(Heard()))
        self.mode: Mode = workplace.mode
        self._workplace = workplace
        self._reply = reply
        self._approvals = Approvals(self._show)
        self._stop = Stop()
        self._waiting = 0
        self._talk: Talk | None = None
        self._wanted: tuple[str | None, str | None] = (None, None)
        self._desk = Desk("conversation")

    @property
    def running(self) -> bool:
        """Whether a turn is not over yet."""
        return self._waiting > 0

    @property
    def waiting(self) -> int:
        """How many questions wait behind the one that is being answered."""
        return max(0, self._waiting - 1)

    @property
    def stopping(self) -> bool:
        """Whether a turn was asked to stop and is not over yet."""
        return self.running and self._stop.asked

    @property
    def operations(self) -> tuple[str, ...]:
        """The ids of the conversation's edits, oldest first."""
        return tuple(self._talk.operations) if self._talk is not None else ()

    def ask(self, question: str) -> None:
        """Begin a turn."""
        mode = self.mode
        self._begin(question, lambda talk, stop: talk.ask(question, mode=mode, approve=self._asking(stop), stop=stop))

    def compact(self) -> None:
        """Fold the oldest part of the conversation away."""
        self._begin("/compact", lambda talk, stop: talk.compact(stop))

    def open(self, kept: str | None, model: str | None = None) -> None:
        """Go on with a kept conversation, or with a new one."""
        self._desk.do(partial(self._reopen, kept, model))

    def stop(self) -> None:
        """Interrupt the turn; whoever waits for a decision is told no."""
        self._stop.ask()

    def close(self, seconds: float) -> bool:
        """End the thread; False where it has to be left behind."""
        self._approvals.close()
        self._stop.ask()
        return self._desk.close(self._close, seconds)

    def over(self) -> None:
        """Take note that a turn ended; called on the screen."""
        self._waiting -= 1

    # ------------------------------------------------------------ in the thread

    def _begin(self, question: str, turn: _Turn) -> None:
        if not self.running or self._stop.asked:
            self._stop = Stop()
        self._waiting += 1
        self._desk.do(partial(self._run, question, turn, self._stop))

    def _asking(self, stop: Stop) -> Approve:
        return lambda question: self._approvals.ask(question, stop)

    def _show(self, question: Question, answer: Answer) -> None:
        self._reply(Wanted(question, answer))

    def _run(self, question: str, turn: _Turn, stop: Stop) -> None:
        last: Event | None = None
        self.feed.put(Began(question))
        try:
            if stop.asked:
                return
            events = turn(self._opened(), stop)
            with closing(cast("Generator[Event]", events)):
                for last in events:
                    if isinstance(last, TurnEnded) and stop.asked:
                        last = replace(last, reason="interrupted")
                    if not (stop.asked and isinstance(last, Said | Thought)):
                        self.feed.put(last)
        except Problem as problem:
            self._fail(problem)
        except Exception as error:  # noqa: BLE001 - the last place where it can become a sentence
            self._fail(explain(error))
        finally:
            if not isinstance(last, TurnEnded):
                self.feed.put(TurnEnded("interrupted" if stop.asked else "failed", 0, 0))
            self._reply(Ended())

    def _fail(self, problem: Problem) -> None:
        self.feed.put(Failed("problem", str(problem), problem.remedy, problem.exit_code))

    def _opened(self) -> Talk:
        if self._talk is None:
            self._talk = self._workplace.begin(*self._wanted)
            self._reply(Begun(self._talk.id, self._talk.model, tuple(self._talk.past)))
        return self._talk

    def _reopen(self, kept: str | None, model: str | None) -> None:
        self._close()
        self._wanted = (kept, model)
        if kept is None:
            return
        try:
            self._opened()
        except Problem as problem:
            self._wanted = (None, None)
            self._fail(problem)

    def _close(self) -> None:
        if self._talk is not None:
            self._talk.close()
            self._talk = None
