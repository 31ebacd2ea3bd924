"""Text from files, git, models and tools that would like to drive the terminal, or the screens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from textual.pilot import Pilot

from agents.types import (
    Answered,
    Decision,
    EditApplied,
    Event,
    Failed,
    Noticed,
    Proposed,
    Question,
    Said,
    Thought,
    ToolEnded,
    ToolStarted,
    TurnEnded,
)
from qcode.tui.diffs import rows_of
from qcode.tui.messages import Begun, Compared, Found, Known, Opened, Reading, Told, Trouble, Wanted
from qcode.tui.screens.approval import Approval
from qcode.tui.screens.chooser import Chooser
from qcode.tui.screens.places import Places
from qcode.tui.screens.reader import Reader
from qcode.tui.types import Began, Kept, Page, Place
from qcode.tui.widgets.fold import Fold
from qcode.tui.widgets.listing import Listing
from tests.tui.conftest import Screens, main_of, sees, type_in, until

ESCAPES = "\x1b]52;c;aGk=\x07\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m\x90q\x9c\x08\x0b\x0c\x7f\x00"
MARKUP = "[@click=app.quit]quit[/] [red]x[/red] [/] [/nope] [link='http://e']l[/link] [bold [[ ]"
LINKS = "[quit](javascript:x) <http://e.example> https://e.example ![i](http://e/p.png) &#27;[31m &#x202e; <b>b</b>"
TURNED = "\u202eabc\u2066\u200b\ufeff"
ALL = f"HOSTILE {ESCAPES} {MARKUP} {LINKS} {TURNED}"
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff]")
DIFF = f"--- a/{MARKUP}\n+++ b/x\n@@ -1 +1 @@\n-{ALL}\n+{ALL}\n"
CALL = {"path": ALL, ALL: [ALL]}

EVENTS: list[Event | Began] = [
    Began(ALL),
    Thought(ALL),
    Said(ALL),
    Said(f"\n\n# {ALL}\n\n- {ALL}\n\n> {ALL}\n\n```{MARKUP}\n{ALL}\n```\n\n| {ALL} | b |\n|---|---|\n| {ALL} | b |\n"),
    Said(f"\n\n[ref]: http://e\n\n[ref] `{ALL}` ~~**{ALL}**~~\n\n    {ALL}\n"),
    ToolStarted("1", ALL, CALL),
    ToolEnded("1", ALL, False, ALL),
    EditApplied(1, (ALL,), DIFF),
    Answered(Decision("no"), "rule"),
    Noticed(ALL),
    Failed("slug", ALL, ALL, 3),
    TurnEnded("budget", 1, 1),
]


def check(pilot: Pilot[int]) -> None:
    """No character that a terminal obeys, no action, and no link is on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    segments = [segment for strip in strips for segment in strip]
    assert not CONTROL.search("".join(segment.text for segment in segments))
    for segment in segments:
        assert segment.style is None or segment.style.link is None
        assert segment.style is None or "@click" not in (segment.style.meta or {})
    assert pilot.app.is_running


