"""Expressions and types of Java as chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.types import Arguments, Chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

UNKNOWN: Chain = ("<?>",)
MOST_STEPS = 64
MOST_DEPTH = 12
LONGEST = 96
COMMENTS = frozenset({"line_comment", "block_comment"})
PRIMITIVES = frozenset({"integral_type", "floating_point_type", "boolean_type", "void_type"})
LITERALS = {
    "string_literal": "<str>",
    "text_block": "<str>",
    "character_literal": "<char>",
    "true": "<bool>",
    "false": "<bool>",
    "null_literal": "<null>",
    "lambda_expression": "<lambda>",
    "method_reference": "<lambda>",
    "instanceof_expression": "<bool>",
}
NUMBERS = ("decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal")
TRUTHS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})


def text_of(node: Node | None) -> str:
    """The node's source text, empty for no node."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def children_of(node: Node | None) -> Iterator[Node]:
    """The named children without comments."""
    if node is not None:
        yield from (child for child in node.named_children if child.type not in COMMENTS)


def part(node: Node, kind: str) -> Node | None:
    """The first child of a type."""
    return next((child for child in node.children if child.type == kind), None)


def holding(outer: Chain, held: list[Chain]) -> Chain:
    """A chain with what it holds; without that where it gets too long."""
    inside = [step for chain in held for step in (",", *chain)][1:]
    return (*outer, "<", *inside, ">") if inside and len(inside) <= LONGEST else outer


# ---------------------------------------------------------------- types


def type_chain(node: Node | None, dimensions: Node | None = None, depth: int = 0) -> Chain:
    """A written type; `dimensions` are those behind the variable's name."""
    if dimensions is not None:
        return arrays(type_chain(node, None, depth), text_of(dimensions).count("["))
    if node is None or depth > MOST_DEPTH:
        return UNKNOWN
    kind = node.type
    if kind in PRIMITIVES or kind in ("type_identifier", "identifier"):
        return (text_of(node),)
    if kind in ("scoped_type_identifier", "scoped_identifier"):
        return _scoped(node, depth)
    if kind == "generic_type":
        return _generic(node, depth)
    if kind == "array_type":
        element = type_chain(node.child_by_field_name("element"), None, depth + 1)
        return arrays(element, text_of(node.child_by_field_name("dimensions")).count("["))
    if kind == "annotated_type":
        parts = list(children_of(node))
        return type_chain(parts[-1] if parts else None, None, depth + 1)
    if kind == "wildcard":
        return _wildcard(node, depth)
    return UNKNOWN


def arrays(element: Chain, dimensions: int) -> Chain:
    """The type of an array of so many dimensions."""
    for _ in range(min(dimensions, MOST_DEPTH)):
        element = holding(("<array>",), [element])
    return element


def _scoped(node: Node, depth: int) -> Chain:
    parts = [child for child in children_of(node) if "annotation" not in child.type]
    if len(parts) < 2:
        return type_chain(parts[0], None, depth + 1) if parts else UNKNOWN
    outer = type_chain(parts[0], None, depth + 1)
    return (*erased(outer), "." + text_of(parts[-1]))


def _generic(node: Node, depth: int) -> Chain:
    parts = list(children_of(node))
    outer = type_chain(parts[0], None, depth + 1) if parts else UNKNOWN
    held = part(node, "type_arguments")
    return holding(outer, [type_chain(child, None, depth + 1) for child in children_of(held)])


def _wildcard(node: Node, depth: int) -> Chain:
    if part(node, "super") is not None:
        return ("Object",)
    bounds = [child for child in children_of(node) if "annotation" not in child.type]
    return type_chain(bounds[-1], None, depth + 1) if bounds else ("Object",)


def erased(chain: Chain) -> Chain:
    """A type without what stands between `<` and `>`."""
    return chain[: chain.index("<")] if "<" in chain else chain


# ---------------------------------------------------------------- expressions


def chain_of(node: Node | None, depth: int = 0) -> Chain:
    """An expression as a path."""
    steps: list[tuple[str, ...]] = []
    while node is not None and len(steps) <= MOST_STEPS:
        step, below = _step(node)
        if below is None:
            root = _root(node, depth)
            return (*root, *(one for taken in reversed(steps) for one in taken))
        if step:
            steps.append(step)
        node = below
    return UNKNOWN


