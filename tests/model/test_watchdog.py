"""Loops are noticed soon, and nothing that real files hold is taken for one."""

from __future__ import annotations

import base64
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.model.watchdog import Limits, Watchdog

ROOT = Path(__file__).parents[2]
RANDOM = random.Random(7)
WORDS = ["".join(RANDOM.choices("etaoinshrdlu", k=RANDOM.randint(2, 9))) for _ in range(3000)]
KOREAN = ["".join(RANDOM.choices("가나다라마바사아자차카타파하은는이를", k=RANDOM.randint(1, 5))) for _ in range(3000)]
SOME_TEXT = " ".join(RANDOM.choices(WORDS, k=4000))


def alarm(text, delta=17, limits=None):
    """How many characters were fed when the alarm came, or None."""
    watchdog = Watchdog(limits or Limits())
    found = (at + delta for at in range(0, len(text), delta) if watchdog.feed(text[at : at + delta]))
    return next(found, None)


def prose(words, count, seed):
    return " ".join(random.Random(seed).choices(words, k=count)) + ".\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 31, 100, 333, 1000, 3000, 5900])
@pytest.mark.parametrize("delta", [4, 5000])
def test_an_exact_loop_is_noticed_within_seven_rounds_or_7000_characters(size, delta):
    pattern = prose(WORDS, size, size)[:size]
    found = alarm(SOME_TEXT + pattern * (90_000 // size), delta)
    assert found is not None
    assert found - len(SOME_TEXT) <= max(7_000, 7 * size + 600) + delta


@pytest.mark.parametrize(
    "pattern",
    [
        "\n",
        " ",
        "\t\n",
        "=",
        "the ",
        "Wait, no. ",
        "확인해 보겠습니다. ",
        "{}",
        "🙂",
        "0x00, ",
        "      <td></td>\n",
        "ab" * 100 + "c",
    ],
)
def test_a_loop_of_anything_is_noticed(pattern):
    found = alarm(SOME_TEXT + pattern * (20_000 // len(pattern)))
    assert found is not None
    assert found - len(SOME_TEXT) <= 7_000


@pytest.mark.parametrize(("ruler", "rest"), [(100, 28), (300, 209), (700, 318), (1500, 548)])
def test_a_ruler_inside_the_pattern_does_not_hide_the_loop(ruler, rest):
    pattern = "-" * ruler + prose(WORDS, rest, rest)[:rest]
    found = alarm(SOME_TEXT + pattern * 40, 1)
    assert found is not None
    assert found - len(SOME_TEXT) <= max(7_000, 7 * len(pattern) + 2_100)


@pytest.mark.parametrize("words", [WORDS, KOREAN], ids=["letters", "Korean"])
def test_thoughts_that_circle_with_small_changes_are_noticed(words):
    paragraphs = [prose(words, 150, seed) for seed in range(4)]
    order = random.Random(3)
    circling = "".join(f"Wait, attempt {at}. {order.choice(paragraphs)}" for at in range(400))
    found = alarm(SOME_TEXT + circling)
    assert found is not None
    assert len(circling[: found - len(SOME_TEXT)].split()) <= 4 * 150 * 9 + 3 * 3000


@pytest.mark.parametrize("deltas", [1, 3, 64, 700])
def test_the_size_of_the_deltas_does_not_matter_much(deltas):
    text = SOME_TEXT + prose(WORDS, 40, 1) * 400
    found = alarm(text, deltas)
    assert found is not None
    assert abs(found - (alarm(text, 1) or 0)) <= 512 + 2 * deltas


def test_the_alarm_says_what_repeats_and_stays():
    watchdog = Watchdog()
    first = next(found for _ in range(9_000) if (found := watchdog.feed("Wait, no. ")))
    assert first.sentence == "The last 6,000 characters are nothing but “Wait, no.”, 600 times over."
    assert watchdog.feed("Something else.") == first
    blank = Watchdog().feed("\n" * 9_000)
    assert blank is not None
    assert "nothing but blanks" in blank.sentence


REAL = {
    "a table": "".join(f"| {at} | name{at % 7} | ok | {at * 37 % 101} |\n" for at in range(3000)),
    "equal lines in blocks": "".join("    assert found is not None\n" * 20 + prose(WORDS, 30, at) for at in range(200)),
    "base64": base64.b64encode(random.Random(1).randbytes(150_000)).decode(),
    "base64 of mostly zeros": base64.b64encode(b"".join(bytes(900) + bytes([at]) for at in range(100))).decode(),
    "comma-separated values": "".join(f"{at},{at % 5},0,0,0,0,,,2026-01-{at % 28 + 1:02}\n" for at in range(6000)),
    "rulers": "".join(f"# {'-' * 110}\n# part {at}\n" for at in range(400)),
    "Korean": "".join(prose(KOREAN, 60, seed) for seed in range(150)),
    "a short table of zeros": "0x00, " * 900,
    "one draft written three times": prose(WORDS, 3000, 5) * 3,
    "numbers": " ".join(str(at * at) for at in range(20_000)),
    "JSON": "".join(f'{{"id": {at}, "name": "n{at}", "tags": [], "active": true}},\n' for at in range(3000)),
}


@pytest.mark.parametrize("name", REAL)
def test_what_repeats_in_real_answers_is_no_loop(name):
    assert alarm(REAL[name]) is None


def test_no_file_of_this_repository_is_a_loop():
    found = [path for folder in ("agents", "indexer", "qcode", "tests", "docs") for path in (ROOT / folder).rglob("*")]
    texts = {path: path.read_text("utf-8") for path in found if path.suffix in {".py", ".md", ".json", ".toml", ".scm"}}
    assert len(texts) > 150
    assert [path for path, text in texts.items() if alarm(text, 60)] == []


@settings(deadline=None)
@given(st.lists(st.text(max_size=9), max_size=40))
def test_short_streams_never_alarm(deltas):
    watchdog = Watchdog()
    assert all(watchdog.feed(delta) is None for delta in deltas)


def test_little_is_remembered_and_a_loop_is_noticed_behind_it(monkeypatch):
    monkeypatch.setattr("agents.model.watchdog.MOST_SEEN", 4_000)
    watchdog = Watchdog()
    tracemalloc.start()
    try:
        assert not any(watchdog.feed(f"{number:x} ") for number in range(60_000))
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    circle = [prose(WORDS, 300, seed) for seed in range(3)]
    assert any(watchdog.feed(circle[turn % 3] + str(turn)) for turn in range(300))


def test_the_limits_are_values():
    assert alarm("ab" * 200, 8, Limits(stretch=500)) is None
    assert alarm("ab" * 600, 8, Limits(stretch=500)) is not None
