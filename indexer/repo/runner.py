"""The one way to run git.

Git obeys the repository's own settings, and some of those name programs. Here every command runs in an environment
built from nothing, with the settings that name programs emptied, and only commands that never convert the text of a
file are used at all: so no filter, text conversion, hook, pager, monitor or transport of the repository can start.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import Problem, ToolProblem
from indexer.repo.place import Place
from indexer.repo.waiting import perhaps_waited_for

DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.attributesFile": "/dev/null",
    "core.pager": "cat",
    "core.editor": "false",
    "core.askPass": "false",
    "core.sshCommand": "false",
    "core.gitProxy": "false",
    "core.alternateRefsCommand": "false",
    "core.quotePath": "true",
    "core.bigFileThreshold": "16m",
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
    "color.ui": "false",
    "i18n.logOutputEncoding": "UTF-8",
}
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "GIT_ASKPASS": "false",
    "GIT_SSH_COMMAND": "false",
    "GIT_EXTERNAL_DIFF": "",
}
_READ_SIZE = 1 << 18
_PIPE_SIZE = 1 << 18
_KEPT_ERRORS = 1 << 16
_USAGE_ERROR = 129
_QUIET = 1.0
"""Seconds of silence after which its cause is looked for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one git command may keep silent or run, and how much it may print."""

    seconds: float = 120.0
    output: int = 128 << 20


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished git command left."""

    code: int
    output: bytes
    errors: str


class Runner:
    """Runs git for one checkout; the environment comes from the caller and only its PATH is used."""

    def __init__(self, place: Place, environ: Mapping[str, str], limits: Limits) -> None:
        path = _safe_path(environ.get("PATH") or DEFAULT_PATH, place.root)
        self._program = _find_git(path)
        self._place = place
        self._limits = limits
        self._environment = {
            **_ENVIRONMENT,
            "PATH": path,
            "GIT_DIR": str(place.git_dir),
            "GIT_WORK_TREE": str(place.root),
        }

    def run(self, *arguments: str, ok: Sequence[int] = (0,), settings: Mapping[str, str] | None = None) -> Result:
        """The result of `git ARGUMENTS`. Raises ToolProblem when its exit code is not in `ok`, or a limit is passed."""
        return self.finish(arguments[0], self.start(*arguments, settings=settings), ok)

    def finish(self, command: str, conversation: Conversation, ok: Sequence[int] = (0,)) -> Result:
        """The result of a command that was started and is asked nothing; the same problems as from `run`."""
        try:
            conversation.finish_asking()
            output = conversation.read_all(self._limits.output)
            code = conversation.wait()
        finally:
            conversation.stop()
        if code not in ok:
            raise self.failure(command, code, conversation.errors)
        return Result(code, output, conversation.errors)

    def start(self, *arguments: str, settings: Mapping[str, str] | None = None) -> Conversation:
        """A git command that is asked and answers as long as it runs."""
        chosen = {**_SETTINGS, "safe.directory": str(self._place.root), **(settings or {})}
        flags = [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
        command = [self._program, "--no-pager", "--literal-pathspecs", *flags, *arguments]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
                cwd=self._place.root,
                bufsize=0,
                start_new_session=True,
                pipesize=_PIPE_SIZE,
            )
        except OSError as error:
            raise ToolProblem(
                f"Git could not be started: {error.strerror or error}.", "Check the git program."
            ) from None
        return Conversation(process, self._limits.seconds, self._waits_for)

    def failure(self, command: str, code: int | None, errors: str) -> Problem:
        """The problem to raise for a git command that ended so."""
        if code == _USAGE_ERROR:
            version = self._version()
            return ToolProblem(
                f"{version} does not know an option that `git {command}` needs.", "Use git 2.30 or newer."
            )
        if code is not None and code < 0:
            return ToolProblem(
                f"Git was ended by signal {-code} while it ran `git {command}`.", "Run the command again."
            )
        said = _first_sentence(errors)
        if "unknown repository extension" in said or "git repo version" in said:
            return ToolProblem(f"{self._version()} can't read this repository: {said}.", "Use a newer git.")
        if "ermission denied" in errors:
            return ToolProblem(
                f"Git may not read the repository: {said}.", "Check the owner and mode of its .git folder."
            )
        detail = f": {said}" if said else f" with exit code {code} and no message"
        return ToolProblem(f"`git {command}` failed{detail}.", "Check the repository with `git fsck`.")

    def _waits_for(self) -> Path | None:
        return perhaps_waited_for(self._place.root, self._place.git_dir, self._place.common_dir)

    def _version(self) -> str:
        with suppress(OSError, subprocess.SubprocessError):
            found = subprocess.run(
                [self._program, "--version"], capture_output=True, env=self._environment, timeout=10, check=False
            )
            return _first_sentence(found.stdout.decode("utf-8", "replace")) or "This git"
        return "This git"


