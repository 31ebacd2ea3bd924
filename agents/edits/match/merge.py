"""The new lines of a place: what SEARCH and REPLACE have in common stays as the file has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agents.edits.match.indent import Reindent
from agents.edits.match.page import Page, Span, plain
from agents.edits.text import bare, terminator


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Lines `start:end` of the base become `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def even(self) -> bool:
        """Whether it has as many lines as it replaces."""
        return self.end - self.start == len(self.lines)

    @property
    def insertion(self) -> bool:
        return self.start == self.end


def rewrite(
    page: Page, span: Span, search: Sequence[str], replace: Sequence[str], *,
    loose: bool = False, reindent: Reindent | None = None,
) -> tuple[str, ...] | None:  # fmt: skip
    """The lines of `span`, which `search` stands for line by line, after the edit; None: the indentation is unclear.

    Lines that SEARCH and REPLACE share keep the file's bytes. `loose` overlooks blanks at their ends.
    """
    before = page.lines[span[0] : span[1]]
    pieces: list[tuple[str, str]] = []
    for tag, i, k, j, m in _opcodes(search, replace, loose):
        for at in range(m - j):
            here = before[i + at] if i + at < k else None
            if tag == "equal" and here is not None and _keeps(bare(here), search[i + at], replace[j + at]):
                pieces.append((bare(here), terminator(here)))
                continue
            line = replace[j + at] if reindent is None else reindent(replace[j + at], j + at)
            if line is None:
                return None
            pieces.append((line, terminator(here) if here is not None else ""))
    return terminated(page, span, pieces)


def terminated(page: Page, span: Span, pieces: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Lines with their terminators; one without takes its neighbour's, and the file's last line stays as it ended."""
    pieces = list(pieces)
    end = page.eol_near(span[0])
    lines: list[str] = []
    for text, own in pieces:
        end = own or end
        lines.append(text + end)
    if pieces and span[1] == len(page) and page.lines and not terminator(page.lines[-1]):
        lines[-1] = pieces[-1][0]
    return tuple(lines)


def merge(page: Page, span: Span, search: Sequence[str], replace: Sequence[str]) -> tuple[str, ...] | None:
    """A three-way merge: SEARCH is the base, the file's lines and REPLACE are its two successors; None: a conflict."""
    lines = page.lines[span[0] : span[1]]
    base = [_key(line) for line in search]
    ours = _hunks(base, [_key(bare(line)) for line in lines], [bare(line) for line in lines])
    theirs = _hunks([line.rstrip() for line in search], [line.rstrip() for line in replace], replace)
    ours_keys = {(one.start, one.end, tuple(map(_key, one.lines))) for one in ours}
    theirs = [one for one in theirs if (one.start, one.end, tuple(map(_key, one.lines))) not in ours_keys]
    if _conflict(ours, theirs):
        return None
    return terminated(page, span, _pieces(lines, ours, theirs, len(base)))


def unevenly(page: Page, span: Span, search: Sequence[str], replace: Sequence[str]) -> tuple[str, ...] | None:
    """The lines of `span`, some of which SEARCH indents wrongly, after an edit of others; None: it is not that clear.

    Only a line that is indented rightly may be changed, and new lines come only between such lines.
    """
    lines = page.lines[span[0] : span[1]]
    full = [at for at, line in enumerate(search) if line.strip()]
    right = {at for at in full if _indent(search[at]) == _indent(lines[at])}
    odd = [at for at in full if at not in right]
    stripped_first = odd == full[:1] and not _indent(search[odd[0]])
    theirs = _hunks([line.rstrip() for line in search], [line.rstrip() for line in replace], replace)
    for hunk in theirs:
        if hunk.lines == tuple(bare(line) for line in lines[hunk.start : hunk.end]):
            continue  # REPLACE quotes the file rightly where SEARCH does not
        inside = [at for at in full if hunk.start <= at < hunk.end]
        near = [at for at in (_before(full, hunk.start), _after(full, hunk.end)) if at is not None]
        if not set(inside) <= right or not right or _unknown_depth(search, hunk.lines, full):
            return None
        deep = all(_indent(line) for line in hunk.lines if line.strip())
        if not set(near) <= right and not (stripped_first and hunk.start and deep):
            return None
    return merge(page, span, search, replace)


