"""Control tokens inside texts, made harmless on the way in and mapped back exactly on the way out.

`<|im_end|>` in a file would end the turn that quotes it. One marker character that occurs in none of the request's
texts is put behind the first character of every such token; what comes back with exactly this form is mapped back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

PREFERRED = "·¦¤§¶"
PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE))

MOST_TOLD = 3
"""Characters of a word that may be handed out where its rest may still come."""


class Neutraliser:
    """The one replacement form of a request. `tokens` may not overlap or contain each other."""

    def __init__(self, tokens: Iterable[str], texts: Iterable[str]) -> None:
        self._tokens = _checked(tuple(dict.fromkeys(tokens)))
        self.marker = _marker({*self._tokens, *texts})
        forms = {token: token[0] + self.marker + token[1:] for token in self._tokens}
        self._forms = {form: token for token, form in forms.items()}
        self._outward = _either(self._tokens)
        self._inward = _either(forms.values())
        self._beginnings = {form[:end] for form in self._forms for end in range(1, len(form))}
        self._longest = max(map(len, self._forms), default=0)

    def outgoing(self, text: str) -> str:
        """`text` without any control token."""
        return self._outward.sub(lambda found: found[0][0] + self.marker + found[0][1:], text)

    def restore(self, text: str) -> str:
        """A whole text with every replaced token as it was."""
        return self._inward.sub(lambda found: self._forms[found[0]], text)

    def incoming(self) -> Incoming:
        """A stream's way back, one for each stream of text."""
        return Incoming(self)

    def held(self, text: str) -> int:
        """How many of the last characters may be the beginning of a replaced token."""
        most = min(len(text), self._longest - 1)
        return next((size for size in range(most, 0, -1) if text[-size:] in self._beginnings), 0)


class Incoming:
    """Maps a stream back, delta by delta; holds back what may be the beginning of a replaced token."""

    def __init__(self, neutraliser: Neutraliser) -> None:
        self._neutraliser = neutraliser
        self._kept = ""

    def feed(self, delta: str) -> str:
        """What of the stream is certain by now."""
        text = self._neutraliser.restore(self._kept + delta)
        held = self._neutraliser.held(text)
        self._kept = text[len(text) - held :]
        return text[: len(text) - held]

    def finish(self) -> str:
        """What was held back, at the stream's end."""
        kept, self._kept = self._kept, ""
        return kept


class Hiding:
    """Replaces a word in a stream, delta by delta, and holds back what may be its beginning; no word hides nothing."""

    def __init__(self, word: str, instead: str) -> None:
        self._word, self._instead = word, instead
        self._kept = ""
        self._early = 0
        """How much of what is kept was handed out already."""

    def feed(self, delta: str) -> str:
        """What of the stream is certain by now."""
        if not self._word:
            return delta
        text = (self._kept + delta).replace(self._word, self._instead)
        most = min(len(text), len(self._word) - 1)
        held = next((size for size in range(most, 0, -1) if text.endswith(self._word[:size])), 0)
        self._kept = text[len(text) - held :]
        return self._rest(text[: len(text) - held])

    def pause(self) -> str:
        """What was held back, for a stream that may go on, unless it is so much that it tells of the word."""
        if len(self._kept) > MOST_TOLD:
            return ""
        rest, self._early = self._kept[self._early :], len(self._kept)
        return rest

    def finish(self) -> str:
        """What was held back, at the stream's end."""
        kept, self._kept = self._kept, ""
        return self._rest(kept)

    def _rest(self, text: str) -> str:
        """`text` without the beginning of it that was handed out early."""
        if text.startswith(self._instead):  # the word came whole, and nothing of its mark was handed out
            self._early = 0
        early = min(self._early, len(text))
        self._early -= early
        return text[early:]


def _marker(texts: Iterable[str]) -> str:
    texts = tuple(texts)
    used = set().union(*texts)
    free = next((char for char in _candidates() if char not in used), None)
    if free is not None:
        return free
    runs = (found for text in texts for found in re.findall(f"{PREFERRED[0]}+", text))
    return PREFERRED[0] * (max(map(len, runs)) + 1)


def _candidates() -> Iterator[str]:
    yield from PREFERRED
    for block in PRIVATE:
        yield from map(chr, block)


def _either(texts: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(map(re.escape, texts))
    return re.compile(alternatives or r"(?!)")


@lru_cache(maxsize=32)
def _checked(tokens: tuple[str, ...]) -> tuple[str, ...]:
    for token in tokens:
        if len(token) < 2:
            raise ValueError(f"{token!r} is too short for a control token")
        for other in tokens:
            overlap = any(token.endswith(other[:size]) for size in range(1, min(len(token), len(other))))
            if overlap or (token != other and token in other):
                raise ValueError(f"the control tokens {token!r} and {other!r} overlap")
    return tokens
