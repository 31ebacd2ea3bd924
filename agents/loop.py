"""A model and its tools, until it has answered: ask, carry out, tell, ask again.

The messages only ever grow, so that a server's prefix cache stays good; whatever happens, every call is answered.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Literal

from agents.edits import holds_edits
from agents.model import (
    Called,
    Delta,
    Finished,
    Interrupted,
    Message,
    Mode,
    Model,
    ModelProblem,
    Noted,
    Text,
    Thinking,
    ToolCall,
)
from agents.tools import Gate, Result, offered, perform
from agents.tools.editing import DECLINED, carry_out, of_answer
from agents.types import Event, Failed, Noticed, Said, Spent, Thought, ToolEnded, ToolStarted, TurnEnded

Reason = Literal["answered", "interrupted", "budget", "failed"]
INTERRUPTED = "Interrupted by the user before it was carried out."
BROKEN_OFF = "(The user interrupted this answer.)"
NO_ANSWER = "(There was no whole answer.)"
SAME_AGAIN = "\n\nThis very call was made {times} times, with the same result. Try something else, or answer."
NOT_WRITTEN = "The edits of your answer were not written.\n\n{feedback}"


@dataclass(frozen=True, slots=True)
class Budget:
    """Where a turn ends even if the model would go on."""

    answers: int = 50
    calls: int = 200
    output_tokens: int = 400_000
    same_call: int = 5
    """How often the very same call may be made with the very same result."""
    repairs: int = 1
    """How often edits that stand in an answer's text and do not fit go back to the model."""


