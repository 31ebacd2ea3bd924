"""A question and what comes of it: deltas, repairs, records, clocks that belong to us, and a server that is told."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import pytest

from agents.model import (
    JSON,
    Backend,
    Called,
    Client,
    ContextOverflow,
    Delta,
    Draft,
    Exchange,
    Finished,
    Interrupted,
    Message,
    Mode,
    ModelProblem,
    Noted,
    Part,
    Retries,
    Text,
    Thinking,
    Tool,
    ToolCall,
    Usage,
    connect,
    profile_for,
)
from tests.model.faults import TOOLS
from tests.model.server import CUT, END, KEY, MODEL, STALL, Forever, Raw, Reply, Say, Server, Status, Stream, data

ROOT = Path(__file__).resolve().parents[2]
QUESTION = [Message("user", "Say hello.")]
BOTH = pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "whole"])

pytestmark = pytest.mark.timeout(30)


class Talk:
    """A server, the model behind it, and what was recorded."""

    def __init__(self, *replies: Reply, streamed: bool = True, profile: str = MODEL, **server: Any) -> None:
        self.server = Server(*replies, **server)
        self.kept: list[Exchange] = []
        self._streamed = streamed
        self._profile = profile

    def __enter__(self) -> Talk:
        self.server.__enter__()
        self.model = self.connect(self.server.backend())
        return self

    def __exit__(self, *error: object) -> None:
        self.server.__exit__(*error)

    def connect(self, backend: Backend) -> Client:
        at_once = Retries(first_wait_s=0.0)
        return connect(profile_for(self._profile), backend, self.kept.append, retries=at_once, streamed=self._streamed)

    def ask(
        self,
        messages: Sequence[Message] = QUESTION,
        tools: Sequence[Tool] = (),
        schema: JSON | None = None,
        mode: Mode = "think",
    ) -> list[Delta]:
        return list(self.model.stream(messages, tools, schema, mode))

    @property
    def sent(self) -> dict[str, Any]:
        """The last request's body."""
        return self.server.asked[-1].json


def text(deltas: Sequence[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, Text))


def thinking(deltas: Sequence[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, Thinking))


def notes(deltas: Sequence[Delta]) -> list[str]:
    return [delta.sentence for delta in deltas if isinstance(delta, Noted)]


# ---------------------------------------------------------------- answers


@BOTH
@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_thoughts_come_apart_from_the_answer(field: str, streamed: bool) -> None:
    with Talk(Say("가나다 yes", thinking="Hm, let me see.", reasoning=field), streamed=streamed) as talk:
        deltas = talk.ask()
    assert (thinking(deltas), text(deltas)) == ("Hm, let me see.", "가나다 yes")


@BOTH
def test_a_key_that_comes_back_in_an_answer_is_not_shown(streamed: bool) -> None:
    with Talk(Say(f"It is {KEY}, is it not? {KEY[:5]}", thinking=KEY), streamed=streamed) as talk:
        deltas = talk.ask()
    assert (thinking(deltas), text(deltas)) == ("[key]", f"It is [key], is it not? {KEY[:5]}")


@pytest.mark.parametrize("size", [1, 3, 4, 7, 20])
def test_a_key_is_not_shown_in_parts_with_thoughts_between_them(size: int) -> None:
    said = f"It is {KEY}."
    parts = [said[at : at + size] for at in range(0, len(said), size)]
    with Talk(Stream(*(data({"content": part, "reasoning": part}) for part in parts), *END)) as talk:
        deltas = talk.ask(mode="plain")
    for told in (text(deltas), thinking(deltas)):
        assert KEY not in told and told.endswith("[key].") and len(told) < len("It is [key].") + 4


def test_thoughts_do_not_wait_for_the_answer_because_a_key_might_begin_there() -> None:
    with Talk(Stream(data({"reasoning": f"Yes {KEY[:2]}"}), data(text="no"), *END)) as talk:
        deltas = talk.ask()
    assert [delta.text for delta in deltas if isinstance(delta, Thinking | Text)] == ["Yes ", KEY[:2], "no"]


