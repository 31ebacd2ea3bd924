"""What the patterns of a `case` bind, and what they say of the subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.python.chains import UNKNOWN, chain_of, dotted, is_path
from indexer.outline.python.narrowing import add_narrowing
from indexer.outline.python.text import span_of, text_of
from indexer.types import Chain

if TYPE_CHECKING:
    from tree_sitter import Node

    from indexer.outline.python.draft import Draft, Place

MOST_PATTERNS = 500


def bind_captures(draft: Draft, clause: Node, subject: Node | None, place: Place) -> None:
    """Bind the names that a case's patterns capture; `case C():` narrows the subject in its block."""
    patterns = [child for child in clause.children if child.type == "case_pattern"]
    if len(patterns) == 1 and subject is not None:
        _narrow_subject(draft, clause, patterns[0], subject, place)
    waiting = list(reversed(patterns))
    for _ in range(MOST_PATTERNS):
        if not waiting:
            return
        node = waiting.pop()
        if node.type == "as_pattern":
            _bind_as(draft, node, place)
            waiting.extend(child for child in node.named_children if child.type != "identifier")
        elif node.type == "dotted_name":
            if node.named_child_count == 1:
                _bind(draft, node, place, None)
        elif node.type == "splat_pattern":
            for child in node.named_children:
                _bind(draft, child, place, None)
        elif node.type in ("class_pattern", "keyword_pattern"):
            waiting.extend(reversed(node.named_children[1:]))
        else:
            waiting.extend(reversed(node.named_children))


def _bind_as(draft: Draft, node: Node, place: Place) -> None:
    names = [child for child in node.named_children if child.type == "identifier"]
    for name in names[-1:]:
        _bind(draft, name, place, _class_of(node.named_children[0], draft.source))


def _bind(draft: Draft, node: Node, place: Place, annotation: Chain | None) -> None:
    name = text_of(node, draft.source)
    if name != "_":
        draft.bind(name, node, place.scope, (UNKNOWN,), annotation)


def _narrow_subject(draft: Draft, clause: Node, pattern: Node, subject: Node, place: Place) -> None:
    chain, block = chain_of(subject, draft.source), clause.child_by_field_name("consequence")
    inner = pattern.named_children[0] if pattern.named_child_count == 1 else pattern
    if inner.type == "as_pattern" and inner.named_children:
        inner = inner.named_children[0]
    found = _class_of(inner, draft.source)
    if found is not None and block is not None and is_path(chain):
        add_narrowing(draft, place.scope, subject, dotted(chain), found, span_of(block))


def _class_of(pattern: Node, source: bytes) -> Chain | None:
    """The class that a pattern matches, if it is one class's pattern."""
    while pattern.type == "case_pattern" and pattern.named_child_count == 1:
        pattern = pattern.named_children[0]
    if pattern.type != "class_pattern" or not pattern.named_children:
        return None
    return chain_of(pattern.named_children[0], source)
