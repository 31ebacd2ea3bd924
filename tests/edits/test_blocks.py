"""Reading answers: paths, markers, fences, thinking, truncation, and tool calls in the text."""

from __future__ import annotations

import json

import pytest

from agents.edits import blocks
from agents.edits.types import Answer, Edit, Unreadable
from tests.edits.answers import block

BODY = "<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n"
QWEN = (
    "<tool_call>\n<function=edit>\n<parameter=path>\na.py\n</parameter>\n<parameter=old_string>\nold\n</parameter>\n"
    "<parameter=new_string>\nnew\n</parameter>\n</function>\n</tool_call>\n"
)
CALL = {"path": "a.py", "old_string": "old", "new_string": "new"}
HERMES = f"<tool_call>\n{json.dumps({'name': 'edit', 'arguments': CALL})}\n</tool_call>\n"


def halves(answer: Answer) -> list[tuple[str, str, str] | str]:
    return [
        (one.path, one.search, one.replace) if isinstance(one, Edit) else one.reason for one in answer.edits
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("above", "path"),
    [
        ("src/app.py\n", "src/app.py"),
        ("`src/app.py`\n", "src/app.py"),
        ("**src/app.py**\n", "src/app.py"),
        ("**`src/app.py`**:\n", "src/app.py"),
        ("**`src/app.py`:**\n", "src/app.py"),
        ("src/app.py:\n", "src/app.py"),
        ("# src/app.py\n", "src/app.py"),
        ("### `src/app.py`\n", "src/app.py"),
        ("// src/app.ts\n", "src/app.ts"),
        ("<!-- web/index.html -->\n", "web/index.html"),
        ("/* web/site.css */\n", "web/site.css"),
        ("1. `src/app.py`\n", "src/app.py"),
        ('"src/app.py"\n', "src/app.py"),
        ("'src/app.py'\n", "src/app.py"),
        ("File: src/app.py\n", "src/app.py"),
        ("**File:** `src/app.py`\n", "src/app.py"),
        ("파일: src/app.py\n", "src/app.py"),
        ("src\\app.py\n", "src\\app.py"),
        ("C:\\work\\app.py\n", "C:\\work\\app.py"),
        ("my notes.txt\n", "my notes.txt"),
        ("문서/보고서 초안.md\n", "문서/보고서 초안.md"),
        ("`change log in here.md`\n", "change log in here.md"),
        ("Makefile\n", "Makefile"),
        ("Dockerfile\n", "Dockerfile"),
        ("LICENSE\n", "LICENSE"),
        ("LICENSE-MIT\n", "LICENSE-MIT"),
        ("README\n", "README"),
        ("`README`:\n", "README"),
        ("Caddyfile\n", "Caddyfile"),
        ("configure\n", "configure"),
        ("```make\nMakefile\n", "Makefile"),
        ("entrypoint\n", "entrypoint"),
        ("`entrypoint`\n", "entrypoint"),
        ("```sh\nentrypoint\n", "entrypoint"),
        ("File: entrypoint\n", "entrypoint"),
        ("src/app.py\n`load`\n", "src/app.py"),
        ("src/app.py\nentrypoint\n", "src/app.py"),
        ("Next\n", None),
        ("Fixed:\n", None),
        ("python\n", None),
        ("entrypoint\nOne more word.\n", None),
        (".gitignore\n", ".gitignore"),
        ("app/[id]/page.tsx\n", "app/[id]/page.tsx"),
        ("app/(shop)/page.tsx\n", "app/(shop)/page.tsx"),
        ("__init__.py\n", "__init__.py"),
        ("pkg/__init__.py\n", "pkg/__init__.py"),
        ("src/app.py (new file)\n", "src/app.py"),
        ("../outside.py\n", "../outside.py"),
        ("```python\nsrc/app.py\n", "src/app.py"),
        ("src/app.py\n```python\n", "src/app.py"),
        ("src/app.py\n\n```python\n", "src/app.py"),
        ("```python src/app.py\n", "src/app.py"),
        ("```python:src/app.py\n", "src/app.py"),
        ("```src/app.py\n", "src/app.py"),
        ('```py title="src/app.py"\n', "src/app.py"),
        ("~~~~python\nsrc/app.py\n", "src/app.py"),
        ("src/app.py\nOne.\nTwo.\n", "src/app.py"),
        ("old/a.py\nsrc/app.py\n", "src/app.py"),
        ("Update `src/app.py`:\n", "src/app.py"),
        ("Change the loop in\n", None),
        ("Update src/app.py\n", None),
        ("See https://example.com/a.py\n", None),
        ("src/app.py\n1\n2\n3\n4\n", None),
        ("", None),
    ],
)
def test_the_path_above_a_block_is_read_in_every_form(above: str, path: str | None) -> None:
    (edit,) = blocks.parse(above + BODY).edits
    assert (edit.path if isinstance(edit, Edit) else None) == path


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("five signs", block("old\n", "new\n", width=5), [("a.py", "old\n", "new\n")]),
        ("nine signs", block("old\n", "new\n", width=9), [("a.py", "old\n", "new\n")]),
        ("four signs", block("old\n", "new\n", width=4), ["MALFORMED", "MALFORMED"]),
        ("ten signs", block("old\n", "new\n", width=10), ["MALFORMED", "MALFORMED"]),
        ("dashes", "a.py\n------- SEARCH\nold\n=======\nnew\n+++++++ REPLACE\n", [("a.py", "old\n", "new\n")]),
        ("deletion", block("old\n", ""), [("a.py", "old\n", "")]),
        ("no divider", "a.py\n<<<<<<< SEARCH\nold\n>>>>>>> REPLACE\n", ["MALFORMED"]),
        ("two dividers", block("old\n=======\nx\n", "new\n"), [("a.py", "old\n", "x\n=======\nnew\n")]),
        ("two dividers, nothing sought", block("\n=======\nx\n", "new\n"), ["MALFORMED"]),
        ("many dividers", block("old\n" + "=======\nx\n" * 5, "new\n"), ["MALFORMED"]),
        ("another divider", "a.py\n<<<<<<< SEARCH\nold\n========\nnew\n>>>>>>> REPLACE\n",
         [("a.py", "old\n", "new\n")]),
        ("another closer", "a.py\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>> REPLACE\n", [("a.py", "old\n", "new\n")]),
        ("heading underline", block("Title\n=======\ntext\n", "x\n", width=9),
         [("a.py", "Title\n=======\ntext\n", "x\n")]),
        ("conflict in content", block("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n", "a\n", width=9),
         [("a.py", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n", "a\n")]),
        ("blocks in content", block("x\n", BODY, width=9), [("a.py", "x\n", BODY)]),
        ("nested opener", "a.py\n<<<<<<< SEARCH\nold\n" + block("o\n", "n\n"), ["MALFORMED", ("a.py", "o\n", "n\n")]),
        ("stray closer", ">>>>>>> REPLACE\n", ["MALFORMED"]),
        ("wide letters", "a.py\n＜＜＜＜＜＜＜ SEARCH\nold\n", ["MALFORMED"]),
        ("guillemets", "a.py\n««««««« SEARCH\nold\n", ["MALFORMED"]),
        ("quoted block", "a.py\n> <<<<<<< SEARCH\n> old\n", ["MALFORMED"]),
        ("windows line ends", block("old\n", "new\n").replace("\n", "\r\n"), [("a.py", "old\n", "new\n")]),
        ("fence in content", block("```\nold\n```\n", "```\nnew\n```\n"),
         [("a.py", "```\nold\n```\n", "```\nnew\n```\n")]),
        ("nested fences", "````md\na.py\n```py\n" + BODY + "```\n````\n", [("a.py", "old\n", "new\n")]),
        ("unclosed fence", "a.py\n```py\n" + BODY, [("a.py", "old\n", "new\n")]),
        ("text around", "Sure!\n\n" + block("old\n", "new\n") + "\nDone.\n", [("a.py", "old\n", "new\n")]),
        ("two of one file", block("a\n", "b\n") + "and\n" + BODY, [("a.py", "a\n", "b\n"), ("a.py", "old\n", "new\n")]),
        ("another file named", block("a\n", "b\n") + "now look at b.py, too\n" + BODY,
         [("a.py", "a\n", "b\n"),
          "MALFORMED"]),
        ("escaped markers", block("if a &lt; b:\n", "if b:\n").replace("<", "&lt;").replace(">", "&gt;"),
         [("a.py", "if a < b:\n", "if b:\n")]),
        ("half escaped", "a.py\n" + BODY.replace("<", "&lt;").replace(">", "&gt;").replace("old", "<b>"),
         ["MALFORMED"]),
        ("a search heading", "------- Search results -------\ntext\n", []),
        ("a horizontal rule", "-------\n=======\n", []),
        ("a foreign patch", "*** Begin Patch\n*** Update File: a.py\n", ["MALFORMED", "MALFORMED"]),
        ("qwen call", QWEN, [("a.py", "old", "new")]),
        ("hermes call", HERMES, [("a.py", "old", "new")]),
        ("another tool", '<tool_call>\n{"name": "read", "arguments": {"path": "a"}}\n</tool_call>', ["MALFORMED"]),
        ("unclear parameters", QWEN.replace("\nnew\n", "\n</parameter>\nnew\n"), ["MALFORMED"]),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value and len(value) < 30 else "",
)  # fmt: skip
def test_blocks_are_read_or_refused(name: str, body: str, expected: list[object]) -> None:
    answer = blocks.parse(body)
    assert answer.rejected is None
    assert halves(answer) == expected


def test_a_word_that_may_be_no_name_makes_no_file() -> None:
    assert halves(blocks.parse(block("", "x\n", "Implementation"))) == ["MALFORMED"]
    assert halves(blocks.parse(block("", "x\n", "Makefile"))) == [("Makefile", "", "x\n")]


def test_a_word_after_a_block_names_no_other_file() -> None:
    answer = blocks.parse(block("old\n", "new\n") + "Second\n" + BODY)
    assert halves(answer) == [("a.py", "old\n", "new\n")] * 2


def test_an_empty_search_creates_and_directives_delete_and_rename() -> None:
    answer = blocks.parse(block("", "x\n") + "*** Delete File: `b c.py`\n*** Rename File: a.py -> new/a.py\n")
    assert [(one.kind, one.path, one.new_path) for one in answer.edits if isinstance(one, Edit)] == [
        ("create", "a.py", None), ("delete", "b c.py", None), ("rename", "a.py", "new/a.py"),
    ]  # fmt: skip
    assert [one.number for one in answer.edits] == [1, 2, 3]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("<think>\n" + block("draft\n", "x\n") + "</think>\n" + block("old\n", "new\n"), [("a.py", "old\n", "new\n")]),
        (block("draft\n", "x\n") + "</think>\n\n" + block("old\n", "new\n"), [("a.py", "old\n", "new\n")]),
        ("a.py\n<<<<<<< SEARCH\nhalf a draft\n</think>\n" + block("old\n", "new\n"), [("a.py", "old\n", "new\n")]),
        ("hm\n</think>\nno\n</think>\n" + block("old\n", "new\n"), [("a.py", "old\n", "new\n")]),
        (block("<think>\nx\n</think>\n", "new\n"), [("a.py", "<think>\nx\n</think>\n", "new\n")]),
        (block("old\n", "</think>\n"), [("a.py", "old\n", "</think>\n")]),
    ],
)
def test_thinking_is_dropped_and_its_tags_in_a_block_are_content(answer: str, expected: list[object]) -> None:
    assert halves(blocks.parse(answer)) == expected


