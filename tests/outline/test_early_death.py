"""A worker that dies before it has said that it is ready."""

from __future__ import annotations

import os
import signal

import pytest

from indexer.outline.parser import Parser, Source
from indexer.types import Outline


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_killed_at_its_start_costs_no_source(by: signal.Signals) -> None:
    sources = [Source(f"{number}.py", "python", b"def f(): pass\n") for number in range(3)]
    with Parser() as parser:
        parser.start()
        (worker,) = parser.pids()
        os.kill(worker, by)
        os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
        answers = dict(parser.outlines(sources))
    assert all(isinstance(answer, Outline) for answer in answers.values())
    assert len(answers) == 3
