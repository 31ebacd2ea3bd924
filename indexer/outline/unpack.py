"""From the flat values that an outline travels in to the outline."""

from __future__ import annotations

from typing import cast

from indexer.outline.rows import Rows, unpacked, words_of
from indexer.types import Definition, Import, Kind, Outline, SyntaxIssue


def outline_of(language: str, rows: Rows) -> Outline:
    """The outline that a source's rows stand for; a ValueError where they are damaged."""
    return Outline(
        language=language,
        lines=rows.lines,
        definitions=definitions_of(rows.definitions),
        imports=tuple(
            Import(module, name or None, alias or None, int(line))
            for module, name, alias, line in unpacked(rows.imports)
        ),
        identifiers=tuple(sorted(words_of(rows.identifiers))),
        issues=tuple(SyntaxIssue(int(line), int(column), text) for line, column, text in unpacked(rows.issues)),
        issue_count=rows.issue_count,
    )


def definitions_of(definitions: bytes) -> tuple[Definition, ...]:
    """The definitions in `Rows.definitions`; a ValueError where they are damaged."""
    return tuple(
        Definition(name, qualified, cast(Kind, kind), parent or None, (int(first), int(last)), signature)
        for name, qualified, kind, parent, first, last, signature in unpacked(definitions)
    )
