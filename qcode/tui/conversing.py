"""Conversations with the configured model, as the screens hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agents.model.types import Mode, Model
from agents.stop import Stop
from agents.types import Approve, Event
from qcode.backend import backend_of
from qcode.tui.types import Kept, Shelf, Talk

if TYPE_CHECKING:
    from agents.chat import Conversation
    from agents.tools import Workshop
    from indexer.index import Index
    from qcode.config import Settings


class RunShelf:
    """Keeps the conversations of this run only."""

    def __init__(self) -> None:
        self.kept: dict[str, Conversation] = {}

    def listing(self) -> Sequence[Kept]:
        """The conversations in which something was asked, newest first."""
        asked = [(id, _questions(each)) for id, each in self.kept.items()]
        return [Kept(id, texts[0], id, len(texts)) for id, texts in reversed(asked) if texts]


class Conversing:
    """A conversation with the index that its tools look into."""

    def __init__(self, conversation: Conversation, model: Model, workshop: Workshop) -> None:
        self._conversation = conversation
        self._model = model
        self._workshop = workshop

    @property
    def id(self) -> str:
        """What it is kept under."""
        return self._conversation.id

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self._model.name

    @property
    def questions(self) -> Sequence[str]:
        """What was asked so far, oldest first."""
        return _questions(self._conversation)

    @property
    def operations(self) -> Sequence[str]:
        """The ids of its edits in the journal, oldest first."""
        return self._conversation.operations

    def ask(self, question: str, *, mode: Mode, approve: Approve, stop: Stop) -> Iterator[Event]:
        """The events of one turn, `TurnEnded` last."""
        from agents.chat import turn

        return turn(
            self._conversation,
            question,
            model=self._model,
            workshop=self._workshop,
            approve=approve,
            stop=stop,
            mode=mode,
        )

    def compact(self, stop: Stop) -> Iterator[Event]:
        """The events of folding its oldest part away."""
        from agents.chat import compact

        return compact(self._conversation, model=self._model, workshop=self._workshop, stop=stop)

    def close(self) -> None:
        """Let go of the index."""
        self._workshop.index.close()


def begin(
    settings: Settings,
    environment: Mapping[str, str],
    root: Path,
    open_index: Callable[[], Index],
    kept: str | None,
    model: str | None,
) -> Talk:
    """The kept conversation of this id, or a new one. Raises a Problem, which says what to configure."""
    from agents.chat import Conversation
    from agents.model import connect
    from agents.tools import Rules, Workshop

    asked = replace(settings, backend=replace(settings.backend, model=model)) if model else settings
    served = backend_of(asked, environment)
    conversation = SHELF.kept.get(kept) if kept is not None else None
    if conversation is None:
        conversation = Conversation(str(len(SHELF.kept) + 1))
        SHELF.kept[conversation.id] = conversation
    index = open_index()
    index.ignoring(None, settings.ignore)
    index.refresh()
    workshop = Workshop(root, index, Rules(), None, "it is not built into the screens yet")
    return Conversing(conversation, connect(served.profile, served.backend), workshop)


def mode_of(settings: Settings) -> Mode:
    """Whether the configured model thinks first."""
    from agents.model import profile_for

    if settings.backend.model is None:
        return "think"
    return "think" if profile_for(settings.backend.model, settings.backend.profile).thinking_default else "plain"


def _questions(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.messages if message.role == "user"]


SHELF = RunShelf()
_: Shelf = SHELF
