"""Modules that went away whole: one finding a file that imports them, instead of one a name and use."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.impact.imports import LostImport
from indexer.impact.judge import Verdict
from indexer.types import FileDiff, Tree


@dataclass(frozen=True, slots=True)
class LostModules:
    """What one file imports of one module, or of one folder of modules, that is gone."""

    gone: str
    """The path of the module, or of the topmost folder that is gone, with a slash at its end."""
    now: str
    """Where the module was found again, or all that was imported of it; nothing where neither is one place."""
    imports: tuple[LostImport, ...]
    uses: int
    """Uses in the file of what they brought."""


class Departed:
    """The files that are gone at head, and what is left of their folders."""

    def __init__(self, head: Tree, diffs: Iterable[FileDiff]) -> None:
        self._renamed = {d.old_path: d.new_path for d in diffs if d.status == "renamed"}
        self._head = head
        self._folders: set[str] | None = None

    def split(
        self, lost: Iterable[LostImport], verdicts: Iterable[Verdict]
    ) -> tuple[list[LostImport], list[Verdict], list[LostModules]]:
        """The imports and verdicts of one file that stand for themselves, and those that a lost module explains."""
        alone: list[LostImport] = []
        groups: dict[str, list[LostImport]] = {}
        for found in lost:
            (groups.setdefault(self._topmost(found.gone), []) if found.gone else alone).append(found)
        uses = Counter[str]()
        left: list[Verdict] = []
        for verdict in verdicts:
            gone = next((gone for gone in groups if _explains(gone, verdict)), None)
            if gone is None:
                left.append(verdict)
            else:
                uses[gone] += 1
        return alone, left, [self._modules(gone, found, uses[gone]) for gone, found in groups.items()]

    def _modules(self, gone: str, found: list[LostImport], uses: int) -> LostModules:
        in_order = sorted(found, key=lambda one: (one.span.start_line, one.span.start_column))
        return LostModules(gone, self._renamed.get(gone) or _new_home(found), tuple(in_order), uses)

    def _topmost(self, path: str) -> str:
        """The file itself, or the topmost folder above it of which nothing is left."""
        if self._folders is None:
            self._folders = {folder for entry in self._head.entries for folder in _above(entry)}
        gone = [folder for folder in _above(path) if folder not in self._folders]
        return f"{gone[-1]}/" if gone else path


def _explains(gone: str, verdict: Verdict) -> bool:
    """Whether a name is gone because its module is; `gone` is a file, or a folder with a slash at its end."""
    path = verdict.change.base.path
    return verdict.rule.startswith("name/") and (path == gone or (gone.endswith("/") and path.startswith(gone)))


def _new_home(imports: Iterable[LostImport]) -> str:
    """The one file that everything went to, or nothing."""
    homes = {one.change.head.path if one.change is not None and one.change.head else "" for one in imports}
    return homes.pop() if len(homes) == 1 else ""


def _above(path: str) -> Iterator[str]:
    folder = posixpath.dirname(path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
