"""Conversations with the configured model, kept as sessions, as the screens hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from agents.chat import compact, turn
from agents.model import Message, connect, profile_for
from agents.model.types import Mode, Model
from agents.stop import Stop
from agents.tools import Workshop
from agents.types import Approve, Event, Said
from indexer.index import open_index
from qcode import session
from qcode.backend import backend_of
from qcode.session import Session
from qcode.tui.types import Began, Kept, Talk
from qcode.workshop import workshop_of

if TYPE_CHECKING:
    from indexer.index import Index
    from qcode.config import Settings

MENTIONED = "\n\n@"
"""What a mention brought along stands behind this, in the question as the model is given it."""


class Conversing:
    """A conversation with its file, and the index that its tools look into."""

    def __init__(self, kept: Session, model: Model, workshop: Workshop) -> None:
        self._kept = kept
        self._model = model
        self._workshop = workshop

    @property
    def id(self) -> str:
        """What it is kept under."""
        return self._kept.conversation.id

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self._model.name

    @property
    def past(self) -> Sequence[Began | Said]:
        """What was asked and answered so far, oldest first."""
        return list(_past(self._kept.conversation.messages))

    @property
    def operations(self) -> Sequence[str]:
        """The ids of its edits in the journal, oldest first."""
        return tuple(self._kept.conversation.operations)

    def ask(self, question: str, *, mode: Mode, approve: Approve, stop: Stop) -> Iterator[Event]:
        """The events of one turn, `TurnEnded` last."""
        model, workshop = self._model, self._workshop
        conversation = self._kept.conversation
        return self._heard(
            turn(conversation, question, model=model, workshop=workshop, approve=approve, stop=stop, mode=mode)
        )

    def compact(self, stop: Stop) -> Iterator[Event]:
        """The events of folding its oldest part away."""
        return self._heard(compact(self._kept.conversation, model=self._model, stop=stop))

    def close(self) -> None:
        """Let go of the file and of the index."""
        with self._workshop.index:
            self._kept.__exit__(None, None, None)

    def _heard(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            self._kept.hear(event)
            yield event


@dataclass(frozen=True, slots=True)
class Room:
    """What conversations are made of."""

    settings: Settings
    environment: Mapping[str, str]
    root: Path

    def open_index(self) -> Index:
        """The repository's index."""
        return open_index(self.root, self.settings.index_dir, self.environment)

    def listing(self) -> Sequence[Kept]:
        """The sessions about this repository, newest first."""
        found = session.listing(self._folder, self.root)
        return [Kept(each.id, each.title, each.begun[:16].replace("T", " ")) for each in found]

    def begin(self, kept: str | None, model: str | None) -> Talk:
        """The kept conversation of this id, or a new one. Raises a Problem, which says what to configure."""
        backend = self.settings.backend
        asked = replace(self.settings, backend=replace(backend, model=model)) if model else self.settings
        served = backend_of(asked, self.environment)
        index = self.open_index()
        try:
            index.ignoring(None, self.settings.ignore)
            opened = self._opened(kept, served.backend.model)
        except BaseException:
            index.close()
            raise
        return Conversing(opened, connect(served.profile, served.backend), workshop_of(self.settings, self.root, index))

    @property
    def mode(self) -> Mode:
        """Whether the configured model thinks first."""
        backend = self.settings.backend
        if backend.model is None:
            return "think"
        return "think" if profile_for(backend.model, backend.profile).thinking_default else "plain"

    @property
    def _folder(self) -> Path:
        return self.settings.data_dir / "sessions"

    def _opened(self, kept: str | None, model: str) -> Session:
        if kept is not None:
            return session.reopen(self._folder, kept)
        return session.begin(self._folder, self.root, model)


def _past(messages: Iterable[Message]) -> Iterator[Began | Said]:
    for message in messages:
        if message.role == "user":
            yield Began(message.text.split(MENTIONED)[0])
        elif message.role == "assistant" and message.text:
            yield Said(message.text)
