"""Pieces of a source: where a node stands and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.types import Span

if TYPE_CHECKING:
    from tree_sitter import Node


def text_of(node: Node, source: bytes) -> str:
    """The text of a node; bytes that are not UTF-8 become replacement characters."""
    return source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def span_of(node: Node) -> Span:
    """Where a node stands."""
    start, end = node.start_point, node.end_point
    return Span(start.row + 1, start.column, end.row + 1, end.column)


def span_between(first: Node, last: Node) -> Span:
    """Where the text from one node to another one stands."""
    start, end = first.start_point, last.end_point
    return Span(start.row + 1, start.column, end.row + 1, end.column)


def one_line(source: bytes, start: int, end: int, longest: int) -> str:
    """The text between two offsets with its blanks collapsed; cut to `longest` characters, it ends in `…`."""
    # A character has at most four bytes, blanks are rarely more than half of the text.
    text = source[start : min(end, start + longest * 8)].decode("utf-8", "replace")
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
