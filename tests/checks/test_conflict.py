"""`conflict/marker`: merges that were committed half done. The markers are put together here, line by line."""

from __future__ import annotations

import pytest

from indexer.checks.conflict import markers
from tests.checks.world import changed, rules

OPEN, BASE, MIDDLE, CLOSE = "<" * 7, "|" * 7, "=" * 7, ">" * 7


def conflict(first: str = " HEAD", last: str = " feature", indent: str = "") -> str:
    lines = (f"{OPEN}{first}", "x = 1", MIDDLE, "x = 2", f"{CLOSE}{last}")
    return "".join(f"{indent}{line}\n" for line in lines)


@pytest.mark.parametrize("path", ["a.py", "a.ts", "a.json", "notes.txt", "README.md", "Makefile", "docs/한글.rst"])
def test_a_conflict_is_found_in_any_text(path: str) -> None:
    [found] = markers(changed(path, "y = 0\n", "y = 0\n" + conflict()))
    assert (found.rule, found.severity, found.lines) == ("conflict/marker", "high", (2, 2))
    assert found.evidence == f"{OPEN} HEAD"


def test_a_conflict_with_the_common_ancestor_is_one_conflict() -> None:
    text = f"{OPEN} HEAD\na\n{BASE} 1a2b3c4\nb\n{MIDDLE}\nc\n{CLOSE} topic\n"
    assert len(list(markers(changed("a.txt", "", text)))) == 1


def test_each_conflict_is_reported() -> None:
    assert [found.lines[0] for found in markers(changed("a.txt", "", conflict() * 2))] == [1, 6]


def test_carriage_returns_hide_nothing() -> None:
    assert len(list(markers(changed("a.txt", "", conflict().replace("\n", "\r\n"))))) == 1


def test_the_conflict_explains_the_syntax_error() -> None:
    assert rules({"a.py": "y = 0\n"}, {"a.py": "y = 0\n" + conflict()}) == ["conflict/marker"]


SILENT = {
    "a heading's underline": ("a.rst", f"Title\n{MIDDLE}\n"),
    "only the opening": ("a.txt", f"{OPEN} HEAD\nx\n"),
    "opening and middle": ("a.txt", f"{OPEN} HEAD\nx\n{MIDDLE}\n"),
    "the wrong order": ("a.txt", f"{CLOSE} b\n{MIDDLE}\n{OPEN} a\n"),
    "indented": ("a.txt", conflict(indent="    ")),
    "quoted": ("a.txt", conflict(indent="> ")),
    "six characters": ("a.txt", conflict().replace(OPEN, OPEN[1:])),
    "eight characters": ("a.txt", conflict().replace(OPEN, OPEN + "<")),
    "an edit block": ("a.txt", conflict(" SEARCH", " REPLACE")),
    "a fenced example": ("a.md", f"```\n{conflict()}```\n"),
    "a string in code": ("a.py", f'TEXT = """\n{conflict()}"""\n'),
    "a template string": ("a.ts", f"const t = `\n{conflict()}`\n"),
    "shifts": ("a.cpp", "int x = 1 <<\n 2;\n"),
}


@pytest.mark.parametrize("why", SILENT)
def test_it_stays_silent_for(why: str) -> None:
    path, text = SILENT[why]
    assert list(markers(changed(path, "x = 0\n", text))) == []


def test_an_old_conflict_is_not_this_changes_fault() -> None:
    assert list(markers(changed("a.txt", conflict(), conflict() + "new\n"))) == []
