"""Text measured in terminal cells, where a Hangul syllable takes two and an accent none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"


def cells(text: str) -> int:
    """How many terminal cells the text takes."""
    return len(text) if text.isascii() else sum(_cell(character) for character in text)


def wrapped(text: str, width: int) -> list[str]:
    """The text as lines of at most `width` cells, broken between words, or inside one that is longer than a line."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, width):
        if line and cells(line) + 1 + cells(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def cropped(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """The beginning of the text in at most `width` cells, ending in an ellipsis where something was cut."""
    if cells(text) <= width:
        return text
    return _head(text, width - cells(ellipsis)) + ellipsis


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        rest = word
        while cells(rest) > width:
            head = _head(rest, width) or rest[0]
            yield head
            rest = rest[len(head) :]
        if rest:
            yield rest


def _head(text: str, width: int) -> str:
    used = 0
    for at, character in enumerate(text):
        used += _cell(character)
        if used > width:
            return text[:at]
    return text


def _cell(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
