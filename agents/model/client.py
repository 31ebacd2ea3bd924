"""A model behind an OpenAI-compatible server: one question in, deltas out, `Finished` only for a whole answer.

look     once, before the first question: what kind of server is it, and how long is its context
ask      an attempt: request → chunks → deltas, recorded whatever becomes of it
again    the same request, a few times, only before anything was said and never after a refusal for good
repair   one more turn where a tool call is broken, or was announced and did not come
"""

from __future__ import annotations

import json
import random
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from time import perf_counter

from agents.model import schema as schemas
from agents.model.answer import HIDDEN_KEY, Answer, expects_thinking
from agents.model.calls import Collector, announced, repair_message
from agents.model.chunks import Figures, read_figures
from agents.model.ending import Ending
from agents.model.errors import Interrupted, ModelProblem
from agents.model.exchange import Clocks, send
from agents.model.look import look
from agents.model.profiles import Profile
from agents.model.refusals import too_long
from agents.model.request import Prepared, body, continued, least_count, prepare
from agents.model.server import Server, with_answer
from agents.model.types import (
    JSON,
    Backend,
    Called,
    Delta,
    Exchange,
    Finished,
    Message,
    Mode,
    Noted,
    Record,
    Timings,
    Tool,
    Usage,
)
from indexer.net import Route, load

_SMALLEST_DOUBT = 256
_BELIEVED = 0.75
"""Templates differ by a few tokens a message; a count below this part of ours means that text was left out."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How often the same request is sent again, and how long to wait before: seconds, jittered, growing."""

    most: int = 2
    first_wait_s: float = 0.25
    growth: float = 3.0
    longest_wait_s: float = 60.0
    """The longest wait that a server may ask for; if it asks for more, the problem is raised."""

    def wait(self, number: int) -> float:
        """The wait before the `number`th repetition where the server asks for none."""
        return self.first_wait_s * self.growth ** (number - 1) * random.uniform(0.5, 1.0)  # noqa: S311


@dataclass(slots=True)
class _Question:
    """What stays the same over the attempts of one call of `stream`."""

    prepared: Prepared
    mode: Mode
    schema: JSON | None
    deadline: float = 0.0
    """By perf_counter; set when the first delta is asked for."""
    repaired: bool = False


