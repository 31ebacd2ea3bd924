"""The input: history, completion, Hangul, size and colours."""

from __future__ import annotations

import unicodedata

import pytest
from textual import events
from textual.geometry import Size
from textual.pilot import Pilot

from qcode.report.width import cells
from qcode.tui.theme import is_light, theme_of
from qcode.tui.widgets.suggestions import Suggestions
from tests.tui.conftest import Screens, ask, lines_on, main_of, sees, until

SYLLABLES = "한글 값"
JAMO = unicodedata.normalize("NFD", SYLLABLES)


def test_up_and_down_go_through_what_was_sent_and_keep_the_draft(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        prompt = main_of(pilot).prompt
        await ask(pilot, "first")
        await ask(pilot, "second\nin two lines")
        await pilot.press(*"draft", "up")
        assert prompt.text == "second\nin two lines"
        await pilot.press("up", "up")
        assert prompt.text == "first"
        await pilot.press("up", "down", "down")
        assert prompt.text == "draft"

    screens(script, "One.", "Two.")


def test_ctrl_j_begins_a_line_and_enter_sends_all_of_them(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await pilot.press("a", "ctrl+j", "b")
        assert main_of(pilot).prompt.text == "a\nb"
        await ask(pilot, "")

    screens(script, "One.")
    assert screens.talks[0].questions == ["a\nb"]


def test_keys_that_come_at_once_are_obeyed_in_their_order(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        for key in ("a", "b", "backspace", "c", "ctrl+u", "d", "left", "e", "ctrl+j", "f"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert main_of(pilot).prompt.text == "e\nfd"

    screens(script, None)


def test_an_at_sign_completes_files_and_names(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        prompt = main_of(pilot).prompt
        await pilot.press(*"see @til")
        await sees(pilot, "shop/till.py")
        await pilot.press("tab")
        assert prompt.text == "see @shop/till.py "
        await pilot.press(*"@tota")
        await sees(pilot, " total ")
        await pilot.press("enter")
        assert prompt.text == "see @shop/till.py @total "
        assert not main_of(pilot).suggestions.open

    screens(script, None)


def test_a_slash_completes_commands_and_escape_closes_the_list(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        main = main_of(pilot)
        await pilot.press(*"/s")
        await sees(pilot, "/symbols NAME", "/sessions", "/stats")
        await pilot.press("down", "down", "tab")
        assert main.prompt.text == "/stats "
        await pilot.press("ctrl+u", *"/s")
        await until(pilot, lambda: main.suggestions.open)
        await pilot.press("escape")
        assert not main.suggestions.open and main.prompt.text == "/s"

    screens(script, None)


def test_a_suggestion_can_be_clicked(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        main = main_of(pilot)
        await pilot.press(*"@shop/")
        await until(pilot, lambda: main.suggestions.open)
        await pilot.click(Suggestions, offset=(4, 1))
        await until(pilot, lambda: main.prompt.text == "@shop/till.py ")

    screens(script, None)


# ---------------------------------------------------------------- Hangul


@pytest.mark.parametrize("typed", [SYLLABLES, JAMO], ids=["composed", "split jamo"])
def test_hangul_is_the_same_however_it_is_typed(typed: str, screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        prompt = main_of(pilot).prompt
        for character in typed:
            pilot.app.post_message(events.Key(character, character))
            await pilot.pause()
        assert prompt.text == SYLLABLES
        assert prompt.cursor_location == (0, len(SYLLABLES))
        assert prompt.cursor_screen_offset.x == prompt.content_region.x + cells(SYLLABLES)
        await pilot.press("backspace")
        assert prompt.text == "한글 "

    screens(script, None)


def test_pasted_jamo_become_syllables_behind_others_too(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        prompt = main_of(pilot).prompt
        first, rest = JAMO[0], JAMO[1:]
        pilot.app.post_message(events.Paste(first))
        await pilot.pause()
        pilot.app.post_message(events.Paste(rest))
        await pilot.pause()
        assert prompt.text == SYLLABLES

    screens(script, None)


def test_hangul_takes_two_cells_wherever_it_stands(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "값을 더하면?")
        await sees(pilot, "더한 값입니다", "값을 더하면?")
        assert {cells(line) for line in lines_on(pilot)} == {60}

    screens(script, "**더한** 값입니다\n\n| 이름 | 값 |\n|---|---|\n| 가 | 1 |\n", size=(60, 30))


def test_hangul_file_names_are_completed(screens: Screens) -> None:
    screens.repo.commit({"문서/설명.md": "# 설명\n"})

    async def script(pilot: Pilot[int]) -> None:
        await pilot.press(*"@설")
        await sees(pilot, "문서/설명.md")
        await pilot.press("tab")
        assert main_of(pilot).prompt.text == "@문서/설명.md "

    screens(script, None)


# ---------------------------------------------------------------- size and colours


@pytest.mark.parametrize("size", [(20, 8), (200, 60), (1, 1)])
def test_any_size_will_do(size: tuple[int, int], screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await ask(pilot, "hello")
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert pilot.app.size == Size(*size)
        await pilot.resize_terminal(100, 40)
        await sees(pilot, "A long answer", "hello")

    screens(script, "A long answer, " * 20)


def test_ctrl_t_changes_between_light_and_dark(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        assert pilot.app.current_theme.dark
        await pilot.press("ctrl+t")
        assert not pilot.app.current_theme.dark
        await pilot.press("ctrl+t")
        assert pilot.app.current_theme.dark

    screens(script, None)


@pytest.mark.parametrize(
    ("setting", "light", "theme"),
    [
        ("auto", False, "textual-dark"),
        ("auto", True, "textual-light"),
        ("light", False, "textual-light"),
        ("dark", True, "textual-dark"),
        ("nord", False, "nord"),
    ],
)
def test_the_setting_says_which_colours(setting: str, light: bool, theme: str, screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        assert pilot.app.theme == theme

    screens(script, None, theme=setting, light=light)


def test_a_theme_that_is_not_there_is_told(screens: Screens) -> None:
    name, complaint = theme_of("pink", False, {"nord", "textual-dark"})
    assert (name, complaint[:30]) == ("textual-dark", "There is no theme `pink`; `ui.")

    async def script(pilot: Pilot[int]) -> None:
        await sees(pilot, "There is no theme `pink`")

    screens(script, None, theme="pink")


def test_a_terminal_may_say_that_it_is_light() -> None:
    assert is_light({"COLORFGBG": "0;15"}) and is_light({"COLORFGBG": "0;default;7"})
    assert not is_light({"COLORFGBG": "15;0"}) and not is_light({})
