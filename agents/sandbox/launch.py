"""The two ways to start a command: in a sandbox, and without one where the user's settings say so."""

from __future__ import annotations

import os
import resource
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agents.sandbox.copy import Copy
from agents.sandbox.git import GitView
from agents.sandbox.place import HOME, PATH, PRLIMITS, Isolation, first_program, scratch_folders
from agents.sandbox.running import Ended, start
from agents.sandbox.types import Limits

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "NO_COLOR": "1",
    "USER": "sandbox",
    "LOGNAME": "sandbox",
    "PYTHONDONTWRITEBYTECODE": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    # The copy has the times and sizes of the work tree and other inodes; its owner may be shown as somebody else.
    "GIT_CONFIG_COUNT": "3",
    "GIT_CONFIG_KEY_0": "core.checkStat",
    "GIT_CONFIG_VALUE_0": "minimal",
    "GIT_CONFIG_KEY_1": "core.trustctime",
    "GIT_CONFIG_VALUE_1": "false",
    "GIT_CONFIG_KEY_2": "safe.directory",
    "GIT_CONFIG_VALUE_2": "*",
}
_TEMPORARY = "/tmp"  # noqa: S108 - the sandbox's own
_FROM_CPU_TO_KILL = 5
"""Seconds between the signal that says that the computing time is over and the one that can't be caught."""


@dataclass(frozen=True, slots=True)
class Job:
    """One command, and the copy that it runs in."""

    argv: list[str]
    root: Path
    inside: Path
    """The folder of the work tree to run it in."""
    copy: Copy
    view: GitView
    limits: Limits
    stdin: bytes
    cancelled: threading.Event
    readable: tuple[Path, ...]


def isolated(found: Isolation, system_calls: bytes | None, job: Job) -> Ended:
    """Run it in a sandbox of bubblewrap's, in which the copy lies where the work tree is outside."""
    status = os.pipe()
    texts = [_in_memory(data) for _, data in job.view.texts]
    filters = [_in_memory(system_calls)] if system_calls else []
    command = [*found.command, *scratch_folders(job.limits.scratch), *_tree(job, texts)]
    for data in filters:
        command += ["--seccomp", str(data)]
    for name, value in _environment(job, HOME, _TEMPORARY).items():
        command += ["--setenv", name, value]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(job.root / job.inside)]
    command += ["--json-status-fd", str(status[1]), "--", *_limited(found.prlimit, job.limits), *job.argv]
    try:
        running = start(
            command,
            job.limits,
            job.stdin,
            job.cancelled,
            _too_large(job.copy, job.limits.disk),
            handed=(*texts, *filters),
            status=status,
        )
    finally:
        for one in (*texts, *filters):
            os.close(one)
    return running.to_the_end()


def plain(job: Job) -> Ended:
    """Run it in the copy without isolation, with a clean environment and what limits the kernel keeps."""
    home = job.copy.folder / "home"
    home.mkdir(0o700, exist_ok=True)
    prlimit = first_program(PRLIMITS)
    return start(
        [*(_limited(prlimit, job.limits) if prlimit else ()), *job.argv],
        job.limits,
        job.stdin,
        job.cancelled,
        _too_large(job.copy, job.limits.disk),
        cwd=str(job.copy.tree / job.inside),
        environment=_environment(job, str(home), str(home)) | {"GIT_CEILING_DIRECTORIES": str(job.copy.folder)},
    ).to_the_end()


def _tree(job: Job, texts: list[int]) -> list[str]:
    """The copy, what else may be read, and the git folder over it."""
    parts = ["--bind", str(job.copy.tree), str(job.root)]
    for folder in job.readable:
        parts += ["--ro-bind-try", str(folder), str(folder)]
    if job.view.folders:
        for shown in dict.fromkeys((job.root / ".git", *job.view.folders)):
            parts += ["--ro-bind", str(shown), str(shown)]
    for (file, _), data in zip(job.view.texts, texts, strict=True):
        parts += ["--ro-bind-data", str(data), str(file)]
    return parts


def _environment(job: Job, home: str, temporary: str) -> dict[str, str]:
    folders = [folder / name for folder in job.readable for name in ("bin", ".bin")]
    path = ":".join([*(str(folder) for folder in folders if folder.is_dir()), PATH])
    return _ENVIRONMENT | {"PATH": path, "HOME": home, "TMPDIR": temporary}


def _limited(prlimit: str, limits: Limits) -> list[str]:
    """The arguments that start a command under limits of the kernel; a program, since threads may be alive here."""
    return [
        prlimit,
        f"--cpu={_within(limits.cpu, resource.RLIMIT_CPU, _FROM_CPU_TO_KILL)}",
        f"--as={_within(limits.address_space, resource.RLIMIT_AS)}",
        f"--fsize={_within(limits.file_size, resource.RLIMIT_FSIZE)}",
        f"--nproc={_within(limits.processes, resource.RLIMIT_NPROC)}",
        f"--nofile={_within(limits.open_files, resource.RLIMIT_NOFILE)}",
        "--core=0:0",
        "--",
    ]


def _within(value: int, kind: int, grace: int = 0) -> str:
    """The soft and the hard limit, no higher than this process's own."""
    hard = resource.getrlimit(kind)[1]
    highest = value + grace if hard == resource.RLIM_INFINITY else min(value + grace, hard)
    return f"{min(value, highest)}:{highest}"


def _too_large(copy: Copy, limit: int) -> Callable[[], bool]:
    """Whether the copy grew by more than `limit`; it is measured only when so much of the disk's room is gone."""
    before = copy.room()
    return lambda: before - copy.room() > limit and copy.growth() > limit


def _in_memory(data: bytes) -> int:
    file = os.memfd_create("qcode-sandbox")
    os.write(file, data)
    os.lseek(file, 0, os.SEEK_SET)
    return file
