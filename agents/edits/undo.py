"""What was done, and taking it back: any operation, however many came after it, as long as its files are untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agents.edits.journal import LIMIT, Damaged, Journal, Kept, Operation, Step
from agents.edits.paths import BadPath
from agents.edits.tree import WorkTree
from agents.edits.types import Block, FileChange, FileState
from indexer.errors import StateProblem, UsageProblem

Change = Literal["created", "deleted", "modified"]
_HINT = "`qcode history` lists what can be undone."


@dataclass(frozen=True, slots=True)
class Touched:
    """A file of an operation."""

    path: str
    change: Change


@dataclass(frozen=True, slots=True)
class Past:
    """An operation of the past. `undone`: a later one took it back, and none took that one back."""

    id: str
    kind: Literal["apply", "undo"]
    undoes: str | None
    undone: bool
    files: tuple[Touched, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class History:
    """The journal, newest operation first, and the bytes it takes of those it may take."""

    operations: tuple[Past, ...]
    bytes: int
    limit: int
    dropped: int
    """Operations that had to go because of the limit; they can't be undone any more."""
    damaged: tuple[str, ...]
    """Operations whose record can't be read."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking an operation back means; `blocks` are refused where a file is neither what it left nor what it found.

    A file that is as the operation found it needs no change.
    """

    operation: Operation
    changes: tuple[FileChange, ...]
    blocks: tuple[Block, ...]


def read_history(journal: Journal) -> History:
    """Everything that the journal knows. Raises OSError and BadPath."""
    kept = journal.kept()
    heads, damaged = _heads(journal, kept)
    effective = _in_effect(heads)
    past = [_past(operation, one.size, effective[operation.id]) for one, operation in heads]
    dropped = kept[0].number - 1 if kept else 0
    size = sum(one.size for one in kept)
    return History(tuple(reversed(past)), size, LIMIT, dropped, tuple(one.id for one in damaged))


def undoing(tree: WorkTree, journal: Journal, which: int | str) -> Undoing:
    """What undoing means: the `which`-th newest operation that is in effect, or the one of that id, undoings included.

    A UsageProblem where there is none.
    """
    heads, damaged = _heads(journal, journal.kept())
    if which in {one.id for one in damaged}:
        raise _unusable(str(which))
    one = _chosen(heads, which)
    try:
        operation, befores = journal.load(one)
    except Damaged:
        raise _unusable(one.id) from None
    later = _later(heads, one)
    blocks, changes = [], []
    for number, step in enumerate(operation.steps, 1):
        block, change = _reversed(tree, step, befores, later, number)
        blocks.append(block)
        changes.append(change)
    return Undoing(operation, tuple(change for change in changes if change), tuple(blocks))


# ---------------------------------------------------------------- which


def _heads(journal: Journal, kept: list[Kept]) -> tuple[list[tuple[Kept, Operation]], list[Kept]]:
    heads, damaged = [], []
    for one in kept:
        if one.pending:
            continue
        try:
            heads.append((one, journal.head(one)))
        except Damaged:
            damaged.append(one)
    return heads, damaged


def _later(heads: list[tuple[Kept, Operation]], one: Kept) -> list[Operation]:
    """The operations after this one that are still to be seen in the files: neither taken back, nor what did that."""
    effective = _in_effect(heads)
    after = [head for kept, head in heads if kept.number > one.number and effective[head.id]]
    gone = {head.id for kept, head in heads if kept.number > one.number and not effective[head.id]}
    return [head for head in after if head.undoes not in gone]


def _in_effect(heads: list[tuple[Kept, Operation]]) -> dict[str, bool]:
    """Whether each operation is in effect: not taken back, or taken back by one that was itself taken back."""
    effective = {operation.id: True for _, operation in heads}
    known = {operation.id: operation for _, operation in heads}
    for _, operation in heads:
        last, target, value = operation, known.get(operation.undoes or ""), False
        while target is not None and target.number < last.number:  # a forged record may undo itself
            effective[target.id] = value
            last, target, value = target, known.get(target.undoes or ""), not value
    return effective


def _chosen(heads: list[tuple[Kept, Operation]], which: int | str) -> Kept:
    effective = _in_effect(heads)
    if isinstance(which, str):
        for one, operation in heads:
            if operation.id == which:
                return _not_undone(one, effective[which])
        raise UsageProblem(f"There is no operation {which} in the journal.", _HINT)
    if which < 1:
        raise UsageProblem(f"{which} names no operation: 1 is the newest, 2 the one before it.", _HINT)
    candidates = [one for one, operation in reversed(heads) if operation.kind == "apply" and effective[operation.id]]
    if which > len(candidates):
        there = f"only {len(candidates)} can be undone" if candidates else "nothing can be undone"
        raise UsageProblem(f"There is no operation number {which}: {there}.", _HINT)
    return candidates[which - 1]


def _unusable(id: str) -> StateProblem:
    return StateProblem(f"The record of {id} is damaged; it can't be undone.", _HINT)


def _not_undone(one: Kept, in_effect: bool) -> Kept:
    if not in_effect:
        raise UsageProblem(f"The operation {one.id} has been undone already.", _HINT)
    return one


# ---------------------------------------------------------------- one file


def _reversed(
    tree: WorkTree, step: Step, befores: Mapping[str, FileState], later: list[Operation], number: int
) -> tuple[Block, FileChange | None]:
    try:
        now = tree.read(step.path)
    except BadPath as problem:
        return Block(number, step.path, "refused", reason="STALE", note=f"{step.path}: {problem}."), None
    if now.data is None if step.after is None else step.after.means(now):
        return Block(number, step.path, "held"), FileChange(now, befores[step.path])
    by = next((one.id for one in reversed(later) if any(other.path == step.path for other in one.steps)), None)
    if by is None and (now.data is None if step.before is None else step.before.means(now)):
        return Block(number, step.path, "held", note=f"{step.path} is as it was before already."), None
    note = _what_happened(step, now, by)
    return Block(number, step.path, "refused", reason="STALE", note=note), None


def _what_happened(step: Step, now: FileState, by: str | None) -> str:
    if by is not None:
        return f"{step.path} was changed again since; the newest operation on it is {by}, undo that one first."
    if step.after is None:
        return f"{step.path} was deleted by this operation, and there is a file of that name again."
    if now.data is None:
        return f"{step.path} was deleted since."
    if len(now.data) == step.after.size and step.after.mode != now.mode and _only_mode(step, now):
        return f"the mode of {step.path} was changed since."
    return f"{step.path} was changed since."


def _only_mode(step: Step, now: FileState) -> bool:
    return step.after is not None and step.after.means(FileState(now.path, now.data, step.after.mode, now.owner))


def _past(operation: Operation, size: int, in_effect: bool) -> Past:
    files = tuple(Touched(step.path, _change(step)) for step in operation.steps)
    return Past(operation.id, operation.kind, operation.undoes, not in_effect, files, size)


def _change(step: Step) -> Change:
    return "created" if step.before is None else "deleted" if step.after is None else "modified"
