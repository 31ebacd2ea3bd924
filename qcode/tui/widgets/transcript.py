"""The conversation: for every event the block that shows it, and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from textual.containers import VerticalScroll
from textual.widget import Widget

from agents.types import (
    Answered,
    EditApplied,
    Event,
    Failed,
    Noticed,
    Said,
    Thought,
    ToolEnded,
    ToolStarted,
    TurnEnded,
)
from qcode.tui.types import Began
from qcode.tui.widgets.answer import Answer
from qcode.tui.widgets.change import Change
from qcode.tui.widgets.notice import failure, notice, question
from qcode.tui.widgets.step import Step
from qcode.tui.widgets.thinking import Thinking

MOST_BLOCKS = 120
"""Blocks that are kept; the oldest go first."""
AT_ONCE = 20
_ENDS = {"interrupted": "Interrupted.", "budget": "The turn went over its budget and was ended."}


class Transcript(VerticalScroll):
    """Grows at its end, and stays there unless the reader has scrolled up."""

    def __init__(self) -> None:
        super().__init__(id="transcript")
        self._open: Answer | Thinking | None = None
        self._steps: dict[str, Step] = {}
        self._left_out = 0
        self._shows: Mapping[type, Callable[[Any], Awaitable[None]]] = {
            Began: lambda event: self.asked(event.question),
            Thought: self._thought,
            Said: self._said,
            ToolStarted: self._started,
            ToolEnded: self._ended,
            EditApplied: self._applied,
            Answered: self._answered,
            Noticed: self._noticed,
            Failed: self._failed,
            TurnEnded: self._over,
        }

    def on_mount(self) -> None:
        """Stay at the end."""
        self.anchor()

    async def show(self, event: Event | Began) -> None:
        """Show an event; what is shown elsewhere, such as figures, is left out."""
        if shows := self._shows.get(type(event)):
            await shows(event)

    async def asked(self, text: str) -> None:
        """Show what the person asked."""
        await self._end_text()
        await self.add(question(text))
        self.anchor()

    async def add(self, block: Widget) -> None:
        """Put a block at the end; nothing where the screen is being closed."""
        if not self.is_attached:
            return
        await self.mount(block)
        if len(self.children) > MOST_BLOCKS:
            oldest = self.children[:AT_ONCE]
            self._left_out += len(oldest)
            self._steps = {id: step for id, step in self._steps.items() if step not in oldest}
            await self.remove_children(oldest)

    async def clear(self) -> None:
        """Begin again."""
        self._open = None
        self._steps.clear()
        await self.remove_children()

    # ------------------------------------------------------------ a method an event

    async def _thought(self, event: Thought) -> None:
        if not isinstance(self._open, Thinking):
            await self._begin(Thinking())
        if isinstance(self._open, Thinking):
            self._open.think(event.text)

    async def _said(self, event: Said) -> None:
        if not isinstance(self._open, Answer):
            await self._begin(Answer())
        if isinstance(self._open, Answer):
            self._open.say(event.text)

    async def _started(self, event: ToolStarted) -> None:
        await self._end_text()
        step = self._steps[event.id] = Step(event)
        await self.add(step)

    async def _ended(self, event: ToolEnded) -> None:
        if step := self._steps.pop(event.id, None):
            step.end(event)

    async def _applied(self, event: EditApplied) -> None:
        await self._end_text()
        await self.add(Change(f"edit {event.number}", event.paths, event.diff))

    async def _answered(self, event: Answered) -> None:
        if event.decision.verdict == "no":
            await self.add(notice("Rejected." if event.by == "person" else "Rejected by a rule of the settings."))

    async def _noticed(self, event: Noticed) -> None:
        await self.add(notice(event.sentence))

    async def _failed(self, event: Failed) -> None:
        await self._end_text()
        await self.add(failure(event.sentence, event.remedy))

    async def _over(self, event: TurnEnded) -> None:
        await self._end_text()
        if sentence := _ENDS.get(event.reason):
            await self.add(notice(sentence))

    # ------------------------------------------------------------ inside

    async def _begin(self, block: Answer | Thinking) -> None:
        await self._end_text()
        await self.add(block)
        self._open = block

    async def _end_text(self) -> None:
        block, self._open = self._open, None
        if isinstance(block, Answer):
            await block.end()
        elif block is not None:
            block.end()
