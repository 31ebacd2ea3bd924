"""Which parts of a source text are strings and comments, good enough to tell them from code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

_STRING = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
_HASH = re.compile(rf"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|{_STRING}|#[^\n]*", re.DOTALL)
_SLASH = re.compile(rf"//[^\n]*|/\*.*?(?:\*/|\Z)|`(?:\\.|[^`\\])*(?:`|\Z)|{_STRING}", re.DOTALL)
_HASH_LANGUAGES = frozenset({"python", "ruby"})


def prose(text: str, language: str | None) -> Sequence[tuple[int, int]]:
    """The spans (start, end in characters) of strings and comments in order; all of the text without a language."""
    if language is None:
        return [(0, len(text))]
    pattern = _HASH if language in _HASH_LANGUAGES else _SLASH
    return [match.span() for match in pattern.finditer(text)]


def inside(spans: Sequence[tuple[int, int]], offset: int) -> bool:
    """Whether a character belongs to one of the spans."""
    at = bisect_right(spans, (offset, float("inf"))) - 1
    return at >= 0 and spans[at][0] <= offset < spans[at][1]
