"""Sentences in the transcript: what the person said, what is to be known, what failed."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from qcode.tui.safe import below, shown


class Sentence(Static):
    """A text in one look."""

    DEFAULT_CSS = """
    Sentence { height: auto; margin: 0 1 1 1; }
    Sentence.question { border-left: thick $primary; padding-left: 1; background: $boost; }
    Sentence.notice { color: $text-muted; }
    Sentence.failure { border-left: thick $error; padding-left: 1; }
    """

    def __init__(self, content: Content, look: str) -> None:
        super().__init__(content, markup=False, classes=look)


def question(text: str) -> Sentence:
    """What the person asked."""
    return Sentence(shown(text), "question")


def notice(sentence: str) -> Sentence:
    """A sentence about the run."""
    return Sentence(shown(sentence), "notice")


def failure(sentence: str, remedy: str) -> Sentence:
    """What failed, and what to do."""
    return Sentence(below(shown(sentence, "$text-error"), *([shown(remedy)] if remedy else [])), "failure")
