"""What a request's body holds, for every kind of server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.model import ContextOverflow, Message, Mode, Tool, profile_for
from agents.model.answer import same_model
from agents.model.request import MARGIN, body, output_room, prepare
from agents.model.server import Server, from_models
from agents.model.tokens import Count
from tests.model.faults import TOOLS
from tests.model.server import KEY, MODEL, listing

QWEN, GENERIC = profile_for(MODEL), profile_for("some-model")
QUESTION = [Message("user", "Say hello.")]


def made(
    messages: list[Message] = QUESTION, tools: tuple[Tool, ...] = (), mode: Mode = "think", **server: Any
) -> dict[str, Any]:
    return body(prepare(messages, tools, QWEN), QWEN, Server(**server), MODEL, mode, None, streamed=True)


@pytest.mark.parametrize(("mode", "temperature", "presence"), [("think", 0.6, 0.0), ("plain", 0.7, 1.5)])
def test_all_six_sampling_values_are_always_sent(mode: Mode, temperature: float, presence: float) -> None:
    request = made(mode=mode)
    names = ("temperature", "top_p", "top_k", "min_p", "presence_penalty", "repetition_penalty")
    assert all(name in request for name in names)
    assert (request["temperature"], request["presence_penalty"]) == (temperature, presence)
    assert request["chat_template_kwargs"] == {"enable_thinking": mode == "think", "preserve_thinking": True}


def test_a_proxy_may_never_fall_back_and_usage_is_asked_for() -> None:
    request = made()
    assert request["disable_fallbacks"] is True
    assert request["stream_options"] == {"include_usage": True}
    whole = body(prepare(QUESTION, (), QWEN), QWEN, Server(), MODEL, "think", None, streamed=False)
    assert "stream_options" not in whole and whole["stream"] is False


def test_no_tools_means_no_key_for_tools() -> None:
    assert "tools" not in made()
    assert made(tools=TOOLS)["tools"][0]["function"]["name"] == "read"


def test_there_is_one_system_message_and_it_is_the_first() -> None:
    messages = [Message("system", "a"), Message("user", "b"), Message("system", "c")]
    assert made(messages)["messages"] == [{"role": "system", "content": "a\n\nc"}, {"role": "user", "content": "b"}]


def test_the_key_itself_is_masked_where_a_file_holds_it() -> None:
    prepared = prepare([Message("user", f"API={KEY}!")], (), QWEN, KEY)
    assert (prepared.messages[0].text, prepared.masked) == ("API=[masked api-key]!", 1)


def test_half_characters_are_replaced() -> None:
    assert made([Message("user", "a\ud800b\ud83d\ude00")])["messages"][0]["content"] == "a\ufffdb😀"


@pytest.mark.parametrize(
    ("tokens", "exact", "context", "room"),
    [
        (1000, True, 262144, 32768),
        (1000, True, 8192, 8192 - 1000 - MARGIN),
        (8000, False, 8192, 2048),
        (500_000, False, 8192, 2048),
    ],
)
def test_the_answer_gets_the_room_that_the_prompt_leaves(tokens: int, exact: bool, context: int, room: int) -> None:
    assert output_room(Count(tokens, exact), QWEN, Server(context=context), "think") == room


def test_an_exact_count_refuses_a_prompt_that_leaves_no_room() -> None:
    with pytest.raises(ContextOverflow) as raised:
        output_room(Count(8100, True), QWEN, Server(context=8192), "plain")
    assert (raised.value.prompt, raised.value.limit) == (8100, 8192)


def test_a_model_without_a_switch_gets_none() -> None:
    assert "chat_template_kwargs" not in body(
        prepare(QUESTION, (), GENERIC), GENERIC, Server(), "some-model", "think", None, streamed=True
    )


@pytest.mark.parametrize("kind", ["vllm", "sglang", "llama.cpp", "ollama"])
def test_a_list_of_models_tells_the_kind_and_the_context(kind: str) -> None:
    found = from_models({}, json.dumps(listing(kind, 16384)).encode(), MODEL)
    assert (found.kind, found.context) == (kind, None if kind == "ollama" else 16384)


@pytest.mark.parametrize(
    "listed",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"data": 7}', b'{"data": [7]}', b'{"data": [{"max_model_len": true}]}'],
)
def test_a_list_that_says_nothing_leaves_the_server_unknown(listed: bytes) -> None:
    assert from_models({}, listed, MODEL) == Server()


@pytest.mark.parametrize(
    ("answered", "same"),
    [
        ("qwen3.6-27b", True), ("Qwen/Qwen3.6-27B", True), ("openai/Qwen/Qwen3.6-27B", True),
        ("qwen3.6-27b:latest", True), ("qwen3.6-27b-fp8", False), ("qwen3.8-27b", False), ("qwen3.6", False),
        ("qwen3.6-27b/other", False),
    ],
)  # fmt: skip
def test_a_model_is_known_by_its_base_name(answered: str, same: bool) -> None:
    assert same_model("qwen3.6-27b", answered) is same
