"""What a module as a whole says about its names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.outline.python.exports import COMPUTED
from indexer.outline.python.exports import NAME as ALL

if TYPE_CHECKING:
    from indexer.outline.python.draft import Draft

ANY_NAME = "module_getattr"
GETATTR = "__getattr__"
# After one of these the module may have any name.
WRITES_NAMES = re.compile(
    rb"\bglobals\(\)\s*(?:\[[^\]\n]{1,200}\]\s*=(?!=)|\.\s*(?:update|setdefault)\b)|\bsys\.modules\[__name__\]\s*=(?!=)"
)


def flag_module(draft: Draft) -> None:
    """Add the flags of a module whose names or exports can't be read from its text."""
    declared = {declaration.name for declaration in draft.declarations if declaration.scope == 0}
    bound = {binding.name for binding in draft.bindings if binding.scope == 0}
    if GETATTR in declared or GETATTR in bound or _writes_names(draft.source):
        draft.flags.add(ANY_NAME)
    imported = {binding.name for binding in draft.bindings if binding.scope == 0 and binding.kind == "import"}
    if ALL in imported:
        draft.flags.add(COMPUTED)


def _writes_names(source: bytes) -> bool:
    return (b"globals()" in source or b"sys.modules" in source) and WRITES_NAMES.search(source) is not None
