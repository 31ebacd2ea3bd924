"""What a conversation keeps from one question to the next."""

from __future__ import annotations

from collections.abc import Iterable

from agents.model import Message


class Conversation:
    """Messages, and what was decided on the way. Only `turn` and `compact` change it; messages are never rewritten.

    `operations` are the journal's ids of its edits, oldest first; `always` what a person allowed for good;
    `guided` the AGENTS.md files that were told; `dropped` sentences about what folding left out.
    """

    def __init__(
        self,
        id: str,
        messages: Iterable[Message] = (),
        operations: Iterable[str] = (),
        always: Iterable[tuple[str, str]] = (),
        guided: Iterable[str] = (),
        dropped: Iterable[str] = (),
        used: int = 0,
    ) -> None:
        self.id = id
        self.messages = list(messages)
        self.operations = list(operations)
        self.always = set(always)
        self.guided = set(guided)
        self.dropped = list(dropped)
        self.used = used
        """Tokens that the last answer and its prompt took of the window, as the server counted."""
