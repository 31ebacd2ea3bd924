"""What the model says, as Markdown."""

from __future__ import annotations

import time

from markdown_it import MarkdownIt
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Markdown
from textual.widgets._markdown import MarkdownFence

from qcode.tui.fences import Fences
from qcode.tui.safe import Pieces, shown

MOST_HIGHLIGHTED = 20_000
"""Characters of a code block; a longer one is shown in one colour."""
SHARE = 4
"""Drawing may take one part in so many of the time: what comes meanwhile is drawn with the next piece."""
FRAME = 1 / 30


class _Fence(MarkdownFence):
    """A code block in the colours of the language that it names; nothing is guessed."""

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        if not language or len(code) > MOST_HIGHLIGHTED:
            return shown(code)
        return super().highlight(code, language.split()[0], ansi, dark)


def parser() -> MarkdownIt:
    """Markdown without what does something when it is clicked, and without another way to write a character."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(
        ["link", "image", "autolink", "html_inline", "html_block", "entity", "reference"]
    )  # fmt: skip


class Answer(Markdown):
    """Grows with what is said; drawn piece by piece, so often that the screen stays quick."""

    BLOCKS = {**Markdown.BLOCKS, "fence": _Fence, "code_block": _Fence}  # noqa: RUF012 - as textual declares it
    DEFAULT_CSS = """
    Answer { margin: 0 0 1 0; padding: 0 1; }
    Answer > MarkdownBlock:last-child { margin-bottom: 0; }
    """

    def __init__(self) -> None:
        super().__init__(parser_factory=parser, open_links=False)
        self._pieces = Pieces()
        self._fences = Fences()
        self._waiting = ""
        self._cost = 0.0
        self._timer: Timer | None = None

    @property
    def text(self) -> str:
        """All of it, as Markdown."""
        return self.source + self._waiting

    def say(self, text: str) -> None:
        """Add a piece."""
        self._waiting += self._fences.add(self._pieces.add(text))
        if self._timer is None and self.is_mounted:
            self._timer = self.set_timer(max(FRAME, self._cost * SHARE), self._draw)

    async def end(self) -> None:
        """Draw what is left; nothing comes behind it."""
        self._waiting += self._fences.add(self._pieces.end()) + self._fences.end()
        if self.is_mounted:
            await self._draw()

    def on_mount(self) -> None:
        """Draw what was said before it was mounted, behind the empty text that Markdown draws first."""
        self.call_later(self._draw)

    async def _draw(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        text, self._waiting = self._waiting, ""
        if text:
            begun = time.perf_counter()
            await self.append(text)
            self._cost = time.perf_counter() - begun
