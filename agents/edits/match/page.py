"""A file's lines, looked up by what they say; there is an index for each way of reading them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from agents.edits.text import bare, terminator

Reading = Literal["exact", "trailing", "unicode", "indent"]
Span = tuple[int, int]

MOST_HITS = 20
_WORD = re.compile(r"\w{3,}")
_LONGEST_LINE_FOR_WORDS = 2000
_PLAIN = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " ")
    | dict.fromkeys("\ufeff\u200b", "")
    | {"…": "..."}
)


class Page:
    """The lines of one file without their terminators, and where each of them stands."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.exact = [bare(line) for line in lines]
        self._keys: dict[Reading, list[str]] = {"exact": self.exact}
        self._positions: dict[Reading, dict[str, list[int]]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def keys(self, reading: Reading) -> list[str]:
        """Every line as this reading sees it."""
        if reading not in self._keys:
            self._keys[reading] = read(reading, self.exact)
        return self._keys[reading]

    def positions(self, reading: Reading) -> dict[str, list[int]]:
        """What a line says, as this reading sees it, to the numbers of the lines that say it."""
        if reading not in self._positions:
            index: dict[str, list[int]] = {}
            for at, key in enumerate(self.keys(reading)):
                index.setdefault(key, []).append(at)
            self._positions[reading] = index
        return self._positions[reading]

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """Word to the lines it is in."""
        index: dict[str, list[int]] = {}
        for at, line in enumerate(self.exact):
            for word in words(line):
                index.setdefault(word, []).append(at)
        return index

    @cached_property
    def text(self) -> str:
        """The file with `\\n` at the end of every line."""
        return "\n".join(self.exact) + ("\n" if self.lines and terminator(self.lines[-1]) else "")

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for line in self.exact:
            starts.append(at)
            at += len(line) + 1
        return starts

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of a character of `text`."""
        line = bisect_right(self._starts, offset) - 1
        return line, offset - self._starts[line]

    def offset(self, line: int) -> int:
        """Where a line starts in `text`."""
        return self._starts[line]

    def end_of(self, line: int) -> str:
        """The terminator of a line."""
        return terminator(self.lines[line])

    def hits(self, reading: Reading, wanted: Sequence[str]) -> list[Span]:
        """Where these keys stand one below the other, overlapping places too; at most MOST_HITS of them."""
        index, keys, size = self.positions(reading), self.keys(reading), len(wanted)
        if not wanted:
            return []
        rarest = min(range(size), key=lambda i: len(index.get(wanted[i], ())))
        found: list[Span] = []
        wanted = list(wanted)
        for at in index.get(wanted[rarest], ()):
            start = at - rarest
            if start >= 0 and keys[start] == wanted[0] and keys[start : start + size] == wanted:
                found.append((start, start + size))
                if len(found) == MOST_HITS:
                    break
        return found

    def eol_near(self, line: int) -> str:
        """The terminator that a new line takes here: that of the line above, else of the line below."""
        for at in (line - 1, line):
            if 0 <= at < len(self.lines) and (end := terminator(self.lines[at])):
                return end
        return "\n"


def read(reading: Reading, lines: Sequence[str]) -> list[str]:
    """The lines as this reading sees them."""
    if reading == "exact":
        return list(lines)
    if reading == "trailing":
        return [line.rstrip() for line in lines]
    if reading == "unicode":
        return [plain(line).rstrip() for line in lines]
    return [plain(line).strip() for line in lines]


def plain(text: str) -> str:
    """One form for what looks alike: composed letters, straight quotes, plain dashes and blanks."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_PLAIN)


def words(line: str) -> set[str]:
    """The words of a line that are worth looking for."""
    return set(_WORD.findall(line)) if len(line) <= _LONGEST_LINE_FOR_WORDS else set()
