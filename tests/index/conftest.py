"""Fixtures for the index: `open_at` opens one on a repository, with a store of the test's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indexer.index import Index, open_index

OpenAt = Callable[..., Index]


@pytest.fixture
def store_dir(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "qcode" / "index"


@pytest.fixture
def open_at(store_dir: Path) -> Iterator[OpenAt]:
    """`open_at(root)` opens an index that is closed with the test."""
    with ExitStack() as stack:
        yield lambda root, folder=store_dir: stack.enter_context(open_index(root, folder, os.environ))
