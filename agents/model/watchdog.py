"""Notices that a stream has begun to go in circles, while it is still cheap to stop.

Two signs, both far beyond what real text holds:

- *The end repeats exactly.* The last characters are one pattern again and again, from a single blank to whole
  paragraphs. Every now and then the end of the stream is looked up in what came before; the distance is the period.
- *Nothing new comes.* Nearly every run of a few words in a long window stood there several times before, which is how
  thoughts circle with small variations.

The cost of a delta does not grow with the stream.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass

WORDS = re.compile(r"[A-Za-z0-9_]{1,40}|[가-힣]{1,8}|[^\s]")
LONGEST_WORD = 40
NEEDLE = 1_000
"""Long, so that a ruler or a row of blanks inside a pattern is not taken for the pattern."""
STEP = 509
"""A prime, so that the end is not looked at in the same place of a pattern every time."""
TRIES = 6
SHOWN = 40
MOST_SEEN = 1 << 19
"""Runs of words that are remembered: many times what a model says at its longest, and little memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where repetition becomes a loop. Lengths are characters, but for the window, which is words."""

    stretch: int = 6_000
    """A repeating end shorter than this is never a loop."""
    times: int = 6
    """Nor is one whose pattern did not come at least so often."""
    longest: int = 6_000
    """The longest pattern that is looked for."""
    window: int = 3_000
    run: int = 12
    """How many words in a row are compared."""
    before: int = 8
    """How often such a run has to have come before to count as worn."""
    worn: float = 0.92
    """The part of the window that has to be worn."""


@dataclass(frozen=True, slots=True)
class Loop:
    """The stream repeats itself; `sentence` says how."""

    sentence: str


class Watchdog:
    """Watches one channel of an answer (thinking or text); says what it found with every later delta too."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._ending = _Ending(limits)
        self._novelty = _Novelty(limits)
        self._found: Loop | None = None

    def feed(self, text: str) -> Loop | None:
        """The loop that the stream is in by now, or None."""
        if self._found is None:
            self._found = self._ending.feed(text) or self._novelty.feed(text)
        return self._found


class _Ending:
    """Looks for a period in the last characters."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._keep = max(limits.stretch, limits.times * limits.longest) + limits.longest
        self._text = ""
        self._fresh = 0

    def feed(self, text: str) -> Loop | None:
        self._text += text
        self._fresh += len(text)
        if self._fresh < STEP:
            return None
        self._fresh = 0
        found = self._period()
        self._text = self._text[-self._keep :]
        return found

    def _period(self) -> Loop | None:
        text, end = self._text, len(self._text)
        if end < self._limits.stretch:
            return None
        size = min(NEEDLE, self._limits.stretch // 2)
        at = latest = end - size
        for _ in range(TRIES):
            at = text.rfind(text[latest:], max(0, latest - self._limits.longest), at + size - 1)
            if at < 0:
                return None
            period = latest - at
            stretch = max(self._limits.stretch, period * self._limits.times)
            if end >= stretch + period and text[-stretch:] == text[-stretch - period : -period]:
                return _repeats(text[-period:], stretch // period)
        return None


class _Novelty:
    """Counts runs of words, and how many of the last ones had all come before."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rest = ""
        self._run: deque[str] = deque(maxlen=limits.run)
        self._seen: Counter[int] = Counter()
        self._window: deque[bool] = deque()
        self._worn = 0

    def feed(self, text: str) -> Loop | None:
        text = self._rest + text
        cut = _last_boundary(text)
        self._rest = text[cut:]
        for word in WORDS.findall(text, 0, cut):
            if self._add(word):
                return Loop(f"Nearly all of the last {self._limits.window:,} words came before, many times over.")
        return None

    def _add(self, word: str) -> bool:
        self._run.append(word)
        run = hash(tuple(self._run))
        worn = self._seen[run] >= self._limits.before
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen[run] += 1
        self._window.append(worn)
        self._worn += worn
        if len(self._window) <= self._limits.window:
            return False
        self._worn -= self._window.popleft()
        return self._worn >= self._limits.worn * self._limits.window


def _last_boundary(text: str) -> int:
    """Behind the last word that is certainly whole."""
    end = len(text)
    while end > 0 and end > len(text) - LONGEST_WORD and text[end - 1].isalnum():
        end -= 1
    return end


def _repeats(pattern: str, times: int) -> Loop:
    shown = " ".join(pattern.split())[:SHOWN]
    what = f"“{shown}”" if shown else "blanks"
    return Loop(f"The last {len(pattern) * times:,} characters are nothing but {what}, {times:,} times over.")
