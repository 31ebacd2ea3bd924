"""The command line: help, arguments, and failures that end in a sentence and an exit code."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.errors import Problem, StateProblem, ToolProblem
from qcode import __version__, arguments, output
from qcode.hidden import is_hidden
from tests.conftest import GitRepo, Qcode, console_script

SCREENS = ("textual", "rich")
HEAVY = (
    "qcode.commands.",
    "tree_sitter",
    "agents",
    "sqlite3",
    "tomllib",
    "dataclasses",
    "subprocess",
    "difflib",
    *SCREENS,
)


def test_version_is_the_package_s(qcode: Qcode) -> None:
    assert qcode("--version").stdout == f"qcode {__version__}\n"


def test_help_names_every_command_and_imports_none_of_them() -> None:
    code = "import sys; from qcode.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"\n    {verb}" in done.stdout for verb in arguments.VERBS)
    assert [name for name in done.stderr.split() if name.startswith(HEAVY)] == []


@pytest.mark.parametrize("verb", arguments.VERBS)
def test_every_command_has_its_line_of_help_and_answers_help(verb: str, qcode: Qcode) -> None:
    done = qcode(verb, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert arguments.VERBS[verb] == arguments.load(verb).HELP


def test_python_m_qcode_is_qcode() -> None:
    done = subprocess.run([sys.executable, "-m", "qcode", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"qcode {__version__}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "No command was given."),
        (("reviw",), "There is no command `reviw`; did you mean `review`?"),
        (("xyzzy",), "There is no command `xyzzy`."),
        (("--frobnicate",), "Unrecognized arguments: --frobnicate."),
        (("config",), "The following arguments are required: ACTION."),
        (("config", "show", "--jso"), "Unrecognized arguments: --jso."),
        (("completion", "tcsh"), "Argument shell: invalid choice: 'tcsh'"),
    ],
)
def test_wrong_arguments_end_in_one_sentence_and_exit_code_2(
    words: tuple[str, ...], sentence: str, qcode: Qcode
) -> None:
    done = qcode(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"qcode: {sentence}")
    assert "--help" in done.stderr.splitlines()[1]


def test_with_json_a_failure_is_an_object_too(qcode: Qcode) -> None:
    done = qcode("reviw", "--json")
    answer = json.loads(done.stdout)
    assert answer.pop("error").startswith("There is no command `reviw`")
    assert answer.pop("remedy") in done.stderr
    assert answer == {"schema": "qcode.error/1", "exit": 2, "skipped": []}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["review", "--json"], True),
        (["review", "--format", "json"], True),
        (["review", "--format=json"], True),
        (["review", "--format", "text"], False),
        (["review", "--", "--json"], False),
    ],
)
def test_json_is_recognised_in_arguments_that_were_never_parsed(words: list[str], wanted: bool) -> None:
    assert output.wants_json(words) is wanted


# ---------------------------------------------------------------- streams


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp949:strict"},
    ],
)
def test_no_locale_makes_the_output_fail(environment: dict[str, str], qcode: Qcode, git_repo: GitRepo) -> None:
    repo = git_repo()
    repo.write({".qcode/config.toml": 'ignore = ["결제/\N{SNOWMAN}*"]\n'})
    shown = qcode("config", "show", cwd=repo.root, env=environment)
    assert (shown.returncode, shown.stderr) == (0, "")
    answer = json.loads(qcode("config", "show", "--json", cwd=repo.root, env=environment).stdout)
    assert answer["values"]["ignore"]["value"] == ["결제/\N{SNOWMAN}*"]


def test_a_reader_that_went_away_is_no_reason_to_complain(qcode: Qcode) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [console_script(), "config", "show"], stdout=writer, stderr=subprocess.PIPE, env=qcode.environment
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def without_reader(qcode: Qcode, cwd: Path, *words: str) -> tuple[int, bytes]:
    """The exit code of the command and what it complains about, where nobody reads what it prints."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [str(console_script()), *words]
    done = subprocess.run(command, cwd=cwd, stdout=writer, stderr=subprocess.PIPE, env=qcode.environment)
    os.close(writer)
    return done.returncode, done.stderr


def test_more_output_than_a_pipe_takes_ends_silently_with_141(qcode: Qcode, git_repo: GitRepo) -> None:
    functions = "".join(f"def function_{n}(): ...\n" for n in range(20))
    repo = git_repo({f"part_{n}.py": functions for n in range(50)})
    assert without_reader(qcode, repo.root, "map", "--tokens", "100000") == (141, b"")
    assert without_reader(qcode, repo.root, "map", "--tokens", "100000", "--json") == (141, b"")


@pytest.mark.parametrize("words", [(), ("--json",), ("--format", "markdown")])
def test_a_review_that_nobody_reads_to_its_end_keeps_its_exit_code(
    words: tuple[str, ...], qcode: Qcode, git_repo: GitRepo
) -> None:
    calls = "from a import f\n" + "f()\n" * 200
    repo = git_repo({"a.py": "def f(): ...\n", "b.py": calls})
    repo.commit({"a.py": "def f(x): ...\n"})
    assert without_reader(qcode, repo.root, "review", "HEAD~1", *words) == (1, b"")
    assert without_reader(qcode, repo.root, "review", "HEAD~1", "--fail-on", "none", *words) == (0, b"")


