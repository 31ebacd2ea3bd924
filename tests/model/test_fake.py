"""The model without a server plays its script, and does not let a mistake pass."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from agents.model import (
    Called,
    ContextOverflow,
    FakeModel,
    Finished,
    Hold,
    Interrupted,
    Message,
    Model,
    ModelProblem,
    Noted,
    Text,
    Thinking,
    Timings,
    ToolCall,
    Usage,
)
from tests.model.faults import TOOLS

QUESTION = [Message("user", "Say hello.")]


def test_a_script_is_played_turn_by_turn_and_the_questions_are_kept() -> None:
    model: Model = FakeModel("Hello.", [Thinking("hm"), "yes"])
    assert next(iter(model.stream(QUESTION))) == Text("Hello.")
    *deltas, finished = model.stream(QUESTION, mode="plain")
    assert deltas == [Thinking("hm"), Text("yes")]
    assert finished == Finished("stop", "fake", "fake", Usage(), Timings(None, 0.0))
    assert isinstance(model, FakeModel)
    assert [(request.last, request.mode) for request in model.requests] == [
        ("Say hello.", "think"),
        ("Say hello.", "plain"),
    ]
    assert model.left == 0


def test_a_turn_may_raise_at_once_or_in_the_middle() -> None:
    model = FakeModel(ContextOverflow("Too long."), ["Hel", ModelProblem("stalled", "It stopped.")])
    with pytest.raises(ContextOverflow):
        list(model.stream(QUESTION))
    stream = model.stream(QUESTION)
    assert next(stream) == Text("Hel")
    with pytest.raises(ModelProblem, match="It stopped"):
        next(stream)


def test_a_turn_may_answer_what_was_asked() -> None:
    model = FakeModel(lambda request: [Noted("one moment"), request.last.upper()])
    assert list(model.stream(QUESTION))[1] == Text("SAY HELLO.")


def test_a_finish_of_its_own_ends_a_turn() -> None:
    cut = Finished("length", "fake", "fake", Usage(), Timings(None, 0.0))
    assert list(FakeModel(["Hel", cut]).stream(QUESTION)) == [Text("Hel"), cut]


def test_a_call_is_checked_against_the_tools_that_were_offered() -> None:
    call = Called(ToolCall("1", "read", {"path": "a.py"}))
    *deltas, finished = FakeModel([call]).stream(QUESTION, TOOLS)
    assert deltas == [call] and isinstance(finished, Finished) and finished.reason == "tool_calls"
    with pytest.raises(ValueError, match="no tools"):
        list(FakeModel([call]).stream(QUESTION))
    with pytest.raises(ValueError, match="do not fit"):
        list(FakeModel([Called(ToolCall("1", "read", {"path": 7}))]).stream(QUESTION, TOOLS))


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([Message("system", "Be brief.")], "user"),
        ([Message("user", "a"), Message("system", "b")], "system"),
        ([Message("user", "a"), Message("tool", "b", call_id="7")], "'7'"),
        ([Message("user", "a", calls=(ToolCall("1", "read", {}),))], "assistant"),
    ],
)
def test_a_question_that_a_server_would_refuse_is_an_error(messages: list[Message], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        FakeModel("Hello.").stream(messages)


def test_a_question_after_the_end_of_the_script_is_an_error() -> None:
    with pytest.raises(ValueError, match="question 1"):
        FakeModel().stream(QUESTION)


def test_an_answer_that_is_closed_early_is_counted() -> None:
    model = FakeModel(["a", "b"])
    stream = model.stream(QUESTION)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert model.abandoned == 1


def test_an_answer_can_be_held_and_goes_on_from_another_thread() -> None:
    hold = Hold()
    model = FakeModel(["Hel", hold, "lo"])
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: [delta.text for delta in model.stream(QUESTION) if isinstance(delta, Text)])
        assert hold.reached.wait(30)
        hold.release()
        assert answer.result(30) == ["Hel", "lo"]


def test_an_answer_that_is_held_can_be_broken_off() -> None:
    hold = Hold()
    model = FakeModel(["Hel", hold, "lo"], "next")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: list(model.stream(QUESTION)))
        assert hold.reached.wait(30)
        model.abort()
        with pytest.raises(Interrupted):
            answer.result(30)
    model.abort()  # nothing is at work: nothing happens
    assert next(iter(model.stream(QUESTION))) == Text("next")
