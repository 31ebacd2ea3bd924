"""How a changed file is read, and what a path's name says."""

from __future__ import annotations

import pytest

from indexer import places
from indexer.checks.change import decode, split_lines, whole_line
from tests.checks.world import changed


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("한글".encode(), "한글"),
        ("한글".encode("cp949"), "한글"),
        (b"caf\xe9 \xff", "caf\u00e9 \u00ff"),
        (b"a\0b", None),
        (b"", ""),
    ],
    ids=["utf-8", "cp949", "latin-1", "binary", "empty"],
)
def test_text_is_decoded(data: bytes, text: str | None) -> None:
    assert decode(data) == text


def test_only_line_feeds_end_lines() -> None:
    assert split_lines("a\x0cb\r\nc\u2028d\n") == ("a\x0cb", "c\u2028d")
    assert split_lines("") == ()


def test_the_columns_of_a_line_leave_its_indent_out() -> None:
    assert (whole_line("    한글 "), whole_line(""), whole_line("   ")) == ((5, 7), (1, 1), (4, 4))


def test_added_lines_are_those_of_the_hunks() -> None:
    assert changed("a.py", "a = 1\nb = 2\n", "a = 1\nc = 3\nb = 2\nd = 4\n").added == (2, 4)
    assert changed("a.py", "a = 1\nb = 2\n", "a = 1\n").added == ()


TESTS = """
    tests/a.py test_a.py a_test.go src/a.test.ts src/a.spec.tsx src/__tests__/a.js conftest.py test.py a.test-d.ts
    src/test/java/A.java src/FooTest.java spec/a_spec.rb src/UserTests.cs
"""


@pytest.mark.parametrize("path", TESTS.split())
def test_these_are_tests(path: str) -> None:
    assert places.is_test(path)


@pytest.mark.parametrize(
    "path", ["latest.py", "contest/a.py", "src/testimony.py", "attest.go", "src/testable.ts", "Testimonials.tsx"]
)
def test_these_are_no_tests(path: str) -> None:
    assert not places.is_test(path)
