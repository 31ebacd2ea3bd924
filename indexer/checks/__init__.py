"""Deterministic checks on what a change adds and takes away.

Each check is a function over plain values (the texts and outlines of `Change`); this module reads those values and
puts the checks in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.checks import conflict, documents, secret, syntax, tests, text, untested
from indexer.checks.change import Change, read_changes
from indexer.types import FileDiff, Finding, Tree

if TYPE_CHECKING:
    from indexer.index import Index


def check(index: Index, base: Tree, head: Tree, diffs: tuple[FileDiff, ...]) -> Iterator[Finding]:
    """What the deterministic checks find in the change from `base` to `head`, file by file, then across files.

    The evidence of a `secret/…` finding has the secret's middle left out: a review must not spread it further.
    """
    changes = read_changes(index, base, head, diffs)
    for change in changes:
        yield from check_file(change)
    gone = documents.removed_symbols(index, head, changes)
    yield from tests.removed(index, head, changes, frozenset(symbol.name for symbol in gone))
    yield from untested.untested(index, head, changes)
    yield from documents.stale(index, head, gone)


def check_file(change: Change) -> Iterator[Finding]:
    """The checks that need one file only; of a conflict it is not said again that the file no longer parses."""
    if change.after is None:
        return
    conflicts = list(conflict.markers(change))
    yield from conflicts or syntax.broken(change)
    yield from secret.secrets(change)
    yield from text.hidden(change)
    yield from text.homoglyphs(change)
