"""The facts of a Python file: what it declares, binds and exports, and where it uses the names that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.python.aliases import mentions_with_aliases
from indexer.outline.python.draft import Draft
from indexer.outline.python.issues import issue_count
from indexer.outline.python.mentions import landmarks
from indexer.outline.python.modules import flag_module
from indexer.outline.python.walk import walk_module
from indexer.types import Facts

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["facts"]


def facts(root: Node, source: bytes, names: frozenset[str]) -> Facts:
    """The facts of one parsed Python file; never raises, whatever the text is."""
    mentions = mentions_with_aliases(root, source, names)
    draft = Draft(source, names, landmarks(source, mentions))
    walk_module(draft, root)
    flag_module(draft)
    return Facts(
        language="python",
        scopes=tuple(draft.scopes),
        declarations=tuple(draft.declarations),
        bindings=tuple(draft.bindings),
        exports=tuple(draft.exports),
        sites=tuple(draft.sites),
        issue_count=issue_count(root),
        flags=frozenset(draft.flags),
    )
