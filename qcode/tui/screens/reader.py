"""Something to read: a diff, the help, figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from qcode.tui.diffs import Row
from qcode.tui.safe import one_line
from qcode.tui.widgets.listing import Listing


class Reader(ModalScreen[None]):
    """A heading and rows, which can be scrolled."""

    CSS = """
    Reader { align: center middle; }
    #page { width: 92%; height: 88%; border: round $primary; background: $surface; padding: 0 1; }
    #heading { height: auto; text-style: bold; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter,f1", "back", "Back")]

    def __init__(self, heading: str, rows: Sequence[Row]) -> None:
        super().__init__()
        self._heading = heading
        self._rows = rows

    def compose(self) -> ComposeResult:
        """The heading and the rows."""
        with Vertical(id="page"):
            yield Static(one_line(self._heading), id="heading", markup=False)
            yield Listing(self._rows, id="rows")
            yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one("#rows").focus()

    def action_back(self) -> None:
        """Close."""
        self.dismiss(None)
