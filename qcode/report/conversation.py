"""An answer while it comes: the text on stdout, the thinking dimmed on the terminal, and in the end what it took."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, TextIO

from agents.model.types import Noted, Text, Thinking
from qcode.output import complain, visible
from qcode.report.colour import style_of
from qcode.report.progress import Bar
from qcode.report.width import wrapped

if TYPE_CHECKING:
    from agents.model.counting import Counted
    from agents.model.tokens import Count
    from agents.model.types import Delta, Draft, Finished, Timings, Usage

SERVERS_COUNT = "{:,} tokens by the server's count"
OUR_COUNT = {True: "{:,} tokens by our own exact count", False: "at most {:,} tokens by our own estimate"}
NOT_MEASURABLE = "drafts not measurable here"
_A_SECOND = 1000.0


class Listener:
    """Writes deltas out at once and keeps what was said; `quiet` only keeps.

    The text goes to stdout, so that a pipe gets the answer and nothing else: on a terminal with every character that it
    would obey made visible, elsewhere as it is. The thinking goes to stderr, and only where that is a terminal.
    """

    def __init__(self, waiting_for: str, quiet: bool) -> None:
        self._quiet = quiet
        self._style = style_of(sys.stderr, os.environ)
        self._answer = _Lines(escaped=sys.stdout.isatty())
        self._thoughts = _Lines(escaped=True)
        self._label = f"qcode: waiting for {visible(waiting_for)}"
        self._bar = Bar(sys.stderr, self._label)
        self._texts: list[str] = []
        self._thinkings: list[str] = []

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self._texts)

    @property
    def thinking(self) -> str:
        """The thoughts so far."""
        return "".join(self._thinkings)

    def __enter__(self) -> Listener:
        self._bar.phase(self._label)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._bar.close()
        # What ended it is more important than a reader who has gone away, too.
        with suppress(OSError) if kind else nullcontext():
            self._end_thoughts()
            _write(sys.stdout, self._answer.end())

    def pause(self) -> None:
        """End the lines that are open: something else is going to be written."""
        self._bar.close()
        self._end_thoughts()
        if sys.stdout.isatty():
            _write(sys.stdout, self._answer.end())

    def end(self) -> None:
        """As `pause`, and what comes next is another answer: in a pipe too, it begins on a line of its own."""
        self.pause()
        if not self._quiet:
            _write(sys.stdout, self._answer.end())

    def hear(self, delta: Delta) -> None:
        """Take the next delta."""
        if isinstance(delta, Noted):
            self.pause()
            complain(delta.sentence)
            self._bar.phase(self._label)
        elif isinstance(delta, Thinking):
            self._thinkings.append(delta.text)
            self._think(delta.text)
        elif isinstance(delta, Text):
            self._texts.append(delta.text)
            self._say(delta.text)

    def statistics(self, finished: Finished, counted: Count | None) -> str:
        """What the answer took, as a line that is broken where a terminal is narrower.

        `counted` is our own count of the prompt, for a server that does not count.
        """
        separator = self._style.glyph(" · ", " | ")
        line = visible(separator.join(_figures(finished, counted)))
        lines = wrapped(line, self._style.width) if sys.stderr.isatty() else [line]
        return "".join(f"{self._style.paint('dim', each)}\n" for each in lines)

    # ------------------------------------------------------------ inside

    def _say(self, text: str) -> None:
        if self._quiet:
            return
        self._bar.close()
        self._end_thoughts()
        _write(sys.stdout, self._answer.add(text))

    def _think(self, text: str) -> None:
        if self._quiet or not sys.stderr.isatty():
            return
        self._bar.close()
        heading = "" if self._thoughts.open or self._style.colour else "thinking:\n"
        _write(sys.stderr, heading + self._style.paint("dim", self._thoughts.add(text)))

    def _end_thoughts(self) -> None:
        if self._thoughts.open:
            _write(sys.stderr, self._thoughts.end() + "\n")


class _Lines:
    """Text that comes in pieces: made safe where a terminal shows it, and ended with its line."""

    def __init__(self, escaped: bool) -> None:
        self.open = False
        """Whether something was added since the last end."""
        self._escaped = escaped
        self._held = ""
        self._last = "\n"

    def add(self, text: str) -> str:
        """What to write for the next piece."""
        if self._escaped:
            text = self._held + text
            self._held = "\r" if text.endswith("\r") else ""  # half of a line's end, perhaps
            text = visible(text.removesuffix(self._held).replace("\r\n", "\n"))
        self.open = True
        self._last = text[-1:] or self._last
        return text

    def end(self) -> str:
        """What to write after the last piece."""
        rest = visible(self._held)
        rest += "" if (rest or self._last).endswith("\n") else "\n"
        self.open, self._held, self._last = False, "", "\n"
        return rest


def _write(stream: TextIO, text: str) -> None:
    if text:
        stream.write(text)
        stream.flush()


# ---------------------------------------------------------------- what it took


def counted_line(counted: Counted) -> str:
    """How long a prompt is, as a line that says who counted."""
    figures = [OUR_COUNT[counted.ours.exact].format(counted.ours.tokens)]
    if counted.servers is not None:
        figures.insert(0, SERVERS_COUNT.format(counted.servers))
    if counted.context is not None:
        figures.append(f"the context holds {counted.context:,}")
    return "; ".join(figures) + "\n"


def _figures(finished: Finished, counted: Count | None) -> Iterator[str]:
    if finished.asked != finished.answered and finished.answered:
        yield f"{finished.answered} answered for {finished.asked}"
    yield from _times(finished.timings)
    yield from _tokens(finished.usage, counted)
    yield _drafts(finished.draft)


def _times(timings: Timings) -> Iterator[str]:
    if timings.first_token is not None:
        yield f"first token {_duration(timings.first_token)}"
    yield f"total {_duration(timings.total)}"
    if timings.tokens_per_second is not None:
        yield f"{timings.tokens_per_second:.1f} tokens/s"


def _tokens(usage: Usage, counted: Count | None) -> Iterator[str]:
    if usage.prompt is not None:
        cached = "cached not said" if usage.cached is None else f"{usage.cached:,} cached"
        yield f"prompt {SERVERS_COUNT.format(usage.prompt)}, {cached}"
    elif counted is not None:
        yield "prompt " + OUR_COUNT[counted.exact].format(counted.tokens)
    if usage.output is not None:
        thought = f", {usage.thinking:,} of them thinking" if usage.thinking else ""
        yield f"output {usage.output:,} tokens{thought}"


def _drafts(draft: Draft | None) -> str:
    if draft is None:
        return NOT_MEASURABLE
    share = f" ({draft.accepted / draft.drafted:.0%})" if draft.drafted else ""
    return f"drafted {draft.drafted:,}, accepted {draft.accepted:,}{share}"


def _duration(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < _A_SECOND else f"{milliseconds / _A_SECOND:.1f} s"
