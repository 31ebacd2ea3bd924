from __future__ import annotations

import re
from pathlib import Path

import pytest

import indexer
from indexer.languages import LANGUAGES, Language, language_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "languages.md"
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
        ("a.swift", "swift"),
        ("a.scala", "scala"),
        ("a.lua", "lua"),
        ("a.sh", "bash"),
        ("a.sql", "sql"),
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
        (b"#!/bin/sh\n", "bash"),
        (b"#!/usr/bin/tclsh\n", None),
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


def test_the_languages_are_those_of_the_table_in_the_documents() -> None:
    rows = re.findall(r"^\| `.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [row_of(language) for language in LANGUAGES.values()]


def row_of(language: Language) -> str:
    """The line of a language in docs/languages.md: paste it there where the comparison fails."""
    files = [*(f"`{suffix}`" for suffix in language.suffixes), *(f"`{name}`" for name in language.file_names)]
    covered = {"full": "yes | yes | yes", "names": "yes | yes | no", "definitions": "yes | no | no"}[language.depth]
    return f"| `{language.name}` | {' '.join(files)} | {covered} |"


def test_no_suffix_belongs_to_two_languages() -> None:
    suffixes = [suffix for language in LANGUAGES.values() for suffix in language.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_every_query_file_serves_a_language() -> None:
    named = {query for language in LANGUAGES.values() for query in language.queries}
    assert {file.stem for file in QUERIES.glob("*.scm")} == named
