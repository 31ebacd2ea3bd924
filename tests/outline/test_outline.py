from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.languages import LANGUAGES
from indexer.outline.definitions import SIGNATURE_CHARACTERS, VALUE_CHARACTERS
from indexer.outline.identifiers import IDENTIFIER_CHARACTERS
from indexer.outline.issues import ISSUES_KEPT
from indexer.outline.tags import outline
from indexer.types import Outline

SAMPLES = {file.stem: file.read_bytes() for file in (Path(__file__).parent / "samples").glob("*.source")}
KOREAN = "# 한글 주석\ndef 함수(값):\n    return 값\n"


def signatures(source: str, language: str = "python") -> list[str]:
    return [definition.signature for definition in outline(source.encode(), language).definitions]


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        ("def f(x): pass", "def f(x)"),
        ("async def f() -> dict[str, int]: pass", "async def f() -> dict[str, int]"),
        ("@a\n@b(1)\ndef f(): pass", "def f()"),
        ("def f(\n    x,\n    *,\n    y=1,\n) -> None: pass", "def f(x, *, y=1) -> None"),
        ("def f(x,  # why\n      y): pass", "def f(x, y)"),
        ("def f(x='#  no comment'): pass", "def f(x='# no comment')"),
        ("class C(A,\n        B): pass", "class C(A, B)"),
        ("X = {\n  1: 2,\n}", "X = { 1: 2, }"),
    ],
)
def test_a_signature_is_the_text_before_the_body_on_one_line(source: str, signature: str) -> None:
    assert signatures(source) == [signature]


@pytest.mark.parametrize(
    ("language", "source", "signature"),
    [
        ("typescript", "@Injectable()\nexport class A {}", "class A"),
        ("typescript", "class A { @dec() @other m() {} }", "m()"),
        ("typescript", "export const f = (x: number) => x;", "const f = (x: number)"),
        ("javascript", "const a = 1, b = /* two */ 2;", "const b = 2"),
        ("java", '@Service(name = "x")\npublic final class A {}', "public final class A"),
        ("c_sharp", "[Serializable]\npublic class A {}", "public class A"),
        ("rust", "#[derive(Debug)]\npub fn f() {}", "pub fn f()"),
        ("kotlin", '@Deprecated("x")\nfun f(a: Int) {\n}\n', "fun f(a: Int)"),
        ("php", "<?php #[Pure] function f() {}", "function f()"),
    ],
)
def test_a_signature_has_no_decorators_and_no_comments(language: str, source: str, signature: str) -> None:
    assert signatures(source, language)[-1] == signature


def test_a_definition_begins_below_its_decorators() -> None:
    (definition,) = outline(b"@a\n@b\ndef f():\n    pass\n\n\n", "python").definitions
    assert definition.lines == (3, 4)


def test_long_signatures_and_values_are_cut() -> None:
    long, table = signatures(f"def f({', '.join(f'p{n}' for n in range(500))}): pass\nT = {list(range(10_000))}")
    assert len(long) == SIGNATURE_CHARACTERS
    assert len(table) == VALUE_CHARACTERS
    assert long.endswith("…")
    assert table.endswith("…")


def test_identifiers_are_distinct_and_sorted_and_found_in_strings_and_comments() -> None:
    source = "# zeta\nalpha = 'beta gamma-delta'  # alpha 12 3x _1 한글\n"
    assert outline(source.encode(), "python").identifiers == ("_1", "alpha", "beta", "delta", "gamma", "zeta", "한글")


def test_a_dollar_belongs_to_an_identifier_where_the_language_says_so() -> None:
    assert outline(b"$a = b$ + 1", "javascript").identifiers == ("$a", "b$")
    assert outline(b"a = b$", "python").identifiers == ("a", "b")


@pytest.mark.parametrize("extra", ["", " 한"])
def test_words_too_long_for_a_name_are_left_out(extra: str) -> None:
    long, longest = "a" * (IDENTIFIER_CHARACTERS + 1), "b" * IDENTIFIER_CHARACTERS
    found = outline(f"{long} {longest} c{extra}".encode(), "python").identifiers
    assert found == (longest, "c", *extra.split())


