"""JSON objects, changed text by text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agents.model.types import JSON


def each_text(table: JSON, change: Callable[[str], str]) -> dict[str, object]:
    """The object with every text and every key in it changed, however deep."""
    return {change(key): _changed(each, change) for key, each in table.items()}


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return each_text(value, change)
    if isinstance(value, list | tuple):
        return [_changed(each, change) for each in value]
    return value
