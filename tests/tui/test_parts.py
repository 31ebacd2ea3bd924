"""The parts that need no screen."""

from __future__ import annotations

import random
import re
import threading
from pathlib import Path

import pytest

from agents.stop import Stop
from agents.types import Decision, Event, Question, Said, Spent, Thought
from indexer.errors import UsageProblem
from qcode.tui import safe
from qcode.tui.approvals import Approvals
from qcode.tui.desk import Desk
from qcode.tui.diffs import counts, rows_of
from qcode.tui.feed import Feed
from qcode.tui.fences import Fences
from qcode.tui.figures import figures, table
from qcode.tui.library import target_of
from qcode.tui.safe import Pieces, lines_of, one_line, shown
from qcode.tui.screens.main import merged
from qcode.tui.types import Began
from qcode.tui.widgets.suggestions import _matching

QUESTION = Question("run", "run", (), "make", "it is not allowed yet")
HOSTILE = "\x1b]0;title\x07 \x1b[31m\x9b2J \u202etxt [@click=app.quit]x[/] \x00"


# ---------------------------------------------------------------- text


def test_shown_text_has_no_control_and_no_markup() -> None:
    content = shown(HOSTILE)
    assert content.plain == ("\\u001b]0;title\\u0007 \\u001b[31m\\u009b2J \\u202etxt [@click=app.quit]x[/] \\u0000")
    assert list(content.spans) == []
    assert one_line("a\nb").plain == "a\\nb"
    assert lines_of("a\r\nb\x1b\n\tc") == ["a", "b\\u001b", "    c"]


def test_a_line_s_end_may_be_split_between_two_pieces() -> None:
    pieces = Pieces()
    assert [pieces.add("a\r"), pieces.add("\nb\r"), pieces.end()] == ["a", "\nb", "\\u000d"]


ANSWER = (
    "a.py\n<<<<<<< SEARCH\n  x\n=======\n  y\n>>>>>>> REPLACE\n"
    "rest `<<<`\n```py\n<<<<<<< SEARCH\n>>>>>>> REPLACE\n```\n<b>"
)
FENCED = (
    "a.py\n``````\n<<<<<<< SEARCH\n  x\n=======\n  y\n>>>>>>> REPLACE\n``````\n"
    "rest `<<<`\n```py\n<<<<<<< SEARCH\n>>>>>>> REPLACE\n```\n<b>"
)


@pytest.mark.parametrize("seed", range(50))
def test_an_edit_becomes_a_code_block_however_it_is_cut_into_pieces(seed: int) -> None:
    fences, at, found = Fences(), 0, ""
    chance = random.Random(seed)
    while at < len(ANSWER):
        size = chance.randint(1, 9)
        found += fences.add(ANSWER[at : at + size])
        at += size
    assert found + fences.end() == FENCED


def test_a_removed_line_that_looks_like_a_header_is_a_removed_line() -> None:
    first = "--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- drop\n+++ add\n same\n\\ No newline at end of file\n"
    diff = first + "--- a/z\n+++ b/z\n@@ -0,0 +1 @@\n+new\n"
    roles = [row.role for row in rows_of(diff)]
    assert roles == ["path", "path", "heading", "removed", "added", "", "", "path", "path", "heading", "added"]
    assert counts(diff) == (2, 1)
    assert rows_of("") == []


def test_only_one_module_makes_what_widgets_draw() -> None:
    texts = {path.name: path.read_text("utf-8") for path in Path(safe.__file__).parent.rglob("*.py")}
    assert [name for name, text in texts.items() if re.search(r"\bContent[.(]", text)] == ["safe.py"]
    assert [name for name, text in texts.items() if "from_markup" in text or "markup=True" in text] == []


# ---------------------------------------------------------------- figures


def test_figures_name_what_is_known_and_then_what_is_not() -> None:
    spent = Spent("m", 1000, 900, None, 200, None, 1500.0, 12.34, 50, 30, 8000)
    assert list(figures(spent)) == [
        "window 15% of 8,000",
        "tokens/s 12.3",
        "cached 90%",
        "drafts 60%",
        "not measurable: first token",
    ]
    assert dict(table([spent, spent]))["prompt tokens"] == "2,000"
    assert dict(table([spent]))["of them thinking"] == "not measurable"
    assert table([]) == [("answers", "0")]


# ---------------------------------------------------------------- threads


def test_a_feed_wakes_once_for_all_that_waits() -> None:
    woken: list[int] = []
    feed = Feed[int](lambda: woken.append(1))
    for number in range(3):
        feed.put(number)
    assert (feed.take(), feed.take(), len(woken)) == ([0, 1, 2], [], 1)
    feed.put(3)
    assert (feed.take(), len(woken)) == ([3], 2)


def test_pieces_of_one_text_are_drawn_together() -> None:
    events: list[Event | Began] = [Said("a"), Said("b"), Thought("c"), Thought("d"), Said("e")]
    assert merged(events) == [Said("ab"), Thought("cd"), Said("e")]


def test_a_desk_does_its_work_in_order_and_closing_waits_only_as_long_as_one_wants() -> None:
    done: list[str] = []
    gate = threading.Event()
    desk = Desk("test")
    desk.do(gate.wait)
    desk.do(lambda: done.append("work"))
    assert not desk.close(lambda: done.append("last"), 0)
    gate.set()
    assert desk.close(lambda: None, 10)
    assert done == ["work", "last"]


@pytest.mark.parametrize("how", ["answered", "stopped", "stopped before", "closed", "closed before"])
def test_nobody_waits_for_a_decision_for_ever(how: str) -> None:
    stop, asked = Stop(), threading.Event()

    def show(question: Question, answer: object) -> None:
        answers.append(answer)
        asked.set()

    answers: list[object] = []
    approvals = Approvals(show)
    decisions: list[Decision] = []
    if how == "stopped before":
        stop.ask()
    if how == "closed before":
        approvals.close()
    worker = threading.Thread(target=lambda: decisions.append(approvals.ask(QUESTION, stop)))
    worker.start()
    if "before" not in how:
        asked.wait()
    if how == "answered":
        answers[0](Decision("always"))  # type: ignore[operator]
        answers[0](Decision("no"))  # type: ignore[operator]
    elif how == "stopped":
        stop.ask()
    elif how == "closed":
        approvals.close()
    worker.join()
    assert decisions == [Decision("always" if how == "answered" else "no")]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("", ("worktree", None, None)),
        ("--staged", ("staged", None, None)),
        ("HEAD~1", ("range", "HEAD~1", None)),
        ("main..topic", ("range", "main", "topic")),
        ("main...", ("since", "main", "HEAD")),
    ],
)
def test_review_reads_its_words_as_the_command_does(words: str, target: tuple[str, str | None, str | None]) -> None:
    found = target_of(words, ("*.lock",))
    assert ((found.kind, found.base, found.head), found.ignore) == (target, ("*.lock",))


def test_review_of_two_words_is_a_sentence() -> None:
    with pytest.raises(UsageProblem, match="one revision or one range"):
        target_of("a b")


def test_suggestions_begin_with_what_begins_so() -> None:
    known = sorted(["app/till.py", "till.py", "shop/till_test.py", "a/b/until.py", "Till"])
    assert list(_matching("till", known)) == ["till.py", "Till", "app/till.py", "shop/till_test.py"]
