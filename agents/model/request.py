"""Messages, profile and what is known of the server → the body of a request.

What leaves is made here, in one order: half characters are replaced, secrets masked, control tokens neutralised.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.model.chunks import whole_characters
from agents.model.control import Neutraliser
from agents.model.profiles import Profile
from agents.model.refusals import too_long
from agents.model.server import Server
from agents.model.tables import each_text
from agents.model.tokens import Count, count_messages
from agents.model.types import JSON, Message, Mode, Tool, ToolCall
from indexer.secrets import mask

LEAST_OUTPUT = 256
"""An answer with less room is not worth a request."""
MARGIN = 64
"""Tokens left free beside the answer: templates differ a little from server to server."""

_LONGEST_TOKEN = 8
"""An estimate counts a token a byte; an average above this many is no text."""

Change = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Messages and tools as they leave, and what is needed to read the answer to them."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    masked: int
    """How many secrets were masked."""
    neutraliser: Neutraliser
    count: Count


def prepare(messages: Sequence[Message], tools: Sequence[Tool], profile: Profile, key: str | None = None) -> Prepared:
    """What may leave of these messages: whole characters, masked secrets (`key` too), neutral control tokens."""
    masked = 0

    def cover(text: str) -> str:
        nonlocal masked
        whole = text if text.isascii() else whole_characters(text)
        if key and key in whole:
            masked += whole.count(key)
            whole = whole.replace(key, "[masked api-key]")
        covered, found = mask(whole)
        masked += found
        return covered

    turns = _one_system(messages) if profile.one_system_message else messages
    covered = [_each_text(message, cover) for message in turns]
    described = [_each_tool_text(tool, cover) for tool in tools]
    texts = [text for message in covered for text in _texts(message)] + [
        text for tool in described for text in (tool.description, json.dumps(tool.parameters, ensure_ascii=False))
    ]
    neutraliser = Neutraliser(profile.control_tokens, texts)
    sent = tuple(_each_text(message, neutraliser.outgoing) for message in covered)
    offered = tuple(_each_tool_text(tool, neutraliser.outgoing) for tool in described)
    return Prepared(sent, offered, masked, neutraliser, count_messages(sent, offered, profile))


def continued(prepared: Prepared, text: str, thinking: str, correction: str, profile: Profile) -> Prepared:
    """The same conversation with an answer that can't be used, and what to tell the model about it."""
    turns = (Message("assistant", text, thinking), Message("user", correction))
    added, masked = [], prepared.masked
    for turn in turns:
        covered, found = mask(turn.text)
        hidden, more = mask(turn.thinking)
        masked += found + more
        added.append(_each_text(replace(turn, text=covered, thinking=hidden), prepared.neutraliser.outgoing))
    messages = (*prepared.messages, *added)
    count = count_messages(messages, prepared.tools, profile)
    return replace(prepared, messages=messages, masked=masked, count=count)


def body(
    prepared: Prepared, profile: Profile, server: Server, model: str, mode: Mode, schema: JSON | None, streamed: bool
) -> dict[str, Any]:
    """The request as JSON; raises ContextOverflow where the prompt is known to leave no room for an answer."""
    sampling = profile.sampling_for(mode)
    made: dict[str, Any] = {
        "model": model,
        "max_tokens": output_room(prepared.count, profile, server, mode),
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "min_p": sampling.min_p,
        "presence_penalty": sampling.presence_penalty,
        "repetition_penalty": sampling.repetition_penalty,
        "stream": streamed,
        # A proxy would otherwise be free to let another model answer; servers ignore what they do not know.
        "disable_fallbacks": True,
    }
    if streamed:
        made["stream_options"] = {"include_usage": True}
    if schema is not None:
        wanted = {"name": "answer", "schema": dict(schema), "strict": True}
        made["response_format"] = {"type": "json_schema", "json_schema": wanted}
    return made | template_fields(prepared, profile, server, mode) | _decoding_fields(profile, server, mode)


