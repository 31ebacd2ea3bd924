"""Checkouts of every kind: shallow, partial, of another owner, read-only, linked, inside another, sha256."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import traceback
from pathlib import Path

import pytest

from indexer.errors import Problem, ToolProblem, UsageProblem
from indexer.repo import open_repo
from indexer.types import Hunk

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")


@pytest.fixture
def origin(git_repo):
    repo = git_repo({"a.py": "x = 1\n", "dir/b.py": "y = 1\n"}, name="origin")
    repo.commit({"a.py": "x = 2\n"})
    repo.commit({"a.py": "x = 3\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    return repo


def clone(origin, to, *options):
    origin.git("clone", "--quiet", *options, f"file://{origin.root}", str(to))
    return to


def obey(problem, root, environment):
    """Run the command that a remedy names in backquotes."""
    command = re.search(r"`(git [^`]+)`", problem.remedy)[1]
    subprocess.run(shlex.split(command), cwd=root, env=environment, check=True, capture_output=True)


def test_a_shallow_clone_says_how_to_fetch_the_missing_commit_and_the_command_works(origin, tmp_path):
    root = clone(origin, tmp_path / "shallow", "--depth=1")
    with open_repo(root) as repo:
        with pytest.raises(UsageProblem, match="shallow clone") as caught:
            repo.resolve("HEAD~2")
        with pytest.raises(UsageProblem, match="shallow clone"):
            repo.parent(repo.resolve("HEAD"))
        assert "--deepen=2" in caught.value.remedy
        assert len(repo.diff(repo.empty_tree(), repo.commit_tree(repo.resolve("HEAD")))) == 2
    obey(caught.value, root, origin.environment)
    with open_repo(root) as repo:
        assert repo.resolve("HEAD~2") == origin.git("rev-parse", "HEAD~2")


def test_a_blobless_clone_says_how_to_fetch_the_missing_text_and_the_command_works(origin, tmp_path):
    root = clone(origin, tmp_path / "blobless", "--filter=blob:none")
    with open_repo(root) as repo:
        base, head = (repo.commit_tree(repo.resolve(rev)) for rev in ("HEAD~1", "HEAD"))
        with pytest.raises(UsageProblem, match="partial clone") as caught:
            repo.diff(base, head)
        assert repo.diff(head, repo.worktree()) == ()
        assert repo.read(head, "a.py") == b"x = 3\n"
    obey(caught.value, root, origin.environment)
    with open_repo(root) as repo:
        assert repo.diff(base, head)[0].hunks == (Hunk(1, 1, 1, 1),)


def test_a_treeless_clone_says_how_to_fetch_the_missing_folders_and_the_command_works(origin, tmp_path):
    root = clone(origin, tmp_path / "treeless", "--filter=tree:0")
    with open_repo(root) as repo, pytest.raises(UsageProblem, match="partial clone") as caught:
        repo.commit_tree(repo.resolve("HEAD~1"))
    obey(caught.value, root, origin.environment)
    with open_repo(root) as repo:
        assert set(repo.commit_tree(repo.resolve("HEAD~1")).entries) == {"a.py", "dir/b.py"}


def look(root: Path) -> None:
    """What a review does."""
    with open_repo(root) as repo:
        base, head = (repo.commit_tree(repo.resolve(rev)) for rev in ("HEAD~1", "HEAD"))
        assert [diff.new_path for diff in repo.diff(base, head)] == ["a.py"]
        assert repo.diff(head, repo.worktree()) == ()
        assert repo.diff(head, repo.staged()) == ()


@as_root
def test_a_checkout_of_another_user_is_read(origin):
    give(origin.root, 12345)
    plain = subprocess.run(["git", "status"], cwd=origin.root, env=origin.environment, capture_output=True, text=True)
    assert "dubious ownership" in plain.stderr
    look(origin.root)


@as_root
def test_another_user_reads_a_checkout_of_root(origin):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        root = Path(folder, "repo")
        shutil.copytree(origin.root, root)
        assert as_user(65534, lambda: look(root)) == 0


@as_root
def test_a_git_folder_that_may_not_be_read_is_named(origin):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        root = Path(folder, "repo")
        shutil.copytree(origin.root, root)

        def refused(message: str) -> None:
            with pytest.raises(Problem, match=message):
                look(root)

        (root / ".git" / "objects").chmod(0o700)
        assert as_user(65534, lambda: refused("permission denied|may not read")) == 0
        (root / ".git").chmod(0o700)
        assert as_user(65534, lambda: refused("permission denied")) == 0
        root.chmod(0o700)
        assert as_user(65534, lambda: refused("permission denied")) == 0


@as_root
def test_a_file_that_may_not_be_read_is_skipped_and_not_taken_as_deleted(git_repo):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        made = git_repo({"a.py": "x = 1\n", "b.py": "y = 1\n"})
        made.write({"a.py": "x = 2\n", "new.py": "n\n"})
        root = Path(folder, "repo")
        shutil.copytree(made.root, root)
        for name in ("a.py", "new.py"):
            (root / name).chmod(0o600)

        def is_skipped() -> None:
            with open_repo(root) as repo:
                assert set(repo.worktree().entries) == {"a.py", "b.py"}
                assert {item.what for item in repo.skipped} == {"a.py", "new.py"}

        assert as_user(65534, is_skipped) == 0


def as_user(uid: int, act) -> int:
    """Run `act` in a child process of another user; its exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            act()
            code = 0
        except BaseException:  # noqa: BLE001 - the child ends here, whatever happened
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def give(root: Path, uid: int) -> None:
    for path in [root, *root.rglob("*")]:
        os.chown(path, uid, uid, follow_symlinks=False)


