"""Expressions without what only stands around them."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.javascript.chains import CASTS, WRAPPERS, inner
from indexer.outline.javascript.draft import Draft, Frame

MOST_WRAPPERS = 16


def unwrapped(node: Node | None) -> Node | None:
    """The expression without the parentheses and casts around it."""
    for _ in range(MOST_WRAPPERS):
        if node is None or node.type not in WRAPPERS | CASTS:
            return node
        node = node.named_children[-1] if node.type == "type_assertion" else inner(node)
    return node


def beside(draft: Draft, frame: Frame, node: Node) -> list[Frame]:
    """What holds a name beside a descendant of the frame: the type of a cast, the targets of `a = b = …`."""
    frames: list[Frame] = []
    while frame.node != node:
        below = frame.node.child_with_descendant(node)
        if below is None:
            break
        frames += [frame.down(c) for c in frame.node.named_children if c != below and draft.mentioned(c)]
        frame = frame.down(below)
    return frames
