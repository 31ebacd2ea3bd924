"""Choosing real commits, the classes that people wrote down, and the file of results."""

import re

import pytest

from benchmarks.commits import CLASSES, DEFINITION, NOT_THESE, classified
from benchmarks.report import ratio, table, write_section


@pytest.mark.parametrize(
    ("language", "line", "begins"),
    [
        ("Python", "+def f(x):", True),
        ("Python", "-    async def f(self):", True),
        ("Python", "+LIMIT = 3", True),
        ("Python", "+    x = 3", False),
        ("Python", "+if a == 3:", False),
        ("script", "+export const f = () => 1", True),
        ("script", "-class A {", True),
        ("script", "+  private get(x: string) {", True),
        ("script", "+  handle(x: string): void {", True),
        ("script", "+  if (x) {", False),
        ("script", "+  go(x);", False),
        ("Rust", "+    pub(crate) const fn f() {", True),
        ("Rust", "-impl<T> A for B<T> {", True),
        ("Rust", "+pub const A: u8 = 1;", True),
        ("Rust", "+    let f = 1;", False),
    ],
)
def test_a_line_that_begins_a_definition_is_told_from_others(language, line, begins):
    assert any(not NOT_THESE.match(m[0]) for m in DEFINITION[language].finditer(line)) is begins


def test_every_class_that_is_written_down_has_a_reason():
    assert CLASSES.exists()
    for (commit, *_), verdict in classified().items():
        assert re.fullmatch("[0-9a-f]{12}", commit)
        assert verdict.reason


def test_a_section_replaces_the_one_with_its_title_and_leaves_the_others(tmp_path):
    file = tmp_path / "RESULTS.md"
    for title, text in (("Speed", "one"), ("Real commits", "two"), ("Speed", "three")):
        write_section(file, title, text)
    shown = file.read_text()
    assert "one" not in shown
    assert shown.index("three") < shown.index("two")
    assert shown.count("## Speed") == 1


def test_a_table_sets_numbers_to_the_right_and_keeps_bars_out_of_the_cells():
    shown = table(("kind", "sites"), [("a | b", 3)])
    assert shown == "| kind | sites |\n| --- | ---: |\n| a \\| b | 3 |\n"


def test_a_ratio_of_nothing_is_a_dash():
    assert (ratio(1, 2), ratio(0, 0)) == ("0.500", "–")
