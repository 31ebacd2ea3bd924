"""Bytes of an event stream → JSON objects, strictly: what is cut, glued or damaged is a fault with a name.

A browser throws away what it does not understand; here a half answer must never look like a whole one.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from agents.model.errors import ModelProblem

LONGEST_EVENT = 16 << 20
"""Characters of one event. A line of 8 MB is a file in a tool call; one without end is an attack or a defect."""

DONE = "[DONE]"
_LINE_END = re.compile(r"\r\n|\n|\r")
_FIELDS = frozenset({"data", "event", "id", "retry"})
_LOOK_AT_PROXY = "Look at the server's log, and at what stands between it and here."


class Events:
    """The events of one stream. `feed` gives the objects that are whole, `finish` says whether nothing is left over."""

    def __init__(self) -> None:
        self.done = False
        """`[DONE]` was seen; whatever follows it is not looked at."""
        self._decode = codecs.getincrementaldecoder("utf-8")("strict")
        self._line: list[str] = []
        self._line_length = 0
        self._data: list[str] = []
        self._data_length = 0
        self._name = ""
        self._after_return = False
        self._begun = False

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """The objects that these bytes complete; raises ModelProblem for what is no stream of JSON events."""
        try:
            text = self._decode.decode(data)
        except UnicodeDecodeError as error:
            raise broken("bad-stream", "The stream holds bytes that are not UTF-8.") from error
        if text and not self._begun:
            self._begun = True
            text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
        for line in self._lines(text):
            if self.done:
                return
            found = self._take(line)
            if found is not None:
                yield found

    def finish(self) -> None:
        """Raise ModelProblem where the stream ended inside an event or a character."""
        if self.done:
            return
        try:
            self._decode.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise broken("cut-off", "The stream was cut inside a character.") from error
        if self._line or self._data:
            raise broken("cut-off", "The stream was cut inside an event.")

    def _lines(self, text: str) -> Iterator[str]:
        # A return at the end of the last piece ended its line already; a line feed now belongs to it.
        if self._after_return and text.startswith("\n"):
            text = text[1:]
            self._after_return = False
        if text:
            self._after_return = text.endswith("\r")
        *whole, rest = _LINE_END.split(text)
        for line in whole:
            full = "".join([*self._line, line])
            self._line.clear()
            self._line_length = 0
            yield full
        if rest:
            self._line.append(rest)
            self._line_length += len(rest)
        if self._line_length + self._data_length > LONGEST_EVENT:
            raise broken("oversized", f"The server sends an event longer than {LONGEST_EVENT >> 20} MB.")

    def _take(self, line: str) -> dict[str, Any] | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(":")
        if not field:
            return None
        if field not in _FIELDS:
            raise broken("bad-stream", "The stream holds a line that is no event.")
        if field == "data":
            self._data.append(value.removeprefix(" "))
            self._data_length += len(value) + 1
        elif field == "event":
            self._name = value.strip()
        return None

    def _dispatch(self) -> dict[str, Any] | None:
        data, name = "\n".join(self._data), self._name
        self._data.clear()
        self._data_length = 0
        self._name = ""
        if not data:
            return None
        if data.strip() == DONE:
            self.done = True
            return None
        found = whole_object(data)
        return {"error": found.get("error", found)} if name == "error" else found


def whole_object(text: str, where: str = "The stream holds an event") -> dict[str, Any]:
    """The JSON object that `text` is; raises ModelProblem where it is cut, glued to another, or no object."""
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        glued = isinstance(error, json.JSONDecodeError) and error.msg == "Extra data"
        how = "with two objects glued together" if glued else "whose JSON is damaged or cut"
        raise broken("bad-stream", f"{where} {how}.") from error
    if not isinstance(found, dict):
        raise broken("bad-stream", f"{where} that is no object.")
    return found


def broken(slug: str, sentence: str, *, again: bool = False) -> ModelProblem:
    """A problem of the answer itself, whose cause lies in the server or on the way."""
    return ModelProblem(slug, sentence, _LOOK_AT_PROXY, again=again)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
