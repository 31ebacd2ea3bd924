"""Facts in the making: what was found so far, and where the asked-for names stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer.outline.java.chains import text_of
from indexer.types import Binding, Chain, Declaration, Scope, Site, Span

if TYPE_CHECKING:
    from tree_sitter import Node

WORD = re.compile(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")
LONGEST_TEXT = 400
LONGEST_SIGNATURE = 300


@dataclass(frozen=True, slots=True)
class Frame:
    """A node that is still to be looked at, with the scope and the definition that it is in."""

    node: Node
    scope: int
    within: str | None


class Draft:
    """Scopes, declarations, bindings and sites of one file."""

    def __init__(self, source: bytes, names: frozenset[str]) -> None:
        self.source = source
        self.names = names
        self.package = ""
        self.scopes: list[Scope] = []
        self.declarations: list[Declaration] = []
        self.bindings: list[Binding] = []
        self.sites: list[Site] = []
        self._unnamed: dict[tuple[str | None, str], int] = {}
        # A pattern binds a name that a later statement may use.
        wanted = {name.encode("utf-8", "replace") for name in names} | {b"instanceof"}
        self._marks = [match.start() for match in WORD.finditer(source) if match[0] in wanted] if names else []

    def mentioned(self, node: Node) -> bool:
        """Whether an asked-for name stands inside."""
        at = bisect_left(self._marks, node.start_byte)
        return at < len(self._marks) and self._marks[at] < node.end_byte

    def open(self, parent: int | None, kind: Literal["module", "class", "function", "block"], owner: str | None) -> int:
        """A new scope."""
        self.scopes.append(Scope(parent, kind, owner))
        return len(self.scopes) - 1

    def bind(
        self,
        name: Node,
        scope: int,
        kind: Literal["value", "param", "type"],
        annotation: Chain | None = None,
        value: Chain | None = None,
    ) -> None:
        """Note a variable, a parameter or a type parameter."""
        self.bindings.append(
            Binding(
                text_of(name),
                scope,
                kind,
                name.start_point.row + 1,
                value=value,
                annotation=annotation,
                span=span_of(name),
            )
        )

    def numbered(self, within: str | None, base: str) -> str:
        """A name for a class without one: `<Base>`, and `<Base 2>` for the second in the same definition."""
        key = within, base
        self._unnamed[key] = self._unnamed.get(key, 0) + 1
        return f"<{base}>" if self._unnamed[key] == 1 else f"<{base} {self._unnamed[key]}>"

    def said(self, node: Node, end: int | None = None) -> str:
        """The text of a node, or of its beginning, in one line."""
        text = self.source[node.start_byte : node.end_byte if end is None else end]
        return " ".join(text[: 4 * LONGEST_TEXT].decode("utf-8", "replace").split())[:LONGEST_TEXT]


def span_of(node: Node) -> Span:
    """Where a node stands."""
    start, end = node.start_point, node.end_point
    return Span(start.row + 1, start.column, end.row + 1, end.column)
