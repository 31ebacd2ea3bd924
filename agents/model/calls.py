"""Tool calls put together from a stream's fragments, and checked against their schema before anyone sees them.

Servers differ: a whole call at once or in pieces, no ids, no index or the same one for every call, arguments as a
text or as an object. What can't be a valid call comes back as a `BadCall` that says why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from math import isfinite
from string import Template
from typing import Any, NoReturn

from agents.model import schema
from agents.model.types import JSON, Tool, ToolCall

ANNOUNCED = re.compile(r"<tool_call>|<function=")
SHOWN_NAME = 80
DEEPEST = 64
MOST_TRIED = 1 << 24


@dataclass(frozen=True, slots=True)
class BadCall:
    """A call that was asked for and can't be run; `why` is a clause that follows the call's name."""

    name: str
    why: str
    raw: str
    """The arguments as they came."""
    id: str = ""


class Collector:
    """The calls of one answer. A schema that can't be checked whole is a ValueError here, before anything is asked."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}
        for tool in self._tools.values():
            schema.check_schema(tool.parameters)
        self._calls: list[_Call] = []
        self.size = 0
        """Characters of all arguments so far."""

    @property
    def count(self) -> int:
        """How many calls have begun."""
        return len(self._calls)

    def feed(self, fragment: Mapping[str, Any]) -> None:
        """One entry of a delta's `tool_calls`."""
        function = fragment.get("function")
        function = function if isinstance(function, Mapping) else {}
        piece = _Piece(
            index=found if type(found := fragment.get("index")) is int else None,
            id=_text(fragment.get("id")),
            name=_text(function.get("name")),
            arguments=function.get("arguments"),
        )
        self.size += len(piece.arguments) if isinstance(piece.arguments, str) else 0
        self._call(piece).add(piece)

    def finish(self) -> list[ToolCall | BadCall]:
        """Every call, in the order in which it began; ids are unique."""
        return [self._judged(at) for at in range(len(self._calls))]

    def _call(self, piece: _Piece) -> _Call:
        """The call that the piece belongs to; one without id and index belongs to the last call, if to any."""
        nameless = not piece.id and piece.index is None
        open_calls = self._calls[-1:] if nameless else self._calls[::-1]
        found = next((call for call in open_calls if call.takes(piece, self._tools)), None)
        if found is None:
            found = _Call(piece.index, piece.id)
            self._calls.append(found)
        return found

    def _id(self, at: int) -> str:
        """The server's id, or our own where it is missing or stands for an earlier call."""
        given = self._calls[at].id
        taken = {call.id for call in self._calls[:at]}
        return given if given and given not in taken else f"qcode_call_{at}"

    def _judged(self, at: int) -> ToolCall | BadCall:
        call, id = self._calls[at], self._id(at)
        try:
            arguments = call.parsed()
        except (ValueError, RecursionError) as error:
            why = f"has arguments that are not one whole JSON object ({_first_line(error)})"
            return BadCall(call.name, why, call.raw(), id)
        why = self._fault(call.name, arguments)
        return BadCall(call.name, why, call.raw(), id) if why else ToolCall(id, call.name, arguments)

    def _fault(self, name: str, arguments: JSON) -> str:
        tool = self._tools.get(name)
        if not name:
            return "names no tool"
        if tool is None:
            return f"is not a tool; the tools are {', '.join(sorted(self._tools)) or 'none'}"
        found = schema.fault(arguments, tool.parameters)
        return f"has a wrong argument: {found}" if found else ""


@dataclass(frozen=True, slots=True)
class _Piece:
    index: int | None
    id: str
    name: str
    arguments: object


@dataclass(slots=True)
class _Call:
    index: int | None
    id: str
    name: str = ""
    texts: list[str] = field(default_factory=list)
    size: int = 0
    tried: int = 0
    """Characters that were parsed to see whether the call is complete."""
    whole: Mapping[str, Any] | None = None

    def takes(self, piece: _Piece, tools: Collection[str]) -> bool:
        if None not in (piece.index, self.index) and piece.index != self.index:
            return False
        if piece.id and self.id and piece.id != self.id:
            return False
        return not self._is_followed_by(piece, tools)

    def add(self, piece: _Piece) -> None:
        if piece.name and piece.name != self.name:
            self.name += piece.name
        if isinstance(piece.arguments, Mapping):
            self.whole = piece.arguments
        elif isinstance(piece.arguments, str) and not self._repeats(piece):
            self.texts.append(piece.arguments)
            self.size += len(piece.arguments)

    def raw(self) -> str:
        return json.dumps(self.whole, ensure_ascii=False) if self.whole is not None else "".join(self.texts)

    def parsed(self) -> dict[str, Any]:
        """The arguments; a ValueError says what is wrong with them. None at all are an empty object."""
        raw = self.raw().strip() or "{}"
        value = json.loads(raw, object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite)
        if not isinstance(value, dict):
            raise ValueError("they are no object")
        if _depth(value) > DEEPEST:
            raise ValueError(f"they are nested more than {DEEPEST} deep")
        _whole_characters(value)
        return value

    def _is_followed_by(self, piece: _Piece, tools: Collection[str]) -> bool:
        """Whether a piece with a name begins the next call: servers that give no index, or the same one to all."""
        placed = bool(piece.id) or piece.index is not None
        if not piece.name or (piece.name == self.name and (self._repeats(piece) or (placed and not piece.arguments))):
            return False
        other = piece.name != self.name and self.name in tools and piece.name in tools
        return other or self._complete()

    def _repeats(self, piece: _Piece) -> bool:
        """Whether a server sends the whole call once more at the end."""
        again = isinstance(piece.arguments, str) and len(piece.arguments) == self.size > 0
        return again and piece.arguments == self.raw() and self._complete()

    def _complete(self) -> bool:
        if self.whole is None and not "".join(self.texts[-1:]).rstrip().endswith("}"):
            return False
        self.tried += self.size
        if self.tried > MOST_TRIED:  # a name with every fragment makes this work grow with its square
            return False
        try:
            self.parsed()
        except (ValueError, RecursionError):
            return False
        return True


def announced(text: str, thinking: str) -> bool:
    """Whether a call was written out as text; asked where no call came, before control tokens are mapped back."""
    return bool(ANNOUNCED.search(text) or ANNOUNCED.search(thinking))


def repair_message(bad: Sequence[BadCall]) -> str:
    """What to tell the model in the one repair turn; no bad call means that one was announced and none came."""
    if not bad:
        return _prompt("repair_missing.md")
    faults = "\n".join(f"- `{each.name[:SHOWN_NAME]}` {each.why}." for each in bad)
    return _prompt("repair_calls.md", faults=faults)


def _prompt(file: str, **values: str) -> str:
    text = files("agents.model").joinpath(file).read_text("utf-8")
    return Template(text).substitute(values).strip()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key stands there twice")
    return table


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _no_number(digits)


def _depth(value: object) -> int:
    """Levels of objects and lists, found without recursion."""
    depth, level = 0, [value]
    while level:
        inner = [
            list(each.values()) if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)
        ]
        depth, level = depth + bool(inner), [each for values in inner for each in values]
    return depth


def _whole_characters(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("they hold half a character") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or "nested too deeply"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
