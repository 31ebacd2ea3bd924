"""Merge conflicts that were committed unresolved."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer import places
from indexer.checks.change import Change, finding
from indexer.types import Finding

_OPEN = re.compile(r"<{7} (?!(?:SEARCH|ORIGINAL)\b)\S")
_MIDDLE = re.compile(r"={7}$")
_CLOSE = re.compile(r">{7} (?!(?:REPLACE|UPDATED)\b)\S")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")


def markers(change: Change) -> Iterator[Finding]:
    """One `conflict/marker` for each complete conflict that has a marker among the added lines.

    Code that still parses holds the markers inside a string, and a document may show them in a fenced block.
    """
    if change.after_outline is not None and change.after_outline.issue_count == 0:
        return
    added = frozenset(change.added)
    for first, middle, last in _conflicts(change):
        if added.isdisjoint((first, middle, last)):
            continue
        yield finding(
            change,
            "conflict/marker",
            "high",
            first,
            "A merge conflict was left unresolved",
            f"Lines {first}, {middle} and {last} are the markers that git writes around two versions of the same "
            "lines; both versions are still there.",
        )


def _conflicts(change: Change) -> Iterator[tuple[int, int, int]]:
    """The line numbers of the opening, middle and closing markers, in that order, nothing nested."""
    first = middle = 0
    fenced, document = False, places.is_document(change.path)
    for number, line in enumerate(change.lines, 1):
        if document and _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            continue
        elif _OPEN.match(line):
            first, middle = number, 0
        elif first and not middle and _MIDDLE.match(line):
            middle = number
        elif middle and _CLOSE.match(line):
            yield first, middle, number
            first = middle = 0
