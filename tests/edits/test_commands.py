"""`qcode apply`, `qcode undo` and `qcode history`, run as a user runs them."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import GitRepo, Qcode, console_script
from tests.edits.trees import block, planted, tree_of

SCHEMAS = Path(__file__).parents[2] / "qcode" / "schemas"
GOOD = block("a.txt", "one\n", "uno\n") + block("new/b.txt", "", "fresh\n")
BAD = block("a.txt", "nothing of the kind\n", "x\n")


@pytest.fixture
def root(git_repo: GitRepo) -> Path:
    return git_repo({"a.txt": "one\n", "conftest.py": "one\n", "sub/c.txt": "c\n"}).root


def answered(qcode: Qcode, root: Path, *words: str, stdin: str | None = None) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of a command; the JSON fits its schema."""
    done = qcode(*words, "--json", cwd=root, stdin=stdin)
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{words[0]}.json").read_text(encoding="utf-8")))
    assert answer["exit"] == done.returncode
    return done.returncode, answer


def test_an_answer_is_applied_undone_and_remembered(qcode: Qcode, root: Path) -> None:
    before = tree_of(root)
    code, applied = answered(qcode, root, "apply", "-", "--yes", stdin=GOOD)
    assert (code, applied["applied"]) == (0, True)
    assert applied["blocks"][0] | {"note": ""} == {
        "n": 1, "path": "a.txt", "status": "applied", "rung": "exact", "reason": None, "lines": [1, 1], "note": "",
    }  # fmt: skip
    code, undone = answered(qcode, root, "undo")
    assert (code, undone["undoes"]) == (0, applied["operation"])
    assert tree_of(root) == before
    code, known = answered(qcode, root, "history")
    assert [past["kind"] for past in known["operations"]] == ["undo", "apply"]
    assert known["operations"][1]["files"] == [
        {"path": "a.txt", "change": "modified"},
        {"path": "new/b.txt", "change": "created"},
    ]


def test_paths_are_relative_to_the_root_from_any_folder(qcode: Qcode, root: Path) -> None:
    planted(root, {"answer.md": GOOD.encode()})
    assert qcode("apply", "../answer.md", "--yes", cwd=root / "sub").returncode == 0
    assert (root / "a.txt").read_bytes() == b"uno\n"


def test_outside_of_a_repository_paths_are_relative_to_the_current_folder(qcode: Qcode, tmp_path: Path) -> None:
    here = planted(tmp_path / "plain", {"a.txt": b"one\n"})
    assert qcode("apply", "--yes", cwd=here, stdin=GOOD).returncode == 0
    assert qcode("undo", cwd=here).returncode == 0
    assert (here / "a.txt").read_bytes() == b"one\n"


@pytest.mark.parametrize(
    ("answer", "words", "code"),
    [
        (GOOD, ("--dry-run",), 0),
        (GOOD + BAD, ("--dry-run",), 1),
        (GOOD + BAD, ("--yes",), 1),
        ("no edits", ("--yes",), 1),
        (GOOD[:-12], ("--yes",), 1),
        (block("../x.txt", "", "x\n"), ("--yes",), 5),
        (block("typo.txt", "one\n", "x\n"), ("--yes",), 1),
        (block("sub", "one\n", "x\n"), ("--yes",), 5),
        (GOOD + BAD, (), 1),
        (BAD, ("--feedback",), 1),
        (block("conftest.py", "one\n", "uno\n"), (), 2),
        (BAD + block("/etc/x.txt", "", "x\n"), ("--yes",), 5),
        (block("conftest.py", "one\n", "uno\n"), ("--yes",), 5),
        (block("conftest.py", "one\n", "uno\n"), ("--yes", "--allow", "*.yml"), 5),
        (GOOD, (), 2),
        (GOOD, ("--frobnicate",), 2),
    ],
)
def test_exit_codes_where_nothing_is_written(
    qcode: Qcode, root: Path, answer: str, words: tuple[str, ...], code: int
) -> None:
    before = tree_of(root)
    done = qcode("apply", "-", *words, cwd=root, stdin=answer)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert tree_of(root) == before
    assert not (root / ".qcode").exists()


