"""What happened to each file between two trees."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.repo import open_repo
from indexer.repo.lines import hunks, split_lines
from indexer.types import Hunk

TEN = "".join(f"line {number}\n" for number in range(10))


def diffs(repo, base="HEAD~1", head="HEAD"):
    with open_repo(repo.root) as opened:
        trees = [opened.commit_tree(opened.resolve(rev)) for rev in (base, head)]
        return opened.diff(*trees)


def statuses(repo):
    return [(diff.status, diff.old_path, diff.new_path) for diff in diffs(repo)]


def test_nothing_changed_gives_nothing(git_repo):
    repo = git_repo({"a.py": "x = 1\n"})
    repo.commit()
    assert diffs(repo) == ()


def test_added_deleted_and_modified_files_come_in_the_order_of_their_paths(git_repo):
    repo = git_repo({"c.py": TEN, "b.txt": "y = 1\n"})
    repo.commit({"c.py": TEN.replace("line 5\n", ""), "a.py": "x = 1\nx = 2\n", "b.txt": None})
    assert [(diff.status, diff.hunks) for diff in diffs(repo)] == [
        ("added", (Hunk(0, 0, 1, 2),)),
        ("deleted", (Hunk(1, 1, 0, 0),)),
        ("modified", (Hunk(6, 1, 5, 0),)),
    ]


def test_a_mode_and_a_type_change_have_no_hunks(git_repo):
    repo = git_repo({"a.sh": "a\n", "b.py": "b\n", "c.py": TEN})
    (repo.root / "a.sh").chmod(0o755)
    (repo.root / "c.py").chmod(0o755)
    repo.write({"b.py": None, "c.py": TEN + "more\n"})
    (repo.root / "b.py").symlink_to("a.sh")
    repo.commit()
    assert [(diff.status, diff.new_path, diff.hunks) for diff in diffs(repo)] == [
        ("mode", "a.sh", ()),
        ("type", "b.py", ()),
        ("modified", "c.py", (Hunk(10, 0, 11, 1),)),
    ]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (TEN, [("renamed", "old/a.py", "new/b.py")]),
        (TEN.replace("line 3", "LINE 3"), [("renamed", "old/a.py", "new/b.py")]),
        ("".join(f"other {n}\n" for n in range(10)), [("added", None, "new/b.py"), ("deleted", "old/a.py", None)]),
    ],
    ids=["same", "similar", "different"],
)
def test_a_file_that_moved_is_a_rename_while_half_of_it_is_the_same(new, expected, git_repo):
    repo = git_repo({"old/a.py": TEN, "z.py": "z\n"})
    repo.commit({"old/a.py": None, "new/b.py": new})
    assert statuses(repo) == expected


def test_of_several_files_with_the_same_text_those_with_the_same_name_belong_together(git_repo):
    repo = git_repo({"one/a.py": TEN, "one/b.py": TEN, "one/c.py": TEN})
    repo.commit({"one/a.py": None, "one/b.py": None, "one/c.py": None, "two/c.py": TEN, "two/a.py": TEN, "x.py": TEN})
    assert statuses(repo) == [
        ("renamed", "one/a.py", "two/a.py"),
        ("renamed", "one/c.py", "two/c.py"),
        ("renamed", "one/b.py", "x.py"),
    ]


def test_a_file_that_moved_to_another_suffix_is_a_rename(git_repo):
    repo = git_repo({"lib/a.js": TEN})
    repo.commit({"lib/a.js": None, "src/a.ts": TEN + "more\n"})
    assert statuses(repo) == [("renamed", "lib/a.js", "src/a.ts")]


def test_empty_files_and_files_with_another_name_and_suffix_are_not_renames(git_repo):
    repo = git_repo({"one/__init__.py": "", "a.py": TEN})
    repo.commit({"one/__init__.py": None, "two/__init__.py": "", "a.py": None, "b.txt": TEN + "more\n"})
    assert {status for status, _, _ in statuses(repo)} == {"added", "deleted"}


def test_a_rename_is_found_among_untracked_files(git_repo):
    repo = git_repo({"a.py": TEN})
    repo.write({"a.py": None, "moved.py": TEN + "more\n"})
    with open_repo(repo.root) as opened:
        (diff,) = opened.diff(opened.commit_tree(opened.resolve("HEAD")), opened.worktree())
    assert (diff.status, diff.old_path, diff.new_path, diff.hunks) == (
        "renamed",
        "a.py",
        "moved.py",
        (Hunk(10, 0, 11, 1),),
    )


def test_many_moved_files_are_paired_as_git_pairs_them(git_repo):
    repo = git_repo({f"old/m{n}.py": "".join(f"v_{n}_{k} = {k}\n" for k in range(30)) for n in range(60)})
    repo.write({f"old/m{n}.py": None for n in range(60)})
    repo.commit({f"new/m{n}.py": "".join(f"v_{n}_{k} = {k + (k < 8)}\n" for k in range(30)) for n in range(60)})
    lines = repo.git("diff", "--name-status", "-M", "HEAD~1", "HEAD").splitlines()
    assert [(diff.old_path, diff.new_path) for diff in diffs(repo)] == [tuple(line.split("\t")[1:]) for line in lines]


def test_among_too_many_files_only_the_same_text_is_a_rename_and_that_is_said(git_repo):
    repo = git_repo({f"old/{n}.py": f"{TEN}{n}\n" for n in range(1002)})
    repo.write({f"old/{n}.py": None for n in range(1002)})
    repo.commit({f"new/{n}.py": f"{TEN}{n}\n{'more' * (n > 0)}" for n in range(1002)})
    with open_repo(repo.root) as opened:
        found = opened.diff(*(opened.commit_tree(opened.resolve(rev)) for rev in ("HEAD~1", "HEAD")))
        assert [diff.new_path for diff in found if diff.status == "renamed"] == ["new/0.py"]
        assert [item.what for item in opened.skipped] == ["renames with edits"]


def test_attributes_do_not_hide_a_change(git_repo):
    repo = git_repo({"a.py": "x = 1\n", ".gitattributes": "*.py binary -diff\n"})
    (repo.root / ".git" / "info").mkdir(exist_ok=True)
    (repo.root / ".git" / "info" / "attributes").write_text("*.py binary -diff\n")
    repo.commit({"a.py": "x = 2\n"})
    (diff,) = diffs(repo)
    assert (diff.binary, diff.hunks) == (False, (Hunk(1, 1, 1, 1),))


def test_a_binary_file_has_no_hunks(git_repo):
    repo = git_repo({"a.bin": b"a\0b\n", "b.py": "b\n"})
    repo.commit({"a.bin": b"a\0c\n", "b.py": b"\0\n", "c.bin": b"\0"})
    assert [(diff.status, diff.binary, diff.hunks) for diff in diffs(repo)] == [
        ("modified", True, ()),
        ("modified", True, ()),
        ("added", True, ()),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"", b"", ()),
        (b"", b"a\n", (Hunk(0, 0, 1, 1),)),
        (b"a\n", b"", (Hunk(1, 1, 0, 0),)),
        (b"a\n", b"a", (Hunk(1, 1, 1, 1),)),
        (b"a\nb\n", b"a\nx\nb\n", (Hunk(1, 0, 2, 1),)),
        (b"a\r\nb\n", b"a\nb\n", (Hunk(1, 1, 1, 1),)),
        (b"a\nb\nc\n", b"A\nb\nC\n", (Hunk(1, 1, 1, 1), Hunk(3, 1, 3, 1))),
        (b"\xff\xfe\n\xb0\xa1\n", b"\xff\xfe\n\xb0\xa2\n", (Hunk(2, 1, 2, 1),)),
        (b"a\x0cb\x85c\n", b"a\x0cb\x85d\n", (Hunk(1, 1, 1, 1),)),
    ],
)
def test_hunks_are_counted_as_git_counts_them(old, new, expected):
    assert hunks(old, new) == expected


def test_hunks_are_those_of_git(git_repo):
    old = "".join(f"def f{n}(x):\n    return x + {n}\n\n" for n in range(40))
    new = old.replace("return x + 7\n", "return x - 7\n").replace("def f20(x):", "def f20(x, y):\n    x += y")
    new = new.replace("def f30(x):\n    return x + 30\n\n", "")
    repo = git_repo({"a.py": old})
    repo.commit({"a.py": new})
    printed = repo.git("diff", "-U0", "--patience", "HEAD~1", "HEAD")
    expected = [
        Hunk(*(int(group) if group else 1 for group in found))
        for found in re.findall(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", printed, re.MULTILINE)
    ]
    assert list(diffs(repo)[0].hunks) == expected


LINES = st.lists(
    st.sampled_from([b"a\n", b"b\n", b"c\n", b"d\n", b"\n", b"}\n", b"unique 1\n", b"unique 2\n"]), max_size=40
)


@settings(max_examples=300, deadline=None)
@given(LINES, LINES)
def test_hunks_turn_the_old_text_into_the_new_one_and_leave_a_line_between_them(old, new):
    found = hunks(b"".join(old), b"".join(new))
    built, place = [], 0
    for hunk in found:
        start = hunk.old_start - (hunk.old_count > 0)
        built += old[place:start]
        assert start > place or hunk is found[0]
        assert len(built) == hunk.new_start - (hunk.new_count > 0)
        built += new[len(built) : len(built) + hunk.new_count]
        place = start + hunk.old_count
    assert built + old[place:] == new


@pytest.mark.parametrize(
    "lines", [[b"x\n"] * 40_000, [b"a\n", b"b\n"] * 20_000, [b"%d\n" % (n % 50) for n in range(40_000)]]
)
def test_long_texts_without_a_unique_line_are_compared_as_a_whole(lines):
    old = b"".join(lines)
    new = b"".join([b"first\n", *lines[: len(lines) // 2], b"middle\n", *lines[len(lines) // 2 :][::-1], b"last\n"])
    assert hunks(old, new)
    assert split_lines(old) == lines


def test_a_line_of_eight_megabytes_is_compared(git_repo):
    repo = git_repo({"a.js": b"x" * (8 << 20)})
    repo.commit({"a.js": b"x" * (8 << 20) + b"y"})
    assert diffs(repo)[0].hunks == (Hunk(1, 1, 1, 1),)


def test_a_change_of_a_thousand_files_is_compared(git_repo):
    repo = git_repo({f"d{n % 10}/f{n}.py": f"{TEN}{n}\n" for n in range(1000)})
    repo.commit({f"d{n % 10}/f{n}.py": f"{TEN}{n} new\n" for n in range(1000)})
    found = diffs(repo)
    assert len(found) == 1000
    assert {diff.hunks for diff in found} == {(Hunk(11, 1, 11, 1),)}


def test_the_base_decides_what_is_ignored_and_the_callers_patterns_are_added(git_repo):
    repo = git_repo({".qcodeignore": "vendor/\n", "vendor/v.py": "v\n", "a.py": "a\n", "gen_b.py": "b\n"})
    repo.commit({".qcodeignore": "*\n"})
    with open_repo(repo.root) as opened:
        base, head = (opened.commit_tree(opened.resolve(rev)) for rev in ("HEAD~1", "HEAD"))
        assert opened.ignored(base.entries, base) == {"vendor/v.py"}
        assert opened.ignored(base.entries, base, ["gen_*"]) == {"vendor/v.py", "gen_b.py"}
        assert opened.ignored(base.entries, head) == opened.ignored(base.entries) == set(base.entries)
        assert opened.ignored(base.entries, opened.empty_tree()) == set()


PATTERN = st.lists(
    st.sampled_from(
        ["*", "**", "?", "/", "a", "b", ".py", "[ab]", "[!a]", "[a-c]", "\\", " ", "!", "#", "[[:alpha:]]", "x"]
    ),
    min_size=1,
    max_size=5,
).map("".join)
PATHS = ["a", "b", "a.py", "a/b", "a/b/a.py", "b/a", "x/a/b", "a b", "c/.py", "!a", "#b", "aa/bb/x.py", "x ", "[ab]"]


@settings(max_examples=120, deadline=None)
@given(st.lists(PATTERN, min_size=1, max_size=3))
@example(["***/*"])
@example(["//**"])
def test_patterns_fit_what_git_fits(tmp_path_factory, patterns):
    repo = plain_repository(tmp_path_factory)
    (repo / ".git" / "info" / "exclude").write_text("\n".join(patterns) + "\n")
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=repo,
        input="\0".join(PATHS).encode(),
        capture_output=True,
    )
    with open_repo(repo) as opened:
        assert opened.ignored(PATHS, opened.empty_tree(), patterns) == set(done.stdout.decode().split("\0")) - {""}


def plain_repository(factory):
    root = factory.getbasetemp() / "ignoring"
    if not root.exists():
        subprocess.run(["git", "init", "--quiet", str(root)], check=True)
        (root / ".git" / "info").mkdir(exist_ok=True)
    return root
