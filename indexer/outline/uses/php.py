"""Places of names in PHP."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.uses.place import CALL, DEFINED, MEMBER, MEMBER_CALL, OWN, READ, TYPE, Place, is_field, text
from indexer.outline.uses.place import imported as imported_name
from indexer.types import Binding

_TYPES = frozenset(
    {
        "base_clause",
        "class_interface_clause",
        "named_type",
        "object_creation_expression",
        "attribute",
        "use_declaration",
    }
)
_OWN_NAME = frozenset(
    {
        "namespace_name",
        "namespace_use_clause",
        "namespace_aliasing_clause",
        "class_declaration",
        "interface_declaration",
        "trait_declaration",
        "enum_declaration",
        "function_definition",
        "method_declaration",
        "const_element",
        "enum_case",
        "named_label_statement",
        "goto_statement",
    }
)


def place(node: Node) -> Place | None:
    """What the name at `node` is there; variables are none, their names have nothing to do with definitions."""
    if node.type in ("string_content", "string_value"):
        return OWN
    if node.type != "name" or node.parent is None:
        return None
    parent = node.parent
    if parent.type == "variable_name":
        if parent.parent is not None and parent.parent.type == "property_promotion_parameter":
            return DEFINED
        static = parent.parent is not None and parent.parent.type == "scoped_property_access_expression"
        return MEMBER if static else None
    if parent.type in _OWN_NAME or (parent.type == "argument" and is_field(parent, "name", node)):
        return None if parent.type in ("namespace_name", "namespace_use_clause") else OWN
    if parent.type in ("member_access_expression", "nullsafe_member_access_expression"):
        return MEMBER if is_field(parent, "name", node) else READ
    if parent.type in ("member_call_expression", "nullsafe_member_call_expression"):
        return MEMBER_CALL if is_field(parent, "name", node) else READ
    if parent.type == "scoped_call_expression":
        return MEMBER_CALL if is_field(parent, "name", node) else TYPE
    if parent.type == "class_constant_access_expression":
        return MEMBER if node == parent.named_children[-1] else TYPE
    return _bare(node, parent)


def _bare(node: Node, parent: Node) -> Place | None:
    if parent.type == "qualified_name":
        outer = parent.parent
        if outer is None or outer.type == "namespace_use_clause":
            return None
        node, parent = parent, outer
    if parent.type == "function_call_expression":
        return CALL if is_field(parent, "function", node) else None
    if parent.type in _TYPES:
        return TYPE
    if parent.type in (
        "scoped_call_expression",
        "scoped_property_access_expression",
        "class_constant_access_expression",
    ):
        return TYPE
    if parent.type == "binary_expression":
        return TYPE if is_field(parent, "right", node) and "instanceof" in text(parent) else READ
    return READ


def imports(root: Node) -> Iterator[Binding]:
    """The names of `use` statements; the module is the namespace."""
    for declaration in _statements(root, "namespace_use_declaration"):
        if any(child.type == "namespace_use_group" for child in declaration.named_children):
            continue
        for clause in declaration.named_children:
            name = next((part for part in clause.named_children if part.type == "qualified_name"), None)
            if clause.type == "namespace_use_clause" and name is not None:
                module, _, last = text(name).lstrip("\\").rpartition("\\")
                yield imported_name(module, last, name.named_children[-1])


def package(root: Node) -> str | None:
    """The namespace of the file; None where it has several."""
    found = [child.child_by_field_name("name") for child in _statements(root, "namespace_definition")]
    if len(found) > 1:
        return None
    return text(found[0]) if found and found[0] is not None else ""


def _statements(root: Node, kind: str) -> Iterator[Node]:
    for child in root.named_children:
        if child.type == kind:
            yield child
        if child.type == "namespace_definition":
            body = child.child_by_field_name("body")
            yield from (part for part in (body.named_children if body else ()) if part.type == kind)