@pytest.mark.parametrize("words", [(), ("review",), ("config",), ("map", "--paths")])
def test_an_argument_without_end_is_not_said_back_whole(
    words: tuple[str, ...], qcode: Qcode, git_repo: GitRepo
) -> None:
    done = qcode(*words, "a" * 100_000, "--json", cwd=git_repo({"a.py": ""}).root)
    assert done.returncode == 2
    assert len(done.stderr) < 1500 > len(json.loads(done.stdout)["error"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("words", [("config", "show"), ("config", "show", "--json"), ("--help",)])
def test_a_full_disk_is_a_sentence_and_exit_code_6(words: tuple[str, ...], qcode: Qcode) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [console_script(), *words], stdout=full, stderr=subprocess.PIPE, text=True, env=qcode.environment
        )
    assert done.returncode == 6
    assert done.stderr.splitlines()[0] == "qcode: The disk is full."


def test_closed_streams_are_no_failure(qcode: Qcode) -> None:
    script = 'exec "$0" config show >&- 2>&- <&-'
    assert subprocess.run(["sh", "-c", script, console_script()], env=qcode.environment).returncode == 0


def test_an_interrupt_ends_with_130_even_when_nobody_reads(qcode: Qcode) -> None:
    qcode.config.parent.mkdir(parents=True)
    qcode.config.write_text("ignore = [" + ", ".join(f'"{n:09}"' for n in range(50_000)) + "]\n")
    words = [str(console_script()), "config", "show"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=qcode.environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)  # the rest does not fit into the pipe, so the command now waits for a reader
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().endswith(b"qcode: interrupted.\n")
        assert process.wait() == 130


@pytest.mark.parametrize("place", ["full", "unread"])
def test_an_interrupt_ends_with_130_even_when_nothing_can_be_said(place: str, qcode: Qcode) -> None:
    qcode.config.parent.mkdir(parents=True)
    qcode.config.write_text("ignore = [" + ", ".join(f'"{n:09}"' for n in range(50_000)) + "]\n")
    reader, writer = os.pipe()
    os.close(reader)
    errors = os.open("/dev/full", os.O_WRONLY) if place == "full" else os.dup(writer)
    words = [str(console_script()), "config", "show"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, env=qcode.environment) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        process.send_signal(signal.SIGHUP)
        assert process.wait(60) == 130
    os.close(writer)
    os.close(errors)


def test_signals_that_come_together_end_once(qcode: Qcode) -> None:
    qcode.config.parent.mkdir(parents=True)
    qcode.config.write_text("ignore = [" + ", ".join(f'"{n:09}"' for n in range(50_000)) + "]\n")
    words = [str(console_script()), "config", "show"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=qcode.environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.send_signal(signal.SIGSTOP)  # so that all of them wait when it goes on
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGCONT):
            process.send_signal(number)
        assert process.stderr.read() == b"\nqcode: interrupted.\n"
        assert process.wait() == 130


def test_a_deleted_current_folder_is_no_failure(qcode: Qcode, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD"; exec "$0" config show', console_script()],
        cwd=gone,
        env=qcode.environment,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")


# ---------------------------------------------------------------- failures


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/x/i.db"),
            StateProblem,
            "The disk is full while writing /x/i.db.",
        ),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), StateProblem, "The disk is full."),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), ToolProblem, "use /x: Permission denied."),
        (ValueError("first\nsecond"), ToolProblem, "(ValueError: first)"),
        (RuntimeError(), ToolProblem, "(RuntimeError: no message)"),
    ],
)
def test_an_unforeseen_exception_becomes_a_sentence(error: Exception, kind: type[Problem], sentence: str) -> None:
    problem = output.explain(error)
    assert type(problem) is kind
    assert sentence in str(problem)
    assert problem.remedy


@pytest.mark.parametrize(
    ("codes", "answer"),
    [([], 0), ([0, 1], 1), ([1, 4], 4), ([4, 3], 3), ([3, 6], 6), ([6, 5], 5), ([5, 2], 2), ([2, 130], 130)],
)
def test_of_several_causes_the_weightiest_is_the_exit_code(codes: list[int], answer: int) -> None:
    assert output.worst(codes) == answer


def test_text_for_the_terminal_has_nothing_a_terminal_obeys() -> None:
    assert output.visible("a\x1b[31m\u202eb\x9bc\td\n") == "a\\u001b[31m\\u202eb\\u009bc\td\n"


@pytest.mark.parametrize("hidden", [*"\u200b\u00ad\ufeff\u3164", *map(chr, (0xE0001, 0xE0020, 0xE007F))])
def test_what_a_report_makes_visible_every_output_makes_visible(hidden: str) -> None:
    assert is_hidden(hidden)
    assert output.visible(f"a{hidden}한é").isprintable()
    text = output.to_json("qcode.x/1", {"a": hidden}, output.Exit.OK, [])
    assert (hidden in text, json.loads(text)["a"]) == (False, hidden)


def test_json_is_one_sorted_line_that_keeps_every_byte_of_a_path() -> None:
    path = os.fsdecode(b"caf\xe9\x1b.py")
    text = output.to_json("qcode.x/1", {"path": path, "a": 1}, output.Exit.OK, [])
    assert text == '{"a": 1, "exit": 0, "path": "caf\\udce9\\u001b.py", "schema": "qcode.x/1", "skipped": []}\n'
    assert os.fsencode(json.loads(text)["path"]) == b"caf\xe9\x1b.py"
