"""Bytes become events strictly, and nothing is accepted of a stream that was cut, wherever it was cut."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.model import Finished, Message, ModelProblem, Retries, connect, profile_for
from agents.model.events import DONE, Events
from tests.model.server import CUT, MODEL, Raw, Server, chunk, head

ANSWER = (
    b': hello\n\n'
    b'data: {"model": "qwen3.6-27b", "choices": [{"index": 0, "delta": {"reasoning": "\xec\x96\xb4"}}]}\n\n'
    b'data: {"model": "qwen3.6-27b", "choices": [{"index": 0, "delta": {"content": "\xea\xb0\x80 b"}}]}\n\n'
    b'data: {"model": "qwen3.6-27b", "choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c1", '
    b'"type": "function", "function": {"name": "read", "arguments": "{}"}}]}}]}\n\n'
    b'data: {"model": "qwen3.6-27b", "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}\n\n'
    b'data: {"choices": [], "usage": {"prompt_tokens": 20, "completion_tokens": 5}}\n\n'
    b"data: [DONE]\n\n"
)  # fmt: skip


def read(*pieces: bytes) -> list[dict[str, Any]]:
    events = Events()
    found = [each for piece in pieces for each in events.feed(piece)]
    events.finish()
    return found


@settings(max_examples=200, deadline=None)
@given(
    objects=st.lists(st.dictionaries(st.text(max_size=5), st.text() | st.integers()), max_size=6),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    cuts=st.lists(st.integers(0, 400), max_size=12),
)
def test_events_are_the_same_however_the_bytes_are_cut(
    objects: list[dict[str, Any]], end: str, cuts: list[int]
) -> None:
    text = "".join(f"data: {json.dumps(each, ensure_ascii=False)}{end}{end}" for each in objects)
    data = text.encode("utf-8", "replace") + f"data: {DONE}{end}{end}".encode()
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    whole = read(data)
    assert read(*(data[one:other] for one, other in pairwise(places))) == whole
    assert len(whole) == len(objects)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_events_or_a_problem(data: bytes) -> None:
    try:
        found = read(data)
    except ModelProblem as problem:
        assert problem.slug in ("bad-stream", "cut-off")
    else:
        assert all(isinstance(each, dict) for each in found)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("framing", ["closed connection", "chunked"])
def test_no_answer_is_accepted_from_a_stream_cut_at_any_byte(framing: str) -> None:
    if framing == "chunked":
        begin = head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked")
        body = b"".join(chunk(part) for part in ANSWER.splitlines(keepends=True))
        # Behind the closing mark HTTP's own end follows: the answer is whole before it.
        ends = len(body) - len(b"\r\n")
    else:
        begin, body, ends = head(200, "Content-Type: text/event-stream"), ANSWER, len(ANSWER)
    cuts = [Raw(begin + body[:place], CUT) for place in range(ends)]
    accepted = []
    with Server(*cuts, Raw(begin + body)) as server:
        model = connect(profile_for(MODEL), server.backend(), retries=Retries(most=0))
        for place in range(ends):
            try:
                accepted += [place for delta in model.stream([Message("user", "hi")]) if isinstance(delta, Finished)]
            except ModelProblem as problem:
                assert problem.slug in ("cut-off", "connection-lost", "empty-body", "bad-stream"), place
        assert accepted == []
        assert len(server.asked) == ends


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_no_whole_answer_is_accepted_that_was_cut(cut: int) -> None:
    answer = {"model": MODEL, "choices": [{"index": 0, "message": {"content": "Hello."}, "finish_reason": "stop"}]}
    body = json.dumps(answer).encode()
    with Server(Raw(head(200, "Content-Type: application/json") + body[:-cut], CUT)) as server:
        model = connect(profile_for(MODEL), server.backend(), retries=Retries(most=0), streamed=False)
        with pytest.raises(ModelProblem):
            list(model.stream([Message("user", "hi")]))
