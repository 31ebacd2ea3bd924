"""The way down a tree to a byte offset."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

FEW_CHILDREN = 16


def child_at(node: Node, offset: int) -> Node | None:
    """The child that an offset is in, None between the children and in a leaf."""
    # Not `Node.first_child_for_byte`: tree-sitter 0.26 reads beyond the children of some nodes there, and crashes.
    children = node.children
    if len(children) > FEW_CHILDREN:
        at = bisect_right(children, offset, key=lambda child: child.start_byte) - 1
        child = children[max(at, 0)]
        return child if child.start_byte <= offset < child.end_byte else None
    for child in children:
        if child.end_byte > offset:
            return child if child.start_byte <= offset else None
    return None
