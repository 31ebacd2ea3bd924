"""A conversation with a model that plays a script; edits of an answer are asked for and applied."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from agents.edits import apply_answer
from agents.model import Called, FakeModel, Finished, Noted, Text, Thinking
from agents.model.fake import Turn
from agents.model.types import Message, Mode
from agents.stop import Stop
from agents.types import (
    Answered,
    Approve,
    Decision,
    EditApplied,
    Event,
    Noticed,
    Proposed,
    Question,
    Said,
    Spent,
    Thought,
    ToolEnded,
    ToolStarted,
    TurnEnded,
)


class Gate:
    """A step of a script at which the model waits until the test opens it, or the turn is stopped."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()


class Talking:
    """Holds a conversation without any tool but edits; speaks what the screens expect of one."""

    def __init__(self, root: Path, model: FakeModel, id: str = "1") -> None:
        self.id = id
        self.root = root
        self.fake = model
        self.questions: list[str] = []
        self.operations: list[str] = []
        self.messages: list[Message] = []
        self.decisions: list[Decision] = []
        self.closed = False

    @property
    def model(self) -> str:
        return self.fake.name

    def ask(self, question: str, *, mode: Mode, approve: Approve, stop: Stop) -> Iterator[Event]:
        self.questions.append(question)
        self.messages.append(Message("user", question))
        said: list[str] = []
        with closing(self.fake.stream(self.messages, mode=mode)) as deltas:  # type: ignore[type-var]
            for delta in deltas:
                yield from self._told(delta, said)
                if stop.asked:
                    yield TurnEnded("interrupted", 1, 0)
                    return
        self.messages.append(Message("assistant", "".join(said)))
        yield from self._edits("".join(said), approve)
        yield TurnEnded("interrupted" if stop.asked else "answered", 1, 0)

    def compact(self, stop: Stop) -> Iterator[Event]:
        yield Noticed(f"Folded {len(self.messages)} messages.")
        self.messages.clear()
        yield TurnEnded("answered", 0, 0)

    def close(self) -> None:
        self.closed = True

    def _told(self, delta: Any, said: list[str]) -> Iterator[Event]:
        if isinstance(delta, Text):
            said.append(delta.text)
            yield Said(delta.text)
        elif isinstance(delta, Thinking):
            yield Thought(delta.text)
        elif isinstance(delta, Noted):
            yield Noticed(delta.sentence)
        elif isinstance(delta, Called):
            yield ToolStarted(delta.call.id, delta.call.name, delta.call.arguments)
            yield ToolEnded(delta.call.id, delta.call.name, True, "")
        elif isinstance(delta, Finished):
            usage, timings = delta.usage, delta.timings
            yield Spent(
                delta.answered,
                usage.prompt,
                usage.cached,
                usage.thinking,
                usage.output,
                timings.first_token,
                timings.total,
                timings.tokens_per_second,
                window=1000,
            )

    def _edits(self, answer: str, approve: Approve) -> Iterator[Event]:
        if "<<<<<<< SEARCH" not in answer:
            return
        proposed = apply_answer(self.root, answer, dry_run=True)
        paths = tuple(dict.fromkeys(block.path for block in proposed.blocks))
        each = [diff for diff in proposed.diff.split("--- a/") if diff]
        blocks = tuple(
            Proposed(n, path, f"--- a/{diff}") for n, (path, diff) in enumerate(zip(paths, each, strict=True), 1)
        )
        self.decisions.append(decision := approve(Question("edit", "edit", paths, proposed.diff, "", blocks)))
        yield Answered(decision, "person")
        if decision.verdict != "no":
            outcome = apply_answer(self.root, answer)
            self.operations.append(str(outcome.operation))
            yield EditApplied(len(self.operations), paths, outcome.diff)


def waiting(gate: Gate, *texts: str) -> Callable[[Any], Turn]:
    """A turn that says the first text, waits at the gate, and says the others."""

    def play(request: Any) -> Turn:
        return _Gated(gate, texts)

    return play


class _Gated(Sequence[str]):
    """The pieces of an answer, of which all but the first lie behind the gate."""

    def __init__(self, gate: Gate, texts: Sequence[str]) -> None:
        self._gate, self._texts = gate, texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, at: Any) -> Any:
        return self._texts[at]

    def __iter__(self) -> Iterator[str]:
        yield self._texts[0]
        self._gate.reached.set()
        self._gate.opened.wait()
        yield from self._texts[1:]
