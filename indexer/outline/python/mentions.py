"""Where a source says something worth walking to, found in its bytes before its tree is touched."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

# Above this many names one pass over all identifiers is cheaper than a search for each name.
MANY_NAMES = 24
IDENTIFIER = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
LOOK_BEHIND = 200
WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(range(128, 256))
WALRUS = re.compile(rb":=")
# Each pattern starts with literal bytes: that makes the search several times faster.
YIELD = re.compile(rb"yield\b")
RETURN_SELF = re.compile(rb"return[ \t]+self\b")
NESTED = re.compile(rb"\n[ \t]+(?:def|class|async[ \t]+def|import|from|global)\b")
# `self.a = …`, `self.a: T`, `self.a, self.b = …`, `x = self.a = …`; anything more is told apart in the tree.
STORES = tuple(
    re.compile(receiver + rb"[ \t]*\.[ \t]*[\w\x80-\xff]+[ \t]*(?:=(?!=)|[:,)]|in\b)") for receiver in (b"self", b"cls")
)
BEFORE_STORE = re.compile(
    rb"(?:^[(\[]?|[=;,]|\b(?:as|for)|^(?:if|elif|else|for|while|with|try|except|finally|def|async|case)\b.*:)$"
)
HASATTR = re.compile(rb"hasattr\s*\([^()]{1,200},\s*[bru]?[\"'](\w+)[\"']")


@dataclass(frozen=True, slots=True)
class Mention:
    """A word of the source that was asked for, by byte offsets."""

    start: int
    end: int


class Offsets:
    """Sorted byte offsets, asked for by range."""

    __slots__ = ("all",)

    def __init__(self, offsets: Iterable[int]) -> None:
        self.all = sorted(offsets)

    def any_in(self, start: int, end: int) -> bool:
        """Whether one of them is from `start` up to `end`."""
        at = bisect_left(self.all, start)
        return at < len(self.all) and self.all[at] < end

    def between(self, start: int, end: int) -> list[int]:
        """Those from `start` up to `end`."""
        return self.all[bisect_left(self.all, start) : bisect_left(self.all, end)]


@dataclass(slots=True)
class Landmarks:
    """The byte offsets of a source that decide what is walked."""

    mentions: Offsets
    ends: dict[int, int]
    """Where the word ends that starts at a mention's offset."""
    walruses: Offsets
    yields: Offsets
    self_returns: Offsets
    nested: Offsets
    """Indented definitions, imports and `global` statements."""
    stores: Offsets
    """Likely assignments to an attribute of the receiver."""
    has_isinstance: bool
    tested: list[tuple[int, bytes]] = field(default_factory=list)
    """The attribute names that `hasattr` asks for, with the offset of the call."""


def landmarks(source: bytes, mentions: Iterable[Mention]) -> Landmarks:
    """All places of a source that a walk may have to go to."""
    ends = {mention.start: mention.end for mention in mentions}
    return Landmarks(
        mentions=Offsets(ends),
        ends=ends,
        walruses=_offsets(WALRUS, source),
        yields=_offsets(YIELD, source),
        self_returns=_offsets(RETURN_SELF, source),
        nested=_offsets(NESTED, source),
        stores=Offsets(_stores(source)),
        has_isinstance=b"isinstance" in source,
        tested=[(match.start(), match[1]) for match in HASATTR.finditer(source)] if b"hasattr" in source else [],
    )


def mentions_of(source: bytes, names: Iterable[bytes]) -> list[Mention]:
    """The places where one of the names stands as a whole word, also in strings and comments, in order."""
    words = frozenset(names) - {b""}
    found = _by_identifiers(source, words) if len(words) > MANY_NAMES else _by_searches(source, words)
    return sorted(found, key=lambda mention: mention.start)


def _by_identifiers(source: bytes, words: frozenset[bytes]) -> Iterator[Mention]:
    return (Mention(*match.span()) for match in IDENTIFIER.finditer(source) if match[0] in words)


def _by_searches(source: bytes, words: frozenset[bytes]) -> Iterator[Mention]:
    for word in words:
        at = source.find(word)
        while at >= 0:
            end = at + len(word)
            if _is_edge(source, at - 1) and _is_edge(source, end):
                yield Mention(at, end)
            at = source.find(word, end)


def _is_edge(source: bytes, at: int) -> bool:
    return not 0 <= at < len(source) or source[at] not in WORD_BYTES


def _offsets(pattern: re.Pattern[bytes], source: bytes) -> Offsets:
    return Offsets(match.end() - 1 for match in pattern.finditer(source))


def _stores(source: bytes) -> Iterator[int]:
    for pattern in STORES:
        for match in pattern.finditer(source):
            start = match.start()
            line = max(source.rfind(b"\n", 0, start) + 1, start - LOOK_BEHIND)
            if BEFORE_STORE.search(source[line:start].strip()):
                yield start
