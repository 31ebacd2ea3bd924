"""Facts of a Java file: what it declares, binds and imports, and where it uses the names that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.java.draft import Draft
from indexer.outline.java.walk import walk
from indexer.types import Facts

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["facts"]


def facts(root: Node, source: bytes, names: frozenset[str]) -> Facts:
    """The facts of one parsed Java file for some names; `this` and `super` may be among them."""
    draft = Draft(source, names)
    walk(draft, root)
    return Facts(
        language="java",
        scopes=tuple(draft.scopes),
        declarations=tuple(sorted(draft.declarations, key=lambda d: (d.span.start_line, d.span.start_column))),
        bindings=tuple(draft.bindings),
        exports=(),
        sites=tuple(sorted(draft.sites, key=lambda site: (site.span.start_line, site.span.start_column))),
        issue_count=_issues(root),
        package=draft.package,
    )


def _issues(root: Node) -> int:
    """How many places do not parse."""
    count = 0
    pending = [root] if root.has_error else []
    while pending:
        node = pending.pop()
        count += node.is_error or node.is_missing
        pending.extend(child for child in node.children if child.has_error or child.is_missing)
    return count
