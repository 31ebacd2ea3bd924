"""`syntax/broken`: what parsed before and no longer does."""

from __future__ import annotations

import pytest

from indexer.checks.syntax import broken
from tests.checks.world import changed, rules

PYTHON = "def f(x):\n    return x\n\n\ndef g(y):\n    return y\n"

BREAKS = [
    ("a.py", PYTHON, PYTHON.replace("return y", "return (y"), 6),
    ("a.py", PYTHON, PYTHON.replace("def g(y):", "def g(y)"), 5),
    ("a.py", PYTHON, PYTHON.replace("    return x", "return x"), 2),
    ("a.pyi", "def f() -> int: ...\n", "def f() -> int ...\n", 1),
    ("a.js", "function f() {\n  return 1\n}\n", "function f() {\n  return 1 +\n}\n", None),
    ("a.ts", "export const a: number = 1\n", "export const a: number = = 1\n", 1),
    ("a.tsx", "const a = <div>x</div>\n", "const a = <div>x</span\n", None),
    ("src/한글.py", PYTHON, PYTHON + "나이 = (1\n", 7),
]


@pytest.mark.parametrize(("path", "before", "after", "line"), BREAKS)
def test_a_file_that_no_longer_parses_is_reported_once(path: str, before: str, after: str, line: int | None) -> None:
    [found] = broken(changed(path, before, after))
    assert (found.rule, found.severity, found.path, found.side) == ("syntax/broken", "high", path, "head")
    assert found.evidence == after.split("\n")[found.lines[0] - 1]
    assert line is None or found.lines == (line, line)


def test_the_broken_line_is_quoted() -> None:
    [found] = broken(changed("a.py", PYTHON, PYTHON.replace("return y", "return (y")))
    assert "return (y" in found.why
    assert found.symbol == "g"


SILENT = [
    ("it was broken before", "a.py", "x = (\n", "x = ((\n"),
    ("it parses", "a.py", PYTHON, PYTHON + "z = 1\n"),
    ("a template", "templates/a.py", PYTHON, "class {{ name }}:\n    pass\n"),
    ("a template by its text", "a.py", PYTHON, "import {{ module }}\n"),
    ("a fixture", "tests/fixtures/a.py", PYTHON, "def f(\n"),
    ("test data", "tests/testdata/a.py", PYTHON, "def f(\n"),
    ("broken on purpose", "tests/bad_syntax.py", PYTHON, "def f(\n"),
    ("no language", "notes.txt", "a", "def f(\n"),
    ("new, and Python 2", "a.py", None, 'print "hello"\n'),
    ("new, and Python 2 too", "a.py", None, "try:\n    x()\nexcept ValueError, error:\n    pass\n"),
    ("new, and not Python", "a.ts", None, "const = 1\n"),
    ("younger than the grammar", "a.ts", "export const a = 1\n", "export type * from './a'\n"),
    ("a member called `in`", "a.ts", "type T = { a: string }\n", "type T = {\n  default: string\n  in: string\n}\n"),
    ("younger Python", "a.py", PYTHON, "def f[T = int](x: T) -> T:\n    return x\n"),
    (
        "two branches that open one bracket",
        "a.c",
        "int f(void) {\n  return 1;\n}\n",
        "#if A < 1\nint f(int a) {\n#else\nint f(void) {\n#endif\n  return 1;\n}\n",
    ),
    ("a dialect of SQL", "a.sql", "SELECT 1;\n", "SELECT TOP (1 FROM a;\n"),
    ("a shell, whose brackets need not agree", "a.sh", "echo 1\n", "case $1 in\n  a) echo ((( ;;\n"),
    ("macros of C", "a.c", "int f(void) { return 1; }\n", "BEGIN_DECLS FOO(int) f(void) { return 1; } END_DECLS\n"),
]


@pytest.mark.parametrize(("path", "before", "after"), [each[1:] for each in SILENT], ids=[each[0] for each in SILENT])
def test_it_stays_silent_when(path: str, before: str | None, after: str) -> None:
    assert list(broken(changed(path, before, after))) == []


def test_a_new_python_file_that_does_not_parse_says_that_it_is_new() -> None:
    [found] = broken(changed("a.py", None, "def f(:\n    pass\n"))
    assert (found.severity, found.title) == ("high", "This new file does not parse")


def test_a_deep_nest_is_judged_without_the_interpreter() -> None:
    deep = "x = " + "(" * 5000 + "\n"
    assert [found.rule for found in broken(changed("a.py", PYTHON, deep))] == ["syntax/broken"]


def test_a_deleted_file_is_not_broken() -> None:
    assert rules({"a.py": PYTHON, "b.py": "x = 1\n"}, {"b.py": "x = 1\n"}) == []


def test_a_renamed_file_is_compared_with_what_it_was() -> None:
    assert rules({"a.py": PYTHON}, {"b.py": PYTHON + "x = (\n"}, {"b.py": "a.py"}) == ["syntax/broken"]
