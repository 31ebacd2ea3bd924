"""Commits, the index and the work tree as trees."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
from contextlib import chdir

import pytest

from indexer.repo import open_repo
from indexer.types import Entry, Tree

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


def work_tree(repo):
    """The work tree's paths, those that are on disk only, and what was skipped."""
    with open_repo(repo.root, repo.environment) as opened:
        tree = opened.worktree()
        return tree, set(tree.on_disk), [(item.what, item.why) for item in opened.skipped]


def changed(repo):
    """What differs between HEAD and the work tree: status and path."""
    with open_repo(repo.root, repo.environment) as opened:
        head = opened.commit_tree(opened.resolve("HEAD"))
        return [(diff.status, diff.new_path or diff.old_path) for diff in opened.diff(head, opened.worktree())]


def test_a_commit_lists_files_programs_and_links(git_repo):
    repo = git_repo({"a.py": "x = 1\n", "run.sh": "#!/bin/sh\n"})
    (repo.root / "run.sh").chmod(0o755)
    (repo.root / "link").symlink_to("a.py")
    head = repo.commit()
    with open_repo(repo.root) as opened:
        tree = opened.commit_tree(head)
        assert (tree.kind, tree.oid) == ("commit", head)
        assert {path: entry.mode for path, entry in tree.entries.items()} == {
            "a.py": "100644",
            "run.sh": "100755",
            "link": "120000",
        }
        assert tree.entries["a.py"] == Entry(repo.git("rev-parse", "HEAD:a.py"), "100644")
        assert opened.read(tree, "link") is None
        assert opened.read(tree, "nowhere") is None
        assert dict(opened.read_many(tree, sorted(tree.entries))) == {"a.py": b"x = 1\n", "run.sh": b"#!/bin/sh\n"}


def test_the_empty_tree_has_no_files_and_all_files_are_added_to_it(git_repo):
    repo = git_repo({"a.py": "x = 1\ny = 2\n"})
    with open_repo(repo.root) as opened:
        diff = opened.diff(opened.empty_tree(), opened.commit_tree(opened.resolve("HEAD")))
        assert [(item.status, item.new_path, item.hunks[0].new_count) for item in diff] == [("added", "a.py", 2)]


def test_the_work_tree_of_an_unborn_branch_is_its_files(git_repo):
    repo = git_repo()
    repo.write({"a.py": "x = 1\n"})
    tree, on_disk, _ = work_tree(repo)
    assert set(tree.entries) == on_disk == {"a.py"}
    with open_repo(repo.root) as opened:
        assert opened.staged().entries == {}


def test_a_clean_work_tree_is_its_commit(git_repo):
    repo = git_repo({"a.py": "x = 1\n", "b/c.py": "y = 1\n"})
    tree, on_disk, _ = work_tree(repo)
    assert on_disk == set()
    assert changed(repo) == []
    assert tree.entries["a.py"].oid == repo.git("rev-parse", "HEAD:a.py")


def test_changes_of_the_work_tree_are_named_as_git_would_name_them(git_repo):
    repo = git_repo({"kept.py": "k\n", "edited.py": "x = 1\n", "gone.py": "g = 1\n", "folder.py": "f = 1\n"})
    repo.write({"edited.py": "x = 2\n", "gone.py": None, "folder.py": None, "new.py": "n = 1\n"})
    repo.write({"folder.py/inside.py": "i = 1\n"})
    tree, on_disk, _ = work_tree(repo)
    assert on_disk == {"edited.py", "new.py", "folder.py/inside.py"}
    assert set(tree.entries) == on_disk | {"kept.py"}
    assert all(tree.entries[path].oid == repo.git("hash-object", path) for path in on_disk)
    assert tree.entries["new.py"].size == 6
    with open_repo(repo.root) as opened:
        assert opened.read(opened.worktree(), "edited.py") == b"x = 2\n"


