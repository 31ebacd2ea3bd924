"""What a model may reach through its tools, and what it is told instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.model import ToolCall
from agents.sandbox import Ran, Sandbox
from agents.tools import Gate, Result, Rules, Workshop, offered, perform
from agents.tools.gate import LONGEST
from agents.tools.rules import HABITS
from agents.types import Decision, Question
from qcode.config.keys import TOOLS
from tests.chat.conftest import MakeShop, Shop, make_shop, shop

__all__ = ["make_shop", "shop"]

FILES = {
    "src/a.py": "def f():\n    return 1\n", ".gitignore": "ignored.txt\n", ".qcodeignore": "private/\n",
    "private/x.py": "secret_plan = 1\n", ".env": "TOKEN=abc\n", ".env.example": "TOKEN=\n",
}  # fmt: skip


def done(shop: Shop, tool: str, decide: str = "once", **arguments: Any) -> Result:
    """What comes of a call."""
    gate = Gate(shop.workshop, lambda question: Decision("once" if decide == "once" else "no"))
    work = perform(ToolCall("1", tool, arguments), gate)
    try:
        while True:
            next(work)
    except StopIteration as ended:
        result: Result = ended.value
        return result


def listing(folder: Path) -> dict[str, bytes]:
    """Every file, but for those of the index."""
    files = [each for each in folder.rglob("*") if each.is_file() and "store" not in each.parts]
    return {str(each): each.read_bytes() for each in files}


@pytest.fixture
def full(make_shop: MakeShop) -> Shop:
    shop = make_shop(FILES)
    (shop.root / "ignored.txt").write_text("x")
    (shop.root / "link.txt").symlink_to("/etc/hostname")
    return shop


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize("tool", ["read", "outline", "edit", "log", "diff"])
@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/etc/passwd",
        "src/../../x",
        ".git/config",
        ".qcode/state/x",
        "a\0b",
        "./../x",
        ".git",
        "src/../.git/config",
    ],
)
def test_no_tool_leads_outside_or_into_what_is_git_s_or_ours(tool: str, path: str, full: Shop) -> None:
    more = {"old_string": "", "new_string": "x"} if tool == "edit" else {}
    before = listing(full.root.parent)
    result = done(full, tool, path=path, **more)
    assert not result.ok
    assert listing(full.root.parent) == before


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("ignored.txt", "ignored by git"), ("private/x.py", ".qcodeignore"), (".env", "holds secrets"),
        ("link.txt", "no file of the work tree"), ("src", "a folder"), ("nothing.py", "no file nothing.py"),
        ("other/a.py", "Did you mean src/a.py?"),
    ],
)  # fmt: skip
def test_what_is_kept_from_the_model_is_refused_with_its_reason(path: str, why: str, full: Shop) -> None:
    result = done(full, "read", path=path)
    assert not result.ok and (why in result.text or path == "link.txt")
    assert "secret_plan" not in result.text and "abc" not in result.text


def test_an_absolute_path_into_the_repository_is_understood(full: Shop) -> None:
    assert done(full, "read", path=str(full.root / "src/a.py")).ok


def test_a_search_finds_nothing_that_a_read_may_not_see(full: Shop) -> None:
    assert "Nothing" in done(full, "search", texts=["secret_plan"]).text
    assert "Nothing" in done(full, "search", texts=["TOKEN=abc"]).text
    assert done(full, "search", texts=["return 1"]).text == "src/a.py:2: return 1"
    assert "Nothing is called secret_plan" in done(full, "symbols", name="secret_plan").text


def test_a_diff_leaves_out_what_a_read_may_not_see(full: Shop) -> None:
    (full.root / ".env").write_text("TOKEN=new\n")
    (full.root / "src/a.py").write_text("def f():\n    return 2\n")
    text = done(full, "diff").text
    assert "return 2" in text and "TOKEN" not in text


def test_secrets_in_files_are_masked(full: Shop) -> None:
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    (full.root / "src/a.py").write_text(f"key = '{key}'\n")
    result = done(full, "read", path="src/a.py")
    assert result.ok and key not in result.text


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("rules", "tool", "path", "verdict"),
    [
        (Rules(), "read", "a.py", "allow"),
        (Rules(), "edit", "a.py", "ask"),
        (Rules(), "run", "", "ask"),
        (Rules(), "read", ".env", "deny"),
        (Rules(), "read", "deep/.env.production", "deny"),
        (Rules(), "read", ".env.example", "allow"),
        (Rules(allow=("read",)), "read", "x.pem", "deny"),
        (Rules(allow=("read:*.pem",)), "read", "x.pem", "allow"),
        (Rules(allow=("read:*.pem",), deny=("read:x.pem",)), "read", "x.pem", "deny"),
        (Rules(allow=("edit",)), "edit", "a.py", "allow"),
        (Rules(allow=("edit",), ask=("edit:core/*",)), "edit", "core/a.py", "ask"),
        (Rules(deny=("*:vendor/*",)), "search", "vendor/a.py", "deny"),
        (Rules(allow=("edit",), deny=("*",)), "edit", "a.py", "deny"),
        (Rules(), "unheard-of", "", "ask"),
    ],
)
def test_the_strictest_entry_wins(rules: Rules, tool: str, path: str, verdict: str) -> None:
    assert rules.verdict(tool, [path]) == verdict


def test_several_paths_are_judged_by_the_strictest() -> None:
    rules = Rules(allow=("edit:a.py",), deny=("edit:c.py",))
    assert rules.verdict("edit", ["a.py"]) == "allow"
    assert rules.verdict("edit", ["a.py", "b.py"]) == "ask"
    assert rules.verdict("edit", ["a.py", "b.py", "c.py"]) == "deny"


def test_settings_know_every_tool(shop: Shop) -> None:
    with_box, _ = boxed(shop, ran())
    assert set(TOOLS) == set(HABITS) == {tool.name for tool in offered(with_box.workshop)}


def test_a_forbidden_tool_is_not_offered(shop: Shop) -> None:
    names = [tool.name for tool in offered(replace(shop.workshop, rules=Rules(deny=("edit", "log:secret/*"))))]
    assert names == sorted(set(HABITS) - {"edit", "run"})
    denied = Shop(shop.root, replace(shop.workshop, rules=Rules(deny=("edit",))))
    assert "do not allow `edit`" in done(denied, "edit", path="price.py", old_string="a", new_string="b").text


# ---------------------------------------------------------------- answers


def test_a_file_is_read_in_parts_exactly_as_it_is(make_shop: MakeShop) -> None:
    shop = make_shop({"a.txt": "one\n\ttwo  \nthree\n"})
    assert done(shop, "read", path="a.txt", first=2, last=2).text == "a.txt, lines 2-2 of 4:\n\ttwo  "
    assert "no line 9" in done(shop, "read", path="a.txt", first=9).text


def test_a_long_answer_is_cut_in_its_middle(make_shop: MakeShop) -> None:
    shop = make_shop({"a.txt": "".join(f"line {number} of the many\n" for number in range(1900))})
    text = done(shop, "read", path="a.txt").text
    assert len(text) < LONGEST + 100
    assert "line 5 of" in text and "line 1899 of" in text and "characters left out" in text


@pytest.mark.parametrize(
    ("data", "why"), [(b"\0\1\2", "binary"), (b"\xff\xfe bad", None), ("한글\n".encode("cp949"), None)]
)
def test_bytes_that_are_no_utf_8_do_not_stop_a_read(data: bytes, why: str | None, shop: Shop) -> None:
    (shop.root / "odd.txt").write_bytes(data)
    result = done(shop, "read", path="odd.txt")
    assert result.ok == (why is None) and (why or "lines 1-") in result.text


def test_history_is_told(shop: Shop) -> None:
    assert done(shop, "log", path="price.py", most=3).text.count("\n\n") == 0
    assert "Nothing differs." in done(shop, "diff").text
    before = listing(shop.root)
    assert not done(shop, "diff", base=f"--output={shop.root}/x").ok
    assert listing(shop.root) == before
    assert not done(shop, "diff", base="no-such-branch").ok


def test_definitions_are_told(shop: Shop) -> None:
    assert done(shop, "outline", path="price.py").text == "price.py:\n1-2 function def total(items)"
    text = done(shop, "symbols", name="total").text
    assert "price.py:1-2 defines def total(items)" in text and "cart.py:5 call" in text
    assert "Near names: total" in done(shop, "symbols", name="totl").text


# ---------------------------------------------------------------- commands


def ran(code: int | None = 0, stdout: bytes = b"fine\n", stderr: bytes = b"", **more: Any) -> Ran:
    fields: dict[str, Any] = {"stopped": None, "seconds": 0.1, "changed": (), "isolated": True}
    return Ran(code, stdout, stderr, **(fields | more))


class Box(Sandbox):
    """Stands where the sandbox stands, and remembers what it was to run."""

    def __init__(self, left: Ran) -> None:
        self.left = left
        self.commands: list[list[str]] = []

    def run(self, argv: Sequence[str], tree: Path, **how: Any) -> Ran:
        self.commands.append(list(argv))
        return self.left


def boxed(shop: Shop, left: Ran, rules: Rules | None = None) -> tuple[Shop, Box]:
    box = Box(left)
    return Shop(shop.root, replace(shop.workshop, sandbox=box, rules=rules or Rules())), box


def test_a_command_is_asked_for_with_every_word_quoted(shop: Shop) -> None:
    asked: list[Question] = []
    with_box, box = boxed(shop, ran(1, b"out", b"err", changed=("a.txt",)))

    def approve(question: Question) -> Decision:
        asked.append(question)
        return Decision("always")

    gate = Gate(with_box.workshop, approve)
    for _ in range(2):
        work = perform(ToolCall("1", "run", {"command": ["ls", "; rm -rf ~", "a b"]}), gate)
        with pytest.raises(StopIteration) as ended:
            while True:
                next(work)
    assert [question.text for question in asked] == ["ls '; rm -rf ~' 'a b'"]
    assert box.commands == [["ls", "; rm -rf ~", "a b"]] * 2
    text = ended.value.value.text
    assert "exit code 1" in text and "stdout:\nout" in text and "stderr:\nerr" in text and "a.txt" in text


def test_a_command_that_is_declined_is_not_run(shop: Shop) -> None:
    with_box, box = boxed(shop, ran())
    assert "did not allow" in done(with_box, "run", decide="no", command=["ls"]).text
    assert box.commands == []


def test_a_command_that_was_stopped_says_why(shop: Shop) -> None:
    with_box, _ = boxed(shop, ran(None, stopped="time"))
    result = done(with_box, "run", command=["sleep", "9"])
    assert not result.ok and "stopped: time" in result.text


def test_without_a_sandbox_nothing_is_run_and_the_reason_is_told(shop: Shop) -> None:
    closed = Shop(shop.root, Workshop(shop.root, shop.workshop.index, why_no_sandbox="bubblewrap is not installed."))
    assert done(closed, "run", command=["ls"]).text == "bubblewrap is not installed. No command can be run."
    assert "run" not in [tool.name for tool in offered(closed.workshop)]
