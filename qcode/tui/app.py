"""The application: its screens, its colours, and its end."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from qcode.tui.messages import Terminated, Told
from qcode.tui.screens.main import Main
from qcode.tui.theme import DARK, LIGHT, theme_of
from qcode.tui.types import Workplace

TERMINATED = 130


class Qcode(App[int]):
    """Returns the exit code. Nothing that textual would do with a file's, a model's or a link's text is left on."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "qcode"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Close", priority=True),
        Binding("ctrl+t", "theme", "Light or dark", priority=True),
        Binding("ctrl+c", "hint", show=False),
    ]

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.failure: Exception | None = None
        """What ended it and was not foreseen."""
        self.main = Main(workplace)
        self._workplace = workplace

    async def on_mount(self) -> None:
        """Put on the colours and open the main screen."""
        self.theme, complaint = theme_of(self._workplace.theme, self._workplace.light, self.available_themes)
        await self.push_screen(self.main)
        if complaint:
            self.main.post_message(Told(complaint))

    def on_terminated(self, message: Terminated) -> None:
        """The system asks to end."""
        self.exit(TERMINATED)

    async def action_quit(self) -> None:
        """Close."""
        self.exit(0)

    def action_hint(self) -> None:
        """Say how to close: Ctrl+C copies where something is marked."""
        self.notify("Escape interrupts, Ctrl+Q closes.", markup=False)

    def action_theme(self) -> None:
        """From light to dark and back."""
        self.theme = DARK if not self.current_theme.dark else LIGHT

    def _handle_exception(self, error: Exception) -> None:
        self.failure = self.failure or error
        super()._handle_exception(error)

    def _print_error_renderables(self) -> None:
        """Print nothing: whoever opened the screens tells of a failure in a sentence."""
        self._exit_renderables.clear()
