"""The system calls that change files, as one value that is handed down, so that a test can let any of them fail."""

from __future__ import annotations

import os

PIECE = 1 << 20
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Disk:
    """The real disk. Names are relative to an open folder, no symbolic link is followed, everything raises OSError."""

    def open_folder(self, name: str, folder: int) -> int:
        return os.open(name, _FOLDER, dir_fd=folder)

    def open_file(self, name: str, folder: int) -> int:
        return os.open(name, _READ, dir_fd=folder)

    def create(self, name: str, folder: int, mode: int) -> int:
        return os.open(name, _NEW, mode, dir_fd=folder)

    def read(self, file: int) -> bytes:
        return os.read(file, PIECE)

    def write(self, file: int, data: bytes | memoryview) -> int:
        return os.write(file, data)

    def fsync(self, file: int) -> None:
        os.fsync(file)

    def own(self, file: int, owner: tuple[int, int]) -> None:
        os.fchown(file, *owner)

    def permit(self, file: int, mode: int) -> None:
        os.fchmod(file, mode)

    def rename(self, name: str, new_name: str, folder: int) -> None:
        os.rename(name, new_name, src_dir_fd=folder, dst_dir_fd=folder)

    def unlink(self, name: str, folder: int) -> None:
        os.unlink(name, dir_fd=folder)

    def mkdir(self, name: str, folder: int, mode: int) -> None:
        os.mkdir(name, mode, dir_fd=folder)

    def rmdir(self, name: str, folder: int) -> None:
        os.rmdir(name, dir_fd=folder)


DISK = Disk()


def read_all(disk: Disk, file: int) -> bytes:
    """All bytes of an open file from where it stands."""
    parts = []
    while part := disk.read(file):
        parts.append(part)
    return b"".join(parts)


def write_all(disk: Disk, file: int, data: bytes) -> None:
    """Write all bytes, however many the disk takes at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[disk.write(file, rest[:PIECE]) :]
