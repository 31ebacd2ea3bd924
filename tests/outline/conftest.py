"""A guard against parsers that never come back."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

SECONDS_BEFORE_IT_HANGS = 60


@pytest.fixture(autouse=True)
def never_hangs() -> Iterator[None]:
    """End a test that does not end; far above what any of them needs on a busy machine."""

    def give_up(*_: object) -> None:
        raise TimeoutError("the test did not come to an end")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(SECONDS_BEFORE_IT_HANGS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
