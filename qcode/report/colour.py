"""What a terminal can show: colours, width, and characters beyond ASCII."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

_WIDEST = 120
_NARROWEST = 40
_WITHOUT_TERMINAL = 100

_CODES = {
    "critical": "1;35",
    "high": "1;31",
    "medium": "1;33",
    "low": "36",
    "info": "2",
    "path": "1",
    "name": "1",
    "dim": "2",
    "caret": "1;31",
    "removed": "31",
    "added": "32",
    "good": "32",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a text report is drawn."""

    colour: bool = False
    width: int = _WITHOUT_TERMINAL
    unicode: bool = True

    def paint(self, role: str, text: str) -> str:
        """The text in the colour of its role, or as it is where colours are off."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.colour and text else text

    def glyph(self, drawn: str, ascii_only: str) -> str:
        """The first where the output can hold it, else the second."""
        return drawn if self.unicode else ascii_only


def style_of(stream: TextIO, environment: Mapping[str, str]) -> Style:
    """The style for a stream: colours on a terminal only, unless NO_COLOR, FORCE_COLOR or TERM=dumb say otherwise."""
    terminal = stream.isatty()
    width = shutil.get_terminal_size((_WITHOUT_TERMINAL, 24)).columns if terminal else _WITHOUT_TERMINAL
    return Style(
        colour=_wants_colour(terminal, environment),
        width=max(_NARROWEST, min(width, _WIDEST)),
        unicode=_holds_unicode(stream),
    )


def _wants_colour(terminal: bool, environment: Mapping[str, str]) -> bool:
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR")
    if forced is not None:
        return forced not in ("", "0", "false")
    return terminal and environment.get("TERM") != "dumb"


def _holds_unicode(stream: TextIO) -> bool:
    try:
        return codecs.lookup(stream.encoding or "utf-8").name.startswith("utf")
    except LookupError:
        return False
