"""Events as JSON: one line each, the same for stream-json, transcripts and replays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, get_args

from agents import types
from agents.types import Event

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_NAMES: Mapping[str, str] = {
    "Stage": "stage",
    "Progress": "progress",
    "Found": "found",
    "Left": "skipped",
    "Done": "done",
    "Thought": "thinking",
    "Said": "text",
    "ToolStarted": "tool_started",
    "ToolEnded": "tool_ended",
    "EditProposed": "edit_proposed",
    "EditApplied": "edit_applied",
    "Asked": "asked",
    "Answered": "answered",
    "Spent": "usage",
    "Noticed": "noticed",
    "Failed": "failed",
    "TurnEnded": "done",
}


def to_line(event: Event, at: int) -> str:
    """The event as one line of JSON without its end: `type`, `at` (its number), and its fields, keys sorted."""
    body = {"type": _NAMES[type(event).__name__], "at": at, **_fields(event)}
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def type_names() -> frozenset[str]:
    """Every value that `type` can have."""
    return frozenset(_NAMES[each.__name__] for each in get_args(types.Event))


def _fields(value: DataclassInstance) -> dict[str, object]:
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value
