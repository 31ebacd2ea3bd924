"""A world without room to work in, or to speak: the right exit code, and one sentence where one can be said."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import GitRepo, Qcode, console_script
from tests.review.asking import AFTER, BEFORE, MISSING, rules, sentence

FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")


@FULL
@pytest.mark.parametrize("cache", [None, "/dev/null"])
def test_with_both_streams_full_the_exit_code_still_tells(git_repo: GitRepo, qcode: Qcode, cache: str | None) -> None:
    repo = git_repo(BEFORE)
    repo.commit(AFTER)
    script = 'exec "$0" review HEAD~1 > /dev/full 2> /dev/full'
    environment = qcode.environment | ({"QCODE_CACHE_DIR": cache} if cache else {})
    done = subprocess.run(["sh", "-c", script, str(console_script())], cwd=repo.root, env=environment)
    assert done.returncode == 6


def test_a_cache_folder_with_a_name_too_long_is_no_obstacle(git_repo: GitRepo, qcode: Qcode, tmp_path: Path) -> None:
    repo = git_repo(BEFORE)
    repo.commit(AFTER)
    long = str(tmp_path / ("a" * 300))
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=repo.root, env={"QCODE_CACHE_DIR": long}))


def test_a_folder_in_the_place_of_the_settings_is_named(git_repo: GitRepo, qcode: Qcode, tmp_path: Path) -> None:
    said = sentence(qcode("review", cwd=git_repo(BEFORE).root, env={"QCODE_CONFIG": str(tmp_path)}), 2)
    assert said == f"{tmp_path} is not a regular file."


def test_a_listing_without_end_is_refused_before_it_fills_the_memory(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo(BEFORE)
    tree = repo.git("rev-parse", "HEAD^{tree}")
    for _ in range(9):
        listing = "".join(f"040000 tree {tree}\t{n}\n" for n in range(10))
        made = subprocess.run(
            ["git", "mktree"], cwd=repo.root, env=repo.environment, input=listing, capture_output=True, text=True
        )
        tree = made.stdout.strip()
    bomb = repo.git("commit-tree", "-m", "many", tree)
    assert "more than" in sentence(qcode("review", f"HEAD..{bomb}", cwd=repo.root), 3)


@pytest.mark.parametrize("revision", ["~", "^", "^HEAD", "^main~1"])
def test_steps_from_nowhere_are_no_revision(git_repo: GitRepo, qcode: Qcode, revision: str) -> None:
    said = sentence(qcode("review", revision, cwd=git_repo(BEFORE).root), 2)
    assert said == f"“{revision}” is not a revision of this repository."
