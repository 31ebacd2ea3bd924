"""Escape, and closing, at any moment: nobody waits for ever, and nothing is half done."""

from __future__ import annotations

import threading

from textual.pilot import Pilot

from agents.model import Hold
from agents.types import Decision
from qcode.tui.screens.approval import Approval
from tests.tui.conftest import Screens, ask, main_of, over, sees, text_on, type_in, until
from tests.tui.test_asking import EDIT


def test_escape_ends_a_streaming_answer_and_what_comes_behind_it_is_not_shown(screens: Screens) -> None:
    hold = Hold()

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "tell me")
        await until(pilot, lambda: hold.reached.is_set() and "the beginning" in text_on(pilot))
        await sees(pilot, "working, Esc stops")
        await pilot.press("escape")
        await over(pilot)
        await sees(pilot, "Interrupted.")
        assert "the end" not in text_on(pilot)
        await ask(pilot, "again")
        await sees(pilot, "A second answer.")

    screens(script, ["the beginning, ", hold, "the end", EDIT], "A second answer.")
    assert screens.repo.git("status", "--porcelain") == ""


def test_what_is_typed_appears_while_the_model_is_silent(screens: Screens) -> None:
    hold = Hold()

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "tell me")
        await until(pilot, hold.reached.is_set)
        await pilot.press(*"next")
        assert main_of(pilot).prompt.text == "next"
        hold.release()
        await over(pilot)

    screens(script, ["so ", hold, "far"])


def test_escape_in_the_dialog_stops_the_turn_and_writes_nothing(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "round it")
        await until(pilot, lambda: isinstance(pilot.app.screen, Approval))
        await pilot.press("escape")
        await over(pilot)
        await sees(pilot, "Interrupted.")
        await until(pilot, lambda: main_of(pilot).is_current)

    screens(script, EDIT)
    assert screens.repo.git("status", "--porcelain") == ""


def test_closing_in_the_middle_of_an_answer_ends_it(screens: Screens) -> None:
    hold = Hold()

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "tell me")
        await until(pilot, hold.reached.is_set)
        await pilot.press("ctrl+q")

    app = screens(script, ["the beginning", hold, "the end"])
    assert app.return_value == 0
    assert app.main.turns.close(10)
    assert screens.talks[0].closed


def test_a_model_that_does_not_obey_is_left_behind(screens: Screens) -> None:
    reached, opened = threading.Event(), threading.Event()

    def stubborn(request: object) -> str:
        reached.set()
        opened.wait()
        return "late"

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "tell me")
        await until(pilot, reached.is_set)
        await pilot.press("escape")
        await sees(pilot, "stopping")
        await pilot.press(*"still here")
        assert main_of(pilot).prompt.text == "still here"
        await pilot.press("ctrl+q")

    app = screens(script, stubborn)
    assert (app.return_value, app.main.turns.close(0)) == (0, False)
    opened.set()
    assert app.main.turns.close(10)


def test_closing_while_a_decision_is_asked_for_is_a_no(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "round it")
        await until(pilot, lambda: isinstance(pilot.app.screen, Approval))
        await pilot.press("ctrl+q")

    app = screens(script, EDIT)
    assert app.main.turns.close(10)
    assert screens.talks[0].decisions == [Decision("no")]
    assert screens.repo.git("status", "--porcelain") == ""


def test_a_second_question_waits_for_the_first_answer(screens: Screens) -> None:
    hold = Hold()

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "one")
        await until(pilot, hold.reached.is_set)
        await type_in(pilot, "two")
        hold.release()
        await over(pilot)
        await sees(pilot, "First, and last.", "Then this.")

    screens(script, ["First, ", hold, "and last."], "Then this.")
    assert screens.talks[0].questions == ["one", "two"]


def test_to_stop_ends_what_waits_behind_it_too(screens: Screens) -> None:
    hold = Hold()

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "one")
        await until(pilot, hold.reached.is_set)
        await type_in(pilot, "two")
        await pilot.press("escape")
        hold.release()
        await over(pilot)

    screens(script, ["First, ", hold, "and last."], "Then this.")
    assert len(screens.talks[0].fake.requests) == 1