def test_a_change_of_the_same_size_in_the_same_instant_is_seen(git_repo):
    repo = git_repo({"a.py": "x = 1\n"})
    status = (repo.root / "a.py").stat()
    repo.write({"a.py": "x = 2\n"})
    os.utime(repo.root / "a.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert changed(repo) == [("modified", "a.py")]


def test_a_file_that_was_only_touched_is_unchanged(git_repo):
    repo = git_repo({"a.py": "x = 1\n"})
    os.utime(repo.root / "a.py", ns=(1, 1))
    tree, on_disk, _ = work_tree(repo)
    assert on_disk == set()
    assert tree.entries["a.py"].oid == repo.git("rev-parse", "HEAD:a.py")


def test_what_the_ignore_files_name_is_left_out(git_repo):
    repo = git_repo({".gitignore": "*.log\n", ".qcodeignore": "drafts/\n", "kept.log.py": "k\n"})
    home = repo.root.parent / "home"
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "ignore").write_text("*.swp\n")
    (repo.root / ".git" / "info" / "exclude").write_text("mine.py\n")
    repo.write({name: "x\n" for name in ("a.log", "mine.py", "drafts/d.py", "a.swp", "new.py")})
    repo.environment["HOME"] = str(home)
    assert work_tree(repo)[1] == {"new.py"}


@pytest.mark.parametrize("value", ["~/my-ignores", "{home}/my-ignores"])
def test_the_global_ignore_file_is_the_one_that_the_users_settings_name(value, git_repo):
    repo = git_repo({"a.py": "x\n"})
    home = repo.root.parent / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[core]\n\texcludesFile = {value.format(home=home)}\n")
    (home / "my-ignores").write_text("*.swp\n")
    repo.write({"a.swp": "x\n", "new.py": "x\n"})
    repo.environment["HOME"] = str(home)
    assert work_tree(repo)[1] == {"new.py"}


def test_links_pipes_and_sockets_are_never_opened(git_repo, tmp_path):
    repo = git_repo({"a.py": "a = 1\n", "b.py": "b = 1\n", "c.py": "c = 1\n", "dir/d.py": "d = 1\n"})
    secret = tmp_path / "secret"
    (secret / "dir").mkdir(parents=True)
    (secret / "dir" / "d.py").write_text("secret\n")
    for name in ("a.py", "b.py", "c.py", "dir/d.py"):
        (repo.root / name).unlink()
    (repo.root / "dir").rmdir()
    (repo.root / "dir").symlink_to(secret / "dir")
    (repo.root / "a.py").symlink_to(secret / "dir" / "d.py")
    os.mkfifo(repo.root / "b.py")
    with socket.socket(socket.AF_UNIX) as listening, chdir(repo.root):
        listening.bind("c.py")
        tree, _, skipped = work_tree(repo)
    assert set(tree.entries) == {"a.py", "dir"}
    assert {entry.mode for entry in tree.entries.values()} == {"120000"}
    assert sorted(skipped) == [("b.py", "neither a file nor a link"), ("c.py", "neither a file nor a link")]
    with open_repo(repo.root) as opened:
        assert dict(opened.read_many(tree, tree.entries)) == {}


def test_a_file_that_becomes_a_link_after_the_listing_is_not_read(git_repo, tmp_path):
    repo = git_repo({"a.py": "a = 1\n"})
    repo.write({"new/b.py": "b = 1\n", "c.py": "c = 1\n"})
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "b.py").write_text("b = 1\n")
    tree, _, _ = work_tree(repo)
    repo.write({"new/b.py": None, "c.py": "c = 2\n"})
    (repo.root / "new").rmdir()
    (repo.root / "new").symlink_to(tmp_path / "secret")
    with open_repo(repo.root) as opened:
        assert opened.read(tree, "new/b.py") is None
        assert opened.read(tree, "c.py") is None
        assert [item.what for item in opened.skipped] == ["new/b.py", "c.py"]


