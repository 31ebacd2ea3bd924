"""An outline as flat values: the form in which it travels from a worker process and lies in the store.

One value holds all definitions and one all identifiers, because making, sending and storing a tuple for each would cost
more than finding them. All text is UTF-8. Workers load this module, so it does not import the dataclasses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from struct import Struct
from typing import NamedTuple

Row = tuple[str, str, str, str | None, int, int, str]
"""Name, qualified, kind, parent, first line, last line, signature."""
ImportRow = tuple[str, str | None, str | None, int]
IssueRow = tuple[int, int, str]

_END_OF_FIELD, _END_OF_ROW = "\x1f", "\x1e"
_HEAD = Struct("<7I")


class Rows(NamedTuple):
    """What `Outline` holds, without the language."""

    lines: int
    issue_count: int
    names: bytes
    """Of the definitions, in their order, as `lines_of` joins them."""
    definitions: bytes
    imports: bytes
    issues: bytes
    """These three as `packed` joins them."""
    identifiers: bytes
    """As `lines_of` joins them."""


def sealed(rows: Rows) -> bytes:
    """All of it as one value, for `opened`."""
    lines, issue_count, *parts = rows
    return b"".join([_HEAD.pack(lines, issue_count, *map(len, parts)), *parts])


def opened(data: bytes) -> Rows:
    """What `sealed` made one value; a ValueError where it can't have."""
    if len(data) < _HEAD.size:
        raise ValueError("cut off")
    lines, issue_count, *lengths = _HEAD.unpack_from(data)
    if _HEAD.size + sum(lengths) != len(data):
        raise ValueError("of another length than it says")
    parts: list[bytes] = []
    start = _HEAD.size
    for length in lengths:
        parts.append(data[start : start + length])
        start += length
    return Rows(lines, issue_count, *parts)


def packed(rows: Sequence[Row | ImportRow | IssueRow]) -> bytes:
    """Rows as one value, for `unpacked`; an empty field stands for None."""
    return _joined([["" if field is None else str(field) for field in row] for row in rows]).encode()


def packed_definitions(rows: Sequence[Row]) -> bytes:
    """As `packed`, with the separators written out: that is quicker, and these rows are most of an index."""
    text = _END_OF_ROW.join(
        [
            f"{name}\x1f{qualified}\x1f{kind}\x1f{parent or ''}\x1f{first}\x1f{last}\x1f{signature}"
            for name, qualified, kind, parent, first, last, signature in rows
        ]
    )
    return text.encode() if _is_whole(text, len(rows), 7) else packed(rows)


def unpacked(text: bytes) -> Iterator[list[str]]:
    """The fields of each row."""
    return (row.split(_END_OF_FIELD) for row in text.decode().split(_END_OF_ROW)) if text else iter(())


def signatures_of(definitions: bytes, kinds: Collection[str]) -> list[str]:
    """The signatures of those definitions that are of these kinds; an IndexError where the value is damaged."""
    return [row[6] for row in unpacked(definitions) if row[2] in kinds]


def lines_of(words: Iterable[bytes]) -> bytes:
    """Words as one value in which each is found by `\\nword\\n`; there is one line end more than there are words."""
    return b"\n".join([b"", *words, b""])


def words_of(lines: bytes) -> list[str]:
    """The words that `lines_of` joined."""
    text = lines[1:-1].decode()
    return text.split("\n") if text else []


def _joined(rows: list[list[str]]) -> str:
    text = _END_OF_ROW.join([_END_OF_FIELD.join(row) for row in rows])
    if not rows or _is_whole(text, len(rows), len(rows[0])):
        return text
    return _joined([[field.replace(_END_OF_FIELD, " ").replace(_END_OF_ROW, " ") for field in row] for row in rows])


def _is_whole(text: str, rows: int, fields: int) -> bool:
    """Whether no field holds one of the characters that stand between them."""
    return text.count(_END_OF_FIELD) == (fields - 1) * rows and text.count(_END_OF_ROW) == max(0, rows - 1)
