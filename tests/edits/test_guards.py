"""What is not pasted even where it fits."""

from __future__ import annotations

import pytest

from tests.edits.answers import block, result

BEFORE = "def f():\n    one()\n    two()\n    three()\n"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "    # ... rest of the function unchanged ..."),
        ("a.py", "    # ..."),
        ("a.py", "    # ... existing code ..."),
        ("a.py", "    # (rest of the code remains the same)"),
        ("a.py", "    # existing code here"),
        ("a.py", "    # same as before"),
        ("a.py", "    # remaining methods unchanged"),
        ("a.py", "    x = 1  # ... rest of the code"),
        ("a.py", "    # 나머지 코드는 동일"),
        ("a.py", "    # 나머지는 기존과 동일합니다"),
        ("a.py", "    # 이하 생략"),
        ("a.py", "    # ... 기존 코드 ..."),
        ("a.py", "    # 변경 없음"),
        ("a.js", "  // ... rest of methods ..."),
        ("a.js", "  // rest of the file"),
        ("a.js", "  /* ... */"),
        ("a.js", "  ..."),
        ("a.js", "  {/* ... existing code ... */}"),
        ("a.html", "  <!-- rest of the content unchanged -->"),
        ("a.sql", "-- 기존 코드 유지"),
        ("a.go", "\t// … unchanged …"),
        ("a.md", "... rest of the file unchanged ..."),
    ],
)
def test_text_that_is_left_out_is_refused(path: str, line: str) -> None:
    assert result(BEFORE, block("    two()\n", f"    two(2)\n{line}\n", path), path) == "ELISION"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "    # keep the others waiting"),
        ("a.py", "    x = [1, ...]"),
        ("a.py", "    print('loading...')"),
        ("a.py", "    # wait for the rest of the packets to arrive"),
        ("a.py", "    # Other options"),
        ("a.py", "    # 나머지를 계산한다"),
        ("a.py", "    log('existing code')"),
        ("a.py", "    def g(self): ..."),
        ("a.js", "    ...options,"),
        ("a.ts", "    ...args: string[]"),
        ("a.js", "    const { a, ...rest } = props;"),
        ("a.go", "\tcall(items...)"),
        ("a.md", "The rest of the code is here."),
        ("a.py", "    # loading the previous values..."),
    ],
)
def test_text_that_only_sounds_like_it_is_written(path: str, line: str) -> None:
    after = BEFORE.replace("two()\n", f"two(2)\n{line}\n").encode()
    assert result(BEFORE, block("    two()\n", f"    two(2)\n{line}\n", path), path) == after


def test_three_dots_are_a_body_in_python() -> None:
    body = "class P:\n    def f(self) -> int:\n        ...\n"
    assert result("x\n", block("x\n", body)) == body.encode()


def test_an_elision_that_the_file_has_already_stays() -> None:
    before = "# ...\na\nb\n"
    assert result(before, block("# ...\na\n", "# ...\nx\n")) == b"# ...\nx\nb\n"


@pytest.mark.parametrize(
    "line",
    [
        "<|im_end|>",
        "x = 1<|endoftext|>",
        "<|im_start|>assistant",
        "</parameter>",
        "    two()</parameter>",
        "</function>",
        "</tool_call>",
        "<parameter=new_string>",
        "<function=edit>",
    ],
)
def test_what_leaks_from_a_model_is_refused(line: str) -> None:
    assert result(BEFORE, block("    two()\n", f"    two(2)\n{line}\n")) == "MALFORMED"


@pytest.mark.parametrize(
    ("before", "search", "replace"),
    [
        ("END = '<|im_end|>'\nx\n", "END = '<|im_end|>'\nx\n", "END = '<|im_end|>'\ny\n"),
        ("x\n", "x\n", "a = b <| c |> d\n"),
        ("x\n", "x\n", "<parameter name='a'>\n</parameter>\n"),
    ],
)
def test_the_like_of_it_that_belongs_to_the_file_is_written(before: str, search: str, replace: str) -> None:
    assert result(before, block(search, replace)) == before.replace(search, replace).encode()


def test_a_fence_around_the_whole_text_is_refused() -> None:
    assert result("", block("", "```python\nx = 1\n```\n")) == "MALFORMED"


def test_a_fence_in_a_document_is_text() -> None:
    assert result("", block("", "```python\nx = 1\n```\n", "a.md"), "a.md") == b"```python\nx = 1\n```\n"


def test_three_dots_above_the_rest_of_a_body_stand_for_text() -> None:
    file = "def f():\n    one()\n    two()\n    three()\n"
    assert result(file, block(file, "def f():\n    ...\n    three()\n")) == "ELISION"


def test_three_dots_where_nothing_opens_a_body_stand_for_text() -> None:
    file = "x = call(\n    first,\n    second,\n)\n"
    assert result(file, block(file, "x = call(\n        ...\n    second,\n)\n")) == "ELISION"


def test_three_dots_are_a_body_below_a_comment_and_a_sign_in_a_string() -> None:
    file = "x = 1\n"
    new = 'def f(a="#"):\n    # nothing to do\n    ...\n'
    assert result(file, block(file, new)) == new.encode()


def test_three_dots_in_a_long_string_stand_for_text() -> None:
    file = 'class A:\n    CSS = """\n\n    Widget {\n'
    assert result(file, block(file, 'class A:\n    CSS = """\n...\n    Widget {\n')) == "ELISION"
