"""Facts of Go files.

draft         what was collected so far        kinds    types as chains
chains        expressions as chains            members  fields, interface methods, parameters
declarations  the package level                bodies   blocks, their names and what stands in them
sites         uses of the names asked for      literals keys and elements of composite literals
"""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.go.declarations import declare
from indexer.outline.go.draft import Draft
from indexer.outline.issues import issues
from indexer.types import Declaration, Facts, Site

__all__ = ["facts"]


def facts(root: Node, source: bytes, names: frozenset[str]) -> Facts:
    """The facts of a parsed Go file for some names."""
    draft = Draft(root, source, names)
    declare(draft)
    return Facts(
        language="go",
        scopes=tuple(draft.scopes),
        declarations=tuple(sorted(draft.declarations, key=_place)),
        bindings=tuple(draft.bindings),
        exports=(),
        sites=tuple(sorted(draft.sites, key=_place)),
        issue_count=issues(root, source)[1] if root.has_error else 0,
        package=draft.package,
    )


def _place(found: Declaration | Site) -> tuple[int, int]:
    return found.span.start_line, found.span.start_column
