"""Answer text to edits: SEARCH/REPLACE blocks, deletions, renamings, and tool calls that leaked into the text."""

from __future__ import annotations

from agents.edits.blocks.calls import from_tool_call
from agents.edits.blocks.reader import Reader
from agents.edits.types import Answer

__all__ = ["Reader", "from_tool_call", "parse"]


def parse(answer: str, finish_reason: str = "stop") -> Answer:
    """The edits that a whole answer asks for, in its order; `rejected` where it was cut off or must not be used."""
    reader = Reader()
    reader.feed(answer)
    return reader.close(finish_reason)
