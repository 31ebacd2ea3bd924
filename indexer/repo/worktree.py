"""The work tree as a Tree: what is on disk, named by the ids git would give it, without asking git to convert text.

A tracked file whose text differs from the index only in that its lines end in CR LF, or because it is the content that
a Git LFS pointer stands for, counts as unchanged: that is what a checkout with `core.autocrlf` or LFS looks like.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from indexer.repo.disk import Disk, blob_oid
from indexer.repo.listing import Mode, Note, Tracked
from indexer.repo.text import IN_LFS, pointed_at, with_line_feeds
from indexer.types import Entry, Skipped, Tree

_INODE_BITS = 0xFFFFFFFF
_MOST_HASHED = 512 << 20
"""Bytes of files too large to be read that are gone through all the same, to tell whether they changed."""


@dataclass(slots=True)
class WorkTree:
    """Reads the work tree once. `texts` holds what was read of changed files, so that it is not read twice."""

    disk: Disk
    object_format: str
    limit: int
    noted_at: int
    """When the index was written: a file changed in the same instant may differ although its note does not."""
    keeps_modes: Callable[[], bool]
    pointers: Callable[[list[str]], dict[str, bytes]]
    skip: Callable[[Skipped], None]
    entries: dict[str, Entry] = field(default_factory=dict)
    on_disk: set[str] = field(default_factory=set)
    texts: dict[str, bytes] = field(default_factory=dict)
    changed: list[tuple[Tracked, Entry]] = field(default_factory=list)
    hashed: int = 0

    def look_at(self, tracked: Iterable[Tracked]) -> None:
        """Note which of the tracked paths are on disk, and as what."""
        self.disk.forget()
        for item in tracked:
            try:
                self._tracked(item)
            except OSError as error:
                self._unreadable(item.path, error)
                self.entries[item.path] = Entry(item.oid, item.mode)
        self._settle()

    def tree(self, untracked: Iterable[str]) -> Tree:
        """The tracked paths that were found, and these."""
        for path in untracked:
            try:
                self._untracked(path)
            except OSError as error:
                self._unreadable(path, error)
        return Tree("worktree", None, self.entries, frozenset(self.on_disk))

    def _unreadable(self, path: str, error: OSError) -> None:
        """Named, and taken as unchanged where it is tracked: it is not gone."""
        self.skip(Skipped(path, f"could not be read: {error.strerror or error}"))

    def _tracked(self, item: Tracked) -> None:
        if item.assumed_unchanged or item.mode == "160000":
            self.entries[item.path] = Entry(item.oid, item.mode)
            return
        status = self.disk.status(item.path)
        if status is None:
            if item.absent_on_purpose:
                self.entries[item.path] = Entry(item.oid, item.mode)
        elif item.note is not None and not item.intended and self._as_noted(item.note, status):
            self.entries[item.path] = item.entry
        else:
            self._look(item, status)

    def _as_noted(self, note: Note, status: os.stat_result) -> bool:
        return (
            note.modified == status.st_mtime_ns
            and note.size == status.st_size & _INODE_BITS
            and note.changed == status.st_ctime_ns
            and note.inode == status.st_ino & _INODE_BITS
            and note.modified < self.noted_at
            and not stat.S_ISDIR(status.st_mode)
        )

    def _look(self, item: Tracked, status: os.stat_result) -> None:
        """A tracked path whose note no longer fits."""
        entry = self._entry(item.path, status)
        if entry is None:
            return
        if item.intended or item.conflicted:
            self._put(item.path, entry)
        elif entry.oid == item.oid:
            mode = self._mode(item.mode, entry.mode)
            self.entries[item.path] = Entry(item.oid, mode, entry.size)
            self.texts.pop(entry.oid, None)
        elif self._differs_in_line_ends(item, entry):
            self.entries[item.path] = Entry(item.oid, self._mode(item.mode, entry.mode))
            self.texts.pop(entry.oid, None)
        else:
            self.changed.append((item, Entry(entry.oid, self._mode(item.mode, entry.mode), entry.size)))

    def _untracked(self, path: str) -> None:
        if path.endswith("/"):
            self.skip(Skipped(path, "a repository of its own"))
            return
        status = self.disk.status(path)
        if status is None:
            return
        if stat.S_ISREG(status.st_mode) and status.st_size > self.limit:
            self.skip(Skipped(path, f"not tracked and larger than {self.limit >> 20} MiB"))
            return
        entry = self._entry(path, status)
        if entry is not None:
            self._put(path, entry)

    def _entry(self, path: str, status: os.stat_result) -> Entry | None:
        """What is on disk, named by its own bytes; None where it is a folder, a pipe, a socket or a device."""
        if stat.S_ISLNK(status.st_mode):
            return Entry(blob_oid(self.disk.link(path), self.object_format), "120000")
        if not stat.S_ISREG(status.st_mode):
            if not stat.S_ISDIR(status.st_mode):
                self.skip(Skipped(path, "neither a file nor a link"))
            return None
        mode: Mode = "100755" if status.st_mode & 0o100 else "100644"
        data = self.disk.read(path, self.limit)
        if data is not None:
            oid = blob_oid(data, self.object_format)
            self.texts[oid] = data
            return Entry(oid, mode, len(data))
        return Entry(self._long_oid(path, status), mode, status.st_size)

    def _long_oid(self, path: str, status: os.stat_result) -> str:
        """The id of a file too large to be read; past the bound one that no content has: a sparse file has no end."""
        self.hashed += status.st_size
        if self.hashed <= _MOST_HASHED:
            return self.disk.long_oid(path)
        return blob_oid(
            f"not read: {path} {status.st_size} {status.st_mtime_ns}".encode("utf-8", "surrogateescape"),
            self.object_format,
        )

    def _settle(self) -> None:
        """Of the changed files, tell those that hold the content of a Git LFS pointer from those that were edited."""
        candidates = [item.oid for item, _ in self.changed if item.mode.startswith("100")]
        pointers = self.pointers(candidates) if candidates else {}
        for item, entry in self.changed:
            pointer = pointed_at(pointers.get(item.oid, b""))
            data = self.texts.get(entry.oid)
            if pointer and data is not None and pointer == (hashlib.sha256(data).hexdigest(), len(data)):
                self.entries[item.path] = Entry(item.oid, entry.mode)
                del self.texts[entry.oid]
            elif pointer and data is None:
                self.entries[item.path] = Entry(item.oid, entry.mode)
                self.skip(Skipped(item.path, IN_LFS))
            else:
                self._put(item.path, entry)

    def _put(self, path: str, entry: Entry) -> None:
        self.entries[path] = entry
        self.on_disk.add(path)

    def _differs_in_line_ends(self, item: Tracked, entry: Entry) -> bool:
        data = self.texts.get(entry.oid)
        if data is None or b"\r\n" not in data:
            return False
        return blob_oid(with_line_feeds(data), self.object_format) == item.oid

    def _mode(self, noted: Mode, found: Mode) -> Mode:
        """On a disk that keeps no modes the index knows better."""
        both_files = noted.startswith("100") and found.startswith("100")
        return noted if both_files and noted != found and not self.keeps_modes() else found
