"""What the word before the cursor may become."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from textual.widgets import OptionList
from textual.widgets.option_list import Option

from qcode.tui.safe import one_line
from qcode.tui.slashes import SLASHES

MOST = 8
LONGEST_SCAN = 20_000
"""Names that are looked through for a word in their middle."""


class Suggestions(OptionList):
    """A short list above the input; hidden where there is nothing to suggest."""

    DEFAULT_CSS = """
    Suggestions { height: auto; max-height: 8; display: none; border: none; background: $panel; padding: 0 1; }
    Suggestions.open { display: block; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__(id="suggestions", markup=False)
        self._words: list[str] = []
        self._files: Sequence[str] = ()
        self._names: Sequence[str] = ()

    @property
    def open(self) -> bool:
        """Whether there is something to choose from."""
        return self.has_class("open")

    @property
    def chosen(self) -> str | None:
        """The word that is highlighted."""
        return self._words[self.highlighted] if self.open and self.highlighted is not None else None

    @property
    def known(self) -> int:
        """How many files and names may be suggested."""
        return len(self._files) + len(self._names)

    def know(self, files: Sequence[str], names: Sequence[str]) -> None:
        """Take over what may follow an `@`."""
        self._files, self._names = files, names

    def offer(self, word: str | None) -> None:
        """Show what begins with the word, or what has it in its middle where nothing does."""
        found: list[tuple[str, str]] = []
        if word is not None and word.startswith("/"):
            found = [(slash.name, f"{slash.usage}  {slash.help}") for slash in SLASHES if slash.name.startswith(word)]
        elif word is not None and word.startswith("@"):
            names = [*_matching(word[1:], self._files), *_matching(word[1:], self._names)]
            found = [(f"@{name}", name) for name in dict.fromkeys(names)]
        self._words = [text for text, _ in found[:MOST]]
        self.clear_options()
        self.add_options([Option(one_line(line)) for _, line in found[:MOST]])
        self.set_class(bool(self._words), "open")
        if self._words:
            self.highlighted = 0

    def move(self, by: int) -> None:
        """Highlight the next or the last one."""
        if self._words:
            self.highlighted = ((self.highlighted or 0) + by) % len(self._words)


def _matching(start: str, known: Sequence[str]) -> Iterable[str]:
    """Half of the suggestions at most: those that begin so, then those whose last part does, then the others."""
    at = bisect_left(known, start)
    first = [name for name in known[at : at + MOST] if name.startswith(start)]
    if len(first) >= MOST or not start:
        return first[: MOST // 2 if start else MOST]
    lower = start.lower()
    within = [name for name in known[:LONGEST_SCAN] if lower in name.lower()]
    within.sort(key=lambda name: (not name.rpartition("/")[2].lower().startswith(lower), len(name)))
    return list(dict.fromkeys([*first, *within]))[: MOST // 2]
