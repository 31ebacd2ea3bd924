"""The lines of a session's file, and back: JSON objects whose `is` says what they hold.

head       format, id, root, model, begun, version, parent
message    a message of the conversation, in full
messages   all of them anew, after the conversation was folded
state      operations, always, guided, dropped, used: where they changed
event      what happened, as in stream-json, but for the pieces of answers, which the messages hold
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from agents.chat import Conversation
from agents.model import Message, ToolCall
from agents.model.types import Part

FORMAT = 1


@dataclass(slots=True)
class Read:
    """What the lines of a file say."""

    head: Mapping[str, Any]
    messages: list[Message] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    events: list[Mapping[str, Any]] = field(default_factory=list)


class Foreign(ValueError):
    """The lines are no session's, or of a version to come; the message is a clause."""


def line(kind: str, **fields: object) -> bytes:
    """One line, with its end."""
    return json.dumps({"is": kind, **fields}, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace") + b"\n"


def message_line(message: Message) -> bytes:
    """A message as a line."""
    return line("message", message=asdict(message))


def messages_line(messages: Iterable[Message]) -> bytes:
    """All messages as one line."""
    return line("messages", messages=[asdict(each) for each in messages])


def state_of(conversation: Conversation) -> dict[str, Any]:
    """What a conversation knows beside its messages."""
    return {
        "operations": list(conversation.operations),
        "always": sorted(map(list, conversation.always)),
        "guided": sorted(conversation.guided),
        "dropped": list(conversation.dropped),
        "used": conversation.used,
    }


def read(lines: Iterable[bytes]) -> Read:
    """The session that these whole lines hold; Foreign where they hold none."""
    objects = (_object(each) for each in lines)
    head = next(objects, {})
    if head.get("is") != "head":
        raise Foreign("it does not begin like a session")
    if head.get("format") != FORMAT:
        raise Foreign(f"its format is {head.get('format')!r}, and this version of qcode reads {FORMAT}")
    found = Read(head)
    try:
        for each in objects:
            _take(each, found)
    except (KeyError, TypeError, AttributeError) as error:
        raise Foreign("one of its lines lacks what it should hold") from error
    return found


def conversation_of(found: Read) -> Conversation:
    """The conversation as it was when its last line was written, with every call answered."""
    state = found.state
    return Conversation(
        str(found.head["id"]),
        _answered(found.messages),
        state.get("operations", ()),
        {(tool, path) for tool, path in state.get("always", ())},
        state.get("guided", ()),
        state.get("dropped", ()),
        int(state.get("used", 0)),
    )


def _take(each: Mapping[str, Any], found: Read) -> None:
    kind = each["is"]
    if kind == "message":
        found.messages.append(_message(each["message"]))
    elif kind == "messages":
        found.messages = [_message(message) for message in each["messages"]]
    elif kind == "state":
        found.state = dict(each["state"])
    elif kind == "event":
        found.events.append(each["event"])


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Foreign("one of its lines is no JSON") from None
    if not isinstance(found, dict):
        raise Foreign("one of its lines is no JSON object")
    return found


def _message(kept: Mapping[str, Any]) -> Message:
    calls = tuple(ToolCall(call["id"], call["name"], call["arguments"]) for call in kept["calls"])
    parts = tuple(Part(part["path"], _lines(part["lines"]), part["blob"]) for part in kept["parts"])
    return Message(kept["role"], kept["text"], kept["thinking"], calls, kept["call_id"], parts)


def _lines(kept: list[int] | None) -> tuple[int, int] | None:
    return None if kept is None else (kept[0], kept[1])


def _answered(messages: list[Message]) -> list[Message]:
    """The messages with an answer for calls that a killed process left open."""
    answers = {message.call_id for message in messages if message.role == "tool"}
    open_calls = [call for message in messages[-1:] + messages[:-1] for call in message.calls if call.id not in answers]
    lost = [Message("tool", "qcode was ended before this call was answered.", call_id=call.id) for call in open_calls]
    return [*messages, *lost]