def test_punctuation_of_other_scripts_parts_words() -> None:
    assert outline("# 이름,값—x “y”".encode(), "python").identifiers == ("x", "y", "값", "이름")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_sources_are_read_in_their_encodings(encoding: str) -> None:
    read = outline(KOREAN.encode(encoding), "python")
    assert [definition.signature for definition in read.definitions] == ["def 함수(값)"]
    assert {"함수", "값", "한글", "주석"} <= set(read.identifiers)
    assert read.issue_count == 0


def test_text_in_no_known_encoding_keeps_what_can_be_read() -> None:
    read = outline(b"# \xff\xfe\x80\ndef f(): pass\n", "python")
    assert [definition.name for definition in read.definitions] == ["f"]
    assert "f" in read.identifiers


@pytest.mark.parametrize(
    ("source", "lines"), [(b"", 0), (b"x", 1), (b"x\n", 1), (b"x\ny", 2), (b"\n\n", 2), (b"x\r\ny\r\n", 2)]
)
def test_lines_are_counted(source: bytes, lines: int) -> None:
    assert outline(source, "python").lines == lines


def test_places_that_do_not_parse_are_named() -> None:
    read = outline(b"x = 1\ndef f(:\n    pass\ny = 2\n", "python")
    assert read.issue_count >= 1
    assert read.issues[0].line == 2
    assert outline(b"x = 1\n", "python").issues == ()


def test_what_is_missing_is_named() -> None:
    (issue,) = outline(b"f(1;\n", "javascript").issues
    assert (issue.line, issue.column, issue.text) == (1, 3, "missing )")


def test_only_the_first_issues_are_kept_and_all_are_counted() -> None:
    read = outline(b"const = 1;\n" * 40, "javascript")
    assert len(read.issues) == ISSUES_KEPT
    assert read.issue_count >= 40


def test_bodies_of_functions_are_not_looked_into() -> None:
    source = b"def f():\n    import hidden\n    x = 1\n    def inner(): pass\n    class Local: pass\n"
    read = outline(source, "python")
    assert [definition.name for definition in read.definitions] == ["f"]
    assert read.imports == ()
    assert {"hidden", "inner", "Local"} <= set(read.identifiers)


def test_classes_nest_to_any_depth() -> None:
    source = "".join("  " * n + f"class C{n}:\n" for n in range(40)) + "  " * 40 + "def m(self): pass\n"
    *_, method = outline(source.encode(), "python").definitions
    assert method.qualified == ".".join([*(f"C{n}" for n in range(40)), "m"])
    assert method.kind == "method"


# ---------------------------------------------------------------- anything at all


def is_sound(read: Outline) -> bool:
    """Whether an outline keeps what its type promises."""
    inside = all(1 <= one.lines[0] <= one.lines[1] <= read.lines for one in read.definitions)
    one_line = all("\n" not in one.signature and len(one.signature) <= SIGNATURE_CHARACTERS for one in read.definitions)
    in_order = list(read.identifiers) == sorted(set(read.identifiers))
    return inside and one_line and in_order and len(read.issues) <= read.issue_count


@settings(max_examples=300, deadline=None)
@given(language=st.sampled_from(sorted(LANGUAGES)), source=st.binary(max_size=300))
def test_any_bytes_give_a_sound_outline(language: str, source: bytes) -> None:
    assert is_sound(outline(source, language))


@settings(max_examples=400, deadline=None)
@given(language=st.sampled_from(sorted(LANGUAGES)), data=st.data())
def test_damaged_sources_give_a_sound_outline_and_the_same_one_again(language: str, data: st.DataObject) -> None:
    source = SAMPLES[language]
    cut = data.draw(st.integers(0, len(source)))
    until = data.draw(st.integers(cut, min(len(source), cut + 60)))
    damaged = (
        source[:cut] + data.draw(st.binary(max_size=8) | st.sampled_from([b"{", b"(", b'"', b"\n"])) + source[until:]
    )
    first = outline(damaged, language)
    assert is_sound(first)
    assert outline(damaged, language) == first


def test_bytes_that_are_no_text_among_the_modifiers_of_java_cost_nothing() -> None:
    source = b"class A {\n  public\x80 static final int X = 1;\n  final @B static int Y = 2;\n  static int z;\n}\n"
    kinds = {one.name: one.kind for one in outline(source, "java").definitions}
    assert kinds == {"A": "class", "X": "constant", "Y": "constant", "z": "field"}
