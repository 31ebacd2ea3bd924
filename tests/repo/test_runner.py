"""Git that is missing, old, slow, talkative or killed."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from indexer.errors import Problem, ToolProblem
from indexer.repo import open_repo
from indexer.repo.runner import Limits


@pytest.fixture
def with_git(git_repo, tmp_path):
    """Opens a repository with a git program of the test's own, written in Python."""

    def make(script: str, limits: Limits | None = None):
        folder = tmp_path / "programs"
        folder.mkdir()
        (folder / "git").write_text(f"#!{sys.executable} -I\nimport os, signal, sys, time\n{script}\n")
        (folder / "git").chmod(0o755)
        return open_repo(git_repo({"a.py": "x = 1\n"}).root, {"PATH": str(folder)}, limits)

    return make


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("sys.exit(3)", "failed with exit code 3 and no message"),
        ("sys.exit('fatal: bad \\x1b[2J thing.')", r"failed: bad \?\[2J thing\.$"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was ended by signal 11"),
        (
            "print('git version 1.8.3.1') if '--version' in sys.argv else sys.exit(129)",
            "git version 1.8.3.1 does not know",
        ),
        ("sys.exit('error: could not open: Permission denied')", "may not read the repository"),
        ("print('?')", "can't be understood"),
        ("print('HEAD blob x\\n' * 9)", "can't be understood"),
    ],
)
@pytest.mark.parametrize("operation", [lambda repo: repo.worktree(), lambda repo: repo.resolve("HEAD")])
def test_a_git_that_fails_ends_in_one_sentence(operation, script, sentence, with_git):
    with with_git(script) as repo, pytest.raises(ToolProblem, match=sentence) as caught:
        operation(repo)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("first", ["", "print('x', flush=True)", "os.close(1)"])
def test_a_git_that_gives_no_answer_is_ended(first, with_git, tmp_path):
    script = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n{first}\nsignal.pause()"
    with with_git(script, Limits(seconds=0.5)) as repo, pytest.raises(ToolProblem, match=r"within 0\.5 seconds"):
        repo.worktree()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_git_that_answers_no_question_is_ended(with_git):
    with with_git("signal.pause()", Limits(seconds=0.5)) as repo, pytest.raises(ToolProblem, match="no answer"):
        repo.resolve("HEAD")


def test_a_git_that_prints_without_end_is_ended(with_git):
    repo = with_git("while True: print('x' * 9999)", Limits(output=1 << 20))
    with repo, pytest.raises(ToolProblem, match="more than 1048576 bytes"):
        repo.worktree()


def test_a_git_that_fills_its_error_stream_does_not_block(with_git):
    repo = with_git("sys.stderr.write('warning: x\\n' * 99999); sys.exit('fatal: the end')")
    with repo, pytest.raises(ToolProblem, match="the end"):
        repo.worktree()


def test_a_missing_git_ends_in_one_sentence(git_repo, tmp_path):
    with pytest.raises(ToolProblem, match="git was not found on PATH") as caught:
        open_repo(git_repo({"a.py": "x = 1\n"}).root, {"PATH": str(tmp_path)})
    assert "Install git" in caught.value.remedy


def test_a_git_that_died_is_started_again(git_repo, tmp_path):
    made = git_repo({"a.py": "x = 1\n"})
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    script = f'#!/bin/sh\nif [ -e {tmp_path}/once ]; then exec {real} "$@"; fi\ntouch {tmp_path}/once; exit 1\n'
    (tmp_path / "git").write_text(script)
    (tmp_path / "git").chmod(0o755)
    with open_repo(made.root, {"PATH": f"{tmp_path}:/usr/bin:/bin"}) as repo:
        with pytest.raises(ToolProblem):
            repo.resolve("HEAD")
        assert repo.resolve("HEAD") == made.git("rev-parse", "HEAD")


@pytest.mark.parametrize("place", [".gitignore", ".git/info/exclude", ".git/HEAD", ".qcodeignore"])
def test_a_pipe_where_git_reads_a_file_ends_in_an_answer_or_one_sentence(place, git_repo):
    made = git_repo({"a.py": "x = 1\n"})
    (made.root / place).unlink(missing_ok=True)
    (made.root / place).parent.mkdir(exist_ok=True)
    os.mkfifo(made.root / place)
    with suppress(Problem), open_repo(made.root, limits=Limits(seconds=0.5)) as repo:
        assert "a.py" in repo.worktree().entries
        repo.resolve("HEAD")


def test_a_repository_that_is_dropped_leaves_no_process(git_repo):
    repo = open_repo(git_repo({"a.py": "x = 1\n"}).root)
    repo.resolve("HEAD")
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    assert children.read_text().split()
    del repo
    gc.collect()
    assert not children.read_text().split()
