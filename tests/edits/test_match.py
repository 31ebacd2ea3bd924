"""The ladder: what each rung takes, what it leaves as the file has it, and what no rung takes."""

from __future__ import annotations

import pytest

from agents.edits import match
from agents.edits.types import Edit, Fit, Misfit
from tests.edits.answers import block, placed, result, rungs, snapshot

METHODS = """class Box:
    def load(self, path):
        with open(path) as file:
            data = file.read()
        return self.parse(data)

    def save(self, path):
        with open(path, "w") as file:
            file.write(self.text())
        return path
"""


LOAD = METHODS[11 : METHODS.index("\n    def save")]


@pytest.mark.parametrize(
    ("name", "before", "search", "replace", "rung", "after"),
    [
        ("exact", "a\nb\nc\n", "b\n", "x\n", "exact", "a\nx\nc\n"),
        ("deleted", "a\nb\nc\n", "b\n", "", "exact", "a\nc\n"),
        ("blanks in the file", "a\nb  \nc\t\nd\n", "b\nc\n", "b\nx\n", "trailing", "a\nb  \nx\nd\n"),
        ("blanks in SEARCH", "a\nb\nc\n", "a  \nb \n", "a\nx\n", "trailing", "a\nx\nc\n"),
        ("blanks taken off on purpose", "a  \nb\n", "a  \n", "a\n", "exact", "a\nb\n"),
        ("curly quotes", "x = 1\nsay(“hi”)\n", 'x = 1\nsay("hi")\n', 'x = 2\nsay("hi")\n', "unicode",
         "x = 2\nsay(“hi”)\n"),
        ("decomposed letters", "# \u1112\u1161\u11ab\nx = 1\n", "# 한\nx = 1\n", "# 한\nx = 2\n", "unicode",
         "# \u1112\u1161\u11ab\nx = 2\n"),
        ("no-break space", "a\u00a0b\nc\n", "a b\nc\n", "a b\nd\n", "unicode", "a\u00a0b\nd\n"),
        ("blank ends in both", "a\nb\nc\n", "\nb\n\n", "\nx\n\n", "blank", "a\nx\nc\n"),
        ("blank ends in SEARCH", "a\nb\nc\n", "\nb\n\n", "x\n", "blank", "a\nx\nc\n"),
        ("less indented", "if a:\n    if b:\n        c()\n    d()\n", "if b:\n    c()\n",
         "if b:\n    c(1)\n    e()\n", "indent",
         "if a:\n    if b:\n        c(1)\n        e()\n    d()\n"),
        ("more indented", "def f():\n    a()\n    b()\n", "        a()\n        b()\n",
         "        a()\n        if c:\n            b()\n",
         "indent", "def f():\n    a()\n    if c:\n        b()\n"),
        ("tabs in the file", "f:\n\tif a:\n\t\tb()\n", "    if a:\n        b()\n",
         "    if a:\n        b()\n        if c:\n            d()\n",
         "indent", "f:\n\tif a:\n\t\tb()\n\t\tif c:\n\t\t\td()\n"),
        ("tabs in SEARCH", "f:\n    if a:\n        b()\n", "\tif a:\n\t\tb()\n", "\tif a:\n\t\tc()\n", "indent",
         "f:\n    if a:\n        c()\n"),
        ("two for four", "f:\n    if a:\n        b()\n", "  if a:\n    b()\n", "  if a:\n    b()\n    c()\n", "indent",
         "f:\n    if a:\n        b()\n        c()\n"),
        ("first line odd", "f:\n    if a:\n        b()\n", "if a:\n        b()\n", "if a:\n        c()\n", "indent",
         "f:\n    if a:\n        c()\n"),
        ("part of a line", "x = load(path)  # why\ny = 1\n", "load(path)\n", "load(path, True)\n", "fragment",
         "x = load(path, True)  # why\ny = 1\n"),
        ("escaped HTML", "if a < b && c:\n    d()\n", "if a &lt; b &amp;&amp; c:\n", "if a &lt;= b &amp;&amp; c:\n",
         "unescape",
         "if a <= b && c:\n    d()\n"),
        ("line numbers", "a\n  b\nc\n", "  1| a\n  2|   b\n", "  1| a\n  2|   x\n", "unescape", "a\n  x\nc\n"),
        ("line numbers in SEARCH alone", "a\nb\nc\n", "7\ta\n8\tb\n", "a\nx\n", "unescape", "a\nx\nc\n"),
        ("escaped JSON", 'say("hi")\nx\n', 'say(\\"hi\\")\n', 'say(\\"ho\\")\n', "unescape", 'say("ho")\nx\n'),
        ("a typo", METHODS, LOAD.replace("parse", "prase"), LOAD.replace("parse", "prase").replace("read()", "read(9)"),
         "fuzzy", METHODS.replace("read()", "read(9)")),
        ("a line that came in between",
         METHODS.replace("            data",
          "            # all of it\n            data"),
         LOAD, LOAD.replace("def load(self, path)", "def load(self, path, *, limit=0)"), "fuzzy",
         METHODS.replace("            data", "            # all of it\n            data")
         .replace("load(self, path)", "load(self, path, *, limit=0)")),
    ],
)  # fmt: skip
def test_each_rung_takes_what_it_is_for(name, before, search, replace, rung, after) -> None:
    assert rungs(before, block(search, replace)) == [rung]
    assert result(before, block(search, replace)) == after.encode()


