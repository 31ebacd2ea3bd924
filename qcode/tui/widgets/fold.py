"""A line that can be unfolded."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from qcode.tui.safe import NOTHING, beside, one_line

MARKS = {False: "▸ ", True: "▾ "}


class Fold(Vertical, can_focus=True):
    """A heading, and below it, once it is unfolded, a body. Both are Content, never strings."""

    DEFAULT_CSS = """
    Fold { height: auto; }
    Fold:focus > #heading { background: $boost; text-style: bold; }
    Fold > Static { height: auto; width: 1fr; }
    Fold > #heading { text-wrap: nowrap; text-overflow: ellipsis; }
    Fold > #body { padding-left: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "unfold", "Fold or unfold", show=False)]

    def __init__(self, heading: Content, body: Content | None = None, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._heading = heading
        self._body = body or NOTHING
        self.unfolded = False

    @property
    def heading(self) -> Content:
        """The line."""
        return self._heading

    @property
    def body(self) -> Content:
        """What is below it."""
        return self._body

    def compose(self) -> ComposeResult:
        """The line, and the body if it is unfolded."""
        yield Static(self._line, id="heading", markup=False)

    def set(self, heading: Content, body: Content) -> None:
        """Show another line and another body."""
        self._heading, self._body = heading, body
        if self.is_mounted:
            self._draw()

    def action_unfold(self) -> None:
        """Fold or unfold."""
        self.unfolded = not self.unfolded
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Fold or unfold where the line is clicked."""
        if self.query_one("#heading").region.contains(event.screen_x, event.screen_y):
            self.action_unfold()

    def on_mount(self) -> None:
        """Draw what was set before it was mounted."""
        self._draw()

    @property
    def _line(self) -> Content:
        mark = MARKS[self.unfolded] if self.body else "  "
        return beside(one_line(mark), self._heading)

    def _draw(self) -> None:
        self.query_one("#heading", Static).update(self._line)
        body = self.query("#body").results(Static)
        shown = next(iter(body), None)
        if not self.unfolded:
            if shown is not None:
                shown.remove()
        elif shown is None:
            self.mount(Static(self.body, id="body", markup=False))
        else:
            shown.update(self.body)
