"""An outline as flat values: the form in which it travels from a worker process and lies in the store.

One value holds all definitions and one all identifiers, because making, sending and storing a tuple for each would cost
more than finding them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, cast

from indexer.types import Definition, Import, Kind, Outline, SyntaxIssue

Row = tuple[str, str, str, str | None, int, int, str]
"""Name, qualified, kind, parent, first line, last line, signature."""
ImportRow = tuple[str, str | None, str | None, int]
IssueRow = tuple[int, int, str]

_END_OF_FIELD, _END_OF_ROW = "\x1f", "\x1e"


class Rows(NamedTuple):
    """What `Outline` holds, without the language; `packed` made the strings and `lines_of` the bytes."""

    lines: int
    names: bytes
    """Of the definitions, in their order."""
    definitions: str
    imports: str
    identifiers: bytes
    issues: str
    issue_count: int


def outline_of(language: str, rows: Rows) -> Outline:
    """The outline that a source's rows stand for; a ValueError where they are damaged."""
    return Outline(
        language=language,
        lines=rows.lines,
        definitions=definitions_of(rows.definitions),
        imports=tuple(
            Import(module, name or None, alias or None, int(line)) for module, name, alias, line in _rows(rows.imports)
        ),
        identifiers=tuple(words_of(rows.identifiers)),
        issues=tuple(SyntaxIssue(int(line), int(column), text) for line, column, text in _rows(rows.issues)),
        issue_count=rows.issue_count,
    )


def definitions_of(text: str) -> tuple[Definition, ...]:
    """The definitions in `Rows.definitions`; a ValueError where they are damaged."""
    return tuple(
        Definition(name, qualified, cast(Kind, kind), parent or None, (int(first), int(last)), signature)
        for name, qualified, kind, parent, first, last, signature in _rows(text)
    )


def signatures_of(text: str, kinds: Collection[str]) -> list[str]:
    """The signatures of the definitions of these kinds in `Rows.definitions`; an IndexError where it is damaged."""
    return [row[6] for row in _rows(text) if row[2] in kinds]


def packed(rows: Sequence[Row] | Sequence[ImportRow] | Sequence[IssueRow]) -> str:
    """Rows as one value, which is much quicker to make and to read than JSON."""
    return _joined([["" if field is None else str(field) for field in row] for row in rows])


def packed_definitions(rows: Sequence[Row]) -> str:
    """As `packed`, for the rows that are most of an index."""
    text = _END_OF_ROW.join(
        [  # with the separators written out, which is much quicker than a join
            f"{name}\x1f{qualified}\x1f{kind}\x1f{parent or ''}\x1f{first}\x1f{last}\x1f{signature}"
            for name, qualified, kind, parent, first, last, signature in rows
        ]
    )
    return text if _is_whole(text, len(rows), 7) else packed(rows)


def lines_of(words: Iterable[bytes]) -> bytes:
    """Words as one value in which each is found by `\\nword\\n`; their number is that of the line ends less one."""
    return b"\n".join([b"", *words, b""])


def words_of(lines: bytes) -> list[str]:
    """The words that `lines_of` joined."""
    text = lines[1:-1].decode("utf-8", "surrogatepass")
    return text.split("\n") if text else []


def _joined(rows: list[list[str]]) -> str:
    text = _END_OF_ROW.join([_END_OF_FIELD.join(row) for row in rows])
    if not rows or _is_whole(text, len(rows), len(rows[0])):
        return text
    return _joined([[field.replace(_END_OF_FIELD, " ").replace(_END_OF_ROW, " ") for field in row] for row in rows])


def _is_whole(text: str, rows: int, fields: int) -> bool:
    """Whether no field holds one of the characters that stand between them."""
    return text.count(_END_OF_FIELD) == (fields - 1) * rows and text.count(_END_OF_ROW) == max(0, rows - 1)


def _rows(text: str) -> Iterator[list[str]]:
    return (row.split(_END_OF_FIELD) for row in text.split(_END_OF_ROW)) if text else iter(())
