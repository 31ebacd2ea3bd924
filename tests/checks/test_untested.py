"""`test/none`: what changed and no test names."""

from __future__ import annotations

import pytest

from indexer.types import Finding
from tests.checks.world import Files, checked

TESTS = {"tests/test_a.py": "from a import known\n\n\ndef test_known():\n    assert known()\n"}


def untested(before: Files, after: Files) -> list[Finding]:
    return [found for found in checked({**TESTS, **before}, {**TESTS, **after}) if found.rule == "test/none"]


def test_a_new_function_without_a_test_is_named_once() -> None:
    [found] = untested({"a.py": ""}, {"a.py": "x = 1\n\n\ndef unknown(a):\n    return a\n"})
    assert (found.severity, found.lines, found.columns) == ("info", (4, 4), (5, 12))
    assert found.title == "No test mentions `unknown`, which this change touches"
    assert (found.symbol, found.evidence) == ("unknown", "def unknown(a):")


def test_a_changed_line_counts_for_the_innermost_symbol() -> None:
    before = "class A:\n    def first(self):\n        return 1\n\n    def second(self):\n        return 2\n"
    [found] = untested({"a.py": before}, {"a.py": before.replace("return 2", "return 3")})
    assert found.symbol == "A.second"


def test_a_deleted_line_counts_too() -> None:
    before = "def unknown():\n    a()\n    b()\n    c()\n"
    assert len(untested({"a.py": before}, {"a.py": before.replace("    b()\n", "")})) == 1


def test_a_new_class_stands_for_its_members() -> None:
    after = "class Unknown:\n    size = 1\n\n    def member(self):\n        return 1\n"
    assert [found.symbol for found in untested({"a.py": ""}, {"a.py": after})] == ["Unknown"]


def test_a_constructor_is_tested_by_its_class() -> None:
    before = "class known:\n    def __init__(self):\n        self.a = 1\n"
    assert untested({"a.py": before}, {"a.py": before.replace("= 1", "= 2")}) == []


@pytest.mark.parametrize("path", ["src/a.ts", "src/a.js", "src/a.tsx"])
def test_typescript_and_javascript_count(path: str) -> None:
    assert len(untested({path: ""}, {path: "export function unknown(a) {\n  return a\n}\n"})) == 1


SILENT = {
    "mentioned by a test": ("a.py", "", "def known():\n    return 1\n"),
    "private": ("a.py", "", "def _unknown():\n    return 1\n"),
    "a private class's method": ("a.py", "", "class _A:\n    def f(self):\n        return 1\n"),
    "inside a function": (
        "a.py",
        "def known():\n    def inner():\n        return 1\n    return inner\n",
        "def known():\n    def inner():\n        return 2\n    return inner\n",
    ),
    "only a comment changed": (
        "a.py",
        "def unknown():\n    # a\n    return 1\n",
        "def unknown():\n    # b\n    return 1\n",
    ),
    "a test itself": ("tests/test_b.py", "", "def test_b():\n    assert 1\n"),
    "a test's helper": ("tests/tools.py", "", "def unknown():\n    return 1\n"),
    "an example": ("examples/a.py", "", "def unknown():\n    return 1\n"),
    "a script": ("scripts/a.py", "", "def unknown():\n    return 1\n"),
    "a declaration file": ("src/a.d.ts", "", "export function unknown(): void\n"),
    "text": ("a.md", "", "def unknown():\n"),
    "a constant": ("a.py", "", "LIMIT = 1\n"),
}


@pytest.mark.parametrize("why", SILENT)
def test_it_stays_silent_about(why: str) -> None:
    path, before, after = SILENT[why]
    assert untested({path: before}, {path: after}) == []


def test_after_twenty_the_rest_comes_in_one_finding() -> None:
    after = "".join(f"def unknown_{number}():\n    return {number}\n\n\n" for number in range(30))
    found = untested({"a.py": ""}, {"a.py": after})
    assert len(found) == 21
    assert found[-1].title.startswith("No test mentions 10 further changed symbols: `unknown_20`")


def test_a_repository_without_any_test_is_told_once() -> None:
    [found] = checked({"a.py": ""}, {"a.py": "def one():\n    return 1\n\n\ndef two():\n    return 2\n"})
    assert found.title == "This repository has no test for what changed: `one`, `two`"
