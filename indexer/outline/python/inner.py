"""The scopes inside of expressions: lambdas and comprehensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.python.chains import alternatives, chain_of
from indexer.outline.python.narrowing import narrow, narrow_expressions
from indexer.outline.python.parameters import Written, parameters_with_defaults
from indexer.outline.python.targets import leaves
from indexer.outline.python.text import text_of
from indexer.types import Binding

if TYPE_CHECKING:
    from tree_sitter import Node

    from indexer.outline.python.draft import Draft, Place

COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
)


def inner_scope(draft: Draft, path: list[Node], place: Place) -> int:
    """The scope that the last node of a path is in; scopes on the way are opened when they are first met."""
    scope = place.scope
    if draft.marks.has_isinstance:
        narrow_expressions(draft, path, scope)
    for at, node in enumerate(path[:-1]):
        kind = node.type
        if kind == "lambda" and _is_in_body(node, path[at + 1]):
            scope = lambda_scope(draft, node, scope, None)
        elif kind in COMPREHENSIONS and not _is_outermost_source(node, path, at):
            scope = _comprehension_scope(draft, node, scope)
    return scope


def lambda_scope(draft: Draft, node: Node, parent: int, owner: str | None) -> int:
    """The scope of a lambda with its parameters bound in it."""
    known = draft.scope_of(node)
    if known is not None:
        return known
    scope = draft.open_scope(node, parent, "function", owner)
    bind_parameters(draft, parameters_with_defaults(node, draft.source), scope)
    return scope


def bind_parameters(draft: Draft, params: list[Written], scope: int) -> None:
    """Bind the parameters of a function or lambda."""
    for param, where, default in params:
        value = chain_of(default, draft.source) if default is not None else None
        line = where.start_point.row + 1
        draft.bindings.append(Binding(param.name, scope, "param", line, value=value, annotation=param.annotation))


def _is_in_body(node: Node, child: Node) -> bool:
    body = node.child_by_field_name("body")
    return body is not None and child.start_byte >= body.start_byte


def _is_outermost_source(node: Node, path: list[Node], at: int) -> bool:
    """The first `in` part of a comprehension is read outside of it."""
    if path[at + 1].type != "for_in_clause" or at + 2 >= len(path):
        return False
    first = next((child for child in node.children if child.type == "for_in_clause"), None)
    right = path[at + 1].child_by_field_name("right")
    if first is None or right is None or first.start_byte != path[at + 1].start_byte:
        return False
    return path[at + 2].start_byte >= right.start_byte


def _comprehension_scope(draft: Draft, node: Node, parent: int) -> int:
    known = draft.scope_of(node)
    if known is not None:
        return known
    scope = draft.open_scope(node, parent, "block", None)
    for clause in node.children:
        if clause.type == "if_clause" and clause.named_children:
            narrow(draft, clause.named_children[0], node, scope)
        left, right = clause.child_by_field_name("left"), clause.child_by_field_name("right")
        if clause.type != "for_in_clause" or left is None or right is None:
            continue
        items = tuple((*chain, "each") for chain in alternatives(right, draft.source))
        for leaf, chains in leaves(left, None, draft.source, items):
            if leaf.type == "identifier":
                draft.bind(text_of(leaf, draft.source), leaf, scope, chains)
    return scope
