"""What a terminal shows while there is nothing to report yet."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.review import review
from agents.types import Stage, Target
from indexer.index import open_index
from qcode.commands.review import PHASES, shown
from qcode.report.progress import Bar
from tests.conftest import Repo

ENOUGH = 60


class Terminal(io.StringIO):
    """A stream that claims to be a terminal, and can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = threading.Condition()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with self.changed:
            self.changed.notify_all()
            return super().write(text)

    def wait_for(self, shown: Callable[[str], object]) -> bool:
        with self.changed:
            return bool(self.changed.wait_for(lambda: shown(self.getvalue()), ENOUGH))


def test_work_of_known_length_fills_the_bar() -> None:
    terminal = Terminal()
    with Bar(terminal, "reading", patience=0) as bar:
        bar.tell(1, 2)
        assert terminal.getvalue() == f"\r\x1b[Kreading [{'#' * 15}{'.' * 15}] 1/2"
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_work_of_unknown_length_moves_under_its_own_name_until_it_is_over() -> None:
    terminal = Terminal()
    with Bar(terminal, "reading", patience=0) as bar:
        bar.tell(1, 2)
        bar.phase("looking")
        assert terminal.wait_for(lambda text: len(set(re.findall(r"looking \[\.*#{5}\.*\] \d+ s", text))) > 2)
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert not any(thread.name == "progress" for thread in threading.enumerate())


def test_nobody_is_told_who_has_not_waited_or_has_no_terminal() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream, patience in ((terminal, ENOUGH), (file, 0)):
        with Bar(stream, "reading", patience=patience) as bar:
            bar.tell(1, 2)
            bar.phase("looking")
            bar.tell(2, 2)
        assert stream.getvalue() == ""


def test_a_terminal_that_went_away_does_not_stop_the_work() -> None:
    terminal = Terminal()
    with Bar(terminal, "reading", patience=0) as bar:
        terminal.close()
        bar.tell(1, 2)


@pytest.mark.parametrize("name", PHASES)
def test_every_stage_after_the_reading_has_a_line_of_its_own(name: str) -> None:
    terminal = Terminal()
    with Bar(terminal, "qcode: reading", patience=0) as bar:
        for _ in shown([Stage("index"), Stage(name)], bar):
            pass
        assert terminal.wait_for(lambda text: f"qcode: {PHASES[name]} [" in text)


def test_the_stages_that_are_shown_are_those_of_a_review(broken: Repo, tmp_path: Path) -> None:
    with open_index(broken.root, tmp_path / "index") as index:
        events = list(review(index, Target("range", "HEAD~1")))
    assert [event.name for event in events if isinstance(event, Stage)] == ["index", *PHASES]