def test_thinking_that_does_not_end_rejects_the_answer() -> None:
    rejected = blocks.parse("<think>\n" + block("old\n", "new\n")).rejected
    assert rejected is not None and rejected.reason == "TRUNCATED"


@pytest.mark.parametrize("whole", [block("old\n", "new\n"), block("x\n", BODY, width=9), HERMES, QWEN, "x\n" + BODY])
def test_an_answer_cut_in_a_block_is_rejected_whole(whole: str) -> None:
    start = min(at for at in (whole.find("<<<<<"), whole.find("<tool_call>")) if at >= 0)
    for end in range(start + 12, len(whole.rstrip())):
        rejected = blocks.parse(block("first\n", "one\n") + "a.py\n" + whole[:end]).rejected
        assert rejected is not None and rejected.reason == "TRUNCATED", whole[:end]


def test_a_server_that_cut_the_answer_rejects_it() -> None:
    rejected = blocks.parse(block("old\n", "new\n"), "length").rejected
    assert rejected is not None and rejected.reason == "TRUNCATED"


def test_a_stream_gives_the_same_answer_in_any_pieces() -> None:
    answer = "Hi\n" + block("old\n", "new\n") + QWEN + "*** Delete File: b.py\n" + block("", "x\n", "c.py")
    for size in (1, 2, 7, 1000):
        reader = blocks.Reader()
        for at in range(0, len(answer), size):
            reader.feed(answer[at : at + size])
        assert reader.close() == blocks.parse(answer)


