"""A sandbox for the tests; where none can be made they are skipped, and fail where CI says that it is CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.sandbox import Sandbox, sandbox_of
from indexer.errors import ToolProblem
from tests.sandbox.acts import READABLE


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    try:
        found = sandbox_of(scratch=scratch, readable=READABLE)
    except ToolProblem as problem:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"{problem} {problem.remedy}")
    with found:
        yield found
    assert list(scratch.iterdir()) == []
