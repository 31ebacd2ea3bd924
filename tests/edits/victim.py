"""Runs applies and undoes that strace makes fail: `python victim.py SOCKET`, one job a message.

strace counts calls in each process from its start. So every job runs in a process of its own, which first makes as many
harmless calls of the kind as are missing to the number at which strace strikes. The messages go through a socket,
because the calls that write, open and read are those that are struck.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import qcode
from agents.edits import apply_answer, undo
from indexer.errors import Problem

assert qcode.__version__
NOWHERE = os.memfd_create("harmless")
HERE = os.open("/", os.O_RDONLY)
HARMLESS: dict[str, Callable[[], object]] = {
    "write": lambda: os.write(NOWHERE, b""),
    "fsync": lambda: os.fsync(NOWHERE),
    "rename": lambda: os.rename("no such", "file", src_dir_fd=HERE, dst_dir_fd=HERE),
    "unlink": lambda: os.unlink("no such file", dir_fd=HERE),
    "mkdir": lambda: os.mkdir(".", dir_fd=HERE),
    "open": lambda: os.open("no such file", os.O_RDONLY, dir_fd=HERE),
    "read": lambda: os.read(NOWHERE, 1),
    "chmod": lambda: os.fchmod(NOWHERE, 0o666),
}


def act(root: str, answer: str | None) -> int:
    try:
        outcome = undo(root) if answer is None else apply_answer(root, answer)
    except Problem as problem:
        return problem.exit_code
    return 0 if outcome.applied else 1


def child(job: dict[str, str], ahead: int) -> int:
    for _ in range(ahead):
        with suppress(OSError):
            HARMLESS[job["call"]]()
    return act(job["root"], job["answer"])


def main() -> None:
    jobs = socket.socket(fileno=int(sys.argv[1]))
    while message := jobs.recv(1 << 16):
        job = json.loads(message)
        pid = os.fork()
        if pid == 0:
            code = 99
            try:
                code = child(job, int(job["ahead"]))
            finally:
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        jobs.send(json.dumps([pid, os.waitstatus_to_exitcode(status)]).encode())


main()
