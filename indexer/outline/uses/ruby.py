"""Places of names in Ruby."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.uses.place import CALL, MEMBER_CALL, OWN, READ, TYPE, Place, is_field, text
from indexer.outline.uses.place import imported as imported_name
from indexer.types import Binding

_OWN_NAME = frozenset(
    {
        "method",
        "singleton_method",
        "class",
        "module",
        "method_parameters",
        "block_parameters",
        "lambda_parameters",
        "optional_parameter",
        "keyword_parameter",
        "splat_parameter",
        "hash_splat_parameter",
        "block_parameter",
        "destructured_parameter",
        "left_assignment_list",
        "destructured_left_assignment",
        "rest_assignment",
        "exception_variable",
        "for",
        "alias",
        "undef",
        "in_clause",
        "array_pattern",
        "hash_pattern",
        "keyword_pattern",
    }
)
_ASSIGNMENTS = frozenset({"assignment", "operator_assignment"})
_SYMBOLS = frozenset({"simple_symbol", "hash_key_symbol", "bare_symbol", "string_content", "delimited_symbol"})


def place(node: Node) -> Place | None:
    """What the name at `node` is there; a symbol may define or call anything of its name."""
    if node.type in _SYMBOLS:
        return OWN
    if node.type not in ("identifier", "constant") or node.parent is None:
        return None
    parent = node.parent
    if parent.type in ("class", "module", "singleton_method", "optional_parameter", "keyword_parameter"):
        return OWN if is_field(parent, "name", node) else READ
    if parent.type in _OWN_NAME or (parent.type in _ASSIGNMENTS and is_field(parent, "left", node)):
        return OWN
    if _is_asked_for(node):
        return None
    if parent.type == "call" and is_field(parent, "method", node):
        return _call(parent)
    if parent.type == "scope_resolution" and is_field(parent, "name", node):
        return OWN if _is_named(parent) else TYPE
    return TYPE if node.type == "constant" else READ


def _call(call: Node) -> Place | None:
    outer = call.parent
    if outer is not None and outer.type in _ASSIGNMENTS and is_field(outer, "left", call):
        return None
    return CALL if call.child_by_field_name("receiver") is None else MEMBER_CALL


def _is_named(resolution: Node) -> bool:
    """Whether `A::B` is what a class, module or assignment gives its name to."""
    outer = resolution.parent
    if outer is None:
        return False
    return (outer.type in ("class", "module") and is_field(outer, "name", resolution)) or (
        outer.type in _ASSIGNMENTS and is_field(outer, "left", resolution)
    )


def _is_asked_for(node: Node) -> bool:
    """Whether it stands in `defined?(…)`."""
    part: Node | None = node
    for _ in range(4):
        part = part.parent if part is not None else None
        if part is not None and part.type == "unary" and text(part).startswith("defined?"):
            return True
    return False


def imports(root: Node) -> Iterator[Binding]:
    """The files that `require_relative` names."""
    for child in root.named_children:
        method = child.child_by_field_name("method") if child.type == "call" else None
        arguments = child.child_by_field_name("arguments")
        if method is None or text(method) != "require_relative" or arguments is None:
            continue
        given = arguments.named_children[0] if arguments.named_child_count == 1 else None
        if (
            given is not None
            and given.type == "string"
            and [p.type for p in given.named_children] == ["string_content"]
        ):
            yield imported_name(text(given.named_children[0]), "*", given)


def package(root: Node) -> str | None:
    """None: modules are reopened anywhere."""
    return None
