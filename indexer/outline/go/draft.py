"""The facts of one Go file while they are collected."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from tree_sitter import Node

from indexer.types import Binding, Chain, Declaration, Kind, Param, Scope, Site, Span

CONVERSIONS = "<conversions>"
"""Asked for as if it was a name: every value that is given to something of a declared type."""
LONGEST_SIGNATURE = 2_000
LONGEST_VALUE = 300
WORDS = re.compile(rb"[^\W\d]\w*")
BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class At:
    """A node with its surroundings: the scope its names are looked up in, the definition it is in."""

    node: Node
    scope: int
    within: str | None

    def to(self, node: Node) -> At:
        return At(node, self.scope, self.within)


class Draft:
    """The facts collected so far."""

    def __init__(self, root: Node, source: bytes, names: frozenset[str]) -> None:
        self.root = root
        self.source = source
        self.names = names
        self.package = ""
        self.scopes: list[Scope] = []
        self.declarations: list[Declaration] = []
        self.bindings: list[Binding] = []
        self.sites: list[Site] = []
        self.unnamed: set[str] = set()
        """Structs and interfaces without a name that were declared."""
        wanted = {name.encode() for name in names}
        self.conversions = CONVERSIONS in names
        self._mentions = [m.start() for m in WORDS.finditer(source) if m[0] in wanted] if wanted else []

    def mentioned(self, node: Node) -> bool:
        """Whether one of the names asked for stands in a node."""
        if self.conversions:
            return True
        place = bisect_left(self._mentions, node.start_byte)
        return place < len(self._mentions) and self._mentions[place] < node.end_byte

    def open(self, parent: int | None, kind: str, owner: str | None = None) -> int:
        self.scopes.append(Scope(parent, kind, owner))  # type: ignore[arg-type]
        return len(self.scopes) - 1

    def bind(
        self,
        name: Node,
        scope: int,
        *,
        value: Chain | None = None,
        annotation: Chain | None = None,
        statement: Node | None = None,
    ) -> None:
        """Note a local name; one without a statement, a parameter, is in force everywhere in its scope."""
        text = text_of(name)
        if text == "_" and scope:
            return
        kind = "param" if statement is None else "value"
        self.bindings.append(
            Binding(
                text,
                scope,
                kind,  # type: ignore[arg-type]
                name.start_point.row + 1,
                value=value,
                annotation=annotation,
                span=span_of(statement) if statement is not None else None,
            )
        )

    def declare(
        self,
        name: Node | str,
        kind: Kind,
        whole: Node,
        *,
        scope: int,
        parent: str | None = None,
        within: str | None = None,
        name_at: Node | None = None,
        body: int | None = None,
        signature: str = "",
        params: tuple[Param, ...] | None = None,
        flags: Iterable[str] = (),
        bases: tuple[Chain, ...] = (),
        annotation: Chain | None = None,
        values: tuple[Chain, ...] = (),
    ) -> Declaration:
        """Note a definition. `parent` is the type it is a member of, `within` the function it stands in."""
        text = name if isinstance(name, str) else text_of(name)
        owner = parent or within
        declaration = Declaration(
            name=text,
            qualified=f"{owner}.{text}" if owner else text,
            kind=kind,
            parent=owner,
            scope=scope,
            body=body,
            span=span_of(whole),
            name_span=span_of(name_at or (whole if isinstance(name, str) else name)),
            signature=signature,
            params=params,
            flags=frozenset(flags),
            bases=bases,
            annotation=annotation,
            values=values,
        )
        self.declarations.append(declaration)
        return declaration

    def text(self, start: int, end: int, longest: int) -> str:
        """Source on one line."""
        text = self.source[start : min(end, start + 8 * longest)].decode("utf-8", "replace")
        return BLANKS.sub(" ", text).strip()[:longest]

    def signature(self, whole: Node, end: Node | None, keyword: str = "") -> str:
        """The text of a definition up to its body."""
        until = end.start_byte if end is not None else whole.end_byte
        text = self.text(whole.start_byte, until, LONGEST_SIGNATURE if end is not None else LONGEST_VALUE)
        return f"{keyword} {text}" if keyword else text


def text_of(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def span_of(node: Node) -> Span:
    (row, column), (last, end) = node.start_point, node.end_point
    return Span(row + 1, column, last + 1, end)


def parts(node: Node | None) -> list[Node]:
    """The named children without the comments."""
    return [child for child in node.named_children if child.type != "comment"] if node is not None else []
