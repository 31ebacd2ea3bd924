"""Finding the asked-for names in the bytes of a source, so that only the parts that hold one are walked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

# Beyond this many names one pass over all words is cheaper than one search a name.
MANY_NAMES = 24
WORD = re.compile(rb"#?[\w$\x80-\xff]+")
# `let x;`: what it is shows where it is assigned, wherever that is.
UNSET = re.compile(rb"(?m)^[ \t]*(?:let|var)[ \t]+([\w$]+(?:[ \t]*,[ \t]*[\w$]+)*)[ \t]*;?[ \t]*$")
RECEIVER = re.compile(rb"([\w$]+)\s*[?!]?\.\s*$")
LONGEST_RECEIVER = 80
ASSIGNED = re.compile(rb"[ \t]*=(?![=>])")
WORD_BYTES = frozenset(rb"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") | frozenset(
    range(0x80, 0x100)
)


class Mentions:
    """The places of a source where one of some names stands as a whole word, also inside strings and comments."""

    __slots__ = ("_offsets",)

    def __init__(self, source: bytes, names: Iterable[str]) -> None:
        words = {name.encode("utf-8", "replace") for name in names} - {b""}
        self._offsets = sorted(_words(source, words) if len(words) > MANY_NAMES else _searches(source, words))
        if self._offsets:
            self._offsets = sorted({*self._offsets, *_assignments(source, self._offsets)})

    def inside(self, start: int, end: int) -> bool:
        """Whether a name stands between two byte offsets."""
        place = bisect_left(self._offsets, start)
        return place < len(self._offsets) and self._offsets[place] < end

    def first(self, start: int, end: int) -> int | None:
        """The first byte offset from `start` up to `end` at which a name starts."""
        place = bisect_left(self._offsets, start)
        if place == len(self._offsets) or self._offsets[place] >= end:
            return None
        return self._offsets[place]


def _words(source: bytes, words: set[bytes]) -> Iterator[int]:
    return (match.start() for match in WORD.finditer(source) if match.group() in words)


def _searches(source: bytes, words: set[bytes]) -> Iterator[int]:
    for word in words:
        yield from words_at(source, word, 0, len(source))


def _assignments(source: bytes, offsets: list[int]) -> Iterator[int]:
    """Where variables are assigned that are declared without a value, and that one of the names is a member of."""
    unset = {name for match in UNSET.finditer(source) for name in re.split(rb"[ \t,]+", match.group(1))}
    if not unset:
        return
    receivers = (RECEIVER.search(source, max(0, at - LONGEST_RECEIVER), at) for at in offsets)
    for name in unset.intersection(match.group(1) for match in receivers if match is not None):
        for at in words_at(source, name, 0, len(source)):
            if source[at - 1 : at] != b"." and ASSIGNED.match(source, at + len(name)):
                yield at


def words_at(source: bytes, word: bytes, start: int, end: int) -> Iterator[int]:
    """Where a word stands between two offsets, not as a part of a longer one."""
    at = source.find(word, start, end)
    while at >= 0:
        after = at + len(word)
        if _is_edge(source, at - 1) and _is_edge(source, after):
            yield at
        at = source.find(word, after, end)


def _is_edge(source: bytes, at: int) -> bool:
    return not 0 <= at < len(source) or source[at] not in WORD_BYTES
