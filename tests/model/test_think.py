"""Thoughts split from content, for servers with and without a reasoning parser, however the stream is cut."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.model.think import Splitter

PIECES = ["<think>", "</think>", "<", "</", "think>", "<th", "\n", " ", "a", "생각", "`", "<b>"]
CONTENT = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def split(deltas, expects=True, reason="stop", apart=False):
    splitter = Splitter(expects)
    if apart:
        splitter.reasoning_apart()
    return joined([*(piece for delta in deltas for piece in splitter.feed(delta)), *splitter.finish(reason)])


def joined(pieces):
    together = {"thinking": "", "text": ""}
    for kind, text in pieces:
        together[kind] += text
    return together["thinking"], together["text"]


@pytest.mark.parametrize(
    ("content", "thinking", "text"),
    [
        ("I see.\n</think>\n\nYes.", "I see.\n", "Yes."),
        ("<think>\nI see.\n</think>\n\nYes.", "I see.\n", "Yes."),
        ("\n <think>I see.</think>Yes.", "I see.", "Yes."),
        ("</think>Yes.", "", "Yes."),
        ("<think></think>Yes.", "", "Yes."),
        ("<think>\n\n</think>\n\nYes.\n", "", "Yes.\n"),
        ("I see.</think></think>\n</think>Yes.", "I see.", "Yes."),
        ("I see.</think>Yes,</think> yes.", "I see.", "Yes, yes."),
        ("I <think> see.</think>Yes.", "I  see.", "Yes."),
        ("I see.</think>Yes.\n<think>Or no.</think>\nNo.", "I see.Or no.", "Yes.\nNo."),
        ("I see.</think><think>More.</think>Yes.", "I see.More.", "Yes."),
        ("I see.</think>The tag `<think>` opens.", "I see.", "The tag `` opens."),
        ("a < b </thin </think>c <t</thi", "a < b </thin ", "c <t</thi"),
        ("생각</think>답", "생각", "답"),
        ("", "", ""),
    ],
)
def test_thoughts_end_at_the_closing_tag(content, thinking, text):
    assert split([content]) == (thinking, text)
    assert split(content) == (thinking, text)


@pytest.mark.parametrize("reason", ["length", None])
def test_a_stream_that_is_cut_inside_the_thoughts_has_no_answer(reason):
    assert split(["I see. The"], reason=reason) == ("I see. The", "")
    assert split(["<think>I see. The"], reason=reason) == ("I see. The", "")


@pytest.mark.parametrize("reason", ["stop", "tool_calls"])
def test_a_model_that_stops_without_any_tag_had_been_answering(reason):
    splitter = Splitter(expects_thinking=True)
    assert splitter.feed("\nYes, ") == [("thinking", "Yes, ")]
    assert splitter.feed("it is. </") == [("thinking", "it is. ")]
    assert splitter.finish(reason) == [("text", "Yes, it is. "), ("text", "</")]


def test_a_model_that_stops_inside_a_thought_of_its_own_has_no_answer():
    assert split(["<think>I see."]) == ("I see.", "")
    assert split(["<think>I see."], expects=False) == ("I see.", "")
    assert split(["I see.</think>Yes.\n<think>Or"]) == ("I see.Or", "Yes.\n")


def test_thoughts_are_handed_out_while_they_come():
    splitter = Splitter(expects_thinking=True)
    assert [splitter.feed(delta) for delta in ("I ", "see", "</th", "ink>", "\n", "\nYes")] == [
        [("thinking", "I ")],
        [("thinking", "see")],
        [],
        [],
        [],
        [("text", "Yes")],
    ]


def test_once_thoughts_come_apart_content_is_the_answer_and_tags_are_taken_out():
    assert split(["</think>\n\nYes.\n<think>It</think> is."], apart=True) == ("", "Yes.\nIt is.")


def test_content_before_the_first_thought_that_came_apart_was_the_answer():
    splitter = Splitter(expects_thinking=True)
    assert splitter.feed("So: ") == [("thinking", "So: ")]
    splitter.reasoning_apart()
    assert splitter.feed("yes.") == [("text", "So: "), ("text", "yes.")]
    assert splitter.finish("stop") == []


def test_without_thinking_content_is_the_answer_at_once():
    splitter = Splitter(expects_thinking=False)
    assert splitter.feed("Yes") == [("text", "Yes")]
    assert splitter.feed(", <b>") == [("text", ", <b>")]
    assert splitter.finish("stop") == []
    assert not splitter.leaked


def test_without_thinking_a_thought_that_is_opened_first_is_still_one():
    assert split(["<think>I see.</think>\nYes."], expects=False) == ("I see.", "Yes.")


@pytest.mark.parametrize(
    ("content", "expects", "apart", "leaked"),
    [
        ("I see.</think>Yes.", False, False, True),
        ("</think>Yes.", False, False, False),
        ("<think>I see.</think>Yes.</think>", False, False, False),
        ("I see.</think>Yes.", False, True, False),
        ("I see.</think>Yes.</think>", True, False, False),
    ],
)
def test_thoughts_that_were_handed_out_as_the_answer_are_noticed(content, expects, apart, leaked):
    splitter = Splitter(expects)
    if apart:
        splitter.reasoning_apart()
    splitter.feed(content)
    assert splitter.leaked is leaked


@settings(deadline=None)
@given(CONTENT, st.lists(st.integers(min_value=0), max_size=10), st.booleans(), st.booleans())
def test_the_same_comes_out_however_the_stream_is_cut(content, cuts, expects, apart):
    edges = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    deltas = [content[start:end] for start, end in pairwise(edges)]
    for reason in ("stop", "length"):
        assert split(deltas, expects, reason, apart) == split([content], expects, reason, apart)


@settings(deadline=None)
@given(CONTENT, st.booleans(), st.booleans())
def test_nothing_is_lost_but_tags_and_space(content, expects, apart):
    thinking, text = split([content], expects, "length", apart)
    bare = re.sub("</?think>", "", content)
    assert sorted("".join((thinking + text).split())) == sorted("".join(bare.split()))
