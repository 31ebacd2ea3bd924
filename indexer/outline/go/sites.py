"""Uses of the names that were asked for."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.go.chains import chain_of, literal_type
from indexer.outline.go.draft import At, Draft, parts, span_of, text_of
from indexer.outline.go.kinds import type_chain
from indexer.types import Arguments, Chain, Site

LONGEST_TEXT = 400
LEAVES = frozenset({"identifier", "field_identifier", "type_identifier", "package_identifier"})
NAMED = frozenset(
    {"function_declaration", "method_declaration", "method_elem", "type_spec", "type_alias", "var_spec", "const_spec",
     "field_declaration", "parameter_declaration", "variadic_parameter_declaration", "type_parameter_declaration",
     "import_spec"}
)  # fmt: skip
WRAPPING = frozenset({"parenthesized_expression", "generic_type"})
LISTED = frozenset({"short_var_declaration", "range_clause", "receive_statement"})


def site(draft: Draft, at: At) -> None:
    """Note the use that a name is, unless it is what is declared there."""
    node, around = at.node, at.node.parent
    if around is None or _declares(node, around):
        return
    if around.type == "literal_element" and _is_key(around):
        _key(draft, at, around)
        return
    whole, chain = _whole(node, around)
    if not chain:
        return
    role, arguments, called = _role(node, whole)
    _add(draft, at, called or whole, chain, role, arguments)


def _declares(node: Node, around: Node) -> bool:
    """Whether a name is the one that is declared there."""
    if around.type in NAMED:
        return node in around.children_by_field_name("name")
    if around.type == "expression_list" and around.parent is not None and around.parent.type in LISTED:
        fresh = around.parent.type == "short_var_declaration" or any(c.type == ":=" for c in around.parent.children)
        return fresh and around.parent.child_by_field_name("left") == around
    return False


def _whole(node: Node, around: Node) -> tuple[Node, Chain]:
    """The expression or type that ends with the name, and its chain."""
    if around.type == "selector_expression" and around.child_by_field_name("field") == node:
        return around, chain_of(around)
    if around.type == "qualified_type":
        if around.child_by_field_name("name") == node:
            return around, type_chain(around)
        return node, ()
    if node.type == "field_identifier":
        return node, ()
    return node, (text_of(node),)


def _role(node: Node, whole: Node) -> tuple[str, Arguments | None, Node | None]:
    """How the expression is used, and the call that it is called in."""
    current, around = _unwrapped(whole)
    if around is None:
        return "read", None, None
    kind = around.type
    if kind == "call_expression" and around.child_by_field_name("function") == current:
        return "call", _arguments(around), around
    if kind == "type_conversion_expression" and current.type == "generic_type":
        return "call", Arguments(1, spread=_spread(around.child_by_field_name("operand"))), around
    if kind == "composite_literal":
        return "new", _elements(around.child_by_field_name("body")), around
    if kind == "field_declaration" and not around.children_by_field_name("name"):
        return "base", None, None
    is_type = node.type == "type_identifier"
    if not is_type and kind == "expression_list" and around.parent is not None and _is_assigned(around):
        return "write", None, None
    return ("type" if is_type else "read"), None, None


def _unwrapped(whole: Node) -> tuple[Node, Node | None]:
    """The expression with its parentheses and type arguments, and what is around it: `f[T](x)` calls `f`."""
    current, around = whole, whole.parent
    while around is not None and (around.type in WRAPPING or _is_generic_call(current, around)):
        current, around = around, around.parent
    return current, around


def _is_generic_call(node: Node, index: Node) -> bool:
    if index.type != "index_expression" or index.child_by_field_name("operand") != node:
        return False
    return index.parent is not None and index.parent.child_by_field_name("function") == index


def _is_assigned(around: Node) -> bool:
    statement = around.parent
    return (
        statement is not None
        and statement.type == "assignment_statement"
        and statement.child_by_field_name("left") == around
    )


def _arguments(call: Node) -> Arguments:
    given = parts(call.child_by_field_name("arguments"))
    rest = bool(given) and given[-1].type == "variadic_argument"
    spread = _spread(given[0]) if len(given) == 1 else ()
    return Arguments(len(given) - rest, rest=rest, spread=spread)


def _spread(only: Node | None) -> Chain:
    """The chain of an argument that is a call: it may have several results."""
    while only is not None and only.type == "parenthesized_expression" and parts(only):
        only = parts(only)[0]
    return chain_of(only) if only is not None and only.type == "call_expression" else ()


def _elements(body: Node | None) -> Arguments | None:
    """The values of a literal without keys."""
    given = parts(body)
    if not given or any(element.type == "keyed_element" for element in given):
        return None
    return Arguments(len(given))


def _is_key(element: Node) -> bool:
    keyed = element.parent
    return keyed is not None and keyed.type == "keyed_element" and keyed.child_by_field_name("key") == element


def _key(draft: Draft, at: At, element: Node) -> None:
    """A key of a composite literal: a field of a struct, or else the name itself, which `consumer` keeps."""
    keyed = element.parent
    literal = keyed.parent if keyed is not None else None
    chain = literal_type(literal) if literal is not None else None
    name = text_of(at.node)
    if chain is None or keyed is None:
        _add(draft, at, at.node, (name,), "read", None)
    else:
        _add(draft, at, keyed, (*chain, f".{name}"), "write", None, consumer=(name,))


def _add(
    draft: Draft,
    at: At,
    whole: Node,
    chain: Chain,
    role: str,
    arguments: Arguments | None,
    consumer: Chain = (),
) -> None:
    draft.sites.append(
        Site(
            chain=chain,
            role=role,  # type: ignore[arg-type]
            scope=at.scope,
            span=span_of(at.node),
            whole=span_of(whole),
            within=at.within,
            arguments=arguments,
            consumer=consumer,
            text=draft.text(whole.start_byte, whole.end_byte, LONGEST_TEXT),
        )
    )
