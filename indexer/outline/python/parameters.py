"""The parameters of a function or lambda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from indexer.outline.python.annotations import annotation_chain
from indexer.outline.python.text import text_of
from indexer.types import Chain, Param

if TYPE_CHECKING:
    from tree_sitter import Node

Written = tuple[Param, "Node", "Node | None"]
"""A parameter with the node that it is written as, and the node of its default."""
SPLATS: dict[str, Literal["rest", "keywords"]] = {"list_splat_pattern": "rest", "dictionary_splat_pattern": "keywords"}


def parameters_of(callable_node: Node, source: bytes) -> tuple[Param, ...]:
    """The parameters in order, the receiver among them."""
    return tuple(param for param, _, _ in parameters_with_defaults(callable_node, source))


def parameters_with_defaults(callable_node: Node, source: bytes) -> list[Written]:
    """The parameters in order, each with its nodes."""
    listed = callable_node.child_by_field_name("parameters")
    if listed is None:
        return []
    found: list[Written] = []
    after_star = False
    for node in listed.named_children:
        kind = node.type
        if kind == "positional_separator":
            found = [(_positional_only(param), where, default) for param, where, default in found]
        elif kind == "keyword_separator":
            after_star = True
        elif kind not in ("comment", "ERROR"):
            entry = _parameter(node, kind, after_star, source)
            if entry is not None:
                found.append(entry)
                after_star = after_star or entry[0].kind == "rest"
    return found


def _parameter(node: Node, kind: str, after_star: bool, source: bytes) -> Written | None:
    name = _name_node(node)
    if name is None:
        return None
    default = node.child_by_field_name("value") if kind.endswith("default_parameter") else None
    typed = node.child_by_field_name("type") if kind.startswith("typed") else None
    inner = node.named_children[0].type if kind == "typed_parameter" else kind
    how = SPLATS.get(inner) or ("keyword_only" if after_star else "positional")
    required = default is None and inner not in SPLATS
    annotation: Chain | None = annotation_chain(text_of(typed, source)) if typed is not None else None
    return Param(text_of(name, source), how, required, annotation), node, default


def _name_node(node: Node) -> Node | None:
    kind = node.type
    if kind in ("identifier", "tuple_pattern"):
        return node
    if kind.endswith("default_parameter"):
        return node.child_by_field_name("name")
    if kind in SPLATS or kind == "typed_parameter":
        first = next((child for child in node.named_children if child.type != "comment"), None)
        return _name_node(first) if first is not None else None
    return None


def _positional_only(param: Param) -> Param:
    return Param(param.name, "positional_only", param.required, param.annotation)