class Conversation:
    """A running git command: bytes in, bytes out, under a clock; what it writes to its error stream is kept."""

    def __init__(
        self, process: subprocess.Popen[bytes], seconds: float, waits_for: Callable[[], Path | None] = lambda: None
    ) -> None:
        assert process.stdin and process.stdout and process.stderr  # noqa: S101 - all three are pipes
        self._process = process
        self._seconds = seconds
        self._waits_for = waits_for
        self._input = process.stdin.fileno()
        self._output = process.stdout.fileno()
        self._error = process.stderr.fileno()
        self._errors = bytearray()
        self._open = {self._output, self._error}

    @property
    def errors(self) -> str:
        """The error stream so far."""
        return self._errors.decode("utf-8", "replace")

    def ask(self, data: bytes) -> bool:
        """Hand `data` (small enough for the pipe) to git; False where git has ended."""
        try:
            while data:
                data = data[os.write(self._input, data) :]
        except BrokenPipeError:
            return False
        return True

    def finish_asking(self) -> None:
        """Tell git that nothing more will be asked."""
        assert self._process.stdin  # noqa: S101 - a pipe
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def read(self) -> bytes:
        """The next piece of the answer; empty at its end. Raises ToolProblem after too long a silence."""
        deadline = time.monotonic() + self._seconds
        while self._output in self._open:
            ready = self._ready(list(self._open), deadline)
            if self._error in ready:
                self._keep_error()
            if self._output in ready:
                data = os.read(self._output, _READ_SIZE)
                if data:
                    return data
                self._open.discard(self._output)
        while self._error in self._open:
            self._ready([self._error], deadline)
            self._keep_error()
        return b""

    def _ready(self, pipes: list[int], deadline: float) -> list[int]:
        """Those of the pipes that have something. Raises ToolProblem where git keeps silent too long, or for ever."""
        left = max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select(pipes, [], [], min(left, _QUIET))
        if not ready and (odd := self._waits_for()) is not None:
            raise ToolProblem(
                f"Git gives no answer: {odd} is no file but a pipe or a device.", "Remove it, then run qcode again."
            )
        if not ready:
            ready, _, _ = select.select(pipes, [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise self._too_slow()
        return ready

    def read_all(self, limit: int) -> bytes:
        """The whole answer. Raises ToolProblem when it is longer than `limit` bytes."""
        parts: list[bytes] = []
        size = 0
        deadline = time.monotonic() + self._seconds
        while data := self.read():
            parts.append(data)
            size += len(data)
            if size > limit:
                raise ToolProblem(
                    f"Git printed more than {limit} bytes.", "A repository with so many files is too large for qcode."
                )
            if time.monotonic() > deadline:
                raise self._too_slow()
        return b"".join(parts)

    def wait(self) -> int:
        """The exit code, after the answer's end."""
        try:
            return self._process.wait(self._seconds)
        except subprocess.TimeoutExpired:
            raise self._too_slow() from None

    def stop(self) -> None:
        """End git and everything it started."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe and not pipe.closed:
                with suppress(OSError):
                    pipe.close()

    def _keep_error(self) -> None:
        data = os.read(self._error, _READ_SIZE)
        if not data:
            self._open.discard(self._error)
        self._errors += data
        del self._errors[:-_KEPT_ERRORS]

    def _too_slow(self) -> ToolProblem:
        return ToolProblem(
            f"Git gave no answer within {self._seconds:g} seconds.",
            "See whether the disk is busy, or whether a file of the .git folder is a pipe.",
        )


def _safe_path(path: str, root: Path) -> str:
    """The folders of PATH that are absolute and not of the repository, so that nothing of it can stand in for git."""
    folders = [folder for folder in path.split(os.pathsep) if folder.startswith("/")]
    return os.pathsep.join(folder for folder in folders if not Path(os.path.realpath(folder)).is_relative_to(root))


def _find_git(path: str) -> str:
    for folder in path.split(os.pathsep):
        program = os.path.join(folder, "git")  # noqa: PTH118 - a Path a folder costs more than the search
        if folder and os.path.isfile(program) and os.access(program, os.X_OK):  # noqa: PTH113
            return program
    raise ToolProblem("The program git was not found on PATH.", "Install git 2.30 or newer.")


def _first_sentence(errors: str) -> str:
    """The line of git's message that says what is wrong, without control characters."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    first = next((place for place, line in enumerate(lines) if line.startswith("fatal:")), 0)
    chosen = " ".join(lines[first : first + 1])
    if chosen.endswith(":"):  # what it speaks of stands in the line below
        chosen = " ".join(lines[first : first + 2])
    text = chosen.removeprefix("fatal:").removeprefix("error:").strip().rstrip(".")
    return "".join(character if character.isprintable() else "?" for character in text)[:300]
