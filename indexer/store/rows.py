"""Outlines as rows and rows as outlines; names looked for in a blob's identifiers. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.types import Definition, Import, Outline, SyntaxIssue

Key = tuple[str, str]
"""A blob's object id and the language its path asks for; `?` where only the first line can tell."""

FEW_NAMES = 8
"""Up to so many names are looked for one by one in a blob's identifiers; for more it is quicker to split them."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was found out about a blob: an outline, or the reason why there is none.

    `limits` is set for a source that the parser gave up on: what it was allowed then. It is tried again with others.
    """

    key: Key
    language: str
    outline: Outline | None
    why: str | None = None
    limits: str | None = None


Row = tuple[Any, ...]

_END_OF_FIELD, _END_OF_ROW = "\x1f", "\x1e"


def rows_of(first: int, records: Iterable[Record]) -> tuple[list[Row], list[Row], list[Row]]:
    """The rows for the tables blob, identifiers and definition; blobs are numbered from `first`."""
    blobs: list[Row] = []
    identifiers: list[Row] = []
    definitions: list[Row] = []
    for blob, record in enumerate(records, first):
        blobs.append((blob, *record.key, record.language, *_summary(record.outline), record.why, record.limits))
        if record.outline is not None:
            identifiers.append((blob, b"\n%b\n" % encoded("\n".join(record.outline.identifiers))))
            definitions.extend(
                (blob, n, d.name, d.qualified, d.kind, d.parent, *d.lines, d.signature)
                for n, d in enumerate(record.outline.definitions)
            )
    return blobs, identifiers, definitions


def outline_of(row: Sequence[Any], definitions: tuple[Definition, ...]) -> Outline:
    """An outline from (language, lines, imports, issues, issue_count, names); ValueError where they are damaged."""
    language, lines, imports, issues, issue_count, names = row
    return Outline(
        language=language,
        lines=lines,
        definitions=definitions,
        imports=_unpacked(imports),
        identifiers=tuple(identifiers_of(names)),
        issues=tuple(SyntaxIssue(*fields) for fields in json.loads(issues)),
        issue_count=issue_count,
    )


def definition_of(row: Sequence[Any]) -> Definition:
    """A definition from (name, qualified, kind, parent, first, last, signature)."""
    name, qualified, kind, parent, first, last, signature = row
    return Definition(name, qualified, kind, parent, (first, last), signature)


def identifiers_of(names: bytes) -> list[str]:
    """The identifiers of a blob, sorted."""
    text = names[1:-1].decode("utf-8", "surrogatepass")
    return text.split("\n") if text else []


def encoded(name: str) -> bytes:
    """A name as it stands in the store."""
    return name.encode("utf-8", "surrogatepass")


def finder(names: Iterable[str]) -> Callable[[bytes], frozenset[str]]:
    """A function from a blob's identifiers, as stored, to those of `names` that are among them."""
    wanted = {encoded(name): name for name in names if name}
    return _look_up_each(wanted) if len(wanted) <= FEW_NAMES else _split_and_meet(wanted)


def _look_up_each(wanted: Mapping[bytes, str]) -> Callable[[bytes], frozenset[str]]:
    lines = [(b"\n%b\n" % name, text) for name, text in wanted.items()]
    return lambda text: frozenset([name for line, name in lines if line in text])


def _split_and_meet(wanted: Mapping[bytes, str]) -> Callable[[bytes], frozenset[str]]:
    names = frozenset(wanted)
    return lambda text: frozenset([wanted[name] for name in names.intersection(text.split(b"\n"))])


def _summary(outline: Outline | None) -> Row:
    """Lines, number of identifiers, imports, issues, number of issues."""
    if outline is None:
        return (0, 0, "", "[]", 0)
    imports = _packed([(i.module, i.name or "", i.alias or "", str(i.line)) for i in outline.imports])
    issues = json.dumps([(i.line, i.column, i.text) for i in outline.issues]) if outline.issues else "[]"
    return (outline.lines, len(outline.identifiers), imports, issues, outline.issue_count)


def _packed(rows: list[tuple[str, ...]]) -> str:
    """Imports as one value; much quicker than JSON, of which this would be most of the cost of an index."""
    packed = _END_OF_ROW.join([_END_OF_FIELD.join(fields) for fields in rows])
    if packed.count(_END_OF_FIELD) == 3 * len(rows) and packed.count(_END_OF_ROW) == max(0, len(rows) - 1):
        return packed
    return _packed(
        [tuple(field.replace(_END_OF_FIELD, " ").replace(_END_OF_ROW, " ") for field in row) for row in rows]
    )


def _unpacked(packed: str) -> tuple[Import, ...]:
    rows = (row.split(_END_OF_FIELD) for row in packed.split(_END_OF_ROW)) if packed else ()
    return tuple(Import(module, name or None, alias or None, int(line)) for module, name, alias, line in rows)
