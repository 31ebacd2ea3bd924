"""`text/bidi` and `text/homoglyph`: text that shows something else than it says.

Nothing strange stands in this file itself: every such character is written as an escape.
"""

from __future__ import annotations

import pytest

from indexer.checks.text import hidden, homoglyphs
from tests.checks.world import changed

A_CYRILLIC, O_CYRILLIC, E_CYRILLIC = "\u0430", "\u043e", "\u0435"
O_GREEK = "\u03bf"


def titles(check: object, path: str, text: str, before: str = "start\n") -> list[str]:
    return [found.title for found in check(changed(path, before, text))]  # type: ignore[operator]


HIDDEN = {
    "an override in a comment": ("a.py", "x = 1  # \u202e if admin\n", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    "an isolate in a string": ("a.js", 'if (level != "user\u2066// ") {}\n', "U+2066"),
    "an embedding in C": ("a.c", "/* \u202b */ int x;\n", "U+202B"),
    "in settings": ("a.yaml", "name: \u202dx\n", "U+202D"),
    "a zero-width space in a name": ("a.py", "is_ad\u200bmin = 1\n", "U+200B ZERO WIDTH SPACE"),
    "a joiner in a name": ("a.ts", "const us\u200der = 1\n", "U+200D"),
    "a soft hyphen in a name": ("a.go", "var us\u00ader = 1\n", "U+00AD"),
    "a Hangul filler as a name": ("a.js", "const { x,\u3164} = req.query\n", "U+3164 HANGUL FILLER"),
    "tag characters in a document": ("a.md", "hello\U000e0069\U000e0067\n", "U+E0069"),
    "a payload of variation selectors": ("a.js", "const s = '\U000e0101\U000e0102\U000e0103'\n", "U+E0101"),
    "a mark without right-to-left text": ("a.py", "x\u200e = 1\n", "U+200E"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_text_is_reported_by_its_code_point(name: str) -> None:
    path, text, code = HIDDEN[name]
    [title] = titles(hidden, path, text)
    assert code in title
    assert title.isascii()


def test_the_finding_points_at_the_character() -> None:
    [found] = hidden(changed("a.py", "", "한글 = 1  # \u202e x\n"))
    assert (found.rule, found.severity, found.columns) == ("text/bidi", "medium", (11, 12))
    assert found.evidence == "한글 = 1  # \u202e x"


NOT_HIDDEN = {
    "Hebrew in a translation": ("locale/he.json", '{"a": "\u05e9\u202a"}\n'),
    "an Arabic file by name": ("src/lang/ar.ts", "export const a = '\u0627\u202b'\n"),
    "a mark in right-to-left text": ("a.py", "x = '\u05e9\u05dc\u200f'\n"),
    "an emoji's joiner": ("a.py", "x = '\U0001f468\u200d\U0001f469'\n"),
    "an emoji's joiner in a document": ("a.md", "\U0001f468\u200d\U0001f469\n"),
    "an emoji's selector": ("a.ts", "const x = '\u2764\ufe0f'\n"),
    "a flag of tags": ("a.md", "\U0001f3f4\U000e0067\U000e0062\U000e007f\n"),
    "an ideograph's selector": ("a.md", "\u845b\U000e0100\n"),
    "a byte order mark at the start": ("a.cs", "\ufeffclass A {}\n"),
    "zero width in a string": ("a.py", "pad = 'a\u200bb'\n"),
    "zero width in a docstring": ("a.py", 'def f():\n    """\n    a\u200bb\n    """\n'),
    "zero width in a comment": ("a.ts", "// a\u200bb\n"),
    "escapes": ("a.py", 'x = "\\u202e"\n'),
    "bidi data of a test": ("tests/urls.json", '["\u202e"]\n'),
    "plain Hangul": ("a.py", "이름 = '값'\n"),
}


@pytest.mark.parametrize("name", NOT_HIDDEN)
def test_nothing_is_hidden_in(name: str) -> None:
    assert titles(hidden, *NOT_HIDDEN[name]) == []


def test_a_line_that_was_there_before_is_not_reported() -> None:
    line = "x = 1  # \u202e\n"
    assert titles(hidden, "a.py", "y = 2\n" + line, before=line + "y = 2\n") == []


HOMOGLYPHS = {
    "a Cyrillic a": f"def is_{A_CYRILLIC}dmin(): pass\n",
    "a Greek o": f"passw{O_GREEK}rd = 1\n",
    "a fullwidth letter": "def \uff45val(x): pass\n",
    "all Cyrillic beside its double": f"ceo = 1\n\u0441{E_CYRILLIC}{O_CYRILLIC} = 2\n",
    "a string that equals a name": f"admin = 1\nrole = '{A_CYRILLIC}dmin'\n",
}


@pytest.mark.parametrize("name", HOMOGLYPHS)
def test_a_name_that_is_not_what_it_looks_like_is_reported(name: str) -> None:
    [title] = titles(homoglyphs, "a.py", HOMOGLYPHS[name])
    assert "U+" in title


NO_HOMOGLYPHS = {
    "Hangul and Latin": "def get_이름(x): pass\n사용자ID = 1\n",
    "Han and Latin": "変数a = 1\n",
    "Greek in mathematics": "\u0394t = 1\n\u03bb_max = 2\nd\u03b1 = 3\n",
    "micro": "\u00b5s = 1\n",
    "Russian words": "\u0441\u043e\u0441 = 1\n\u0438\u043c\u044f = 2\n",
    "a mixed word in a comment": f"x = 1  # c{A_CYRILLIC}p\n",
    "a mixed word in a string": f"x = 'c{A_CYRILLIC}p'\n",
    "accents": "na\u00efve = 1\n",
}


@pytest.mark.parametrize("name", NO_HOMOGLYPHS)
def test_honest_names_are_left_alone(name: str) -> None:
    assert titles(homoglyphs, "a.py", NO_HOMOGLYPHS[name]) == []


def test_a_name_is_reported_once_and_prose_never() -> None:
    text = f"p{A_CYRILLIC}y = 1\nprint(p{A_CYRILLIC}y)\n"
    assert len(titles(homoglyphs, "a.py", text)) == 1
    assert titles(homoglyphs, "a.md", text) == []
