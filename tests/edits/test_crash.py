"""An apply or an undo that is killed anywhere leaves, after recovery, the whole of it or nothing of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.edits import apply_answer, history, recover, undo
from agents.edits.disk import DISK, Disk
from tests.edits.trees import FaultyDisk, Killed, Tree, many, planted, tree_of

Act = Callable[[Path, Disk], object]


def applied(answer: str) -> Act:
    return lambda root, disk: apply_answer(root, answer, disk=disk)


def undone(root: Path, disk: Disk) -> object:
    return undo(root, disk=disk)


def killed_everywhere(start: Path, scratch: Path, act: Act, then: Act) -> tuple[int, set[str]]:
    """Kill `act` at every call on copies of `start`; return how many kills there were and what `then` left behind."""
    counting = FaultyDisk()
    end = shutil.copytree(start, scratch / "end")
    act(end, counting)
    before, after = tree_of(start), tree_of(end)
    left = set()
    for at in range(1, counting.count + 1):
        root = shutil.copytree(start, scratch / "killed")
        with pytest.raises(Killed):
            act(root, FaultyDisk(at))
        then(root, DISK)
        left.add(named(tree_of(root), before, after))
        shutil.rmtree(root)
    return counting.count, left


def named(tree: Tree, before: Tree, after: Tree) -> str:
    return "before" if tree == before else "after" if tree == after else f"mixed: {sorted(tree)}"


def recovered(root: Path, disk: Disk) -> object:
    return recover(root, disk=disk)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_an_apply_killed_at_any_call_is_whole_after_recovery(tmp_path: Path, count: int) -> None:
    files, modes, answer = many(count)
    start = planted(tmp_path / "start", files, modes)
    kills, left = killed_everywhere(start, tmp_path, applied(answer), recovered)
    assert kills > 4 * count
    assert left == {"before", "after"}


@pytest.mark.parametrize("count", [1, 3])
def test_an_undo_killed_at_any_call_is_whole_after_recovery(tmp_path: Path, count: int) -> None:
    files, modes, answer = many(count)
    start = planted(tmp_path / "start", files, modes)
    apply_answer(start, answer)
    kills, left = killed_everywhere(start, tmp_path, undone, recovered)
    assert kills > 3 * count
    assert left == {"before", "after"}


def test_a_recovery_killed_at_any_call_is_finished_by_the_next_one(tmp_path: Path) -> None:
    files, modes, answer = many(5)
    start = planted(tmp_path / "start", files, modes)
    counting = FaultyDisk()
    apply_answer(shutil.copytree(start, tmp_path / "whole"), answer, disk=counting)
    before = tree_of(start)
    with pytest.raises(Killed):
        apply_answer(start, answer, disk=FaultyDisk(counting.count - 8))
    assert tree_of(start) != before
    again = FaultyDisk()
    recover(shutil.copytree(start, tmp_path / "recovered"), disk=again)
    for at in range(1, again.count + 1):
        root = shutil.copytree(start, tmp_path / f"twice{at}")
        with pytest.raises(Killed):
            recover(root, disk=FaultyDisk(at))
        recover(root)
        assert tree_of(root) == before
    assert again.count > 10


def test_every_operation_recovers_before_it_does_anything_else(tmp_path: Path) -> None:
    files, modes, answer = many(4)
    root = planted(tmp_path / "root", files, modes)
    before = tree_of(root)
    counting = FaultyDisk()
    apply_answer(shutil.copytree(root, tmp_path / "copy"), answer, disk=counting)
    with pytest.raises(Killed):
        apply_answer(root, answer, disk=FaultyDisk(counting.count - 8))
    outcome = apply_answer(root, answer)
    assert outcome.applied
    assert outcome.notices[0].endswith("was rolled back.")
    assert undo(root).applied
    assert tree_of(root) == before
    assert [past.kind for past in history(root).operations] == ["undo", "apply"]


def test_a_file_that_was_changed_after_the_interruption_is_left_as_it_is(tmp_path: Path) -> None:
    files, modes, answer = many(5)
    root = planted(tmp_path / "root", files, modes)
    before = tree_of(root)
    counting = FaultyDisk()
    apply_answer(shutil.copytree(root, tmp_path / "copy"), answer, disk=counting)
    with pytest.raises(Killed):
        apply_answer(root, answer, disk=FaultyDisk(counting.count - 8))
    (root / "dir0/file0.txt").write_bytes(b"mine")
    said = recover(root)
    assert "dir0/file0.txt was changed after the interruption and was left as it is." in said
    assert tree_of(root) == before | {"dir0/file0.txt": (0o755, b"mine")}


def test_a_record_that_was_cut_while_it_was_written_is_no_operation(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"a\n"})
    apply_answer(root, "a.txt\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n")
    (record,) = (root / ".qcode/state").glob("*.done")
    data = record.read_bytes()
    record.unlink()
    for size in range(0, len(data), 7):
        cut = record.with_suffix(".pending")
        cut.write_bytes(data[:size])
        assert recover(root) == ()
        assert not cut.exists()
        assert (root / "a.txt").read_bytes() == b"b\n"


@pytest.mark.parametrize("path", ["../outside.txt", ".git/hooks/pre-commit", "link/outside.txt"])
def test_a_forged_record_reaches_nothing_that_an_answer_could_not(tmp_path: Path, path: str) -> None:
    from agents.edits.journal import Operation, Side, Step, _record, digest_of
    from agents.edits.types import FileChange, FileState

    outside = planted(tmp_path, {"outside.txt": b"mine"}) / "outside.txt"
    root = planted(tmp_path / "root", {".git/hooks/pre-commit": b"mine"})
    (root / "link").symlink_to(tmp_path)
    side = Side(digest_of(b"mine"), 4, None, None)
    forged = Step(path, Side(digest_of(b"evil"), 4, 0o755, None), side)
    operation = Operation(1, "20260101T000000Z-abcd", "apply", None, (forged,))
    changes = [FileChange(FileState(path, b"evil"), FileState(path, b"mine"))]
    state = planted(root / ".qcode/state", {f"00000001.{operation.id}.pending": _record(operation, changes)})
    recover(root)
    assert outside.read_bytes() == (root / ".git/hooks/pre-commit").read_bytes() == b"mine"
    assert not list(state.glob("*.pending"))
