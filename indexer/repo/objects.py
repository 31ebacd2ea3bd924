"""Git objects by id or by name, through one `git cat-file --batch` that stays open."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from indexer.errors import Problem, ToolProblem, UsageProblem
from indexer.repo.runner import Conversation, Runner

_ASKED_AT_ONCE = 60
"""Questions that git has not answered yet: fewer bytes than the smallest pipe holds, so that neither side waits."""
_LARGEST_COMMIT = 16 << 20
_THROWN_AWAY = 64 << 20
"""An unwanted object up to this size is read and dropped; for a larger one it is quicker to start git again."""


@dataclass(frozen=True, slots=True)
class GitObject:
    """An object; `data` is None where it is larger than was asked for."""

    oid: str
    kind: str
    size: int
    data: bytes | None


@dataclass(slots=True)
class _Batch:
    """Questions put to git together, and the answers that were taken from it before somebody wanted them."""

    names: deque[bytes]
    limit: int
    ready: deque[GitObject | str] = field(default_factory=deque)


class Objects:
    """Reads objects. Not for several threads at once."""

    def __init__(self, runner: Runner, *, partial: bool) -> None:
        self._runner = runner
        self._partial = partial
        self._conversation: Conversation | None = None
        self._stop: weakref.finalize[[], Objects] | None = None
        self._buffer = bytearray()
        self._batch: _Batch | None = None

    def find(self, name: str) -> GitObject | str:
        """The object with this name, or git's word for why there is none: `missing` or `ambiguous`."""
        try:
            return next(self._answers([name.encode("utf-8", "surrogateescape")], limit=_LARGEST_COMMIT))
        except UsageProblem:
            return "missing"

    def read(self, oids: Iterable[str], limit: int) -> Iterator[GitObject]:
        """The objects in the order of `oids`, without their data where it is more than `limit` bytes.

        Other objects may be read while this goes on. Raises UsageProblem where a partial clone does not have one,
        ToolProblem where the repository is damaged.
        """
        remaining = iter(oids)
        while asked := list(islice(remaining, _ASKED_AT_ONCE)):
            for name, answer in zip(asked, self._answers([oid.encode() for oid in asked], limit), strict=True):
                if isinstance(answer, str):
                    raise self._missing(name)
                yield answer

    def close(self) -> None:
        """End git; it is started again when something is asked."""
        if self._stop is not None:
            self._stop()
        self._conversation, self._stop, self._batch = None, None, None
        self._buffer.clear()

    def _answers(self, names: Sequence[bytes], limit: int) -> Iterator[GitObject | str]:
        """One answer a name. Whoever asks next takes the answers that are still to come out of the way."""
        self._make_way()
        batch = self._batch = _Batch(deque(names), limit)
        self._ask(names)
        for _ in names:
            yield batch.ready.popleft() if batch.ready else self._next(batch)

    def _make_way(self) -> None:
        while self._batch is not None and self._batch.names:
            self._batch.ready.append(self._next(self._batch))

    def _ask(self, names: Iterable[bytes]) -> None:
        if self._conversation is None:
            conversation = self._runner.start("cat-file", "--batch")
            self._conversation = conversation
            self._stop = weakref.finalize(self, conversation.stop)
        self._conversation.ask(b"".join(name + b"\n" for name in names))

    def _next(self, batch: _Batch) -> GitObject | str:
        if self._batch is not batch:
            self._make_way()
            self._batch = batch
            self._ask(batch.names)
        try:
            return self._answer(batch.names.popleft(), batch)
        except Problem:
            self.close()
            raise

    def _answer(self, name: bytes, batch: _Batch) -> GitObject | str:
        header = self._line()
        for word in ("missing", "ambiguous"):
            if header == name + b" " + word.encode():
                return word
        parts = header.split(b" ")
        if len(parts) != 3 or not parts[2].isdigit():
            raise ToolProblem("Git gave an answer that can't be understood.", "Check the repository with `git fsck`.")
        oid, kind, size = parts[0].decode(), parts[1].decode(), int(parts[2])
        if size > _THROWN_AWAY:
            self.close()
            self._batch = batch
            self._ask(batch.names)
            return GitObject(oid, kind, size, None)
        data = self._take(size + 1)
        return GitObject(oid, kind, size, data[:-1] if size <= batch.limit else None)

    def _line(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            self._more()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _more(self) -> None:
        assert self._conversation is not None  # noqa: S101 - asked before
        data = self._conversation.read()
        if not data:
            raise self._ended(self._conversation)
        self._buffer += data

    def _ended(self, conversation: Conversation) -> Problem:
        code = conversation.wait()
        errors = conversation.errors
        if self._partial and ("promisor" in errors or "lazy fetch" in errors):
            return _partial_problem("An object of the history")
        return self._runner.failure("cat-file", code, errors)

    def _missing(self, oid: str) -> Problem:
        if self._partial:
            return _partial_problem(f"The object {oid[:12]}")
        return ToolProblem(
            f"The repository is damaged: the object {oid[:12]} is missing.",
            "Check it with `git fsck`, and clone it again if that reports missing objects.",
        )


def _partial_problem(what: str) -> UsageProblem:
    return UsageProblem(
        f"{what} is not here, because this is a partial clone and qcode never uses the network for git.",
        "Fetch what is missing with `git fetch --refetch --no-filter`, then run qcode again.",
    )
