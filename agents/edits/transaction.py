"""All changes of an operation or none of them, whatever happens in between.

The record is on the disk before anything in the tree changes. Then the new bytes of every file are written beside it,
so a disk that fills up does so while all files are still what they were. Then each takes its place by a rename. An
operation whose record is still pending did not happen: it is rolled back, now or at the next start.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from agents.edits.disk import write_all
from agents.edits.journal import Cut, Damaged, Journal, Operation, Step
from agents.edits.paths import BadPath, parts_of
from agents.edits.tree import WorkTree
from agents.edits.types import FileChange, FileState
from indexer.errors import StateProblem

_NEW_FILE = 0o666
_PRIVATE = 0o600
_SET_ID = 0o6000
_NOT_DURABLE = "The disk did not confirm the last step; after a power loss the operation may be rolled back as a whole."
_SPOILT = "The record of the interrupted operation {} is damaged, so it was not rolled back."


class Stale(Exception):
    """A file is not what it was when the operation was planned; `str()` is its path."""


def commit(
    tree: WorkTree,
    journal: Journal,
    kind: Literal["apply", "undo"],
    changes: Sequence[FileChange],
    undoes: str | None = None,
    removed: tuple[str, ...] = (),
) -> tuple[Operation, tuple[str, ...]]:
    """Make the changes, with the lock held; the operation, and what has to be said about it.

    After Stale or a StateProblem nothing has changed, or the problem says that the next start has to roll back.
    """
    try:
        operation = replace(journal.begin(kind, undoes, changes), made=_folders_to_make(tree, changes), removed=removed)
        journal.write(operation, changes)
    except OSError as error:
        raise unwritable(error) from None
    try:
        _carry_out(tree, operation, changes)
        durable = journal.commit(operation)
    except BaseException as error:
        _take_back(tree, journal, operation, {c.before.path: c.before for c in changes}, error)
        if isinstance(error, OSError):
            raise unwritable(error) from None
        raise
    return operation, () if durable else (_NOT_DURABLE,)


def recover(tree: WorkTree, journal: Journal) -> tuple[str, ...]:
    """Roll back what was interrupted, and return a sentence about each. Takes the lock where there is any."""
    if not any(one.pending for one in journal.kept()):
        return ()
    with journal.holding():
        return settle(tree, journal)


def settle(tree: WorkTree, journal: Journal) -> tuple[str, ...]:
    """As `recover`, with the lock held."""
    said = []
    for one in reversed([one for one in journal.kept() if one.pending]):
        try:
            operation, befores = journal.load(one)
        except Damaged as damage:
            journal.forget(one.number, one.id)
            if not isinstance(damage, Cut):  # a cut one was being written, and the tree had not been touched yet
                said.append(f"{_SPOILT.format(one.id)} Compare the files with what you expect of them.")
            continue
        left = _roll_back(tree, operation, befores)
        journal.forget(one.number, one.id)
        said.append(f"The interrupted operation {one.id} was rolled back.")
        said += [f"{path} was changed after the interruption and was left as it is." for path in left]
    return tuple(said)


# ---------------------------------------------------------------- forwards


def _carry_out(tree: WorkTree, operation: Operation, changes: Sequence[FileChange]) -> None:
    for number, change in enumerate(changes):
        if change.after.data is not None:
            _lay_beside(tree, operation.temporary(number), change.after)
    for number, change in enumerate(changes):
        _put(tree, operation.temporary(number), change)
    _remove_folders(tree, operation.removed)
    _sync_folders(tree, operation)


def _put(tree: WorkTree, temporary: str, change: FileChange) -> None:
    *folders, name = change.before.path.split("/")
    try:
        now = tree.read(change.before.path)
        if (now.data, now.mode) != (change.before.data, change.before.mode):
            raise Stale(change.before.path)
        with tree.folder(folders) as folder:
            if change.after.data is None:
                tree.disk.unlink(name, folder)
            else:
                tree.disk.rename(temporary, name, folder)
    except (BadPath, FileNotFoundError):
        raise Stale(change.before.path) from None


def _lay_beside(tree: WorkTree, temporary: str, state: FileState) -> None:
    """Write a file's bytes under another name in its folder, so that one rename can put them in its place."""
    *folders, _ = state.path.split("/")
    disk = tree.disk
    try:
        with tree.folder(folders, make=True) as folder:
            file = disk.create(temporary, folder, _NEW_FILE if state.mode is None else _PRIVATE)
            try:
                write_all(disk, file, state.data or b"")
                _dress(tree, file, state)
                disk.fsync(file)
            finally:
                os.close(file)
    except BadPath:
        raise Stale(state.path) from None
    except OSError as error:
        error.filename = state.path
        raise


