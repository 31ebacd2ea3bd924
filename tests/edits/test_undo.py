"""Any operation is taken back byte for byte, or refused with the reason; without git, whoever works beside it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from agents.edits import apply_answer, history, undo
from indexer.errors import UsageProblem
from tests.edits.trees import block, many, planted, tree_of

WORKER = """
import sys, qcode
from agents.edits import apply_answer, undo
root, name, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
for n in range(rounds):
    answer = f"{name}\\n<<<<<<< SEARCH\\nline {n}\\n=======\\nline {n + 1}\\n>>>>>>> REPLACE\\n"
    assert apply_answer(root, answer).applied
    both = f"shared.txt\\n<<<<<<< SEARCH\\nof {name}: {n}\\n=======\\nof {name}: {n + 1}\\n>>>>>>> REPLACE\\n"
    done = apply_answer(root, both)
    assert done.applied, done
"""


def numbered(n: int) -> str:
    return block("a.txt", f"line {n}\n", f"line {n + 1}\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return planted(tmp_path / "root", {"a.txt": b"\xef\xbb\xbfline 0\r\nlast", "b.txt": b"two\n"}, {"a.txt": 0o755})


def test_fifty_operations_are_taken_back_one_by_one(tmp_path: Path, root: Path) -> None:
    trees = [tree_of(root)]
    for n in range(50):
        answer = numbered(n) if n % 3 else numbered(n) + block(f"new{n}/f.txt", "", f"{n}\n")
        assert apply_answer(root, answer).applied
        trees.append(tree_of(root))
    for expected in reversed(trees[:-1]):
        assert undo(root).applied
        assert tree_of(root) == expected
    with pytest.raises(UsageProblem, match="nothing can be undone"):
        undo(root)


def test_an_operation_in_the_middle_is_taken_back_where_no_later_one_touched_its_files(root: Path) -> None:
    for n in range(10):
        assert apply_answer(root, block(f"f{n}.txt", "", f"{n}\n")).applied
    assert undo(root, 4).applied
    assert sorted(path.name for path in root.glob("f*.txt")) == [f"f{n}.txt" for n in range(10) if n != 6]


def test_an_operation_whose_files_a_later_one_changed_names_that_one(root: Path) -> None:
    first, second = apply_answer(root, numbered(0)), apply_answer(root, numbered(1))
    before = tree_of(root)
    outcome = undo(root, first.operation or "")
    assert [(one.path, one.status, one.reason) for one in outcome.blocks] == [("a.txt", "refused", "STALE")]
    assert second.operation and second.operation in outcome.notices[0]
    assert tree_of(root) == before


@pytest.mark.parametrize("count", [1, 4, 12])
def test_an_undo_is_undone_and_that_again(tmp_path: Path, count: int) -> None:
    files, modes, answer = many(count)
    root = planted(tmp_path / "root", files, modes)
    before = tree_of(root)
    first = apply_answer(root, answer)
    after = tree_of(root)
    undone = undo(root)
    assert (undone.undoes, tree_of(root)) == (first.operation, before)
    redone = undo(root, undone.operation or "")
    assert (redone.applied, tree_of(root)) == (True, after)
    assert undo(root).undoes == first.operation
    assert tree_of(root) == before
    assert [past.undone for past in history(root).operations] == [False, False, True, True]


def test_an_operation_is_undone_only_once(root: Path) -> None:
    done = apply_answer(root, numbered(0))
    undo(root)
    with pytest.raises(UsageProblem, match="has been undone already"):
        undo(root, done.operation or "")


@pytest.mark.parametrize("which", [0, -1, 2, "20260101T000000Z-beef", "x"])
def test_an_operation_that_is_not_there_is_a_usage_problem(root: Path, which: int | str) -> None:
    apply_answer(root, numbered(0))
    with pytest.raises(UsageProblem) as raised:
        undo(root, which)
    assert "qcode history" in raised.value.remedy


def test_nothing_to_undo_makes_nothing(root: Path) -> None:
    with pytest.raises(UsageProblem):
        undo(root)
    assert history(root).operations == ()
    assert not (root / ".qcode").exists()


@pytest.mark.parametrize(
    ("meddle", "reason"),
    [
        ("edit", "a.txt was changed since."),
        ("delete", "a.txt was deleted since."),
        ("chmod", "the mode of a.txt was changed since."),
        ("folder", "a.txt: it is a folder."),
        ("recreate", "b.txt was deleted by this operation, and there is a file of that name again."),
    ],
)
def test_a_file_that_the_user_changed_since_keeps_what_the_user_wrote(root: Path, meddle: str, reason: str) -> None:
    assert apply_answer(root, numbered(0) + "\n*** Delete File: b.txt\n" + block("c/d.txt", "", "new\n")).applied
    file = root / "a.txt"
    if meddle == "edit":
        file.write_bytes(file.read_bytes() + b"mine")
    elif meddle == "chmod":
        file.chmod(0o600)
    elif meddle == "recreate":
        (root / "b.txt").write_bytes(b"mine\n")
    else:
        file.unlink()
    if meddle == "folder":
        file.mkdir()
    before = tree_of(root)
    outcome = undo(root)
    assert not outcome.applied
    assert reason in outcome.notices
    assert tree_of(root) == before


@pytest.mark.parametrize("how_many", [1, 2, 3])
def test_a_file_that_is_as_it_was_before_already_is_stepped_over(root: Path, how_many: int) -> None:
    before = tree_of(root)
    old = {name: (root / name).read_bytes() for name in ("a.txt", "b.txt")}
    assert apply_answer(root, numbered(0) + "\n*** Delete File: b.txt\n" + block("c.txt", "", "new\n")).applied
    (root / "a.txt").write_bytes(old["a.txt"])
    if how_many > 1:
        (root / "b.txt").write_bytes(old["b.txt"])
        (root / "b.txt").chmod(0o644)
    if how_many > 2:
        (root / "c.txt").unlink()
    outcome = undo(root)
    assert (outcome.applied, tree_of(root)) == (True, before)
    assert "a.txt is as it was before already." in outcome.notices
    assert len([notice for notice in outcome.notices if "already" in notice]) == how_many
    with pytest.raises(UsageProblem, match="nothing can be undone"):
        undo(root)


def test_a_file_that_is_back_as_the_operation_left_it_is_restored(root: Path) -> None:
    before = tree_of(root)
    assert apply_answer(root, numbered(0)).applied
    left = (root / "a.txt").read_bytes()
    (root / "a.txt").write_bytes(b"mine\n")
    assert not undo(root).applied
    (root / "a.txt").write_bytes(left)
    assert undo(root).applied
    assert tree_of(root) == before


def test_an_operation_below_another_one_is_not_stepped_over_for_looking_undone(root: Path) -> None:
    first = apply_answer(root, numbered(0))
    assert apply_answer(root, block("a.txt", "line 1\n", "line 0\n")).applied
    outcome = undo(root, first.operation or "")
    assert (outcome.applied, outcome.blocks[0].status) == (False, "refused")


def test_an_operation_that_was_taken_back_itself_is_not_named_as_the_cause(root: Path) -> None:
    first = apply_answer(root, numbered(0))
    assert apply_answer(root, numbered(1)).applied
    assert undo(root).applied
    (root / "a.txt").write_bytes(b"mine\n")
    assert undo(root, first.operation or "").notices == ("a.txt was changed since.",)


def test_a_folder_that_was_made_goes_with_its_last_file_only(root: Path) -> None:
    apply_answer(root, block("new/deep/f.txt", "", "x\n"))
    (root / "new/mine.txt").write_bytes(b"mine\n")
    assert undo(root).applied
    assert (root / "new/mine.txt").exists()
    assert not (root / "new/deep").exists()


def test_a_folder_that_the_user_removed_is_made_again(root: Path) -> None:
    planted(root, {"sub/only.txt": b"x\n"})
    before = tree_of(root)
    apply_answer(root, "*** Delete File: sub/only.txt\n")
    (root / "sub").rmdir()
    assert undo(root).applied
    assert tree_of(root) == before


def test_processes_side_by_side_lose_nothing(tmp_path: Path) -> None:
    names, rounds = ("one.txt", "two.txt", "three.txt"), 8
    shared = "".join(f"of {name}: 0\n" for name in names).encode()
    root = planted(tmp_path / "root", {name: b"line 0\n" for name in names} | {"shared.txt": shared})
    before = tree_of(root)
    command = [sys.executable, "-c", WORKER, str(root)]
    workers = [subprocess.Popen([*command, name, str(rounds)], cwd=Path(__file__).parents[2]) for name in names]
    assert [worker.wait(100) for worker in workers] == [0, 0, 0]
    assert [(root / name).read_bytes() for name in names] == [b"line %d\n" % rounds] * 3
    assert (root / "shared.txt").read_bytes() == re.sub(rb": 0", b": %d" % rounds, shared)
    for _ in range(2 * rounds * len(names)):
        assert undo(root).applied
    assert tree_of(root) == before
