from __future__ import annotations

from pathlib import Path

import pytest

import indexer
from indexer.languages import LANGUAGES, language_of

QUERIES = Path(indexer.__file__).parent / "queries"


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a.py", "python"),
        ("stubs/a.pyi", "python"),
        ("a.js", "javascript"),
        ("a.jsx", "javascript"),
        ("a.mjs", "javascript"),
        ("a.cjs", "javascript"),
        ("a.ts", "typescript"),
        ("a.d.ts", "typescript"),
        ("a.mts", "typescript"),
        ("a.cts", "typescript"),
        ("a.tsx", "tsx"),
        ("a.go", "go"),
        ("a.rs", "rust"),
        ("A.java", "java"),
        ("a.c", "c"),
        ("a.h", "c"),
        ("a.cc", "cpp"),
        ("a.hpp", "cpp"),
        ("A.cs", "c_sharp"),
        ("a.rb", "ruby"),
        ("a.php", "php"),
        ("a.kt", "kotlin"),
        ("UPPER.PY", "python"),
        ("한글/파일.py", "python"),
        ("Rakefile", "ruby"),
        ("build/SConstruct", "python"),
        ("a.txt", None),
        ("Makefile", None),
        (".py", None),
        ("folder.py/readme", None),
    ],
)
def test_a_language_is_known_by_the_path(path: str, language: str | None) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    ("head", "language"),
    [
        (b"#!/usr/bin/python3\n", "python"),
        (b"#!/usr/bin/env python3.11\nx = 1\n", "python"),
        (b"#! /usr/bin/env -S node --harmony\n", "javascript"),
        (b"#!/usr/bin/env A=1 ruby\n", "ruby"),
        (b"#!/usr/bin/env -S deno run", "typescript"),
        (b"#!/bin/sh\n", None),
        (b"#!/usr/bin/env\n", None),
        (b"#!\n", None),
        (b"\x7fELF#!/usr/bin/python", None),
        (b"", None),
    ],
)
def test_a_language_is_known_by_the_first_line_of_a_script(head: bytes, language: str | None) -> None:
    assert language_of("bin/tool", head) == language


def test_the_suffix_counts_more_than_the_first_line() -> None:
    assert language_of("a.rb", b"#!/usr/bin/env python\n") == "ruby"


def test_four_languages_are_read_in_full_and_nine_for_their_definitions() -> None:
    full = {name for name, language in LANGUAGES.items() if language.depth == "full"}
    assert full == {"python", "javascript", "typescript", "tsx"}
    assert len(LANGUAGES) == 13


def test_no_suffix_belongs_to_two_languages() -> None:
    suffixes = [suffix for language in LANGUAGES.values() for suffix in language.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_every_query_file_serves_a_language() -> None:
    named = {query for language in LANGUAGES.values() for query in language.queries}
    assert {file.stem for file in QUERIES.glob("*.scm")} == named
