"""A model without a server: it plays a script, checks what it is asked, and remembers it.

model = FakeModel("Hello")                                       one turn, one text
model = FakeModel([Thinking("hm"), Text("yes")], "later")        a turn is a text, deltas, or a problem to raise
model = FakeModel([Called(ToolCall("1", "read", {}))], ContextOverflow("Too long."))
model = FakeModel(lambda request: request.messages[-1].text)     a function of what was asked
model = FakeModel(["Hel", hold := Hold(), "lo"])                 stands still until release() or abort()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from agents.model import schema as schemas
from agents.model.errors import Interrupted
from agents.model.types import (
    JSON,
    Called,
    Delta,
    Finished,
    FinishReason,
    Message,
    Mode,
    Text,
    Timings,
    Tool,
    ToolCall,
    Usage,
)


class Hold:
    """A step that lasts until `release` is called in another thread, or the answer is broken off."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        """Set once the answer has come here."""
        self._released = threading.Event()

    def release(self) -> None:
        """Go on."""
        self._released.set()

    def last(self, broken_off: threading.Event) -> None:
        """Wait; a minute at most, so that a mistake in a test is a failure and not a hang."""
        self.reached.set()
        if not broken_off.is_set() and not self._released.wait(60.0):
            raise TimeoutError("a Hold was never released")


Step: TypeAlias = "str | Delta | BaseException | Hold"
Turn: TypeAlias = "str | BaseException | Sequence[Step] | Callable[[Request], Turn]"


@dataclass(frozen=True, slots=True)
class Request:
    """What the model was asked."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    schema: JSON | None
    mode: Mode

    @property
    def last(self) -> str:
        """The text of the last message."""
        return self.messages[-1].text


class FakeModel:
    """A Model that answers by a script, a turn a question. Where no `Finished` stands in a turn, one is put at its end.

    A question that a real server would refuse, a call that does not fit the tools offered, and a question after the
    script's end are ValueErrors: they are mistakes of the test or of the code under test, and never an answer.
    """

    def __init__(self, *script: Turn, name: str = "fake", window: int | None = None) -> None:
        self._name = name
        self.window = window
        self._script = list(script)
        self.requests: list[Request] = []
        """Everything it was asked, in order."""
        self.abandoned = 0
        """How many answers were closed before their end."""
        self._broken_off = threading.Event()
        self._playing = False
        self._holds: list[Hold] = []

    @property
    def name(self) -> str:
        """The model that is asked for."""
        return self._name

    @property
    def left(self) -> int:
        """How many turns of the script were not asked for."""
        return len(self._script)

    def stream(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool] = (),
        schema: JSON | None = None,
        mode: Mode = "think",
    ) -> Iterator[Delta]:
        """The next turn of the script."""
        request = Request(tuple(messages), tuple(tools), schema, mode)
        _check_question(request)
        self.requests.append(request)
        if not self._script:
            raise ValueError(f"The script is at its end, and question {len(self.requests)} was asked: {request.last!r}")
        return self._play(self._script.pop(0), request)

    def abort(self) -> None:
        """Break off the answer that is being played: its next step raises Interrupted, and a `Hold` lasts no longer."""
        if self._playing:
            self._broken_off.set()
            for hold in self._holds:
                hold.release()

    def _play(self, turn: Turn, request: Request) -> Iterator[Delta]:
        reason: FinishReason = "stop"
        self._broken_off.clear()
        self._playing = True
        try:
            for step in _steps(turn, request):
                if self._broken_off.is_set():
                    raise Interrupted
                if isinstance(step, Hold):
                    self._holds.append(step)
                    step.last(self._broken_off)
                    continue
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, Called):
                    _check_call(step.call, request.tools)
                    reason = "tool_calls"
                yield step
                if isinstance(step, Finished):
                    return
            if self._broken_off.is_set():
                raise Interrupted
            yield Finished(reason, self.name, self.name, Usage(), Timings(None, 0.0))
        except GeneratorExit:
            self.abandoned += 1
            raise
        finally:
            self._playing = False


def _steps(turn: Turn, request: Request) -> Iterator[Delta | BaseException | Hold]:
    while callable(turn):
        turn = turn(request)
    for step in [turn] if isinstance(turn, str | BaseException) else turn:
        yield Text(step) if isinstance(step, str) else step


def _check_question(request: Request) -> None:
    known: set[str] = set()
    if not any(message.role == "user" for message in request.messages):
        raise ValueError("A question without a message of the user")
    for place, message in enumerate(request.messages):
        if message.role == "system" and place:
            raise ValueError(f"Message {place} is a system message that is not the first")
        if message.calls and message.role != "assistant":
            raise ValueError(f"Message {place} calls a tool and is not the assistant's")
        if message.role == "tool" and message.call_id not in known:
            raise ValueError(f"Message {place} answers a call that nobody made: {message.call_id!r}")
        known |= {call.id for call in message.calls}
    for tool in request.tools:
        schemas.check_schema(tool.parameters)


def _check_call(call: ToolCall, tools: tuple[Tool, ...]) -> None:
    offered = {tool.name: tool for tool in tools}
    if call.name not in offered:
        raise ValueError(f"The script calls {call.name!r}; offered were: {', '.join(offered) or 'no tools'}")
    fault = schemas.fault(dict(call.arguments), offered[call.name].parameters)
    if fault:
        raise ValueError(f"The script calls {call.name!r} with arguments that do not fit: {fault}")