@pytest.mark.parametrize(
    ("name", "before", "search", "replace", "reason"),
    [
        ("twice", "a\nb\na\nb\n", "a\n", "x\n", "AMBIGUOUS"),
        ("overlapping", "a\na\na\n", "a\na\n", "x\n", "AMBIGUOUS"),
        ("twice but for blanks", "a \nb\na  \nb\n", "a\nb\n", "x\n", "AMBIGUOUS"),
        ("twice but for depth", "if a:\n    b()\n    c()\nif d:\n        b()\n        c()\n", "b()\nc()\n", "x\n",
         "AMBIGUOUS"),
        ("twice as a part", "x = f(one, two)\ny = f(one, two)\n", "f(one, two)\n", "g()\n", "AMBIGUOUS"),
        ("no such text", "a\nb\n", "entirely other\n", "x\n", "NOT_FOUND"),
        ("other case", "Alpha = 1\n", "alpha = 1\n", "alpha = 2\n", "NOT_FOUND"),
        ("other blanks within", "a  =  1\n", "a = 1\n", "a = 2\n", "NOT_FOUND"),
        ("only the ends", "begin\none\ntwo\nend\n", "begin\nother\nthing\nend\n", "x\n", "NOT_FOUND"),
        ("a part of a word", "recount = 1\n", "count = 1\n", "count = 2\n", "NOT_FOUND"),
        ("a part with more lines", "x = load(path)  # why\n", "load(path)\n", "load(path)\ny = 2\n", "NOT_FOUND"),
        ("uneven indentation", "if a:\n    b()\n      c()\n", "if a:\n  b()\n  c()\n", "if a:\n  b()\n  d()\n",
         "NOT_FOUND"),
        ("tabs as data", "\ta\tb\nc\n", "a\tb\n", "a\tx\n", "AMBIGUOUS"),
        ("nothing to change", "a\n", "a\n", "a\n", "ALREADY_APPLIED"),
        ("done already", "first = 1\nsecond = 2\n", "first = 0\nsecond = 0\n", "first = 1\nsecond = 2\n",
         "ALREADY_APPLIED"),
        ("added already", "import a\nimport bravo\nx\n", "import a\n", "import a\nimport bravo\n", "ALREADY_APPLIED"),
        ("empty SEARCH", "a\n", "", "x\n", "MALFORMED"),
        ("blank SEARCH", "a\n\nb\n", "\n", "x\n", "MALFORMED"),
        ("a typo in the changed line", METHODS, LOAD.replace("read", "raed"),
         LOAD.replace("read()", "read(9)"), "CONFLICT"),
        ("a near twin", METHODS + METHODS[11:].replace("load", "pull"), LOAD.replace("load", "lod"),
         LOAD.replace("load", "lod").replace("read()", "read(9)"), "AMBIGUOUS"),
    ],
)  # fmt: skip
def test_what_no_rung_may_take_is_refused(name, before, search, replace, reason) -> None:
    path = "a.tsv" if name == "tabs as data" else "a.py"
    expected = "NOT_FOUND" if path == "a.tsv" else reason
    found = rungs(before, block(search, replace), path)
    assert found == [expected] or (path == "a.tsv" and found == ["fragment"])


