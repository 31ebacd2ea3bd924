"""Places of names in C#."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.uses.place import CALL, DEFINED, MEMBER, MEMBER_CALL, OWN, READ, TYPE, Place, is_field
from indexer.types import Binding

_OWN_NAME = frozenset(
    {
        "variable_declarator",
        "parameter",
        "local_function_statement",
        "type_parameter",
        "catch_declaration",
        "declaration_pattern",
        "var_pattern",
        "single_variable_designation",
        "parenthesized_variable_designation",
        "declaration_expression",
        "recursive_pattern",
        "list_pattern",
        "tuple_element",
        "argument",
        "name_colon",
        "from_clause",
        "let_clause",
        "join_clause",
        "join_into_clause",
        "query_continuation",
        "implicit_parameter",
        "labeled_statement",
        "extern_alias_directive",
        "property_declaration",
        "method_declaration",
        "event_declaration",
        "class_declaration",
        "struct_declaration",
        "record_declaration",
        "interface_declaration",
        "enum_declaration",
        "delegate_declaration",
        "enum_member_declaration",
        "constructor_declaration",
        "destructor_declaration",
    }
)
_TYPES = frozenset({"base_list", "type_argument_list", "attribute", "typeof_expression", "array_type", "nullable_type"})
_IN_EXPRESSIONS = frozenset(
    {
        "argument",
        "arrow_expression_clause",
        "binary_expression",
        "return_statement",
        "variable_declarator",
        "equals_value_clause",
        "interpolation",
        "conditional_expression",
        "parenthesized_expression",
        "prefix_unary_expression",
        "await_expression",
        "if_statement",
        "element_access_expression",
        "expression_statement",
        "postfix_unary_expression",
    }
)


def place(node: Node) -> Place | None:
    """What the name at `node` is there."""
    if node.type == "string_literal_content":
        return OWN
    if node.type != "identifier" or node.parent is None:
        return None
    parent = node.parent
    if parent.type in ("implicit_parameter", "parenthesized_variable_designation", "tuple_pattern"):
        return OWN
    if parent.type == "using_directive":
        return DEFINED if is_field(parent, "name", node) else None
    if parent.type in _OWN_NAME and is_field(parent, "name", node):
        return OWN
    if parent.type == "foreach_statement" and is_field(parent, "left", node):
        return OWN
    if parent.type == "lambda_expression" and is_field(parent, "parameters", node):
        return OWN
    if parent.type == "anonymous_object_creation_expression":
        return OWN
    if parent.type == "generic_name":
        node, parent = parent, parent.parent or parent
    return _use(node, parent)


def _use(node: Node, parent: Node) -> Place | None:
    if parent.type in ("member_access_expression", "member_binding_expression") and is_field(parent, "name", node):
        owner = parent.child_by_field_name("expression")
        if owner is not None and owner.type == "predefined_type":
            return None
        return MEMBER_CALL if _is_called(parent) else MEMBER
    if parent.type == "member_access_expression":
        return READ
    if parent.type == "invocation_expression":
        return CALL if is_field(parent, "function", node) else None
    if parent.type == "object_creation_expression" and is_field(parent, "type", node):
        return TYPE
    if parent.type in _TYPES or is_field(parent, "type", node) or is_field(parent, "returns", node):
        return TYPE
    if parent.type == "assignment_expression" and parent.parent is not None:
        return None if parent.parent.type == "initializer_expression" and is_field(parent, "left", node) else READ
    return READ if parent.type in _IN_EXPRESSIONS else None


def _is_called(access: Node) -> bool:
    outer = access.parent
    if outer is not None and outer.type == "conditional_access_expression":
        outer = outer.parent
    return outer is not None and outer.type == "invocation_expression"


def imports(root: Node) -> Iterator[Binding]:
    """None: a `using` names a namespace, which many files make up together."""
    return iter(())


def package(root: Node) -> str | None:
    """None: a file may hold several namespaces."""
    return None
