"""The changes that are planted in Go, on a definition given as the checker's syntax tree gives it."""

import random

import pytest

from benchmarks.go_changes import moved_in_package, mutate, variadic_added
from benchmarks.nouns import Candidate, Param, Place, applied

TEXT = 'package a\n\nimport "fmt"\n\nfunc Send(url string, body int, tags ...string) {\n\tgo run()\n}\n'
START = TEXT.index("func")


def candidate(name: str = "Send") -> Candidate:
    written = ("url string", "body int", "tags ...string")
    spans = [(TEXT.index(p), TEXT.index(p) + len(p)) for p in written]
    params = (
        Param("url", "positional", True, spans[0]),
        Param("body", "positional", True, spans[1]),
        Param("tags", "rest", False, spans[2]),
    )
    at = TEXT.index("Send")
    return Candidate(
        "function", name, Place("b/a.go", 5, 5), None, (START, len(TEXT) - 1), (at, at + 4),
        params=params, params_span=(TEXT.index("(") + 1, TEXT.index(")")), body_at=TEXT.index("{") + 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("rename", "func Send_renamed(url string"),
        ("add required", "(url string, body int, extraOption int, tags ...string)"),
    ],
)
def test_a_definition_is_changed_in_one_way(kind, written):
    mutation = mutate(kind, TEXT, candidate(), random.Random(0))
    assert mutation is not None
    assert written in applied(TEXT, mutation.edits["b/a.go"])


@pytest.mark.parametrize("seed", range(4))
def test_a_dropped_parameter_takes_its_comma_along(seed):
    mutation = mutate("drop", TEXT, candidate(), random.Random(seed))
    assert mutation is not None
    shown = applied(TEXT, mutation.edits["b/a.go"])
    assert shown[shown.index("Send") : shown.index(")") + 1] in (
        "Send(body int, tags ...string)",
        "Send(url string, tags ...string)",
    )


def test_a_moved_definition_goes_to_a_package_of_its_own():
    mutation = mutate("move", TEXT, candidate(), random.Random(0))
    assert mutation is not None
    ((path, text),) = mutation.added.items()
    assert path == "b/moved/moved.go"
    assert text.startswith('package moved\n\nimport "fmt"\n')
    assert "Send" not in applied(TEXT, mutation.edits["b/a.go"])


def test_in_its_own_package_it_may_move_without_breaking_anything():
    mutation = moved_in_package(TEXT, candidate(), random.Random(0))
    assert mutation is not None
    assert list(mutation.added) == ["b/a_moved.go"]


def test_what_takes_any_number_of_arguments_is_given_no_further_one():
    assert variadic_added(TEXT, candidate(), random.Random(0)) is None


@pytest.mark.parametrize("kind", ["keyword-only", "async", "reorder"])
def test_there_is_nothing_of_the_kind_in_go(kind):
    assert mutate(kind, TEXT, candidate(), random.Random(0)) is None
