"""One hostile repository that all tests of this folder look at, and that no test changes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.repository import Hostile, hostile_repository

SEED = 5


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    folder = tmp_path_factory.mktemp("hostile")
    yield hostile_repository(folder / "made", SEED)
    clear(folder)


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder for a hostile repository of one's own."""
    yield tmp_path / "made"
    clear(tmp_path / "made")


def clear(folder: Path) -> None:
    """pytest clears its folders by recursion, and would fail on the deep ones."""
    subprocess.run(["rm", "-rf", folder], check=True)
