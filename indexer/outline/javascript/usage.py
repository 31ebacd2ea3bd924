"""What is done with the value of an expression."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.javascript.chains import CASTS, WRAPPERS, inner, text_of
from indexer.outline.javascript.draft import Draft, Frame
from indexer.types import Chain

LOGICAL = frozenset({"||", "??", "&&"})


def operator(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return operator.type if operator is not None else ""


def unwrapped(frame: Frame) -> Frame:
    """The outermost parentheses and casts around an expression, or itself."""
    while frame.up is not None and (
        frame.up.node.type in WRAPPERS or (frame.up.node.type in CASTS and _cast_value(frame.up.node) == frame.node)
    ):
        frame = frame.up
    return frame


def _cast_value(cast: Node) -> Node | None:
    return inner(cast) if cast.type == "as_expression" else cast.named_children[-1]


def _passed_on(frame: Frame) -> Frame:
    """The outermost expression that has the value of this one: parentheses, casts, branches, arrays of arguments."""
    while frame.up is not None:
        frame = unwrapped(frame)
        up = frame.up
        if up is None:
            break
        kind = up.node.type
        passes = (
            (kind == "ternary_expression" and up.node.child_by_field_name("condition") != frame.node)
            or (kind == "binary_expression" and operator(up.node) in LOGICAL and _is_outcome(up.node, frame.node))
            or (kind == "array" and up.up is not None and up.up.node.type == "arguments")
        )
        if not passes:
            break
        frame = up
    return frame


def _is_outcome(binary: Node, part: Node) -> bool:
    return binary.child_by_field_name("right") == part or operator(binary) == "??"


def usage(draft: Draft, frame: Frame) -> tuple[str, Chain]:
    """What is done with the value of an expression, and by what."""
    frame = _passed_on(frame)
    up = frame.up
    if up is None:
        return "other", ()
    node, kind = up.node, up.node.type
    if kind in SIMPLE_USAGES:
        return SIMPLE_USAGES[kind], ()
    if kind == "arguments" and up.up is not None:
        return "argument", _consumer(draft, up.up)
    step = _member_usage(node, frame.node)
    if step is not None:
        return step
    if kind == "yield_expression":
        return ("iterate" if any(child.type == "*" for child in node.children) else "yield"), ()
    if kind in ("variable_declarator", "assignment_expression", "augmented_assignment_expression"):
        return _assigned(node.child_by_field_name("name") or node.child_by_field_name("left"))
    if kind == "arrow_function" and node.child_by_field_name("body") == frame.node:
        return "return", ()
    if kind == "for_in_statement" and node.child_by_field_name("right") == frame.node and operator(node) == "of":
        return "iterate", ()
    return "other", ()


def _member_usage(node: Node, value: Node) -> tuple[str, Chain] | None:
    """The step that is taken from the value."""
    if node.type == "member_expression":
        return "member", ("." + text_of(node.child_by_field_name("property")),)
    if node.type == "subscript_expression" and node.child_by_field_name("object") == value:
        return "member", ("[]",)
    return ("member", ("()",)) if node.type == "call_expression" else None


SIMPLE_USAGES = {
    "await_expression": "await",
    "expression_statement": "statement",
    "spread_element": "iterate",
    "return_statement": "return",
    "decorator": "decorator",
    "public_field_definition": "assigned",
    "field_definition": "assigned",
}


def _assigned(target: Node | None) -> tuple[str, Chain]:
    if target is not None and target.type == "object_pattern":
        first = inner(target)
        key = (
            first.child_by_field_name("key") or first.child_by_field_name("left") or first
            if first is not None
            else None
        )
        return "member", ("." + text_of(key),) if key is not None else ()
    if target is not None and target.type == "array_pattern":
        return "iterate", ()
    return "assigned", ()


def _consumer(draft: Draft, call: Frame) -> Chain:
    if call.node.type == "new_expression":
        return (*draft.chain(call.node.child_by_field_name("constructor"), call), "new")
    return draft.chain(call.node.child_by_field_name("function"), call)