@pytest.mark.parametrize("model", [f"{KEY}/{MODEL}", f"{'x' * 80}{KEY}"], ids=["a prefix", "another model"])
def test_a_key_in_the_name_of_the_model_is_not_shown(model: str) -> None:
    with Talk(Say(model=model)) as talk:
        try:
            told = repr(talk.ask())
        except ModelProblem as problem:
            told = f"{problem} {problem.remedy}"
    assert "[key]" in told and KEY[:10] not in told + repr(talk.kept)


@pytest.mark.parametrize("size", [7, 13])
def test_a_loop_of_the_key_is_told_without_it(size: int) -> None:
    loop = f"{KEY}-" * 1_500
    pieces = [data(text=loop[at : at + size]) for at in range(0, len(loop), size)]
    with Talk(Stream(*pieces, *END)) as talk, pytest.raises(ModelProblem) as raised:
        talk.ask(mode="plain")
    assert raised.value.slug == "endless-repetition" and KEY[:6] not in str(raised.value)


@BOTH
def test_a_key_in_the_arguments_of_a_call_is_not_handed_on(streamed: bool) -> None:
    with Talk(Say("", calls=(("read", {"path": f"{KEY}.txt"}),)), streamed=streamed) as talk:
        deltas = talk.ask(tools=TOOLS)
    assert [delta.call.arguments for delta in deltas if isinstance(delta, Called)] == [{"path": "[key].txt"}]
    assert KEY not in repr(talk.kept)


@pytest.mark.parametrize("word", ["EMPTY", "x", "sk-no-key-required", "Not-Needed"])
def test_a_key_that_is_none_is_a_word_like_any_other(word: str) -> None:
    line = f'api_key = "{word}"  # x'
    with Talk(Say(line)) as talk:
        talk.model = talk.connect(talk.server.backend(api_key=word))
        deltas = talk.ask([Message("user", line)])
        assert talk.sent["messages"][0]["content"] == line
    assert text(deltas) == line


def test_an_answer_without_end_is_given_up_long_before_memory_is_short() -> None:
    words = (f"{number:x} " for number in range(2_000_000))
    stream = Stream(*(data(text=" ".join(itertools.islice(words, 20_000))) for _ in range(100)))
    with Talk(stream) as talk, pytest.raises(ModelProblem) as raised:
        talk.ask()
    assert raised.value.slug == "oversized"


@BOTH
def test_thoughts_that_came_as_the_answer_are_no_answer(streamed: bool) -> None:
    with Talk(Say("Hm, let me see.</think>\n\nyes"), streamed=streamed) as talk, pytest.raises(ModelProblem) as raised:
        talk.ask(mode="plain")
    assert raised.value.slug == "thoughts-in-answer"


@BOTH
@pytest.mark.parametrize("opening", ["", "<think>\n"])
def test_thoughts_are_split_from_content_where_the_server_does_not(opening: str, streamed: bool) -> None:
    with Talk(Say(f"{opening}Hm, let me see.</think>\n\nyes"), streamed=streamed) as talk:
        deltas = talk.ask()
    assert (thinking(deltas), text(deltas)) == ("Hm, let me see.", "yes")


@BOTH
def test_a_call_comes_whole_and_after_the_stream(streamed: bool) -> None:
    say = Say("I read.", calls=(("read", {"path": "가.py"}), ("read", {"path": "b.py"})))
    with Talk(say, streamed=streamed) as talk:
        deltas = talk.ask(tools=TOOLS)
    calls = [delta.call for delta in deltas if isinstance(delta, Called)]
    assert calls == [ToolCall("call-0", "read", {"path": "가.py"}), ToolCall("call-1", "read", {"path": "b.py"})]
    assert isinstance(deltas[-1], Finished) and deltas[-1].reason == "tool_calls"
    assert talk.kept[-1].calls == tuple(calls)


def test_a_call_counts_whatever_the_reason_says() -> None:
    with Talk(Say(calls=(("read", {"path": "a"}),), reason="stop")) as talk:
        *_, called, finished = talk.ask(tools=TOOLS)
    assert isinstance(called, Called)
    assert isinstance(finished, Finished) and finished.reason == "tool_calls"


