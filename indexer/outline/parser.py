"""Parsing in worker processes: one bad source costs itself, never the run."""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self, TypeVar

from indexer.errors import ToolProblem
from indexer.outline import wire
from indexer.outline.process import Source, Worker
from indexer.outline.rows import Rows, opened
from indexer.outline.unpack import outline_of
from indexer.types import Facts, Outline, Unparsed

__all__ = ["Parser", "Source"]

SECONDS = 5.0
MEMORY = 1 << 30
STARTS = 3
"""How many workers in a row may end before they are ready."""

_T = TypeVar("_T")


class Parser:
    """Worker processes that turn sources into outlines and facts, within limits.

    `seconds` is the processor time one source may take, `memory` the bytes of address space of one worker.
    Workers start when they are needed, or ahead of that with `start`. To be closed, or used as a context manager.
    """

    def __init__(self, jobs: int = 1, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._jobs = max(1, jobs)
        self._seconds = seconds
        self._memory = memory
        self._idle: list[Worker] = []
        self._busy: list[Worker] = []

    def start(self, *, for_facts: bool = False) -> None:
        """Start the workers and return at once; they make themselves ready meanwhile, for facts too if told so."""
        while len(self._idle) < self._jobs:
            self._idle.append(Worker(self._seconds, self._memory))
            if for_facts:
                self._idle[-1].tell(frozenset())
                self._idle[-1].send()

    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that run now."""
        return tuple(worker.pid for worker in (*self._busy, *self._idle))

    def outlines(self, sources: Iterable[Source]) -> Iterator[tuple[str, Outline | Unparsed]]:
        """The outline of each source with its key, in any order, or why it has none.

        A ToolProblem if no worker can be started.
        """
        return self._answered(wire.OUTLINE, sources, frozenset(), _outline)

    def rows(self, sources: Iterable[Source]) -> Iterator[tuple[str, Rows | Unparsed]]:
        """As `outlines`, as flat values: for a store that would only take the outlines apart again.

        A ToolProblem if no worker can be started.
        """
        return self._answered(wire.OUTLINE, sources, frozenset(), _rows)

    def facts(self, sources: Iterable[Source], names: frozenset[str]) -> Iterator[tuple[str, Facts | Unparsed]]:
        """The facts of each source for the names, with its key, in any order, or why it has none.

        A ToolProblem if no worker can be started.
        """
        return self._answered(wire.FACTS, sources, names, _facts)

    def close(self) -> None:
        """End all workers. The parser may be used again afterwards, with new ones."""
        while self._busy or self._idle:
            (self._busy or self._idle).pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------ one run

    def _answered(
        self, kind: bytes, sources: Iterable[Source], names: frozenset[str], read: Callable[[Source, bytes], _T]
    ) -> Iterator[tuple[str, _T | Unparsed]]:
        waiting = iter(sources)
        again: deque[Source] = deque()
        crew: list[Worker] = []
        lost = 0
        try:
            while True:
                self._feed(crew, kind, names, again, waiting)
                working = [worker for worker in crew if worker.given]
                if not working:
                    return
                for worker in _heard(working):
                    for source, status, answer in worker.collect():
                        yield source.key, _result(source, status, answer, read)
                    if worker.cause is None:
                        continue
                    self._part(crew, worker)
                    if worker.ready:
                        lost = 0
                        yield worker.given.popleft().key, Unparsed(worker.cause, worker.was_stopped)
                    else:
                        lost = _another(lost, worker)
                    again.extend(worker.given)
        finally:
            self._dismiss(crew)

    def _feed(
        self, crew: list[Worker], kind: bytes, names: frozenset[str], again: deque[Source], waiting: Iterator[Source]
    ) -> None:
        """Give sources to the workers until none has room, the least laden first."""
        while len(crew) < self._jobs or any(worker.has_room for worker in crew):
            source = again.popleft() if again else next(waiting, None)
            if source is None:
                return
            worker = self._least_laden(crew)
            if kind == wire.FACTS and worker.names != names:
                worker.tell(names)
            worker.give(kind, source)
            worker.send()

    def _least_laden(self, crew: list[Worker]) -> Worker:
        worker = min(crew, key=lambda one: (not one.has_room, one.given_bytes), default=None)
        if worker is None or (worker.given and len(crew) < self._jobs):
            worker = self._hired()
            crew.append(worker)
        return worker

    def _hired(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_running or not worker.ready:
                break
            worker.close()
        else:
            worker = Worker(self._seconds, self._memory)
        self._busy.append(worker)
        return worker

    def _part(self, crew: list[Worker], worker: Worker) -> None:
        crew.remove(worker)
        self._busy.remove(worker)
        worker.close()

    def _dismiss(self, crew: list[Worker]) -> None:
        """Keep the workers that are done for the next run; those that still owe answers are of no more use."""
        for worker in tuple(crew):
            if worker.given and worker in self._busy:
                self._part(crew, worker)
            elif worker in self._busy:
                self._busy.remove(worker)
                self._idle.append(worker)


def _heard(working: list[Worker]) -> list[Worker]:
    """Wait until a worker has something to say, or has been silent for too long. Sends what can be sent meanwhile."""
    poll = select.poll()
    for worker in working:
        poll.register(worker.output, select.POLLIN)
        if worker.wants_to_send:
            poll.register(worker.input, select.POLLOUT)
    patience = max(0.0, min(worker.seconds_left for worker in working))
    happened = {pipe for pipe, _ in poll.poll(patience * 1000 + 1)}
    for worker in working:
        if worker.input in happened:
            worker.send()
    return [worker for worker in working if worker.output in happened or worker.seconds_left <= 0]


def _result(source: Source, status: bytes, answer: bytes, read: Callable[[Source, bytes], _T]) -> _T | Unparsed:
    if status == wire.FAILURE:
        return Unparsed(answer.decode("utf-8", "replace"))
    try:
        return read(source, answer)
    except (TypeError, ValueError):
        return Unparsed("the parser's answer can't be read")


def _outline(source: Source, answer: bytes) -> Outline:
    return outline_of(source.language, _rows(source, answer))


def _rows(_: Source, answer: bytes) -> Rows:
    return opened(answer)


def _facts(source: Source, answer: bytes) -> Facts:
    from indexer.outline import values  # few commands need it

    facts = values.load(answer)
    if not isinstance(facts, Facts):
        raise TypeError
    return facts


def _another(lost: int, worker: Worker) -> int:
    """Count a worker that ended before it was ready; a ToolProblem when it is the last straw."""
    if lost + 1 < STARTS:
        return lost + 1
    raise ToolProblem(
        f"The parser can't be started: {worker.last_words or worker.cause}.",
        "Install qcode again; its tree-sitter grammars may be missing or built for another Python.",
    )
