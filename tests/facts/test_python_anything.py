"""Facts of texts that are broken, deep, odd or huge: whatever the bytes are, they come and they are sound."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import inspect
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ("parse", "add_argument", "Field", "name", "self")
REAL = [Path(str(inspect.getsourcefile(module))).read_bytes()[:20_000] for module in (argparse, ast, dataclasses)]
PIECES = [
    b"(", b")", b"[", b":", b"\n", b"    ", b"\t", b'"""', b"'", b"def ", b"class ", b"lambda: ", b"=", b":=", b"@",
    b"match x:\n", b"case ", b"global ", b"from . import ", b"import ", b"await ", b"yield ", b"\xff\xfe", b"\x00",
    b"name", b"parse", b"self.name = ", b"*", b"**", b"isinstance(name, Field)", b"__all__ = [", b" as ", b"\\", b"#",
]  # fmt: skip


def check(facts, source: bytes, names=NAMES) -> None:
    """Every site is inside of the source and says a name that was asked for, or another name of it."""
    lines = source.split(b"\n")
    for site in facts.sites:
        span = site.span
        assert span.start_line == span.end_line <= len(lines)
        text = lines[span.start_line - 1][span.start_column : span.end_column].decode("utf-8", "replace")
        assert text == site.chain[-1].lstrip(".") or site.chain == ("<?>",)
        assert 0 <= site.scope < len(facts.scopes)
    for scope in facts.scopes[1:]:
        assert scope.parent is not None
    for item in (*facts.bindings, *facts.declarations):
        assert 0 <= item.scope < len(facts.scopes)


mutations = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 60), st.sampled_from(PIECES)), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(source=st.sampled_from(REAL), start=st.floats(0, 1, exclude_max=True), mutations=mutations)
def test_facts_of_mutated_sources_are_sound(python_facts, source, start, mutations):
    begin = int(start * len(source))
    data = source[begin : begin + 4000]
    for at, cut, piece in mutations:
        place = int(at * len(data))
        data = data[:place] + piece + data[place + cut :]
    check(python_facts(data, *NAMES), data)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_facts_of_random_pieces_are_sound(python_facts, pieces):
    data = b"".join(pieces)
    check(python_facts(data, *NAMES), data)


@pytest.mark.parametrize("source", REAL)
def test_facts_of_real_sources_are_sound(python_facts, source):
    facts = python_facts(source, *NAMES)
    check(facts, source)
    assert facts.sites


def deep(shape: str, depth: int) -> str:
    shapes = {
        "brackets": "(" * depth + "f" + ")" * depth,
        "lists": "[" * depth + "f" + "]" * depth,
        "calls": "f(" * depth + ")" * depth,
        "attributes": "f" + ".f" * depth,
        "chained calls": "f" + ".f()" * depth,
        "sums": "f" + " + f" * depth,
        "choices": "x = f" + " or f" * depth,
        "conditions": "x = " + "f if f else " * depth + "f",
        "nots": "not " * depth + "f",
        "assignments": "x = " * depth + "f",
        "lambdas": "lambda: " * depth + "f",
        "subscripts": "x: " + "f[" * depth + "f" + "]" * depth + " = 1",
        "targets": "(" * depth + "f," + ")" * depth + " = x",
        "strings": "__all__ = " + "'f' + " * depth + "'f'",
        "elifs": "if f: pass\n" + "elif f: pass\n" * depth,
        "ifs": "".join(" " * level + "if f:\n" for level in range(min(depth, 300))) + " " * 301 + "f()",
        "defs": "".join(" " * level + "def f():\n" for level in range(min(depth, 300))) + " " * 301 + "f()",
        "tries": "".join(" " * level + "try:\n" for level in range(min(depth, 300))) + " " * 301 + "f()",
    }
    return shapes[shape]


@pytest.mark.parametrize("depth", [30, 3000])
@pytest.mark.parametrize(
    "shape",
    [
        "brackets", "lists", "calls", "attributes", "chained calls", "sums", "choices", "conditions", "nots",
        "assignments", "lambdas", "subscripts", "targets", "strings", "elifs", "ifs", "defs", "tries",
    ],
)  # fmt: skip
def test_a_deep_nest_is_survived(python_facts, shape, depth):
    data = deep(shape, depth).encode()
    check(python_facts(data, "f"), data)


def test_a_nest_of_a_hundred_thousand_is_survived(python_facts):
    assert python_facts("x = " + "(" * 100_000 + "f" + ")" * 100_000, "f").sites == ()


def test_a_very_long_chain_is_not_followed_to_its_end(python_facts):
    facts = python_facts("x = " + ".".join(["a"] * 200) + ".f()\n", "f")
    assert facts.sites[0].chain == ("<?>",)


def test_a_broken_definition_does_not_hide_the_others(python_facts):
    facts = python_facts("""
        def broken(:
            pass

        def whole(a):
            return f(a)
    """, "f")  # fmt: skip
    assert "whole" in {declaration.name for declaration in facts.declarations}
    assert [site.chain for site in facts.sites] == [("f",)]
    assert facts.issue_count > 0


def test_names_that_are_not_utf_8_are_replaced(python_facts):
    facts = python_facts(
        b"def f(): pass\nx = '\xff'\nclass \xed\x95\x9c\xea\xb8\x80: pass\n# \xb0\xa1\nf('\xff')\n", "f"
    )
    assert {declaration.name for declaration in facts.declarations} == {"f", "x", "한글"}
    assert [site.text for site in facts.sites] == ["f('\ufffd')"]


def test_names_beyond_ascii_are_whole_words(python_facts):
    facts = python_facts("한글()\n한글말()\n", "한글")
    assert [site.span.start_line for site in facts.sites] == [1]


@pytest.mark.parametrize("source", [b"", b"\n", b"\x00", b"\xef\xbb\xbff()", b"f()\r\nf()\r\n", b"print f\nexec f\n"])
def test_odd_files_have_facts(python_facts, source):
    assert python_facts(source, "f").language == "python"


def test_a_name_of_lone_surrogates_is_found_nowhere(python_facts):
    assert python_facts("x()", "\udcff").sites == ()


def test_many_names_are_found_like_few(python_facts):
    many = [f"name_{number}" for number in range(100)]
    source = "\n".join(f"{name}({name}_x)" for name in many)
    assert [site.chain[0] for site in python_facts(source, *many).sites] == many
