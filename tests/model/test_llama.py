"""The client and `qcode ask` against a real llama.cpp server."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from typing import Any, cast

import jsonschema
import pytest

from agents.model import (
    JSON,
    Called,
    ContextOverflow,
    Delta,
    Finished,
    Message,
    ModelProblem,
    Profile,
    Text,
    Thinking,
    Tool,
    WrongModel,
    connect,
    profile_for,
)
from agents.model.counting import count_prompt
from agents.model.profiles import Sampling
from agents.model.tokens import count, count_messages
from tests.conftest import Qcode, console_script
from tests.model.llama import CONTEXT, MODEL, PYTHON, ROOT, Llama, llama
from tests.model.settings import configured

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

GREEDY = Sampling(temperature=0.0, top_p=1.0, top_k=1, min_p=0.0, presence_penalty=0.0, repetition_penalty=1.0)
SHORT = [Message("user", "What does a compiler do? Answer in one sentence.")]
LONG = [Message("user", "Write a long poem about the sea.")]
WEATHER: JSON = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "maxLength": 12},
        "sky": {"enum": ["clear", "cloudy"]},
        "degrees": {"type": "integer", "minimum": -50, "maximum": 50},
    },
    "required": ["city", "sky", "degrees"],
    "additionalProperties": False,
}
LIST: JSON = {
    "type": "array",
    "items": {"const": "the same words again, in the same order as before"},
    "minItems": 6,
    "maxItems": 6,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Llama]:
    with llama() as running:
        yield running


def greedy(model: str, most: int = 60) -> Profile:
    """A profile under which the model says the same every time, and not much."""
    profile = profile_for(model)
    sampling = dict.fromkeys(profile.sampling, GREEDY)
    return replace(profile, sampling=sampling, output_think=most, output_plain=most)


def asked(server: Llama, messages: list[Message], most: int = 60, **how: Any) -> list[Delta]:
    return list(connect(greedy(server.model, most), server.backend()).stream(messages, mode="plain", **how))


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, Text))


def end_of(deltas: list[Delta]) -> Finished:
    assert isinstance(deltas[-1], Finished)
    return deltas[-1]


# ---------------------------------------------------------------- the client


def test_an_answer_comes_in_pieces_with_its_usage_and_timings(server: Llama) -> None:
    deltas = asked(server, SHORT)
    finished = end_of(deltas)
    assert len([delta for delta in deltas if isinstance(delta, Text)]) > 5
    assert "compiler" in text_of(deltas).lower()
    assert (finished.reason, finished.asked, finished.answered) == ("stop", MODEL, MODEL)
    usage, timings = finished.usage, finished.timings
    assert usage.prompt and usage.prompt > 20
    assert usage.output and 5 < usage.output <= 60
    assert timings.first_token and 0 < timings.first_token <= timings.total
    assert timings.tokens_per_second
    assert finished.draft is None


def test_an_answer_in_one_piece_is_the_same(server: Llama) -> None:
    whole = list(connect(greedy(MODEL), server.backend(), streamed=False).stream(SHORT, mode="plain"))
    assert text_of(whole) == text_of(asked(server, SHORT))
    assert end_of(whole).usage.output == end_of(asked(server, SHORT)).usage.output


def test_an_answer_follows_its_schema(server: Llama) -> None:
    deltas = asked(server, [Message("user", "How is the weather in Seoul?")], schema=WEATHER)
    jsonschema.validate(json.loads(text_of(deltas)), WEATHER)


def test_a_prompt_that_is_too_long_is_told_with_its_numbers(server: Llama) -> None:
    with pytest.raises(ContextOverflow) as caught:
        asked(server, [Message("user", "a few words " * CONTEXT)])
    assert caught.value.limit == CONTEXT
    assert caught.value.prompt and caught.value.prompt > 2 * CONTEXT
    assert f"{CONTEXT:,}" in str(caught.value)


def test_the_second_of_two_equal_prompts_comes_from_the_cache(server: Llama) -> None:
    question = [Message("user", "Which colour has the sky at noon, and which one in the evening?")]
    asked(server, question, most=4)
    usage = end_of(asked(server, question, most=4)).usage
    assert usage.cached and usage.prompt and usage.prompt // 2 < usage.cached <= usage.prompt


def test_the_server_sees_that_an_answer_is_no_longer_wanted(server: Llama) -> None:
    model = connect(greedy(MODEL, CONTEXT), server.backend())
    with closing(cast("Generator[Delta]", model.stream(LONG, mode="plain"))) as deltas:
        assert isinstance(next(deltas), Text)
        assert server.busy()
    assert server.until_idle(), "the answer ended by itself"


def test_our_count_of_tokens_is_the_server_s_or_says_that_it_is_none(server: Llama) -> None:
    profile = greedy(MODEL)
    text = "def area(width, height):\n    return width * height  # 넓이\n"
    theirs = len(server.post("/tokenize", {"content": text})["tokens"])
    ours = count(text, profile)
    assert ours.tokens == theirs if ours.exact else ours.tokens >= theirs
    whole = count_messages(SHORT, (), profile, "plain")
    prompt = end_of(asked(server, SHORT, most=1)).usage.prompt
    assert prompt and (whole.tokens == prompt if whole.exact else whole.tokens >= prompt)
    assert count_prompt(profile, server.backend(), SHORT, mode="plain").servers == prompt


def test_a_wrong_key_is_refused_and_not_shown(server: Llama) -> None:
    model = connect(greedy(MODEL), server.backend(api_key="sk-wrong-4711"))
    with pytest.raises(ModelProblem) as caught:
        list(model.stream(SHORT))
    assert caught.value.slug == "key-refused"
    assert "4711" not in str(caught.value) + caught.value.remedy


def test_another_model_s_answer_is_not_taken(server: Llama) -> None:
    with pytest.raises(WrongModel) as caught:
        list(connect(greedy("another"), server.backend(model="another")).stream(SHORT))
    assert (caught.value.asked, caught.value.answered) == ("another", MODEL)


def test_drafted_and_accepted_tokens_are_counted() -> None:
    with llama("--ngram") as server:
        finished = end_of(asked(server, [Message("user", "Say the same six times.")], most=120, schema=LIST))
    assert finished.draft is not None
    assert 0 < finished.draft.accepted <= finished.draft.drafted


# ---------------------------------------------------------------- the command


def test_ask_answers_outside_of_a_repository(server: Llama, qcode: Qcode) -> None:
    done = qcode("ask", SHORT[0].text, env=configured(qcode.home, server.backend()))
    assert done.returncode in (0, 4), done.stderr  # a toy may ramble
    assert len(done.stdout.split()) > 3
    statistics = done.stderr.splitlines()[0]
    for part in ("first token ", " tokens/s", "prompt ", " cached", "output ", "drafts not measurable here"):
        assert part in statistics


def test_ask_tells_of_a_prompt_that_is_too_long(server: Llama, qcode: Qcode) -> None:
    environment = configured(qcode.home, server.backend())
    done = qcode("ask", "-", "Sum this up.", stdin="some words " * 2 * CONTEXT, env=environment)
    assert (done.returncode, done.stdout) == (3, "")
    sentence, remedy = done.stderr.splitlines()
    assert f"{CONTEXT:,}" in sentence
    assert "less text" in remedy


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_reaches_the_server(ending: signal.Signals, server: Llama, qcode: Qcode) -> None:
    environment = configured(qcode.home, server.backend())
    command = [str(console_script()), "ask", LONG[0].text]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asking:
        assert asking.stdout is not None
        asking.stdout.read(1)
        asking.send_signal(ending)
        _, errors = asking.communicate(timeout=60)
    assert asking.returncode == 130
    assert errors.decode().endswith("qcode: interrupted.\n")
    assert server.until_idle(), "the answer ended by itself"


def test_the_demo_asks_the_toy_says_that_it_is_one_and_leaves_no_server() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "demo_model.py", PYTHON], capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    question, *answer = done.stdout.splitlines()
    assert question.startswith("$ QCODE_BASE_URL=http://127.0.0.1:")
    assert len(" ".join(answer[:-3]).split()) > 3
    assert "a toy of 135 million parameters" in done.stdout
    assert "first token" in done.stderr
    (address,) = re.findall(r"127\.0\.0\.1:(\d+)", question)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(address)))


def test_a_server_does_not_outlive_who_started_it() -> None:
    code = "import sys; from tests.model.llama import *\nwith llama() as s: print(s.url, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().decode().rpartition(":")[2])
        process.kill()
    while True:  # the kill switch ends this, where the server does not
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return


# ---------------------------------------------------------------- with a model that calls tools

CODER = "qwen2.5-coder"
READ = Tool(
    "read_file",
    "Reads a file and returns its text.",
    {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"], "additionalProperties": False},
)
TURNS = """\
{%- if tools %}{{ "<|im_start|>system\\nYou have these tools:\\n" }}
{%- for tool in tools %}{{ tool.function | tojson }}{{ "\\n" }}{% endfor %}
{{- "To call one, write its name and arguments so:\\n```json\\n" }}
{{- '{"name": "' + tools[0].function.name + '", "arguments": {…}}' }}{{ "\\n```<|im_end|>\\n" }}
{%- endif %}
{%- for message in messages %}
{%- if message.role == "assistant" %}{{ "<|im_start|>assistant\\n" }}
{%- if message.reasoning_content %}{{ "<think>\\n" + message.reasoning_content + "\\n</think>\\n\\n" }}{% endif %}
{{- message.content or "" }}
{%- for call in message.tool_calls or [] %}{{ "```json\\n" }}
{{- '{"name": "' + call.function.name + '", "arguments": ' }}{{ call.function.arguments | tojson }}{{ "}\\n```" }}
{%- endfor %}{{ "<|im_end|>\\n" }}
{%- else %}{{ "<|im_start|>user\\n" + message.content + "<|im_end|>\\n" }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ "<|im_start|>assistant\\n" }}{% endif %}"""
THOUGHTS = TURNS.removesuffix("{% endif %}") + '{{ "<think>\\n" }}{% endif %}'

optional = pytest.mark.optional


@pytest.fixture(scope="module")
def coder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], AbstractContextManager[Llama]]:
    """`coder(template)` serves the model that QCODE_TEST_GGUF names."""
    named = os.environ.get("QCODE_TEST_GGUF")
    if not named:
        pytest.skip("QCODE_TEST_GGUF names no Qwen2.5-Coder GGUF file")
    folder = tmp_path_factory.mktemp("templates")

    def serve(template: str) -> AbstractContextManager[Llama]:
        file = folder / "template.jinja"
        file.write_text(template, encoding="utf-8")
        return llama("--model", named, "--template", str(file), model=CODER)

    return serve


@optional
def test_a_tool_call_is_whole_and_fits_its_schema(coder: Callable[[str], AbstractContextManager[Llama]]) -> None:
    question = [Message("user", "Read the file src/app.py with the tool read_file.")]
    with coder(TURNS) as server:
        deltas = asked(server, question, tools=[READ])
    (called,) = [delta for delta in deltas if isinstance(delta, Called)]
    assert (called.call.name, called.call.arguments) == ("read_file", {"path": "src/app.py"})
    assert end_of(deltas).reason == "tool_calls"


@optional
def test_thoughts_are_apart_from_the_answer(coder: Callable[[str], AbstractContextManager[Llama]]) -> None:
    with coder(THOUGHTS) as server:
        deltas = list(connect(greedy(CODER, 6), server.backend()).stream(SHORT))
    thoughts = "".join(delta.text for delta in deltas if isinstance(delta, Thinking))
    assert "compiler" in thoughts
    assert (text_of(deltas), end_of(deltas).reason) == ("", "length")


@optional
def test_the_middle_is_filled_in(coder: Callable[[str], AbstractContextManager[Llama]]) -> None:
    fim = profile_for("qwen3.6-27b").fim
    assert fim is not None
    prompt = f"{fim.prefix}def add(left, right):\n    return {fim.suffix}\n\nprint(add(1, 2))\n{fim.middle}"
    body = {"prompt": prompt, "max_tokens": 8, "temperature": 0, "stop": list(fim.stop)}
    with coder(TURNS) as server:
        answer = server.post("/v1/completions", body)
    assert answer["choices"][0]["text"].strip().startswith("left + right")
