"""The definition around a place, so that a model is shown the whole of what it wanted to change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.edits.types import Misfit, Snapshot
from indexer.errors import ToolProblem
from indexer.languages import language_of
from indexer.types import Definition, Outline

_WORTH_IT = frozenset({"NOT_FOUND", "CONFLICT", "STALE"})


@dataclass(frozen=True, slots=True)
class Around:
    """The innermost definition that holds a place: its name and its lines, 0-based and half open."""

    name: str
    span: tuple[int, int]


def enclosing(misfits: Iterable[tuple[Misfit, Snapshot | None]]) -> dict[int, Around]:
    """By the number of a block, the definition around the place that is nearest to it, where there is one."""
    wanted = {}
    for misfit, snapshot in misfits:
        if snapshot and misfit.near and misfit.reason in _WORTH_IT:
            wanted[misfit.edit.number] = snapshot, misfit.near[0]
    outlines = _outlines([snapshot for snapshot, _ in wanted.values()])
    found = {number: _innermost(outlines.get(one.path), near) for number, (one, near) in wanted.items()}
    return {number: one for number, one in found.items() if one}


def _outlines(snapshots: Sequence[Snapshot]) -> dict[str, Outline]:
    texts = {}
    for one in snapshots:
        data = "".join(one.lines).encode("utf-8", "surrogatepass")
        if language := language_of(one.path, data[:200]):
            texts[one.path] = language, data
    if not texts:
        return {}
    try:
        from indexer.outline.parser import Parser, Source

        with Parser() as parser:
            found = parser.outlines(Source(path, *one) for path, one in texts.items())
            return {path: one for path, one in found if isinstance(one, Outline)}
    except (ToolProblem, OSError, ImportError):  # what is told is only less without it
        return {}


def _innermost(outline: Outline | None, near: tuple[int, int]) -> Around | None:
    holding = [one for one in outline.definitions if _holds(one, near)] if outline else []
    best = min(holding, key=lambda one: one.lines[1] - one.lines[0], default=None)
    return Around(best.name, (best.lines[0] - 1, best.lines[1])) if best else None


def _holds(one: Definition, near: tuple[int, int]) -> bool:
    return one.lines[0] - 1 <= near[0] and near[1] <= one.lines[1]
