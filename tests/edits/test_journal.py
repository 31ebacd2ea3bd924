"""The journal: where it lies, what it holds, what it may take, and who may write to it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agents.edits import apply_answer, history, undo
from agents.edits.disk import DISK
from agents.edits.journal import Journal
from agents.edits.lock import locked
from agents.edits.tree import WorkTree
from indexer.errors import StateProblem
from tests.conftest import GitRepo
from tests.edits.trees import block, planted, tree_of

HOLDER = """
import os, sys, time, qcode
from agents.edits.disk import DISK
from agents.edits.lock import locked
with locked(os.open(sys.argv[1], os.O_RDONLY), DISK):
    print("held", flush=True)
    sys.stdin.read()
"""


def edited(root: Path, n: int = 0) -> str:
    outcome = apply_answer(root, block("a.txt", f"line {n}\n", f"line {n + 1}\n"))
    assert outcome.applied and outcome.operation
    return outcome.operation


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return planted(tmp_path / "root", {"a.txt": b"line 0\n"})


def test_the_journal_is_private_and_git_does_not_see_it(git_repo: GitRepo) -> None:
    repo = git_repo({"a.txt": "line 0\n"})
    edited(repo.root)
    state = repo.root / ".qcode/state"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.iterdir()} == {0o600}
    assert (state / ".gitignore").read_bytes() == b"*\n"
    assert repo.git("status", "--porcelain") == " M a.txt"


def test_undo_needs_no_git_and_no_commit_disturbs_it(git_repo: GitRepo) -> None:
    repo = git_repo({"a.txt": "line 0\n"})
    edited(repo.root)
    repo.commit(message="the user commits meanwhile")
    assert undo(repo.root).applied
    assert (repo.root / "a.txt").read_bytes() == b"line 0\n"


def test_history_tells_what_was_done_and_what_it_takes(root: Path) -> None:
    ids = [edited(root, n) for n in range(3)]
    undone = undo(root)
    known = history(root)
    assert [past.id for past in known.operations] == [undone.operation, *reversed(ids)]
    assert [past.undone for past in known.operations] == [False, True, False, False]
    assert known.bytes == sum(path.stat().st_size for path in (root / ".qcode/state").glob("*.done"))
    assert known.bytes == sum(past.bytes for past in known.operations)


def test_operations_of_one_second_keep_their_order(root: Path) -> None:
    ids = [edited(root, n) for n in range(12)]
    assert [past.id for past in reversed(history(root).operations)] == ids
    assert len(set(ids)) == 12


def test_the_oldest_operations_go_when_the_limit_is_reached(root: Path) -> None:
    for n in range(6):
        edited(root, n)
    with WorkTree(root, DISK) as tree:
        journal = Journal(tree)
        size = journal.kept()[-1].size
        with journal.holding():
            assert journal.prune(3 * size) == 3
            assert journal.prune(1) == 2
    assert history(root).dropped == 5
    assert undo(root).applied
    assert (root / "a.txt").read_bytes() == b"line 5\n"


def test_a_damaged_record_costs_one_operation(root: Path) -> None:
    ids = [edited(root, n) for n in range(3)]
    (record,) = (root / ".qcode/state").glob(f"*{ids[1]}.done")
    record.write_bytes(record.read_bytes()[:-3])
    assert history(root).damaged == (ids[1],)
    assert undo(root).applied
    assert (root / "a.txt").read_bytes() == b"line 2\n"


@pytest.mark.parametrize("junk", [b"", b"junk", b"qcode-journal-1 x y\n{}", b"qcode-journal-1 2 00\n{}", b"\0" * 4096])
def test_a_record_that_is_none_is_no_trouble(root: Path, junk: bytes) -> None:
    edited(root)
    for state in ("pending", "done"):
        (root / f".qcode/state/00000009.20260101T000000Z-beef.{state}").write_bytes(junk)
    assert undo(root).applied
    assert (root / "a.txt").read_bytes() == b"line 0\n"


def holder(root: Path) -> subprocess.Popen[str]:
    edited(root)
    command = [sys.executable, "-c", HOLDER, str(root / ".qcode/state")]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_lock_names_who_holds_it_even_when_that_process_is_stopped(root: Path) -> None:
    with holder(root) as process:
        process.send_signal(signal.SIGSTOP)
        before = tree_of(root)
        folder = os.open(root / ".qcode/state", os.O_RDONLY)
        with (
            pytest.raises(StateProblem, match=f"process {process.pid} on .*, since 20") as raised,
            locked(folder, DISK, 0),
        ):
            pass
        os.close(folder)
        assert raised.value.exit_code == 6
        assert tree_of(root) == before
        process.kill()


def test_a_lock_is_free_when_its_holder_was_killed(root: Path) -> None:
    with holder(root) as process:
        process.kill()
    edited(root, 1)