@as_root
def test_a_read_only_checkout_is_read(origin):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        root = Path(folder, "repo")
        shutil.copytree(origin.root, root)
        for path in [root, *root.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        assert as_user(65534, lambda: look(root)) == 0


def test_a_sha256_repository_is_read(git_repo):
    repo = git_repo()
    shutil.rmtree(repo.root / ".git")
    repo.git("init", "--quiet", "--object-format=sha256")
    repo.commit({"a.py": "x = 1\n"})
    repo.commit({"a.py": "x = 2\n"})
    look(repo.root)
    repo.write({"a.py": "x = 3\n"})
    with open_repo(repo.root) as opened:
        assert opened.object_format == "sha256"
        tree = opened.worktree()
        assert tree.entries["a.py"].oid == repo.git("hash-object", "a.py")
        assert opened.read(tree, "a.py") == b"x = 3\n"


def test_a_linked_work_tree_shares_its_common_dir_and_has_its_own_files(origin, tmp_path):
    origin.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "HEAD~1")
    with open_repo(tmp_path / "linked" / "dir") as repo:
        assert repo.root == tmp_path / "linked"
        assert repo.common_dir == origin.root / ".git"
        assert repo.resolve("HEAD") == origin.git("rev-parse", "HEAD~1")
        assert repo.read(repo.worktree(), "a.py") == b"x = 2\n"
        assert repo.diff(repo.commit_tree(repo.resolve("HEAD")), repo.worktree()) == ()


def test_a_work_tree_of_a_bare_repository_is_read(origin, tmp_path):
    bare = clone(origin, tmp_path / "all" / ".bare", "--bare")
    origin.git("-C", str(bare), "worktree", "add", "--quiet", str(tmp_path / "all" / "main"))
    look(tmp_path / "all" / "main")
    (tmp_path / "all" / ".git").write_text("gitdir: ./.bare\n")
    with pytest.raises(UsageProblem, match="bare"):
        open_repo(tmp_path / "all")


def test_a_separate_git_dir_is_found(origin, tmp_path):
    look(clone(origin, tmp_path / "apart", f"--separate-git-dir={tmp_path / 'gitdir'}"))


def test_a_submodule_is_left_alone_and_is_a_repository_of_its_own(origin, git_repo):
    outer = git_repo({"o.py": "o = 1\n"}, name="outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(origin.root), "sub")
    outer.commit({})
    (outer.root / "sub" / "a.py").write_text("x = 4\n")
    with open_repo(outer.root) as repo:
        head, disk = repo.commit_tree(repo.resolve("HEAD")), repo.worktree()
        assert head.entries["sub"].mode == "160000"
        assert repo.diff(head, disk) == ()
        assert repo.read(disk, "sub") is None
        assert [item.what for item in repo.skipped] == ["sub"]
        assert [diff.new_path for diff in repo.diff(repo.empty_tree(), head) if not diff.hunks] == ["sub"]
    with open_repo(outer.root / "sub" / "dir") as repo:
        assert repo.root == outer.root / "sub"
        head = repo.commit_tree(repo.resolve("HEAD"))
        assert [diff.new_path for diff in repo.diff(head, repo.worktree())] == ["a.py"]


def test_a_repository_inside_the_work_tree_is_skipped(git_repo):
    repo = git_repo({"a.py": "x = 1\n"})
    repo.write({"nested/b.py": "y = 1\n"})
    repo.git("-C", "nested", "init", "--quiet")
    with open_repo(repo.root) as opened:
        assert set(opened.worktree().entries) == {"a.py"}
        assert [(item.what, item.why) for item in opened.skipped] == [("nested/", "a repository of its own")]


def test_a_sparse_checkout_has_no_deleted_files(origin, tmp_path):
    root = clone(origin, tmp_path / "sparse", "--sparse")
    with open_repo(root) as repo:
        head, disk = repo.commit_tree(repo.resolve("HEAD")), repo.worktree()
        assert not (root / "dir").exists()
        assert repo.diff(head, disk) == ()
        assert repo.read(disk, "dir/b.py") == b"y = 1\n"


def test_a_sparse_index_lists_every_file(origin, tmp_path):
    root = clone(origin, tmp_path / "sparse", "--sparse")
    origin.git("-C", str(root), "sparse-checkout", "init", "--cone", "--sparse-index")
    with open_repo(root) as repo:
        assert set(repo.worktree().entries) == {"a.py", "dir/b.py"}


def test_a_split_index_is_read(origin):
    origin.git("update-index", "--split-index")
    look(origin.root)


@pytest.mark.parametrize("damage", ["cut", "garbage", "gone"])
def test_a_damaged_object_ends_in_one_sentence(damage, git_repo):
    repo = git_repo({"a.py": "x = 1\n"})
    head = repo.commit({"a.py": "x = 2\n"})
    blob = repo.git("rev-parse", "HEAD~1:a.py")
    path = repo.root / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    {"cut": lambda: path.write_bytes(b""), "garbage": lambda: path.write_bytes(b"?" * 99), "gone": path.unlink}[
        damage
    ]()
    with open_repo(repo.root) as opened:
        base = opened.commit_tree(opened.resolve("HEAD~1"))
        with pytest.raises(ToolProblem) as caught:
            opened.diff(base, opened.commit_tree(head))
        assert "git fsck" in caught.value.remedy
        assert opened.read(opened.commit_tree(head), "a.py") == b"x = 2\n"


def test_a_damaged_index_ends_in_one_sentence(origin):
    (origin.root / ".git" / "index").write_bytes(b"DIRC" + b"\0" * 50)
    with open_repo(origin.root) as repo, pytest.raises(ToolProblem, match="index"):
        repo.worktree()
