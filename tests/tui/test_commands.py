"""Every `/` command, and what it does."""

from __future__ import annotations

from textual.pilot import Pilot

from qcode.tui.screens.chooser import Chooser
from qcode.tui.screens.places import Places
from qcode.tui.screens.reader import Reader
from qcode.tui.slashes import SLASHES
from qcode.tui.types import Kept
from qcode.tui.widgets.listing import Listing
from tests.tui.conftest import FILES, Screens, ask, main_of, over, sees, text_on, type_in, until
from tests.tui.test_asking import EDIT, asked_to_decide

BROKEN = {"shop/price.py": "def total(items, currency):\n    return sum(items)\n"}


async def page(pilot: Pilot[int], kind: type) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))


def test_review_lists_the_findings_and_goes_to_their_code(screens: Screens) -> None:
    screens.repo.write(BROKEN)

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/review")
        await page(pilot, Places)
        await sees(pilot, "return total(items)")
        await sees(pilot, "review: 1 high", "shop/till.py:5")
        await sees(pilot, "called without `currency`")
        code = pilot.app.screen.query_one(Listing)
        assert [row.number for row in code.rows if row.role == "marked"] == ["5"]
        await pilot.press("enter")
        assert code.has_focus
        await pilot.press("escape")
        await pilot.pause()
        await until(pilot, lambda: main_of(pilot).is_current)
        await sees(pilot, "review: 1 high")

    screens(script, None)


def test_review_takes_a_revision(screens: Screens) -> None:
    screens.repo.commit(BROKEN)

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/review HEAD~1")
        await page(pilot, Places)
        await sees(pilot, "review HEAD~1: 1 high")

    screens(script, None)


def test_review_of_no_commit_is_a_sentence(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/review nowhere")
        await sees(pilot, "nowhere", "is not a revision")

    screens(script, None)


def test_diff_shows_what_is_not_committed(screens: Screens) -> None:
    screens.repo.write({"shop/price.py": FILES["shop/price.py"].replace("sum", "max"), "new.py": "NEW = 1\n"})

    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/diff")
        await page(pilot, Reader)
        await sees(pilot, "-    return sum(items)", "+    return max(items)")
        await sees(pilot, "+NEW = 1")
        await pilot.press("escape")
        await until(pilot, lambda: main_of(pilot).is_current)

    screens(script, None)


def test_diff_of_nothing_says_so(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/diff")
        await sees(pilot, "Everything is committed.")

    screens(script, None)


def test_undo_takes_the_last_edit_back(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await asked_to_decide(pilot)
        await pilot.press("y")
        await over(pilot)
        assert screens.repo.git("status", "--porcelain") != ""
        await type_in(pilot, "/undo")
        await sees(pilot, "undid")
        await sees(pilot, "+    return sum(items)")

    screens(script, EDIT)
    assert screens.repo.git("status", "--porcelain") == ""
    assert len(screens.talks[0].operations) == 1


def test_undo_without_anything_to_undo_is_a_sentence(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/undo")
        await until(pilot, lambda: "nothing" in text_on(pilot).lower() and "undo" in text_on(pilot))

    screens(script, None)


def test_symbols_lists_definitions_and_uses(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/symbols total")
        await page(pilot, Places)
        await sees(pilot, "total: 1 definitions, 2 uses")
        await sees(pilot, "defined  shop/price.py:1  function total")
        await sees(pilot, "used     shop/till.py:5")

    screens(script, None)


def test_symbols_of_an_unknown_name_says_near_ones(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/symbols totl")
        await sees(pilot, "Near names: total.")

    screens(script, None)


def test_model_changes_whether_it_thinks_and_which_one_is_asked(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/model plain")
        await sees(pilot, "fake · plain")
        await ask(pilot, "hello")
        await type_in(pilot, "/model")
        await page(pilot, Reader)
        await sees(pilot, "model  fake", "mode   plain")
        await pilot.press("escape")
        await until(pilot, lambda: main_of(pilot).is_current)
        await type_in(pilot, "/model larger")
        await ask(pilot, "hello")

    screens(script, "One.", "Two.")
    assert [request.mode for request in screens.talks[0].fake.requests] == ["plain", "plain"]
    assert screens.begun == [(None, None), (None, "larger")]


def test_sessions_opens_a_kept_one(screens: Screens) -> None:
    async def first(pilot: Pilot[int]) -> None:
        await ask(pilot, "about the price")

    screens(first, "One.")
    (old,) = screens.talks
    screens.shelf.kept = [Kept("b", "about the till", "today"), Kept(old.id, "about the price", "yesterday")]

    async def second(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/sessions")
        await page(pilot, Chooser)
        await sees(pilot, "today  about the till", "yesterday  about the price")
        await pilot.press("down", "enter")
        await sees(pilot, "about the price", "One.")
        await ask(pilot, "and the till?")

    screens(second, "Two.")
    assert screens.begun == [(None, None), (old.id, None)]
    assert screens.talks[-1].questions == ["about the price", "and the till?"]


def test_no_sessions_is_a_sentence(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/sessions")
        await sees(pilot, "No session is kept yet.")

    screens(script, None)


def test_stats_counts_the_answers(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "one")
        await ask(pilot, "two")
        await type_in(pilot, "/stats")
        await page(pilot, Reader)
        await sees(pilot, f"{'answers':<17}  2")
        await sees(pilot, f"{'prompt tokens':<17}  not measurable")

    screens(script, "One.", "Two.")


def test_compact_folds_the_conversation(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "one")
        await ask(pilot, "two")
        await ask(pilot, "/compact")
        await sees(pilot, "Folded into notes: 2 messages with 1 questions")

    screens(script, "One.", "Two.", "It was about one.")
    assert "It was about one." in screens.talks[0].messages[1].text


def test_new_begins_again(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "one")
        await type_in(pilot, "/new")
        await until(pilot, lambda: "One." not in text_on(pilot))
        await ask(pilot, "two")

    screens(script, "One.", "Two.")
    assert [talk.questions for talk in screens.talks] == [["one"], ["two"]]
    assert screens.talks[0].closed


def test_help_names_every_command_and_f1_opens_it(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/help")
        await page(pilot, Reader)
        await sees(pilot, *(text for slash in SLASHES for text in (slash.usage, slash.help[:30])))
        await pilot.press("escape")
        await until(pilot, lambda: main_of(pilot).is_current)
        await pilot.press("f1")
        await page(pilot, Reader)
        await sees(pilot, "Ctrl+J", "/review")

    screens(script, None)


def test_quit_closes(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/quit")

    assert screens(script, None).return_value == 0


def test_an_unknown_command_and_a_word_too_much_are_sentences(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await type_in(pilot, "/reviw")
        await sees(pilot, "There is no command `/reviw`.")
        await type_in(pilot, "/diff HEAD")
        await sees(pilot, "/diff takes nothing behind it.")

    screens(script, None)
