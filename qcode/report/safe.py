"""The one boundary between a repository's text and whoever reads a report.

A file name, a line of code or a message from a parser may hold escape sequences that drive a terminal, or characters
that turn or hide their neighbours. `safe_text` makes every one of them visible; all else stays as it is.
"""

from __future__ import annotations

import os
import re

from qcode.hidden import is_hidden

_PLAIN = re.compile(r"[ -~\uac00-\ud7a3]*")
"""Printable ASCII and Hangul syllables: what nearly all text consists of, and never in need of an escape."""


def safe_text(text: str) -> str:
    """The text on one line, with every control, turning, invisible or broken character as a visible escape."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_visible(character) for character in text)


def readable_path(path: str) -> str:
    """The path for a reader: UTF-8 where the file system's bytes are UTF-8, `\\xb0` for each byte that is not."""
    return safe_text(os.fsencode(path).decode("utf-8", "surrogateescape"))


def _visible(character: str) -> str:
    if not is_hidden(character):
        return character
    code = ord(character)
    named = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
    if character in named:
        return named[character]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0xA0 else f"<U+{code:04X}>"
