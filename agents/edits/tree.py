"""A folder and what is below it, reached part by part from an open descriptor and never through a link."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from agents.edits.disk import Disk, read_all
from agents.edits.paths import BadPath
from agents.edits.types import FileState
from indexer.errors import UsageProblem

LARGEST_FILE = 64 << 20
MOST_FILES = 200_000
"""How many names are looked at for one that an answer wrote without its folder."""
DEEPEST = 64
NEVER_SEARCHED = frozenset({".git", ".qcode", "node_modules", ".venv", "__pycache__", ".tox", ".mypy_cache"})
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_ABSENT = (FileNotFoundError, NotADirectoryError)


class WorkTree:
    """The folder `root`. To be closed, or used as a context manager. Methods raise OSError and BadPath."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self.root = root.absolute()
        self.disk = disk
        try:
            self._fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise UsageProblem(f"{root} is no folder that can be read: {error.strerror}.", "Name a folder.") from None

    def close(self) -> None:
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def folder(self, parts: Sequence[str], make: bool = False, mode: int = 0o777) -> Iterator[int]:
        """An open folder, every part of it a real one; missing ones are made where `make` says so."""
        here = os.dup(self._fd)
        try:
            for part in parts:
                there = self._enter(part, here, mode if make else None)
                os.close(here)
                here = there
            yield here
        finally:
            os.close(here)

    def read(self, path: str) -> FileState:
        """The file with its bytes, mode and owner; without bytes where there is none. BadPath where it is no file."""
        *folders, name = path.split("/")
        try:
            with self.folder(folders) as folder:
                _require_file(name, folder)
                file = self.disk.open_file(name, folder)
                try:
                    return self._contents(path, file)
                finally:
                    os.close(file)
        except _ABSENT:
            return FileState(path, None)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise BadPath("the path leads through a symbolic link") from None
            raise

    def links(self, path: str) -> int:
        """How many names the file has; 0 where there is none."""
        *folders, name = path.split("/")
        try:
            with self.folder(folders) as folder:
                return os.stat(name, dir_fd=folder, follow_symlinks=False).st_nlink
        except _ABSENT:
            return 0

    def find(self, parts: Sequence[str]) -> tuple[str, bool]:
        """The path as the disk spells it and whether there is a file; the parts that are missing as they were given.

        A name that is spelt with other code points for the same text is the same name, if only one is.
        """
        found: list[str] = []
        here = os.dup(self._fd)
        try:
            for at, part in enumerate(parts):
                last = at == len(parts) - 1
                name = _spelt(part, here)
                if name is None:
                    return "/".join((*found, *parts[at:])), False
                found.append(name)
                if last:
                    _require_file(name, here)
                else:
                    _require_folder(name, here)
                    there = self.disk.open_folder(name, here)
                    os.close(here)
                    here = there
        finally:
            os.close(here)
        return "/".join(found), True

    def missing_folders(self, path: str) -> list[str]:
        """The folders that have to be made before a file of this path can be, outermost first."""
        parts = path.split("/")[:-1]
        for at in range(1, len(parts) + 1):
            try:
                with self.folder(parts[:at]):
                    continue
            except FileNotFoundError:
                return ["/".join(parts[:end]) for end in range(at, len(parts) + 1)]
        return []

    def names(self) -> Iterator[str]:
        """The paths of the files, up to a limit; folders of tools and of other people's packages are left out."""
        left = MOST_FILES
        waiting: list[tuple[str, ...]] = [()]
        while waiting and left > 0:
            parts = waiting.pop()
            with suppress(OSError, BadPath), self.folder(parts) as folder, os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    left -= 1
                    if entry.is_file(follow_symlinks=False):
                        yield "/".join((*parts, entry.name))
                    elif entry.is_dir(follow_symlinks=False) and entry.name not in NEVER_SEARCHED:
                        waiting += [(*parts, entry.name)] if len(parts) < DEEPEST else []

    def _enter(self, part: str, here: int, make: int | None) -> int:
        if make is not None:
            with suppress(FileExistsError):
                self.disk.mkdir(part, here, make)
        try:
            return self.disk.open_folder(part, here)
        except NotADirectoryError:
            _require_folder(part, here)
            raise

    def _contents(self, path: str, file: int) -> FileState:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise BadPath("it stopped being a file while it was opened")
        if status.st_size > LARGEST_FILE:
            raise BadPath(f"the file is larger than {LARGEST_FILE >> 20} MiB")
        mode, owner = stat.S_IMODE(status.st_mode), (status.st_uid, status.st_gid)
        return FileState(path, read_all(self.disk, file), mode, owner)


def _spelt(part: str, folder: int) -> str | None:
    """How the folder spells this name; None where it has none like it."""
    try:
        os.stat(part, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        wanted = unicodedata.normalize("NFC", part)
        if wanted.isascii():
            return None
        same = [name for name in os.listdir(folder) if unicodedata.normalize("NFC", name) == wanted]
        if len(same) > 1:
            raise BadPath(f"several names are spelt like `{part}`, and none exactly so") from None
        return same[0] if same else None
    return part


def _require_file(name: str, folder: int) -> None:
    kind = stat.S_IFMT(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    if kind != stat.S_IFREG:
        raise BadPath(f"it is {_KINDS.get(kind, 'no file')}")


def _require_folder(name: str, folder: int) -> None:
    kind = stat.S_IFMT(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    if kind == stat.S_IFLNK:
        raise BadPath("the path leads through a symbolic link")
    if kind != stat.S_IFDIR:
        raise BadPath(f"`{name}` is {_KINDS.get(kind, 'a file')}, not a folder")
