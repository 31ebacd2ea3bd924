"""The rungs, strictest first. The first one that hits decides; several hits are never resolved by a looser one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agents.edits.match.ask import Ask, trimmed, unescapes
from agents.edits.match.indent import reindent
from agents.edits.match.likeness import Region, interrupted, regions, twin
from agents.edits.match.merge import merge, rewrite, terminated, unevenly
from agents.edits.match.page import MOST_HITS, Page, Reading, Span, read
from agents.edits.types import Edit, Fit, Misfit, Rung

Found = Fit | Misfit | None

_LIKE = 0.90
_UNLIKE = 0.85
_WORTH_SHOWING = 0.5
_AS_NEAR = 0.2
_FUZZY_LINES = 4
_SLACK = 2
_DATA_SUFFIXES = (".tsv", ".tab")
_SHORT_FRAGMENT = 3
_LONG_ENOUGH_ALONE = 16


def strict(page: Page, one: Ask) -> Found:
    """The first rung: the text stands there as it is quoted, once."""
    if one.edit.replace_all:
        return _everywhere(page, one)
    if one.inline:
        return _part(page, one)
    spans = page.hits("exact", one.search)
    if len(spans) > 1:
        return ambiguous(one.edit, spans)
    if not spans:
        return None
    if applied := _already_after(page, one, spans[0]):
        return applied
    return _fit(one, "exact", spans[0], rewrite(page, spans[0], one.search, one.replace))


def loose(page: Page, one: Ask, path: str) -> Fit | Misfit:
    """Every other rung, and where none hits, what is nearest."""
    rungs: tuple[Callable[[], Found], ...] = (
        lambda: _read(page, one, "trailing", "trailing"),
        lambda: _read(page, one, "unicode", "unicode"),
        lambda: _without_blank_ends(page, one),
        lambda: _indented(page, one, path),
        lambda: _fragment(page, one),
        lambda: _unescaped(page, one, path),
    )
    if not one.blank:
        for rung in rungs:
            if (found := rung()) is not None:
                return _unless_done(page, one, found)
    return _unless_done(page, one, _fuzzy(page, one))


def ambiguous(edit: Edit, spans: Sequence[Span]) -> Misfit:
    """The text stands in several places."""
    count = f"{len(spans)} or more" if len(spans) >= MOST_HITS else str(len(spans))
    return Misfit(
        edit, "AMBIGUOUS", f"SEARCH stands in {count} places; add lines that only one of them has.", tuple(spans), 1.0
    )


def _unless_done(page: Page, one: Ask, found: Fit | Misfit) -> Fit | Misfit:
    """A loose fit is none where REPLACE stands elsewhere: the edit was made there, and this is a twin of the place."""
    if isinstance(found, Misfit) or found.rung in ("trailing", "unicode") or not _brings_text(one):
        return found
    places = page.hits("trailing", read("trailing", one.replace))
    done = [span for span in places if found.rung == "fuzzy" or not _meet(span, found)]
    return _applied(one.edit, done[0]) if done else found


def _meet(span: Span, fit: Fit) -> bool:
    return span[0] < fit.end and fit.start < span[1]


def _brings_text(one: Ask) -> bool:
    """Whether REPLACE has lines that SEARCH has not, and enough of them to be known again."""
    new = [line for line in one.replace if line.strip()]
    known = set(read("trailing", one.search))
    return (len(new) > 1 or sum(map(len, new)) >= _LONG_ENOUGH_ALONE) and not set(read("trailing", new)) <= known


# ---------------------------------------------------------------- exact


def _part(page: Page, one: Ask) -> Found:
    """SEARCH ends within a line: every place of the text counts, whole lines or not."""
    starts = _occurrences(page.text, one.edit.search, MOST_HITS)
    spans = [_lines_of(page, start, len(one.edit.search)) for start in starts]
    if len(spans) > 1:
        return ambiguous(one.edit, spans)
    return _fit(one, "exact", spans[0], _spliced(page, spans[0], starts, one)) if spans else None


def _everywhere(page: Page, one: Ask) -> Found:
    if one.inline:
        starts = _apart(_occurrences(page.text, one.edit.search, None), len(one.edit.search))
        return _several(one, "exact", _parts_by_line(page, starts, one))
    for reading in ("exact", "trailing"):
        spans: list[Span] = []
        for span in _all_hits(page, reading, read(reading, one.search)):
            if not spans or span[0] >= spans[-1][1]:
                spans.append(span)
        if spans:
            loose_ends = reading != "exact"
            return _several(one, reading, [
                (span, rewrite(page, span, one.search, one.replace, loose=loose_ends) or ()) for span in spans
            ])  # fmt: skip
    return None


def _all_hits(page: Page, reading: Reading, wanted: Sequence[str]) -> list[Span]:
    keys, size = page.keys(reading), len(wanted)
    places = page.positions(reading).get(wanted[0], ())
    return [(at, at + size) for at in places if keys[at : at + size] == list(wanted)]


def _parts_by_line(page: Page, starts: Sequence[int], one: Ask) -> list[tuple[Span, tuple[str, ...]]]:
    """Places that share a line are changed together."""
    groups: list[tuple[Span, list[int]]] = []
    for start in starts:
        span = _lines_of(page, start, len(one.edit.search))
        if groups and span[0] < groups[-1][0][1]:
            (low, high), members = groups[-1]
            groups[-1] = (low, max(high, span[1])), [*members, start]
        else:
            groups.append((span, [start]))
    return [(span, _spliced(page, span, members, one)) for span, members in groups]


def _several(one: Ask, rung: Rung, changes: Sequence[tuple[Span, tuple[str, ...]]]) -> Found:
    fits = [Fit(one.edit, rung, span[0], span[1], after) for span, after in changes]
    if not fits:
        return None
    return Fit(fits[0].edit, rung, fits[0].start, fits[0].end, fits[0].after, tuple(fits[1:]))


def _occurrences(text: str, wanted: str, most: int | None) -> list[int]:
    found: list[int] = []
    at = text.find(wanted)
    while at >= 0 and (most is None or len(found) < most):
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def _apart(starts: Sequence[int], size: int) -> list[int]:
    kept: list[int] = []
    for start in starts:
        if not kept or start >= kept[-1] + size:
            kept.append(start)
    return kept


def _lines_of(page: Page, start: int, size: int) -> Span:
    return page.place(start)[0], page.place(start + size - 1)[0] + 1


def _spliced(page: Page, span: Span, starts: Sequence[int], one: Ask) -> tuple[str, ...]:
    """The lines of `span` with the text at `starts` replaced; the line ends of lines that stay are the file's."""
    before = page.exact[span[0] : span[1]]
    low = page.offset(span[0])
    text, size = "\n".join(before), len(one.edit.search)
    pieces, at = [], 0
    for start in starts:
        pieces += [text[at : start - low], one.edit.replace]
        at = start - low + size
    pieces.append(text[at:])
    after = "".join(pieces)
    return rewrite(page, span, before, after.split("\n") if after or len(before) == 1 == len(starts) else []) or ()


