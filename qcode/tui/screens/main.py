"""The screen one works on: the transcript, the input, the status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from agents.types import Decision, Event, Said, Spent, Thought
from indexer.errors import Problem
from qcode.tui.diffs import rows_of
from qcode.tui.library import Library
from qcode.tui.messages import (
    Asked,
    Begun,
    Compared,
    Completing,
    Ended,
    Found,
    Known,
    Reading,
    Told,
    Trouble,
    Wanted,
)
from qcode.tui.screens.approval import Approval
from qcode.tui.screens.commands import Commands
from qcode.tui.screens.places import Places
from qcode.tui.screens.reader import Reader
from qcode.tui.turns import Turns
from qcode.tui.types import Began, Workplace
from qcode.tui.widgets.change import Change
from qcode.tui.widgets.notice import failure, notice
from qcode.tui.widgets.prompt import Prompt
from qcode.tui.widgets.status import Status
from qcode.tui.widgets.suggestions import Suggestions
from qcode.tui.widgets.transcript import Transcript

FRAME = 1 / 30
"""Seconds between two looks at what the model said meanwhile."""


class Main(Screen[None]):
    """Hands what is typed on, and what comes back to the widget that shows it."""

    CSS_PATH = "main.tcss"
    AUTO_FOCUS = "#prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "interrupt", "Interrupt", priority=False),
        Binding("f1", "help", "Help"),
        Binding("pageup", "scroll('page_up')", show=False, priority=True),
        Binding("pagedown", "scroll('page_down')", show=False, priority=True),
    ]

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self._workplace = workplace
        self._spent: list[Spent] = []
        self.library = Library(workplace, self.post_message)
        self.turns = Turns(workplace, self.post_message)
        self._commands = Commands(self, workplace, self.library, self.turns, self._spent, self._quit)
        self._timer: Timer | None = None
        self._reading = ""
        self.transcript = Transcript()
        self.suggestions = Suggestions()
        self.prompt = Prompt(self.suggestions)
        self.status = Status()

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.transcript
        yield self.suggestions
        yield self.prompt
        yield self.status

    async def on_mount(self) -> None:
        """Bring the index up to date, away from the screen."""
        self.status.model = self._workplace.model or ""
        self.status.mode = self.turns.mode
        for sentence in self._workplace.notices:
            await self.transcript.add(notice(sentence))
        self.library.refresh()

    def close(self, seconds: float) -> bool:
        """End both threads; False where one has to be left behind."""
        both = (self.turns.close(seconds), self.library.close(seconds))
        return all(both)

    # ------------------------------------------------------------ what is typed

    async def on_asked(self, message: Asked) -> None:
        """A command, or a question to the model."""
        if not message.text.startswith("/"):
            self.turns.ask(message.text)
            self._show_state()
            return
        try:
            name = self._commands.run(message.text)
        except Problem as problem:
            await self.transcript.add(failure(str(problem), problem.remedy))
            return
        if name == "/new":
            await self.transcript.clear()
        self._show_state()

    def on_completing(self, message: Completing) -> None:
        """Offer what the word may become."""
        self.suggestions.offer(message.word)

    def on_option_list_option_selected(self) -> None:
        """A suggestion was clicked."""
        if self.suggestions.chosen is not None:
            self.prompt.complete(self.suggestions.chosen)
            self.suggestions.offer(None)
            self.prompt.focus()

    def action_interrupt(self) -> None:
        """Stop what is at work."""
        if self.turns.running:
            self.turns.stop()
        self.library.stop()
        self._show_state()

    def action_help(self) -> None:
        """Show the commands and keys."""
        self._commands.help()

    def action_scroll(self, how: str) -> None:
        """Scroll the transcript, wherever the keys go."""
        (self.transcript.scroll_page_up if how == "page_up" else self.transcript.scroll_page_down)(animate=False)

    # ------------------------------------------------------------ what the model does

    def on_heard(self) -> None:
        """Look at the events soon, at all that have come by then."""
        if self._timer is None:
            self._timer = self.set_timer(FRAME, self._hear)

    async def on_ended(self, message: Ended) -> None:
        """The turn is over; its last events are shown first."""
        await self._hear()
        self.turns.over()
        self._show_state()
        self.library.refresh()

    async def on_begun(self, message: Begun) -> None:
        """A conversation was opened."""
        self.status.model = message.model
        if message.past:
            await self.transcript.clear()
        for event in message.past:
            await self.transcript.show(event)
            if isinstance(event, Began):
                self.prompt.remember(event.question)

    def on_wanted(self, message: Wanted) -> None:
        """Ask the person."""

        def decided(decision: Decision | None) -> None:
            if decision is None:
                self.action_interrupt()
            message.answer(decision or Decision("no"))

        self.app.push_screen(Approval(message.question), decided)

    async def _hear(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        for event in merged(self.turns.feed.take()):
            if isinstance(event, Spent):
                self._spent.append(event)
                self.status.spent = event
            await self.transcript.show(event)

    # ------------------------------------------------------------ what the index says

    def on_reading(self, message: Reading) -> None:
        """How far the index has come."""
        counted = f" {message.done:,} of {message.of:,}" if message.of else ""
        self._reading = f"{message.what}{counted}"
        self._show_state()

    def on_known(self, message: Known) -> None:
        """What an `@` may mean."""
        self.suggestions.know(message.files, message.names)

    async def on_found(self, message: Found) -> None:
        """Show the places."""
        if message.places:
            self.app.push_screen(Places(message, self.library))
        await self.transcript.add(notice(f"{message.heading}. {message.receipt}".strip()))

    async def on_compared(self, message: Compared) -> None:
        """Show a diff: of an undoing as a part of the conversation."""
        if message.heading.startswith("undid"):
            await self.transcript.add(Change(message.heading, (), message.diff))
        elif message.diff:
            self.app.push_screen(Reader(message.heading, rows_of(message.diff)))
        else:
            await self.transcript.add(notice("Everything is committed."))

    async def on_told(self, message: Told) -> None:
        """A sentence."""
        await self.transcript.add(notice(message.sentence))

    async def on_trouble(self, message: Trouble) -> None:
        """A sentence about what did not go well."""
        await self.transcript.add(failure(message.sentence, message.remedy))

    # ------------------------------------------------------------ inside

    def _show_state(self) -> None:
        waiting = f", {self.turns.waiting} more to do" if self.turns.waiting else ""
        working = "stopping" if self.turns.stopping else f"working{waiting}, Esc stops" if self.turns.running else ""
        self.status.doing = working or self._reading
        self.status.mode = self.turns.mode

    def _quit(self) -> None:
        self.app.exit(0)


def merged(events: Iterable[Event | Began]) -> list[Event | Began]:
    """The events, pieces of one text put together."""
    found: list[Event | Began] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(event, Said | Thought) and last is not None and type(last) is type(event):
            found[-1] = replace(last, text=last.text + event.text)
        else:
            found.append(event)
    return found
