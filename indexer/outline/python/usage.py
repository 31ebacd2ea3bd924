"""What is done with the value of an expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer.outline.python.chains import chain_of
from indexer.types import Chain

if TYPE_CHECKING:
    from tree_sitter import Node

Kind = Literal[
    "await", "statement", "argument", "return", "iterate", "with", "assigned", "member", "yield", "decorator", "other"
]
FIRST_IS_VALUE = frozenset({"attribute", "subscript", "call"})
# A value in one of these is a part of a new value, which may be used later.
HOLDERS = frozenset({"list", "tuple", "set", "pair", "expression_list", "lambda"})


@dataclass(frozen=True, slots=True)
class Usage:
    """What is done with a value; `consumer` is the callee it is passed to. `held`: it is put into a container."""

    kind: Kind = "other"
    consumer: Chain = ()
    held: bool = False


def usage_of(path: list[Node], at: int, source: bytes) -> Usage:
    """What is done with the expression at an index of the path that leads to it."""
    while at > 0:
        node, parent = path[at], path[at - 1]
        if not _is_transparent(node, parent):
            return _usage(path, at, source)
        at -= 1
    return Usage()


def is_handed_on(usage: Usage) -> bool:
    """Whether a bare name that is used like this may be called elsewhere."""
    return usage.held or usage.kind in ("argument", "return", "assigned", "yield")


def _is_transparent(node: Node, parent: Node) -> bool:
    """Whether the parent's value is the node's value."""
    kind = parent.type
    if kind == "parenthesized_expression":
        return True
    if kind == "named_expression":
        return False
    if kind == "conditional_expression":
        return node.start_byte == parent.start_byte or node.end_byte == parent.end_byte
    if kind == "boolean_operator":
        return node.end_byte == parent.end_byte or (parent.child_count == 3 and parent.children[1].type == "or")
    return False


def _usage(path: list[Node], at: int, source: bytes) -> Usage:
    node, parent = path[at], path[at - 1]
    kind = parent.type
    if kind in FIRST_IS_VALUE and node.start_byte == parent.start_byte:
        return Usage("member")
    if kind in ("argument_list", "keyword_argument"):
        return _argument(path, at, source)
    if kind in ("list_splat", "dictionary_splat", "parenthesized_list_splat"):
        return Usage("iterate")
    if kind in ("for_statement", "for_in_clause"):
        right = parent.child_by_field_name("right")
        return Usage("iterate") if right is not None and right.start_byte == node.start_byte else Usage()
    if kind == "yield":
        delegates = any(child.type == "from" for child in parent.children[:2])
        return Usage("iterate") if delegates else Usage("yield")
    if kind in ("assignment", "named_expression", "augmented_assignment"):
        return Usage("assigned")
    return _SIMPLE.get(kind) or _rest(path, at)


_SIMPLE = {
    "await": Usage("await"),
    "expression_statement": Usage("statement"),
    "return_statement": Usage("return"),
    "with_item": Usage("with"),
    "decorator": Usage("decorator"),
    "default_parameter": Usage(held=True),
    "typed_default_parameter": Usage(held=True),
}


def _rest(path: list[Node], at: int) -> Usage:
    parent = path[at - 1]
    above = path[at - 2] if at >= 2 else None
    if parent.type == "as_pattern" and above is not None and above.type == "with_item":
        return Usage("with")
    if parent.type == "with_clause":
        return Usage("with")
    if parent.type == "expression_list" and above is not None and above.type == "return_statement":
        return Usage("return")
    if parent.type == "lambda":
        return Usage("return")
    return Usage(held=True) if parent.type in HOLDERS else Usage()


def _argument(path: list[Node], at: int, source: bytes) -> Usage:
    for above in range(at - 1, max(at - 4, -1), -1):
        if path[above].type == "call":
            return Usage("argument", chain_of(path[above].child_by_field_name("function"), source))
        if path[above].type == "class_definition":
            return Usage(held=True)
    return Usage("argument")
