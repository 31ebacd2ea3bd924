"""The impact suite's way of writing a case: two states of a few files, the expected findings marked in the second.

A line of the head that ends in `# ! rule` (or `// ! rule`) must get a finding of that rule, `# !medium rule` one of
that severity; every other line must get none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.index import open_index
from indexer.types import Finding
from tests.conftest import GitRepo

MARK = re.compile(r"(?:#|//) !(\w*) ([\w/ -]+?)(?= (?:#|//) !|$)")
Files = dict[str, str]
Review = Callable[[Files, Files], list[Finding]]


def marked(files: Files) -> set[tuple[str, int, str, str]]:
    """What the marks in the files ask for: path, line, rule, severity."""
    expected = set()
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            for severity, rules in MARK.findall(line):
                expected |= {(path, number, rule, severity or "high") for rule in rules.split()}
    return expected


@pytest.fixture
def findings(git_repo: GitRepo, tmp_path: Path) -> Review:
    """`findings(base, head)`: the impact of the second commit; a file that `head` does not name is deleted."""

    def review(base: Files, head: Files) -> list[Finding]:
        repo = git_repo(dict(base))
        repo.commit({**dict.fromkeys(base, None), **head})
        with open_index(repo.root, tmp_path / "store") as index:
            before, after = (index.repo.commit_tree(index.repo.resolve(rev)) for rev in ("HEAD~1", "HEAD"))
            index.refresh(after)
            index.refresh(before)
            return list(index.impact(before, after))

    return review


@pytest.fixture
def check(findings: Review) -> Callable[[Files, Files], None]:
    """Asserts that the findings of severity medium and above are exactly the marked ones."""

    def compare(base: Files, head: Files) -> None:
        found = {(f.path, f.lines[0], f.rule, f.severity) for f in findings(base, head) if f.confidence != "ambiguous"}
        assert found == marked(head)

    return compare
