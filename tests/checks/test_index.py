"""The checks behind the real index, on a real repository."""

from __future__ import annotations

from pathlib import Path

from indexer.index import open_index
from indexer.types import Finding
from tests.checks.secret_samples import SAMPLES
from tests.conftest import GitRepo

CODE = "def load_config(path):\n    return path\n\n\ndef keep(x):\n    return x\n"
TESTS = """from a import keep, load_config


def test_load():
    assert load_config(1) == 1


def test_keep():
    assert keep(1)
"""
BEFORE = {
    "a.py": CODE,
    "b.py": "x = 1\n",
    "c.txt": "one\n",
    "settings.py": "DEBUG = True\n",
    "tests/test_a.py": TESTS,
    "README.md": "Call `load_config(path)`.\n",
    "한글.md": "`load_config`\n",
}
AFTER = {
    "a.py": CODE[CODE.index("def keep") :] + "\n\ndef fresh(y):\n    return y\n",
    "b.py": "x = (1\n",
    "c.txt": "one\n" + "<" * 7 + " HEAD\na\n" + "=" * 7 + "\nb\n" + ">" * 7 + " topic\n",
    "settings.py": f'DEBUG = True\nTOKEN = "{SAMPLES["github-token"]}"\n',
    "hidden.js": "const a = 1 // \u202e\n",
    "tests/test_a.py": TESTS[: TESTS.index("def test_keep")],
}


def findings(root: Path, store: Path, *, committed: bool) -> list[Finding]:
    with open_index(root, store) as index:
        base = index.repo.commit_tree(index.repo.resolve("HEAD~1" if committed else "HEAD"))
        head = index.repo.commit_tree(index.repo.resolve("HEAD")) if committed else index.repo.worktree()
        index.refresh(base)
        index.refresh(head)
        return list(index.checks(base, head))


EXPECTED = [
    ("conflict/marker", "c.txt"),
    ("doc/stale", "README.md"),
    ("doc/stale", "한글.md"),
    ("secret/github-token", "settings.py"),
    ("syntax/broken", "b.py"),
    ("test/none", "a.py"),
    ("test/removed", "tests/test_a.py"),
    ("text/bidi", "hidden.js"),
]


def test_every_rule_fires_between_two_commits(git_repo: GitRepo, tmp_path: Path) -> None:
    repo = git_repo(BEFORE)
    repo.commit(AFTER)
    found = findings(repo.root, tmp_path / "store", committed=True)
    assert sorted((each.rule, each.path) for each in found) == EXPECTED


def test_every_rule_fires_in_the_work_tree(git_repo: GitRepo, tmp_path: Path) -> None:
    repo = git_repo(BEFORE)
    repo.write(AFTER)
    found = findings(repo.root, tmp_path / "store", committed=False)
    assert sorted((each.rule, each.path) for each in found) == EXPECTED


def test_deleted_binary_and_mode_only_changes_are_quiet(git_repo: GitRepo, tmp_path: Path) -> None:
    repo = git_repo({"a.py": "x = 1\n", "b.bin": b"\0\1", "run.sh": "#!/bin/sh\n"})
    (repo.root / "run.sh").chmod(0o755)
    repo.commit({"a.py": None, "b.bin": b"\0\2" + SAMPLES["github-token"].encode()})
    assert findings(repo.root, tmp_path / "store", committed=True) == []
