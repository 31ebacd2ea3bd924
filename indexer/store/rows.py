"""Records as rows of the tables, and names looked for in a blob's words. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.outline.rows import Rows

Key = tuple[str, str]
"""A blob's object id and the language its path asks for; `?` where only the first line can tell."""

FEW_NAMES = 8
"""Up to so many names are looked for one by one in a blob's words; for more it is quicker to split them."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was found out about a blob: its outline as flat values, or the reason why there is none.

    `limits` is set for a source that the parser gave up on: what it was allowed then. It is tried again with others.
    """

    key: Key
    language: str
    rows: Rows | None
    why: str | None = None
    limits: str | None = None


Row = tuple[Any, ...]


def rows_of(first: int, records: Iterable[Record]) -> tuple[list[Row], list[Row], list[Row]]:
    """The rows for the tables blob, identifiers and definition; blobs are numbered from `first`."""
    blobs: list[Row] = []
    identifiers: list[Row] = []
    definitions: list[Row] = []
    for blob, record in enumerate(records, first):
        rows = record.rows
        if rows is None:
            blobs.append((blob, *record.key, record.language, 0, 0, 0, b"", b"", 0, record.why, record.limits))
            continue
        symbols, mentions = rows.names.count(b"\n") - 1, rows.identifiers.count(b"\n") - 1
        summary = (rows.lines, symbols, mentions, rows.imports, rows.issues, rows.issue_count)
        blobs.append((blob, *record.key, record.language, *summary, record.why, record.limits))
        identifiers.append((blob, rows.identifiers))
        definitions.append((blob, rows.names, rows.definitions))
    return blobs, identifiers, definitions


def finder(names: Iterable[str]) -> Callable[[bytes], frozenset[str]]:
    """A function from a blob's words, as stored, to those of `names` that are among them."""
    wanted = {name.encode("utf-8", "surrogatepass"): name for name in names if name}
    return _look_up_each(wanted) if len(wanted) <= FEW_NAMES else _split_and_meet(wanted)


def _look_up_each(wanted: Mapping[bytes, str]) -> Callable[[bytes], frozenset[str]]:
    lines = [(b"\n%b\n" % name, text) for name, text in wanted.items()]
    return lambda text: frozenset([name for line, name in lines if line in text])


def _split_and_meet(wanted: Mapping[bytes, str]) -> Callable[[bytes], frozenset[str]]:
    names = frozenset(wanted)
    return lambda text: frozenset([wanted[name] for name in names.intersection(text.split(b"\n"))])
