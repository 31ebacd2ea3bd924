"""Making room: what was said long ago becomes notes of the model's own.

The first message, the system's, stays as it is, so that a server's cache of it stays good; the last questions stay,
too. Everything between becomes one message, and what it was is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from agents.chat.conversation import Conversation
from agents.model import Interrupted, Message, Model, ModelProblem, Text
from agents.stop import Stop
from agents.types import Event, Failed, Noticed, Stage

FULL = 0.75
"""The part of the window from which on there may be too little room for another turn."""
KEPT_QUESTIONS = 1
NAMED = 8
NOTES = "Notes on the conversation so far, in place of {count} messages:\n\n{notes}"


def is_full(conversation: Conversation, model: Model) -> bool:
    """Whether the last answer left too little of the window."""
    return bool(model.window) and conversation.used > FULL * (model.window or 0)


def compact(conversation: Conversation, *, model: Model, stop: Stop | None = None) -> Iterator[Event]:
    """Fold the beginning of the conversation; where the model gives no notes, nothing changes and `Failed` says why."""
    end = _boundary(conversation.messages)
    old = conversation.messages[1:end]
    if not old:
        yield Noticed("There is nothing to fold: the conversation has one question.")
        return
    yield Stage("folding")
    stop = stop or Stop()
    try:
        notes = _notes(conversation.messages[:end], model, stop)
    except Interrupted:
        yield Noticed("Folding was interrupted; the conversation is as it was.")
        return
    except ModelProblem as problem:
        yield Failed(problem.slug, str(problem), problem.remedy, problem.exit_code)
        return
    left_out = _listed(old)
    message = Message("user", NOTES.format(count=len(old), notes=notes))
    conversation.messages[1:end] = [message, Message("assistant", "Understood.")]
    conversation.dropped.append(left_out)
    conversation.used = 0
    yield Noticed(left_out)


def _boundary(messages: list[Message]) -> int:
    """Where the questions begin that stay."""
    questions = [at for at, message in enumerate(messages) if message.role == "user"]
    return questions[-KEPT_QUESTIONS] if len(questions) > KEPT_QUESTIONS else 0


def _notes(messages: list[Message], model: Model, stop: Stop) -> str:
    ask = files("agents.chat").joinpath("summary.md").read_text("utf-8").strip()
    with stop.ending_with(model.abort):
        if stop.asked:
            raise Interrupted
        deltas = model.stream([*messages, Message("user", ask)], mode="plain")
        return "".join(delta.text for delta in deltas if isinstance(delta, Text)).strip()


def _listed(old: list[Message]) -> str:
    calls = [call for message in old for call in message.calls]
    files_named = sorted({str(call.arguments["path"]) for call in calls if "path" in call.arguments})
    questions = sum(message.role == "user" for message in old)
    more = " and others" if len(files_named) > NAMED else ""
    named = f", about {', '.join(files_named[:NAMED])}{more}" if files_named else ""
    return f"Folded into notes: {len(old)} messages with {questions} questions and {len(calls)} tool calls{named}."
