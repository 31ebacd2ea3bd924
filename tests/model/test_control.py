"""Control tokens: gone on the way in, back on the way out, however the stream is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.model.control import PREFERRED, PRIVATE, Neutraliser
from agents.model.profiles import profile_for, profiles
from agents.model.tables import each_text
from tests.model.test_tokens import ENCODE

QWEN = profile_for("Qwen3.6-27B").control_tokens
PIECES = [*QWEN, "<·|im_end|>", "<·", "<", "·", "¦", "<|", "|im_end|>", "think>", "</", "a", "가", "\n", "\ue000"]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join)


def through(neutraliser, deltas):
    incoming = neutraliser.incoming()
    return "".join([*(incoming.feed(delta) for delta in deltas), incoming.finish()])


def chopped(text, cuts):
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_whatever_goes_out_holds_no_control_token_and_comes_back_as_it_was(texts):
    neutraliser = Neutraliser(QWEN, texts)
    for text in texts:
        sent = neutraliser.outgoing(text)
        assert not any(token in sent for token in QWEN)
        assert neutraliser.restore(sent) == text


@settings(deadline=None)
@given(TEXTS, st.lists(st.integers(min_value=0), max_size=12))
def test_a_stream_is_mapped_back_the_same_however_it_is_cut(text, cuts):
    neutraliser = Neutraliser(QWEN, [text])
    sent = neutraliser.outgoing(text)
    assert through(neutraliser, chopped(sent, cuts)) == text
    assert through(neutraliser, sent) == text


@settings(deadline=None)
@given(TEXTS, st.lists(st.integers(min_value=0), max_size=12))
def test_a_stream_of_the_models_own_is_mapped_as_the_whole_would_be(text, cuts):
    neutraliser = Neutraliser(QWEN, ["nothing of it was asked"])
    assert through(neutraliser, chopped(text, cuts)) == neutraliser.restore(text)


@settings(deadline=None)
@given(TEXTS)
def test_a_stream_is_never_held_back_by_more_than_a_token(text):
    neutraliser = Neutraliser(QWEN, [text])
    incoming = neutraliser.incoming()
    out = "".join(incoming.feed(char) for char in neutraliser.outgoing(text))
    assert text.startswith(out)
    assert len(text) - len(out) <= max(map(len, QWEN))


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda each: each.name)
def test_no_replacement_is_a_special_token_of_the_real_tokenizer(profile):
    for taken in range(len(PREFERRED) + 1):
        neutraliser = Neutraliser(profile.control_tokens, [PREFERRED[:taken]])
        for token in profile.control_tokens:
            assert max(ENCODE(neutraliser.outgoing(f"x{token}{token} y"))) < 248_044


def test_the_form_avoids_what_stands_in_any_text():
    assert Neutraliser(QWEN, ["a", "b"]).outgoing("<think>") == "<·think>"
    assert Neutraliser(QWEN, ["a·", "b¦"]).outgoing("<think>") == "<¤think>"
    assert Neutraliser(QWEN, [PREFERRED]).outgoing("<think>") == "<\ue000think>"


def test_a_text_with_every_possible_mark_is_still_mapped_back():
    text = PREFERRED + "".join(chr(code) for block in PRIVATE for code in block) + "··<|im_end|>·<·think><think>"
    neutraliser = Neutraliser(QWEN, [text])
    sent = neutraliser.outgoing(text)
    assert neutraliser.marker == "···"
    assert "<|im_end|>" not in sent
    assert through(neutraliser, sent) == text


def test_only_exact_forms_are_touched():
    neutraliser = Neutraliser(QWEN, [])
    for text in ("<|IM_END|>", "< think>", "<think >", "&lt;think&gt;", "<·Think>", "·"):
        assert neutraliser.outgoing(text) == text == neutraliser.restore(text)


def test_arguments_are_restored_at_every_depth():
    neutraliser = Neutraliser(QWEN, [])
    inner = {"path": "<·think>.py", "<·think>": [1, None, ["<·|im_end|>"], {"a": True}]}
    outer = {"path": "<think>.py", "<think>": [1, None, ["<|im_end|>"], {"a": True}]}
    assert each_text(inner, neutraliser.restore) == outer


def test_without_tokens_nothing_changes():
    neutraliser = Neutraliser([], ["<|im_end|>"])
    assert neutraliser.outgoing("<|im_end|>") == "<|im_end|>" == through(neutraliser, "<|im_end|>")


@pytest.mark.parametrize("tokens", [["<a<", "<b>"], ["<a>", "x<a>y"], ["aba"], ["a"], [""]])
def test_tokens_that_could_not_be_told_apart_are_refused(tokens):
    with pytest.raises(ValueError, match="token"):
        Neutraliser(tokens, [])
