"""Thoughts split from a content stream, for servers that do not do it themselves.

The template puts the opening tag into the prompt, so a server without a reasoning parser streams
`thoughts…</think>answer`. Early text is therefore handed out as thinking until the closing tag comes. Where none comes:

- the stream was cut (finish reason "length", or none): all of it was thinking, there is no answer;
- the model stopped by itself and never opened a thought: it had not been thinking, and `finish` hands the same text
  out once more, as the answer;
- the model opened a thought with a tag of its own and stopped inside it: it stays thinking, there is no answer.

Later in the answer a thought opens only at the beginning of a line. Once the server sends thoughts apart
(`reasoning_apart`), content is the answer and stray tags are only taken out.
"""

from __future__ import annotations

from typing import Literal

from agents.model.types import FinishReason

OPENING, CLOSING = "<think>", "</think>"
BEGINNINGS = frozenset(tag[:end] for tag in (OPENING, CLOSING) for end in range(1, len(tag)))

Kind = Literal["thinking", "text"]
Pieces = list[tuple[Kind, str]]


class Splitter:
    """One answer's content. The pieces' texts, put together, are the content without tags and the space around them."""

    def __init__(self, expects_thinking: bool) -> None:
        self._assumed = expects_thinking
        self._early: list[str] = []
        self._kind: Kind = "thinking" if expects_thinking else "text"
        self._apart = False
        self._closed = False
        self._fresh = True
        self._line_start = True
        self._kept = ""
        self.leaked = False
        """Whether text was handed out as the answer before a closing tag said that it had been thinking."""

    def reasoning_apart(self) -> None:
        """The server sent thoughts in a field of their own: content is the answer from here on."""
        self._apart = True
        if self._assumed:
            self._assumed, self._kind = False, "text"

    def feed(self, content: str) -> Pieces:
        """What is certain by now, in order; the beginning of a tag is held back."""
        pieces = self._owed()
        rest = self._kept + content
        while found := _first_tag(rest):
            start, tag = found
            self._hand_out(rest[:start], pieces)
            self._turn(tag)
            rest = rest[start + len(tag) :]
        held = _held(rest)
        self._kept = rest[len(rest) - held :]
        self._hand_out(rest[: len(rest) - held], pieces)
        return pieces

    def finish(self, reason: FinishReason | None) -> Pieces:
        """What was held back; and the whole as text where it turns out that the model had not been thinking."""
        if reason in ("stop", "tool_calls"):
            self._assumed, self._kind = False, "text" if self._assumed else self._kind
        pieces = self._owed()
        kept, self._kept = self._kept, ""
        self._hand_out(kept, pieces)
        return pieces

    def _owed(self) -> Pieces:
        """Early text that had been handed out as thinking and turned out to be the answer."""
        if self._assumed or not self._early:
            return []
        early, self._early = "".join(self._early), []
        return [("text", early)]

    def _turn(self, tag: str) -> None:
        opens_here = not self._apart and self._kind == "text" and self._line_start
        if tag == CLOSING and self._kind == "thinking":
            self._assumed, self._kind = False, "text"
            self._closed = self._fresh = self._line_start = True
            self._early.clear()
        elif tag == CLOSING:
            self.leaked = self.leaked or not (self._apart or self._closed or self._fresh)
        elif self._assumed and self._fresh:
            self._assumed = False  # a tag of its own: now it is certain
        elif opens_here:
            self._kind, self._fresh = "thinking", True

    def _hand_out(self, text: str, pieces: Pieces) -> None:
        if self._fresh:
            text = text.lstrip()
        if not text:
            return
        self._fresh = False
        self._line_start = text.endswith("\n")
        if self._assumed:
            self._early.append(text)
        pieces.append((self._kind, text))


def _first_tag(text: str) -> tuple[int, str] | None:
    found = [(text.find(tag), tag) for tag in (OPENING, CLOSING)]
    return min((each for each in found if each[0] >= 0), default=None)


def _held(text: str) -> int:
    most = min(len(text), len(CLOSING) - 1)
    return next((size for size in range(most, 0, -1) if text[-size:] in BEGINNINGS), 0)
