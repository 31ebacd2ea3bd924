"""Reads an answer line by line, so that a stream can be read while it comes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Literal

from agents.edits.blocks import calls, markers, names
from agents.edits.types import Answer, Edit, Unreadable

Part = Edit | Unreadable

_LINES_ABOVE = 3
_MOST_DIVIDERS = 5
_NO_PATH = "No path stands alone on a line above the block."
_UNFINISHED = frozenset({"length", "max_tokens", "content_filter", "abort", "aborted", "error", "cancelled", ""})


@dataclass(slots=True)
class _Block:
    """A block that is open: where it began, how its markers look, and its lines so far."""

    opening: markers.Marker
    path: str | None
    line: int
    escaped: bool = False
    lines: list[str] = field(default_factory=list)
    dividers: list[tuple[int, int]] = field(default_factory=list)
    others: list[tuple[int, markers.Marker]] = field(default_factory=list)
    think: int | None = None
    is_word: bool = False
    """Its path is any word that stands above it, which is enough to find a file and not enough to make one."""


@dataclass(slots=True)
class _Call:
    """A tool call in the text that is open."""

    line: int
    lines: list[str]


class Reader:
    """Feed it an answer in pieces of any size. What `feed` gives is provisional: only the Answer may be applied."""

    def __init__(self) -> None:
        self._pending: list[str] = []
        self._parts: list[Part] = []
        self._number = 0
        self._block: _Block | None = None
        self._call: _Call | None = None
        self._thinking = 0
        self._above: deque[str] = deque(maxlen=_LINES_ABOVE)
        self._between: list[str] = []
        self._path: str | None = None

    def feed(self, text: str) -> list[Part]:
        """The edits that became complete with this piece of the answer."""
        known = len(self._parts)
        head, newline, tail = text.rpartition("\n")
        if newline:
            self._pending.append(head)
            for line in "".join(self._pending).split("\n"):
                self._line(line)
            self._pending.clear()
        if tail:
            self._pending.append(tail)
        return self._parts[known:]

    def close(self, finish_reason: str = "stop") -> Answer:
        """The whole answer. It is rejected where it was cut off, be it that the server says so or a block is open."""
        last = "".join(self._pending)
        self._pending.clear()
        if last:
            self._line(last)
        cut = self._cut(last, finish_reason)
        return Answer(tuple(self._parts), cut)

    # ------------------------------------------------------------ lines

    def _line(self, line: str) -> None:
        """Lines that turn out to belong outside of a block are read again, each once."""
        waiting = deque([line])
        while waiting:
            self._number += 1
            waiting.extendleft(reversed(self._take(waiting.popleft().removesuffix("\r"))))

    def _take(self, line: str) -> list[str]:
        if self._block is not None:
            return self._inside(self._block, line)
        if self._call is not None:
            self._inside_call(self._call, line)
            return []
        return self._outside(line)

    def _outside(self, line: str) -> list[str]:
        if tag := markers.think_tag(line):
            return self._think(*tag)
        if self._thinking:
            if line.rstrip().lower().endswith("</think>"):
                self._think(True, "")
            return []
        if (found := markers.marker(line)) and found.kind == "open":
            self._open(found, line)
        elif markers.escaped_open(line):
            self._open(markers.Marker("open", line.count("&lt;")), line, escaped=True)
        elif found and found.kind == "close":
            self._unreadable("A closing marker stands without an opening one.")
        elif markers.starts_call(line):
            self._call = _Call(self._number, [line])
            self._end_call_if_over(self._call, line)
        elif verb := markers.directive(line):
            self._directive(*verb)
        elif markers.almost_marker(line):
            self._unreadable(f"`{line.strip()[:40]}` is not a marker; write `<<<<<<< SEARCH` with 5 to 9 plain signs.")
        else:
            self._text(line)
        return []

    def _text(self, line: str) -> None:
        if line.strip() and markers.fence(line) != "":
            self._above.append(line)
            self._between.append(line[:500])

    def _think(self, closes: bool, rest: str) -> list[str]:
        """Everything up to a closing tag was thought, and is forgotten with the edits drafted in it."""
        if closes:
            self._parts.clear()
            self._thinking = 0
            self._path = None
        elif not self._thinking:
            self._thinking = self._number
        if "</think" in rest.lower() and not closes:
            self._thinking = 0
            rest = rest[rest.lower().index("</think") :].partition(">")[2]
        self._forget_text()
        if rest.strip() and not self._thinking:
            self._number -= 1
            return [rest]
        return []

    def _forget_text(self) -> None:
        self._above.clear()
        self._between.clear()

    # ------------------------------------------------------------ blocks

    def _open(self, opening: markers.Marker, line: str, escaped: bool = False) -> None:
        path = names.written_path(opening.rest) if opening.rest else self._path_above()
        is_word = path is None and self._path is None and not opening.rest
        if is_word and self._above:
            path = names.lone_word(self._above[-1])
        self._block = _Block(opening, path, self._number, escaped, is_word=is_word)
        self._forget_text()

    def _path_above(self) -> str | None:
        """The nearest path in the lines above; else that of the block before, if no other file is spoken of."""
        for line in reversed(self._above):
            if path := names.written_path(line):
                return path
        before = self._path
        if before is None or any(names.mentions_other(line, before) for line in self._between):
            return None
        return before

    def _inside(self, block: _Block, raw: str) -> list[str]:
        line = markers.unescaped(raw) if block.escaped else raw
        found = markers.marker(line)
        if found is not None and found.closes(block.opening):
            self._close_block(block)
            return []
        if found is not None and found.kind == "open" and found.width == block.opening.width:
            return self._nested(block, raw)
        self._note(block, line, found)
        block.lines.append(raw)
        return []

    def _note(self, block: _Block, line: str, found: markers.Marker | None) -> None:
        if found is not None and found.kind == "divider":
            block.dividers.append((len(block.lines), found.width))
        elif found is not None:
            block.others.append((len(block.lines), found))
        elif (tag := markers.think_tag(line)) and tag[0]:
            block.think = len(block.lines)

    def _nested(self, block: _Block, line: str) -> list[str]:
        """An opener in a block: thinking ended in between, or a closing marker is missing or of another width."""
        self._block = None
        if block.think is not None:
            return self._again(block.lines[block.think :], line)
        if rest := self._closed_otherwise(block):
            return self._again(rest[1:], line)
        self._unreadable(
            f"The block that starts at line {block.line} of the answer has no closing marker before the next one.",
            block.line, block.path,
        )  # fmt: skip
        for above in block.lines[-_LINES_ABOVE:]:
            self._text(above)
        return self._again([], line)

    def _again(self, lines: list[str], line: str) -> list[str]:
        self._number -= len(lines) + 1
        return [*lines, line]

    def _closed_otherwise(self, block: _Block) -> list[str]:
        """Ends the block at its one closing marker of another width; gives the lines from that marker on."""
        closers = [(at, one) for at, one in block.others if one.kind == "close"]
        openers = [one for _, one in block.others if one.kind == "open"]
        if len(closers) != 1 or openers:
            return []
        at = closers[0][0]
        rest = block.lines[at:]
        block.dividers = [one for one in block.dividers if one[0] < at]
        del block.lines[at:]
        self._close_block(block)
        return rest

    def _close_block(self, block: _Block) -> None:
        self._block = None
        self._path = block.path or self._path
        wrong = _wrong(block)
        if wrong:
            self._unreadable(wrong, block.line, block.path)
            return
        lines = [markers.unescaped(one) for one in block.lines] if block.escaped else block.lines
        splits = tuple((_joined(lines[:at]), _joined(lines[at + 1 :])) for at, _ in _dividers(block))
        search, after = splits[0]
        kind: Literal["create", "replace"] = "replace" if search.strip() else "create"
        if kind == "create" and block.is_word:
            self._unreadable(_NO_PATH, block.line)
            return
        edit = Edit(0, kind, block.path or "", search if kind == "replace" else "", after, line=block.line)
        self._add(replace(edit, splits=splits) if len(splits) > 1 else edit)

    # ------------------------------------------------------------ the rest

    def _directive(self, verb: str, rest: str) -> None:
        path = names.undecorated(rest.removeprefix(":"))
        old, arrow, new = rest.removeprefix(":").replace("→", "->").partition("->")
        if verb == "Delete" and rest.startswith(":") and path:
            self._add(Edit(0, "delete", path, line=self._number))
        elif verb == "Rename" and rest.startswith(":") and arrow and old.strip() and new.strip():
            renamed = Edit(0, "rename", names.undecorated(old), line=self._number)
            self._add(replace(renamed, new_path=names.undecorated(new)))
        else:
            self._unreadable(f"`*** {verb} ...` is not read; write SEARCH/REPLACE blocks, `*** Delete File: PATH` or"
                             " `*** Rename File: A -> B`.")  # fmt: skip
        self._forget_text()

    def _inside_call(self, call: _Call, line: str) -> None:
        call.lines.append(line)
        self._end_call_if_over(call, line)

    def _end_call_if_over(self, call: _Call, line: str) -> None:
        if calls.ends_call(call.lines[0], line):
            self._call = None
            for part in calls.from_call_text("\n".join(call.lines), len(self._parts) + 1, call.line).edits:
                self._add(part)

    def _unreadable(self, detail: str, line: int | None = None, path: str | None = None) -> None:
        self._add(Unreadable(0, path or "", "MALFORMED", detail, line or self._number))

    def _add(self, part: Part) -> None:
        self._parts.append(replace(part, number=len(self._parts) + 1))

    def _cut(self, last: str, finish_reason: str) -> Unreadable | None:
        if self._block is not None:
            block = self._block
            if rest := self._closed_otherwise(block):
                for line in rest[1:]:
                    self._line(line)
        where: tuple[int, str] | None = None
        if self._block is not None:
            where = self._block.line, "A block is open at the end of the answer."
        elif self._call is not None:
            where = self._call.line, "A tool call is open at the end of the answer."
        elif self._thinking:
            where = self._thinking, "The answer ends in its thinking."
        elif finish_reason in _UNFINISHED:
            where = self._number, "The server cut the answer off."
        elif markers.cut_marker(last):
            where = self._number, "The answer ends in the middle of a marker."
        path = self._block.path or "" if self._block else ""
        return Unreadable(len(self._parts) + 1, path, "TRUNCATED", where[1], where[0]) if where else None


def _wrong(block: _Block) -> str:
    """What keeps the block from being read; nothing if it can be."""
    if block.opening.rest and not block.path:
        return f"`{block.opening.rest[:40]}` stands behind the word SEARCH; a marker stands alone on its line."
    if not block.path:
        return _NO_PATH
    if block.escaped and any("<" in line or ">" in line for line in block.lines):
        return "The markers are written as HTML entities and the text is not."
    dividers = _dividers(block)
    if not dividers:
        return "The block has no line `=======` between SEARCH and REPLACE."
    blank_first = not any(line.strip() for line in block.lines[: dividers[0][0]])
    if len(dividers) == 1 or (len(dividers) <= _MOST_DIVIDERS and not blank_first):
        return ""
    return f"The block has {len(dividers)} lines `=======`; if the text has such lines, write markers of nine signs."


def _dividers(block: _Block) -> list[tuple[int, int]]:
    """Lines of equal signs; those as wide as the opening marker alone, if there are any."""
    same = [one for one in block.dividers if one[1] == block.opening.width]
    return same or block.dividers


def _joined(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)
