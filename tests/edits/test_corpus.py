"""Answers as models write them, good and bad, through the public functions: the exact text intended, or a refusal."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from agents.edits import apply_answer, apply_tool_call, undo
from tests.edits.trees import block, planted, tree_of

CODE = "def load(path):\n    with open(path) as f:\n        return f.read()\n\n\ndef save(path, text):\n    return 1\n"
DOCUMENT = "Title\n\nsome words\n\nNext\n----\n"
LONG = "x" * 1_000_000

TEXTS: list[tuple[str, str | bytes, str, str, str | bytes | None]] = [
    # what, the file, SEARCH, REPLACE, the file afterwards (None: refused)
    ("windows line ends", "a\r\nb\r\nc\r\n", "b\n", "x\ny\n", "a\r\nx\r\ny\r\nc\r\n"),
    ("mixed line ends", "a\r\nb\nc\r\n", "b\n", "x\n", "a\r\nx\nc\r\n"),
    ("carriage returns alone are text", "a\rb\rc\n", "a\rb\rc\n", "a\rx\rc\n", "a\rx\rc\n"),
    ("a byte order mark", b"\xef\xbb\xbfa\nb\n", "a\n", "x\n", b"\xef\xbb\xbfx\nb\n"),
    ("korean of old", "# 한국어 주석\na = 1\n".encode("cp949"), "a = 1\n", "a = 2  # 수정\n",
     "# 한국어 주석\na = 2  # 수정\n".encode("cp949")),
    ("korean of old can not write this", "# 한국어 주석\na = 1\n".encode("cp949"), "a = 1\n", "a = '🙂'\n", None),
    ("latin of old", b"caf\xe9 = 1\nb = 2\n", "b = 2\n", "b = 3\n", b"caf\xe9 = 1\nb = 3\n"),
    ("no final newline stays", "a\nb", "b\n", "x\n", "a\nx"),
    ("no final newline, lines added", "a\nb", "b\n", "b\nc\n", "a\nb\nc"),
    ("final newline stays", "a\nb\n", "b\n", "x\n", "a\nx\n"),
    ("tabs for spaces", "if a:\n\tb()\n\tc()\n", "if a:\n    b()\n    c()\n", "if a:\n    b()\n    d()\n",
     "if a:\n\tb()\n\td()\n"),
    ("spaces for tabs", "if a:\n    b()\n    c()\n", "if a:\n\tb()\n\tc()\n", "if a:\n\tb()\n\td()\n",
     "if a:\n    b()\n    d()\n"),
    ("trailing blanks of the file", "a = 1  \nb = 2\t\n", "a = 1\nb = 2\n", "a = 1\nb = 3\n", "a = 1  \nb = 3\n"),
    ("trailing blanks of the block", "a = 1\nb = 2\n", "a = 1  \nb = 2 \n", "a = 1  \nb = 3\n", "a = 1\nb = 3\n"),
    ("composed letters", "name = 'é'\nb = 1\n", "name = '" + unicodedata.normalize("NFD", "é") + "'\nb = 1\n",
     "name = '" + unicodedata.normalize("NFD", "é") + "'\nb = 2\n", "name = 'é'\nb = 2\n"),
    ("smart quotes", "say('hi')\nb = 1\n", "say(‘hi’)\nb = 1\n", "say(‘hi’)\nb = 2\n", "say('hi')\nb = 2\n"),
    ("a zero-width blank", "alpha = 1\nb = 1\n", "al\u200bpha = 1\nb = 1\n", "al\u200bpha = 1\nb = 2\n",
     "alpha = 1\nb = 2\n"),
    ("line numbers", "a()\nb()\n", "1| a()\n2| b()\n", "1| a()\n2| c()\n", "a()\nc()\n"),
    ("line numbers where lines stay", "a()\nb()\nc()\n", "1| a()\n2| b()\n3| c()\n", "1| a()\nnew()\n3| c()\n",
     "a()\nnew()\nc()\n"),
    ("line numbers that are new", "a()\nb()\n", "1| a()\n2| b()\n", "1| a()\n2| c()\nx\n", None),
    ("signs of a diff", "a()\nb()\nc()\n", " a()\n-b()\n c()\n", " a()\n+x()\n+y()\n c()\n", "a()\nx()\ny()\nc()\n"),
    ("signs of a diff everywhere", "a()\nb()\n", "-a()\n-b()\n", "+a()\n+c()\n", "a()\nc()\n"),
    ("signs of a diff in one half", "a()\nb()\n", "-a()\n-b()\n", "a()\nc()\n", None),
    ("signs of a diff, context that differs", "a()\nb()\nc()\n", " a()\n-b()\n c()\n", " z()\n+x()\n c()\n", None),
    ("a list is no diff", "- a\n- b\n", "- b\n", "+ b\n", "- a\n+ b\n"),
    ("a twin", "def f():\n    return 1\n\n\ndef g():\n    return 1\n", "    return 1\n", "    return 2\n", None),
    ("a whole twin", "f(a)\nf(a)\n", "f(a)\n", "f(b)\n", None),
    ("comment for the rest", CODE, CODE, "def load(path):\n    # ... existing code ...\n", None),
    ("korean comment for the rest", "a();\nb();\nc();\n", "a();\nb();\nc();\n", "a();\n// 기존 코드 유지\n", None),
    ("korean block comment for the rest", "a();\nb();\n", "a();\nb();\n", "a();\n/* 나머지 동일 */\n", None),
    ("three dots for the rest", "a();\nb();\n", "a();\nb();\n", "x();\n...\n", None),
    ("unchanged code for the rest", "a();\nb();\n", "a();\nb();\n", "x();\n// unchanged code\n", None),
    ("dots in SEARCH", CODE, "def load(path):\n    ...\n", "def load(name):\n    ...\n", None),
    ("no change", "a\n", "a\n", "a\n", None),
    ("only blanks change", "a \nb\n", "a \n", "a\n", "a\nb\n"),
    ("empty SEARCH", "a\n", "", "b\n", None),
    ("blank SEARCH", "a\n\nb\n", "\n", "b\n", None),
    ("the whole file", "a\nb\n", "a\nb\n", "c\n", "c\n"),
    ("all of it goes", "a\nb\n", "a\nb\n", "", ""),
    ("markers in the text", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n",
     "a\n", "a\n"),
    ("a fence in the text", "```\nold\n```\n", "```\nold\n```\n", "```\nnew\n```\n", "```\nnew\n```\n"),
    ("a NUL byte", b"a\0\nb\n", "b\n", "c\n", None),
    ("a very long line", f"{LONG}\nb = 1\n", "b = 1\n", "b = 2\n", f"{LONG}\nb = 2\n"),
    ("a part of a very long line", f"{LONG} needle {LONG}\n", f"{LONG} needle {LONG}\n", "short\n", "short\n"),
    ("form feeds and separators are text", "a\fb\u2028c\x85d\n", "a\fb\u2028c\x85d\n", "x\n", "x\n"),
    ("replacement patterns are text", "a\n", "a\n", "$& \\1 \\g<0> %s {0}\n", "$& \\1 \\g<0> %s {0}\n"),
    ("another case", "Alpha()\nb()\n", "alpha()\n", "c()\n", None),
    ("no blanks at all", "f(a, b)\n", "f(a,b)\n", "g()\n", None),
    ("first and last line only", "start()\na()\nb()\nend()\n", "start()\nx()\ny()\nend()\n", "start()\nend()\n", None),
    ("first line stripped", "class A:\n    def f(self):\n        one()\n        two()\n",
     "def f(self):\n        one()\n        two()\n", "def f(self):\n        one()\n        three()\n",
     "class A:\n    def f(self):\n        one()\n        three()\n"),
    ("one line indented wrongly, far from the change", "if a:\n    one()\n    two()\n    three()\n",
     "if a:\n  one()\n    two()\n    three()\n", "if a:\n  one()\n    two()\n    four()\n",
     "if a:\n    one()\n    two()\n    four()\n"),
    ("one line indented wrongly, beside new lines", "if a:\n    one()\n    two()\n", "if a:\n  one()\n    two()\n",
     "if a:\n  one()\n  new()\n    two()\n", None),
    ("all indentation lost", "if a:\n    one()\n    if b:\n        two()\n", "if a:\none()\nif b:\ntwo()\n",
     "if a:\none()\nif b:\ntwo()\nthree()\n", None),
    ("indented in another place with a line between", "  a()\n  x()\n  b()\nif c:\n    a()\n    b()\n",
     "  a()\n  b()\n", "  a()\n  c()\n", None),
    ("indented wrongly or a line left out", "a(\n    b,\n  )\n)\n", "    b,\n)\n", "    b,\nc)\n", None),
    ("a new line under a stripped one", "class A:\n    one()\n\n\nb()\n", "one()\n\n\nb()\n",
     "one()\ntwo()\n\n\nb()\n", None),
    ("a line came in, and the next entry looks alike",
     "items = [\n    {\n        name: 'A',\n        created: date(2025, 12, 22),\n    },\nnew_line_here\n    {\n"
     "        name: 'B',\n        created: date(2025, 12, 23),\n    },\n    {\n        name: 'C',\n    },\n",
     "        name: 'A',\n        created: date(2025, 12, 22),\n    },\n    {\n        name: 'B',\n",
     "        name: 'A',\n        created: date(2025, 12, 22),\n    },\n        name: 'B',\n", None),
    ("quotes changed in a file that differs",
     "def f(a):\n    x = “a”\n    yy = compute(a)\n    zz = other(yy)\n    end()\n",
     "def f(a):\n    x = “a”\n    yy = compote(a)\n    zz = other(yy)\n    end()\n",
     'def f(a):\n    x = "a"\n    yy = compote(a)\n    zz = other(yy)\n    done()\n',
     'def f(a):\n    x = "a"\n    yy = compute(a)\n    zz = other(yy)\n    done()\n'),
    ("done already, beside a twin",
     "def load_it(resource):\n    resource.open_now()\n    return resource.all()\n    # new end of it\n\n\n"
     "def load_it(resources):\n    resource.open_now()\n    return resource.all()\n    # old end of it\n",
     "def load_it(resource):\n    resource.open_now()\n    return resource.all()\n    # old end of it\n",
     "def load_it(resource):\n    resource.open_now()\n    return resource.all()\n    # new end of it\n", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "search", "replace", "after"), [one[1:] for one in TEXTS], ids=[t[0] for t in TEXTS]
)
@pytest.mark.parametrize("windows", [False, True], ids=["", "windows answer"])
def test_a_block_gives_the_text_intended_or_is_refused(
    tmp_path: Path, before: str | bytes, search: str, replace: str, after: str | bytes | None, windows: bool
) -> None:
    root = planted(tmp_path / "root", {"a.text": before.encode() if isinstance(before, str) else before})
    as_it_was = tree_of(root)
    answer = block("a.text", search, replace)
    outcome = apply_answer(root, answer.replace("\n", "\r\n") if windows else answer)
    if after is None:
        assert not outcome.applied
        assert outcome.feedback
        assert tree_of(root) == as_it_was
        return
    assert outcome.applied, outcome.feedback
    assert (root / "a.text").read_bytes() == (after.encode() if isinstance(after, str) else after)
    assert undo(root).applied
    assert tree_of(root) == as_it_was


def seven(path: str, search: str, replace: str) -> str:
    return block(path, search, replace).replace("<" * 9, "<" * 7).replace(">" * 9, ">" * 7).replace("=" * 9, "=" * 7)


@pytest.mark.parametrize(
    ("path", "before", "search", "replace", "after"),
    [
        ("a.md", "old head\n\ntext\n", "old head\n", "Heading\n=======\nmore\n", "Heading\n=======\nmore\n\ntext\n"),
        ("a.rst", "old head\n\ntext\n", "old head\n", "One two\n=======\nmore\n", "One two\n=======\nmore\n\ntext\n"),
        ("a.md", "Heading\n=======\nold\n", "Heading\n=======\nold\n", "new\n", None),
        ("a.md", "nothing of it\n", "old head\n", "Heading\n=======\nmore\n", None),
        ("a.md", "old head\n", "old head\n", "new head\n=======\n", None),
        ("a.md", "old head\n", "old head\n", "=======\nnew head\n", None),
        ("a.md", "old head\n", "old head\n", "a sentence that is no heading\n=======\nmore\n", None),
        ("a.py", "old = 1\n", "old = 1\n", "new = 12\n=======\nnew = 2\n", None),
        ("a.py", "old = 1\n", "old = 1\n", "new = 2\n=======\n", None),
    ],
)
def test_where_several_lines_divide_a_block_the_file_tells_which(
    tmp_path: Path, path: str, before: str, search: str, replace: str, after: str | None
) -> None:
    root = planted(tmp_path / "root", {path: before.encode()})
    outcome = apply_answer(root, seven(path, search, replace))
    assert outcome.applied == (after is not None)
    assert (root / path).read_bytes() == (before if after is None else after).encode()
    if after is None:
        assert outcome.blocks[0].reason == "MALFORMED"
        assert "nine signs" in outcome.feedback


FIRST = block("new.txt", "", "one\ntwo\nthree\n")
SECOND = block("new.txt", "two\n", "zwei\n")


def test_a_block_sees_the_text_that_an_earlier_one_made(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"head\nold\ntail\n"})
    answer = FIRST + SECOND + block("a.txt", "old\n", "fresh one\n") + block("a.txt", "fresh one\n", "fresh two\n")
    assert apply_answer(root, answer).applied
    assert (root / "new.txt").read_bytes() == b"one\nzwei\nthree\n"
    assert (root / "a.txt").read_bytes() == b"head\nfresh two\ntail\n"


def test_a_block_does_not_see_the_text_that_a_later_one_makes(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"head\nold\ntail\n"})
    before = tree_of(root)
    assert not apply_answer(root, SECOND + FIRST).applied
    assert not apply_answer(root, block("a.txt", "fresh one\n", "x\n") + block("a.txt", "old\n", "fresh one\n")).applied
    assert tree_of(root) == before


def test_text_of_the_file_goes_before_text_that_a_block_makes(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\ntwo\n"})
    assert apply_answer(root, block("a.txt", "one\n", "two\n") + block("a.txt", "two\n", "three\n")).applied
    assert (root / "a.txt").read_bytes() == b"two\nthree\n"


def test_the_edits_of_a_tool_call_see_each_other(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"head\nold\ntail\n"})
    edits = [{"old_string": "", "new_string": "one\ntwo\n"}, {"old_string": "two\n", "new_string": "zwei\n"}]
    assert apply_tool_call(root, {"path": "new.txt", "edits": edits}).applied
    assert (root / "new.txt").read_bytes() == b"one\nzwei\n"
    edits = [{"old_string": "old\n", "new_string": "fresh one\n"}, {"old_string": "fresh one\n", "new_string": "x\n"}]
    assert apply_tool_call(root, {"path": "a.txt", "edits": edits}).applied
    assert (root / "a.txt").read_bytes() == b"head\nx\ntail\n"


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", "LICENSE", "README", "entrypoint"])
def test_a_bare_name_is_a_path(tmp_path: Path, name: str) -> None:
    root = planted(tmp_path / "root", {name: b"old text\n"})
    assert apply_answer(root, block(name, "old text\n", "new text\n")).applied
    assert (root / name).read_bytes() == b"new text\n"


@pytest.mark.parametrize(("first", "second"), [("a\nb\n", "b\nc\n"), ("a\nb\nc\n", "b\n")])
def test_blocks_that_overlap_are_refused(tmp_path: Path, first: str, second: str) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"a\nb\nc\nd\n"})
    answer = block("a.txt", first, f"x\n{first}") + block("a.txt", second, f"{second}y\n")
    assert apply_answer(root, answer).blocks[1].reason == "CONFLICT"


@pytest.mark.parametrize("turned", [False, True])
def test_blocks_that_touch_or_stand_in_another_order_are_applied(tmp_path: Path, turned: bool) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"a\nb\nc\n"})
    parts = [block("a.txt", "a\n", "1\n"), block("a.txt", "b\n", "2\n2\n"), block("a.txt", "c\n", "")]
    assert apply_answer(root, "".join(reversed(parts) if turned else parts)).applied
    assert (root / "a.txt").read_bytes() == b"1\n2\n2\n"


def test_a_huge_answer_is_applied_whole(tmp_path: Path) -> None:
    lines = [f"line number {n}\n" for n in range(3000)]
    root = planted(tmp_path / "root", {"a.txt": "".join(lines).encode()})
    assert apply_answer(root, "".join(block("a.txt", line, f"new {line}") for line in lines)).applied
    assert (root / "a.txt").read_text() == "".join(f"new {line}" for line in lines)


# ---------------------------------------------------------------- what the model is told


MODULE = "import os\n\n\nclass Store:\n    def load(self, path):\n        text = read(path)\n        return text\n"


def test_a_text_in_another_file_of_the_tree_is_pointed_to(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.py": b"x = 1\n", "pkg/b.py": MODULE.encode(), "c.txt": MODULE.encode()})
    outcome = apply_answer(root, block("a.py", "        text = read(path)\n", "        text = path\n"))
    assert outcome.blocks[0].reason == "IN_OTHER_FILE"
    assert "pkg/b.py" in outcome.feedback
    assert "Write that path above the block" in outcome.feedback


def test_a_text_in_several_other_files_is_not_pointed_to(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.py": b"x = 1\n", "b.py": MODULE.encode(), "c.py": MODULE.encode()})
    outcome = apply_answer(root, block("a.py", "        text = read(path)\n", "        text = path\n"))
    assert outcome.blocks[0].reason == "NOT_FOUND"


def test_a_misspelt_path_is_told_with_the_file_that_has_the_text_first(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"src/stare.py": b"x = 1\n", "src/shop.py": MODULE.encode()})
    outcome = apply_answer(root, block("src/store.py", "        text = read(path)\n", "        text = path\n"))
    assert outcome.blocks[0].reason == "BAD_PATH"
    assert "Existing paths like it: src/shop.py, src/stare.py" in outcome.feedback
    assert "src/stare.py" in outcome.blocks[0].note


def test_an_absolute_path_into_the_root_is_told_relative(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"src/a.py": b"x = 1\n"})
    outcome = apply_answer(root, block(f"{root}/src/a.py", "x = 1\n", "x = 2\n"))
    assert outcome.blocks[0].reason == "BAD_PATH"
    assert "Existing paths like it: src/a.py" in outcome.feedback
    assert str(root) not in outcome.feedback


def test_a_miss_shows_the_whole_definition_around_it(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.py": (MODULE + "\n" * 9 + "# far away\n").encode()})
    outcome = apply_answer(root, block("./a.py", "        text = reed(path)\n        return test\n", "        x()\n"))
    assert "The place is in `load`, lines 5-7" in outcome.feedback
    assert "   5|     def load(self, path):" in outcome.feedback
    assert "far away" not in outcome.feedback


def test_a_miss_in_a_long_definition_names_it(tmp_path: Path) -> None:
    body = "".join(f"    value_{n} = compute({n})\n" for n in range(60))
    root = planted(tmp_path / "root", {"a.py": f"def long_one():\n{body}".encode()})
    outcome = apply_answer(
        root, block("a.py", "    value_30 = computed(30, 1)\n    value_31 = comp(31)\n", "    x()\n")
    )
    assert "The place is in `long_one`, which begins at line 1 `def long_one():`." in outcome.feedback
    assert all(len(part.split("\n")) <= 41 for part in outcome.feedback.split("\n\n"))
