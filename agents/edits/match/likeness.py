"""How alike two pieces of text are, and which places of a file are worth comparing at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agents.edits.match.indent import indent_of
from agents.edits.match.page import Page, Span, plain, words

_RARE = 30
_FEW_PLACES = 6
_SLACK = 2
_MOST_LINES_FOR_WORDS = 80
_LONG_LINE = 400


@dataclass(frozen=True, slots=True)
class Region:
    """A place of the file and how like the text sought it is, from 0 to 1; `held` is how much of that text it has."""

    start: int
    end: int
    likeness: float
    held: float = 0.0

    @property
    def span(self) -> Span:
        return self.start, self.end


def regions(page: Page, search: Sequence[str]) -> list[Region]:
    """The places most like `search`, best first, two lines more or less allowed; none overlaps another.

    Only one that has more of `search` than the best has may overlap it: it is its rival.
    """
    wanted = [plain(line).rstrip() for line in search]
    windows = [list(_windows(page, wanted, offset)) for offset in offsets(page, search)]
    found = [max(near, key=lambda one: (one.held, one.likeness)) for near in windows if near]
    kept: list[Region] = []
    for one in sorted(found, key=lambda one: (-one.likeness, one.start)):
        is_rival = bool(kept) and one.span != kept[0].span and one.held >= kept[0].held
        if is_rival or not any(_overlap(one.span, other.span) for other in kept):
            kept.append(one)
    return kept


def twin(page: Page, search: Sequence[str], hit: Span, least: float, *, same_depth: bool) -> Region | None:
    """Another place that says, line for line, nearly what is sought: at least as nearly as the hit itself does.

    With `same_depth` it must be indented as `search` is: only then may it be what was meant, rather than the hit.
    """
    wanted = [plain(line).rstrip() for line in search]
    least = max(least, _alike(page, wanted, hit[0], 0.0))
    for offset in offsets(page, search):
        span = (offset, offset + len(wanted))
        if offset >= 0 and span[1] <= len(page) and not _overlap(span, hit):
            if same_depth and not _same_depth(page.exact[slice(*span)], search):
                continue
            likeness = _alike(page, wanted, offset, least)
            if likeness >= least:
                return Region(*span, likeness)
    return None


def interrupted(page: Page, search: Sequence[str]) -> Span | None:
    """A place where all lines of `search` stand exactly and in order, with a line or two between them."""
    for offset in offsets(page, search):
        low, high = max(0, offset - _SLACK), min(len(page), offset + len(search) + _SLACK)
        lines = iter(page.exact[low:high])
        if all(line in lines for line in search):
            return low, high
    return None


def _same_depth(lines: Sequence[str], search: Sequence[str]) -> bool:
    pairs = zip(lines, search, strict=True)
    return all(indent_of(one) == indent_of(other) for one, other in pairs if one.strip() and other.strip())


def offsets(page: Page, search: Sequence[str]) -> list[int]:
    """The few places where the rare lines and the rare words of `search` stand in its order."""
    votes: defaultdict[int, float] = defaultdict(float)
    for offset, weight in _votes(page, search):
        votes[offset] += weight
    chosen: list[int] = []
    for offset in sorted(votes, key=lambda one: (-votes[one], one))[: 4 * _FEW_PLACES]:
        if all(abs(offset - one) > _SLACK for one in chosen):
            chosen.append(offset)
        if len(chosen) == _FEW_PLACES:
            break
    return chosen


def ratio(one: str, other: str) -> float:
    """How much of two lines is the same, from 0 to 1. Long lines are only compared at their ends."""
    if one == other:
        return 1.0
    size = len(one) + len(other)
    head, tail = _same_ends(one, other)
    middle, against = one[head : len(one) - tail], other[head : len(other) - tail]
    same = 2 * (head + tail)
    if not middle or not against or max(len(middle), len(against)) > _LONG_LINE:
        return same / size
    inner = SequenceMatcher(None, middle, against, autojunk=False).ratio()
    return (same + inner * (len(middle) + len(against))) / size


def _votes(page: Page, search: Sequence[str]) -> Iterator[tuple[int, float]]:
    lines, known = page.positions("indent"), page.words
    step = 1 + len(search) // _MOST_LINES_FOR_WORDS
    for at, line in enumerate(search):
        key = plain(line).strip()
        places = lines.get(key, ()) if key else ()
        if 0 < len(places) <= _RARE:
            for place in places:
                yield place - at, len(key) / len(places)
        if at % step == 0:
            for word in words(line):
                places = known.get(word, ())
                if 0 < len(places) <= _RARE:
                    for place in places:
                        yield place - at, len(word) / len(places)


def _alike(page: Page, wanted: Sequence[str], start: int, least: float) -> float:
    """The likeness line for line; 0 as soon as it can't reach `least`."""
    keys = page.keys("unicode")[start : start + len(wanted)]
    total = sum(map(len, keys)) + sum(map(len, wanted)) + 2 * len(wanted)
    most = (1 - least) * total
    pairs = [(one, other) for one, other in zip(keys, wanted, strict=True) if one != other]
    lost = 0.0
    for measure in (_at_most, ratio):
        lost = 0.0
        for one, other in pairs:
            lost += (len(one) + len(other)) * (1 - measure(one, other))
            if lost > most:
                return 0.0
    return 1 - lost / total


def _at_most(one: str, other: str) -> float:
    shorter, longer = sorted((len(one), len(other)))
    if longer > _LONG_LINE:
        return 2 * shorter / (shorter + longer)
    return 2 * sum((Counter(one) & Counter(other)).values()) / (shorter + longer)


def _windows(page: Page, wanted: Sequence[str], offset: int) -> Iterator[Region]:
    """The lines at `offset`, and those near it that fit when lines may be missing or new; how well each does."""
    low, high = max(0, offset - _SLACK), min(len(page), offset + len(wanted) + _SLACK)
    start, end = max(low, offset), min(max(low, offset) + len(wanted), high)
    if end > start:
        yield _region(page, start, end, wanted)
    keys = page.keys("unicode")[low:high]
    runs = [run for run in SequenceMatcher(None, keys, wanted, autojunk=False).get_matching_blocks() if run.size]
    if runs:
        first, last = runs[0], runs[-1]
        span = low + max(0, first.a - first.b), low + min(len(keys), last.a + len(wanted) - last.b)
        if span != (start, end):
            yield _region(page, *span, wanted)


def _region(page: Page, start: int, end: int, wanted: Sequence[str]) -> Region:
    lines = page.keys("unicode")[start:end]
    sought = sum(map(len, wanted)) + len(wanted)
    total = sum(map(len, lines)) + len(lines) + sought
    same = 0.0
    for tag, i, k, j, m in SequenceMatcher(None, lines, wanted, autojunk=False).get_opcodes():
        if tag == "equal":
            same += 2 * sum(len(line) + 1 for line in lines[i:k])
        elif tag == "replace":
            same += sum((len(a) + len(b) + 2) * ratio(a, b) for a, b in zip(lines[i:k], wanted[j:m], strict=False))
    return Region(start, end, same / total, min(1.0, same / (2 * sought)))


def _same_ends(one: str, other: str) -> tuple[int, int]:
    limit = min(len(one), len(other))
    start = _largest(limit, lambda size: one[:size] == other[:size])
    end = _largest(limit - start, lambda size: one[len(one) - size :] == other[len(other) - size :])
    return start, end


def _largest(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest size up to `limit` for which it holds, found by halving."""
    if holds(limit):
        return limit
    low, high = 0, limit - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