def _step(node: Node) -> tuple[tuple[str, ...], Node | None]:
    """The last steps of an expression, and the expression before them; None where it is a root."""
    kind = node.type
    if kind == "method_invocation":
        below = node.child_by_field_name("object")
        call = f"({arguments_of(node).positional})"
        name = text_of(node.child_by_field_name("name"))
        qualified = part(node, "super") is not None and below is not None and below.type != "super"
        return ((".super",) if qualified else ()) + (f".{name}", call), below
    if kind == "field_access":
        field = node.child_by_field_name("field")
        qualified = part(node, "super") is not None and node.child_by_field_name("object") != part(node, "super")
        return ((".super",) if qualified else ()) + (f".{text_of(field)}",), node.child_by_field_name("object")
    if kind == "array_access":
        return ("[]",), node.child_by_field_name("array")
    if kind == "parenthesized_expression":
        return (), next(children_of(node), None)
    if kind == "assignment_expression":
        return (), node.child_by_field_name("left")
    if kind == "update_expression":
        return (), next(children_of(node), None)
    if kind == "object_creation_expression" and not _is_bare_creation(node):
        made = erased(type_chain(node.child_by_field_name("type")))
        return (f".{made[0]}", *made[1:], "new"), next(children_of(node), None)
    return (), None


def _is_bare_creation(node: Node) -> bool:
    """Whether `new C()` stands alone: `outer.new C()` does not."""
    return bool(node.children) and node.children[0].type == "new"


def _root(node: Node, depth: int) -> Chain:
    kind = node.type
    if kind in ("identifier", "this", "super", "type_identifier", "scoped_identifier", "scoped_type_identifier"):
        return type_chain(node) if kind.endswith("identifier") else (kind,)
    if kind == "method_invocation":
        return text_of(node.child_by_field_name("name")), f"({arguments_of(node).positional})"
    if kind == "object_creation_expression":
        return (*type_chain(node.child_by_field_name("type")), "new")
    if kind in LITERALS:
        return (LITERALS[kind],)
    if kind in NUMBERS:
        return ("<long>",) if text_of(node)[-1:] in "lL" else ("<int>",)
    if kind in ("decimal_floating_point_literal", "hex_floating_point_literal"):
        return ("<float>",) if text_of(node)[-1:] in "fF" else ("<double>",)
    return _computed(node, depth + 1) if depth < MOST_DEPTH else UNKNOWN


def _computed(node: Node, depth: int) -> Chain:
    kind = node.type
    if kind == "cast_expression":
        return holding(("<cast>",), [type_chain(node.child_by_field_name("type"))])
    if kind == "array_creation_expression":
        sizes = [child for child in node.children if child.type in ("dimensions", "dimensions_expr")]
        count = sum(text_of(child).count("[") if child.type == "dimensions" else 1 for child in sizes)
        return holding(("<cast>",), [arrays(type_chain(node.child_by_field_name("type")), count)])
    if kind == "class_literal":
        return holding(("<cast>",), [("Class",)])
    if kind == "ternary_expression":
        return _either(
            chain_of(node.child_by_field_name("consequence"), depth),
            chain_of(node.child_by_field_name("alternative"), depth),
        )
    if kind == "unary_expression":
        operand = node.child_by_field_name("operand")
        return ("<bool>",) if text_of(node).startswith("!") else chain_of(operand, depth)
    if kind == "binary_expression":
        return _binary(node, depth)
    return UNKNOWN


def _either(one: Chain, other: Chain) -> Chain:
    if one == other or other == ("<null>",):
        return one
    return other if one == ("<null>",) else holding(("<|>",), [one, other])


def _binary(node: Node, depth: int) -> Chain:
    operator = text_of(node.child_by_field_name("operator"))
    if operator in TRUTHS:
        return ("<bool>",)
    sides = [chain_of(node.child_by_field_name(side), depth) for side in ("left", "right")]
    if operator == "+" and ("<str>",) in sides:
        return ("<str>",)
    return sides[0] if sides[0] == sides[1] else holding(("<sum>",), sides)


def arguments_of(node: Node, values: bool = False) -> Arguments:
    """The shape of the arguments of a call or a creation; `values` asks for what each one is."""
    given = list(children_of(node.child_by_field_name("arguments")))
    return Arguments(len(given), values=tuple(chain_of(one) for one in given) if values else ())
