"""What a user may write for a revision, and what is said where it names no commit."""

from __future__ import annotations

import hashlib

import pytest

from indexer.errors import UsageProblem
from indexer.repo import open_repo

FIRST_SECOND = 1_700_000_000


@pytest.fixture
def history(git_repo):
    """Three commits, a tag, a branch with a slash and one with Hangul in its name."""
    repo = git_repo({"a.py": "x = 1\n"})
    repo.commit({"a.py": "x = 2\n"})
    repo.git("tag", "-a", "v1", "-m", "one")
    repo.commit({"a.py": "x = 3\n"})
    repo.git("branch", "feature/parser", "HEAD~1")
    repo.git("branch", "기능", "HEAD~1")
    return repo


@pytest.mark.parametrize("rev", ["HEAD", "main", "v1", "feature/parser", "v1~0^{commit}", "기능", "HEAD~1", ":/change"])
def test_what_git_knows_is_resolved_to_a_commit(rev, history):
    with open_repo(history.root) as repo:
        assert repo.resolve(rev) == history.git("rev-parse", "--verify", rev + "^{commit}" * (not rev.startswith(":")))


def test_a_short_id_is_resolved(history):
    oid = history.git("rev-parse", "HEAD")
    with open_repo(history.root) as repo:
        assert repo.resolve(oid[:8]) == oid


@pytest.mark.parametrize(
    ("rev", "sentence", "remedy"),
    [
        ("", "is not a revision", "HEAD~1"),
        ("--output=x", "is not a revision", "HEAD~1"),
        ("HEAD\nHEAD", "“HEAD?HEAD” is not a revision", "HEAD~1"),
        ("a\x1b[2J", "is not a revision", "HEAD~1"),
        ("\udcff", "is not a revision", "HEAD~1"),
        ("x" * 5000, "is not a revision", "HEAD~1"),
        ("nowhere", "“nowhere” is not a revision of this repository", "git branch --all"),
        ("featur/parser", "is not a revision of this repository", "Did you mean “feature/parser”?"),
        ("parsr", "is not a revision of this repository", "Did you mean “feature/parser”?"),
        ("0" * 40, "is not a revision of this repository", "git branch"),
        ("HEAD:a.py", "is a blob, not a commit", "commit id"),
        ("HEAD^{tree}", "is a tree, not a commit", "commit id"),
        ("HEAD~3", "the history of “HEAD” does not reach so far", "nearer"),
        ("HEAD^2", "does not exist", "nearer"),
        ("feature/parser~1^", "does not reach so far", "nearer"),
    ],
)
def test_each_wrong_revision_has_its_own_sentence_and_remedy(rev, sentence, remedy, history):
    with open_repo(history.root) as repo, pytest.raises(UsageProblem) as caught:
        repo.resolve(rev)
    assert sentence in str(caught.value)
    assert remedy in caught.value.remedy


def test_the_first_commit_has_no_parent(git_repo):
    made = git_repo({"a.py": "x = 1\n"})
    with open_repo(made.root) as repo:
        assert repo.parent(repo.resolve("HEAD")) is None
        with pytest.raises(UsageProblem, match="“HEAD” is the first commit and has no parent"):
            repo.resolve("HEAD~1")


@pytest.mark.parametrize("rev", ["HEAD", "HEAD~1", "@", "main"])
def test_a_branch_without_a_commit_is_named(rev, git_repo):
    with open_repo(git_repo().root) as repo, pytest.raises(UsageProblem, match="“main” has no commit yet"):
        repo.resolve(rev)


def test_an_ambiguous_id_asks_for_more_digits(git_repo):
    made = git_repo({"a.py": "x = 1\n"})
    prefix = two_commits_that_start_alike(made)
    with open_repo(made.root) as repo, pytest.raises(UsageProblem, match="is ambiguous") as caught:
        repo.resolve(prefix)
    assert "digits" in caught.value.remedy


def two_commits_that_start_alike(made):
    tree = made.git("rev-parse", "HEAD^{tree}")
    seen = {}
    for second in range(FIRST_SECOND, FIRST_SECOND + 5000):
        person = f"A <a@example.com> {second} +0000"
        data = f"tree {tree}\nauthor {person}\ncommitter {person}\n\nx\n".encode()
        start = hashlib.sha1(b"commit %d\0" % len(data) + data).hexdigest()[:4]
        if start in seen:
            for number, content in enumerate((data, seen[start])):
                made.write({f"commit{number}": content})
                made.git("hash-object", "-t", "commit", "-w", f"commit{number}")
            return start
        seen[start] = data
    raise AssertionError("no two ids start alike")


def test_of_a_merge_the_parent_is_the_first_one(history):
    history.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    side = history.commit({"b.py": "y = 1\n"})
    history.git("checkout", "--quiet", "main")
    first = history.git("rev-parse", "HEAD")
    history.git("merge", "--quiet", "--no-ff", "-m", "merge", "side")
    with open_repo(history.root) as repo:
        merge = repo.resolve("HEAD")
        assert repo.parent(merge) == first
        assert repo.resolve("HEAD~1") == first
        assert repo.resolve("HEAD^2") == side
        assert repo.merge_base(first, side) == history.git("merge-base", first, side)


def test_without_a_common_ancestor_there_is_a_sentence(history):
    history.git("checkout", "--quiet", "--orphan", "alone")
    history.commit({"b.py": "y = 1\n"})
    with open_repo(history.root) as repo, pytest.raises(UsageProblem, match="no common ancestor") as caught:
        repo.merge_base("main", "alone")
    assert "A..B" in caught.value.remedy


def test_a_detached_head_is_resolved(history):
    history.git("checkout", "--quiet", "--detach", "HEAD~1")
    with open_repo(history.root) as repo:
        assert repo.resolve("HEAD") == history.git("rev-parse", "main~1")


def test_replaced_and_grafted_commits_are_not_followed(history):
    first, second, third = (history.git("rev-parse", f"main~{n}") for n in (2, 1, 0))
    history.git("replace", second, first)
    (history.root / ".git" / "info").mkdir(exist_ok=True)
    (history.root / ".git" / "info" / "grafts").write_text(f"{third} {first}\n")
    with open_repo(history.root) as repo:
        assert repo.parent(third) == repo.resolve("main~1") == second
        assert repo.parent(second) == first
