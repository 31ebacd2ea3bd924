"""What the tests of the review share."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import GitRepo, Repo
from tests.review.asking import AFTER, BEFORE


@pytest.fixture(scope="session")
def broken_once(lasting_git_repo: GitRepo) -> Repo:
    """A repository whose last commit breaks a caller; no test may change it."""
    repo = lasting_git_repo(BEFORE)
    repo.commit(AFTER, "a currency")
    return repo


@pytest.fixture
def broken(broken_once: Repo, tmp_path: Path) -> Repo:
    """The same repository, to do with as one likes."""
    root = tmp_path / "broken"
    shutil.copytree(broken_once.root, root, symlinks=True)
    return Repo(root, broken_once.environment, count(2))