def _dress(tree: WorkTree, file: int, state: FileState) -> None:
    """Give a new file the owner, where the system allows it, and the mode of the one whose place it takes."""
    mode = state.mode
    status = os.fstat(file)
    if state.owner is not None and state.owner != (status.st_uid, status.st_gid):
        try:
            tree.disk.own(file, state.owner)
        except PermissionError:
            mode = mode if mode is None else mode & ~_SET_ID
    if mode is not None:
        tree.disk.permit(file, mode)


# ---------------------------------------------------------------- backwards


def _take_back(
    tree: WorkTree,
    journal: Journal,
    operation: Operation,
    befores: Mapping[str, FileState],
    error: BaseException,
) -> None:
    try:
        journal.reopen(operation)
        _roll_back(tree, operation, befores)
        journal.forget(operation.number, operation.id)
    except OSError as second:
        raise StateProblem(
            f"The edits could not be written ({_cause(error)}), and not all could be taken back ({_cause(second)}).",
            "Put that right; the next `qcode apply` or `qcode undo` rolls them back before it does anything else.",
        ) from error


def _roll_back(tree: WorkTree, operation: Operation, befores: Mapping[str, FileState]) -> list[str]:
    """Bring every file back to what it was, and return those that somebody else has changed meanwhile."""
    left = []
    for number, step in reversed(list(enumerate(operation.steps))):
        try:
            parts_of(step.path)  # a record may have been written by a stranger
            _discard(tree, step.path, operation.temporary(number))
            if not _restore(tree, step, operation.temporary(number), befores[step.path]):
                left.append(step.path)
        except (BadPath, Stale):
            left.append(step.path)
    _remove_folders(tree, operation.made)
    _sync_folders(tree, operation)
    return left


def _restore(tree: WorkTree, step: Step, temporary: str, before: FileState) -> bool:
    now = tree.read(step.path)
    if now.data is None if step.before is None else step.before.means(now):
        return True
    if not (now.data is None if step.after is None else step.after.means(now)):
        return False
    *folders, name = step.path.split("/")
    if before.data is not None:
        _lay_beside(tree, temporary, before)
    with tree.folder(folders) as folder:
        if before.data is None:
            tree.disk.unlink(name, folder)
        else:
            tree.disk.rename(temporary, name, folder)
    return True


def _discard(tree: WorkTree, path: str, temporary: str) -> None:
    with suppress(FileNotFoundError, NotADirectoryError), tree.folder(path.split("/")[:-1]) as folder:
        tree.disk.unlink(temporary, folder)


# ---------------------------------------------------------------- folders


def _folders_to_make(tree: WorkTree, changes: Sequence[FileChange]) -> tuple[str, ...]:
    made: dict[str, None] = {}
    for path in (change.after.path for change in changes if change.after.data is not None):
        try:
            made |= dict.fromkeys(tree.missing_folders(path))
        except BadPath:
            raise Stale(path) from None
    return tuple(made)


def _remove_folders(tree: WorkTree, paths: tuple[str, ...]) -> None:
    """Remove the folders that are empty, the innermost first."""
    for path in sorted(paths, key=lambda path: path.count("/"), reverse=True):
        *folders, name = parts_of(path)
        with suppress(BadPath, FileNotFoundError, NotADirectoryError), tree.folder(folders) as folder:
            with tree.folder((*folders, name)) as inner:
                empty = not os.listdir(inner)  # noqa: PTH208 - an open folder
            if empty:
                tree.disk.rmdir(name, folder)


def _sync_folders(tree: WorkTree, operation: Operation) -> None:
    paths = (*(step.path for step in operation.steps), *operation.made, *operation.removed)
    for parts in sorted({tuple(path.split("/")[:-1]) for path in paths}):
        with suppress(BadPath, FileNotFoundError, NotADirectoryError), tree.folder(parts) as folder:
            tree.disk.fsync(folder)


# ---------------------------------------------------------------- sentences


def unwritable(error: OSError) -> StateProblem:
    """What to say about an error of the disk before or after which the tree is as it was."""
    return StateProblem(
        f"The edits could not be written: {_cause(error)}. Nothing was changed.",
        "Free some space or check the permissions, then run it again.",
    )


def _cause(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror + (f" ({error.filename})" if isinstance(error.filename, str) else "")
    return type(error).__name__
