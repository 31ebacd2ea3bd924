"""Expressions as chains."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.go.draft import parts, text_of
from indexer.outline.go.kinds import UNTOLD, bracketed, function_chain, result_chain, type_chain
from indexer.types import Chain

MOST_STEPS = 100
LITERALS = {
    "interpreted_string_literal": "<str>",
    "raw_string_literal": "<str>",
    "int_literal": "<int>",
    "float_literal": "<float>",
    "imaginary_literal": "<?>",
    "rune_literal": "<rune>",
    "true": "<bool>",
    "false": "<bool>",
    "nil": "<nil>",
    "iota": "<int>",
}
TYPES = frozenset(
    {"slice_type", "array_type", "map_type", "channel_type", "pointer_type", "function_type", "struct_type",
     "interface_type", "generic_type", "qualified_type", "type_identifier", "implicit_length_array_type"}
)  # fmt: skip
COMPARED = frozenset({"==", "!=", "<", "<=", ">", ">=", "&&", "||"})


def chain_of(node: Node | None) -> Chain:
    """An expression as a path from its root."""
    steps: list[str] = []
    for _ in range(MOST_STEPS):
        if node is None:
            return UNTOLD
        root = _root(node)
        if root is not None:
            return (*root, *reversed(steps))
        node, more = _step(node)
        steps += more
    return UNTOLD


def _root(node: Node) -> Chain | None:
    """The chain of an expression that has no further operand."""
    kind = node.type
    if kind == "identifier":
        return (text_of(node),)
    if kind in LITERALS:
        return (LITERALS[kind],)
    if kind in ("composite_literal", "type_assertion_expression"):
        return (*type_chain(node.child_by_field_name("type")), "new")
    if kind == "func_literal":
        return (*function_chain(node), "new")
    if kind == "type_conversion_expression":
        return converted(node)
    if kind == "call_expression":
        return _built_in(node)
    if kind in TYPES:
        return type_chain(node)
    if kind == "binary_expression":
        return _binary(node)
    return None


def _step(node: Node) -> tuple[Node | None, list[str]]:
    """The operand of an expression, and the steps from it (the last one first)."""
    kind = node.type
    if kind == "selector_expression":
        field = node.child_by_field_name("field")
        return node.child_by_field_name("operand"), [f".{text_of(field)}" if field else "<?>"]
    if kind == "call_expression":
        return node.child_by_field_name("function"), [
            "()",
            *_written(parts(node.child_by_field_name("type_arguments"))),
        ]
    if kind == "index_expression":
        called = node.parent is not None and node.parent.child_by_field_name("function") == node
        index = node.child_by_field_name("index")
        return node.child_by_field_name("operand"), _written([index]) if called and index is not None else ["[]"]
    if kind == "slice_expression":
        return node.child_by_field_name("operand"), []
    if kind == "parenthesized_expression":
        inner = parts(node)
        return (inner[0] if len(inner) == 1 else None), []
    if kind == "unary_expression":
        operator = node.children[0].type
        if operator in ("&", "*", "+", "-", "^"):
            return node.child_by_field_name("operand"), []
        if operator == "<-":
            return node.child_by_field_name("operand"), ["<-"]
    return None, []


def _written(arguments: list[Node]) -> list[str]:
    """Type arguments as steps, the last one first: `f[T](x)`, which `fs[0](x)` looks like."""
    return list(reversed(bracketed([type_chain(argument) for argument in arguments]))) if arguments else []


def converted(node: Node) -> Chain:
    """`T[A](x)`: a conversion, or the call of a generic function with one argument, which looks the same."""
    chain = type_chain(node.child_by_field_name("type"))
    written = node.child_by_field_name("type")
    return (*chain, "()" if written is not None and written.type == "generic_type" else "new")


def _built_in(node: Node) -> Chain | None:
    """What `new`, `make`, `append` and their like give; nothing for any other call."""
    function, arguments = node.child_by_field_name("function"), parts(node.child_by_field_name("arguments"))
    if function is None or function.type != "identifier" or not arguments:
        return None
    name = text_of(function)
    if name in ("new", "make"):
        first = arguments[0]
        return (*(type_chain(first) if first.type in TYPES or first.type == "identifier" else UNTOLD), "new")
    if name == "append":
        return chain_of(arguments[0])
    return ("<int>",) if name in ("len", "cap", "copy") else None


def _binary(node: Node) -> Chain:
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type in COMPARED:
        return ("<bool>",)
    left = node.child_by_field_name("left")
    while left is not None and left.type == "binary_expression":
        left = left.child_by_field_name("left")
    return chain_of(left) if left is not None and left.type not in LITERALS else UNTOLD


def literal_type(node: Node) -> Chain | None:
    """The type of a `{…}` in a composite literal: written before it, or the element of the one around it."""
    steps: list[str] = []
    for _ in range(MOST_STEPS):
        around = node.parent
        if around is None:
            return None
        if around.type == "composite_literal":
            return (*type_chain(around.child_by_field_name("type")), "new", *reversed(steps))
        if around.type == "literal_value":
            steps.append("{}")
        elif around.type == "keyed_element" and around.child_by_field_name("key") == node:
            return None
        node = around
    return None


def value_chains(values: list[Node], count: int) -> list[Chain]:
    """What each of `count` names is given by a list of expressions."""
    if len(values) == count:
        return [chain_of(value) for value in values]
    if len(values) != 1:
        return [UNTOLD] * count
    value = values[0]
    while value.type == "parenthesized_expression" and len(parts(value)) == 1:
        value = parts(value)[0]
    if value.type == "call_expression":
        return [(*chain_of(value), f"[{number}]") for number in range(count)]
    if count == 2:  # `v, ok := m[k]`, `<-c`, `x.(T)`
        return [chain_of(value), ("<bool>",)]
    return [UNTOLD] * count


__all__ = ["TYPES", "chain_of", "converted", "literal_type", "result_chain", "value_chains"]
