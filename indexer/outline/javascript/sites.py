"""Places that use a name that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.javascript.chains import FUNCTIONS, awaited_callee, kinds, string_of, text_of, type_chain
from indexer.outline.javascript.draft import Draft, Frame, span_of
from indexer.outline.javascript.functions import given_to
from indexer.outline.javascript.usage import operator, unwrapped, usage
from indexer.types import Arguments, Chain, Site

LONGEST_TEXT = 400
# Broken texts have them in the place of names.
KEYWORDS = frozenset({"this", "super"})
EXCUSE = b"@ts-"
EXCUSED = re.compile(rb"@ts-(?:expect-error|ignore)\b")
BLANKS = re.compile(rb"\s+")
FORWARDED = frozenset({b"call", b"apply", b"bind"})
# Where an identifier stands for something new, or for another thing than a value: parent type and field.
DEFINES = {
    **dict.fromkeys(
        kinds(
            "function_declaration generator_function_declaration function_expression generator_function "
            "function_signature class_declaration abstract_class_declaration class method_definition "
            "method_signature abstract_method_signature property_signature public_field_definition "
            "variable_declarator enum_declaration enum_assignment interface_declaration type_alias_declaration "
            "internal_module module type_parameter index_signature type_predicate"
        ),
        "name",
    ),
    "field_definition": "property",
    "required_parameter": "pattern",
    "optional_parameter": "pattern",
    "arrow_function": "parameter",
    "catch_clause": "parameter",
    "pair": "key",
    "pair_pattern": "value",
    "assignment_pattern": "left",
}
NEVER = kinds(
    "formal_parameters array_pattern object_pattern rest_pattern import_specifier import_clause "
    "namespace_import export_specifier namespace_export import_require_clause enum_body jsx_attribute "
    "jsx_closing_element labeled_statement break_statement continue_statement meta_property"
)
HANDED_ON = kinds(
    "arguments variable_declarator assignment_expression pair array return_statement arrow_function "
    "export_statement jsx_expression spread_element yield_expression public_field_definition "
    "field_definition required_parameter optional_parameter assignment_pattern object "
    "shorthand_property_identifier object_assignment_pattern"
)
OPTIONAL = frozenset({"optional_chain", "?."})
WRITES = {
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
    "for_in_statement": "left",
    "update_expression": "argument",
}
TYPE_HEADS = frozenset({"extends_type_clause", "implements_clause", "extends_clause"})


def name_site(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """The leaf of an identifier, property or type name."""
    if text_of(frame.node) in draft.names - KEYWORDS:
        _site(draft, frame)
    yield from ()


def string_site(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`obj["f"]`."""
    string = frame.up
    subscript = string.up if string is not None else None
    if string is None or subscript is None or string_of(string.node) not in draft.names:
        return
    if subscript.node.type == "subscript_expression" and subscript.node.child_by_field_name("index") == string.node:
        _used(draft, frame, subscript, draft.chain(subscript.node, frame))
    yield from ()


