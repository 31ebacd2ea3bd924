"""Bytes to lines and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.edits import text
from agents.edits.types import Snapshot
from tests.edits.answers import block, result


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (b"plain\n", "utf-8"),
        ("한글 é\n".encode(), "utf-8"),
        ("한글 주석\n".encode("cp949"), "cp949"),
        ("똠방각하 펲시콜라\n".encode("cp949"), "cp949"),
        ("naïve café\n".encode("latin-1"), "latin-1"),
        ("25°C is £5\n".encode("latin-1"), "latin-1"),
        (b"\x80\xff\n", "latin-1"),
    ],
)
def test_the_encoding_is_the_one_the_bytes_say(data: bytes, encoding: str) -> None:
    read = text.decode("a.txt", data)
    assert isinstance(read, Snapshot)
    assert read.encoding == encoding
    assert text.encode(read, read.lines) == data


@pytest.mark.parametrize("data", [b"\0", b"\x7fELF\0\0", "x\n".encode("utf-16")])
def test_what_is_no_text_is_not_read(data: bytes) -> None:
    assert isinstance(text.decode("a.bin", data), str)


@given(st.binary().filter(lambda data: b"\0" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff"))))
def test_any_bytes_come_back_the_same(data: bytes) -> None:
    read = text.decode("a", data)
    assert isinstance(read, Snapshot)
    assert text.encode(read, read.lines) == data


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("a\nb\n", ("a\n", "b\n")),
        ("a\r\nb", ("a\r\n", "b")),
        ("a\rb\n", ("a\rb\n",)),
        ("a\x0bb\x85c\u2028d\n", ("a\x0bb\x85c\u2028d\n",)),
        ("\n\n", ("\n", "\n")),
        ("", ()),
    ],
)
def test_only_line_feeds_end_lines(content: str, lines: tuple[str, ...]) -> None:
    assert text.split_lines(content) == lines


@pytest.mark.parametrize(
    ("before", "search", "replace", "after"),
    [
        (b"a\r\nb\r\nc\r\n", "b\n", "x\ny\n", b"a\r\nx\r\ny\r\nc\r\n"),
        (b"a\nb\r\nc\n", "b\n", "x\n", b"a\nx\r\nc\n"),
        (b"a\r\nb\nc\r\n", "a\nb\nc\n", "a\nx\nc\n", b"a\r\nx\nc\r\n"),
        (b"a\nb", "b\n", "x\n", b"a\nx"),
        (b"a\nb", "b\n", "b\nc\n", b"a\nb\nc"),
        (b"a\nb\n", "b\n", "b\nc\n", b"a\nb\nc\n"),
        (b"a\r\nb", "a\nb\n", "a\nb\nc\n", b"a\r\nb\r\nc"),
        (b"one", "one\n", "two\n", b"two"),
        (b"\xef\xbb\xbfa\nb\n", "a\n", "x\n", b"\xef\xbb\xbfx\nb\n"),
        ("제목\n값 = 1\n".encode("cp949"), "값 = 1\n", "값 = 2\n", "제목\n값 = 2\n".encode("cp949")),
        ("caf\xe9\nx\n".encode("latin-1"), "x\n", "\xfc\n", "caf\xe9\n\xfc\n".encode("latin-1")),
        ("제목\nx\n".encode("cp949"), "x\n", "é😀\n", b"ENCODING"),
    ],
)
def test_line_ends_marks_and_encoding_stay(before: bytes, search: str, replace: str, after: bytes) -> None:
    assert result(before, block(search, replace)) == after
