"""What shapes an outline, as one value: outlines that were made by something else are made again."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from indexer.outline.process import folders

OUTLINE = Path(__file__).resolve().parent
GRAMMAR = "tree_sitter"


def maker() -> str:
    """A value that changes with our own rules and queries, and with the versions of the grammars."""
    digest = hashlib.sha256()
    for folder, suffix in ((OUTLINE.parent / "queries", ".scm"), (OUTLINE, ".py")):
        for file in sorted(folder.glob(f"*{suffix}")):
            digest.update(file.read_bytes())
    for installed in folders():
        digest.update("\n".join(sorted(filter(_is_grammar, os.listdir(installed)))).encode())  # noqa: PTH208 - names
    return digest.hexdigest()[:16]


def _is_grammar(name: str) -> bool:
    """Whether it is what an installer writes beside a grammar: `tree_sitter_go-0.25.0.dist-info`.

    `importlib.metadata` would say the same, but loading it takes longer than all else that is done here.
    """
    return name.replace("-", "_").startswith(GRAMMAR) and name.endswith((".dist-info", ".egg-info"))
