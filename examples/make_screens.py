"""Draw the screens for the documents: `python examples/make_screens.py FOLDER`; the same files every time.

The screens are the real ones, in the sample repository, with a model that plays a script.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from make_sample import make
from textual.pilot import Pilot

from agents.model import Called, FakeModel, Finished, Text, Thinking, Timings, ToolCall, Usage
from agents.tools import Workshop
from indexer.index import open_index
from qcode import session
from qcode.tui.app import Qcode
from qcode.tui.conversing import Conversing
from qcode.tui.screens.approval import Approval
from qcode.tui.screens.places import Places
from qcode.tui.types import Kept, Talk, Workplace

SIZE = (110, 34)
QUESTION = "Why does @payments/statement.py no longer work?"
THOUGHT = "The statement imports DAILY_LIMIT, which the last commit removed.\n"
ANSWER = """\
`payments/statement.py` still uses two names that the last commit took away:

- `format_amount` is called **`format_won`** now
- `DAILY_LIMIT` became a limit by kind of customer

I rename the first:
"""
EDIT = {
    "path": "payments/statement.py",
    "old_string": "lines = [money.format_amount(entry.amount)",
    "new_string": "lines = [money.format_won(entry.amount)",
}
FIGURES = (Usage(5_120, 4_608, 96, 412), Timings(180.0, 9_000.0, 46.7))
SCRIPT: tuple[list[Text | Thinking | Called | Finished], ...] = (
    [
        Thinking(THOUGHT),
        Text("I look at what uses them.\n"),
        Called(ToolCall("1", "symbols", {"name": "format_won"})),
    ],
    [
        Text(ANSWER),
        Called(ToolCall("2", "edit", EDIT)),
        Finished("tool_calls", "qwen3.6-27b", "qwen3.6-27b", *FIGURES),
    ],
    [
        Text("That is done; `DAILY_LIMIT` needs a decision of yours."),
        Finished("stop", "qwen3.6-27b", "qwen3.6-27b", *FIGURES),
    ],
)
Script = Callable[[Pilot[int], Path], Awaitable[None]]


class NoShelf:
    """Nothing is kept here."""

    def listing(self) -> list[Kept]:
        """No session."""
        return []


async def conversation(pilot: Pilot[int], folder: Path) -> None:
    """A question, a decision, the answer."""
    main = pilot.app.main  # type: ignore[attr-defined]
    main.prompt.insert(QUESTION)
    await pilot.press("enter", "enter")
    await _until(pilot, lambda: isinstance(pilot.app.screen, Approval))
    _draw(pilot, folder / "screen-edit.svg")
    await pilot.press("y")
    await _until(pilot, lambda: not main.turns.running)
    _draw(pilot, folder / "screen-conversation.svg")


async def findings(pilot: Pilot[int], folder: Path) -> None:
    """A review, in light colours."""
    main = pilot.app.main  # type: ignore[attr-defined]
    main.prompt.insert("/review HEAD~1")
    await pilot.press("enter")
    await _until(pilot, lambda: isinstance(pilot.app.screen, Places))
    await pilot.press("down", "down")
    await _until(pilot, lambda: bool(pilot.app.screen.query_one("#code").rows))  # type: ignore[attr-defined]
    _draw(pilot, folder / "screen-review.svg")


def draw(folder: Path, root: Path, script: Script, theme: str) -> None:
    """Open the screens in the repository and do what the script does."""
    with tempfile.TemporaryDirectory() as scratch:

        def begin(kept: str | None, model: str | None) -> Talk:
            opened = session.begin(Path(scratch), root, "qwen3.6-27b")
            fake = FakeModel(*SCRIPT, name="qwen3.6-27b", window=262_144)
            return Conversing(opened, fake, Workshop(root, open_index(root, Path(scratch))))

        workplace = Workplace(
            root, lambda: open_index(root, Path(scratch)), begin, NoShelf(), "qwen3.6-27b", theme=theme
        )
        app = Qcode(workplace)

        async def run() -> None:
            async with app.run_test(size=SIZE) as pilot:
                await _until(pilot, lambda: app.main.is_current and bool(app.main.suggestions.known))
                app.main.prompt.cursor_blink = False
                await script(pilot, folder)

        asyncio.run(run())
        app.main.close(5)


async def _until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    while not holds():
        await pilot.pause(0.02)
    await pilot.pause(0.3)


def _draw(pilot: Pilot[int], file: Path) -> None:
    """Without the fonts that a viewer would fetch from elsewhere, and without remarks."""
    svg = pilot.app.export_screenshot(title="qcode")
    file.write_text(re.sub(r"@font-face \{.*?\}\s*|<!--.*?-->", "", svg, flags=re.DOTALL), "utf-8")


def main() -> int:
    """Draw all of them."""
    folder = Path(sys.argv[1])
    for script, theme in ((conversation, "dark"), (findings, "light")):
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch) / "payments"
            make(root)
            draw(folder, root, script, theme)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/make_screens.py FOLDER")
    sys.exit(main())
