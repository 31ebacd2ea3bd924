"""Writing a report to a file, whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import Problem, StateProblem, UsageProblem
from qcode.report.safe import readable_path

if TYPE_CHECKING:
    from indexer.repo import Repo

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READABLE_BY_ALL = 0o666


def check(path: Path) -> None:
    """Raise UsageProblem where a report can't be written to `path`, before anything is done that takes long."""
    name = readable_path(str(path))
    if path.is_dir():
        raise UsageProblem(f"--output {name} is a folder, not a file.", "Name a file in it.")
    if not path.parent.is_dir():
        raise UsageProblem(f"--output {name} is in a folder that does not exist.", "Make the folder first.")
    written = path if _is_device(path) else path.resolve().parent
    if not os.access(written, os.W_OK):
        raise UsageProblem(f"--output {name} can't be written: {os.strerror(errno.EACCES)}.", "Name another file.")


def check_untracked(path: Path, repo: Repo) -> None:
    """Raise UsageProblem where `path` is a file that git tracks: a report is no new version of it."""
    resolved = path.resolve()
    if resolved.is_relative_to(repo.root) and str(resolved.relative_to(repo.root)) in repo.staged().entries:
        raise UsageProblem(
            f"--output {readable_path(str(path))} is a file that git tracks; it was not overwritten.",
            "Name another file.",
        )


def write(path: Path, data: bytes) -> None:
    """Put `data` at `path`: a reader sees the old file or the whole new one. Devices and pipes are written directly."""
    check(path)
    try:
        if _is_device(path):
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)
    except OSError as error:
        raise _problem(path, error) from error


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), _mode(path))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The mode the file has, or the one a new file would get."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return _READABLE_BY_ALL & ~mask


def _problem(path: Path, error: OSError) -> Problem:
    name = readable_path(str(path))
    if error.errno in _FULL:
        return StateProblem(
            f"The disk is full: --output {name} was not written.", "Free some space, then run it again."
        )
    return UsageProblem(f"--output {name} can't be written: {error.strerror}.", "Name another file.")
