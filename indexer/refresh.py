"""Brings the store up to a tree: blobs it does not know are read, outlined and kept."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from indexer.languages import language_of
from indexer.outline.fit import unfit
from indexer.outline.parser import Parser, Source
from indexer.repo import Repo
from indexer.repo.repository import MAX_FILE
from indexer.repo.text import IN_LFS
from indexer.store import Key, Record, Store
from indexer.types import Skipped, Tree, Unparsed

BY_FIRST_LINE = "?"
"""Stands in a key for the language of a file whose name says nothing."""
FILES_A_TRANSACTION = 1000
"""A run that is killed loses so much work."""
HEAD_BYTES = 256
"""What the repository says of a file that is only a pointer."""

Progress = Callable[[int, int], None]
"""Told how many files are done, of how many."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did. `added`, `changed` and `removed` count files of the work tree since its last refresh."""

    files: int
    """Files of the tree that are written in a language we know."""
    added: int
    changed: int
    removed: int
    parsed: int
    """Blobs that were not in the store before."""
    seconds: float
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A tree as the store sees it: the key of every regular file that may be source, and the paths of each key."""

    keys: Mapping[str, Key]
    paths: Mapping[Key, tuple[str, ...]]
    ignored: int
    """How many more `.qcodeignore` keeps out."""


def view_of(repo: Repo, tree: Tree, ignore_from: Tree | None = None, ignore: Iterable[str] = ()) -> View:
    """The view of a tree; symbolic links and submodules are not in it, nor what an ignore file or glob names."""
    keys: dict[str, Key] = {}
    for path, entry in tree.entries.items():
        if entry.mode[:3] == "100" and (asked := _asked(path)) is not None:
            keys[path] = (entry.oid, asked)
    ignored = repo.ignored(keys, ignore_from, ignore)
    for path in ignored:
        del keys[path]
    paths: dict[Key, tuple[str, ...]] = {}
    for path, key in keys.items():
        paths[key] = (*paths[key], path) if key in paths else (path,)
    return View(keys, paths, len(ignored))


def keys_in(listing: bytes) -> Iterator[Key]:
    """The keys of the files in a listing that `refresh` kept."""
    for line in listing.split(b"\0")[1:]:
        oid, asked, _ = line.split(b" ", 2)
        yield oid.decode(), asked.decode()


def refresh(
    repo: Repo,
    store: Store,
    parser: Parser,
    tree: Tree,
    view: View,
    *,
    limits: str,
    progress: Progress | None = None,
) -> Refreshed:
    """Outline every blob of the view that the store does not hold, and count what changed.

    Where nothing changed since the last refresh of this work tree, one row is read and nothing else is done.
    """
    begun = time.perf_counter()
    listing = _listing(view, limits)
    before = store.listing(repo.root) if tree.kind == "worktree" else None
    if before is not None and before[0] == listing:
        skipped, files = _skips_from(before[1])
        return Refreshed(files, 0, 0, 0, 0, time.perf_counter() - begun, skipped)
    known = store.known()
    missing = {key: paths[0] for key, paths in view.paths.items() if known.get(key, "") not in (None, limits)}
    reading = _fill(repo, store, parser, tree, missing, limits, progress) if missing else None
    unread = reading.unread() if reading else ()
    files, skipped = _summary(store, view, unread)
    skipped += tuple(reading.stopped) if reading else ()
    added, changed, removed = 0, 0, 0
    if tree.kind == "worktree":
        old = before[0] if before else b""
        added, changed, removed = _difference(_by_path(old, store), _by_path(listing, store))
        if not unread:
            store.keep_listing(repo.root, listing, _skips_to(skipped, files))
        store.prune(set(view.paths), keys_in)
    return Refreshed(files, added, changed, removed, len(missing), time.perf_counter() - begun, skipped)


def _asked(path: str) -> str | None:
    language = language_of(path)
    if language is None and "." not in path.rpartition("/")[2]:
        return BY_FIRST_LINE
    return language


# ---------------------------------------------------------------- reading and outlining


def _fill(
    repo: Repo,
    store: Store,
    parser: Parser,
    tree: Tree,
    missing: Mapping[Key, str],
    limits: str,
    progress: Progress | None,
) -> _Reading:
    """Add a record for each missing blob; comes back with what could not be read this time."""
    reading = _Reading(repo, tree, {path: key for key, path in missing.items()})
    for some in _batches(_told(_records(reading, parser, limits), len(missing), progress)):
        store.add(some)
    return reading


def _records(reading: _Reading, parser: Parser, limits: str) -> Iterator[Record]:
    """Records in the order the parser finishes them; those that need no parser come in between."""
    for name, result in parser.rows(reading.sources()):
        key, language = reading.asked_for(name)
        if isinstance(result, Unparsed) and result.passing:
            reading.leave(key, result.why)
        elif isinstance(result, Unparsed):
            yield Record(key, language, None, result.why, limits)
        else:
            yield Record(key, language, result)
        yield from reading.taken_aside()
    yield from reading.taken_aside()
    yield from reading.never_read()


class _Reading:
    """The missing files on their way from git to the parser."""

    def __init__(self, repo: Repo, tree: Tree, keys: Mapping[str, Key]) -> None:
        self._repo = repo
        self._tree = tree
        self._left = dict(keys)
        self._paths = {key: path for path, key in keys.items()}
        self.stopped: list[Skipped] = []
        """Sources whose parser was ended from outside."""
        self._sent: dict[str, tuple[Key, str]] = {}
        self._aside: list[Record] = []

    def sources(self) -> Iterator[Source]:
        """What the parser should outline; a file that is not fit for it becomes a record at once."""
        for path, data in self._repo.read_many(self._tree, tuple(self._left)):
            key = self._left.pop(path)
            language = key[1] if key[1] != BY_FIRST_LINE else language_of(path, data[:HEAD_BYTES]) or ""
            why = unfit(path, data) if language else ""
            if why is not None:
                self._aside.append(Record(key, language, None, why))
                continue
            name = "\0".join(key)
            self._sent[name] = key, language
            yield Source(name, language, data)

    def asked_for(self, name: str) -> tuple[Key, str]:
        """The key and the language of a source."""
        return self._sent.pop(name)

    def leave(self, key: Key, why: str) -> None:
        """Leave a source for another time, and say why."""
        self.stopped.append(Skipped(self._paths[key], why))

    def taken_aside(self) -> list[Record]:
        """The records that need no parser, each once."""
        taken, self._aside = self._aside, []
        return taken

    def never_read(self) -> list[Record]:
        """Records of the blobs that no later run will read either, because of their size or as Git LFS pointers."""
        lasting = [path for path in self._left if self._is_lasting(path)]
        return [Record(key := self._left.pop(path), key[1], None, self._reason(path)) for path in lasting]

    def unread(self) -> tuple[str, ...]:
        """What could not be read for a reason that may pass; Repo.skipped says which, but for those in `stopped`."""
        return (*self._left, *(skipped.what for skipped in self.stopped))

    def _is_lasting(self, path: str) -> bool:
        # Git's own objects are always there, or reading had ended with a Problem.
        return path not in self._tree.on_disk or (self._tree.entries[path].size or 0) > MAX_FILE

    def _reason(self, path: str) -> str:
        return IN_LFS if Skipped(path, IN_LFS) in self._repo.skipped else f"larger than {MAX_FILE >> 20} MiB"


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, FILES_A_TRANSACTION)):
        yield batch


def _told(records: Iterator[Record], of: int, progress: Progress | None) -> Iterator[Record]:
    for done, record in enumerate(records, 1):
        if progress is not None:
            progress(done, of)
        yield record


# ---------------------------------------------------------------- counting


def _summary(store: Store, view: View, unread: Sequence[str]) -> tuple[int, tuple[Skipped, ...]]:
    """How many files have an outline, and what was left out: files the parser failed on by name, others by reason."""
    by_reason: Counter[str] = Counter()
    failed: list[Skipped] = []
    files = len(view.keys) - len(unread)
    for key, (why, gave_up) in store.reasons(view.paths).items():
        paths = view.paths[key]
        files -= len(paths)
        if gave_up:
            failed.extend(Skipped(path, why) for path in paths)
        elif why:
            by_reason[why] += len(paths)
    if view.ignored:
        by_reason["ignored"] = view.ignored
    failed.sort(key=lambda skipped: skipped.what)
    return files, (*(Skipped("files", why, count) for why, count in sorted(by_reason.items())), *failed)


def _listing(view: View, limits: str) -> bytes:
    """The files of a tree as one value that can be compared."""
    lines = [f"{oid} {asked} {path}" for path, (oid, asked) in view.keys.items()]
    return os.fsencode("\0".join([f"{limits} {view.ignored}", *lines]))


def _difference(old: Mapping[bytes, Key], new: Mapping[bytes, Key]) -> tuple[int, int, int]:
    """How many files were added, changed and removed."""
    changed = sum(1 for path, key in new.items() if old.get(path, key) != key)
    return len(new.keys() - old.keys()), changed, len(old.keys() - new.keys())


def _by_path(listing: bytes, store: Store) -> dict[bytes, Key]:
    """The source files of a listing, without those that turned out to be in no language."""
    files: dict[bytes, Key] = {}
    for line in listing.split(b"\0")[1:]:
        oid, asked, path = line.split(b" ", 2)
        files[path] = (oid.decode(), asked.decode())
    by_line = [key for key in files.values() if key[1] == BY_FIRST_LINE]
    spoken = store.languages(by_line) if by_line else {}
    return {path: key for path, key in files.items() if key[1] != BY_FIRST_LINE or spoken.get(key)}


def _skips_to(skipped: Iterable[Skipped], files: int) -> str:
    return json.dumps([files, [(s.what, s.why, s.count) for s in skipped]])


def _skips_from(text: str) -> tuple[tuple[Skipped, ...], int]:
    files, skipped = json.loads(text)
    return tuple(Skipped(what, why, count) for what, why, count in skipped), files
