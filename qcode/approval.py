"""Asking a person at the terminal whether a tool may do what it wants to."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agents.types import Decision, Question
from qcode.output import visible
from qcode.report.diff import show_diff
from qcode.report.safe import readable_path, safe_text

NO = Decision("no")
_ANSWERS = {
    "y": Decision("once"), "yes": Decision("once"), "예": Decision("once"), "네": Decision("once"),
    "a": Decision("always"), "always": Decision("always"), "항상": Decision("always"),
}  # fmt: skip
_NUMBERS = re.compile(r"\d+(?:[\s,]+\d+)*")


@dataclass
class Asking:
    """What options and the person at the terminal say. `yes` writes edits without asking, and runs nothing."""

    yes: bool
    terminal: str | None = None
    before: Callable[[], None] = lambda: None
    """Called before somebody is asked: what is drawn on the terminal makes room."""
    refused: list[Question] = field(default_factory=list)
    """What nobody could be asked about."""

    def decide(self, question: Question) -> Decision:
        """The decision about a call."""
        if self.yes and question.kind == "edit" and question.lasting:
            return Decision("once")
        if self.terminal is None:
            self.refused.append(question)
            return NO
        self.before()
        return self._asked(self.terminal, question)

    def _asked(self, terminal: str, question: Question) -> Decision:
        if question.kind == "edit":
            show_diff(question.text, sys.stderr)
        else:
            sys.stderr.write(f"  {safe_text(question.text)}\n")
        sys.stderr.flush()
        with Path(terminal).open("r+b", buffering=0) as asked:
            asked.write(visible(_words(question)).encode("utf-8", "backslashreplace"))
            said = asked.readline().decode("utf-8", "replace").strip().casefold()
        return _decision(said, question)


def terminal() -> str | None:
    """The terminal where somebody can be asked; None where there is none."""
    there = sys.stdin is not None and (sys.stdin.isatty() or sys.stderr.isatty())
    return "/dev/tty" if there and _opens("/dev/tty") else None


def _decision(said: str, question: Question) -> Decision:
    if _NUMBERS.fullmatch(said) and question.blocks:
        known = {block.number for block in question.blocks}
        chosen = {int(number) for number in re.findall(r"\d+", said)}
        return Decision("once", tuple(sorted(chosen))) if chosen <= known else NO
    found = _ANSWERS.get(said, NO)
    return found if found.verdict != "always" or question.lasting else NO


def _words(question: Question) -> str:
    why = f"{safe_text(question.why)}\n" if question.why else ""
    if question.kind == "edit":
        what = f"Write to {', '.join(map(readable_path, question.paths))}?"
        always = "/[a]lways for " + ("this file" if len(question.paths) == 1 else "these files")
    else:
        what, always = "Run this command?", "/[a]lways this command"
    numbers = f"/{'/'.join(str(block.number) for block in question.blocks)}: only these" if question.blocks else ""
    return f"{why}{what} [y]es{always if question.lasting else ''}{numbers}/[N]o "


def _opens(name: str) -> bool:
    try:
        os.close(os.open(name, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
