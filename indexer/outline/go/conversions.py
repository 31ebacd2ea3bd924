"""Values that are given to something of a declared type: arguments, results, assignments, elements of literals."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.go.chains import chain_of, literal_type
from indexer.outline.go.draft import At, Draft, parts, span_of, text_of
from indexer.outline.go.kinds import results, type_chain
from indexer.types import Chain, Site

LONGEST_TEXT = 400
FUNCTIONS = frozenset({"func_literal", "function_declaration", "method_declaration"})

Given = Iterator[tuple[Node, Chain]]


def conversions(draft: Draft, at: At) -> None:
    """Note the values that a statement or expression gives away, with what they are expected to be."""
    for value, expected in GIVING[at.node.type](at.node):
        chain = chain_of(value)
        if chain[0].startswith("<") or not expected or "<?>" in chain:
            continue
        text = draft.text(value.start_byte, value.end_byte, LONGEST_TEXT)
        span = span_of(value)
        draft.sites.append(
            Site(chain, "reference", at.scope, span, span, at.within, usage="argument", consumer=expected, text=text)
        )


def _call(node: Node) -> Given:
    function, given = node.child_by_field_name("function"), parts(node.child_by_field_name("arguments"))
    if function is None or not given:
        return
    if function.type == "identifier" and text_of(function) in ("append", "make", "new", "len", "cap", "delete", "copy"):
        if text_of(function) == "append":
            yield from (
                (value, (*chain_of(given[0]), "[]")) for value in given[1:] if value.type != "variadic_argument"
            )
        return
    callee = chain_of(function)
    for number, value in enumerate(given):
        if value.type != "variadic_argument":
            yield value, (*callee, f"({number})")


def _conversion(node: Node) -> Given:
    value = node.child_by_field_name("operand")
    if value is not None:
        yield value, (*type_chain(node.child_by_field_name("type")), "(0)")


def _return(node: Node) -> Given:
    function = node.parent
    while function is not None and function.type not in FUNCTIONS:
        function = function.parent
    values = parts(parts(node)[0]) if parts(node) and parts(node)[0].type == "expression_list" else []
    expected = results(function) if function is not None else []
    if len(values) == len(expected):
        yield from ((value, (*chain, "new")) for value, chain in zip(values, expected, strict=True))


def _assignment(node: Node) -> Given:
    left, right = parts(node.child_by_field_name("left")), parts(node.child_by_field_name("right"))
    if len(left) == len(right):
        yield from ((value, chain_of(target)) for target, value in zip(left, right, strict=True))


def _variable(node: Node) -> Given:
    written, values = node.child_by_field_name("type"), parts(node.child_by_field_name("value"))
    if written is not None:
        yield from ((value, (*type_chain(written), "new")) for value in values)


def _send(node: Node) -> Given:
    value = node.child_by_field_name("value")
    if value is not None:
        yield value, (*chain_of(node.child_by_field_name("channel")), "<-")


def _literal(node: Node) -> Given:
    if not parts(node):
        return
    of = literal_type(node)
    for number, element in enumerate(parts(node) if of is not None else ()):
        keyed = element.type == "keyed_element"
        held = element.child_by_field_name("value") if keyed else element
        value = parts(held)[0] if held is not None and held.type == "literal_element" and parts(held) else None
        if value is None or value.type == "literal_value" or of is None:
            continue
        key = element.child_by_field_name("key") if keyed else None
        name = parts(key)[0] if key is not None and parts(key) else None
        if name is not None and name.type == "identifier":
            yield value, (*of, f"{{{text_of(name)}}}")
        else:
            yield value, (*of, "{}" if keyed else f"{{{number}}}")


def _assertion(node: Node) -> Given:
    """`x.(T)` can only be where a `T` can be given as what `x` is."""
    yield node, chain_of(node.child_by_field_name("operand"))


GIVING = {
    "type_assertion_expression": _assertion,
    "call_expression": _call,
    "type_conversion_expression": _conversion,
    "return_statement": _return,
    "assignment_statement": _assignment,
    "var_spec": _variable,
    "send_statement": _send,
    "literal_value": _literal,
}
