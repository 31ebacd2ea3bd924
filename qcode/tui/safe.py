"""The one way of text from files, git, models and tools to a widget.

Textual hands control characters on to the terminal and reads `[...]` as markup wherever it is given a plain string.
So no widget is given one: it gets a Content, in which markup means nothing and every character that a terminal would
obey stands as a visible escape.
"""

from __future__ import annotations

from textual.content import Content

from qcode.output import visible
from qcode.report.safe import readable_path, safe_text

__all__ = ["NOTHING", "Pieces", "below", "beside", "lines_of", "one_line", "path_of", "shown"]
NOTHING = Content()
TAB = 4


def shown(text: str, style: str = "") -> Content:
    """The text, of one line or many, as a widget may draw it."""
    return Content.styled(visible(text.replace("\r\n", "\n")), style)


def one_line(text: str, style: str = "") -> Content:
    """The text on one line, line ends and tabs visible."""
    return Content.styled(safe_text(text), style)


def beside(*parts: Content) -> Content:
    """The parts on one line."""
    return Content.assemble(*parts)


def below(*parts: Content) -> Content:
    """The parts, each on lines of its own."""
    return Content("\n").join(parts)


def path_of(path: str) -> str:
    """A path as a widget may draw it."""
    return readable_path(path)


def lines_of(text: str) -> list[str]:
    """The lines of a text, each as a widget may draw it."""
    return [visible(line.removesuffix("\r").expandtabs(TAB)) for line in text.split("\n")]


class Pieces:
    """Text that comes in pieces and is made safe; half of a line's end waits for its other half."""

    def __init__(self) -> None:
        self._held = ""

    def add(self, text: str) -> str:
        """What to show for the next piece."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        return visible(text.removesuffix(self._held).replace("\r\n", "\n"))

    def end(self) -> str:
        """What to show behind the last piece."""
        held, self._held = self._held, ""
        return visible(held)