@BOTH
def test_the_longest_length_is_an_end_that_is_said(streamed: bool) -> None:
    with Talk(Say("I read.", calls=(("read", '{"pa'),), reason="length"), streamed=streamed) as talk:
        deltas = talk.ask(tools=TOOLS)
    assert isinstance(deltas[-1], Finished) and deltas[-1].reason == "length"
    assert not any(isinstance(delta, Called) for delta in deltas)
    assert any("cut" in note for note in notes(deltas))


def test_thoughts_that_use_up_the_length_are_no_answer_and_no_problem() -> None:
    with Talk(Say("", thinking="Hm, let me see.", reason="length")) as talk:
        deltas = talk.ask()
    assert isinstance(deltas[-1], Finished) and (deltas[-1].reason, text(deltas)) == ("length", "")


LLAMA = {"draft_n": 64, "draft_n_accepted": 57, "cache_n": 12, "predicted_per_second": 27.5}
VLLM = {"num_draft_tokens": 9, "num_accepted_draft_tokens": 0}
SGLANG = {"spec_num_proposed_drafts": 8, "spec_num_correct_drafts": 3}


@BOTH
@pytest.mark.parametrize(
    ("fields", "draft"),
    [
        ({"timings": LLAMA}, Draft(64, 57)),
        ({"metrics": {"speculative_decoding": VLLM}}, Draft(9, 0)),
        ({"sglext": {"spec_tokens_details": SGLANG}}, Draft(8, 3)),
        ({"metrics": {}}, None),
        ({"timings": {"draft_n": 64}}, None),
    ],
)
def test_drafts_are_told_where_the_server_tells_them(
    fields: dict[str, Any], draft: Draft | None, streamed: bool
) -> None:
    with Talk(Say(fields=fields), streamed=streamed) as talk:
        finished = talk.ask()[-1]
    assert isinstance(finished, Finished) and finished.draft == draft
    if "predicted_per_second" in fields.get("timings", {}):
        assert (finished.timings.tokens_per_second, finished.usage.cached) == (27.5, 12)


def test_usage_is_told_as_the_server_counted_it() -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 16}, "completion_tokens_details": {"reasoning_tokens": 3}}
    with Talk(Say(usage={"prompt_tokens": 20, "completion_tokens": 5, **details})) as talk:
        finished = talk.ask()[-1]
    assert isinstance(finished, Finished)
    assert finished.usage == Usage(prompt=20, cached=16, thinking=3, output=5)
    assert finished.timings.first_token is not None and 0 < finished.timings.first_token <= finished.timings.total
    assert (finished.asked, finished.answered) == (MODEL, MODEL)


# ---------------------------------------------------------------- repair


@BOTH
def test_a_broken_call_is_asked_for_once_more(streamed: bool) -> None:
    broken, whole = Say("I read.", calls=(("read", '{"path": "a'),)), Say(calls=(("read", {"path": "a"}),))
    with Talk(broken, whole, streamed=streamed) as talk:
        deltas = talk.ask(tools=TOOLS)
    assert [delta.call.arguments for delta in deltas if isinstance(delta, Called)] == [{"path": "a"}]
    assert isinstance(deltas[-1], Finished)
    assert len([note for note in notes(deltas) if "once more" in note]) == 1
    assert [message["role"] for message in talk.sent["messages"]] == ["user", "assistant", "user"]
    assert "read" in talk.sent["messages"][-1]["content"]
    assert [exchange.problem for exchange in talk.kept] == ["bad-tool-call", None]


@pytest.mark.parametrize(
    "say", [Say("<tool_call><function=read>"), Say("", thinking="<tool_call>"), Say(reason="tool_calls")]
)
def test_a_call_that_was_announced_and_did_not_come_costs_the_same_one_turn(say: Say) -> None:
    with Talk(say, Say("Never mind.")) as talk:
        deltas = talk.ask(tools=TOOLS)
    assert isinstance(deltas[-1], Finished) and len(talk.server.asked) == 2


def test_a_call_written_in_an_answer_without_tools_is_text() -> None:
    with Talk(Say("It is written <tool_call> and so on.")) as talk:
        deltas = talk.ask()
    assert isinstance(deltas[-1], Finished) and len(talk.server.asked) == 1


