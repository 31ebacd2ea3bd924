"""What all commands share about their output: exit codes, the one JSON object, streams, and failures as sentences."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from enum import IntEnum
from itertools import pairwise
from typing import Any, TextIO

from indexer.errors import Problem, StateProblem, ToolProblem
from qcode.hidden import is_hidden


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    FAILURE = 3
    INCOMPLETE = 4
    REFUSED = 5
    STATE = 6
    INTERRUPTED = 130
    UNREAD = 141


MEANING: Mapping[Exit, str] = {
    Exit.OK: "nothing to report",
    Exit.FINDINGS: "findings at or above --fail-on, a block that does not fit, or the goal of the job was not met",
    Exit.USAGE: "usage, settings, or not a repository that can be read",
    Exit.FAILURE: "a tool or a server failed",
    Exit.INCOMPLETE: "incomplete: a budget or a deadline ended it early",
    Exit.REFUSED: "refused by policy",
    Exit.STATE: "state: locked, stale, changed since, or the disk is full",
    Exit.INTERRUPTED: "interrupted",
    Exit.UNREAD: "the reader of a pipe went away before the command was done",
}
WORST_FIRST = (130, 2, 5, 6, 3, 4, 141, 1, 0)
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
LONGEST_NAME = 80
"""Of a word that is said back; nobody reads a longer one to the end."""
LONGEST_MESSAGE = 1000
_PERHAPS_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\uabff\ud7a4-\U0010ffff]")
"""Everything but tabs, line ends, printable ASCII and Hangul syllables, which are never in need of an escape."""


def worst(codes: Iterable[int]) -> int:
    """The exit code that stands for several causes: 130 > 2 > 5 > 6 > 3 > 4 > 141 > 1 > 0."""
    return min(codes, key=WORST_FIRST.index, default=0)


# ---------------------------------------------------------------- text


def visible(text: str) -> str:
    """`text` with every character that a terminal would obey written as its escape; tabs and line ends stay."""
    return _PERHAPS_UNSAFE.sub(_escaped, text)


def shortened(text: str, most: int = LONGEST_MESSAGE) -> str:
    """The text, or its beginning and end where it is longer than anybody reads: a name may be of any length."""
    if len(text) <= most:
        return text
    end = most // 4
    return f"{text[: most - end]} … {text[-end:]}"


def complain(sentence: str, remedy: str = "") -> None:
    """Write one message to stderr, if it can be written: what happened and why, then what to do."""
    with suppress(OSError):  # stderr may be full or closed; `close_streams` sees to the exit code
        sys.stderr.write(visible(f"qcode: {shortened(sentence)}\n") + (visible(f"  {remedy}\n") if remedy else ""))


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if not is_hidden(character):
        return character
    return f"\\u{ord(character):04x}" if character <= "\uffff" else f"\\U{ord(character):08x}"


def _escaped_in_json(match: re.Match[str]) -> str:
    return json.dumps(match.group()).strip('"') if is_hidden(match.group()) else match.group()


# ---------------------------------------------------------------- JSON


def to_json(schema: str, body: Mapping[str, Any], exit: int, skipped: Sequence[Any]) -> str:
    """The one object of a `--json` answer as a line of text: keys sorted, nothing a terminal would obey.

    `skipped` holds `indexer.types.Skipped`. Bytes that are not UTF-8 appear as `\\udcXX`.
    """
    left = [{"what": s.what, "why": s.why, "count": s.count} for s in skipped]
    answer = {**body, "schema": schema, "skipped": left, "exit": int(exit)}
    return as_json(answer) + "\n"


def as_json(value: object) -> str:
    """A value as one line of JSON: keys sorted, nothing a terminal would obey."""
    return escaped_json(json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False))


def escaped_json(text: str) -> str:
    """JSON text with everything that a terminal would obey as an escape of JSON's."""
    return _PERHAPS_UNSAFE.sub(_escaped_in_json, text).encode("utf-8", "backslashreplace").decode()


def emit_json(schema: str, body: Mapping[str, Any], exit: int, skipped: Sequence[Any]) -> None:
    """Write the one object of a `--json` answer to stdout, in UTF-8 whatever the locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(to_json(schema, body, exit, skipped).encode())
    sys.stdout.buffer.flush()


def wants_json(argv: Sequence[str]) -> bool:
    """Whether these arguments ask for JSON, also when they can't be parsed."""
    words = list(argv[: argv.index("--")] if "--" in argv else argv)
    return "--json" in words or "--format=json" in words or ("--format", "json") in pairwise(words)


# ---------------------------------------------------------------- streams


def prepare_streams() -> None:
    """Make stdout and stderr able to take any text in any locale, and exist even where the caller closed them."""
    sys.stdout = _prepared(sys.stdout)
    sys.stderr = _prepared(sys.stderr)


def close_streams(code: int) -> int:
    """Write out what is buffered and return the exit code, which a full disk or a failing device changes."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            _silence(stream)
            if not isinstance(error, BrokenPipeError):
                problem = explain(error)
                code = worst([code, problem.exit_code])
                complain(str(problem), problem.remedy)
    return int(code)


def discard_output() -> None:
    """Throw away what stdout still holds: after an interrupt nobody may be reading it."""
    _silence(sys.stdout)


def _prepared(stream: TextIO | None) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open until the process ends
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return stream


def _silence(stream: TextIO) -> None:
    """Point the stream at nothing, so that the interpreter's own last flush does not fail again."""
    try:
        place = stream.fileno()
    except (OSError, ValueError):  # a stream in memory, or one that is closed
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, place)
    os.close(nothing)


# ---------------------------------------------------------------- failures


def explain(error: Exception) -> Problem:
    """The Problem that tells a user about an exception nobody expected."""
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        place = f" while writing {error.filename}" if error.filename else ""
        return StateProblem(f"The disk is full{place}.", "Free some space, then run the same command again.")
    if isinstance(error, OSError) and error.strerror:
        place = f" {error.filename}" if error.filename else " a file or stream"
        return ToolProblem(
            f"The system would not let qcode use{place}: {error.strerror}.", "Check the path and its permissions."
        )
    name = type(error).__name__
    return ToolProblem(
        f"qcode failed in a way it did not foresee ({name}: {_first_line(error)}).",
        "Run the same command with QCODE_DEBUG=1 and report the traceback it prints (CONTRIBUTING.md says how).",
    )


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "no message").rstrip(".")
