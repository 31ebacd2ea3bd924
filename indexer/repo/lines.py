"""Which lines changed between two texts."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from indexer.types import Hunk

_PAIRS_A_GAP = 60_000
_PAIRS_IN_ALL = 1_500_000
"""Lines without a unique line among them are compared each with each up to these counts, and beyond them as a whole."""

Block = tuple[int, int, int, int]
"""Start and end in the old lines, start and end in the new ones."""


def split_lines(data: bytes) -> list[bytes]:
    """The lines with their line feeds; the last one may lack it."""
    lines = data.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def hunks(old: bytes, new: bytes) -> tuple[Hunk, ...]:
    """The changed runs of lines, counted as by `git diff -U0`: a run of 0 lines starts at the line before it."""
    before, after = split_lines(old), split_lines(new)
    blocks = _merged(_slid(list(_blocks(before, after)), before, after))
    return tuple(Hunk(a0 + (a1 > a0), a1 - a0, b0 + (b1 > b0), b1 - b0) for a0, a1, b0, b1 in blocks)


def _slid(blocks: list[Block], old: Sequence[bytes], new: Sequence[bytes]) -> list[Block]:
    """Insertions and deletions as far down as they fit, so that a new function starts with its own first line."""
    slid: list[Block] = []
    limit_a, limit_b = len(old), len(new)
    for a0, a1, b0, b1 in reversed(blocks):
        lines, start, end = (old, a0, a1) if b0 == b1 else (new, b0, b1)
        room = min(limit_a - a1, limit_b - b1) if a0 == a1 or b0 == b1 else 0
        by = 0
        while by < room and lines[start + by] == lines[end + by]:
            by += 1
        slid.append((a0 + by, a1 + by, b0 + by, b1 + by))
        limit_a, limit_b = a0 + by, b0 + by
    return slid[::-1]


def _merged(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks that touch become one."""
    last: Block | None = None
    for block in blocks:
        if last and last[1] == block[0] and last[3] == block[2]:
            last = (last[0], block[1], last[2], block[3])
            continue
        if last:
            yield last
        last = block
    if last:
        yield last


def _blocks(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[Block]:
    """Patience: lines that are unique on both sides and in the same order hold the texts together."""
    left = _PAIRS_IN_ALL
    gaps: list[Block] = [(0, len(old), 0, len(new))]
    while gaps:
        gap = _trimmed(old, new, gaps.pop())
        a0, a1, b0, b1 = gap
        if a0 == a1 or b0 == b1:
            if a0 != a1 or b0 != b1:
                yield gap
            continue
        anchors = _anchors(old, new, gap)
        if anchors:
            gaps.extend(reversed(_between(anchors, gap)))
            continue
        pairs = (a1 - a0) * (b1 - b0)
        if pairs > _PAIRS_A_GAP or pairs > left:
            yield gap
            continue
        left -= pairs
        for tag, i0, i1, j0, j1 in SequenceMatcher(None, old[a0:a1], new[b0:b1], autojunk=False).get_opcodes():
            if tag != "equal":
                yield a0 + i0, a0 + i1, b0 + j0, b0 + j1


def _trimmed(old: Sequence[bytes], new: Sequence[bytes], gap: Block) -> Block:
    a0, a1, b0, b1 = gap
    while a0 < a1 and b0 < b1 and old[a0] == new[b0]:
        a0, b0 = a0 + 1, b0 + 1
    while a0 < a1 and b0 < b1 and old[a1 - 1] == new[b1 - 1]:
        a1, b1 = a1 - 1, b1 - 1
    return a0, a1, b0, b1


def _anchors(old: Sequence[bytes], new: Sequence[bytes], gap: Block) -> list[tuple[int, int]]:
    """Places of lines that are unique on both sides: the longest run of them that is in order."""
    a0, a1, b0, b1 = gap
    old_counts = Counter(old[a0:a1])
    new_counts = Counter(new[b0:b1])
    places = {line: j for j, line in enumerate(new[b0:b1], b0) if new_counts[line] == 1 and old_counts.get(line) == 1}
    return _in_order([(i, places[line]) for i, line in enumerate(old[a0:a1], a0) if line in places])


def _in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence of `pairs` whose second numbers rise."""
    tails: list[int] = []
    tail_pairs: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        before.append(tail_pairs[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        tail_pairs[place : place + 1] = [number]
    chosen = []
    number = tail_pairs[-1] if tail_pairs else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = before[number]
    return chosen[::-1]


def _between(anchors: list[tuple[int, int]], gap: Block) -> list[Block]:
    a0, a1, b0, b1 = gap
    gaps = []
    for i, j in anchors:
        gaps.append((a0, i, b0, j))
        a0, b0 = i + 1, j + 1
    return [*gaps, (a0, a1, b0, b1)]
