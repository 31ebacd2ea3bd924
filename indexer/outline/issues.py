"""The places of a text that do not parse."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.rows import IssueRow

ISSUES_KEPT = 5
MOST_NODES = 10_000
"""How many nodes are visited in search of issues; of a text that is no code at all, the count is a lower bound."""
CHARACTERS = 80


def issues(root: Node, source: bytes) -> tuple[list[IssueRow], int]:
    """The first places that do not parse (line, column, text), and how many there are."""
    places: list[IssueRow] = []
    count = visited = 0
    waiting = [root]
    while waiting and visited < MOST_NODES:
        node = waiting.pop()
        visited += 1
        if node.is_error or node.is_missing:
            count += 1
            if len(places) < ISSUES_KEPT:
                row, column = node.start_point
                places.append((row + 1, column, _text(node, source)))
        if node.has_error and not node.is_missing:
            waiting += [child for child in reversed(node.children) if child.has_error or child.is_missing]
    return places, count


def _text(node: Node, source: bytes) -> str:
    if node.is_missing:
        return f"missing {node.type}"
    start = node.start_byte
    text = source[start : min(node.end_byte, start + 4 * CHARACTERS)].decode("utf-8", "replace")
    return " ".join(text.split())[:CHARACTERS]
