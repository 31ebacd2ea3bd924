"""How long a prompt is, by our own count and by the server's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import qcode as package
from agents.model import Message, Tool, profile_for
from agents.model.counting import Counted, count_prompt
from agents.model.tokens import count_messages
from indexer.net import NetProblem
from tests.model.forking import Forks
from tests.model.server import KEY, STALL, Raw, Reply, Server, Status, Whole, listing
from tests.model.settings import configured

PROFILE = profile_for("qwen3.6-27b")
HELLO = [Message("user", "Say hello.")]
OURS = count_messages(HELLO, (), PROFILE).tokens
TOOLS = [Tool("look", "Look at a file.", {"type": "object", "properties": {}})]


def counted(server: Server, **how: Any) -> Counted:
    return count_prompt(PROFILE, server.backend(), HELLO, **how)


def counting(tokens: Any) -> Reply:
    return Whole({"count": tokens, "max_model_len": 32768, "tokens": []})


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as forking:
        yield forking


def test_vllm_counts_the_messages_with_its_own_template() -> None:
    with Server(counting(OURS)) as server:
        found = counted(server, tools=TOOLS, mode="plain")
    [asked] = server.asked
    assert asked.path == "/tokenize"
    assert asked.json["messages"] == [{"role": "user", "content": "Say hello."}]
    assert asked.json["tools"][0]["function"]["name"] == "look"
    assert asked.json["chat_template_kwargs"]["enable_thinking"] is False
    assert asked.json["add_generation_prompt"] is True
    assert (found.servers, found.context, found.why_not) == (OURS, 32768, "")


def test_llama_cpp_renders_first_and_counts_then() -> None:
    with Server(Whole({"prompt": "<|im_start|>…"}), Whole({"tokens": [1, 2, 3]}), kind="llama.cpp") as server:
        found = counted(server)
    assert [asked.path for asked in server.asked] == ["/apply-template", "/tokenize"]
    assert server.asked[1].json == {"content": "<|im_start|>…", "add_special": True, "parse_special": True}
    assert found.servers == 3


def test_sglang_counts_the_prompt_as_we_render_it() -> None:
    with Server(Whole({"tokens": [1] * 7, "count": 7}), kind="sglang") as server:
        found = counted(server)
    prompt = server.asked[0].json["prompt"]
    assert prompt == "<|im_start|>user\nSay hello.<|im_end|>\n<|im_start|>assistant\n<think>\n"
    assert found.servers == 7


@pytest.mark.parametrize("kind", ["ollama", "litellm"])
def test_a_server_without_a_tokenizer_is_not_asked(kind: str) -> None:
    headers = ("x-litellm-version: 1.109.1",) if kind == "litellm" else ()
    with Server(models=Whole(listing(kind, 32768), headers=headers)) as server:
        found = counted(server)
    assert server.asked == []
    assert found.servers is None and f"({kind}) has no /tokenize" in found.why_not
    assert found.ours.tokens == OURS


def test_the_server_behind_a_gateway_is_asked_without_the_gateways_key() -> None:
    with Server(kind="litellm") as gateway, Server(counting(21)) as behind:
        backend = gateway.backend(admin_base_url=behind.url)
        assert count_prompt(PROFILE, backend, HELLO).servers == 21
    assert gateway.asked + gateway.looked == []
    assert all("authorization" not in asked.headers for asked in behind.asked + behind.looked)


def test_a_secret_is_masked_before_it_is_counted() -> None:
    with Server(counting(21)) as server:
        count_prompt(PROFILE, server.backend(), [Message("user", f"My key is {KEY}.")])
    assert KEY.encode() not in server.asked[0].body


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Status(404), "answered with status 404"),
        (Status(401), "does not accept the key (401)"),
        (Whole(b"<html>"), "no JSON object"),
        (Whole(b"[1, 2]"), "no JSON object"),
        (Whole(b"[" * 100_000), "no JSON object"),
        (Whole({}), "gives no count"),
        (counting("21"), "gives no count"),
        (counting(True), "gives no count"),
        (counting(-1), "gives no count"),
        (counting(10**400), "gives no count"),
    ],
)
def test_what_is_no_count_is_said_with_its_reason(reply: Reply, why: str) -> None:
    with Server(reply) as server:
        found = counted(server)
    assert found.servers is None and why in found.why_not and found.why_not.endswith(".")


def test_a_template_that_gives_no_prompt_is_said() -> None:
    with Server(Whole({"prompt": None}), kind="llama.cpp") as server:
        assert "gives no prompt" in counted(server).why_not


def test_a_server_that_is_gone_is_a_problem() -> None:
    with Server() as server:
        backend = server.backend()
    with pytest.raises(NetProblem):
        count_prompt(PROFILE, backend, HELLO)


# ---------------------------------------------------------------- on the command line


def test_ask_count_prints_both_counts_and_asks_nothing(forks: Forks, tmp_path: Path) -> None:
    with Server(counting(OURS)) as server:
        ran = forks.run(
            "ask", "--count", "Say hello.", environment=configured(tmp_path, server.backend()), folder=tmp_path
        )
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{OURS} tokens by the server's count; {OURS} tokens by our own exact count; the context holds 32,768\n"
    )
    assert [asked.path for asked in server.asked] == ["/tokenize"]


def test_ask_count_tells_of_a_server_that_counts_otherwise(forks: Forks, tmp_path: Path) -> None:
    with Server(counting(OURS + 1)) as server:
        environment = configured(tmp_path, server.backend())
        ran = forks.run("ask", "--count", "--json", "Say hello.", environment=environment, folder=tmp_path)
    told = json.loads(ran.out)
    schema = Path(package.__file__).parent / "schemas" / "count.json"
    jsonschema.validate(told, json.loads(schema.read_text(encoding="utf-8")))
    assert told["tokens"] == {"server": OURS + 1, "own": {"tokens": OURS, "exact": True}}
    assert "another template or tokenizer" in ran.err


@pytest.mark.parametrize(
    ("reply", "code", "says"),
    [(Status(404), 0, "status 404"), (Raw(STALL), 3, "gave no count in time")],
)
def test_ask_count_says_why_there_is_none(reply: Reply, code: int, says: str, forks: Forks, tmp_path: Path) -> None:
    with Server(reply) as server:
        environment = configured(tmp_path, server.backend(first_token_s=1.0))
        ran = forks.run("ask", "--count", "Say hello.", environment=environment, folder=tmp_path)
    assert ran.code == code
    assert says in ran.err and KEY not in ran.err
    assert ran.out == ("" if code else f"{OURS} tokens by our own exact count; the context holds 32,768\n")
