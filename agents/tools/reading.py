"""`read` and `outline`: a file's text, and its definitions."""

from __future__ import annotations

from agents.model.types import JSON
from agents.tools.gate import Gate
from agents.tools.types import Refused, Result, Work
from indexer.repo.text import is_binary

MOST_LINES = 2000
LONGEST_LINE = 2000


def read(gate: Gate, arguments: JSON) -> Work:
    """The lines of a file, or some of them, exactly as they are: text to search for can be copied from here."""
    yield from ()
    gate.workshop.index.refresh()
    path = gate.file(arguments["path"], "read")
    lines = _lines(gate, path)
    first = max(1, int(arguments.get("first", 1)))
    last = min(len(lines), int(arguments.get("last", len(lines))), first + MOST_LINES - 1)
    if first > len(lines):
        raise Refused(f"{path} has {len(lines)} lines; there is no line {first}.")
    shown = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} [… line cut …]" for line in lines]
    text = "\n".join(shown[first - 1 : last])
    return Result(True, f"{path}, lines {first}-{last} of {len(lines)}:\n{text}")


def outline(gate: Gate, arguments: JSON) -> Work:
    """The definitions of a file with their lines."""
    yield from ()
    gate.workshop.index.refresh()
    path = gate.file(arguments["path"], "outline")
    found = gate.workshop.index.outline(path)
    if found is None or not found.definitions:
        return Result(True, f"{path} has no definitions that qcode knows how to read.")
    lines = [f"{each.lines[0]}-{each.lines[1]} {each.kind} {each.signature or each.name}" for each in found.definitions]
    return Result(True, "\n".join([f"{path}:", *lines]))


def _lines(gate: Gate, path: str) -> list[str]:
    index = gate.workshop.index
    data = index.repo.read(index.worktree, path)
    if data is None:
        raise Refused(f"{path} can't be read: it is too large, kept in Git LFS, or changed this very moment.")
    if is_binary(data):
        raise Refused(f"{path} is a binary file.")
    return data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
