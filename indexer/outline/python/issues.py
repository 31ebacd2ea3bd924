"""How many places of a tree do not parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MOST = 1000


def issue_count(root: Node) -> int:
    """The number of errors and missing tokens, at most `MOST`; errors inside of an error are not counted again."""
    if not root.has_error:
        return 0
    count = 0
    waiting = [root]
    while waiting and count < MOST:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            count += 1
        else:
            waiting.extend(child for child in node.children if child.has_error or child.is_missing)
    return count
