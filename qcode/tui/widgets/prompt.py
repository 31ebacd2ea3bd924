"""The input: several lines, with a history, completions, and Hangul however it is typed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.widgets import TextArea

from qcode.output import visible
from qcode.tui.messages import Asked, Completing
from qcode.tui.widgets.suggestions import Suggestions

_LATER_JAMO = re.compile("[\u1161-\u11ff]")
"""Vowels and final consonants that join what stands before them to a syllable."""
_WORD = re.compile(r"(?:^|(?<=\s))@\S*$")


class Prompt(TextArea):
    """Enter sends, Ctrl+J begins a new line; up and down at the ends go through what was sent before."""

    DEFAULT_CSS = """
    Prompt { height: auto; max-height: 10; min-height: 3; border: tall $border-blurred; padding: 0 1; }
    Prompt:focus { border: tall $border; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter,alt+enter", "new_line", "New line", show=False),
    ]

    def __init__(self, suggestions: Suggestions) -> None:
        super().__init__(
            id="prompt",
            soft_wrap=True,
            compact=False,
            placeholder="Ask, @ for files and names, / for commands, F1 for help",
        )
        self._suggestions = suggestions
        self._sent: list[str] = []
        self._at = 0
        self._draft = ""

    def remember(self, sent: str) -> None:
        """Put a text behind the history."""
        if sent and sent != next(reversed(self._sent), None):
            self._sent.append(sent)
        self._at = len(self._sent)

    def edit(self, edit: Edit) -> EditResult:
        """Change the text. What is inserted is made visible first, and jamo become syllables."""
        text = unicodedata.normalize("NFC", visible(edit.text.replace("\r\n", "\n").replace("\r", "\n")))
        row, column = min(edit.from_location, edit.to_location)
        if _LATER_JAMO.match(text) and column and edit.from_location == edit.to_location:
            before = self.document.get_line(row)[column - 1]
            joined = unicodedata.normalize("NFC", before + text)
            if len(joined) < len(before + text):
                edit = replace(edit, from_location=(row, column - 1), to_location=(row, column))
                text = joined
        return super().edit(replace(edit, text=text))

    def complete(self, word: str) -> None:
        """Put the word, and a blank, in the place of the one before the cursor."""
        row, column = self.cursor_location
        begun = self._word()
        if begun is not None:
            self.replace(f"{word} ", (row, column - len(begun)), (row, column), maintain_selection_offset=False)
            self.move_cursor((row, column - len(begun) + len(word) + 1))

    def action_new_line(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    async def _on_key(self, event: events.Key) -> None:
        if (
            self._suggested(event.key)
            or self._sends(event.key)
            or self._recalled(event.key)
            or await self._ran(event.key)
        ):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def on_text_area_changed(self) -> None:
        """Say what might be completed."""
        self.post_message(Completing(self._word()))

    # ------------------------------------------------------------ keys

    def _suggested(self, key: str) -> bool:
        """Whether the key was meant for the suggestions."""
        if not self._suggestions.open:
            return False
        if key in ("up", "down"):
            self._suggestions.move(1 if key == "down" else -1)
        elif key == "escape":
            self._suggestions.offer(None)
        elif key == "tab" or (key == "enter" and self._suggestions.chosen != self._word()):
            self.complete(self._suggestions.chosen or "")
            self._suggestions.offer(None)
        else:
            return False
        return True

    def _sends(self, key: str) -> bool:
        if key != "enter":
            return False
        text = self.text.strip()
        if text:
            self.remember(text)
            self.clear()
            self._suggestions.offer(None)
            self.post_message(Asked(text))
        return True

    def _recalled(self, key: str) -> bool:
        row, _ = self.cursor_location
        at_end = row == (0 if key == "up" else self.document.line_count - 1)
        step = {"up": -1, "down": 1}.get(key, 0)
        if not step or not at_end or not 0 <= self._at + step <= len(self._sent):
            return False
        if self._at == len(self._sent):
            self._draft = self.text
        self._at += step
        self.text = self._sent[self._at] if self._at < len(self._sent) else self._draft
        self.move_cursor(self.document.end)
        return True

    async def _ran(self, key: str) -> bool:
        """Do what the input binds to the key at once: left to the app, it would be done after the next letters."""
        for binding in self._bindings.key_to_bindings.get(key, ()):
            await self.run_action(binding.action)
            return True
        return False

    def _word(self) -> str | None:
        """The word before the cursor that may be completed: a mention, or a command that is all there is."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        if row == 0 and before.startswith("/") and " " not in before:
            return before
        found = _WORD.search(before)
        return found.group() if found else None