@dataclass(slots=True)
class Client:
    """A Model over HTTP. What it learns of the server is kept for its next questions."""

    profile: Profile
    backend: Backend
    route: Route
    record: Record | None = None
    retries: Retries = field(default_factory=Retries)
    streamed: bool = True
    server: Server | None = None
    _break: Ending = field(default_factory=Ending, init=False, repr=False)

    @property
    def name(self) -> str:
        """The model that is asked for."""
        return self.backend.model

    @property
    def window(self) -> int | None:
        """Tokens that the context holds: as the server said, or by the profile before it was asked anything."""
        served = self.server.context if self.server is not None else None
        return served or self.profile.context

    def stream(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool] = (),
        schema: JSON | None = None,
        mode: Mode = "think",
    ) -> Iterator[Delta]:
        """The answer in pieces, `Finished` last; raises a ModelProblem where there is no whole answer.

        A ValueError says that a schema can't be checked. Text of a turn that had to be repaired was handed out already:
        a `Noted` stands between it and the text of the second turn; calls come from the turn that is accepted only.
        """
        prepared = prepare(messages, tools, self.profile, self.route.secret)
        Collector(prepared.tools)
        if schema is not None:
            schemas.check_schema(schema)
        return self._answered(_Question(prepared, mode, schema))

    def abort(self) -> None:
        """Break off the answer that is on its way, from any thread; without one, nothing happens."""
        self._break.now()

    # ------------------------------------------------------------ attempts

    def _answered(self, question: _Question) -> Generator[Delta]:
        load()
        question.deadline = perf_counter() + self.backend.total_s
        with self._break.possible():
            yield from self._repaired(question)

    def _repaired(self, question: _Question) -> Generator[Delta]:
        self._look()
        if question.prepared.masked:
            yield Noted(f"Secrets masked before the text was sent: {question.prepared.masked}.")
        while True:
            answer = yield from self._until_said(question)
            if answer is None:
                return
            yield Noted("A tool call of the answer can't be used; the model is asked for it once more.")
            question.prepared = continued(
                question.prepared, answer.raw("text"), answer.raw("thinking"), repair_message(answer.bad), self.profile
            )
            question.repaired = True

    def _until_said(self, question: _Question) -> Generator[Delta, None, Answer | None]:
        """One turn, sent again while that makes sense; gives the answer back where it needs a repair."""
        sent = 0
        while True:
            answer = self._new_answer(question)
            try:
                return (yield from self._attempt(question, answer))
            except ModelProblem as problem:
                sent += 1
                wait_s = self._wait_before(problem, answer, sent, question.deadline)
                if wait_s is None:
                    raise
                yield Noted(f"{problem} Asking again in {wait_s:.1f} s ({sent} of {self.retries.most}).")
            self._break.wait(wait_s)

    def _wait_before(self, problem: ModelProblem, answer: Answer, sent: int, deadline: float) -> float | None:
        """The seconds to wait before the same request is sent again; None where it may not be."""
        most = 1 if problem.slug == "empty-answer" else self.retries.most
        if not problem.again or answer.begun or sent > most:
            return None
        wait_s = self.retries.wait(sent) if problem.wait_s is None else problem.wait_s
        patient = wait_s <= self.retries.longest_wait_s and perf_counter() + wait_s < deadline
        if not patient and problem.wait_s is not None:
            problem.remedy = f"The server asks to wait {problem.wait_s:,.0f} s; try again then."
        return wait_s if patient else None

    def _attempt(self, question: _Question, answer: Answer) -> Generator[Delta, None, Answer | None]:
        """One request, recorded in every case; gives the answer back where it needs a repair."""
        started = perf_counter()
        ended: str | None = "cancelled"
        finished: Finished | None = None
        try:
            for delta in self._deltas(question, answer):
                if isinstance(delta, Finished):
                    finished, ended = delta, None
                    self._keep(question, answer, finished, ended, started)
                yield delta
            if finished is None:
                ended = "bad-tool-call"
                return answer
            return None
        except ModelProblem as problem:
            if self._break.asked:
                ended = "interrupted"
                raise Interrupted from None
            ended = problem.slug
            problem.args = tuple(self._hide(str(word)) for word in problem.args)
            problem.remedy = self._hide(problem.remedy)
            raise
        finally:
            if finished is None:
                self._keep(question, answer, None, ended, started)

    def _deltas(self, question: _Question, answer: Answer) -> Iterator[Delta]:
        """The deltas of one request; without `Finished` where the answer needs a repair."""
        server = self.server or Server()
        request = body(
            question.prepared, self.profile, server, self.name, question.mode, question.schema, self.streamed
        )
        clocks = Clocks(self.backend, question.deadline, self.streamed, perf_counter())
        self._break.check()
        wire = send(self.route, request, clocks, self.name, self._hide)
        with closing(wire):
            self._break.reaches(wire.stream)
            for chunk in wire.chunks():
                self.server = with_answer(self.server or server, wire.headers, chunk.fingerprint)
                yield from answer.take(chunk)
        yield from answer.finish()
        if self._needs_repair(question, answer):
            return
        yield from self._ending(question, answer, clocks)

    def _needs_repair(self, question: _Question, answer: Answer) -> bool:
        if answer.reason == "length":
            return False
        offered = bool(question.prepared.tools)
        missing = not answer.calls and (
            answer.reason == "tool_calls" or (offered and announced(answer.raw("text"), answer.raw("thinking")))
        )
        if not answer.bad and not missing:
            return False
        if not question.repaired:
            return True
        raise ModelProblem(
            "bad-tool-call",
            "The model's tool calls can't be used, also after it was told why.",
            "Ask in smaller steps; see whether the server runs the tool-call parser of this model.",
        )

    def _ending(self, question: _Question, answer: Answer, clocks: Clocks) -> Iterator[Delta]:
        """What comes after the last word: calls, notes, `Finished`; raises where the whole is no answer."""
        self._check_content(question, answer)
        figures = read_figures(answer.statistics)
        yield from map(Noted, (*figures.doubts, *self._doubts(question.prepared, figures.usage, answer)))
        if answer.bad:
            yield Noted("The answer was cut at its longest length inside a tool call; that call is left out.")
        yield from map(Called, answer.calls)
        yield Finished(
            reason="tool_calls" if answer.calls and answer.reason == "stop" else answer.reason or "stop",
            asked=self.name,
            answered=answer.answered,
            usage=figures.usage,
            timings=_timings(clocks, figures),
            draft=figures.draft,
        )

    def _check_content(self, question: _Question, answer: Answer) -> None:
        if answer.reason == "length" or answer.calls:
            return
        if not answer.text.strip():
            if answer.thinking:
                raise ModelProblem("no-answer", "The model thought, but gave no answer.", "Ask again.")
            raise ModelProblem("empty-answer", "The model gave an empty answer.", "Ask again.", again=True)
        if question.schema is None:
            return
        try:
            fault = schemas.fault(json.loads(answer.text), question.schema)
        except (ValueError, RecursionError):
            fault = "it is no whole JSON"
        if fault:
            raise ModelProblem(
                "not-the-schema",
                f"The answer does not have the form that was asked for: {fault}.",
                "See whether the server supports response_format with a JSON schema.",
            )

    def _doubts(self, prepared: Prepared, usage: Usage, answer: Answer) -> Iterator[str]:
        """What the server's figures and its silence leave open; raises ContextOverflow for a prompt cut in silence."""
        if not answer.answered:
            yield "The server does not say which model answered."
        if usage.prompt is None and usage.output is None:
            yield "The server does not say how many tokens it counted."
        if usage.prompt is None:
            return
        cuts = self.server is not None and self.server.kind == "ollama"
        ours = least_count(prepared, self.profile, thinking=not cuts)
        if ours >= _SMALLEST_DOUBT and usage.prompt < ours * _BELIEVED:
            if cuts:
                raise too_long(ours, usage.prompt)
            yield f"The server counted {usage.prompt:,} tokens of a prompt of about {ours:,}: it may have cut it."

    # ------------------------------------------------------------ the server, the record

    def _look(self) -> None:
        if self.server is None:
            self.server = look(self.route, self.backend, self._break.reaches)
            self._break.check()

    def _hide(self, text: str) -> str:
        """The text without our own key."""
        return text.replace(self.route.secret, HIDDEN_KEY) if self.route.secret else text

    def _new_answer(self, question: _Question) -> Answer:
        prepared = question.prepared
        thinks = expects_thinking(self.profile, question.mode)
        return Answer(self.name, prepared.tools, prepared.neutraliser, thinks, self.route.secret)

    def _keep(
        self, question: _Question, answer: Answer, finished: Finished | None, problem: str | None, started: float
    ) -> None:
        if self.record is None:
            return
        self.record(
            Exchange(
                asked=self.name,
                answered=answer.answered or None,
                messages=question.prepared.messages,
                masked=question.prepared.masked,
                thinking=answer.thinking,
                text=answer.text,
                calls=tuple(answer.calls),
                finished=finished,
                problem=problem,
                milliseconds=(perf_counter() - started) * 1000,
            )
        )


def _timings(clocks: Clocks, figures: Figures) -> Timings:
    now = perf_counter()
    first, output = clocks.first, figures.usage.output
    speed = figures.tokens_per_second
    if speed is None and first is not None and output and now > first:
        speed = output / (now - first)
    return Timings(
        first_token=None if first is None else (first - clocks.started) * 1000,
        total=(now - clocks.started) * 1000,
        tokens_per_second=speed,
    )
