"""One question and all that follows from it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from importlib.resources import files

from agents.chat import mentioned
from agents.chat.conversation import Conversation
from agents.chat.folding import compact, is_full
from agents.chat.guidance import Guidance
from agents.loop import Budget, Turn
from agents.model import Message, Mode, Model
from agents.model.types import Part
from agents.stop import Stop
from agents.tools import Gate, Refused, Workshop
from agents.types import Approve, Event, Failed, Noticed, Spent, TurnEnded
from indexer.errors import Problem


def turn(
    conversation: Conversation,
    question: str,
    *,
    model: Model,
    workshop: Workshop,
    approve: Approve,
    stop: Stop | None = None,
    budget: Budget | None = None,
    mode: Mode = "think",
) -> Iterator[Event]:
    """Ask, and go on until there is an answer; `TurnEnded` comes last.

    `stop` interrupts it from another thread. However it ends, the conversation can go on: nothing in it is half done.
    """
    gate = Gate(workshop, approve, stop or Stop(), conversation.always, len(conversation.operations))
    try:
        workshop.index.refresh()
        yield from _folded(conversation, model, gate.stop)
        guidance = Guidance(gate, conversation.guided)
        if not conversation.messages:
            conversation.messages.append(Message("system", _system(guidance)))
        text, parts = yield from _with_mentions(gate, question)
        conversation.messages.append(Message("user", text, parts=parts))
    except Problem as problem:
        yield Failed("repository", str(problem), problem.remedy, problem.exit_code)
        yield TurnEnded("failed", 0, 0)
        return
    going = Turn(model, conversation.messages, gate, budget or Budget(), mode, guidance.beside, conversation.operations)
    for event in going.run():
        if isinstance(event, Spent) and event.prompt is not None:
            conversation.used = event.prompt + (event.output or 0)
        yield event


def _folded(conversation: Conversation, model: Model, stop: Stop) -> Iterator[Event]:
    if is_full(conversation, model):
        yield from compact(conversation, model=model, stop=stop)


def _system(guidance: Guidance) -> str:
    text = files("agents.chat").joinpath("system.md").read_text("utf-8").strip()
    return "\n\n".join(part for part in (text, guidance.at_root()) if part)


def _with_mentions(gate: Gate, question: str) -> Generator[Event, None, tuple[str, tuple[Part, ...]]]:
    """The question with what it mentions behind it, since what changes most comes last in a prompt."""
    texts, parts = [question], list[Part]()
    for word in mentioned.mentions(question):
        try:
            text, found = mentioned.told(gate, word)
        except Refused as refused:
            yield Noticed(str(refused))
            continue
        texts.append(f"@{word}:\n{gate.told(text)}")
        parts += found
    return "\n\n".join(texts), tuple(parts)
