"""Places of names in C and C++."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from indexer.outline.uses.place import (
    CALL,
    DEFINED,
    MEMBER,
    MEMBER_CALL,
    OWN,
    READ,
    TYPE,
    UNCLEAR,
    Place,
    is_field,
    text,
)
from indexer.outline.uses.place import imported as imported_name
from indexer.types import Binding

_NAMES = frozenset({"identifier", "field_identifier", "type_identifier", "namespace_identifier"})
_TAGGED = frozenset({"struct_specifier", "union_specifier", "enum_specifier", "class_specifier"})
_DECLARING = frozenset(
    {
        "declaration",
        "parameter_declaration",
        "optional_parameter_declaration",
        "variadic_parameter_declaration",
        "field_declaration",
        "type_definition",
        "function_definition",
        "for_range_loop",
        "condition_declaration",
        "alias_declaration",
        "template_template_parameter_declaration",
    }
)
_OWN_NAME = frozenset(
    {
        "preproc_def",
        "preproc_function_def",
        "preproc_params",
        "preproc_ifdef",
        "preproc_defined",
        "type_parameter_declaration",
        "optional_type_parameter_declaration",
        "variadic_type_parameter_declaration",
        "structured_binding_declarator",
        "lambda_capture_initializer",
        "namespace_definition",
        "namespace_alias_definition",
        "concept_definition",
        "enumerator",
        "statement_identifier",
    }
)
_QUALIFIED = frozenset({"qualified_identifier", "template_function", "template_method", "template_type"})
_AROUND = frozenset(
    {"translation_unit", "declaration_list", "preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif"}
)
_CONDITIONS = frozenset({"preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "preproc_elifdef"})


def place(node: Node) -> Place | None:
    """What the name at `node` is there."""
    if node.type == "string_content":
        return OWN
    if node.type == "statement_identifier":
        return OWN
    if node.type not in _NAMES or node.parent is None:
        return None
    if _is_unclear(node):
        return UNCLEAR
    found = _place(node, node.parent)
    if found is OWN:
        return OWN if _is_local(node) else DEFINED
    if found is None:
        return None
    return replace(found, guarded=True) if _is_conditional(node) else found


def _place(node: Node, parent: Node) -> Place | None:
    if node.type == "namespace_identifier":
        return TYPE
    if _is_foreign(node) or _is_macro_argument(parent):
        return None
    if parent.type in _TAGGED or parent.type in _OWN_NAME:
        return OWN if is_field(parent, "name", node) or parent.type in _OWN_NAME else TYPE
    if parent.type == "field_expression" or (parent.type == "template_method" and parent.parent is not None):
        return _member(node, parent)
    if parent.type in ("field_designator", "using_declaration", "offsetof_expression"):
        return None
    if node.type == "type_identifier":
        return OWN if _is_declared(node) else TYPE
    top = _outermost(node)
    if _is_declared(top):
        return OWN
    call = top.parent
    if call is not None and call.type == "call_expression" and is_field(call, "function", top):
        return CALL
    return None if node.type == "field_identifier" else READ


def _member(node: Node, parent: Node) -> Place | None:
    top = parent if parent.type == "field_expression" else parent.parent
    if top is None or (parent.type == "field_expression" and not is_field(parent, "field", node)):
        return READ
    call = top.parent
    return MEMBER_CALL if call is not None and call.type == "call_expression" else MEMBER


def _outermost(node: Node) -> Node:
    """The whole qualified name that ends with the node."""
    while node.parent is not None and node.parent.type in _QUALIFIED and not is_field(node.parent, "arguments", node):
        node = node.parent
    return node


def _is_declared(node: Node) -> bool:
    """Whether the node is what a declarator declares: `x` of `int *x[N]`, and not `N`."""
    parent = node.parent
    while parent is not None and (parent.type.endswith("_declarator") or parent.type == "attributed_declarator"):
        declared = is_field(parent, "declarator", node) or (
            parent.type in ("reference_declarator", "parenthesized_declarator", "variadic_declarator")
        )
        if not declared:
            return False
        node, parent = parent, parent.parent
    if parent is None or parent.type not in _DECLARING:
        return False
    return is_field(parent, "declarator", node) or is_field(parent, "name", node)


def _is_unclear(node: Node) -> bool:
    """Whether the declaration or definition around it does not parse."""
    part = node
    while part.parent is not None and part.parent.type not in _AROUND:
        part = part.parent
    return part.has_error


def _is_local(node: Node) -> bool:
    """Whether what is declared is seen in one function, or one parameter list, only."""
    part: Node | None = node
    while part is not None:
        if part.type in ("compound_statement", "parameter_list", "template_parameter_list", "preproc_params"):
            return True
        part = part.parent
    return False


def _is_foreign(node: Node) -> bool:
    """Whether it is a name of the standard library: `std::ostream`."""
    top = _outermost(node)
    scope = top.child_by_field_name("scope") if top.type == "qualified_identifier" else None
    return scope is not None and text(scope) == "std"


def _is_macro_argument(parent: Node) -> bool:
    """Whether it stands in `TEST(Suite, Name) {`, which only looks like a function without a type."""
    if parent.type != "parameter_declaration" or parent.child_by_field_name("declarator") is not None:
        return False
    part: Node | None = parent
    while part is not None and part.type != "function_definition":
        part = part.parent if part.type.endswith(("_declarator", "_list", "_declaration")) else None
    return part is not None and part.child_by_field_name("type") is None


def _is_conditional(node: Node) -> bool:
    """Whether the node stands in a part that the preprocessor may leave out; the guard of a header is none."""
    part: Node | None = node
    while part is not None:
        if part.type in _CONDITIONS and not _is_guard(part):
            return True
        part = part.parent
    return False


def _is_guard(part: Node) -> bool:
    if part.type != "preproc_ifdef" or part.parent is None or part.parent.type != "translation_unit":
        return False
    name = part.child_by_field_name("name")
    first = next((child for child in part.named_children if child != name and child.type != "comment"), None)
    own = first.child_by_field_name("name") if first is not None and first.type == "preproc_def" else None
    return name is not None and own is not None and text(own) == text(name)


def imports(root: Node) -> Iterator[Binding]:
    """The headers that are included; those in angle brackets may lie outside of the tree, and have the name `<>`."""
    waiting = [root]
    while waiting:
        for child in waiting.pop().named_children:
            if child.type == "preproc_include":
                path = child.child_by_field_name("path")
                if path is not None and path.type in ("string_literal", "system_lib_string"):
                    name = "*" if path.type == "string_literal" else "<>"
                    yield imported_name(text(path).strip('"<>'), name, path)
            elif child.type in ("linkage_specification", "declaration_list") or _is_guard(child):
                waiting.append(child)


def package(root: Node) -> str | None:
    """None: a file says nothing about where its names belong."""
    return None
