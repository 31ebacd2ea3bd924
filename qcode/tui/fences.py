"""Edits in an answer, set as code: their markers mean something else in Markdown."""

from __future__ import annotations

import re

FENCE = "``````"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_OPENS = re.compile(r"<{5,9} SEARCH\s*$")
_CLOSES = re.compile(r">{5,9} REPLACE\s*$")
_MAY_BECOME = re.compile(r"( {0,3}(`+|~+)|<{1,9}( S?E?A?R?C?H?)?|>{1,9}( R?E?P?L?A?C?E?)?)\s*$")
"""The beginning of a line that can't be shown before it is known what it becomes."""


class Fences:
    """Puts a fence around every edit that stands in none, while the text comes in pieces."""

    def __init__(self) -> None:
        self._line = ""
        self._fence = ""
        self._ours = False

    def add(self, text: str) -> str:
        """What to show for the next piece; a line that may become a marker is held back."""
        done = []
        *whole, rest = (self._line + text).split("\n")
        shown = 0 if _MAY_BECOME.fullmatch(self._line) else len(self._line)
        for line in whole:
            done.append(self._turned(line, shown) + "\n")
            shown = 0
        self._line = rest
        if rest and not _MAY_BECOME.fullmatch(rest):
            done.append(rest[shown:])
        return "".join(done)

    def end(self) -> str:
        """What is left behind the last piece."""
        held = self._line if _MAY_BECOME.fullmatch(self._line) else ""
        self._line = ""
        return self._turned(held, 0) if held else ""

    def _turned(self, line: str, shown: int) -> str:
        """The rest of a line, of which so much is shown already, with what has to stand beside it."""
        if self._ours:
            self._ours = not _CLOSES.fullmatch(line)
            return line[shown:] if self._ours else f"{line[shown:]}\n{FENCE}"
        if self._fence:
            if line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
                self._fence = ""
        elif _OPENS.fullmatch(line):
            self._ours = True
            return f"{FENCE}\n{line[shown:]}"
        elif found := _FENCE.match(line):
            self._fence = found[1]
        return line[shown:]
