"""`qcode` run many times for the price of one start: a process that has loaded everything forks for every run.

    with Forks() as forks:
        forks.run("ask", "hello", environment={…}, folder=tmp_path)   -> Ran(code, out, err)

Each thread has a process of its own that forks, so runs may overlap. As a script, this file is that process.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

LONGEST_S = 60
"""A run that takes longer tells where it stands, and ends with 1: a hang is a failure, and does not stop the others."""


@dataclass(frozen=True)
class Ran:
    """What a run left behind; a negative code is the signal that killed it."""

    code: int
    out: str
    err: str


class Forks:
    """A context manager; the processes that fork live as long as it."""

    def __init__(self) -> None:
        self._of_thread = threading.local()
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            with process:
                assert process.stdin is not None
                process.stdin.close()

    def run(
        self, *arguments: str, environment: Mapping[str, str], folder: Path, stdin: str | bytes | None = None
    ) -> Ran:
        """Run `qcode` with these arguments in `folder`, which also holds what it reads and prints."""
        given, out, err = folder / "stdin", folder / "stdout", folder / "stderr"
        given.write_bytes(stdin.encode() if isinstance(stdin, str) else stdin or b"")
        order = {"arguments": arguments, "environment": dict(environment), "folder": str(folder), "in": str(given)}
        process = self._process()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps({**order, "out": str(out), "err": str(err)}).encode() + b"\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        return Ran(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def _process(self) -> subprocess.Popen[bytes]:
        if not hasattr(self._of_thread, "process"):
            command = [sys.executable, __file__]
            self._of_thread.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._processes.append(self._of_thread.process)
        process: subprocess.Popen[bytes] = self._of_thread.process
        return process


# ---------------------------------------------------------------- the process that forks


def serve() -> None:
    """Fork for every line of stdin, and answer with the run's exit code."""
    _load_everything()
    gc.freeze()  # else every fork's own collection copies all of it
    for line in sys.stdin.buffer:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(order)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _load_everything() -> None:
    """Import and load what a question needs, in this thread alone.

    The system's part of a thread may outlive its `join` for a moment, holding a lock of OpenSSL; a child forked in
    that moment could never take it.
    """
    import ssl

    import qcode.arguments
    import qcode.commands.ask
    import qcode.config
    import qcode.report.conversation  # noqa: F401
    from agents.model import profile_for
    from agents.model.tokens import count
    from indexer.net import load

    load()
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    count("hello", profile_for("qwen3.6-27b"))  # the tokenizer alone takes half a second


def _run(order: Mapping[str, Any]) -> None:
    code = 70
    with contextlib.suppress(BaseException):
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        for number, name in enumerate((order["in"], order["out"], order["err"])):
            os.dup2(os.open(name, flags if number else os.O_RDONLY, 0o600), number)
        sys.stdin = open(0)  # noqa: SIM115
        faulthandler.dump_traceback_later(LONGEST_S, exit=True, file=2)
        from qcode.cli import main

        code = main(order["arguments"])
    os._exit(code)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    serve()
