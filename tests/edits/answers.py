"""Answers and what becomes of one file by them: its new text, or the reasons of what does not fit."""

from __future__ import annotations

from agents.edits import blocks, guards, match, text
from agents.edits.types import Edit, Fit, Misfit, Snapshot


def block(search: str, replace: str, path: str = "a.py", width: int = 7) -> str:
    """One block of the notation; a half that is not empty ends with a newline."""
    return f"{path}\n{'<' * width} SEARCH\n{search}{'=' * width}\n{replace}{'>' * width} REPLACE\n"


def snapshot(content: str | bytes, path: str = "a.py") -> Snapshot:
    """The file as the engine reads it."""
    read = text.decode(path, content.encode() if isinstance(content, str) else content)
    assert isinstance(read, Snapshot), read
    return read


def result(content: str | bytes, answer: str, path: str = "a.py") -> bytes | str:
    """The file's bytes after a whole answer, or the reason of the first part that is refused."""
    read = blocks.parse(answer)
    if read.rejected:
        return read.rejected.reason
    edits = [part for part in read.edits if isinstance(part, Edit)]
    unreadable = [part.reason for part in read.edits if not isinstance(part, Edit)]
    return unreadable[0] if unreadable else placed(content, edits, path)


def placed(content: str | bytes, edits: list[Edit], path: str = "a.py") -> bytes | str:
    """The file's bytes after these edits, or the reason of the first that is refused."""
    before = snapshot(content, path)
    found = [guards.check(before, one) or one if isinstance(one, Fit) else one for one in match.place(before, edits)]
    misfits = [one.reason for one in found if isinstance(one, Misfit)]
    if misfits:
        return misfits[0]
    return text.encode(before, match.splice(before, [one for one in found if isinstance(one, Fit)])) or b"ENCODING"


def rungs(content: str, answer: str, path: str = "a.py") -> list[str]:
    """The rung of every edit of the answer, or the reason of one that does not fit."""
    edits = [part for part in blocks.parse(answer).edits if isinstance(part, Edit)]
    return [one.rung if isinstance(one, Fit) else one.reason for one in match.place(snapshot(content, path), edits)]
