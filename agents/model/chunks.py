"""What one JSON chunk of an answer says: an unknown shape is a fault, a number that can't be believed is a note."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.model.errors import ModelProblem, RunningInCircles
from agents.model.events import broken
from agents.model.refusals import failure
from agents.model.types import JSON, Draft, FinishReason, Usage

MOST_TOKENS = 100_000_000
"""No prompt and no answer is longer; a larger count is a defect of the server."""

_REASONS: Mapping[str, FinishReason] = {
    "stop": "stop", "eos": "stop", "stop_sequence": "stop", "length": "length", "max_tokens": "length",
    "tool_calls": "tool_calls", "function_call": "tool_calls",
}  # fmt: skip
_STATISTICS = ("usage", "timings", "metrics", "sglext")


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one chunk says. Empty where it says nothing of the kind."""

    model: str = ""
    fingerprint: str = ""
    thinking: str = ""
    text: str = ""
    calls: tuple[Any, ...] = ()
    """Fragments of tool calls, as they came."""
    reason: FinishReason | None = None
    statistics: Mapping[str, Any] | None = None
    """The objects `usage`, `timings`, `metrics` and `sglext`, where the chunk has them."""

    @property
    def said(self) -> bool:
        """Whether the model said anything in it."""
        return bool(self.thinking or self.text or self.calls)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the server's statistics say, as far as they can be believed; `doubts` are sentences about the rest."""

    usage: Usage
    draft: Draft | None = None
    tokens_per_second: float | None = None
    doubts: tuple[str, ...] = ()


def read_chunk(chunk: Mapping[str, Any], model: str, hide: Callable[[str], str]) -> Chunk:
    """The meaning of a chunk of a stream, or of a whole answer in one object.

    Raises a ModelProblem for an error object and for a shape that is no answer.
    """
    _no_error(chunk, model, hide)
    choice = _only_choice(chunk)
    said = choice.get("delta") or choice.get("message") or {}
    if not isinstance(said, Mapping):
        raise broken("odd-answer", "The server sends an answer whose delta is no object.")
    fragments = said.get("tool_calls") or ()
    if not isinstance(fragments, list | tuple):
        raise broken("odd-answer", "The server sends tool calls that are no list.")
    return Chunk(
        model=_string(chunk.get("model")),
        fingerprint=_string(chunk.get("system_fingerprint")),
        thinking=_string(said.get("reasoning_content")) or _string(said.get("reasoning")),
        text=_content(said.get("content")),
        calls=tuple(fragments),
        reason=_reason(choice.get("finish_reason")),
        statistics={name: chunk[name] for name in _STATISTICS if isinstance(chunk.get(name), Mapping)} or None,
    )


def read_figures(statistics: Mapping[str, Any]) -> Figures:
    """Usage, drafts and speed; a figure that can't be is None, with a sentence that says so."""
    doubts: list[str] = []
    usage = _usage(statistics.get("usage") or {}, statistics.get("timings") or {}, doubts)
    return Figures(usage, _draft(statistics, doubts), _speed(statistics), tuple(doubts))


def _no_error(chunk: Mapping[str, Any], model: str, hide: Callable[[str], str]) -> None:
    if chunk.get("error"):
        raise failure(chunk["error"], model, hide)
    if "choices" in chunk or any(chunk.get(name) for name in _STATISTICS):
        return
    if chunk.get("object") == "error" or "message" in chunk or "detail" in chunk:
        raise failure({"message": chunk.get("detail"), **chunk}, model, hide)
    raise broken("odd-answer", "The server sends an object that is no answer.")


def _only_choice(chunk: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = chunk.get("choices")
    if choices is None or choices == []:
        return {}
    if not isinstance(choices, list) or not all(isinstance(each, Mapping) for each in choices):
        raise broken("odd-answer", "The server sends choices that are no list of objects.")
    if len(choices) > 1 or choices[0].get("index") not in (None, 0):
        raise broken("odd-answer", "The server sends several answers where one was asked for.")
    only: Mapping[str, Any] = choices[0]
    return only


def _content(content: object) -> str:
    if content is None or isinstance(content, str):
        return _string(content)
    if isinstance(content, list) and all(isinstance(part, Mapping) for part in content):
        return "".join(_string(part.get("text")) for part in content)
    raise broken("odd-answer", "The server sends content that is no text.")


def _string(value: object) -> str:
    """A text without half characters; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else whole_characters(value)


def whole_characters(text: str) -> str:
    """The text with pairs of surrogates joined and single ones replaced, so that it can be written as UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _reason(reason: object) -> FinishReason | None:
    if reason is None or reason == "":
        return None
    if isinstance(reason, str) and reason in _REASONS:
        return _REASONS[reason]
    if reason == "repetition":
        raise RunningInCircles("repetition", "The server ended the answer: the model repeats itself.", "Ask again.")
    if reason == "content_filter":
        raise ModelProblem("withheld", "A filter of the server withholds the answer.", "Ask who runs the server.")
    shown = reason if isinstance(reason, str) and reason.isidentifier() and len(reason) < 40 else "unknown"
    raise broken("gave-up", f"The server ended the answer for a reason that is no end: {shown}.")


# ---------------------------------------------------------------- statistics


def _usage(usage: JSON, timings: JSON, doubts: list[str]) -> Usage:
    prompt = _tokens(usage, "prompt_tokens", doubts)
    output = _tokens(usage, "completion_tokens", doubts)
    cached = _tokens(_inner(usage, "prompt_tokens_details"), "cached_tokens", doubts)
    thinking = _tokens(_inner(usage, "completion_tokens_details"), "reasoning_tokens", doubts)
    if cached is None and "cache_n" in timings:
        cached = _tokens(timings, "cache_n", doubts)
    if cached is not None and prompt is not None and cached > prompt:
        doubts.append(f"The server says that {cached:,} tokens of a prompt of {prompt:,} were cached: not believed.")
        cached = None
    if thinking is not None and output is not None and thinking > output:
        doubts.append(f"The server says that {thinking:,} of {output:,} tokens were thoughts: not believed.")
        thinking = None
    return Usage(prompt, cached, thinking, output)


def _inner(table: JSON, name: str) -> JSON:
    inner = table.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _tokens(table: JSON, name: str, doubts: list[str]) -> int | None:
    value = table.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS:
        return value
    doubts.append(f"The server's count {name} can't be: not believed.")
    return None


def _draft(statistics: JSON, doubts: list[str]) -> Draft | None:
    vllm = _inner(_inner(statistics, "metrics"), "speculative_decoding")
    sglang = _inner(_inner(statistics, "sglext"), "spec_tokens_details")
    pairs = (
        (_inner(statistics, "timings"), "draft_n", "draft_n_accepted"),
        (vllm, "num_draft_tokens", "num_accepted_draft_tokens"),
        (sglang, "spec_num_proposed_drafts", "spec_num_correct_drafts"),
    )
    for table, of, taken in pairs:
        drafted, accepted = _tokens(table, of, doubts), _tokens(table, taken, doubts)
        if drafted is None or accepted is None:
            continue
        if accepted <= drafted:
            return Draft(drafted, accepted)
        doubts.append(f"The server says that {accepted:,} of {drafted:,} drafted tokens were taken: not believed.")
    return None


def _speed(statistics: JSON) -> float | None:
    for table, name in (("timings", "predicted_per_second"), ("metrics", "tokens_per_second")):
        value = _inner(statistics, table).get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 < value < 1e6:
            return float(value)
    return None