@dataclass
class Turn:
    """One question of a user on its way to an answer; appends to `messages` and to `operations`."""

    model: Model
    messages: list[Message]
    gate: Gate
    budget: Budget = field(default_factory=Budget)
    mode: Mode = "think"
    beside: Callable[[ToolCall], str] = lambda call: ""
    """What the model is told along with a result: guidance for the folder that was touched."""
    operations: list[str] = field(default_factory=list)
    answers: int = 0
    calls: int = 0
    output: int = 0
    repairs: int = 0
    _results: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def run(self) -> Generator[Event, None, None]:
        """Events, `TurnEnded` last."""
        reason: Reason = "interrupted"
        try:
            reason = yield from self._until_answered()
        except ModelProblem as problem:
            reason = yield from self._failed(problem)
        finally:
            self._settle(reason)
        yield TurnEnded(reason, self.answers, self.calls)

    def _until_answered(self) -> Generator[Event, None, Reason]:
        while True:
            over = self._over_budget()
            if over:
                yield Noticed(over)
                return "budget"
            answer = _Answer()
            yield from self._ask(answer)
            self.messages.append(answer.message)
            if answer.calls:
                if (yield from self._carry_out(answer.calls)):
                    return "interrupted"
            elif not (yield from self._edits_of(answer)):
                return self._reason_of(answer)

    def _reason_of(self, answer: _Answer) -> Reason:
        if self.gate.stop.asked:
            return "interrupted"
        return "budget" if answer.finished.reason == "length" else "answered"

    def _ask(self, answer: _Answer) -> Generator[Event, None, None]:
        stop = self.gate.stop
        with stop.ending_with(self.model.abort):
            if stop.asked:
                raise Interrupted
            for delta in self.model.stream(self.messages, offered(self.gate.workshop), None, self.mode):
                event = answer.hear(delta)
                if event is not None:
                    yield event
                if stop.asked:
                    raise Interrupted
        self.answers += 1
        self.output += answer.finished.usage.output or 0
        yield _spent(answer.finished, self.model.window)
        if answer.finished.reason == "length":
            yield Noticed("The answer was cut at the length it may have.")

    def _carry_out(self, calls: tuple[ToolCall, ...]) -> Generator[Event, None, bool]:
        """Carry the calls out, one after the other; whether that was interrupted."""
        for call in calls:
            if self.gate.stop.asked:
                return True
            self.calls += 1
            yield ToolStarted(call.id, call.name, call.arguments)
            result = yield from perform(call, self.gate)
            self.operations.extend(result.operations)
            text = result.text + self._again(call, result) + self.beside(call)
            self.messages.append(Message("tool", text, call_id=call.id))
            yield ToolEnded(call.id, call.name, result.ok, text)
        return self.gate.stop.asked

    def _edits_of(self, answer: _Answer) -> Generator[Event, None, bool]:
        """Apply the edits in the text of the answer; whether the model has to be asked again because of them."""
        text = answer.message.text
        if not holds_edits(text):
            return False
        result = yield from carry_out(self.gate, of_answer(self.gate, text, answer.finished.reason))
        self.operations.extend(result.operations)
        if result.ok or result.text == DECLINED or self.repairs >= self.budget.repairs:
            self.messages.append(Message("user", result.text))
            if not result.ok:
                yield Noticed(result.text)
            return False
        self.repairs += 1
        self.messages.append(Message("user", NOT_WRITTEN.format(feedback=result.text)))
        yield Noticed("The edits do not fit the files; the model is asked for them once more.")
        return True

    # ------------------------------------------------------------ ends

    def _failed(self, problem: ModelProblem) -> Generator[Event, None, Reason]:
        if self.gate.stop.asked or isinstance(problem, Interrupted):
            return "interrupted"
        yield Failed(problem.slug, str(problem), problem.remedy, problem.exit_code)
        return "failed"

    def _settle(self, reason: Reason) -> None:
        """Leave no call without an answer, and no question without a word about why it has none."""
        answered = {message.call_id for message in self.messages if message.role == "tool"}
        last = next((message for message in reversed(self.messages) if message.calls), None)
        for call in last.calls if last is not None else ():
            if call.id not in answered:
                self.messages.append(Message("tool", INTERRUPTED, call_id=call.id))
        if reason in ("interrupted", "failed") and self.messages[-1].role != "assistant":
            self.messages.append(Message("assistant", BROKEN_OFF if reason == "interrupted" else NO_ANSWER))

    def _over_budget(self) -> str | None:
        if self.answers >= self.budget.answers:
            return f"The turn ended after {self.answers} answers of the model without coming to an end."
        if self.calls >= self.budget.calls:
            return f"The turn ended after {self.calls} calls of tools."
        if self.output >= self.budget.output_tokens:
            return f"The turn ended after {self.output:,} tokens of the model."
        if any(times >= self.budget.same_call for times in self._results.values()):
            return "The turn ended because the model makes the same call again and again."
        return None

    def _again(self, call: ToolCall, result: Result) -> str:
        key = (call.name, json.dumps(call.arguments, sort_keys=True), result.text)
        self._results[key] += 1
        times = self._results[key]
        return SAME_AGAIN.format(times=times) if times > 1 else ""


class _Answer:
    """What the model said in one answer."""

    def __init__(self) -> None:
        self.calls: tuple[ToolCall, ...] = ()
        self._finished: Finished | None = None
        self._text: list[str] = []
        self._thinking: list[str] = []

    @property
    def finished(self) -> Finished:
        """How it ended; a stream that ends without a problem ends with this."""
        assert self._finished is not None  # noqa: S101
        return self._finished

    @property
    def message(self) -> Message:
        return Message("assistant", "".join(self._text), "".join(self._thinking), self.calls)

    def hear(self, delta: Delta) -> Event | None:
        """Keep a delta; the event that shows it."""
        match delta:
            case Thinking(text):
                self._thinking.append(text)
                return Thought(text)
            case Text(text):
                self._text.append(text)
                return Said(text)
            case Called(call):
                self.calls = (*self.calls, call)
            case Noted(sentence):
                return Noticed(sentence)
            case Finished():
                self._finished = delta
        return None


def _spent(finished: Finished, window: int | None) -> Spent:
    usage, timings, draft = finished.usage, finished.timings, finished.draft
    return Spent(
        model=finished.answered or finished.asked,
        prompt=usage.prompt,
        cached=usage.cached,
        thinking=usage.thinking,
        output=usage.output,
        first_token_ms=timings.first_token,
        total_ms=timings.total,
        tokens_per_second=timings.tokens_per_second,
        drafted=draft.drafted if draft else None,
        accepted=draft.accepted if draft else None,
        window=window,
    )
