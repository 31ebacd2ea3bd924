"""The copy is the work tree, whatever a command did to it before; hostile trees and trees that are linked elsewhere."""

from __future__ import annotations

import os

import pytest

from tests.sandbox.acts import PYTHON

SPOIL = {
    "rewrite": "echo x > a.txt",
    "rewrite with the old times": "cp -p a.txt /tmp/a; echo b > a.txt; touch -r /tmp/a a.txt",
    "remove": "rm a.txt",
    "add": "echo x > new; mkdir -p p/q; echo x > p/q/r",
    "a link in place of a folder": "rm -r src; ln -s /etc src",
    "a link out in place of a folder": "rm -r src; ln -s {outside} src",
    "a folder in place of a file": "rm a.txt; mkdir -p a.txt/b; echo x > a.txt/b/c",
    "closed folders": "mkdir -p c/d; echo x > c/d/e; chmod 0 c/d c src",
    "another name": "ln a.txt b.txt; ln src/b.txt c.txt",
    "modes": "chmod 777 a.txt; chmod 0 src/b.txt",
    "a pipe": "mkfifo pipe; rm a.txt; mkfifo a.txt",
    "a deep folder": f'{PYTHON} -c \'import os\nfor _ in range(2500): os.mkdir("d"); os.chdir("d")\'',
    "many files": "mkdir m; cd m; seq 12000 | xargs touch",
    "strange names": "touch \"$(printf 'a\\nb\\377')\"",
}
LOOK = ["sh", "-c", "find . -path ./.git -prune -o -printf '%y %m %P\\n' | sort; cat a.txt src/b.txt"]


@pytest.mark.parametrize("deed", SPOIL)
def test_the_next_command_finds_the_work_tree_again(deed, sandbox, git_repo, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.txt").write_text("outside")
    tree = git_repo({"a.txt": "a\n", "src/b.txt": "b\n"}).root
    before = sandbox.run(LOOK, tree).stdout
    ran = sandbox.run(["sh", "-c", SPOIL[deed].replace("{outside}", str(outside))], tree)
    assert ran.code == 0, ran.stderr
    assert sandbox.run(LOOK, tree).stdout == before
    assert (outside / "b.txt").read_text() == "outside"
    assert (tree / "a.txt").read_text() == "a\n"


def test_what_a_command_changed_is_told(sandbox, git_repo):
    tree = git_repo({"a.txt": "a", "b.txt": "b", "c.txt": "c"}).root
    script = "echo x > a.txt; rm b.txt; mkdir d; echo x > d/new; cat c.txt; mkdir empty"
    assert sandbox.run(["sh", "-c", script], tree).changed == ("a.txt", "b.txt", "d/new")
    assert sandbox.run(["cat", "c.txt"], tree).changed == ()


def test_what_is_edited_between_two_commands_is_in_the_copy(sandbox, git_repo):
    repo = git_repo({"a.txt": "a", "src/b.txt": "b", "x": "file"})
    tree = repo.root
    sandbox.run(["true"], tree)
    (tree / "x").unlink()
    repo.write({"a.txt": "A", "src/b.txt": None, "x/y": "folder"})
    (tree / "link").symlink_to("a.txt")
    ran = sandbox.run(["find", ".", "-path", "./.git", "-prune", "-o", "-mindepth", "1", "-print"], tree)
    assert sorted(ran.stdout.decode().split()) == ["./a.txt", "./link", "./x", "./x/y"]
    assert sandbox.run(["cat", "a.txt", "link", "x/y"], tree).stdout == b"AAfolder"


def test_a_file_as_large_as_before_and_with_the_old_times_is_copied_again(sandbox, git_repo):
    tree = git_repo({"a.txt": "old"}).root
    sandbox.run(["true"], tree)
    times = (tree / "a.txt").stat()
    (tree / "a.txt").write_text("new")
    os.utime(tree / "a.txt", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert sandbox.run(["cat", "a.txt"], tree).stdout == b"new"


def test_a_hostile_tree_is_copied_without_leaving_it(sandbox, git_repo, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/key").write_text("secret")
    repo = git_repo({"a.txt": "a", "folder/key": "tracked"})
    tree = repo.root
    (tree / "folder/key").unlink()
    (tree / "folder").rmdir()
    (tree / "folder").symlink_to(tmp_path / "secrets")
    (tree / "out").symlink_to("/etc/shadow")
    os.mkfifo(tree / "pipe")
    (tree / "a.txt").unlink()
    os.mkfifo(tree / "a.txt")
    with (tree / "sparse").open("wb") as file:
        file.truncate(10 << 30)
        file.write(b"x")
    (tree / "a\nb").write_text("newline")
    (tree / os.fsdecode(b"\xff\xfe")).write_text("bytes")
    (tree / "-rf").write_text("option")
    ran = sandbox.run(["find", ".", "-path", "./.git", "-prune", "-o", "-printf", "%y %s %p\\0"], tree)
    found = {line.split(b" ", 2)[2]: line.split(b" ", 2)[0] for line in ran.stdout.split(b"\0")[:-1]}
    assert found == {b".": b"d", b"./out": b"l", b"./folder": b"l", b"./sparse": b"f", b"./a\nb": b"f",
                     b"./\xff\xfe": b"f", b"./-rf": b"f"}  # fmt: skip
    assert sandbox.run(["cat", "folder/key"], tree).code == 1
    assert ran.notes == ("Not in the copy, being no file that could be read: 'a.txt'.",)
    wrote = sandbox.run(["sh", "-c", "stat -c %s sparse; head -c 1 sparse"], tree)
    assert wrote.stdout == b"10737418240\nx"


def test_a_linked_work_tree_has_its_history(sandbox, git_repo, tmp_path):
    repo = git_repo({"a.txt": "a"})
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    (tmp_path / "linked/a.txt").write_text("changed")
    ran = sandbox.run(["git", "status", "--short", "--branch"], tmp_path / "linked")
    assert ran.stdout == b"## other\n M a.txt\n"
    assert sandbox.run(["sh", "-c", f"echo x > {repo.root}/.git/config"], tmp_path / "linked").code == 2


def test_a_submodule_has_its_history(sandbox, git_repo):
    inner = git_repo({"a.txt": "a"}, name="inner")
    outer = git_repo({"b.txt": "b"}, name="outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "sub")
    assert sandbox.run(["git", "log", "--format=%s"], outer.root / "sub").stdout == b"first\n"
    assert sandbox.run(["git", "log", "--format=%s"], outer.root).stdout == b"first\n"


def test_a_git_file_that_names_another_repository_is_not_followed(sandbox, git_repo, tmp_path):
    secret = git_repo({"key": "secret"}, name="secret")
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / ".git").write_text(f"gitdir: {secret.root}/.git\n")
    ran = sandbox.run(["git", "show", "HEAD:key"], hostile)
    assert b"secret" not in ran.stdout
    assert "does not point back to this work tree" in ran.notes[0]


def test_a_git_folder_that_is_a_link_is_not_followed(sandbox, git_repo, tmp_path):
    secret = git_repo({"key": "secret"}, name="secret")
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / ".git").symlink_to(secret.root / ".git")
    assert b"secret" not in sandbox.run(["git", "show", "HEAD:key"], hostile).stdout


def test_a_copy_is_closed_to_others(sandbox, git_repo, tmp_path):
    repo = git_repo({"a.txt": "a"})
    sandbox.run(["true"], repo.root)
    folder = next((tmp_path / "scratch").iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700
