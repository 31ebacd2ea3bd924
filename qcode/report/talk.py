"""A conversation on the command line: the answer on stdout, everything else, a line a step, on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from agents.model import Finished, Noted, Text, Thinking, Timings, Usage
from agents.model.types import Draft
from agents.types import (
    Answered,
    EditApplied,
    EditProposed,
    Event,
    Failed,
    Noticed,
    Said,
    Spent,
    Stage,
    Thought,
    ToolEnded,
    ToolStarted,
)
from qcode.output import complain
from qcode.report.colour import style_of
from qcode.report.conversation import Listener
from qcode.report.safe import safe_text

LONGEST_SUMMARY = 100


class Talk:
    """Draws the events of one turn; a context manager. `text` is the last answer's."""

    def __init__(self, model: str) -> None:
        self._listener = Listener(model, quiet=False)
        self._style = style_of(sys.stderr, os.environ)

    def __enter__(self) -> Talk:
        self._listener.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._listener.__exit__(kind, *rest)

    def hear(self, event: Event) -> None:
        """Draw the next event."""
        match event:
            case Said(text):
                self._listener.hear(Text(text))
            case Thought(text):
                self._listener.hear(Thinking(text))
            case Noticed(sentence):
                self._listener.hear(Noted(sentence))
            case Spent():
                self._listener.end()
                sys.stderr.write(self._listener.statistics(_finished(event), None))
            case Failed(_, sentence, remedy, _):
                self._listener.pause()
                complain(sentence, remedy)
            case _:
                for line in step_lines(event):
                    self._listener.pause()
                    sys.stderr.write(self._style.paint("dim", line) + "\n")

    def pause(self) -> None:
        """Leave the terminal to somebody who asks a question there."""
        self._listener.pause()


def step_lines(event: Event) -> Iterator[str]:
    """What is said of a step, without what is asked about it; safe for a terminal."""
    match event:
        case ToolStarted(_, name, arguments):
            yield f"· {name} {summary(arguments)}"
        case ToolEnded(_, name, ok, text) if not ok:
            yield f"  {name} was not carried out: {safe_text(text.strip().partition(chr(10))[0])[:LONGEST_SUMMARY]}"
        case EditProposed(paths, _):
            yield f"  an edit of {', '.join(map(safe_text, paths))}"
        case EditApplied(number, paths, _):
            yield f"  edit {number} written: {', '.join(map(safe_text, paths))}; `/undo` or `qcode undo` takes it back"
        case Answered(decision, "rule"):
            yield f"  allowed by the rules: {decision.verdict}"
        case Stage(name):
            yield f"· {safe_text(name)}"


def summary(arguments: Mapping[str, Any]) -> str:
    """The arguments of a call on one line."""
    if set(arguments) == {"path"} or ("path" in arguments and "old_string" in arguments):
        text = str(arguments["path"])
    else:
        text = json.dumps(arguments, ensure_ascii=False)
    safe = safe_text(text)
    return safe if len(safe) <= LONGEST_SUMMARY else safe[: LONGEST_SUMMARY - 1] + "…"


def _finished(spent: Spent) -> Finished:
    draft = None
    if spent.drafted is not None and spent.accepted is not None:
        draft = Draft(spent.drafted, spent.accepted)
    usage = Usage(spent.prompt, spent.cached, spent.thinking, spent.output)
    timings = Timings(spent.first_token_ms, spent.total_ms, spent.tokens_per_second)
    return Finished("stop", spent.model, spent.model, usage, timings, draft)
