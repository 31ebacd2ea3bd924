"""An outline as plain tuples, the form in which it travels from a worker process."""

from __future__ import annotations

from typing import NamedTuple, cast

from indexer.types import Definition, Import, Kind, Outline, SyntaxIssue

Row = tuple[str, str, str, str | None, int, int, str]
"""Name, qualified, kind, parent, first line, last line, signature."""
ImportRow = tuple[str, str | None, str | None, int]
IssueRow = tuple[int, int, str]


class Rows(NamedTuple):
    """What `Outline` holds, without the language."""

    lines: int
    definitions: list[Row]
    imports: list[ImportRow]
    identifiers: str
    """Joined by newlines."""
    issues: list[IssueRow]
    issue_count: int


def outline_of(language: str, rows: Rows) -> Outline:
    """The outline that a source's rows stand for."""
    return Outline(
        language=language,
        lines=rows.lines,
        definitions=tuple(
            Definition(name, qualified, cast(Kind, kind), parent, (first, last), signature)
            for name, qualified, kind, parent, first, last, signature in rows.definitions
        ),
        imports=tuple(Import(*row) for row in rows.imports),
        identifiers=tuple(rows.identifiers.split("\n")) if rows.identifiers else (),
        issues=tuple(SyntaxIssue(*row) for row in rows.issues),
        issue_count=rows.issue_count,
    )
