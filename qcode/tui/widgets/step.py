"""One call of a tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.types import ToolEnded, ToolStarted
from qcode.report.width import cropped
from qcode.tui.safe import NOTHING, beside, one_line, shown
from qcode.tui.widgets.fold import Fold

MOST_SUMMARY = 120
MOST_ARGUMENT = 60
MOST_OUTPUT = 20_000
"""Characters of a tool's answer that are kept for unfolding."""


class Step(Fold):
    """The tool with a summary of its arguments; how it ended; and, unfolded, what it answered."""

    DEFAULT_CSS = "Step { margin-bottom: 1; }"

    def __init__(self, started: ToolStarted) -> None:
        self._what = one_line(cropped(f"{started.name}  {summary(started.arguments)}", MOST_SUMMARY))
        super().__init__(beside(one_line("… "), self._what))

    def end(self, ended: ToolEnded) -> None:
        """Say how it ended."""
        mark = one_line("✔ ", "$text-success") if ended.ok else one_line("✖ ", "$text-error")
        text = ended.text
        left = f"\n… {len(text) - MOST_OUTPUT:,} more characters" if len(text) > MOST_OUTPUT else ""
        failed = NOTHING if ended.ok else one_line("  failed", "$text-error")
        self.set(beside(mark, self._what, failed), shown(text[:MOST_OUTPUT] + left))


def summary(arguments: Mapping[str, Any]) -> str:
    """The arguments on one line, each of them short."""
    return ", ".join(
        f"{name}: {cropped(' '.join(str(value).split()), MOST_ARGUMENT)}" for name, value in arguments.items()
    )
