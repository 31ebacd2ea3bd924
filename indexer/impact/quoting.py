"""Findings about files that are not read in full: the place, and the line as it stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.impact.findings import decoded
from indexer.types import Finding, Related, Severity, Span, Tree

if TYPE_CHECKING:
    from indexer.index import Index


class Quoter:
    """Writes findings about files of one tree; their texts are kept."""

    def __init__(self, index: Index, tree: Tree) -> None:
        self._index, self._tree = index, tree
        self._lines: dict[str, list[str]] = {}

    def finding(
        self,
        rule: str,
        severity: Severity,
        path: str,
        span: Span,
        title: str,
        why: str,
        related: tuple[Related, ...] = (),
    ) -> Finding:
        """A finding about a name that only its spelling ties to a definition."""
        line = self._line(path, span.start_line)
        return Finding(
            rule=rule,
            severity=severity,
            confidence="unique",
            source="impact",
            path=path,
            lines=(span.start_line, span.start_line),
            columns=(_column(line, span.start_column), _column(line, span.end_column)),
            side="head",
            title=title,
            why=why,
            evidence=line,
            related=related,
        )

    def _line(self, path: str, number: int) -> str:
        if path not in self._lines:
            self._lines[path] = decoded(self._index.repo.read(self._tree, path) or b"").split("\n")
        lines = self._lines[path]
        return lines[number - 1] if number <= len(lines) else ""


def _column(line: str, bytes_before: int) -> int:
    """The 1-based character column of a byte offset."""
    return len(line.encode("utf-8", "surrogatepass")[:bytes_before].decode("utf-8", "replace")) + 1