def super_site(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`super(…)` of a class whose base was asked for."""
    call = frame.up
    if call is None or call.node.type != "call_expression":
        return
    scope: int | None = frame.scope
    while scope is not None and draft.scopes[scope].kind != "class":
        scope = draft.scopes[scope].parent
    base = draft.bases.get(scope, ("<?>",)) if scope is not None else ("<?>",)
    if "constructor" in draft.names or base[-1].lstrip(".") in draft.names:
        _used(draft, frame, frame, ("super",))
    yield from ()


def _site(draft: Draft, leaf: Frame) -> None:
    up = leaf.up
    if up is None:
        return
    kind = up.node.type
    node = leaf.node
    if node.type == "shorthand_property_identifier_pattern":
        _destructured(draft, leaf)
    elif kind == "pair_pattern" and up.node.child_by_field_name("key") == node:
        _destructured(draft, up, leaf)
    elif (
        (
            kind == "for_in_statement"
            and up.node.child_by_field_name("kind")
            and up.node.child_by_field_name("left") == node
        )
        or kind in NEVER
        or (kind in DEFINES and up.node.child_by_field_name(DEFINES[kind]) == node)
    ):
        return
    elif kind in ("member_expression", "nested_identifier") and up.node.child_by_field_name("property") == node:
        _used(draft, leaf, up, draft.chain(up.node, leaf))
    elif kind == "nested_type_identifier":
        if up.node.child_by_field_name("name") == node:
            _typed(draft, leaf, up)
        else:
            _add(draft, leaf, leaf, (text_of(node),), "read", usage="member")
    elif node.type == "type_identifier" or (kind == "type_query"):
        _typed(draft, leaf, leaf)
    elif node.type != "property_identifier":
        _used(
            draft,
            leaf,
            leaf,
            draft.chain(node, leaf) if node.type != "shorthand_property_identifier" else (text_of(node),),
        )


def _typed(draft: Draft, leaf: Frame, whole: Frame) -> None:
    up = whole.up
    head = up.up if up is not None and up.node.type == "generic_type" else up
    named = up is head or (up is not None and up.node.child_by_field_name("name") == whole.node)
    role = "base" if head is not None and named and head.node.type in TYPE_HEADS else "type"
    chain = type_chain(whole.node) if whole.node.type != "identifier" else (text_of(whole.node),)
    _add(draft, leaf, whole, chain, role)


def _destructured(draft: Draft, part: Frame, leaf: Frame | None = None) -> None:
    """`const { f } = obj` reads `obj.f`."""
    leaf = leaf or part
    steps = ["." + text_of(leaf.node)]
    at = part.up
    while at is not None and at.node.type in (
        "object_pattern",
        "pair_pattern",
        "object_assignment_pattern",
        "assignment_pattern",
    ):
        if at.node.type == "pair_pattern":
            key = at.node.child_by_field_name("key")
            steps.append("." + (text_of(key).strip("'\"") if key is not None else ""))
        at = at.up
    if at is None:
        return
    kind = at.node.type
    value = at.node.child_by_field_name("value" if kind == "variable_declarator" else "right")
    if kind in ("variable_declarator", "assignment_expression") and value is not None:
        chain = draft.chain(value, at)
        annotation = at.node.child_by_field_name("type")
        chain = (annotation is not None and draft.typed_root(annotation)) or chain
        if _is_module(chain):
            return
    elif kind in ("required_parameter", "optional_parameter", "formal_parameters"):
        chain = _given(draft, at)
    elif kind == "for_in_statement" and value is not None:
        chain = (*draft.chain(value, at), "each")
    else:
        chain = ("<?>",)
    _add(draft, leaf, leaf, (*chain, *reversed(steps)), "read")


def _given(draft: Draft, parameter: Frame) -> Chain:
    """What a destructured parameter gets, as far as its type or the call around the function tells."""
    annotation = parameter.node.child_by_field_name("type")
    if annotation is not None:
        return draft.typed_root(annotation) or ("<?>",)
    at: Frame | None = parameter
    while at is not None and at.node.type not in FUNCTIONS:
        at = at.up if at.node.type.endswith(("parameter", "parameters")) else None
    return (at is not None and given_to(draft, at)) or ("<?>",)


def _is_module(chain: Chain) -> bool:
    """Whether it is a loaded module itself, whose destructuring is an import."""
    return chain[0].endswith("')") and all(step == "await" for step in chain[1:])


def _used(draft: Draft, leaf: Frame, place: Frame, chain: Chain) -> None:
    """A use of a value at a place; what is around it says how it is used."""
    whole = unwrapped(place)
    up = whole.up
    if up is None:
        return
    kind = up.node.type
    role = _role_by_place(up.node, whole.node)
    if role is not None:
        _add(draft, leaf, whole, chain, role, usage="decorator" if role == "decorator" else "other")
    elif kind == "await_expression" and up.up is not None and awaited_callee(up.up.node) == up.node:
        _add(draft, leaf, up.up, chain, "call", _arguments(up.up.node), "await")
    elif kind == "call_expression" and up.node.child_by_field_name("function") == whole.node:
        _called(draft, leaf, up, chain)
    elif kind == "new_expression" and up.node.child_by_field_name("constructor") == whole.node:
        used_as, consumer = usage(draft, up)
        _add(draft, leaf, up, chain, "new", _arguments(up.node) or Arguments(0), used_as, consumer)
    elif kind == "member_expression":
        _receiver(draft, leaf, whole, up, chain)
    else:
        used_as, consumer = usage(draft, whole)
        handed = kind in HANDED_ON or used_as in ("argument", "return", "assigned", "yield")
        guarded = operator(up.node) == "typeof"
        _add(draft, leaf, whole, chain, "reference" if handed else "read", None, used_as, consumer, guarded)


def _role_by_place(node: Node, value: Node) -> str | None:
    """The role that a value has because of where it stands alone."""
    kind = node.type
    if kind in WRITES and node.child_by_field_name(WRITES[kind]) == value:
        return "write"
    if kind == "class_heritage" or (kind == "extends_clause" and node.child_by_field_name("value") == value):
        return "base"
    if kind == "unary_expression" and operator(node) == "delete":
        return "delete"
    if kind.startswith("jsx_") and kind != "jsx_expression":
        return "reference"
    return "decorator" if kind == "decorator" else None


def _receiver(draft: Draft, leaf: Frame, whole: Frame, member: Frame, chain: Chain) -> None:
    """`f.x`, where `f.call(…)` and the like hand `f` on."""
    name = member.node.child_by_field_name("property")
    forwarded = name is not None and name.text in FORWARDED
    step = "." + text_of(name) if name is not None else ""
    _add(draft, leaf, whole, chain, "reference" if forwarded else "read", None, "member", (step,))


def _called(draft: Draft, leaf: Frame, call: Frame, chain: Chain) -> None:
    arguments = call.node.child_by_field_name("arguments")
    used_as, consumer = usage(draft, call)
    if arguments is not None and arguments.type == "template_string":
        _add(draft, leaf, call, chain, "read", None, used_as, consumer)
        return
    guarded = any(child.type in OPTIONAL for child in call.node.children)
    _add(draft, leaf, call, chain, "call", _arguments(call.node), used_as, consumer, guarded=guarded)


def _arguments(call: Node) -> Arguments | None:
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return None
    given = [child.type for child in arguments.named_children if child.type != "comment"]
    return Arguments(sum(kind != "spread_element" for kind in given), rest="spread_element" in given)


def _is_excused(source: bytes, *nodes: Node) -> bool:
    """Whether the line before the name, or before the whole expression, is a comment that expects an error there."""
    if EXCUSE not in source:
        return False
    for node in nodes:
        line = source.rfind(b"\n", 0, node.start_byte) + 1
        before = source[source.rfind(b"\n", 0, max(0, line - 1)) + 1 : line]
        if EXCUSED.search(before):
            return True
    return False


def _add(
    draft: Draft,
    leaf: Frame,
    whole: Frame,
    chain: Chain,
    role: str,
    arguments: Arguments | None = None,
    usage: str = "other",
    consumer: Chain = (),
    guarded: bool = False,
) -> None:
    node = whole.node
    text = draft.source[node.start_byte : min(node.end_byte, node.start_byte + 4 * LONGEST_TEXT)]
    if chain[0] == "this" and not leaf.receiver:
        chain = ("<?>", *chain[1:])
    draft.sites.append(
        Site(
            chain=chain,
            role=role,  # type: ignore[arg-type]
            scope=leaf.scope,
            span=span_of(leaf.node),
            whole=span_of(node),
            within=leaf.within,
            arguments=arguments,
            usage=usage,  # type: ignore[arg-type]
            consumer=consumer,
            text=BLANKS.sub(b" ", text).decode("utf-8", "replace")[:LONGEST_TEXT],
            guarded=guarded
            or (bool(leaf.guards) and chain[-1].lstrip(".") in leaf.guards)
            or _is_excused(draft.source, leaf.node, node),
        )
    )
