"""A model without a server: it plays a script, checks what it is asked, and remembers it.

model = FakeModel("Hello")                                       one turn, one text
model = FakeModel([Thinking("hm"), Text("yes")], "later")        a turn is a text, deltas, or a problem to raise
model = FakeModel([Called(ToolCall("1", "read", {}))], ContextOverflow("Too long."))
model = FakeModel(lambda request: request.messages[-1].text)     a function of what was asked
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from agents.model import schema as schemas
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

Step: TypeAlias = str | Delta | BaseException
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

    def __init__(self, *script: Turn, name: str = "fake") -> None:
        self._name = name
        self._script = list(script)
        self.requests: list[Request] = []
        """Everything it was asked, in order."""
        self.abandoned = 0
        """How many answers were closed before their end."""

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

    def _play(self, turn: Turn, request: Request) -> Iterator[Delta]:
        reason: FinishReason = "stop"
        try:
            for step in _steps(turn, request):
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, Called):
                    _check_call(step.call, request.tools)
                    reason = "tool_calls"
                yield step
                if isinstance(step, Finished):
                    return
            yield Finished(reason, self.name, self.name, Usage(), Timings(None, 0.0))
        except GeneratorExit:
            self.abandoned += 1
            raise


def _steps(turn: Turn, request: Request) -> Iterator[Delta | BaseException]:
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
