"""A copy of the work tree that a command may do what it likes with.

It is kept from one command to the next: before a command, what changed in the work tree is copied; after it, everything
that the command touched is found by its size, times, mode and inode (none of which a command can set back: the time of
the last change of an inode is the kernel's) and thrown away. Nothing runs while the copy is looked at or filled, and
whatever does not fit what is expected of it costs the copy, never more.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from indexer.errors import StateProblem, UsageProblem
from indexer.repo.disk import Disk

PREFIX = "qcode-sandbox-"
LARGEST_TREE = 4 << 30
MOST_CHANGED = 10_000
"""A command that leaves more than this in the copy spoils it; the next one gets a new copy."""
DEEPEST = 200
_MOST_FOLDERS = 20_000
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CLONE = 0x40049409
"""FICLONE: a file that shares the blocks of another one until either is written to."""
_SMALL = 1 << 18
_PIECE = 8 << 20

Look = tuple[int, int, int, int, int]
"""Mode, size, time of the text, time of the inode, inode."""


class Stopped(Exception):
    """Somebody gave up while the copy was made."""


@dataclass(slots=True)
class Copy:
    """`tree` is the copy, in a folder of its own that belongs to one process."""

    folder: Path
    lock: int
    tree: Path
    source: dict[bytes, Look] = field(default_factory=dict)
    """What a file looked like when it was copied."""
    copied: dict[bytes, Look] = field(default_factory=dict)
    """What its copy looks like."""
    folders: set[bytes] = field(default_factory=set)
    clones: bool = True
    trashed: int = 0

    def bring_up(self, disk: Disk, root: Path, paths: Iterable[str], cancelled: threading.Event) -> list[str]:
        """Make the copy what the work tree is; the paths that are no files or links are given back.

        Raises UsageProblem where there is too much to copy, Stopped where somebody set `cancelled`.
        """
        disk.forget()
        left: list[str] = []
        wanted: set[bytes] = set()
        size = 0
        for path in paths:
            if cancelled.is_set():
                raise Stopped
            status = disk.status(path)
            if status is None or not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
                left += [path] if status is not None else []
                continue
            size += status.st_blocks * 512
            if size > LARGEST_TREE:
                raise UsageProblem(
                    f"The work tree holds more than {LARGEST_TREE >> 30} GiB, which is too much to copy for a command.",
                    "Have git ignore what commands do not need.",
                )
            name = os.fsencode(path)
            wanted.add(name)
            if self.source.get(name) != _look(status):
                self._renew(root, name, left)
        if gone := self.copied.keys() - wanted:
            for name in gone:
                self._drop(name)
            self._remove_empty(wanted)
        return left

    def changed(self, apart_from: frozenset[bytes] = frozenset()) -> tuple[str, ...]:
        """What a command left in the copy that was not in it before, and what it took away; all of it is removed.

        `apart_from` are places where something else was shown in the copy.
        """
        found: set[bytes] = set()
        try:
            present, folders = self._compare(apart_from, found)
            for name in self.copied.keys() - present:
                found.add(name)
                self._forget(name)
            strange = folders - self.folders - {b""}
            for folder in strange:
                if folder.rpartition(b"/")[0] not in strange:
                    self._trash(Path(os.fsdecode(self._at(folder))))
            self.folders &= folders
        except OSError:
            self._start_again()
        return tuple(sorted(map(os.fsdecode, found)))

    def room(self) -> int:
        """Bytes that are free where it lies."""
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize

    def growth(self) -> int:
        """How many bytes it takes on the disk beyond what was copied; while something may be writing to it."""
        before = sum(look[1] for look in self.copied.values())
        taken = 0
        for count, (_, _, files, folder) in enumerate(os.fwalk(self.tree)):
            for name in files:
                with suppress(OSError):
                    taken += os.stat(name, dir_fd=folder, follow_symlinks=False).st_blocks * 512
            if count > _MOST_FOLDERS:
                break
        return taken - before

    def close(self) -> None:
        """Remove it from the disk."""
        self._trash(self.tree)
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):
            os.close(self.lock)

    # ------------------------------------------------------------ filling

    def _renew(self, root: Path, name: bytes, left: list[str]) -> None:
        self._drop(name)
        self._make_folder(name.rpartition(b"/")[0])
        target = self._at(name)
        try:
            self.source[name], self.copied[name] = self._copy(os.path.join(os.fsencode(root), name), target)  # noqa: PTH118
        except OSError as error:
            self._drop(name)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StateProblem(
                    f"There is no room for a copy of the work tree in {self.folder.parent}.", "Make room there."
                ) from None
            left.append(os.fsdecode(name))

    def _copy(self, source: bytes, target: bytes) -> tuple[Look, Look]:
        try:
            file = os.open(source, _OPEN)
        except OSError as error:
            if error.errno == errno.ELOOP:
                return _copy_link(source, target)
            raise
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            new = os.open(target, _NEW, 0o600)
            try:
                self._fill(new, file, status)
                os.fchmod(new, stat.S_IMODE(status.st_mode) & 0o777 | 0o600)
                os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
                return _look(status), _look(os.fstat(new))
            finally:
                os.close(new)
        finally:
            os.close(file)

    def _fill(self, new: int, file: int, status: os.stat_result) -> None:
        if self.clones and status.st_size:
            try:
                fcntl.ioctl(new, _CLONE, file)
                return
            except OSError:
                self.clones = False
        if status.st_size <= _SMALL:
            _write(new, os.read(file, _SMALL + 1))
            return
        os.ftruncate(new, status.st_size)
        for start, end in _stretches(file, status.st_size):
            os.lseek(file, start, os.SEEK_SET)
            os.lseek(new, start, os.SEEK_SET)
            while start < end and (data := os.read(file, min(_PIECE, end - start))):
                _write(new, data)
                start += len(data)

    def _make_folder(self, name: bytes) -> None:
        if not name or name in self.folders:
            return
        self._make_folder(name.rpartition(b"/")[0])
        place = self._at(name)
        try:
            os.mkdir(place, 0o700)  # noqa: PTH102 - bytes
        except FileExistsError:
            if not stat.S_ISDIR(os.lstat(place).st_mode):
                self._drop(name)
                os.mkdir(place, 0o700)  # noqa: PTH102 - bytes
        self.folders.add(name)

    # ------------------------------------------------------------ looking and removing

    def _compare(self, apart_from: frozenset[bytes], found: set[bytes]) -> tuple[set[bytes], set[bytes]]:
        """The files and the folders that are in the copy; files that are not as they were copied are dropped.

        What differs in more than the time of its inode is put into `found`. Raises OSError where there is too much.
        """
        present: set[bytes] = set()
        folders: set[bytes] = {b""}
        waiting = [b""]
        while waiting:
            folder = waiting.pop()
            if folder.count(b"/") > DEEPEST or len(folders) + len(found) > MOST_CHANGED + len(self.folders):
                raise OSError(errno.E2BIG, os.strerror(errno.E2BIG))
            place = self._at(folder)
            if os.lstat(place).st_mode & 0o7777 != 0o700:
                os.chmod(place, 0o700)  # noqa: PTH101 - bytes
            prefix = folder + b"/" if folder else b""
            with os.scandir(place) as entries:
                for entry in entries:
                    name = prefix + entry.name
                    if name in apart_from:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(name)
                        folders.add(name)
                    else:
                        present.add(name)
                        look = _look(entry.stat(follow_symlinks=False))
                        if look != self.copied.get(name):
                            self._differs(name, look, found)
        return present, folders

    def _differs(self, name: bytes, look: Look, found: set[bytes]) -> None:
        before = self.copied.get(name)
        if before is None or before[:3] != look[:3]:
            found.add(name)
        self._drop(name)

    def _at(self, name: bytes) -> bytes:
        return os.fsencode(self.tree) + (b"/" + name if name else b"")

    def _drop(self, name: bytes) -> None:
        self._forget(name)
        place = self._at(name)
        try:
            os.unlink(place)  # noqa: PTH108 - bytes
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError:
            self._trash(Path(os.fsdecode(place)))
            self.folders = {one for one in self.folders if one != name and not one.startswith(name + b"/")}

    def _remove_empty(self, wanted: set[bytes]) -> None:
        needed = {b""}
        for name in wanted:
            folder = name.rpartition(b"/")[0]
            while folder not in needed:
                needed.add(folder)
                folder = folder.rpartition(b"/")[0]
        for folder in sorted(self.folders - needed, reverse=True):
            with suppress(OSError):
                os.rmdir(self._at(folder))  # noqa: PTH106 - bytes
            self.folders.discard(folder)

    def _forget(self, name: bytes) -> None:
        self.source.pop(name, None)
        self.copied.pop(name, None)

    def _start_again(self) -> None:
        self.source.clear()
        self.copied.clear()
        self.folders.clear()
        self._trash(self.tree)
        self.tree.mkdir(0o700)

    def _trash(self, place: Path) -> None:
        """Remove a folder of any depth: what lies in it is moved up instead of gone down to."""
        trash = self.folder / "trash"
        trash.mkdir(0o700, exist_ok=True)
        waiting = [self._next_trash(trash)]
        if not place.is_symlink() and place.is_dir():
            place.chmod(0o700)
        place.rename(waiting[0])
        while waiting:
            folder = waiting.pop()
            with os.scandir(folder) as entries:
                found = list(entries)
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    Path(entry.path).chmod(0o700)
                    waiting.append(self._next_trash(trash))
                    Path(entry.path).rename(waiting[-1])
                else:
                    Path(entry.path).unlink()
            folder.rmdir()

    def _next_trash(self, trash: Path) -> Path:
        self.trashed += 1
        return trash / str(self.trashed)


def new_copy(scratch: Path) -> Copy:
    """An empty copy in a new folder below `scratch` that nobody else may enter."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=scratch))
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    (folder / "tree").mkdir(0o700)
    return Copy(folder, lock, folder / "tree")


def remove_abandoned(scratch: Path) -> None:
    """Remove copies whose process is gone."""
    with suppress(OSError):
        for folder in scratch.glob(PREFIX + "*"):
            with suppress(OSError), _locked(folder / "lock") as lock:
                Copy(folder, lock, folder / "tree").close()


@contextmanager
def _locked(file: Path) -> Iterator[int]:
    lock = os.open(file, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(lock).st_uid != os.getuid():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield os.dup(lock)
    finally:
        os.close(lock)


def _look(status: os.stat_result) -> Look:
    return status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _copy_link(source: bytes, target: bytes) -> tuple[Look, Look]:
    status = os.lstat(source)
    os.symlink(os.readlink(source), target)  # noqa: PTH115, PTH211 - bytes
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns), follow_symlinks=False)
    return _look(status), _look(os.lstat(target))


def _stretches(file: int, size: int) -> Iterator[tuple[int, int]]:
    """The parts of a file that are on the disk: a hole of gigabytes costs nothing."""
    if not hasattr(os, "SEEK_DATA"):
        yield 0, size
        return
    end = 0
    while end < size:
        try:
            start = os.lseek(file, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return
            raise
        end = os.lseek(file, start, os.SEEK_HOLE)
        yield start, end


def _write(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
