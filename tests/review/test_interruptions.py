"""What happens to a review in its middle: parsers that die, a git that fails or hangs, signals, and terminals."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import resource
import shutil
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import GitRepo, Qcode, Repo, console_script
from tests.review.asking import AFTER, BEFORE, MISSING, answer, rules, sentence

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes through /proc")

LABORIOUS = "x = [\n" + "a,\n" * 600_000 + "]\n"
"""Takes a parser a second and hundreds of megabytes."""
AT_WORK = 150 << 20
"""Bytes that a parser holds only while it works on such a file."""


def started(qcode: Qcode, repo: Repo, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(console_script()), *arguments],
        cwd=repo.root,
        env=qcode.environment | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def finished(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    output, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def resident(pid: int) -> int:
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def parser_at_work(process: subprocess.Popen[str]) -> int:
    """The parser's process id, once it is in the middle of a laborious file."""
    while process.poll() is None:
        for child in children(process.pid):
            if resident(child) > AT_WORK:
                return child
    raise AssertionError("no parser took that much memory")


# ---------------------------------------------------------------- parsers that die


def crash(parser: int) -> None:
    os.kill(parser, signal.SIGSEGV)


def take_its_memory(parser: int) -> None:
    resource.prlimit(parser, resource.RLIMIT_AS, (AT_WORK, AT_WORK))


@pytest.mark.real
@pytest.mark.parametrize("how", [crash, take_its_memory])
def test_a_parser_that_dies_costs_the_file_it_was_at(
    git_repo: GitRepo, qcode: Qcode, how: Callable[[int], None]
) -> None:
    repo = git_repo(BEFORE)
    repo.commit({**AFTER, "a_laborious.py": LABORIOUS})
    with started(qcode, repo, "review", "HEAD~1", "--json") as process:
        how(parser_at_work(process))
        done = finished(process)
    assert MISSING in rules(done)
    (left,) = [one for one in answer(done)["skipped"] if one["what"] == "a_laborious.py"]
    assert "crashed" in left["why"] or "MiB" in left["why"]
    again = qcode("review", "HEAD~1", "--json", cwd=repo.root)
    assert rules(again) == rules(done)


@pytest.mark.real
def test_a_file_whose_parser_was_ended_from_outside_is_read_the_next_time(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo(BEFORE)
    repo.commit({**AFTER, "a_laborious.py": LABORIOUS})
    with started(qcode, repo, "index", "--json") as process:
        os.kill(parser_at_work(process), signal.SIGKILL)
        done = finished(process)
    first = json.loads(done.stdout)
    (left,) = [one for one in first["skipped"] if one["what"] == "a_laborious.py"]
    assert "ended from outside" in left["why"]
    again = json.loads(qcode("index", "--json", cwd=repo.root).stdout)
    assert (again["files"], again["skipped"]) == (first["files"] + 1, [])


# ---------------------------------------------------------------- git that fails


@dataclass(frozen=True)
class Git:
    """A folder for PATH with a git that does as the real one, but for one command."""

    folder: Path
    pipe: Path

    def but(self, command: str, script: str) -> dict[str, str]:
        """The environment in which `git COMMAND` runs this shell script; `"$real" "$@"` is the real one."""
        real = shutil.which("git")
        case = f'case " $* " in *" {command} "*) {script};; esac'
        program = self.folder / "git"
        program.write_text(f'#!/bin/sh\nreal={real}\n{case}\nexec "$real" "$@"\n')
        program.chmod(0o755)
        return {"PATH": f"{self.folder}:{os.environ['PATH']}"}

    def stuck(self, command: str) -> dict[str, str]:
        """As `but`: the command waits to be asked, says who it is, and then nothing any more."""
        return self.but(command, f"read asked; echo $$ > {self.pipe}; read never < {self.pipe}; exit 1")

    def pid(self) -> int:
        """Who is stuck; waits until somebody is."""
        return int(self.pipe.read_text())


@pytest.fixture
def git(tmp_path: Path) -> Iterator[Git]:
    folder = tmp_path / "programs"
    folder.mkdir()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    yield Git(folder, pipe)


COMMANDS = ("cat-file", "ls-tree", "ls-files")
HALF = f"{'0' * 40} commit 500\n100644 blob 0"
"""Half of an answer."""


@pytest.mark.parametrize(
    ("command", "script", "said"),
    [
        *((command, "kill -SEGV $$", "signal 11") for command in COMMANDS),
        *((command, f"printf '%s' '{HALF}'; kill -KILL $$", "signal 9") for command in COMMANDS),
        ("ls-tree", "echo fatal: out of memory >&2; exit 128", "out of memory"),
    ],
)
def test_a_git_that_ends_in_mid_run_is_one_sentence(
    broken: Repo, qcode: Qcode, git: Git, command: str, script: str, said: str
) -> None:
    done = qcode("review", "HEAD~1", "--worktree", cwd=broken.root, env=git.but(command, script))
    assert said in sentence(done, 3).lower()


@pytest.mark.parametrize("verb", [["review"], ["index"], ["symbols", "total"], ["map"]])
def test_without_git_every_command_says_so(broken: Repo, qcode: Qcode, tmp_path: Path, verb: list[str]) -> None:
    assert "not found on PATH" in sentence(qcode(*verb, cwd=broken.root, env={"PATH": str(tmp_path)}), 3)


# ---------------------------------------------------------------- signals


@pytest.mark.parametrize(
    ("command", "number"),
    [*((command, signal.SIGINT) for command in COMMANDS), ("cat-file", signal.SIGTERM), ("cat-file", signal.SIGHUP)],
)
def test_a_signal_ends_a_review_at_once_and_leaves_nothing_broken(
    broken: Repo, qcode: Qcode, git: Git, command: str, number: signal.Signals
) -> None:
    with started(qcode, broken, "review", "HEAD~1", "--worktree", **git.stuck(command)) as process:
        stuck = git.pid()
        offspring = children(process.pid)
        process.send_signal(number)
        done = finished(process)
    assert stuck in offspring and not any(Path(f"/proc/{child}").exists() for child in offspring)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\nqcode: interrupted.\n")
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=broken.root))