def template_fields(prepared: Prepared, profile: Profile, server: Server, mode: Mode) -> dict[str, Any]:
    """The fields of a request that its template renders: what a server needs to count the prompt."""
    made: dict[str, Any] = {"messages": [_wire(message, profile, server) for message in prepared.messages]}
    if prepared.tools:
        made["tools"] = [_offer(tool) for tool in prepared.tools]
    if profile.thinking_switch:
        made["chat_template_kwargs"] = _template_arguments(profile, mode)
    return made


def least_count(prepared: Prepared, profile: Profile, *, thinking: bool) -> int:
    """The tokens that the server has to count at least, with or without the replayed thoughts."""
    count = prepared.count
    if not thinking and any(message.thinking for message in prepared.messages):
        bare = [replace(message, thinking="") for message in prepared.messages]
        count = count_messages(bare, prepared.tools, profile)
    return count.tokens if count.exact else count.tokens // _LONGEST_TOKEN


def output_room(count: Count, profile: Profile, server: Server, mode: Mode) -> int:
    """The tokens to allow for the answer: the mode's reserve, or what the context leaves of it.

    An estimate is always too high, so only an exact count may refuse; with an estimate a small answer is still tried.
    """
    context = server.context or profile.context
    wanted, room = profile.output_for(mode), context - count.tokens - MARGIN
    if room >= LEAST_OUTPUT:
        return min(wanted, room)
    if count.exact:
        raise too_long(count.tokens, context)
    return min(wanted, max(context // 4, LEAST_OUTPUT))


def _template_arguments(profile: Profile, mode: Mode) -> dict[str, Any]:
    arguments: dict[str, Any] = {profile.thinking_switch: mode == "think"} if profile.thinking_switch else {}
    return arguments | ({"preserve_thinking": True} if profile.preserve_thinking else {})


def _decoding_fields(profile: Profile, server: Server, mode: Mode) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if profile.thinking_switch and server.kind == "ollama" and mode == "plain":
        fields["reasoning_effort"] = "none"
    if server.kind == "sglang":
        fields["return_spec_tokens_details"] = True
    return fields


def _wire(message: Message, profile: Profile, server: Server) -> dict[str, Any]:
    wire: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.role == "tool":
        wire["tool_call_id"] = message.call_id or ""
    if message.role != "assistant":
        return wire
    if message.thinking and profile.preserve_thinking:
        wire["reasoning"] = message.thinking
        # Ollama refuses the second name; every other server reads one of the two and ignores the other.
        if server.kind != "ollama":
            wire["reasoning_content"] = message.thinking
    if message.calls:
        wire["tool_calls"] = [_call(call) for call in message.calls]
    return wire


def _call(call: ToolCall) -> dict[str, Any]:
    arguments = json.dumps(call.arguments, ensure_ascii=False)
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _offer(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def _one_system(messages: Sequence[Message]) -> list[Message]:
    """At most one system message, the first: templates refuse a second one and one in the middle."""
    systems = [message for message in messages if message.role == "system"]
    rest = [message for message in messages if message.role != "system"]
    text = "\n\n".join(message.text for message in systems)
    parts = tuple(part for message in systems for part in message.parts)
    return [Message("system", text, parts=parts), *rest] if text else rest


def _texts(message: Message) -> list[str]:
    return [message.text, message.thinking, *(json.dumps(call.arguments, ensure_ascii=False) for call in message.calls)]


def _each_text(message: Message, change: Change) -> Message:
    calls = tuple(replace(call, arguments=each_text(call.arguments, change)) for call in message.calls)
    return replace(message, text=change(message.text), thinking=change(message.thinking), calls=calls)


def _each_tool_text(tool: Tool, change: Change) -> Tool:
    return replace(tool, description=change(tool.description), parameters=each_text(tool.parameters, change))
