from __future__ import annotations

import os
import pickle

import pytest

from indexer.outline import values
from indexer.types import Param, Span


def test_plain_values_and_our_types_come_back_equal() -> None:
    value = ("a", 1, None, [frozenset({"x"})], Param("x", "positional", True, ("C",)), Span(1, 0, 2, 3))
    assert values.load(values.dump(value)) == value


@pytest.mark.parametrize("foreign", [os.system, eval, OSError("x"), pickle.Unpickler])
def test_nothing_else_is_admitted(foreign: object) -> None:
    with pytest.raises(ValueError, match="not admitted"):
        values.load(pickle.dumps(foreign))


def test_a_call_hidden_in_an_answer_is_not_made() -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, ("/tmp/never",)

    with pytest.raises(ValueError, match="not admitted"):
        values.load(pickle.dumps(Trap()))
