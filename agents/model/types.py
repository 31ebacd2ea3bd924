"""The nouns of a conversation with a model: what goes in, what streams out, what is kept of an exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Mode = Literal["think", "plain"]
Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls"]
JSON = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for; `arguments` were parsed and fit the tool's schema."""

    id: str
    name: str
    arguments: JSON


@dataclass(frozen=True, slots=True)
class Tool:
    """What the model may call: a name, a sentence, and the JSON Schema of its arguments (an object)."""

    name: str
    description: str
    parameters: JSON


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the repository that stands in a message: for the record of what went in, not sent itself."""

    path: str
    lines: tuple[int, int] | None = None
    """The first and the last, from 1; None for the whole file."""
    blob: str | None = None
    """The git object id of the file's content."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `thinking` is replayed with an assistant's turn; `call_id` names the call that a tool answers."""

    role: Role
    text: str
    thinking: str = ""
    calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None
    parts: tuple[Part, ...] = ()


# ---------------------------------------------------------------- what streams out


@dataclass(frozen=True, slots=True)
class Thinking:
    """A piece of reasoning: shown, replayed, never executed and never applied."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer. Nothing is accepted before `Finished` came."""

    text: str


@dataclass(frozen=True, slots=True)
class Called:
    """A whole, valid tool call."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class Noted:
    """Something a user should know of that did not end the answer: a repair turn, a retry, a usage that can't be."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; None where it does not say."""

    prompt: int | None = None
    cached: int | None = None
    thinking: int | None = None
    output: int | None = None
    """Of the whole answer, thinking included."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Speculative decoding as the server reports it for this answer."""

    drafted: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds by our own clock, from the request's first byte."""

    first_token: float | None
    total: float
    tokens_per_second: float | None = None
    """By the server where it says, else output tokens over the time since the first one."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is whole: the server gave a reason, and every call in it is valid JSON."""

    reason: FinishReason
    asked: str
    answered: str
    """The model that the server says it was."""
    usage: Usage
    timings: Timings
    draft: Draft | None = None


Delta = Thinking | Text | Called | Noted | Finished


class Model(Protocol):
    """Answers messages. Closing the iterator before its end aborts the request."""

    @property
    def name(self) -> str:
        """The model that is asked for."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool] = (),
        schema: JSON | None = None,
        mode: Mode = "think",
    ) -> Iterator[Delta]:
        """The answer in pieces, `Finished` last; raises a ModelProblem where there is no whole answer."""
        ...

    @property
    def window(self) -> int | None:
        """Tokens that the context holds, as far as is known."""
        ...

    def abort(self) -> None:
        """Break off the answer that is on its way, from any thread: whoever waits for it gets `Interrupted`."""
        ...


# ---------------------------------------------------------------- where it is, and what is kept


@dataclass(frozen=True, slots=True)
class Backend:
    """Where the model is served, and how to get there. Key and proxy, which may hold passwords, are not printed."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    client_cert: str | None = None
    proxy: str | None = field(default=None, repr=False)
    admin_base_url: str | None = None
    first_token_s: float = 120.0
    idle_s: float = 60.0
    total_s: float = 1800.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it, for whoever keeps records. Secrets were masked before anything was sent."""

    asked: str
    answered: str | None
    messages: tuple[Message, ...]
    """As they were sent: masked, control tokens neutralised."""
    masked: int
    """How many secrets were masked."""
    thinking: str
    text: str
    calls: tuple[ToolCall, ...]
    finished: Finished | None
    problem: str | None
    """The slug of the problem that ended it, or None."""
    milliseconds: float = 0.0
    """From the request's first byte to the end of the exchange, whatever that was."""

    @property
    def manifest(self) -> tuple[Part, ...]:
        """What of the repository went in, in the order of the messages."""
        return tuple(part for message in self.messages for part in message.parts)


Record = Callable[[Exchange], None]