def test_the_index_is_read_without_the_disk(git_repo):
    repo = git_repo({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    repo.write({"a.py": "x = 2\n"})
    repo.git("add", "a.py")
    repo.write({"a.py": "x = 3\n", "b.py": "y = 2\n", "intended.py": "i = 1\n"})
    repo.git("add", "--intent-to-add", "intended.py")
    with open_repo(repo.root) as opened:
        staged = opened.staged()
        assert staged.kind == "staged"
        assert {path: opened.read(staged, path) for path in staged.entries} == {"a.py": b"x = 2\n", "b.py": b"y = 1\n"}
        assert "intended.py" in opened.worktree().on_disk


def test_of_an_unfinished_merge_the_index_keeps_our_side_and_the_work_tree_what_is_on_disk(git_repo):
    repo = git_repo({"a.py": "x = 1\n", "b.py": "b = 1\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"a.py": "x = 2\n", "b.py": "b = 2\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"a.py": "x = 3\n", "b.py": None})
    merge = subprocess.run(["git", "merge", "side"], cwd=repo.root, env=repo.environment, capture_output=True)
    assert b"CONFLICT" in merge.stdout
    with open_repo(repo.root) as opened:
        staged = opened.staged()
        assert opened.read(staged, "a.py") == b"x = 3\n"
        assert ("a.py", "its merge conflict is not resolved") in [(item.what, item.why) for item in opened.skipped]
        disk = opened.worktree()
        assert b"<<<<<<<" in opened.read(disk, "a.py")
        assert opened.read(disk, "b.py") == b"b = 2\n"


def test_assumed_unchanged_files_are_taken_as_unchanged(git_repo):
    repo = git_repo({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    repo.git("update-index", "--assume-unchanged", "a.py", "b.py")
    repo.write({"a.py": "x = 2\n", "b.py": None})
    assert changed(repo) == []


def test_a_skipped_file_that_is_on_disk_is_looked_at(git_repo):
    repo = git_repo({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    repo.git("update-index", "--skip-worktree", "a.py", "b.py")
    repo.write({"a.py": "x = 2\n", "b.py": None})
    assert changed(repo) == [("modified", "a.py")]


def test_crlf_on_disk_is_not_a_change_and_does_not_hide_one(git_repo):
    repo = git_repo({"a.py": "x = 1\ny = 1\n", "b.py": "x = 1\ny = 1\n"})
    repo.git("config", "core.autocrlf", "true")
    repo.write({"a.py": "x = 1\r\ny = 1\r\n", "b.py": "x = 1\r\ny = 2\r\n"})
    assert changed(repo) == [("modified", "b.py")]
    with open_repo(repo.root) as opened:
        (diff,) = opened.diff(opened.commit_tree(opened.resolve("HEAD")), opened.worktree())
        assert [(hunk.old_start, hunk.new_start, hunk.new_count) for hunk in diff.hunks] == [(2, 2, 1)]


def test_the_content_of_an_lfs_pointer_on_disk_is_not_a_change_and_is_left_alone(git_repo):
    content = b"\0model" * 99
    same = POINTER.format(hashlib.sha256(content).hexdigest(), len(content))
    repo = git_repo({"same.bin": same, "edited.bin": POINTER.format("0" * 64, 1), "a.py": "x = 1\n"})
    repo.write({"same.bin": content, "edited.bin": content})
    assert changed(repo) == [("modified", "edited.bin")]
    with open_repo(repo.root) as opened:
        head = opened.commit_tree(opened.resolve("HEAD"))
        assert [path for path, _ in opened.read_many(head, head.entries)] == ["a.py"]
        assert {(item.what, item.why) for item in opened.skipped} == {
            ("same.bin", "kept in Git LFS"),
            ("edited.bin", "kept in Git LFS"),
        }


def test_a_mode_that_the_disk_does_not_keep_is_not_a_change(git_repo):
    repo = git_repo({"a.sh": "a\n", "b.sh": "b\n"})
    (repo.root / "a.sh").chmod(0o755)
    assert changed(repo) == [("mode", "a.sh")]
    repo.git("config", "core.fileMode", "false")
    assert changed(repo) == []


def test_files_beyond_the_limit_are_skipped_with_a_reason(git_repo):
    large = b"x" * (17 << 20)
    repo = git_repo({"large.txt": large, "a.py": "x = 1\n"})
    repo.write({"large.txt": large + b"y", "untracked.txt": large})
    tree, _, skipped = work_tree(repo)
    assert "untracked.txt" not in tree.entries
    assert skipped == [("untracked.txt", "not tracked and larger than 16 MiB")]
    assert tree.entries["large.txt"].oid == repo.git("hash-object", "large.txt")
    with open_repo(repo.root) as opened:
        head = opened.commit_tree(opened.resolve("HEAD"))
        assert [path for path, _ in opened.read_many(head, ["large.txt", "a.py", "large.txt", "a.py"])] == ["a.py"] * 2
        assert opened.read(tree, "large.txt") is None
        assert [(diff.status, diff.hunks) for diff in opened.diff(head, tree)] == [("modified", ())]


def test_other_files_can_be_read_while_a_reading_goes_on(git_repo):
    files = {f"f{number}.py": f"x = {number}\n" for number in range(150)}
    repo = git_repo(files)
    with open_repo(repo.root) as opened:
        tree = opened.commit_tree(opened.resolve("HEAD"))
        outer = {}
        for path, data in opened.read_many(tree, files):
            outer[path] = data.decode()
            assert opened.read(tree, "f7.py") == b"x = 7\n"
            if path == "f70.py":
                next(opened.read_many(tree, files))
                opened.close()
        assert outer == files


def test_names_of_every_kind_are_kept(git_repo):
    long = "가" * 84 + ".py"
    names = [" ", "-x", "--all", "a b.py", 'q"u.py', "back\\slash", "new\nline.py", "tab\t.py", "한글/모듈.py", long]
    names += [
        ":(top)a",
        "*.py",
        "[a]",
        "\x1b[31m",
        os.fsdecode(b"bad\xff\xb0\xa1.py"),
        "a/b/c/d/e/f.py",
        "? q",
        "H 100644",
    ]
    repo = git_repo({name: f"{number}\n" for number, name in enumerate(names)})
    repo.write({name: f"new {number}\n" for number, name in enumerate(names)})
    repo.write({name + "2": "untracked\n" for name in names if name != long})
    with open_repo(repo.root) as opened:
        head, staged, disk = opened.commit_tree(opened.resolve("HEAD")), opened.staged(), opened.worktree()
        assert set(head.entries) == set(staged.entries) == set(names)
        assert set(disk.entries) == disk.on_disk == {*names, *(name + "2" for name in names if name != long)}
        assert [data for _, data in opened.read_many(head, names)] == [b"%d\n" % n for n in range(len(names))]
        assert [data for _, data in opened.read_many(disk, names)] == [b"new %d\n" % n for n in range(len(names))]
        assert {diff.new_path for diff in opened.diff(head, disk) if diff.status == "modified"} == set(names)


@pytest.mark.parametrize("forged", ["../secret.py", ".git/config.", "./../secret."])
def test_a_forged_index_does_not_lead_out_of_the_work_tree(forged, git_repo):
    honest = "x" * len(forged)
    repo = git_repo({honest: "x = 1\n"})
    (repo.root.parent / "secret.py").write_text("secret\n")
    (repo.root.parent / "secret.").write_text("secret\n")
    (repo.root / ".git" / "config.").write_text("secret\n")
    index = repo.root / ".git" / "index"
    data = index.read_bytes()[:-20].replace(honest.encode(), forged.encode())
    index.write_bytes(data + hashlib.sha1(data).digest())
    with open_repo(repo.root) as opened:
        tree = opened.worktree()
        assert forged not in tree.entries
        handmade = Tree("worktree", None, {forged: Entry("0" * 40, "100644")}, frozenset([forged]))
        assert opened.read(handmade, forged) is None
