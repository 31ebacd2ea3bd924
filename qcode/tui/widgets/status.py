"""The line at the bottom: the model, and what its last answer took."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from agents.types import Spent
from qcode.report.width import cropped
from qcode.tui.figures import figures
from qcode.tui.safe import one_line


class Status(Static):
    """Cut at its end where the screen is narrow: what matters most comes first."""

    DEFAULT_CSS = """
    Status { height: 1; padding: 0 1; background: $panel; color: $text-muted; text-wrap: nowrap; }
    """
    model: reactive[str] = reactive("")
    mode: reactive[str] = reactive("")
    doing: reactive[str] = reactive("")
    spent: reactive[Spent | None] = reactive(None)

    def __init__(self) -> None:
        super().__init__(markup=False, id="status")

    def render(self) -> Content:
        """The line, as long as the screen is wide."""
        parts = [self.doing, self.model or "no model", self.mode]
        if self.spent is not None:
            parts += figures(self.spent)
        return one_line(cropped(" · ".join(part for part in parts if part), max(1, self.content_size.width)))
