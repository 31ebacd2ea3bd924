"""What a place says about the name that stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node

from indexer.types import Binding, Span


@dataclass(frozen=True, slots=True)
class Place:
    """A use, or with the role `write` a place where the name gets a meaning of its own."""

    role: Literal["call", "read", "type", "write", "reference"]
    """`reference`: in text that does not parse, where it may be anything."""
    member: bool = False
    """Behind a dot or an arrow: a member of whatever stands before it."""
    guarded: bool = False
    """Of a use: in a part that is only there under a condition. Of a `write`: it may be a definition for all files."""


OWN = Place("write")
DEFINED = Place("write", guarded=True)
UNCLEAR = Place("reference")
CALL, READ, TYPE = Place("call"), Place("read"), Place("type")
MEMBER_CALL, MEMBER = Place("call", member=True), Place("read", member=True)


def is_field(parent: Node, field: str, node: Node) -> bool:
    """Whether `node` is what `parent` has in one of its fields of that name."""
    return node in parent.children_by_field_name(field)


def text(node: Node) -> str:
    """The node's text."""
    return (node.text or b"").decode("utf-8", "replace")


def imported(module: str, name: str, node: Node, kind_of: str | None = None) -> Binding:
    """An import of `name` from `module`, at the place of a node."""
    (line, column), (last, end) = node.start_point, node.end_point
    return Binding(name, 0, "import", line + 1, module, kind_of or name, span=Span(line + 1, column, last + 1, end))