def _unknown_depth(search: Sequence[str], new: Sequence[str], full: Sequence[int]) -> bool:
    """Whether a new line is indented with other blanks than SEARCH uses, so that its depth can't be trusted."""
    signs = set("".join(_indent(search[at]) for at in full))
    return any(line.strip() and set(_indent(line)) - signs for line in new)


def _before(full: Sequence[int], at: int) -> int | None:
    return max((one for one in full if one < at), default=None)


def _after(full: Sequence[int], at: int) -> int | None:
    return min((one for one in full if one >= at), default=None)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] if line.strip() else ""


def _pieces(lines: Sequence[str], ours: list[_Hunk], theirs: list[_Hunk], size: int) -> list[tuple[str, str]]:
    """The file's lines, with each hunk of REPLACE put where its base lines went."""
    place = _places(ours, size)
    pieces: list[tuple[str, str]] = []
    at = 0
    for hunk in sorted(theirs, key=lambda one: (one.start, one.end)):
        start = place[hunk.start]
        end = start if hunk.insertion else place[hunk.end - 1] + 1
        pieces += [(bare(line), terminator(line)) for line in lines[at:start]]
        old = [terminator(line) for line in lines[start:end]]
        pieces += [(line, old[n] if n < len(old) else "") for n, line in enumerate(hunk.lines)]
        at = end
    return pieces + [(bare(line), terminator(line)) for line in lines[at:]]


def _places(ours: list[_Hunk], size: int) -> list[int]:
    """For each base line, and the end, the file's line that stands for it."""
    places: list[int] = []
    shift = 0
    hunks = iter(sorted(ours, key=lambda one: (one.start, one.end)))
    hunk = next(hunks, None)
    for at in range(size + 1):
        while hunk is not None and hunk.end <= at:
            shift += len(hunk.lines) - (hunk.end - hunk.start)
            hunk = next(hunks, None)
        places.append(at + shift)
    return places


def _conflict(ours: list[_Hunk], theirs: list[_Hunk]) -> bool:
    """Hunks clash, or bring the same line in two ways: merged, it would be there twice."""
    new = {_key(line) for one in ours for line in one.lines}
    if any(_key(line) in new for one in theirs for line in one.lines):
        return True
    return any(_clash(one, other) for one in ours for other in theirs)


def _clash(one: _Hunk, other: _Hunk) -> bool:
    """Hunks clash where they share a base line, or touch and neither keeps the number of lines."""
    if one.start < other.end and other.start < one.end and not (one.insertion or other.insertion):
        return True
    if any(a.insertion and b.start < a.start < b.end for a, b in ((one, other), (other, one))):
        return True
    touch = one.end == other.start or other.end == one.start
    return touch and not (one.even and not one.insertion) and not (other.even and not other.insertion)


def _hunks(base: Sequence[str], keys: Sequence[str], lines: Sequence[str]) -> list[_Hunk]:
    codes = SequenceMatcher(None, base, keys).get_opcodes()
    return [_Hunk(i, k, tuple(lines[j:m])) for tag, i, k, j, m in codes if tag != "equal"]


def _opcodes(search: Sequence[str], replace: Sequence[str], loose: bool) -> list[tuple[str, int, int, int, int]]:
    if loose:
        search, replace = [line.rstrip() for line in search], [line.rstrip() for line in replace]
    head = 0
    for one, other in zip(search, replace, strict=False):
        if one != other:
            break
        head += 1
    tail = 0
    while tail < min(len(search), len(replace)) - head and search[-1 - tail] == replace[-1 - tail]:
        tail += 1
    k, m = len(search) - tail, len(replace) - tail
    codes = [("equal", 0, head, 0, head)] if head else []
    middle = SequenceMatcher(None, search[head:k], replace[head:m]).get_opcodes()
    codes += [(tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle]
    return codes + ([("equal", k, len(search), m, len(replace))] if tail else [])


def _keeps(here: str, search: str, replace: str) -> bool:
    """An unchanged line is the file's; one whose blanks the edit changes on purpose was quoted exactly."""
    return search == replace or here != search


def _key(line: str) -> str:
    return plain(line).rstrip()
