"""Pipes, devices and files without end in the place of what git or we would read: said or skipped, never waited for."""

from __future__ import annotations

import os

import pytest

from indexer.errors import ToolProblem, UsageProblem
from indexer.repo import open_repo

SPARSE = 1 << 40
"""Hours of reading, and no space on the disk."""


@pytest.mark.parametrize(
    "name",
    ["config", "HEAD", "index", "packed-refs", "shallow", "info/exclude", "info/attributes", "objects/info/alternates"],
)
def test_a_pipe_in_the_git_folder_is_named_at_once(git_repo, name):
    repo = git_repo({"a.py": "x = 1\n"})
    place = repo.root / ".git" / name
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    with pytest.raises(UsageProblem, match=rf"{name} is no file but a pipe or a device"):
        open_repo(repo.root, repo.environment)


def test_a_device_behind_a_link_is_named_too(git_repo):
    repo = git_repo({"a.py": "x = 1\n"})
    (repo.root / ".git" / "config").unlink()
    (repo.root / ".git" / "config").symlink_to("/dev/zero")
    with pytest.raises(UsageProblem, match="config is no file"):
        open_repo(repo.root, repo.environment)


@pytest.mark.parametrize("name", ["deep/er/.gitignore", ".git/refs/heads/main", "included"])
def test_a_pipe_that_git_waits_for_elsewhere_is_named_when_it_keeps_silent(git_repo, name):
    repo = git_repo({"a.py": "x = 1\n", "deep/er/b.py": "x = 1\n"})
    (repo.root / name).unlink(missing_ok=True)
    os.mkfifo(repo.root / name)
    if name == "included":
        repo.write({".git/config": "[include]\n\tpath = ../included\n"})
    with (
        pytest.raises(ToolProblem, match=rf"{name} is no file but a pipe or a device"),
        open_repo(repo.root, repo.environment) as opened,
    ):
        opened.resolve("HEAD")
        opened.worktree()


def test_a_sparse_file_in_the_place_of_a_tracked_one_is_changed_and_not_gone_through(git_repo):
    repo = git_repo({"a.py": "x = 1\n"})
    with (repo.root / "a.py").open("wb") as file:
        file.truncate(SPARSE)
    with open_repo(repo.root, repo.environment) as opened:
        [diff] = opened.diff(opened.commit_tree(opened.resolve("HEAD")), opened.worktree())
        assert (diff.new_path, diff.status) == ("a.py", "modified")
        assert [(one.what, one.why) for one in opened.skipped] == [("a.py", "larger than 16 MiB")]
        assert opened.worktree().entries == opened.worktree().entries
