"""An edit as lines, in the forms in which each rung of the ladder asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from agents.edits.blocks.markers import has_entities, unescaped
from agents.edits.types import Edit

_NUMBERS = (
    re.compile(r"\s*(\d+)\|(?P<text>.*)$"),
    re.compile(r"\s*(\d+) ?[|│] ?(?P<text>.*)$"),
    re.compile(r"\s*(\d+)(?:: ?|\t|→)(?P<text>.*)$"),
)
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\'": "'", "\\\\": "\\", "\\/": "/", "\\r": ""}
_ESCAPE = re.compile(r"\\[ntr\"'\\/]")


@dataclass(frozen=True, slots=True)
class Ask:
    """What is sought and what it becomes. `inline`: the text ends within a line, so a part of a line is enough."""

    edit: Edit
    search: list[str]
    replace: list[str]
    inline: bool = False

    @property
    def blank(self) -> bool:
        return not any(line.strip() for line in self.search)


def ask(edit: Edit) -> Ask:
    """The edit as lines."""
    return _ask(edit, edit.search, edit.replace)


def trimmed(one: Ask) -> Ask | None:
    """Without the blank lines at both ends of SEARCH, which REPLACE loses too where it has the same ones."""
    if one.blank:
        return None
    head = next(n for n, line in enumerate(one.search) if line.strip())
    tail = next(n for n, line in enumerate(reversed(one.search)) if line.strip())
    if not head and not tail:
        return None
    search = one.search[head : len(one.search) - tail]
    lead, trail = _shared_blanks(one, head, tail)
    return Ask(one.edit, search, one.replace[lead : len(one.replace) - trail], one.inline)


def _shared_blanks(one: Ask, head: int, tail: int) -> tuple[int, int]:
    """How many of the blank lines at each end of SEARCH are at that end of REPLACE, aligned with them."""
    before, after = [line.strip() for line in one.search], [line.strip() for line in one.replace]
    if not any(after):
        return (len(after), 0) if len(after) <= head + tail else (0, 0)
    same = [run for run in SequenceMatcher(None, before, after).get_matching_blocks() if run.size]
    lead = min(head, same[0].size) if same and same[0].a == same[0].b == 0 else 0
    ends = same and same[-1].a + same[-1].size == len(before) and same[-1].b + same[-1].size == len(after)
    return lead, min(tail, same[-1].size) if ends else 0


def unescapes(one: Ask) -> Iterator[Ask]:
    """The edit read as escaped HTML, as lines with numbers before them, as text with JSON escapes left in."""
    search, replace = one.edit.search, one.edit.replace
    if has_entities(search) and not any(sign in search + replace for sign in "<>"):
        yield _ask(one.edit, unescaped(search), unescaped(replace))
    for pattern in _NUMBERS:
        if (numbered := _without_numbers(one, pattern)) is not None:
            yield numbered
    if (plain := _without_signs(one)) is not None:
        yield plain
    if _is_escaped(search, replace):
        yield _ask(one.edit, _ESCAPE.sub(_meaning, search), _ESCAPE.sub(_meaning, replace))


def _ask(edit: Edit, search: str, replace: str) -> Ask:
    whole = search.endswith("\n")
    before = search[:-1].split("\n") if whole else search.split("\n")
    after = (replace.removesuffix("\n") if whole else replace).split("\n") if replace else []
    return Ask(edit, before, after, not whole)


def _without_numbers(one: Ask, pattern: re.Pattern[str]) -> Ask | None:
    search, numbers = _stripped(one.search, pattern)
    if search is None or any(b - a != 1 for a, b in pairwise(numbers)):
        return None
    replace, _ = _stripped(one.replace, pattern)
    if replace is None and any(pattern.match(line) for line in one.replace):
        kept = dict(zip(one.search, search, strict=True))  # only the lines that stay were copied with their numbers
        if any(pattern.match(line) and line not in kept for line in one.replace):
            return None
        replace = [kept[line] if pattern.match(line) else line for line in one.replace]
    return Ask(one.edit, search, one.replace if replace is None else replace, one.inline)


def _without_signs(one: Ask) -> Ask | None:
    """The edit without the signs of a unified diff, where every line has one and both halves share the context."""
    if one.inline or not any(line.startswith("-") for line in one.search):
        return None
    if not all(line[:1] in (" ", "-", "") for line in one.search):
        return None
    if not all(line[:1] in (" ", "+", "") for line in one.replace):
        return None
    if [line for line in one.search if line[:1] == " "] != [line for line in one.replace if line[:1] == " "]:
        return None
    return Ask(one.edit, [line[1:] for line in one.search], [line[1:] for line in one.replace])


def _stripped(lines: Sequence[str], pattern: re.Pattern[str]) -> tuple[list[str] | None, list[int]]:
    found = [(line, pattern.match(line)) for line in lines]
    if not any(match for _, match in found) or any(line.strip() and match is None for line, match in found):
        return None, []
    return [match["text"] if match else "" for _, match in found], [int(match[1][:9]) for _, match in found if match]


def _is_escaped(search: str, replace: str) -> bool:
    r"""Every quote and line end is escaped in both halves; `\n` in a string of the code alone is no sign of that."""
    if not _ESCAPE.search(search):
        return False
    if any('"' in _ESCAPE.sub("", half) for half in (search, replace)):
        return False
    one_line = all("\n" not in half.removesuffix("\n") for half in (search, replace))
    return '\\"' in search or one_line


def _meaning(found: re.Match[str]) -> str:
    return _ESCAPES[found[0]]
