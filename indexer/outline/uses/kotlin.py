"""Places of names in Kotlin."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.uses.place import CALL, MEMBER, MEMBER_CALL, OWN, READ, TYPE, Place, text
from indexer.outline.uses.place import imported as imported_name
from indexer.types import Binding

_OWN_NAME = frozenset(
    {
        "variable_declaration",
        "parameter",
        "class_parameter",
        "lambda_parameters",
        "type_parameter",
        "catch_block",
        "function_declaration",
        "class_declaration",
        "object_declaration",
        "companion_object",
        "enum_entry",
        "type_alias",
        "label",
        "multi_variable_declaration",
        "parameter_with_optional_type",
        "function_type_parameters",
        "setter",
    }
)
_NOT_CODE = frozenset({"package_header", "import", "qualified_identifier", "import_alias"})


def place(node: Node) -> Place | None:
    """What the name at `node` is there."""
    if node.type == "string_content":
        return OWN
    if node.type != "identifier" or node.parent is None:
        return None
    parent = node.parent
    if parent.type in _NOT_CODE:
        return OWN if parent.type == "import_alias" else None
    if parent.type == "user_type":
        return TYPE if node == parent.named_children[-1] else READ
    if parent.type in _OWN_NAME:
        return OWN
    if parent.type == "value_argument" and node.next_sibling is not None and node.next_sibling.type == "=":
        return OWN
    if parent.type == "navigation_expression" and node == parent.named_children[-1]:
        outer = parent.parent
        called = outer is not None and outer.type == "call_expression" and outer.named_children[0] == parent
        return MEMBER_CALL if called else MEMBER
    if parent.type == "call_expression" and node == parent.named_children[0]:
        return CALL
    return READ


def imports(root: Node) -> Iterator[Binding]:
    """Names that are imported one by one."""
    for child in root.named_children:
        if child.type != "import" or "*" in text(child):
            continue
        name = next((part for part in child.named_children if part.type == "qualified_identifier"), None)
        if name is not None:
            module, _, last = "".join(text(name).split()).rpartition(".")
            yield imported_name(module, last.strip("`"), name.named_children[-1])


def package(root: Node) -> str | None:
    """The package that the file says it is in."""
    header = next((child for child in root.named_children if child.type == "package_header"), None)
    if header is None:
        return ""
    names = (part for part in header.named_children if part.type == "qualified_identifier")
    return next(("".join(text(name).split()) for name in names), "")
