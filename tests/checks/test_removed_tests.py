"""`test/removed`: tests that are gone or do nothing any more."""

from __future__ import annotations

import pytest

from tests.checks.world import checked, rules

PYTHON = """def test_adds():
    total = add(1, 2)
    assert total == 3


def test_subtracts():
    rest = subtract(3, 2)
    assert rest == 1
"""
JAVASCRIPT = """describe('sum', () => {
  it('adds', () => {
    const total = add(1, 2)
    expect(total).toBe(3)
  })
  it.only("doesn't subtract", async () => {
    expect(await subtract(3, 2)).toBe(1)
  })
})
"""


def without(text: str, start: str, end: str = "") -> str:
    first = text.index(start)
    return text[:first] + (text[text.index(end, first) :] if end else "")


def test_a_removed_test_is_shown_where_it_stood() -> None:
    [found] = checked({"tests/test_a.py": PYTHON}, {"tests/test_a.py": without(PYTHON, "def test_subtracts")})
    assert (found.rule, found.severity, found.side) == ("test/removed", "low", "base")
    assert (found.path, found.lines, found.evidence) == ("tests/test_a.py", (6, 6), "def test_subtracts():")
    assert "test_subtracts" in found.title


def test_a_removed_case_of_javascript_is_shown_by_its_title() -> None:
    after = without(JAVASCRIPT, "  it('adds'", '  it.only("')
    [found] = checked({"src/a.test.ts": JAVASCRIPT}, {"src/a.test.ts": after})
    assert found.title == "The test `adds` was removed"


def test_a_deleted_file_lists_its_tests_in_one_finding() -> None:
    text = "".join(f"def test_{number}():\n    assert f({number})\n\n\n" for number in range(8))
    [found] = checked({"tests/test_a.py": text, "b.py": ""}, {"b.py": ""})
    assert found.title.startswith("8 tests were removed: `test_0`, `test_1`")
    assert found.title.endswith("and 3 more")


@pytest.mark.parametrize("body", ["pass", "...", '"""Later."""', "return"], ids=["pass", "dots", "docstring", "return"])
def test_an_emptied_python_test_is_reported_at_head(body: str) -> None:
    after = PYTHON.replace("    rest = subtract(3, 2)\n    assert rest == 1\n", f"    {body}\n")
    [found] = checked({"tests/test_a.py": PYTHON}, {"tests/test_a.py": after})
    assert (found.rule, found.side, found.title) == ("test/removed", "head", "The test `test_subtracts` was emptied")


def test_an_emptied_case_of_javascript_is_reported() -> None:
    after = JAVASCRIPT.replace("    const total = add(1, 2)\n    expect(total).toBe(3)\n", "    // later\n")
    assert [each.title for each in checked({"a.test.js": JAVASCRIPT}, {"a.test.js": after})] == [
        "The test `adds` was emptied"
    ]


SILENT = {
    "renamed": ({"tests/test_a.py": PYTHON}, {"tests/test_a.py": PYTHON.replace("test_adds", "test_sum_of_two")}),
    "moved to another file": (
        {"tests/test_a.py": PYTHON},
        {"tests/test_a.py": without(PYTHON, "def test_sub"), "tests/test_b.py": PYTHON[PYTHON.index("def test_sub") :]},
    ),
    "moved into a class": (
        {"tests/test_a.py": PYTHON},
        {"tests/test_a.py": "class TestSum:\n" + "".join(f"    {line}\n" for line in PYTHON.split("\n"))},
    ),
    "parametrised": (
        {"tests/test_a.py": PYTHON},
        {
            "tests/test_a.py": "@pytest.mark.parametrize('x', [1])\ndef test_all(x):\n    total = add(1, 2)\n"
            "    assert total == 3\n    rest = subtract(3, 2)\n    assert rest == 1\n"
        },
    ),
    "gone with what it tested": (
        {"a.py": "def subtract(a, b):\n    return a - b\n", "tests/test_a.py": PYTHON},
        {"a.py": "", "tests/test_a.py": without(PYTHON, "def test_subtracts")},
    ),
    "a helper": (
        {"tests/test_a.py": PYTHON + "\n\ndef helper():\n    return 1\n"},
        {"tests/test_a.py": PYTHON},
    ),
    "no test file": ({"a.py": PYTHON}, {"a.py": without(PYTHON, "def test_subtracts")}),
    "only reworded": ({"tests/test_a.py": PYTHON}, {"tests/test_a.py": PYTHON.replace("total", "result")}),
    "empty before": (
        {"tests/test_a.py": "def test_a():\n    pass\n"},
        {"tests/test_a.py": "def test_a():\n    ...\n"},
    ),
    "skipped": ({"tests/test_a.py": PYTHON}, {"tests/test_a.py": "@pytest.mark.skip\n" + PYTHON}),
    "a title that moved": (
        {"a.test.ts": JAVASCRIPT},
        {
            "a.test.ts": without(JAVASCRIPT, "  it('adds'", '  it.only("')
            + "it('adds', () => { expect(add(1, 2)).toBe(3) })\n"
        },
    ),
}


@pytest.mark.parametrize("why", SILENT)
def test_it_stays_silent_when_a_test_was(why: str) -> None:
    assert "test/removed" not in rules(*SILENT[why])


def test_a_renamed_test_file_keeps_its_tests() -> None:
    assert rules({"tests/test_a.py": PYTHON}, {"tests/test_b.py": PYTHON}, {"tests/test_b.py": "tests/test_a.py"}) == []