# ---------------------------------------------------------------- schema


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


def test_an_answer_of_the_form_that_was_asked_for_is_an_answer() -> None:
    with Talk(Say('{"n": 7}')) as talk:
        assert json.loads(text(talk.ask(schema=SCHEMA))) == {"n": 7}
        assert talk.sent["response_format"]["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize("answer", ['{"n": "7"}', '{"n": 7', "Seven.", "{}"])
def test_an_answer_of_another_form_is_none(answer: str) -> None:
    with Talk(Say(answer)) as talk, pytest.raises(ModelProblem) as raised:
        talk.ask(schema=SCHEMA)
    assert raised.value.slug == "not-the-schema"


def test_a_schema_that_can_not_be_checked_is_an_error_before_anything_is_sent() -> None:
    with Talk() as talk:
        with pytest.raises(ValueError, match="uniqueItems"):
            talk.ask(schema={"type": "array", "uniqueItems": True})
        assert talk.server.asked == talk.server.looked == []


# ---------------------------------------------------------------- what leaves


def test_secrets_are_masked_in_everything_that_leaves_and_in_the_record() -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    call = ToolCall("c", "read", {"path": f"see {secret}"})
    messages = [
        Message("system", f"token {secret}"), Message("user", f"see {secret}"),
        Message("assistant", secret, thinking=f"hm {secret}", calls=(call,)), Message("tool", secret, call_id="c"),
    ]  # fmt: skip
    with Talk() as talk:
        deltas = talk.ask(messages, TOOLS)
        assert secret.encode() not in talk.server.asked[0].body
    assert secret not in repr(talk.kept)
    assert talk.kept[0].masked == 6
    assert any(" 6." in note and "masked" in note for note in notes(deltas))


def test_control_tokens_go_out_harmless_and_come_back_exactly() -> None:
    line = 'END = "<|im_end|><tool_call>"'
    with Talk(Say("x")) as first:
        first.ask([Message("user", line)])
        form = first.sent["messages"][0]["content"]
    assert "<|im_end|>" not in form and "<tool_call>" not in form
    with Talk(Say(f"It says {form}.", calls=(("read", {"path": form}),))) as talk:
        deltas = talk.ask([Message("user", line)], TOOLS)
    assert text(deltas) == f"It says {line}."
    assert [delta.call.arguments["path"] for delta in deltas if isinstance(delta, Called)] == [line]
    assert talk.kept[0].messages[0].text == form


@pytest.mark.parametrize("kind", ["vllm", "sglang", "llama.cpp", "litellm", "unknown"])
def test_thoughts_are_replayed_under_both_names(kind: str) -> None:
    with Talk(kind=kind) as talk:
        talk.ask([Message("user", "a"), Message("assistant", "b", thinking="hm"), Message("user", "c")])
    replayed = talk.sent["messages"][1]
    assert (replayed["reasoning"], replayed["reasoning_content"], replayed["content"]) == ("hm", "hm", "b")


def test_thoughts_are_replayed_to_ollama_under_its_name_only() -> None:
    with Talk(kind="ollama") as talk:
        talk.ask([Message("user", "a"), Message("assistant", "", thinking="hm"), Message("user", "c")], mode="plain")
    assert talk.sent["messages"][1] == {"role": "assistant", "content": "", "reasoning": "hm"}
    assert talk.sent["reasoning_effort"] == "none"


@pytest.mark.parametrize(
    ("say", "kind"),
    [
        (Say(fields={"system_fingerprint": "fp_ollama"}), "ollama"),
        (Say(headers=("x-litellm-version: 1.109.1",)), "litellm"),
        (Say(headers=("Server: llama.cpp",)), "llama.cpp"),
        (Say(), "unknown"),
    ],
)
def test_a_server_is_recognised_by_its_answer_where_its_list_does_not_tell(say: Say, kind: str) -> None:
    with Talk(say, models=Status(404)) as talk:
        talk.ask()
        assert talk.model.server is not None and talk.model.server.kind == kind


def test_the_list_of_models_is_looked_at_once() -> None:
    with Talk(context=4096) as talk:
        talk.ask()
        talk.ask()
        assert (len(talk.server.looked), len(talk.server.asked)) == (1, 2)
        assert talk.sent["max_tokens"] < 4096


@pytest.mark.parametrize("models", [Status(401), Status(500), Stream(b"no"), Say(), Raw(CUT)])
def test_a_list_of_models_that_fails_is_no_problem(models: Reply) -> None:
    with Talk(models=models) as talk:
        assert isinstance(talk.ask()[-1], Finished)


def test_a_list_of_models_that_never_comes_is_not_waited_for() -> None:
    with Talk(models=Raw(STALL)) as talk:
        talk.model = talk.connect(talk.server.backend(first_token_s=1.0))
        assert isinstance(talk.ask()[-1], Finished)
        assert talk.server.left.is_set()


# ---------------------------------------------------------------- limits


FLOODS = {
    "comments": (b":\n" * 30_000, "first-token-late"),
    "empty deltas": (data({"content": ""}) * 400, "first-token-late"),
    "arguments": (data({"tool_calls": [{"index": 0, "function": {"arguments": " "}}]}) * 400, "out-of-time"),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_server_that_always_has_more_to_send_is_held_to_the_clocks(flood: str) -> None:
    piece, slug = FLOODS[flood]
    with Talk(Stream(Forever(piece, every_s=0.0), framing="close")) as talk:
        talk.model = talk.connect(talk.server.backend(first_token_s=0.5, idle_s=1.0, total_s=2.0))
        started = perf_counter()
        with pytest.raises(ModelProblem) as raised:
            talk.ask(mode="plain")
    assert (raised.value.slug, perf_counter() - started < 8) == (slug, True)


def test_the_time_that_a_listener_takes_is_not_the_servers() -> None:
    with Talk(Stream(*(data(text=f"{number:x} ") for number in range(9_000)), *END)) as talk:
        talk.model = talk.connect(talk.server.backend(idle_s=0.3))
        deltas = talk.model.stream(QUESTION, mode="plain")
        next(deltas)
        sleep(0.6)
        assert isinstance(list(deltas)[-1], Finished)


def test_a_prompt_that_can_not_fit_is_not_sent() -> None:
    with Talk(context=1024) as talk:
        with pytest.raises(ContextOverflow) as raised:
            talk.ask([Message("user", "word " * 5000)])
        assert talk.server.asked == []
    assert raised.value.limit == 1024 and (raised.value.prompt or 0) > 5000
    assert talk.kept[0].problem == "context-overflow"


@pytest.mark.parametrize("words", [6000, 20000])
def test_a_prompt_that_ollama_cut_in_silence_is_an_overflow(words: int) -> None:
    say = Say(usage={"prompt_tokens": 4096, "completion_tokens": 5})
    with Talk(say, kind="ollama") as talk, pytest.raises(ContextOverflow) as raised:
        talk.ask([Message("user", "word " * words)])
    assert raised.value.limit == 4096


def test_thoughts_that_ollama_does_not_replay_are_not_missed() -> None:
    say = Say(usage={"prompt_tokens": 30, "completion_tokens": 5})
    with Talk(say, kind="ollama") as talk:
        deltas = talk.ask([*QUESTION, Message("assistant", "Hi.", thinking="word " * 9000), *QUESTION])
    assert isinstance(deltas[-1], Finished) and notes(deltas) == []


def test_a_count_far_below_ours_is_noted_where_the_server_is_another() -> None:
    with Talk(Say(), context=None) as talk:
        deltas = talk.ask([Message("user", "word " * 20000)])
    assert any("may have cut" in note for note in notes(deltas))


# ---------------------------------------------------------------- cancel


def test_closing_the_answer_ends_the_request_and_is_recorded() -> None:
    with Talk(Stream(data(text="Hel"), STALL)) as talk:
        stream = talk.model.stream(QUESTION, mode="plain")
        assert next(stream) == Text("Hel")
        stream.close()  # type: ignore[attr-defined]
        assert talk.server.left.wait(20)
    assert (talk.kept[0].problem, talk.kept[0].text, talk.kept[0].finished) == ("cancelled", "Hel", None)


def test_an_interrupt_ends_the_request_and_is_recorded() -> None:
    with Talk(Stream(data(text="Hel"), STALL)) as talk:
        asking = (
            "import sys\nfrom agents.model import *\n"
            "kept = lambda exchange: print(exchange.problem, exchange.text, flush=True)\n"
            "model = connect(profile_for('qwen3.6-27b'), Backend(sys.argv[1], 'qwen3.6-27b'), kept)\n"
            "try:\n"
            "    for delta in model.stream([Message('user', 'hi')], mode='plain'): print(delta.text, flush=True)\n"
            "except KeyboardInterrupt: print('interrupted')\n"
        )
        words = [sys.executable, "-c", asking, talk.server.url]
        with subprocess.Popen(words, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "Hel\n"
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[0]
        assert talk.server.left.wait(20)
    assert said == "cancelled Hel\ninterrupted\n"


@pytest.mark.parametrize(
    "how",
    [
        {"models": Raw(STALL)}, {"reply": Raw(STALL)}, {"reply": Stream(STALL)},
        {"reply": Stream(data(text="Hel"), STALL)}, {"reply": Status(503, retry_after="30")},
    ],
    ids=["looking", "before the headers", "before a token", "in the answer", "between two attempts"],
)  # fmt: skip
@BOTH
def test_another_thread_can_break_an_answer_off(how: dict[str, Reply], streamed: bool) -> None:
    """The clocks of the backend are far longer than the kill switch of the test."""
    kept: list[Exchange] = []
    with Server(how.get("reply", Say()), models=how.get("models")) as server:
        model = connect(profile_for(MODEL), server.backend(), kept.append, streamed=streamed)
        with ThreadPoolExecutor(1) as pool:
            asking = pool.submit(lambda: list(model.stream(QUESTION)))
            while not asking.done():
                if server.asked or server.looked:
                    model.abort()
            with pytest.raises(Interrupted):
                asking.result()
    assert all(exchange.problem in ("interrupted", "overloaded") for exchange in kept)


def test_breaking_off_nothing_leaves_the_next_answer_alone() -> None:
    with Talk() as talk:
        talk.model.abort()
        assert text(talk.ask()) == "Hello."
        talk.model.abort()
        assert text(talk.ask()) == "Hello."


# ---------------------------------------------------------------- record, retries


@BOTH
def test_every_request_is_recorded(streamed: bool) -> None:
    with Talk(Status(503, retry_after="0"), Say("yes", thinking="hm"), streamed=streamed) as talk:
        finished = talk.ask()[-1]
    assert [exchange.problem for exchange in talk.kept] == ["overloaded", None]
    last = talk.kept[-1]
    assert (last.asked, last.answered, last.thinking, last.text) == (MODEL, MODEL, "hm", "yes")
    assert last.finished == finished and last.messages == tuple(QUESTION)
    assert last.milliseconds > 0


def test_the_record_tells_what_of_the_repository_went_in() -> None:
    first, second, third = Part("a.py"), Part("b.py", (3, 9), "0" * 40), Part("c.py", (1, 1))
    messages = [
        Message("system", "a", parts=(first,)), Message("user", "b", parts=(second,)),
        Message("system", "c", parts=(third,)),
    ]  # fmt: skip
    with Talk() as talk:
        talk.ask(messages)
        assert b"parts" not in talk.server.asked[0].body
    assert talk.kept[0].manifest == (first, third, second)


def test_a_wait_that_the_server_asks_for_is_kept_up_to_a_cap() -> None:
    with Talk(Status(503, retry_after="0.05"), Status(503, retry_after="61")) as talk:
        with pytest.raises(ModelProblem) as raised:
            talk.ask()
        assert len(talk.server.asked) == 2
    assert "61 s" in raised.value.remedy


def test_nothing_is_sent_before_the_first_delta_is_asked_for() -> None:
    with Talk() as talk:
        talk.model.stream(QUESTION)
        assert talk.server.asked == talk.server.looked == []
    assert talk.kept == []