# ---------------------------------------------------------------- terminals


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, qcode: Qcode, cwd: Path, *arguments: str, columns: int = 80, **environment: str) -> None:
        self.shown = b""
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                os.chdir(cwd)
                variables = {**qcode.environment, "TERM": "xterm-256color", **environment}
                os.execve(console_script(), ["qcode", *arguments], variables)
            finally:
                os._exit(99)

    def read(self) -> bool:
        """Take what it shows next; False at its end."""
        with suppress(OSError):  # Linux says so that nobody has the other end any more
            piece = os.read(self._master, 1 << 16)
            self.shown += piece
            return bool(piece)
        return False

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def end(self) -> tuple[int, list[str]]:
        """The exit code, and the lines that a person then sees."""
        while self.read():
            pass
        os.close(self._master)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return code, screen(self.shown.decode())


def screen(text: str) -> list[str]:
    """The lines that stay; a terminal's only commands here are colours, the line's begin, and to wipe its rest."""
    lines: list[list[str]] = [[]]
    column = 0
    place = 0
    while place < len(text):
        if text.startswith("\x1b[", place):
            end = next(at for at in range(place + 2, len(text)) if text[at].isalpha())
            assert text[end] in "mK", f"an order to the terminal that nobody expected: {text[place:end]!r}"
            if text[end] == "K":
                del lines[-1][column:]
            place = end + 1
            continue
        if text[place] == "\r":
            column = 0
        elif text[place] == "\n":
            lines.append([])
            column = 0
        else:
            lines[-1][column : column + 1] = [text[place]]
            column += 1
        place += 1
    return ["".join(line).rstrip() for line in lines]


@pytest.mark.parametrize(
    ("environment", "columns", "coloured"),
    [({}, 80, True), ({}, 40, True), ({"NO_COLOR": "1"}, 80, False), ({"TERM": "dumb"}, 40, False)],
)
def test_a_terminal_gets_colours_where_it_wants_them_and_lines_that_fit(
    broken: Repo, qcode: Qcode, environment: dict[str, str], columns: int, coloured: bool
) -> None:
    terminal = Terminal(qcode, broken.root, "review", "HEAD~1", columns=columns, **environment)
    code, lines = terminal.end()
    assert (code, b"\x1b[" in terminal.shown) == (1, coloured)
    assert "shop/report.py" in lines
    assert max(map(len, lines)) <= columns


@pytest.fixture(scope="module")
def large(lasting_git_repo: GitRepo) -> Repo:
    """Enough to read that a person wonders what is going on."""
    return lasting_git_repo({f"m{n}.py": f"def f{n}(a):\n    return g(a)\n" * 150 for n in range(1500)})


@pytest.mark.real
def test_ctrl_c_leaves_no_bar_and_a_store_that_the_next_run_uses(large: Repo, qcode: Qcode) -> None:
    terminal = Terminal(qcode, large.root, "index", columns=40)
    while terminal.shown.count(b"qcode: reading") < 2 and terminal.read():
        pass
    offspring = children(terminal.pid)
    terminal.type(b"\x03")
    code, lines = terminal.end()
    assert (code, [line for line in lines if line.strip("^C")]) == (130, ["qcode: interrupted."])
    bars = [
        drawn.partition("^C")[0] for drawn in terminal.shown.decode().split("\r\x1b[K") if "qcode: reading" in drawn
    ]
    assert max(map(len, bars)) < 40
    assert offspring and not any(Path(f"/proc/{child}").exists() for child in offspring)
    done = qcode("index", cwd=large.root)
    assert (done.returncode, done.stderr, done.stdout.startswith("1,500 files")) == (0, "", True)
