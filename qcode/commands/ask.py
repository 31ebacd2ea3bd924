"""`qcode ask`: one question to the model; the answer as it comes, and what it took. Or its length alone."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING, cast

from indexer.errors import UsageProblem
from qcode.config import Settings
from qcode.output import Exit, complain, emit_json

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from agents.model import Delta, Finished, Mode, Profile
    from qcode.backend import Served
    from qcode.report.conversation import Listener

HELP = "ask the model a question and print its answer"
SCHEMA = "qcode.ask/1"
COUNT_SCHEMA = "qcode.count/1"
LARGEST_QUESTION = 64 << 20
STDIN = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode ask` takes."""
    parser.add_argument(
        "words", nargs="+", metavar="TEXT", help="the question; - stands for stdin, alone or beside words"
    )
    thinking = parser.add_mutually_exclusive_group()
    thinking.add_argument("--think", dest="mode", action="store_const", const="think", help="let the model think first")
    thinking.add_argument(
        "--no-think", dest="mode", action="store_const", const="plain", help="have it answer without thinking"
    )
    parser.add_argument("--count", action="store_true", help="say how many tokens the question has, and ask nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object when the answer is whole")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the answer to stdout and the rest to stderr; 4 where the answer was cut at the most tokens it may have."""
    from agents.model import Message, connect
    from agents.model.tokens import count_messages
    from qcode.backend import backend_of
    from qcode.report.conversation import Listener

    served = backend_of(settings, os.environ)
    question = question_of(arguments.words)
    for notice in served.notices:
        complain(notice)
    mode = _mode(arguments.mode, served.profile)
    if arguments.count:
        return _count(served, question, mode, arguments.json)
    model = connect(served.profile, served.backend)
    message = Message("user", question)
    listener = Listener(model.name, quiet=arguments.json)
    finished = _listen(model.stream([message], mode=mode), listener)
    code = Exit.INCOMPLETE if finished.reason == "length" else Exit.OK
    if arguments.json:
        emit_json(SCHEMA, _body(listener, finished), code, [])
    else:
        counts = finished.usage.prompt is not None
        counted = None if counts else count_messages([message], (), served.profile, mode)
        sys.stderr.write(listener.statistics(finished, counted))
    if code is Exit.INCOMPLETE:
        complain(*_cut(listener, finished))
    return code


def _count(served: Served, question: str, mode: Mode, as_json: bool) -> int:
    """Print how long the question is by the server's count and by our own; nothing is asked."""
    from agents.model import Message
    from agents.model.counting import count_prompt
    from qcode.report.conversation import counted_line

    counted = count_prompt(served.profile, served.backend, [Message("user", question)], mode=mode)
    if counted.why_not:
        complain(counted.why_not, "The count is our own.")
    if counted.disagree:
        complain(
            "The server's count is not ours: it has another template or tokenizer than the profile "
            f"`{served.profile.name}`.",
            "If another profile fits the model better, name it in backend.profile.",
        )
    if as_json:
        ours = {"tokens": counted.ours.tokens, "exact": counted.ours.exact}
        body = {"tokens": {"server": counted.servers, "own": ours}, "context": counted.context}
        emit_json(COUNT_SCHEMA, body, Exit.OK, [])
    else:
        sys.stdout.write(counted_line(counted))
    return Exit.OK


def _listen(deltas: Iterator[Delta], listener: Listener) -> Finished:
    """Hand every delta on at once. However this ends, the request is over afterwards."""
    from agents.model import Finished

    with listener, closing(cast("Generator[Delta]", deltas)):
        for delta in deltas:
            if isinstance(delta, Finished):
                return delta
            listener.hear(delta)
    raise AssertionError("a stream of deltas ends with `Finished` or a problem")


def _mode(wanted: Mode | None, profile: Profile) -> Mode:
    if wanted is not None and profile.thinking_switch is None:
        option = "--think" if wanted == "think" else "--no-think"
        complain(
            f"{option} may have no effect: the model profile `{profile.name}` knows no switch for thinking.",
            "If another profile fits the model better, name it in backend.profile.",
        )
    return wanted or ("think" if profile.thinking_default else "plain")


def _cut(listener: Listener, finished: Finished) -> tuple[str, str]:
    most = f" after {finished.usage.output:,} tokens" if finished.usage.output else ""
    if listener.text or not listener.thinking:
        return f"The answer was cut off{most}: it reached the length it may have.", "Ask for less in one answer."
    return f"The model was cut off{most}, before it had done thinking.", "Ask with --no-think, or for less."


def _body(listener: Listener, finished: Finished) -> dict[str, object]:
    usage, timings, draft = finished.usage, finished.timings, finished.draft
    # What might have been a thought and turned out to be the answer was heard twice.
    thinking = "" if listener.thinking.strip() == listener.text.strip() else listener.thinking
    return {
        "text": listener.text,
        "thinking": thinking,
        "finish": finished.reason,
        "model": {"asked": finished.asked, "answered": finished.answered},
        "usage": {
            "prompt": usage.prompt,
            "cached": usage.cached,
            "thinking": usage.thinking,
            "output": usage.output,
        },
        "ms": {"first_token": _rounded(timings.first_token), "total": _rounded(timings.total)},
        "draft": draft and {"drafted": draft.drafted, "accepted": draft.accepted},
    }


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)


# ---------------------------------------------------------------- the question


def question_of(words: Sequence[str]) -> str:
    """The words with blanks between them, and in the place of `-` what stdin holds, set apart by empty lines."""
    if words.count(STDIN) > 1:
        raise UsageProblem("stdin can be read only once, and - was given twice.", "Leave one of them out.")
    if STDIN in words:
        place = list(words).index(STDIN)
        parts = [" ".join(words[:place]), _stdin(), " ".join(words[place + 1 :])]
    else:
        parts = [" ".join(words)]
    question = "\n\n".join(part for part in parts if part.strip())
    if not question:
        raise UsageProblem("The question is empty.", "Write it behind `qcode ask`, or to stdin with `qcode ask -`.")
    if any("\udc80" <= character <= "\udcff" for character in question):
        raise _not_text()
    return question


def _stdin() -> str:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageProblem("- reads the question from stdin, and nothing is there.", "Write it behind `qcode ask`.")
    data = sys.stdin.buffer.read(LARGEST_QUESTION + 1)
    if len(data) > LARGEST_QUESTION:
        raise UsageProblem(f"The question is larger than {LARGEST_QUESTION >> 20} MiB.", "Ask with less text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_text() from None


def _not_text() -> UsageProblem:
    return UsageProblem("The question is not UTF-8.", "Save it as UTF-8 and ask again.")