def test_blocks_of_one_file_are_placed_on_the_file_as_it_was() -> None:
    before = "one\ntwo\nthree\nfour\n"
    assert result(before, block("four\n", "4\n") + block("one\n", "1\nuno\n")) == b"1\nuno\ntwo\nthree\n4\n"


def test_blocks_that_share_lines_are_refused() -> None:
    assert rungs("a\nb\nc\n", block("a\nb\n", "x\nb\n") + block("b\nc\n", "b\ny\n")) == ["exact", "CONFLICT"]


def test_the_same_block_twice_is_applied_once() -> None:
    assert result("a\nb\n", block("a\n", "a\nx\n") * 2) == b"a\nx\nb\n"


@pytest.mark.parametrize(
    ("first", "second", "after"),
    [
        (("b\n", "new\n"), ("new\n", "newer\n"), b"a\nnewer\nc\nd\n"),
        (("b\n", "new\n"), ("a\nnew\nc\n", "A\nnew\nC\n"), b"A\nnew\nC\nd\n"),
        (("b\n", "b1\nb2\n"), ("b2\nc\n", "B2\nC\n"), b"a\nb1\nB2\nC\nd\n"),
    ],
)
def test_a_block_may_change_what_an_earlier_one_made(first, second, after) -> None:
    assert result("a\nb\nc\nd\n", block(*first) + block(*second)) == after


@pytest.mark.parametrize(
    ("before", "old", "new", "every", "after"),
    [
        ("x = foo(1)\n", "foo(1)", "foo(2)", False, b"x = foo(2)\n"),
        ("x = foo(1)\ny = foo(1)\n", "foo(1)", "foo(2)", False, "AMBIGUOUS"),
        ("x = foo(1)\ny = foo(1)\nfoo(1)foo(1)", "foo(1)", "g()", True, b"x = g()\ny = g()\ng()g()"),
        ("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz", False, b"x\r\ny\r\nz\r\nc\r\n"),
        ("def f():\n    return 1\n", "f():\n    return 1", "g():\n    return 2", False, b"def g():\n    return 2\n"),
        ("a\nb\na\nb\na\n", "a\n", "", True, b"b\nb\n"),
        ("a\nb\n", "a\n", "x", False, b"x\nb\n"),
        ("aaa", "aa", "b", False, "AMBIGUOUS"),
        ("a $& b\n", "$&", "\\1$`", False, b"a \\1$` b\n"),
    ],
)
def test_a_tool_call_changes_parts_of_lines(before, old, new, every, after) -> None:
    assert placed(before, [Edit(1, "replace", "a.py", old, new, replace_all=every)]) == after


def test_places_after_the_edits_are_told() -> None:
    before = snapshot("a\nb\nc\nd\n")
    edits = [Edit(1, "replace", "a.py", "d\n", "x\ny\n"), Edit(2, "replace", "a.py", "a\n", "1\n2\n3\n")]
    fits = [one for one in match.place(before, edits) if isinstance(one, Fit)]
    assert match.landed(fits) == {1: (6, 7), 2: (1, 3)}


def test_a_miss_names_the_nearest_lines() -> None:
    search = "    def save(self, path, mode):\n        with open(path, mode) as file:\n"
    (missed,) = match.place(snapshot(METHODS), [Edit(1, "replace", "a.py", search, "x\n")])
    assert isinstance(missed, Misfit)
    assert (missed.reason, missed.near[0]) == ("NOT_FOUND", (6, 8))
    assert 0.8 < missed.likeness < 1
