"""Where a repository is found, and what is said where there is none."""

from __future__ import annotations

import os

import pytest

from indexer.errors import UsageProblem
from indexer.repo import open_repo


def test_the_root_is_found_from_any_folder_and_file_below_it(git_repo):
    repo = git_repo({"a/b/c.py": "x = 1\n"})
    for start in (".", "a", "a/b", "a/b/c.py"):
        with open_repo(repo.root / start) as opened:
            assert opened.root == repo.root
            assert opened.common_dir == repo.root / ".git"
            assert opened.object_format == "sha1"


def test_the_root_is_found_through_a_symbolic_link(git_repo, tmp_path):
    repo = git_repo({"a/b.py": "x = 1\n"})
    (tmp_path / "link").symlink_to(repo.root / "a")
    with open_repo(tmp_path / "link") as opened:
        assert opened.root == repo.root


def make_nothing(root):
    return root


def make_missing(root):
    return root / "missing"


def make_bare(root):
    for name in ("objects", "refs"):
        (root / "bare" / name).mkdir(parents=True)
    (root / "bare" / "HEAD").write_text("ref: refs/heads/main\n")
    return root / "bare"


def make_inside(root):
    make_bare(root)
    (root / "bare").rename(root / ".git")
    return root / ".git" / "refs"


def make_incomplete(root):
    (root / ".git").mkdir()
    return root


def make_dangling(root):
    (root / ".git").write_text("gitdir: ../gone\n")
    return root


def make_nonsense(root):
    (root / ".git").write_bytes(b"\0\xff\n")
    return root


def make_unknown_format(root):
    make_inside(root)
    (root / ".git" / "config").write_text("[extensions]\n\tobjectFormat = sha3\n")
    return root


def make_bare_setting(root):
    make_inside(root)
    (root / ".git" / "config").write_text("[core]\n\tbare = true\n")
    return root


@pytest.mark.parametrize(
    ("make", "sentence", "remedy"),
    [
        (make_nothing, "is not in a git repository", "git init"),
        (make_missing, "does not exist", "folder inside a git work tree"),
        (make_bare, "is a bare repository", "git worktree add"),
        (make_inside, "is a git folder, not a work tree", "where the files are"),
        (make_incomplete, "not a complete git repository", "Clone the repository again"),
        (make_dangling, "there is no repository there", "git worktree repair"),
        (make_nonsense, "does not name a git folder", "Check out"),
        (make_unknown_format, "object format sha3 is not known", "sha256"),
        (make_bare_setting, "is a git folder, not a work tree", "where the files are"),
    ],
)
def test_each_wrong_place_has_its_own_sentence_and_remedy(make, sentence, remedy, tmp_path):
    (tmp_path / "here").mkdir()
    with pytest.raises(UsageProblem) as caught:
        open_repo(make(tmp_path / "here"))
    assert sentence in str(caught.value)
    assert remedy in caught.value.remedy


def test_an_incomplete_git_folder_does_not_hide_the_repository_around_it(git_repo):
    repo = git_repo({"a/b.py": "x = 1\n"})
    (repo.root / "a" / ".git").mkdir()
    with open_repo(repo.root / "a") as opened:
        assert opened.root == repo.root


def test_a_pipe_in_place_of_the_common_folder_s_name_is_not_waited_for(git_repo):
    repo = git_repo({"a.py": "x = 1\n"})
    os.mkfifo(repo.root / ".git" / "commondir")
    with open_repo(repo.root) as opened:
        assert opened.root == repo.root
