"""Several processes that edit and undo, beside a user who commits all the while."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.edits import history, recover
from tests.conftest import GitRepo

PROCESSES = (2, 4, 8)
ROUNDS = 1000
EDITOR = """
import sys
from agents.edits import apply_answer, undo
from indexer.errors import StateProblem

root, name, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])

def insist(act):
    while True:
        try:
            return act()
        except StateProblem as problem:
            if "at work" not in str(problem) and "lock" not in str(problem).lower():
                raise

def edit(old, new):
    block = f"{name}\\n<<<<<<< SEARCH\\nline {old}\\n=======\\nline {new}\\n>>>>>>> REPLACE\\n"
    outcome = insist(lambda: apply_answer(root, block))
    assert outcome.applied, outcome
    return outcome.operation

for number in range(rounds):
    first = edit(0, number + 1)
    second = edit(number + 1, number + 2)
    for operation in (second, first):
        assert insist(lambda: undo(root, operation)).applied
"""
COMMITTER = """
import subprocess, sys
from pathlib import Path
number = 0
while not Path(sys.argv[2]).exists():
    number += 1
    command = ["git", "commit", "--quiet", "--all", "--allow-empty", "--message", str(number)]
    subprocess.run(command, cwd=sys.argv[1], check=True)
print(number)
"""


@pytest.mark.real
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("processes", PROCESSES)
def test_nothing_is_lost_beside_a_user_who_commits(git_repo: GitRepo, tmp_path: Path, processes: int) -> None:
    names = [f"file_{number}.txt" for number in range(processes)]
    repo = git_repo(dict.fromkeys(names, "line 0\n"))
    over = tmp_path / "over"
    here = Path(__file__).parents[2]
    committing = subprocess.Popen(
        [sys.executable, "-c", COMMITTER, str(repo.root), str(over)],
        env=repo.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    rounds = str(ROUNDS // (4 * processes * len(PROCESSES)))
    editing = [
        subprocess.Popen([sys.executable, "-c", EDITOR, str(repo.root), name, rounds], cwd=here) for name in names
    ]
    assert [process.wait() for process in editing] == [0] * processes
    over.touch()
    commits, _ = committing.communicate()
    assert (committing.returncode, int(commits) > 1) == (0, True)
    assert recover(repo.root) == ()
    assert {name: (repo.root / name).read_text() for name in names} == dict.fromkeys(names, "line 0\n")
    kept = history(repo.root)
    assert (kept.damaged, kept.dropped) == ((), 0)
    assert len(kept.operations) == 4 * int(rounds) * processes
    assert repo.git("fsck", "--strict") == ""
    assert sorted(repo.git("ls-files").splitlines()) == sorted(names)
