"""The changes that are planted in TypeScript, on a definition given as the compiler's syntax tree gives it."""

import random

import pytest

from benchmarks.nouns import Candidate, Param, Place, applied
from benchmarks.script_changes import mutate

TEXT = "export function send(url: string, body: string, retries = 1): void {\n  go()\n}\n"


def candidate() -> Candidate:
    spans = [(TEXT.index(p), TEXT.index(p) + len(p)) for p in ("url: string", "body: string", "retries = 1")]
    params = tuple(
        Param(n, "positional", n != "retries", s) for n, s in zip(("url", "body", "retries"), spans, strict=True)
    )
    return Candidate(
        "function", "send", Place("a.ts", 1, 16), None, (0, len(TEXT)), (16, 20),
        keyword_at=7, params=params, params_span=(21, TEXT.index(")")), flags=frozenset({"exported", "script"}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("rename", "function send_renamed(url: string"),
        ("add required", "(url: string, body: string, extraOption: string, retries = 1)"),
        ("reorder", "(body: string, url: string, retries = 1)"),
        ("async", "export async function send"),
    ],
)
def test_a_definition_is_changed_in_one_way(kind, written):
    mutation = mutate(kind, TEXT, candidate(), random.Random(0))
    assert mutation is not None
    assert written in applied(TEXT, mutation.edits["a.ts"])


@pytest.mark.parametrize("seed", range(6))
def test_a_dropped_parameter_takes_its_comma_along(seed):
    mutation = mutate("drop", TEXT, candidate(), random.Random(seed))
    assert mutation is not None
    shown = applied(TEXT, mutation.edits["a.ts"])
    assert shown[shown.index("(") : shown.index(")") + 1] in (
        "(body: string, retries = 1)",
        "(url: string, retries = 1)",
        "(url: string, body: string)",
    )


def test_a_moved_definition_goes_to_a_new_file_beside_the_old_one():
    mutation = mutate("move", TEXT, candidate(), random.Random(0))
    assert mutation is not None
    assert list(mutation.added) == ["a-moved.ts"]
    assert applied(TEXT, mutation.edits["a.ts"]) == ""


def test_there_are_no_keyword_only_parameters():
    assert mutate("keyword-only", TEXT, candidate(), random.Random(0)) is None