def test_allow_is_the_explicit_yes(qcode: Qcode, root: Path) -> None:
    answer = block("conftest.py", "one\n", "uno\n")
    assert qcode("apply", "--yes", "--allow", "conftest.py", cwd=root, stdin=answer).returncode == 0
    assert (root / "conftest.py").read_bytes() == b"uno\n"


def test_a_refused_answer_says_that_nothing_was_written_and_what_is_nearest(qcode: Qcode, git_repo: GitRepo) -> None:
    text = "def load(path):\n    with open(path) as file:\n        return file.read()\n"
    root = git_repo({"a.py": "import os\n\n\n" + text, "b.txt": "x\n\nx\n"}).root
    wrong = text.replace("file.read()", "json.loads(file)")
    answer = block("a.py", wrong, "pass\n") + block("b.txt", "x\n", "y\n") + block("c.txt", "", "new\n")
    done = qcode("apply", "--yes", cwd=root, stdin=answer)
    assert done.returncode == 1
    assert "Nothing was written, because of blocks 1, 2 of 3." in done.stderr
    assert "--dry-run --feedback" in done.stderr
    assert "closest: lines 4-6" in done.stdout
    assert "yours: `        return json.loads(file)`   file: `        return file.read()`" in done.stdout
    assert "It stands at lines 1-1, 3-3." in done.stdout


def test_what_could_be_applied_if_somebody_could_be_asked_says_so(qcode: Qcode, root: Path) -> None:
    done = qcode("apply", cwd=root, stdin=GOOD)
    assert (done.returncode, done.stdout) == (2, "")
    assert "The edits fit, but nobody can be asked here, so nothing was written." in done.stderr
    assert "--dry-run" in done.stderr
    assert "declined" not in done.stderr


def test_feedback_on_what_does_not_fit_needs_nobody_to_ask(qcode: Qcode, root: Path) -> None:
    done = qcode("apply", "--feedback", cwd=root, stdin=GOOD + BAD)
    assert done.stdout.startswith("EDIT RESULT: 0 of 3 blocks written.")
    assert "asked" not in done.stderr


