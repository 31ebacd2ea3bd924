"""Findings, or uses of a name: a list, and the code at the one that is looked at."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from qcode.tui.diffs import Row
from qcode.tui.library import Library
from qcode.tui.messages import Found, Opened, Trouble
from qcode.tui.safe import beside, lines_of, one_line, path_of, shown
from qcode.tui.types import Place
from qcode.tui.widgets.listing import Listing

STYLES = {
    "critical": "$text-error",
    "high": "$text-error",
    "medium": "$text-warning",
    "low": "$text-accent",
    "info": "$text-muted",
}


class Places(Screen[None]):
    """Up and down go through the list, Enter goes into the code, Escape back."""

    CSS = """
    Places > Static { height: auto; padding: 0 1; }
    #heading { text-style: bold; background: $panel; }
    #list { height: 2fr; border: none; }
    #detail { max-height: 4; color: $text-muted; }
    #code { height: 3fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "code", "To the code", show=True),
        Binding("escape,q", "back", "Back"),
    ]

    def __init__(self, found: Found, library: Library) -> None:
        super().__init__()
        self._found = found
        self._library = library

    @property
    def place(self) -> Place | None:
        """The one that is looked at."""
        at = self.query_one("#list", OptionList).highlighted
        return None if at is None else self._found.places[at]

    def compose(self) -> ComposeResult:
        """The heading, the list, what is said of the place, the code."""
        yield Static(one_line(self._found.heading), id="heading", markup=False)
        yield OptionList(*map(_option, self._found.places), id="list", markup=False)
        yield Static(shown(self._found.receipt), id="detail", markup=False)
        yield Listing(id="code")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin with the first."""
        self.query_one("#list").focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Ask for the code of the place."""
        place = self._found.places[event.option_index]
        self.query_one("#detail", Static).update(shown(place.detail or self._found.receipt))
        self._library.page(place, self.post_message)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go into the code."""
        self.action_code()

    def on_opened(self, message: Opened) -> None:
        """Show the code, if it is still the one that is asked for."""
        page, place = message.page, self.place
        if place is None or (page.path, page.line) != (place.path, place.line):
            return
        at = page.line - page.first
        numbered = enumerate(lines_of("\n".join(page.lines)))
        rows = [Row(text, "marked" if row == at else "", str(page.first + row)) for row, text in numbered]
        self.query_one("#code", Listing).show(rows, at)

    def on_trouble(self, message: Trouble) -> None:
        """Say why there is no code."""
        self.query_one("#detail", Static).update(shown(f"{message.sentence}\n{message.remedy}", "$text-error"))
        self.query_one("#code", Listing).show([])

    def action_code(self) -> None:
        """From the list into the code, and back."""
        code = self.query_one("#code")
        (self.query_one("#list") if code.has_focus else code).focus()

    def action_back(self) -> None:
        """Close."""
        self.dismiss(None)


def _option(place: Place) -> Option:
    mark = one_line(f"{place.mark:<8} ", STYLES.get(place.mark, "$text-muted"))
    where = one_line(f"{path_of(place.path)}:{place.line}  ", "bold")
    return Option(beside(mark, where, one_line(place.title)))
