"""Screens in a real repository, driven by keys, with a model that plays a script."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from agents.model import FakeModel
from agents.model.types import Mode
from agents.stop import Stop
from agents.tools import Workshop
from agents.types import Approve, Decision, Event, Question
from indexer.errors import UsageProblem
from indexer.index import open_index
from qcode import session
from qcode.session import Session
from qcode.tui.app import Qcode
from qcode.tui.conversing import Conversing
from qcode.tui.types import Began, Kept, Workplace
from tests.conftest import GitRepo, Repo

FILES = {
    "shop/price.py": "def total(items):\n    return sum(items)\n",
    "shop/till.py": "from shop.price import total\n\n\ndef pay(items):\n    return total(items)\n",
}
Script = Callable[[Pilot[int]], Awaitable[None]]
PATIENCE = 5.0
LOOKS = 1000


@dataclass
class Shelf:
    """Sessions that a test puts there."""

    kept: list[Kept] = field(default_factory=list)

    def listing(self) -> list[Kept]:
        return self.kept


class Recorded(Conversing):
    """A conversation that remembers what was decided."""

    def __init__(self, kept: Session, model: FakeModel, workshop: Workshop) -> None:
        super().__init__(kept, model, workshop)
        self.messages = kept.conversation.messages
        self.fake = model
        self.decisions: list[Decision] = []
        self.closed = False

    @property
    def questions(self) -> list[str]:
        return [event.question for event in self.past if isinstance(event, Began)]

    def ask(self, question: str, *, mode: Mode, approve: Approve, stop: Stop) -> Iterator[Event]:
        def recorded(asked: Question) -> Decision:
            self.decisions.append(approve(asked))
            return self.decisions[-1]

        return super().ask(question, mode=mode, approve=recorded, stop=stop)

    def close(self) -> None:
        super().close()
        self.closed = True


@dataclass
class Screens:
    """The screens in a repository. `talks` are the conversations that were begun, oldest first."""

    repo: Repo
    workplace: Workplace
    shelf: Shelf
    folder: Path
    talks: list[Recorded] = field(default_factory=list)
    begun: list[tuple[str | None, str | None]] = field(default_factory=list)

    def __call__(self, script: Script, *turns: Any, size: tuple[int, int] = (100, 40), **changes: Any) -> Qcode:
        """Run the script, a coroutine function of a pilot, with a model that plays these turns; None: no model."""
        model = FakeModel(*turns, window=1000) if turns != (None,) else None

        def begin(kept: str | None, name: str | None) -> Recorded:
            self.begun.append((kept, name))
            if model is None:
                raise UsageProblem("There is no model to ask: no backend is configured.", "Run `qcode config init`.")
            opened = (
                session.begin(self.folder, self.repo.root, "fake")
                if kept is None
                else session.reopen(self.folder, kept)
            )
            workshop = Workshop(self.repo.root, self.workplace.open_index())
            self.talks.append(Recorded(opened, model, workshop))
            return self.talks[-1]

        app = Qcode(replace(self.workplace, begin=begin, **changes))

        async def run() -> None:
            try:
                async with app.run_test(size=size) as pilot:
                    await until(pilot, lambda: app.main.is_current and bool(app.main.suggestions.known))
                    await script(pilot)
            finally:
                app.main.turns.close(0)
                app.main.library.close(PATIENCE)

        asyncio.run(run())
        return app


@pytest.fixture
def screens(git_repo: GitRepo, tmp_path: Path) -> Screens:
    """`screens(script, "an answer")` opens the screens in a repository with two files."""
    return screens_in(git_repo(FILES), tmp_path)


def nobody(kept: str | None, model: str | None) -> Recorded:
    """Stands where a test says which model there is."""
    raise AssertionError("the test did not say which model there is")


def screens_in(repo: Repo, tmp_path: Path) -> Screens:
    """The screens in this repository."""
    shelf = Shelf()
    workplace = Workplace(
        root=repo.root,
        open_index=lambda: open_index(repo.root, tmp_path / "store", repo.environment),
        begin=nobody,
        shelf=shelf,
        model="fake",
    )
    return Screens(repo, workplace, shelf, tmp_path / "sessions")


# ---------------------------------------------------------------- driving


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Let the screens work until it holds; the test's own time limit ends what never does."""
    while not holds():
        await pilot.pause(0.01)
    await pilot.pause()


async def sees(pilot: Pilot[int], *texts: str) -> None:
    """Wait until all of these stand on the screen; fails with what does where they never do."""
    for _ in range(LOOKS):
        if all(text in text_on(pilot) for text in texts):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{texts} are not all in\n{text_on(pilot)}")


async def type_in(pilot: Pilot[int], text: str) -> None:
    """Put a text into the input, and press Enter."""
    await pilot.pause()
    main_of(pilot).prompt.insert(text)
    await pilot.pause()
    await pilot.press("enter")


async def ask(pilot: Pilot[int], text: str) -> None:
    """Ask, and wait until the turn is over."""
    await type_in(pilot, text)
    await over(pilot)


async def over(pilot: Pilot[int]) -> None:
    """Wait until no turn is at work and all is shown."""
    main = main_of(pilot)
    await until(pilot, lambda: not main.turns.running)
    await pilot.pause(0.1)


def main_of(pilot: Pilot[int]) -> Any:
    """The main screen."""
    assert isinstance(pilot.app, Qcode)
    return pilot.app.main


def lines_on(pilot: Pilot[int]) -> list[str]:
    """What is on the screen, line by line, as a person sees it."""
    height = pilot.app.size.height
    compositor = pilot.app.screen._compositor
    return ["".join(segment.text for segment in strip) for strip in compositor.render_strips()][:height]


def text_on(pilot: Pilot[int]) -> str:
    """What is on the screen."""
    return "\n".join(lines_on(pilot))