def test_a_stream_gives_each_edit_when_its_block_closes() -> None:
    reader = blocks.Reader()
    assert reader.feed(block("old\n", "new\n").removesuffix("REPLACE\n")) == []
    assert [one.number for one in reader.feed("REPLACE\nand")] == [1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (CALL, [("a.py", "old", "new")]),
        (json.dumps(CALL), [("a.py", "old", "new")]),
        (json.dumps(json.dumps(CALL)), [("a.py", "old", "new")]),
        ({"path": "a.py", "edits": [{"old_string": "a", "new_string": "b"}, {"old_string": "c", "new_string": ""}]},
         [("a.py", "a", "b"), ("a.py", "c", "")]),
        ({"path": "a.py", "edits": json.dumps([{"old_string": "a", "new_string": "b"}])}, [("a.py", "a", "b")]),
        ({"file_path": "a.py", "oldString": "a", "newString": "b"}, [("a.py", "a", "b")]),
        (CALL | {"old_string": ["x", "y"]}, [("a.py", "x\ny", "new")]),
        (CALL | {"old_string": {"text": "x"}}, [("a.py", "x", "new")]),
        (CALL | {"old_string": ""}, [("a.py", "", "new")]),
        ('{"path": "a.py", "old_string": "a\nb", "new_string": ""}', [("a.py", "a\nb", "")]),
        (CALL | {"old_string": {"a": "x", "b": "y"}}, ["MALFORMED"]),
        (CALL | {"old_string": 5}, ["MALFORMED"]),
        (CALL | {"old_string": [1, 2]}, ["MALFORMED"]),
        (CALL | {"new_string": None}, ["MALFORMED"]),
        (CALL | {"path": ""}, ["MALFORMED"]),
        (CALL | {"replace_all": "perhaps"}, ["MALFORMED"]),
        (CALL | {"old_text": "twice"}, ["MALFORMED"]),
        ({"old_string": "a", "new_string": "b"}, ["MALFORMED"]),
        (json.dumps(CALL)[:-4], ["TRUNCATED"]),
        (json.dumps(CALL) + " and more", ["MALFORMED"]),
        ('{"path": "a", "path": "b", "old_string": "x", "new_string": "y"}', ["MALFORMED"]),
        ("[" * 100_000, ["MALFORMED"]),
        ("", ["TRUNCATED"]),
    ],
)  # fmt: skip
def test_tool_arguments_are_read_whole_or_refused(arguments: object, expected: list[object]) -> None:
    answer = blocks.from_tool_call(arguments)  # type: ignore[arg-type]
    assert halves(answer) == expected
    assert (answer.rejected is not None) == any(isinstance(one, Unreadable) for one in answer.edits)
