"""The text of a file: bytes to lines and back, so that what nobody edits comes back byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from agents.edits.types import Snapshot

Encoding = Literal["utf-8", "cp949", "latin-1"]

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_TWO_BYTES = re.compile(rb"[\x81-\xfe][\x41-\x5a\x61-\x7a\x81-\xfe]")
_FIRST_KOREAN = 0xA1


def decode(path: str, data: bytes) -> Snapshot | str:
    """The file's text, or a sentence that says why it has none that can be edited (the reason is then ENCODING)."""
    if data.startswith(_WIDE_BOMS):
        return f"{path} is UTF-16, which is not edited; save it as UTF-8 first."
    if b"\0" in data:
        return f"{path} is a binary file; only text is edited."
    bom = _BOM if data.startswith(_BOM) else b""
    body = data[len(bom) :]
    encoding = _encoding(body)
    return Snapshot(path, encoding, bom, split_lines(body.decode(encoding)))


def encode(snapshot: Snapshot, lines: Iterable[str]) -> bytes | None:
    """The file's bytes with these lines, in its own encoding; None where that encoding can't write one of them."""
    try:
        return snapshot.bom + "".join(lines).encode(snapshot.encoding)
    except UnicodeEncodeError:
        return None


def split_lines(text: str) -> tuple[str, ...]:
    """Lines with their terminators, `\\n` or `\\r\\n`; any other control character is part of its line."""
    parts = text.split("\n")
    lines = [part + "\n" for part in parts[:-1]]
    return (*lines, parts[-1]) if parts[-1] else tuple(lines)


def bare(line: str) -> str:
    """The line without its terminator."""
    return line[:-2] if line.endswith("\r\n") else line.removesuffix("\n")


def terminator(line: str) -> str:
    """The line's terminator; nothing for a last line that has none."""
    return "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""


def _encoding(body: bytes) -> Encoding:
    if _reads_as(body, "utf-8"):
        return "utf-8"
    return "cp949" if _reads_as(body, "cp949") and _mostly_korean(body) else "latin-1"


def _reads_as(body: bytes, encoding: Encoding) -> bool:
    """Whether the bytes come back the same, which a decoder alone does not promise."""
    try:
        return body.decode(encoding).encode(encoding) == body
    except UnicodeError:
        return False


def _mostly_korean(body: bytes) -> bool:
    """CP949 also reads `25°C` in Latin-1; Korean text is mostly of the pairs that EUC-KR has too."""
    pairs = _TWO_BYTES.findall(body)
    korean = sum(1 for pair in pairs if pair[0] >= _FIRST_KOREAN and pair[1] >= _FIRST_KOREAN)
    return 2 * korean >= len(pairs)
