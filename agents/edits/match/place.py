"""All edits of one file together: each on the file as it was read, none across another."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from agents.edits.match.ask import Ask, ask
from agents.edits.match.ladder import ambiguous, loose, strict
from agents.edits.match.merge import rewrite
from agents.edits.match.page import Page, Span
from agents.edits.match.split import undivided
from agents.edits.text import bare, split_lines
from agents.edits.types import Edit, Fit, Misfit, Snapshot

Placed = Fit | Misfit

_SEVERAL_DIVIDERS = (
    "The block has several lines `=======`, and the file does not tell which one divides it; if the text has such"
    " lines, write markers of nine signs."
)


def place(snapshot: Snapshot, edits: Sequence[Edit]) -> list[Placed]:
    """For each edit, in order, where it fits or why it does not. Edits of kind `replace` and `create` are placed."""
    page = Page(snapshot.lines)
    taken = _Taken(page)
    return [_placed(page, taken, snapshot, edit) for edit in edits]


def splice(snapshot: Snapshot, fits: Sequence[Fit]) -> tuple[str, ...]:
    """The file's lines after these edits. A fit that covers the span of an earlier one already holds its change."""
    lines: list[str] = []
    at = 0
    for fit in _live(fits):
        lines += snapshot.lines[at : fit.start]
        lines += fit.after
        at = fit.end
    return (*lines, *snapshot.lines[at:])


def landed(fits: Sequence[Fit]) -> dict[int, Span]:
    """Number of an edit to the 1-based lines, first and last, where it stands in the file after all of them.

    An edit that only deletes stands at the line that follows.
    """
    covers: list[tuple[Fit, int]] = []
    shift = 0
    for fit in _live(fits):
        covers.append((fit, fit.start + shift + 1))
        shift += len(fit.after) - (fit.end - fit.start)
    starts = [fit.start for fit, _ in covers]
    places: dict[int, Span] = {}
    for fit in fits:
        cover, first = covers[max(0, bisect_left(starts, fit.start + 1) - 1)]
        places[fit.edit.number] = first, max(first, first + len(cover.after) - 1)
    return places


def stands_in(snapshot: Snapshot, edit: Edit) -> bool:
    """Whether SEARCH stands in this file exactly once, for an edit that names another one."""
    return isinstance(strict(Page(snapshot.lines), ask(edit)), Fit) if edit.search.strip() else False


def _live(fits: Sequence[Fit]) -> list[Fit]:
    """By place, without those that another fit covers."""
    every = [(one, n) for n, fit in enumerate(fits) for one in (fit, *fit.others)]
    kept: list[Fit] = []
    for one, _ in sorted(every, key=lambda pair: (pair[0].start, -pair[0].end, -pair[1])):
        before = kept[-1] if kept else None
        if before is None or (one.start >= before.end and (one.start, one.end) != (before.start, before.end)):
            kept.append(one)
    return kept


def _placed(page: Page, taken: _Taken, snapshot: Snapshot, edit: Edit) -> Placed:
    if edit.kind == "create" or not edit.search:
        return _created(snapshot, edit)
    if edit.splits:
        read = undivided(page, edit, snapshot.path)
        return _placed(page, taken, snapshot, read) if read else Misfit(edit, "MALFORMED", _SEVERAL_DIVIDERS)
    one = ask(edit)
    if edit.search == edit.replace:
        return Misfit(edit, "ALREADY_APPLIED", "SEARCH and REPLACE are the same; drop the block.")
    found = strict(page, one) or taken.produced(one) or loose(page, one, snapshot.path)
    if isinstance(found, Misfit):
        return found
    return taken.take(found)


def _created(snapshot: Snapshot, edit: Edit) -> Placed:
    if any(line.strip() for line in snapshot.lines):
        if "".join(map(_with_newline, snapshot.lines)) == edit.replace:
            return Misfit(edit, "ALREADY_APPLIED", "The file is there and says exactly this; drop the block.")
        detail = f"{snapshot.path} is there already and SEARCH is empty; quote the lines to replace."
        return Misfit(edit, "MALFORMED", detail)
    return Fit(edit, "exact", 0, len(snapshot.lines), split_lines(edit.replace))


def _with_newline(line: str) -> str:
    return bare(line) + "\n" if line.endswith("\n") else line


class _Taken:
    """The places that are taken by the edits so far, and the text that they produce."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._fits: list[Fit] = []
        self._spans: list[tuple[int, int, int]] = []
        self._new: set[str] = set()

    def take(self, fit: Fit) -> Placed:
        """The fit, unless it shares lines with an earlier one that it does not just repeat."""
        for one in (fit, *fit.others):
            other = self._across(one)
            if other is not None and self._repeats(fit, other):
                return fit
            if other is not None:
                both = f"Blocks {other.edit.number} and {fit.edit.number}"
                detail = f"{both} both change lines {other.start + 1} to {other.end}; make one block of them."
                return Misfit(fit.edit, "CONFLICT", detail, ((one.start, one.end),), 1.0)
        for one in (fit, *fit.others):
            self._remember(one)
        return fit

    def produced(self, one: Ask) -> Placed | None:
        """Where text stands that an earlier edit of the same answer made; the fit then covers that edit's."""
        known = self._page.positions("exact")
        if one.inline or one.edit.replace_all or not any(line in self._new for line in one.search):
            return None
        if not all(line in self._new or line in known for line in one.search):
            return None
        live = _live(self._fits)
        page = Page(splice(Snapshot("", "utf-8", b"", tuple(self._page.lines)), live))
        spans = page.hits("exact", one.search)
        if len(spans) != 1:
            return ambiguous(one.edit, []) if spans else None
        after = rewrite(page, spans[0], one.search, one.replace)
        return self._covering(page, live, one.edit, spans[0], after or ())

    def _covering(self, page: Page, live: Sequence[Fit], edit: Edit, span: Span, after: tuple[str, ...]) -> Placed:
        """The produced lines `span` as a span of the file: the earlier edits that it touches are part of it."""
        low, high = span
        shift, before, behind = 0, 0, 0
        for fit in live:
            first = fit.start + shift
            last = first + len(fit.after)
            grown = len(fit.after) - (fit.end - fit.start)
            if last <= low and not (first == last == low):
                before += grown
            elif first < high or first == last == high:
                low, high = min(low, first), max(high, last)
                behind += grown
            shift += grown
        start, end = low - before, high - before - behind
        whole = (*page.lines[low : span[0]], *after, *page.lines[span[1] : high])
        fit = Fit(edit, "exact", start, end, whole)
        self._spans = [one for one in self._spans if not (start <= one[0] and one[1] <= end)]
        return fit

    def _across(self, fit: Fit) -> Fit | None:
        at = bisect_left(self._spans, (max(fit.end, fit.start + 1), -1, -1))
        if at and (self._spans[at - 1][1] > fit.start or self._spans[at - 1][:2] == (fit.start, fit.end)):
            return self._fits[self._spans[at - 1][2]]
        return None

    def _repeats(self, fit: Fit, other: Fit) -> bool:
        return (fit.start, fit.end, fit.after) == (other.start, other.end, other.after) and not other.others

    def _remember(self, fit: Fit) -> None:
        self._fits.append(fit)
        insort(self._spans, (fit.start, fit.end, len(self._fits) - 1))
        old = set(self._page.exact[fit.start : fit.end])
        self._new |= {line for line in map(bare, fit.after) if line.strip() and line not in old}
