"""The worker process: reads requests from standard input, answers on standard output, ends when the input does.

Started by file path with `-I -S`: the interpreter looks at no environment, no working directory and no site packages,
only at the folders that it is given. Its address space is limited, it can write no file and start no process, and each
request has its seconds of processor time, after which the kernel ends it. Nothing keeps it from the network but that
nothing in it asks for it.

    worker.py MEMORY SECONDS FOLDER...
"""

from __future__ import annotations

import resource
import signal
import sys
from typing import BinaryIO

OPEN_FILES = 32


def main(memory: int, seconds: float, folders: list[str]) -> None:
    """Answer requests until there are no more."""
    sys.path[:0] = folders
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from indexer.outline import wire
    from indexer.outline.answers import Answers

    _limit(memory)
    sys.dont_write_bytecode = True
    answers = Answers(memory)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _send(sink, wire.ANSWER.pack(wire.READY, 0))
    while head := source.read(wire.REQUEST.size):
        kind, language, length = wire.REQUEST.unpack(head)
        data = source.read(length)
        if kind == wire.NAMES:
            answers.name(data)
            continue
        signal.setitimer(signal.ITIMER_PROF, seconds)
        status, answer = answers.to(kind, wire.LANGUAGE_NAMES[language], data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(sink, wire.ANSWER.pack(status, len(answer)) + answer)


def _limit(memory: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        _, hard = resource.getrlimit(what)
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (lower, lower))


def _send(sink: BinaryIO, data: bytes) -> None:
    sink.write(data)
    sink.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
