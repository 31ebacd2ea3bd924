"""A unified diff for a terminal: every line made safe, in colours where they are seen."""

from __future__ import annotations

import os
from typing import TextIO

from qcode.report.colour import style_of
from qcode.report.safe import safe_text

_ROLES = {"-": "removed", "+": "added", "@": "name"}


def show_diff(diff: str, stream: TextIO) -> None:
    """Write the diff to the stream."""
    style = style_of(stream, os.environ)
    for line in diff.split("\n")[:-1]:
        role = "path" if line.startswith(("--- ", "+++ ")) else _ROLES.get(line[:1], "")
        text = "\t".join(map(safe_text, line.split("\t")))
        stream.write((style.paint(role, text) if role else text) + "\n")
