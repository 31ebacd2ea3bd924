"""Outlines as flat values, and back."""

from __future__ import annotations

import pytest

from indexer.outline.rows import Rows, lines_of, opened, packed, packed_definitions, sealed, unpacked, words_of

ROWS = Rows(3, 1, b"\nf\n", b"d", b"", b"i", b"\nf\nx\n")
DEFINITION = ("f", "C.f", "method", "C", 1, 2, "def f(x)")


def test_what_is_sealed_opens_to_the_same() -> None:
    assert opened(sealed(ROWS)) == ROWS


@pytest.mark.parametrize("damaged", [b"", sealed(ROWS)[:10], sealed(ROWS)[:-1], sealed(ROWS) + b"x"])
def test_what_was_not_sealed_so_does_not_open(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|length"):
        opened(damaged)


@pytest.mark.parametrize("words", [[], ["a"], ["a", "한글", "z"]])
def test_words_come_back(words: list[str]) -> None:
    assert words_of(lines_of([word.encode() for word in words])) == words


def test_rows_come_back_as_text_with_nothing_for_none() -> None:
    assert list(unpacked(packed([("os", None, "o", 0)]))) == [["os", "", "o", "0"]]
    assert list(unpacked(packed([]))) == []


def test_definitions_are_packed_like_other_rows() -> None:
    rows = [DEFINITION, ("g", "g", "function", None, 3, 4, "def g()")]
    assert packed_definitions(rows) == packed(rows)


@pytest.mark.parametrize("separator", ["\x1e", "\x1f"])
def test_separators_inside_a_field_become_blanks(separator: str) -> None:
    row = (*DEFINITION[:6], f"def f(x={separator})")
    assert [fields[6] for fields in unpacked(packed_definitions([row, DEFINITION]))] == ["def f(x= )", "def f(x)"]
