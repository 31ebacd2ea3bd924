"""Whatever call to the disk fails, and however, the tree is what it was or what it was to be."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from agents.edits import apply_answer, recover, undo
from indexer.errors import Problem, StateProblem
from tests.edits.trees import READING, WRITING, FaultyDisk, block, many, planted, tree_of

ERRORS = [errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EMFILE]


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("count", [3])
def test_an_apply_whose_disk_fails_at_any_call_is_whole(tmp_path: Path, error: int, count: int) -> None:
    files, modes, answer = many(count)
    start = planted(tmp_path / "start", files, modes)
    counting = FaultyDisk(calls=WRITING + READING)
    end = shutil.copytree(start, tmp_path / "end")
    apply_answer(end, answer, disk=counting)
    before, after = tree_of(start), tree_of(end)
    for at in range(1, counting.count + 1):
        root = shutil.copytree(start, tmp_path / "failing")
        try:
            applied = apply_answer(root, answer, disk=FaultyDisk(at, error, WRITING + READING)).applied
        except StateProblem as problem:
            applied = False
            assert problem.remedy
        assert tree_of(root) == (after if applied else before), at
        recover(root)
        assert tree_of(root) == (after if applied else before), at
        shutil.rmtree(root)


@pytest.mark.parametrize("error", [errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_an_undo_whose_disk_fails_at_any_call_is_whole(tmp_path: Path, error: int) -> None:
    files, modes, answer = many(2)
    start = planted(tmp_path / "start", files, modes)
    before = tree_of(start)
    apply_answer(start, answer)
    after = tree_of(start)
    counting = FaultyDisk(calls=WRITING + READING)
    undo(shutil.copytree(start, tmp_path / "end"), disk=counting)
    for at in range(1, counting.count + 1):
        root = shutil.copytree(start, tmp_path / "failing")
        try:
            undone = undo(root, disk=FaultyDisk(at, error, WRITING + READING)).applied
        except Problem:
            undone = False
        recover(root)
        assert tree_of(root) == (before if undone else after), at
        shutil.rmtree(root)


class FullFrom(FaultyDisk):
    """A disk that is full from its `at`-th call on."""

    def __init__(self, at: int) -> None:
        super().__init__(None, None, ())
        self._left = at
        for name in ("create", "write", "fsync", "mkdir"):
            setattr(self, name, self._failing(getattr(self, name)))

    def _failing(self, call):
        def failing(*arguments):
            self._left -= 1
            if self._left <= 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return call(*arguments)

        return failing


def test_a_disk_that_stays_full_changes_nothing_or_is_put_right_at_the_next_start(tmp_path: Path) -> None:
    files, modes, answer = many(8)
    start = planted(tmp_path / "start", files, modes)
    before = tree_of(start)
    for at in range(1, 200):
        root = shutil.copytree(start, tmp_path / "full")
        try:
            apply_answer(root, answer, disk=FullFrom(at))
        except StateProblem:
            recover(root)
            assert tree_of(root) == before
            shutil.rmtree(root)
        else:
            break
    assert at > 30


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
def test_the_sentence_names_the_cause(tmp_path: Path, error: int) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"a\n"})
    with pytest.raises(StateProblem, match="could not be written") as raised:
        apply_answer(root, block("a.txt", "a\n", "b\n"), disk=FaultyDisk(1, error, ("rename",)))
    assert raised.value.exit_code == 6
    assert "Nothing was changed" in str(raised.value)
