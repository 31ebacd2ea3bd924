"""Files of the work tree, opened part by part without following a symbolic link, and only where they are regular."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_PIECE = 1 << 20
_CHANGED = "it changed meanwhile"
_NEVER_ENTERED = (b"", b".", b"..", b".git")
"""Parts of a path that git would not check out, and that a forged index could lead out of the work tree with."""


class Disk:
    """The work tree below `root`."""

    def __init__(self, root: Path, object_format: str) -> None:
        self._root = os.fsencode(root)
        self._object_format = object_format
        self._real_folders: dict[bytes, bool] = {b"": True}

    def forget(self) -> None:
        """Look again at folders that were looked at before."""
        self._real_folders = {b"": True}

    def status(self, path: str) -> os.stat_result | None:
        """What `path` is, links not followed; None where it is absent or lies behind a link."""
        name = os.fsencode(path)
        folder, _, last = name.rpartition(b"/")
        if last.lower() in _NEVER_ENTERED or not self._is_real(folder):
            return None
        try:
            return os.lstat(self._root + b"/" + name)
        except OSError as error:
            if isinstance(error, (FileNotFoundError, NotADirectoryError)):
                return None
            raise

    def read(self, path: str, limit: int) -> bytes | None:
        """The bytes of a regular file; None where it is no such file or larger than `limit`. Raises OSError."""
        file = self._open(os.fsencode(path))
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                return None
            parts: list[bytes] = []
            size = 0
            while data := os.read(file, max(_PIECE, status.st_size + 1)):
                parts.append(data)
                size += len(data)
                if size > limit:
                    return None
            return b"".join(parts)
        finally:
            os.close(file)

    def link(self, path: str) -> bytes:
        """Where a symbolic link points, as it is written. Raises OSError."""
        return os.readlink(self._root + b"/" + os.fsencode(path))  # noqa: PTH115 - bytes

    def long_oid(self, path: str) -> str:
        """The blob id of a regular file of any size. Raises OSError, also where the file changes meanwhile."""
        file = self._open(os.fsencode(path))
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EAGAIN, _CHANGED)
            digest = hashlib.new(self._object_format, b"blob %d\0" % status.st_size, usedforsecurity=False)
            size = 0
            while data := os.read(file, _PIECE):
                digest.update(data)
                size += len(data)
            if size != status.st_size:
                raise OSError(errno.EAGAIN, _CHANGED)
            return digest.hexdigest()
        finally:
            os.close(file)

    def _is_real(self, folder: bytes) -> bool:
        """Whether every part of `folder` is a folder and none a link."""
        unknown = []
        while folder not in self._real_folders:
            unknown.append(folder)
            folder = folder.rpartition(b"/")[0]
        real = self._real_folders[folder]
        for inner in reversed(unknown):
            real = self._real_folders[inner] = real and self._is_folder(inner)
        return real

    def _is_folder(self, path: bytes) -> bool:
        if path.rpartition(b"/")[2].lower() in _NEVER_ENTERED:
            return False
        try:
            return stat.S_ISDIR(os.lstat(self._root + b"/" + path).st_mode)
        except OSError:
            return False

    def _open(self, name: bytes) -> int:
        *folders, last = name.split(b"/")
        if any(part.lower() in _NEVER_ENTERED for part in (*folders, last)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        here = os.open(self._root, getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for folder in folders:
                there = os.open(folder, _FOLDER, dir_fd=here)
                os.close(here)
                here = there
            return os.open(last, _FILE, dir_fd=here)
        finally:
            with suppress(OSError):
                os.close(here)


def blob_oid(data: bytes, object_format: str) -> str:
    """The id git would give to a file with these bytes."""
    digest = hashlib.new(object_format, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()
