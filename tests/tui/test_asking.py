"""A question, its answer, an edit and a decision about it."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from agents.model import Finished, Text, Thinking, Timings, Usage
from agents.types import Decision
from qcode.tui.screens.approval import Approval
from qcode.tui.widgets.answer import Answer
from qcode.tui.widgets.step import Step
from qcode.tui.widgets.thinking import Thinking as Thoughts
from tests.tui.conftest import Screens, ask, main_of, over, sees, text_on, type_in, until

EDIT = """\
It has to be rounded.

shop/price.py
<<<<<<< SEARCH
    return sum(items)
=======
    return round(sum(items))
>>>>>>> REPLACE
"""
TWO = (
    EDIT
    + "\nshop/till.py\n<<<<<<< SEARCH\n    return total(items)\n=======\n    return -total(items)\n>>>>>>> REPLACE\n"
)


async def asked_to_decide(pilot: Pilot[int]) -> Approval:
    await type_in(pilot, "round it")
    await until(pilot, lambda: isinstance(pilot.app.screen, Approval))
    assert isinstance(pilot.app.screen, Approval)
    return pilot.app.screen


def test_an_answer_is_shown_as_markdown(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "hello")
        await sees(pilot, "hello", "A heading", "• one", "Some bold text.")
        assert "# A heading" not in text_on(pilot)

    screens(script, "# A heading\n\nSome **bold** text.\n\n- one\n- two\n")


def test_an_edit_is_written_after_a_yes_and_shown_as_a_diff(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await asked_to_decide(pilot)
        await sees(pilot, "-    return sum(items)", "+    return round(sum(items))")
        await pilot.press("y")
        await over(pilot)
        await sees(pilot, "edit 1  shop/price.py  +1 −1")

    screens(script, EDIT)
    assert "round(" in (screens.repo.root / "shop/price.py").read_text()
    assert screens.talks[0].decisions == [Decision("once")]


def test_a_rejected_edit_is_not_written(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await asked_to_decide(pilot)
        await pilot.press("n")
        await over(pilot)
        await sees(pilot, "Rejected.")

    screens(script, EDIT, "Well then.")
    assert "round(" not in (screens.repo.root / "shop/price.py").read_text()
    assert screens.talks[0].decisions == [Decision("no")]


def test_an_edit_may_be_allowed_for_good(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await asked_to_decide(pilot)
        await pilot.press("a")
        await over(pilot)

    screens(script, EDIT)
    assert screens.talks[0].decisions == [Decision("always")]


@pytest.mark.parametrize(
    ("keys", "decision"),
    [
        (["y"], Decision("once")),
        (["space", "y"], Decision("once", (2,))),
        (["down", "space", "y"], Decision("once", (1,))),
        (["space", "down", "space", "y"], Decision("no")),
    ],
)
def test_every_block_is_decided_on_its_own(keys: list[str], decision: Decision, screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await asked_to_decide(pilot)
        await sees(pilot, "1  shop/price.py  +1 −1")
        await pilot.press(*keys)
        await over(pilot)

    screens(script, TWO, "Well then.")
    assert screens.talks[0].decisions == [decision]


def test_the_diff_is_that_of_the_block_one_looks_at(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await asked_to_decide(pilot)
        await sees(pilot, "round(")
        await pilot.press("down")
        await pilot.pause()
        await sees(pilot, "return -total(items)")
        assert "round(" not in text_on(pilot)
        await pilot.press("n")
        await over(pilot)

    screens(script, TWO, "Well then.")


def test_thoughts_are_folded_until_they_are_asked_for(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "think")
        await sees(pilot, "thought, 17 characters")
        assert "a secret doubt" not in text_on(pilot)
        pilot.app.screen.query_one(Thoughts).focus()
        await pilot.press("enter")
        await pilot.pause()
        await sees(pilot, "a secret doubt")

    screens(script, [Thinking("a secret doubt."), Thinking(".."), Text("Yes.")])


def test_a_step_says_what_was_called_and_unfolds_what_it_answered(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        main = main_of(pilot)
        from agents.types import ToolEnded, ToolStarted

        await main.transcript.show(ToolStarted("1", "read", {"path": "shop/price.py", "first": 3}))
        await pilot.pause()
        await sees(pilot, "read  path: shop/price.py, first: 3")
        await main.transcript.show(ToolEnded("1", "read", False, "There is no such line."))
        await pilot.pause()
        await sees(pilot, "✖ read", "failed")
        assert "no such line" not in text_on(pilot)
        await pilot.click(Step)
        await pilot.pause()
        await sees(pilot, "There is no such line.")

    screens(script, "unused")


def test_the_status_bar_says_what_the_answer_took_and_what_can_t_be_measured(screens: Screens) -> None:
    finished = Finished("stop", "fake", "fake", Usage(300, 150, None, 100), Timings(120.0, 900.0, 45.5))

    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "quick")
        await sees(pilot, "fake · think · window 40% of 1,000 · first token 120 ms · tokens/s 45.5 · cached 50%")
        await sees(pilot, "not measurable: drafts")

    screens(script, [Text("Yes."), finished], size=(130, 30))


def test_without_a_model_asking_says_what_to_configure(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await sees(pilot, " no model · think")
        await ask(pilot, "hello")
        await sees(pilot, "There is no model to ask: no backend is configured.")
        await sees(pilot, "qcode config init")

    screens(script, None, model=None)


def test_a_failure_that_nobody_foresaw_is_a_sentence_and_the_next_question_works(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "first")
        await sees(pilot, "did not foresee (ZeroDivisionError")
        await ask(pilot, "second")
        await sees(pilot, "All is well.")

    def broken(request: Any) -> Any:
        raise ZeroDivisionError("by zero")

    screens(script, broken, "All is well.")


def test_only_so_many_blocks_stay_on_the_screen(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        main = main_of(pilot)
        from agents.types import Noticed
        from qcode.tui.widgets.transcript import MOST_BLOCKS

        for number in range(MOST_BLOCKS * 2):
            await main.transcript.show(Noticed(f"Notice {number}."))
        assert len(main.transcript.children) <= MOST_BLOCKS
        await pilot.pause()
        await sees(pilot, f"Notice {MOST_BLOCKS * 2 - 1}.")
        assert not pilot.app.screen.query(Answer)

    screens(script, "unused")
