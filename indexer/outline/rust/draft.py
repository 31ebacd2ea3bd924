"""The facts of one Rust file while they are collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from tree_sitter import Node

from indexer.types import Binding, Chain, Declaration, Impl, Scope, Site, Span

UNKNOWN: Chain = ("<?>",)
MOST_TEXT = 400
DEEPEST = 150
"""Nested blocks and expressions below this are not looked into."""


class Draft:
    """The facts collected so far."""

    def __init__(self, source: bytes, names: frozenset[str]) -> None:
        self.source = source
        self.names = names
        self.scopes: list[Scope] = [Scope(None, "module", None)]
        self.declarations: list[Declaration] = []
        self.bindings: list[Binding] = []
        self.sites: list[Site] = []
        self.impls: list[Impl] = []
        self.flags: set[str] = set()
        self._marks = tuple(sorted(_marks(source, names)))

    def open_scope(
        self, parent: int, kind: Literal["module", "class", "function", "block"], owner: str | None = None
    ) -> int:
        """A new scope inside of `parent`."""
        self.scopes.append(Scope(parent, kind, owner))
        return len(self.scopes) - 1

    def mentions(self, node: Node) -> bool:
        """Whether one of the names that were asked for stands somewhere in a node."""
        from bisect import bisect_left

        at = bisect_left(self._marks, node.start_byte)
        return at < len(self._marks) and self._marks[at] < node.end_byte

    def text(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def name(self, node: Node) -> str:
        """An identifier without the mark of a raw one."""
        return self.text(node).removeprefix("r#")

    def line_of_text(self, node: Node) -> str:
        """A node's text on one line, cut where it is long."""
        return " ".join(self.text(node)[: 4 * MOST_TEXT].split())[:MOST_TEXT]


def _marks(source: bytes, names: frozenset[str]) -> Iterator[int]:
    if names:
        words = b"|".join(re.escape(name.encode("utf-8", "surrogateescape")) for name in sorted(names))
        for match in re.finditer(rb"(?<!\w)(?:" + words + rb")(?!\w)", source):
            yield match.start()


def span_of(node: Node) -> Span:
    return Span(node.start_point.row + 1, node.start_point.column, node.end_point.row + 1, node.end_point.column)


def line_of(node: Node) -> int:
    return node.start_point.row + 1


def field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def parts(node: Node) -> Iterable[Node]:
    """The named children that are no comments."""
    return (child for child in node.named_children if not child.type.endswith("comment"))


def written_parts(node: Node) -> Iterable[Node]:
    """As `parts`, with the `_` of patterns, which is no named node."""
    named = (child for child in node.children if child.is_named or child.type == "_")
    return (child for child in named if not child.type.endswith("comment"))
