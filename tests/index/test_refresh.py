"""What a refresh finds, keeps, leaves out and does not do twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.index import Index
from indexer.store import Key, Record
from indexer.types import Skipped
from tests.conftest import GitRepo
from tests.index.conftest import OpenAt

FILES = {"a.py": "def first(x):\n    return helper(x)\n", "b/c.py": "class Second:\n    def method(self): ...\n"}
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 123\n"
MINIFIED = "var a=1;" + "x(1);" * 20_000


def counts(index: Index) -> tuple[int, int, int, int]:
    refreshed = index.refresh()
    return refreshed.added, refreshed.changed, refreshed.removed, refreshed.parsed


def names(index: Index, *wanted: str) -> set[tuple[str, str]]:
    return {(symbol.path, symbol.qualified) for symbol in index.definitions(index.worktree, wanted)}


def test_a_cold_refresh_reads_everything(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo(FILES).root)
    assert counts(index) == (2, 0, 0, 2)
    assert names(index, "first", "method") == {("a.py", "first"), ("b/c.py", "Second.method")}


def test_a_second_refresh_parses_nothing(git_repo: GitRepo, open_at: OpenAt) -> None:
    root = git_repo(FILES).root
    counts(open_at(root))
    again = open_at(root)
    assert counts(again) == (0, 0, 0, 0)
    assert again.parser.pids() == ()


def test_changed_added_and_deleted_files_are_counted(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo(FILES)
    index = open_at(repo.root)
    index.refresh()
    repo.write({"a.py": "def renamed(): ...\n", "new.py": "def new(): ...\n", "b/c.py": None})
    assert counts(index) == (1, 1, 1, 2)
    assert names(index, "first", "renamed", "new", "Second") == {("a.py", "renamed"), ("new.py", "new")}


def test_told_what_was_touched_it_finds_what_a_look_at_everything_finds(git_repo: GitRepo, open_at: OpenAt) -> None:
    files = {**FILES, "gone.py": "x = 1\n", "link.py": "y = 1\n", ".gitignore": "made/\n", ".qcodeignore": "old.py\n"}
    root = git_repo(files).root
    index, other = open_at(root), open_at(root)
    index.refresh()
    other.refresh()
    (root / "a.py").write_text("def other(): ...\n")
    (root / "b/c.py").chmod(0o755)
    (root / "gone.py").unlink()
    (root / "link.py").unlink()
    (root / "link.py").symlink_to("a.py")
    (root / "made").mkdir()
    for new in ("made/new.py", "old.py", "new.py"):
        (root / new).write_text("z = 1\n")
    touched = ["a.py", "b/c.py", "gone.py", "link.py", "made/new.py", "old.py", "new.py", "never.py"]
    assert index.refresh(touched=touched).changed == 1
    other.refresh()
    assert index.worktree == other.worktree
    assert names(index, "other", "z") == {("a.py", "other"), ("new.py", "z")}


def test_what_was_not_touched_is_not_looked_at(git_repo: GitRepo, open_at: OpenAt) -> None:
    root = git_repo(FILES).root
    index = open_at(root)
    index.refresh()
    (root / "a.py").write_text("def other(): ...\n")
    assert index.refresh(touched=["b/c.py"]).changed == 0
    assert index.refresh().changed == 1


def test_a_file_that_is_put_back_is_unchanged_again(git_repo: GitRepo, open_at: OpenAt) -> None:
    root = git_repo(FILES).root
    index = open_at(root)
    for text in ("def other(): ...\n", FILES["a.py"]):
        (root / "a.py").write_text(text)
        index.refresh(touched=["a.py"])
    assert index.worktree.on_disk == frozenset()


def test_a_renamed_file_is_not_parsed_again(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo(FILES)
    index = open_at(repo.root)
    index.refresh()
    repo.git("mv", "a.py", "moved.py")
    assert counts(index) == (1, 0, 1, 0)
    assert names(index, "first") == {("moved.py", "first")}


def test_the_same_text_in_two_files_is_parsed_once_and_found_twice(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({"a.py": "def twin(): ...\n", "b.py": "def twin(): ...\n"}).root)
    assert counts(index) == (2, 0, 0, 1)
    assert names(index, "twin") == {("a.py", "twin"), ("b.py", "twin")}


def test_the_same_text_in_two_languages_is_outlined_in_each(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({"a.py": "f(1)\n", "b.js": "f(1)\n"}).root)
    index.refresh()
    outlines = index.outlines(index.worktree, ["a.py", "b.js"])
    assert {path: outline.language for path, outline in outlines.items()} == {"a.py": "python", "b.js": "javascript"}


def test_switching_branches_back_and_forth_parses_each_text_once(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo(FILES)
    index = open_at(repo.root)
    index.refresh()
    repo.git("checkout", "--quiet", "-b", "other")
    repo.commit({"a.py": "def other(): ...\n"})
    assert counts(index) == (0, 1, 0, 1)
    for branch in ("main", "other"):
        repo.git("checkout", "--quiet", branch)
        assert counts(index) == (0, 1, 0, 0)


def test_work_trees_of_one_repository_share_the_store(git_repo: GitRepo, open_at: OpenAt, tmp_path: Path) -> None:
    repo = git_repo(FILES)
    counts(open_at(repo.root))
    repo.git("worktree", "add", "--quiet", str(tmp_path / "second"))
    assert counts(open_at(tmp_path / "second")) == (2, 0, 0, 0)
    assert counts(open_at(repo.root)) == (0, 0, 0, 0)


def test_a_commit_is_asked_about_like_the_work_tree(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo(FILES)
    first = repo.git("rev-parse", "HEAD")
    repo.commit({"a.py": "def second(): ...\n"})
    index = open_at(repo.root)
    tree = index.repo.commit_tree(first)
    index.refresh(tree)
    assert [symbol.path for symbol in index.definitions(tree, ["first", "second"])] == ["a.py"]
    assert index.mentioning(tree, ["helper", "second"]) == {"a.py": frozenset({"helper"})}


@pytest.mark.parametrize("many", [0, 100])
def test_mentions_are_whole_identifiers(git_repo: GitRepo, open_at: OpenAt, many: int) -> None:
    index = open_at(
        git_repo({"a.py": "helper_two = helpers\n", "b.py": "# the helper\n", "c.py": "한글 = helper\n"}).root
    )
    index.refresh()
    wanted = ["helper", "한글", "", *(f"absent{n}" for n in range(many))]
    assert index.mentioning(index.worktree, wanted) == {
        "b.py": frozenset({"helper"}),
        "c.py": frozenset({"helper", "한글"}),
    }


HEADED = {
    "a.py": "class Base: ...\n",
    "b.py": "class Child(pkg.Base): ...\n",
    "c.py": "class Other(Baseless): ...\n",
    "d.py": "def f(x: Base): ...\nclass Alone: ...\n",
    "e/same.py": "class Child(pkg.Base): ...\n",
}


@pytest.mark.parametrize("many", [0, 100])
def test_headings_are_searched_for_whole_words_by_kind(git_repo: GitRepo, open_at: OpenAt, many: int) -> None:
    index = open_at(git_repo(HEADED).root)
    index.refresh()
    wanted = ["Base", *(f"Absent{n}" for n in range(many))]
    assert index.headings(index.worktree, ["class"], wanted) == {"a.py", "b.py", "e/same.py"}
    assert index.headings(index.worktree, ["function"], wanted) == {"d.py"}
    assert index.headings(index.worktree, ["class", "function"], wanted[1:]) == frozenset()


def test_headings_are_those_of_the_tree_that_is_asked_about(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo(HEADED)
    index = open_at(repo.root)
    base = index.repo.commit_tree(repo.git("rev-parse", "HEAD"))
    repo.write({"b.py": "class Child: ...\n"})
    for tree in (base, index.worktree):
        index.refresh(tree)
    assert index.headings(base, ["class"], ["Base"]) == {"a.py", "b.py", "e/same.py"}
    assert index.headings(index.worktree, ["class"], ["Base"]) == {"a.py", "e/same.py"}


def test_an_outline_comes_back_as_the_parser_made_it(git_repo: GitRepo, open_at: OpenAt) -> None:
    text = b"import os\nfrom .a import b as c\n\nclass K:\n    def m(self, x=1): return os.x(\n"
    index = open_at(git_repo({"k.py": text}).root)
    index.refresh()
    from indexer.outline.tags import outline

    assert index.outline("k.py") == outline(text, "python")


def test_a_script_is_known_by_its_first_line(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({"run": "#!/usr/bin/env python3\ndef main(): ...\n", "LICENSE": "free\n"}).root)
    assert counts(index)[:3] == (1, 0, 0)
    assert names(index, "main") == {("run", "main")}


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("b.py", b"x = 1\0", "binary"),
        ("m.js", MINIFIED, "minified"),
        ("g.py", "# @generated\nx = 1\n", "generated"),
        ("h.py", "x = 1\n" * 400_000, "larger than 2 MiB"),
        ("v.py", "x = 1\n" * 3_000_000, "larger than 16 MiB"),
        ("l.js", POINTER, "kept in Git LFS"),
    ],
)
def test_files_not_worth_parsing_are_counted(
    git_repo: GitRepo, open_at: OpenAt, path: str, text: str, why: str
) -> None:
    repo = git_repo({path: text, "a.py": "x = 1\n"})
    for index in (open_at(repo.root), open_at(repo.root)):
        assert index.refresh().files == 1
        assert Skipped("files", why, 1) in index.skipped
    assert counts(open_at(repo.root)) == (0, 0, 0, 0)


def test_ignored_files_are_not_indexed(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo(
        {".gitignore": "build/\n", ".qcodeignore": "vendor/\n", "vendor/v.py": "x = 1\n", "a.py": "y = 1\n"}
    )
    repo.write({"build/b.py": "z = 1\n", "vendor/untracked.py": "z = 1\n"})
    index = open_at(repo.root)
    assert index.refresh().files == 1
    assert Skipped("files", "ignored", 1) in index.skipped
    assert set(index.outlines(index.worktree, ["a.py", "vendor/v.py", "build/b.py"])) == {"a.py"}


def test_a_tree_under_review_does_not_ignore_itself(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo({"a.py": "def seen(): ...\n"})
    index = open_at(repo.root)
    base = index.repo.commit_tree(repo.git("rev-parse", "HEAD"))
    repo.commit({".qcodeignore": "*\n"})
    index.ignoring(base)
    index.refresh()
    assert names(index, "seen") == {("a.py", "seen")}


def test_links_and_odd_names_do_no_harm(git_repo: GitRepo, open_at: OpenAt) -> None:
    odd = "\n 한글\udcff.py"
    repo = git_repo({odd: "def odd(): ...\n", "a.py": "x = 1\n"})
    (repo.root / "link.py").symlink_to("/etc/passwd")
    index = open_at(repo.root)
    assert counts(index) == (2, 0, 0, 2)
    assert names(index, "odd") == {(odd, "odd")}


def test_a_source_the_parser_gave_up_on_is_tried_again_only_with_other_limits(
    git_repo: GitRepo, open_at: OpenAt
) -> None:
    index = open_at(git_repo({"a.py": "x = 1\n"}).root)
    index.refresh()
    keys: list[Key] = list(index.store.known())
    index.store.clear()
    index.store.add([Record(key, "python", None, "took too long", "1s 1M") for key in keys])
    assert counts(index)[3] == 1
    assert index.outline("a.py") is not None


def test_a_file_the_parser_failed_on_is_named_and_not_tried_again(git_repo: GitRepo, open_at: OpenAt) -> None:
    from indexer.index import LIMITS

    index = open_at(git_repo({"a.py": "x = 1\n"}).root)
    index.refresh()
    key = next(iter(index.store.known()))
    index.store.clear()
    index.store.add([Record(key, "python", None, "took too long", LIMITS)])
    assert index.refresh().parsed == 0
    assert Skipped("a.py", "took too long") in index.skipped


def test_full_forgets_what_was_known(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo(FILES).root)
    index.refresh()
    assert index.refresh(full=True, jobs=2).parsed == 2


def test_progress_is_told_for_every_file(git_repo: GitRepo, open_at: OpenAt) -> None:
    told: list[tuple[int, int]] = []
    open_at(git_repo(FILES).root).refresh(progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_ten_thousand_small_files(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo()
    repo.write({f"d{n % 100}/f{n}.py": f"def f{n}(): return g{n}()\n" for n in range(10_000)})
    index = open_at(repo.root)
    assert index.refresh(jobs=2).files == 10_000
    assert index.refresh().parsed == 0
    assert index.mentioning(index.worktree, ["g1234"]) == {"d34/f1234.py": frozenset({"g1234"})}


def test_old_blobs_go_when_there_are_too_many(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo(FILES).root)
    index.refresh()
    index.store.add([Record((f"{n:040x}", "python"), "python", None, "old") for n in range(25_000)])
    assert index.store.prune(set(index.store.known()) - {(f"{0:040x}", "python")}, lambda _: ()) == 0
    keep = {key for key in index.store.known() if int(key[0], 16) > 25_000}
    assert index.store.prune(keep, lambda _: ()) == 5_002
    assert keep <= index.store.known().keys()
    assert len(index.store.known()) == 20_000


def test_nothing_is_written_under_the_repository(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo(FILES)

    def everything() -> list[tuple[str, int]]:
        return sorted((str(path), path.stat().st_mtime_ns) for path in repo.root.rglob("*"))

    before = everything()
    index = open_at(repo.root)
    index.refresh()
    index.symbols("first")
    assert everything() == before


def test_the_file_is_private(git_repo: GitRepo, open_at: OpenAt, store_dir: Path) -> None:
    before = os.umask(0)
    try:
        open_at(git_repo(FILES).root).refresh()
    finally:
        os.umask(before)
    assert store_dir.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in store_dir.iterdir()} == {0o600}


def test_no_source_text_is_kept(git_repo: GitRepo, open_at: OpenAt, store_dir: Path) -> None:
    index = open_at(git_repo({"a.py": "def f():\n    return 'correct horse battery staple'\n"}).root)
    index.refresh()
    index.close()
    assert not any(b"correct horse" in path.read_bytes() for path in store_dir.iterdir())
