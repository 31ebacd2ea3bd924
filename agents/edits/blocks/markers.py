"""What one line of an answer can be: a marker of a block, a directive, a tag, or only text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["open", "divider", "close"]

_LONGEST_MARKER = 300
_MARKER_STARTS = frozenset("<>=-+")
_OPEN = re.compile(r" {0,3}(<{5,9})[ \t]*(?i:SEARCH)\b[ \t]*:?(?P<rest>.*)$|^ {0,3}(-{5,9}) SEARCH[ \t]*$")
_DIVIDER = re.compile(r" {0,3}(={5,9})[ \t]*$")
_CLOSE = re.compile(r" {0,3}(>{5,9})[ \t]*(?i:REPLACE)[ \t]*$| {0,3}(\+{5,9}) REPLACE[ \t]*$")
_ALMOST = re.compile(
    r"[\s>]*(?:[<«‹≪⟨-]{3,} ?SEARCH\b|[>»›≫⟩+]{3,} ?REPLACE\b[\s>]*$|"
    r"<{5,9} ?(?:ORIGINAL|BEFORE|OLD)\b|>{5,9} ?(?:UPDATED|AFTER|NEW)\b)"
)
_ESCAPED_OPEN = re.compile(r" {0,3}(?:&lt;){5,9} ?SEARCH[ \t]*$")
_CUT_OPEN = re.compile(r" {0,3}(?:<{1,9}|-{5,9}) ?(?:S(?:E(?:A(?:R(?:CH?)?)?)?)?)?$")
_DIRECTIVE = re.compile(r"\s{0,3}\*\*\* *(?P<verb>[A-Z][a-z]+) (?:File|Patch)\b(?P<rest>.*)$")
_DIRECTIVE_STARTS = ("*** Delete File: ", "*** Rename File: ")
_THINK = re.compile(r"\s*<(?P<slash>/?)think(?:ing)?>(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_CALL = re.compile(r"\s*<(?:tool_call>|function=)")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})(?P<info>[^`]*)$")
_CLOSING_SIGNS = {"<": ">", "-": "+"}
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#x27;": "'", "&apos;": "'", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker line; `width` is how often its sign stands there, `rest` what follows the word SEARCH."""

    kind: Kind
    width: int
    sign: str = "<"
    rest: str = ""

    def closes(self, opening: Marker) -> bool:
        """Whether this line ends the block that `opening` begins: the same width, and the sign that belongs to it."""
        return self.kind == "close" and self.width == opening.width and self.sign == _CLOSING_SIGNS[opening.sign]


def marker(line: str) -> Marker | None:
    """The marker that this line is, if it is one."""
    if line.lstrip(" ")[:1] not in _MARKER_STARTS or len(line) > _LONGEST_MARKER:
        return None
    if found := _DIVIDER.match(line):
        return Marker("divider", len(found[1]), "=")
    if found := _CLOSE.match(line):
        signs = found[1] or found[2]
        return Marker("close", len(signs), signs[0])
    if found := _OPEN.match(line):
        signs = found[1] or found[3]
        return Marker("open", len(signs), signs[0], (found["rest"] or "").strip())
    return None


def almost_marker(line: str) -> bool:
    """Whether the line was meant as a marker and is none: too short, too long, another alphabet's brackets, quoted."""
    if len(line) > _LONGEST_MARKER or not ("SEARCH" in line or "REPLACE" in line or "<<<<<" in line or ">>>>>" in line):
        plain = line[:_LONGEST_MARKER]
        if plain.isascii():
            return False
    return bool(_ALMOST.match(unicodedata.normalize("NFKC", line[:_LONGEST_MARKER])))


def escaped_open(line: str) -> bool:
    """Whether the line is an opening marker with its brackets written as HTML entities."""
    return line.lstrip(" ").startswith("&lt;") and bool(_ESCAPED_OPEN.match(line))


def unescaped(text: str) -> str:
    """The text with the entities that escaping code makes read back, once."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], text)


def has_entities(text: str) -> bool:
    """Whether the text holds one of the entities that `unescaped` reads."""
    return "&" in text and _ENTITY.search(text) is not None


def cut_marker(line: str) -> bool:
    """Whether an answer's last line is the beginning of a marker or of a directive."""
    start = line.strip()
    if len(line) > _LONGEST_MARKER or not start:
        return False
    cut_directive = start.startswith("**") and any(d.startswith(start) or d.strip() == start for d in _DIRECTIVE_STARTS)
    return cut_directive or bool(_CUT_OPEN.match(line))


def directive(line: str) -> tuple[str, str] | None:
    """The verb and the rest of a line `*** Verb File: rest`."""
    if not line.lstrip().startswith("***") or len(line) > 10 * _LONGEST_MARKER:
        return None
    found = _DIRECTIVE.match(line)
    return (found["verb"], found["rest"].strip()) if found else None


def think_tag(line: str) -> tuple[bool, str] | None:
    """Whether a thinking tag at the start of the line closes, and the text after it."""
    found = _THINK.match(line) if line.lstrip()[:1] == "<" else None
    return (bool(found["slash"]), found["rest"]) if found else None


def starts_call(line: str) -> bool:
    """Whether a tool call written into the text starts here."""
    return line.lstrip()[:1] == "<" and bool(_CALL.match(line))


def fence(line: str) -> str | None:
    """What follows the backticks of a fence line."""
    found = _FENCE.match(line) if line.lstrip()[:1] in "`~" and len(line) < 10 * _LONGEST_MARKER else None
    return found["info"].strip() if found else None
