"""A model's answers kept as lines of JSON, and a model that plays them again.

model = Recorder(model, lines.append)     every answer becomes a line when it is over
model = Recorded(lines)                   the same answers to the same questions; another question is a ValueError
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from agents.model.errors import ModelProblem
from agents.model.types import (
    JSON,
    Called,
    Delta,
    Draft,
    Finished,
    Message,
    Mode,
    Model,
    Noted,
    Text,
    Thinking,
    Timings,
    Tool,
    ToolCall,
    Usage,
)


class Recorder:
    """A Model that hands on what another one says, and keeps it."""

    def __init__(self, model: Model, keep: Callable[[str], None]) -> None:
        self._model = model
        self._keep = keep

    @property
    def name(self) -> str:
        """The model that is asked for."""
        return self._model.name

    @property
    def window(self) -> int | None:
        """Tokens that the context holds."""
        return self._model.window

    def abort(self) -> None:
        """Break off the answer that is on its way."""
        self._model.abort()

    def stream(
        self, messages: Sequence[Message], tools: Sequence[Tool] = (), schema: JSON | None = None, mode: Mode = "think"
    ) -> Iterator[Delta]:
        """The other model's answer."""
        question = digest(messages, tools, schema, mode)
        said: list[dict[str, Any]] = []
        problem: dict[str, Any] | None = None
        try:
            for delta in self._model.stream(messages, tools, schema, mode):
                said.append({"is": type(delta).__name__, **asdict(delta)})
                yield delta
        except ModelProblem as error:
            problem = {"slug": error.slug, "sentence": str(error), "remedy": error.remedy, "exit": error.exit_code}
            raise
        finally:
            kept = {"question": question, "deltas": said, "problem": problem}
            self._keep(json.dumps(kept, ensure_ascii=False, sort_keys=True))


class Recorded:
    """A Model that plays what was recorded, in the order in which it was asked."""

    def __init__(self, lines: Iterable[str], name: str = "recorded", window: int | None = None) -> None:
        self._answers = [json.loads(line) for line in lines]
        self.name = name
        self.window = window

    def abort(self) -> None:
        """Do nothing: what was recorded is there at once."""

    def stream(
        self, messages: Sequence[Message], tools: Sequence[Tool] = (), schema: JSON | None = None, mode: Mode = "think"
    ) -> Iterator[Delta]:
        """The next answer; a ValueError where another question is asked than was recorded."""
        if not self._answers:
            raise ValueError("The recording is at its end.")
        answer = self._answers.pop(0)
        if answer["question"] != digest(messages, tools, schema, mode):
            raise ValueError("Another question is asked than was recorded.")
        return _played(answer)


def digest(messages: Sequence[Message], tools: Sequence[Tool], schema: JSON | None, mode: Mode) -> str:
    """The SHA-256 of all that a model is asked with."""
    asked = [[asdict(each) for each in messages], [asdict(each) for each in tools], schema, mode]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class _Replayed(ModelProblem):
    """A problem as it was recorded."""

    def __init__(self, kept: dict[str, Any]) -> None:
        super().__init__(kept["slug"], kept["sentence"], kept["remedy"])
        type(self).exit_code = kept["exit"]


def _played(answer: dict[str, Any]) -> Iterator[Delta]:
    for each in answer["deltas"]:
        yield _delta(dict(each))
    if answer["problem"] is not None:
        raise _Replayed(answer["problem"])


def _delta(kept: dict[str, Any]) -> Delta:
    match kept.pop("is"):
        case "Thinking":
            return Thinking(**kept)
        case "Text":
            return Text(**kept)
        case "Noted":
            return Noted(**kept)
        case "Called":
            return Called(ToolCall(**kept["call"]))
    draft = Draft(**kept["draft"]) if kept["draft"] else None
    return Finished(**{**kept, "usage": Usage(**kept["usage"]), "timings": Timings(**kept["timings"]), "draft": draft})
