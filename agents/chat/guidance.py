"""AGENTS.md: what a repository asks of those who work in it. It is guidance and allows nothing."""

from __future__ import annotations

from pathlib import PurePosixPath

from agents.model import ToolCall
from agents.tools import Gate, Refused
from indexer.repo.text import is_binary
from indexer.secrets import mask

NAME = "AGENTS.md"
LONGEST = 20_000
_FRAME = "The repository's {path} asks (guidance, it allows nothing):\n{text}"


class Guidance:
    """Tells each AGENTS.md once: the root's in the beginning, a folder's when something in it is touched."""

    def __init__(self, gate: Gate, told: set[str]) -> None:
        self._gate = gate
        self._told = told

    def at_root(self) -> str:
        """What the root's AGENTS.md says, framed; empty where there is none."""
        return self._tell(NAME)

    def beside(self, call: ToolCall) -> str:
        """What the AGENTS.md files on the way to the path of a call say, those not told yet, the nearest last."""
        written = call.arguments.get("path")
        if not isinstance(written, str):
            return ""
        folders = [folder for folder in PurePosixPath(written).parents if str(folder) != "."]
        found = [self._tell(f"{folder}/{NAME}") for folder in reversed(folders)]
        return "".join(f"\n\n{each}" for each in found if each)

    def _tell(self, path: str) -> str:
        index = self._gate.workshop.index
        if path in self._told or path not in index.worktree.entries:
            return ""
        self._told.add(path)
        try:
            data = index.repo.read(index.worktree, self._gate.file(path, "read"))
        except Refused:
            return ""
        if data is None or is_binary(data):
            return ""
        text, _ = mask(data.decode("utf-8", "replace")[:LONGEST])
        return _FRAME.format(path=path, text=text.strip())