def _already_after(page: Page, one: Ask, span: Span) -> Misfit | None:
    """The edit adds lines around SEARCH, and exactly these stand around it already."""
    added = len(one.replace) - len(one.search)
    for lead in range(added + 1) if added > 0 else ():
        low = span[0] - lead
        whole = one.replace[lead : lead + len(one.search)] == one.search
        if whole and low >= 0 and page.exact[low : low + len(one.replace)] == one.replace:
            new = one.replace[:lead] + one.replace[lead + len(one.search) :]
            if any(sum(map(str.isalnum, line)) > _SHORT_FRAGMENT for line in new):
                return _applied(one.edit, (low, low + len(one.replace)))
    return None


# ---------------------------------------------------------------- below exact


def _read(page: Page, one: Ask, rung: Rung, reading: Reading) -> Found:
    wanted = read(reading, one.search)
    return _settle(page, one, rung, page.hits(reading, wanted))


def _without_blank_ends(page: Page, one: Ask) -> Found:
    less = trimmed(one)
    return _settle(page, less, "blank", page.hits("unicode", read("unicode", less.search))) if less else None


def _indented(page: Page, one: Ask, path: str) -> Found:
    if path.lower().endswith(_DATA_SUFFIXES):
        return None
    for less in (one, trimmed(one)):
        spans = page.hits("indent", read("indent", less.search)) if less else []
        if not less or not spans:
            continue
        if several := _several_places(page, less, spans) or _interrupted(page, less.search, spans[0]):
            return ambiguous(one.edit, several)
        rule = reindent(less.search, page.exact[slice(*spans[0])])
        after = rewrite(page, spans[0], less.search, less.replace, loose=True, reindent=rule) if rule else None
        if rule is None:
            after = unevenly(page, spans[0], less.search, less.replace)
        if after is None:
            return Misfit(one.edit, "NOT_FOUND", "The indentation of SEARCH can't be brought in line with the file's.",
                          tuple(spans), 0.99)  # fmt: skip
        return _fit(less, "indent", spans[0], after)
    return None


def _fragment(page: Page, one: Ask) -> Found:
    """One line that is a part of exactly one line, and begins and ends where words do."""
    if len(one.search) != 1 or len(one.replace) > 1 or one.edit.replace_all:
        return None
    wanted = one.search[0].rstrip()
    if sum(map(str.isalnum, wanted)) <= _SHORT_FRAGMENT:
        return None
    starts = _occurrences(page.text, wanted, MOST_HITS)
    spans = [_lines_of(page, start, len(wanted)) for start in starts]
    if not spans or (len(spans) == 1 and not _word_bounds(page.text, starts[0], len(wanted))):
        return None
    if several := _several_places(page, one, spans):
        return ambiguous(one.edit, several)
    line, column = page.place(starts[0])
    text = page.exact[line]
    after = text[:column] + (one.replace[0].rstrip() if one.replace else "") + text[column + len(wanted) :]
    return _fit(one, "fragment", spans[0], terminated(page, spans[0], [(after, page.end_of(line))]))


