"""A list to choose one from: the kept sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from qcode.tui.safe import one_line


class Chooser(ModalScreen[int | None]):
    """Returns the number of the line that was chosen, from 0; None for none of them."""

    CSS = """
    Chooser { align: center middle; }
    #page { width: 80%; height: auto; max-height: 80%; border: round $primary; background: $surface; padding: 0 1; }
    #heading { height: auto; text-style: bold; margin-bottom: 1; }
    #lines { height: auto; max-height: 20; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "back", "Back")]

    def __init__(self, heading: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._heading = heading
        self._lines = lines

    def compose(self) -> ComposeResult:
        """The heading and the lines."""
        with Vertical(id="page"):
            yield Static(one_line(self._heading), id="heading", markup=False)
            yield OptionList(*(Option(one_line(line)) for line in self._lines), id="lines", markup=False)
            yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """The keys go through the lines."""
        self.query_one("#lines").focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take it."""
        self.dismiss(event.option_index)

    def action_back(self) -> None:
        """Choose none."""
        self.dismiss(None)