def test_an_answer_without_an_edit_is_told_what_one_looks_like(qcode: Qcode, root: Path) -> None:
    done = qcode("apply", "--yes", cwd=root, stdin="Change one to uno.\n")
    _, said = done.stderr.split("There is no edit in this answer.\n")
    assert all(word in said for word in ("path", "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "apply --help"))
    assert len(said.splitlines()) == 1


def test_the_example_of_the_help_applies(qcode: Qcode, git_repo: GitRepo) -> None:
    root = git_repo({"shop/price.py": "def total(items):\n    return sum(items)\n"}).root
    shown = qcode("apply", "--help").stdout
    answer = "\n".join(line.removeprefix("  ") for line in shown.partition("  shop/price.py")[2].splitlines()[:6])
    assert qcode("apply", "--yes", cwd=root, stdin=f"shop/price.py{answer}\n").returncode == 0
    assert (root / "shop/price.py").read_text().startswith("def total(items, currency):\n")


@pytest.mark.parametrize("path", ["conftest.py", "sub dir/.env"])
def test_a_settings_file_names_the_option_that_allows_it(qcode: Qcode, git_repo: GitRepo, path: str) -> None:
    root = git_repo({path: "one\n"}).root
    answer = block(path, "one\n", "uno\n")
    done = qcode("apply", "--yes", cwd=root, stdin=answer)
    assert done.returncode == 5
    (option,) = re.findall(r"--allow (?:'[^']+'|\S+?)(?=\.$)", done.stderr, re.MULTILINE)
    assert qcode("apply", "--yes", *shlex.split(option), cwd=root, stdin=answer).returncode == 0


def test_a_bare_name_says_which_file_it_was_taken_for(qcode: Qcode, root: Path) -> None:
    done = qcode("apply", "--yes", cwd=root, stdin=block("c.txt", "c\n", "d\n"))
    assert (root / "sub/c.txt").read_bytes() == b"d\n"
    assert "c.txt was taken for sub/c.txt, the only file of that name." in done.stderr


@pytest.mark.parametrize("line", ["*** Delete File: c.txt", "*** Rename File: c.txt -> d.txt"])
def test_a_bare_name_deletes_and_moves_nothing_elsewhere(qcode: Qcode, root: Path, line: str) -> None:
    before = tree_of(root)
    done = qcode("apply", "--yes", cwd=root, stdin=f"{line}\n")
    assert (done.returncode, tree_of(root)) == (1, before)
    assert "near: sub/c.txt" in done.stdout


@pytest.mark.parametrize("name", ["absent.md", "sub", "latin.md"])
def test_an_answer_that_can_not_be_read_is_exit_2(qcode: Qcode, root: Path, name: str) -> None:
    (root / "latin.md").write_bytes(b"\xff\xfe\xe9")
    done = qcode("apply", name, "--yes", cwd=root)
    assert done.returncode == 2
    assert done.stderr.startswith("qcode: ")


def test_feedback_is_all_that_is_printed(qcode: Qcode, root: Path) -> None:
    done = qcode("apply", "--yes", "--feedback", cwd=root, stdin=GOOD + BAD)
    assert done.stdout.startswith("EDIT RESULT: 0 of 3 blocks written.")
    assert "NOT_FOUND" in done.stdout


def test_the_diff_is_shown_and_can_not_drive_the_terminal(qcode: Qcode, root: Path) -> None:
    done = qcode("apply", "--yes", cwd=root, stdin=block("a.txt", "one\n", "\x1b[31mred\u202e\n\ttab\n"))
    assert done.returncode == 0
    assert "+\\x1b[31mred<U+202E>\n+\ttab\n" in done.stdout
    assert "\x1b" not in done.stdout


def test_an_undo_after_the_user_edited_is_exit_6_and_says_why(qcode: Qcode, root: Path) -> None:
    qcode("apply", "--yes", cwd=root, stdin=GOOD)
    (root / "a.txt").write_bytes(b"mine\n")
    done = qcode("undo", cwd=root)
    assert (done.returncode, done.stdout) == (6, "")
    assert "a.txt was changed since." in done.stderr
    assert "Nothing was undone" in done.stderr and "then run it again" in done.stderr
    assert (root / "a.txt").read_bytes() == b"mine\n"


@pytest.mark.parametrize("which", ["1", "7", "20260101T000000Z-beef", "nonsense", "0"])
def test_an_undo_of_nothing_is_exit_2(qcode: Qcode, root: Path, which: str) -> None:
    assert qcode("undo", which, cwd=root).returncode == 2


def test_history_is_readable(qcode: Qcode, root: Path) -> None:
    assert qcode("history", cwd=root).stdout.splitlines()[0] == "nothing was applied here yet"
    qcode("apply", "--yes", cwd=root, stdin=GOOD)
    qcode("apply", "--yes", cwd=root, stdin=block("sub/c.txt", "c\n", "d\n"))
    qcode("undo", "2", cwd=root)
    lines = qcode("history", cwd=root).stdout.splitlines()
    assert [line[:3] for line in lines[:-1] if line[4:5] == " " and line[5:6] != " "] == ["   ", "  1", "   "]
    assert lines[-1].endswith("used; the oldest operations go first")
    assert re.search(
        r"^  1  \d{8}T\d{6}Z-\w+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  applied$", "\n".join(lines), re.MULTILINE
    )
    assert "~ a.txt" in "\n".join(lines)


@pytest.mark.parametrize(("said", "text"), [("y\n", b"uno\n"), ("n\n", b"one\n"), ("\n", b"one\n")])
def test_a_person_at_a_terminal_sees_the_diff_and_is_asked(qcode: Qcode, root: Path, said: str, text: bytes) -> None:
    planted(root, {"answer.md": GOOD.encode()})
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(root)
        os.execve(console_script(), ["qcode", "apply", "answer.md"], {**qcode.environment, "TERM": "xterm"})
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, said.encode())
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:  # the process has ended
        pass
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert b"\x1b[32m+uno\x1b[0m" in shown
    assert (root / "a.txt").read_bytes() == text
    assert os.waitstatus_to_exitcode(status) == (0 if text == b"uno\n" else 1)


def test_an_interrupt_at_the_question_writes_nothing(qcode: Qcode, root: Path) -> None:
    planted(root, {"answer.md": GOOD.encode()})
    before = tree_of(root)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(root)
        os.execve(console_script(), ["qcode", "apply", "answer.md"], dict(qcode.environment))
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 130
    assert tree_of(root) == before


def test_a_closed_stdin_is_no_answer(root: Path, qcode: Qcode) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{console_script()} apply --yes <&-"],
        cwd=root,
        env=qcode.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
