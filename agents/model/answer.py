"""One answer while it comes in: what was said so far, on which channel, and what is still held back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.model.calls import BadCall, Collector
from agents.model.chunks import Chunk
from agents.model.control import Hiding, Neutraliser
from agents.model.errors import ModelProblem, RunningInCircles, WrongModel
from agents.model.events import broken
from agents.model.profiles import Profile
from agents.model.tables import each_text
from agents.model.think import Kind, Splitter
from agents.model.types import FinishReason, Mode, Text, Thinking, Tool, ToolCall
from agents.model.watchdog import Watchdog

HIDDEN_KEY = "[key]"
LARGEST_TEXT = 8 << 20
"""Characters that one answer may say: more than the tokens of any context spell."""
MOST_CALLS = 256
LONGEST_NAME = 200
"""Characters of the name of the model that answered."""
_CHANNELS: tuple[Kind, Kind] = ("thinking", "text")


class Answer:
    """Takes chunks, hands out deltas, and knows in the end what was said and called."""

    def __init__(
        self, asked: str, tools: tuple[Tool, ...], neutraliser: Neutraliser, expects_thinking: bool, key: str = ""
    ) -> None:
        self.asked = asked
        self.answered = ""
        self.reason: FinishReason | None = None
        self.statistics: dict[str, Any] = {}
        self.fragments = 0
        self.calls: list[ToolCall] = []
        self.bad: list[BadCall] = []
        self._splitter = Splitter(expects_thinking)
        self._collector = Collector(tools)
        self._neutraliser = neutraliser
        self._incoming = {kind: neutraliser.incoming() for kind in _CHANNELS}
        self._hiding = {kind: Hiding(key, HIDDEN_KEY) for kind in _CHANNELS}
        self._watchdogs = {kind: Watchdog() for kind in _CHANNELS}
        self._raw: dict[Kind, list[str]] = {kind: [] for kind in _CHANNELS}
        self._shown: dict[Kind, list[str]] = {kind: [] for kind in _CHANNELS}
        self._channel: Kind = "thinking"
        self._key = key
        self._size = 0

    @property
    def begun(self) -> bool:
        """Whether anything was said, shown or not: from here on the same request is not sent again."""
        return self.fragments > 0 or any(self._shown.values()) or any(self._raw.values())

    @property
    def thinking(self) -> str:
        return "".join(self._shown["thinking"])

    @property
    def text(self) -> str:
        return "".join(self._shown["text"])

    def raw(self, kind: Kind) -> str:
        """What the model wrote on this channel, control tokens still in the form in which they were sent."""
        return "".join(self._raw[kind])

    def take(self, chunk: Chunk) -> Iterator[Thinking | Text]:
        """The deltas of a chunk; raises ModelProblem for another model, a loop, and words after the end."""
        self._check_model(chunk.model)
        self._size += len(chunk.thinking) + len(chunk.text)
        if self._size + self._collector.size > LARGEST_TEXT:
            raise broken(
                "oversized", f"The model says more than {LARGEST_TEXT >> 20} million characters in one answer."
            )
        if chunk.said and self.reason is not None:
            raise broken("odd-answer", "The server goes on after it gave a reason for the end.")
        if chunk.thinking:
            self._splitter.reasoning_apart()
            yield from self._say("thinking", chunk.thinking)
        for kind, text in self._splitter.feed(chunk.text) if chunk.text else ():
            yield from self._say(kind, text)
        if max(len(chunk.calls), self._collector.count) > MOST_CALLS:
            raise broken("oversized", f"The model makes more than {MOST_CALLS} tool calls in one answer.")
        for fragment in chunk.calls:
            if not isinstance(fragment, Mapping):
                raise broken("odd-answer", "The server sends a tool call that is no object.")
            self.fragments += 1
            self._collector.feed(fragment)
        self.reason = self.reason or chunk.reason
        self.statistics.update(chunk.statistics or {})

    def finish(self) -> Iterator[Thinking | Text]:
        """What was held back, now that the stream is whole; `calls` and `bad` are known afterwards."""
        for kind, text in self._splitter.finish(self.reason):
            yield from self._say(kind, text)
        for kind in _CHANNELS:
            yield from self._flush(kind)
        if self._splitter.leaked:
            raise ModelProblem(
                "thoughts-in-answer",
                "The server mixed the model's thoughts into its answer.",
                "Start the server with a reasoning parser (--reasoning-parser qwen3), or ask with --think.",
            )
        for call in self._collector.finish():
            if isinstance(call, BadCall):
                self.bad.append(call)
            else:
                arguments = each_text(call.arguments, self._received)
                self.calls.append(ToolCall(call.id, call.name, arguments))

    def _received(self, text: str) -> str:
        return self._hidden(self._neutraliser.restore(text))

    def _hidden(self, text: str) -> str:
        return text.replace(self._key, HIDDEN_KEY) if self._key else text

    def _say(self, kind: Kind, text: str) -> Iterator[Thinking | Text]:
        if kind != self._channel:
            before, hiding = self._channel, self._hiding[self._channel]
            yield from self._show(before, hiding.feed(self._incoming[before].finish()) + hiding.pause())
            self._channel = kind
        self._raw[kind].append(text)
        yield from self._show(kind, self._hiding[kind].feed(self._incoming[kind].feed(text)))

    def _flush(self, kind: Kind) -> Iterator[Thinking | Text]:
        hiding = self._hiding[kind]
        yield from self._show(kind, hiding.feed(self._incoming[kind].finish()) + hiding.finish())

    def _show(self, kind: Kind, text: str) -> Iterator[Thinking | Text]:
        loop = self._watchdogs[kind].feed(text)
        if loop is not None:
            raise RunningInCircles(
                "endless-repetition", loop.sentence, "Ask again, or in other words; a higher presence penalty helps."
            )
        if text:
            self._shown[kind].append(text)
            yield Thinking(text) if kind == "thinking" else Text(text)

    def _check_model(self, model: str) -> None:
        if not model:
            return
        shown = self._hidden(model)
        if not same_model(self.asked, model):
            raise WrongModel(self.asked, shown)
        self.answered = shown[:LONGEST_NAME]


def same_model(asked: str, answered: str) -> bool:
    """Whether two names mean one model: the same but for case, a provider's or organisation's prefix, and `:latest`."""

    def bare(name: str) -> str:
        return name.casefold().rstrip("/").removesuffix(":latest").rpartition("/")[2]

    return bare(asked) == bare(answered)


def expects_thinking(profile: Profile, mode: Mode) -> bool:
    """Whether content may begin inside a thought, because the template opened it."""
    return mode == "think" and (profile.thinking_switch is not None or profile.thinking_default)
