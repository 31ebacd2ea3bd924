"""What tools work on, and what comes of a call."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agents.model.types import JSON
from agents.tools.rules import Rules
from agents.types import Event

if TYPE_CHECKING:
    from agents.sandbox import Sandbox
    from agents.tools.gate import Gate
    from indexer.index import Index


@dataclass(frozen=True, slots=True)
class Workshop:
    """A repository and the terms on which a model may work in it.

    `sandbox` is None where commands can't be run; `why_no_sandbox` is then the sentence that says why.
    """

    root: Path
    index: Index
    rules: Rules = field(default_factory=Rules)
    sandbox: Sandbox | None = None
    why_no_sandbox: str = "There is no sandbox to run commands in."


@dataclass(frozen=True, slots=True)
class Result:
    """What the model is told of its call. `operations` are the journal's ids of what was written."""

    ok: bool
    text: str
    operations: tuple[str, ...] = ()


class Refused(Exception):
    """A call that is not carried out; the sentence goes to the model."""


Work = Generator[Event, None, Result]
Perform = Callable[["Gate", JSON], Work]