def _word_bounds(text: str, start: int, size: int) -> bool:
    left, right = text[start - 1 : start] + text[start], text[start + size - 1 : start + size + 1]
    return not all(map(_in_word, left.ljust(2))) and not all(map(_in_word, right.ljust(2)))


def _in_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _unescaped(page: Page, one: Ask, path: str) -> Found:
    for read_again in unescapes(one):
        for reading in ("exact", "trailing"):
            spans = page.hits(reading, read(reading, read_again.search))
            if found := _settle(page, read_again, "unescape", spans):
                return found
    return None


def _settle(page: Page, one: Ask, rung: Rung, spans: Sequence[Span]) -> Found:
    if not spans:
        return None
    if several := _several_places(page, one, spans):
        return ambiguous(one.edit, several)
    return _fit(one, rung, spans[0], rewrite(page, spans[0], one.search, one.replace, loose=True))


def _several_places(page: Page, one: Ask, spans: Sequence[Span]) -> Sequence[Span]:
    """The places between which nothing decides: several hits, or one hit and a near twin of what is sought."""
    if len(spans) > 1:
        return spans
    near = twin(page, one.search, spans[0], _UNLIKE, same_depth=len(one.search) > 1)
    return (spans[0], near.span) if near else ()


def _interrupted(page: Page, search: Sequence[str], hit: Span) -> Sequence[Span]:
    other = interrupted(page, search)
    return (hit, other) if other else ()


# ---------------------------------------------------------------- fuzzy


def _fuzzy(page: Page, one: Ask) -> Fit | Misfit:
    """A place nearly like SEARCH takes the edit as a three-way merge; else the nearest places are told."""
    near = regions(page, one.search) if not one.blank else []
    best = near[0] if near else None
    if best is not None and _close_enough(one, best):
        found = _merged(page, one, near)
        if isinstance(found, Fit) or found.reason != "CONFLICT":
            return found
        return _applied_already(page, one, near) or found
    if applied := _applied_already(page, one, near):
        return applied
    if best is None or best.likeness < _WORTH_SHOWING:
        return Misfit(one.edit, "NOT_FOUND", "SEARCH does not stand in the file, nor anything like it.")
    return Misfit(one.edit, "NOT_FOUND", "SEARCH does not stand in the file like this.", _shown(near), best.likeness)


def _close_enough(one: Ask, best: Region) -> bool:
    size = best.end - best.start
    return best.likeness >= _LIKE and len(one.search) >= _FUZZY_LINES and abs(size - len(one.search)) <= _SLACK


def _merged(page: Page, one: Ask, near: Sequence[Region]) -> Fit | Misfit:
    best = near[0]
    if any(one.likeness >= _UNLIKE or one.held >= best.held for one in near[1:]):
        detail = "Two places are nearly what SEARCH says, and none is exactly."
        return Misfit(one.edit, "AMBIGUOUS", detail, _shown(near), best.likeness)
    after = merge(page, best.span, one.search, one.replace)
    if after is None:
        detail = "The file has other text in lines that the block changes."
        return Misfit(one.edit, "CONFLICT", detail, _shown(near), best.likeness)
    if after == tuple(page.lines[slice(*best.span)]):
        return _applied(one.edit, best.span)
    return Fit(one.edit, "fuzzy", best.start, best.end, after)


def _shown(near: Sequence[Region]) -> tuple[Span, ...]:
    """The nearest place, and the second if it is nearly as near."""
    least = max(_WORTH_SHOWING, near[0].likeness - _AS_NEAR)
    return tuple(one.span for one in near[:2] if one.likeness >= least)


def _applied_already(page: Page, one: Ask, near: Sequence[Region]) -> Misfit | None:
    """REPLACE stands in the file, once, with lines that SEARCH does not have, and no other place looks like SEARCH."""
    if not _brings_text(one):
        return None
    spans = page.hits("trailing", read("trailing", one.replace))
    if len(spans) != 1:
        return None
    low, high = spans[0]
    elsewhere = [r for r in near if r.likeness >= _UNLIKE and not (r.start < high and low < r.end)]
    return None if elsewhere else _applied(one.edit, spans[0])


def _applied(edit: Edit, span: Span) -> Misfit:
    detail = f"REPLACE stands at line {span[0] + 1} already; drop the block."
    return Misfit(edit, "ALREADY_APPLIED", detail, (span,), 1.0)


def _fit(one: Ask, rung: Rung, span: Span, after: tuple[str, ...] | None) -> Found:
    return None if after is None else Fit(one.edit, rung, span[0], span[1], after)
