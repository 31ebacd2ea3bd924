"""The facts of a Rust file: what it declares, imports and implements, and where it uses the names that are asked for.

What stands in the arguments of a macro, or in a macro's own body, is not parsed: a name there is a site whose chain
starts with `<macro>`.
"""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.rust.draft import Draft
from indexer.outline.rust.items import Around, items
from indexer.types import Facts, Site

__all__ = ["facts"]


def facts(root: Node, source: bytes, names: frozenset[str]) -> Facts:
    """The facts of one parsed Rust file; never raises, whatever the text is."""
    draft = Draft(source, names)
    items(draft, root, Around(0, None))
    return Facts(
        language="rust",
        scopes=tuple(draft.scopes),
        declarations=tuple(draft.declarations),
        bindings=tuple(draft.bindings),
        exports=(),
        sites=tuple(sorted(draft.sites, key=_place)),
        issue_count=_issues(root),
        flags=frozenset(draft.flags),
        impls=tuple(draft.impls),
    )


def _place(found: Site) -> tuple[int, int]:
    return found.span.start_line, found.span.start_column


def _issues(root: Node) -> int:
    """How many places do not parse."""
    count = 0
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        count += node.is_error or node.is_missing
        waiting.extend(child for child in node.children if child.has_error or child.is_missing)
    return count
