"""Which characters a reader would not see: the one list for messages, JSON and reports."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that draw nothing, though Unicode does not call them format characters."""

_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def is_hidden(character: str) -> bool:
    """Whether a terminal would obey, turn or swallow this character instead of drawing it."""
    return (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or character in _INVISIBLE
        or _VARIATION_SELECTORS.match(character) is not None
    )