async def show(pilot: Pilot[int], events: list[Any]) -> None:
    for event in events:
        await main_of(pilot).transcript.show(event)
        await pilot.pause()
    await sees(pilot, "HOSTILE")
    for fold in pilot.app.screen.query(Fold):
        fold.action_unfold()
        await pilot.pause()
        check(pilot)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_no_event_drives_the_terminal_or_the_screens(event: Event, screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        before = [event] if not isinstance(event, ToolEnded) else [EVENTS[5], event]
        await show(pilot, [*before, TurnEnded("answered", 0, 0), Noticed("HOSTILE")])
        check(pilot)

    screens(script, None)


def test_all_of_them_together_can_be_scrolled_and_clicked(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await show(pilot, EVENTS)
        main = main_of(pilot)
        for _ in range(4):
            for column in range(5, 75, 10):
                await pilot.click(offset=(column, 20))
            check(pilot)
            await pilot.press("pageup")
        assert main.is_current and pilot.app.is_running

    screens(script, None, size=(200, 40))


def test_a_model_s_markdown_has_no_links_and_no_second_way_to_write_a_character(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        await main_of(pilot).transcript.show(Said(LINKS))
        await main_of(pilot).transcript.show(TurnEnded("answered", 0, 0))
        await sees(pilot, "[quit](javascript:x)", "<http://e.example>", "&#27;[31m &#x202e; <b>b</b>")
        check(pilot)

    screens(script, None, size=(200, 30))


BLOCKS = (Proposed(1, ALL, DIFF), Proposed(2, "b", DIFF))
QUESTIONS = [
    Question("edit", ALL, (ALL, "b"), DIFF, ALL, BLOCKS),
    Question("run", "run", (), ALL, ALL),
    Question("read", ALL, (ALL,), ALL, ALL, lasting=False),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.kind))
def test_no_question_drives_them_either(question: Question, screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        answers: list[Decision] = []
        main_of(pilot).post_message(Wanted(question, answers.append))
        await until(pilot, lambda: isinstance(pilot.app.screen, Approval))
        await sees(pilot, "HOSTILE")
        check(pilot)
        await pilot.press("tab", "down", "down", "right")
        check(pilot)
        await pilot.press("n")
        await until(pilot, lambda: bool(answers))
        assert answers == [Decision("no")]

    screens(script, None)


PLACE = Place(f"{ALL}.py", 1, ALL, "high", ALL)
MESSAGES = [
    Begun(ALL, ALL, (Began(ALL), Said(ALL))),
    Reading(ALL, 1, 2),
    Told(ALL),
    Trouble(ALL, ALL),
    Compared(f"undid {ALL}", DIFF),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_nor_does_what_the_index_says(message: Any, screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        main_of(pilot).post_message(message)
        await sees(pilot, "HOSTILE")
        check(pilot)

    screens(script, None, size=(200, 40))


def test_nor_do_lists_and_pages(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        main = main_of(pilot)
        main.post_message(Found(ALL, [PLACE, PLACE], ALL))
        await until(pilot, lambda: isinstance(pilot.app.screen, Places))
        check(pilot)
        listing = pilot.app.screen.query_one(Listing)
        pilot.app.screen.post_message(Trouble(ALL, ALL))
        await pilot.pause()
        check(pilot)
        pilot.app.screen.post_message(Opened(Page(PLACE.path, 1, 1, (ALL, ALL))))
        await until(pilot, lambda: len(listing.rows) == 2)
        check(pilot)
        for screen in (Chooser(ALL, [ALL]), Reader(ALL, rows_of(DIFF))):
            pilot.app.push_screen(screen)
            await until(pilot, lambda: pilot.app.screen is screen)  # noqa: B023 - asked at once
            await sees(pilot, "HOSTILE")
            check(pilot)
            await pilot.press("escape")

    screens(script, None)


def test_nor_do_names_that_are_suggested_or_typed(screens: Screens) -> None:
    async def script(pilot: Pilot[int]) -> None:
        main = main_of(pilot)
        main.post_message(Known([ALL], [MARKUP]))
        await until(pilot, lambda: main.suggestions.known == 2)
        await pilot.press("@", "H")
        await sees(pilot, "HOSTILE")
        check(pilot)
        await pilot.press("tab")
        await pilot.pause()
        check(pilot)
        assert not CONTROL.search(main.prompt.text)

    screens(script, None)


def test_nor_do_kept_sessions_and_a_model_s_name(screens: Screens) -> None:
    screens.shelf.kept = [Kept("a", ALL, ALL)]

    async def script(pilot: Pilot[int]) -> None:
        check(pilot)
        await type_in(pilot, "/sessions")
        await until(pilot, lambda: isinstance(pilot.app.screen, Chooser))
        check(pilot)
        await pilot.press("escape")
        await type_in(pilot, "/model")
        await until(pilot, lambda: isinstance(pilot.app.screen, Reader))
        await sees(pilot, "HOSTILE")
        check(pilot)

    screens(script, "unused", model=ALL)
