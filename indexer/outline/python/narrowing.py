"""Bindings that say what class a name has in a part of its scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.python.chains import UNKNOWN
from indexer.outline.python.conditions import narrowings
from indexer.outline.python.text import span_between, span_of
from indexer.types import Binding, Chain, Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from indexer.outline.python.draft import Draft, Place


def narrow(draft: Draft, condition: Node, part: Node, scope: int) -> None:
    """`if isinstance(x, C):` says what x is in its block, or in another part of the source."""
    for where, name, chain in narrowings(condition, draft.source):
        add_narrowing(draft, scope, where, name, chain, span_of(part))


def narrow_after(draft: Draft, condition: Node, statement: Node, place: Place, negated: bool = False) -> None:
    """`assert isinstance(x, C)` says what x is from there to the end of the block around it."""
    for where, name, chain in narrowings(condition, draft.source, negated):
        add_narrowing(draft, place.scope, where, name, chain, span_between(statement, statement.parent or place.end))


def narrow_expressions(draft: Draft, path: list[Node], scope: int) -> None:
    """`isinstance(x, C) and x.m()` and `x.m() if isinstance(x, C) else y` say what x is in a part of them."""
    for node in path:
        if node.type not in ("boolean_operator", "conditional_expression") or not draft.first_visit(node):
            continue
        parts = [child for child in node.named_children if child.type != "comment"]
        if node.type == "conditional_expression" and len(parts) == 3:
            condition, part = parts[1], parts[0]
        elif len(parts) == 2 and node.child_count == 3 and node.children[1].type == "and":
            condition, part = parts
        else:
            continue
        narrow(draft, condition, part, scope)


def add_narrowing(draft: Draft, scope: int, where: Node, name: str, chain: Chain, span: Span) -> None:
    """Add that `name` is a `chain` within a span, if that says anything."""
    if chain != UNKNOWN:
        line = where.start_point.row + 1
        draft.bindings.append(Binding(name, scope, "narrowed", line, annotation=chain, span=span))
