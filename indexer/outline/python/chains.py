"""Expressions as chains: a root name and the steps from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.python.text import text_of
from indexer.types import Chain

if TYPE_CHECKING:
    from tree_sitter import Node

UNKNOWN: Chain = ("<?>",)
LONGEST = 60
MOST_ALTERNATIVES = 8
ROOTS = {
    "string": "<str>",
    "concatenated_string": "<str>",
    "integer": "<int>",
    "float": "<float>",
    "true": "<bool>",
    "false": "<bool>",
    "comparison_operator": "<bool>",
    "not_operator": "<bool>",
    "none": "<none>",
    "list": "<list>",
    "list_comprehension": "<list>",
    "dictionary": "<dict>",
    "dictionary_comprehension": "<dict>",
    "set": "<set>",
    "set_comprehension": "<set>",
    "tuple": "<tuple>",
    "expression_list": "<tuple>",
    "generator_expression": "<generator>",
    "lambda": "<lambda>",
}
# Where the expression goes on inside: the field that holds it, and the step it leaves behind.
INNER = {
    "call": ("function", "()"),
    "subscript": ("value", "[]"),
    "named_expression": ("value", ""),
}


def chain_of(node: Node | None, source: bytes) -> Chain:
    """The expression as a chain; `("<?>",)` where it is no path or a very long one."""
    steps: list[str] = []
    while node is not None and len(steps) <= LONGEST:
        kind = node.type
        if kind == "identifier":
            return (text_of(node, source), *reversed(steps))
        if kind == "attribute":
            name = node.child_by_field_name("attribute")
            if name is None:
                return UNKNOWN
            steps.append("." + text_of(name, source))
            node = node.child_by_field_name("object")
        elif kind in INNER:
            field, step = INNER[kind]
            if step:
                steps.append(step)
            node = node.child_by_field_name(field)
        elif kind == "await":
            steps.append("await")
            node = _only_child(node)
        elif kind in ("parenthesized_expression", "type"):
            node = _only_child(node)
        elif kind == "dotted_name":
            first, *rest = text_of(node, source).replace(" ", "").split(".")
            return (first, *(f".{name}" for name in rest), *reversed(steps))
        else:
            return (_root(node, source), *reversed(steps))
    return UNKNOWN


def alternatives(node: Node | None, source: bytes) -> tuple[Chain, ...]:
    """The chains of all values an expression may have: both sides of `a or b` and of `a if c else b`."""
    found: list[Chain] = []
    waiting = [node]
    while waiting:
        expression = waiting.pop()
        parts = _choices(expression) if expression is not None else []
        if parts and len(waiting) + len(found) < MOST_ALTERNATIVES:
            waiting.extend(reversed(parts))
        else:
            chain = chain_of(expression, source)
            if chain not in found:
                found.append(chain)
    return tuple(found)


def is_path(chain: Chain) -> bool:
    """Whether a chain is only names: `a.b.c`."""
    return not chain[0].startswith("<") and all(step.startswith(".") for step in chain[1:])


def dotted(chain: Chain) -> str:
    """A chain's names as they are written: `a.b`; steps that are not names end it."""
    names = [chain[0]]
    for step in chain[1:]:
        if not step.startswith("."):
            break
        names.append(step)
    return "".join(names)


def _choices(node: Node) -> list[Node]:
    kind = node.type
    if kind == "conditional_expression":
        parts = [child for child in node.named_children if child.type != "comment"]
        return [parts[0], parts[2]] if len(parts) == 3 else []
    if kind == "boolean_operator":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return []
        operator = node.child_by_field_name("operator")
        # `a and b` is b wherever it is worth using.
        return [left, right] if operator is None or operator.type == "or" else [right]
    if kind in ("parenthesized_expression", "named_expression"):
        inner = node.child_by_field_name("value") if kind == "named_expression" else _only_child(node)
        return [inner] if inner is not None else []
    return []


def _only_child(node: Node) -> Node | None:
    children = [child for child in node.named_children if child.type != "comment"]
    return children[0] if len(children) == 1 else None


def _root(node: Node, source: bytes) -> str:
    root = ROOTS.get(node.type, "<?>")
    if root == "<str>":
        prefix = source[node.start_byte : node.start_byte + 3].lower().partition(b'"')[0].partition(b"'")[0]
        return "<bytes>" if b"b" in prefix else root
    return root
