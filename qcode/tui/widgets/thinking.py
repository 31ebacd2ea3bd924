"""What the model thinks: folded and dimmed."""

from __future__ import annotations

from textual.content import Content

from qcode.tui.safe import NOTHING, Pieces, one_line, shown
from qcode.tui.widgets.fold import Fold


class Thinking(Fold):
    """Grows with what is thought; the line says how much that is."""

    DEFAULT_CSS = "Thinking { color: $text-muted; text-style: italic; margin-bottom: 1; }"

    def __init__(self) -> None:
        super().__init__(one_line("thinking …"))
        self._pieces = Pieces()
        self._texts: list[str] = []
        self._length = 0

    @property
    def body(self) -> Content:
        """All of the thoughts."""
        return shown("".join(self._texts))

    def think(self, text: str) -> None:
        """Add a piece."""
        self._add(self._pieces.add(text))
        self.set(one_line(f"thinking … {self._length:,} characters"), NOTHING)

    def end(self) -> None:
        """Nothing comes behind it."""
        self._add(self._pieces.end())
        self.set(one_line(f"thought, {self._length:,} characters"), NOTHING)

    def _add(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)
