"""`@path` and `@symbol` in a question: their text goes along with it."""

from __future__ import annotations

import re

from agents.model.types import Part
from agents.tools import Gate, Refused
from agents.tools.finding import symbols
from agents.tools.reading import read
from agents.tools.types import Work

_MENTION = re.compile(r"(?<![\w@])@([\w./\\-][\w./:\\-]*)")
_END = ".,:;!?)"


def mentions(text: str) -> tuple[str, ...]:
    """The words that stand behind an `@`, each once, without the punctuation behind them."""
    return tuple(dict.fromkeys(found.rstrip(_END) for found in _MENTION.findall(text) if found.rstrip(_END)))


def told(gate: Gate, word: str) -> tuple[str, tuple[Part, ...]]:
    """What is known of a mentioned file or name, and which parts of the repository that is; a Refused says why not."""
    index = gate.workshop.index
    if word in index.worktree.entries:
        text = _last(read(gate, {"path": word}))
        return text, (Part(word, None, index.worktree.entries[word].oid),)
    definitions, _ = index.symbols(word)
    if not definitions:
        raise Refused(f"Nothing in the repository is called {word}.")
    parts = tuple(Part(each.path, each.lines) for each in definitions)
    return _last(symbols(gate, {"name": word})), parts


def _last(work: Work) -> str:
    """The text of a tool that asks nobody."""
    try:
        while True:
            next(work)
    except StopIteration as ended:
        return str(ended.value.text)
