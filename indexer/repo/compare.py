"""Two trees → what happened to each file, from their ids and our own comparison of the texts.

Attributes are not looked at: a repository that calls its sources binary does not hide a change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from indexer.repo.lines import hunks, split_lines
from indexer.repo.renames import Skip, renames
from indexer.repo.text import is_binary, pointed_at, with_line_feeds
from indexer.types import Entry, FileDiff, Hunk, Tree

Side = tuple[Tree, str]
Read = Callable[[Iterable[Side]], Iterator[bytes | None]]
"""The texts in the order they were asked for; None for what is no text of ours to read."""


@dataclass(frozen=True, slots=True)
class _Pair:
    old: str | None
    new: str | None


def compare(base: Tree, head: Tree, read: Read, skip: Skip) -> tuple[FileDiff, ...]:
    """Every path that differs, in the order of its bytes, renames found, hunks without context."""
    pairs = _pairs(base, head, read, skip)
    diffs = [_without_hunks(base, head, pair) for pair in pairs]
    return tuple(_with_hunks(base, head, diffs, read))


def _pairs(base: Tree, head: Tree, read: Read, skip: Skip) -> list[_Pair]:
    old, new = base.entries, head.entries
    same_path: list[str] = []
    added: dict[str, Entry] = {}
    for path, entry in new.items():
        before = old.get(path)
        if before is None:
            added[path] = entry
        elif before is not entry and (before.oid != entry.oid or before.mode != entry.mode):
            same_path.append(path)
    deleted = {path: old[path] for path in old.keys() - new.keys()}
    moved = {}
    if added and deleted:
        moved = renames(
            dict(sorted(deleted.items())),
            added,
            lambda paths: _texts(base, paths, read),
            lambda paths: _texts(head, paths, read),
            skip,
        )
    gone = set(moved.values())
    pairs = [_Pair(path, path) for path in same_path]
    pairs += [_Pair(moved.get(path), path) for path in added]
    pairs += [_Pair(path, None) for path in deleted if path not in gone]
    return sorted(pairs, key=lambda pair: os.fsencode(pair.new or pair.old or ""))


def _texts(tree: Tree, paths: list[str], read: Read) -> Iterator[tuple[str, bytes]]:
    for path, data in zip(paths, read((tree, path) for path in paths), strict=True):
        if data is not None:
            yield path, data


def _without_hunks(base: Tree, head: Tree, pair: _Pair) -> FileDiff:
    old = base.entries[pair.old] if pair.old is not None else None
    new = head.entries[pair.new] if pair.new is not None else None
    if old is None:
        return FileDiff("added", None, pair.new, None, new)
    if new is None:
        return FileDiff("deleted", pair.old, None, old, None)
    if pair.old != pair.new:
        return FileDiff("renamed", pair.old, pair.new, old, new)
    if old.mode[:3] != new.mode[:3]:
        return FileDiff("type", pair.old, pair.new, old, new)
    return FileDiff("mode" if old.oid == new.oid else "modified", pair.old, pair.new, old, new)


def _with_hunks(base: Tree, head: Tree, diffs: list[FileDiff], read: Read) -> Iterator[FileDiff]:
    sides = [_sides(base, head, diff) for diff in diffs]
    texts = read(side for pair in sides for side in pair)
    for diff, pair in zip(diffs, sides, strict=True):
        data = [next(texts) for _ in pair]
        if not data or None in data:
            yield diff
        else:
            old = data[0] if diff.old is not None else None
            new = data[-1] if diff.new is not None else None
            yield _filled(diff, old, new, on_disk=diff.new_path in head.on_disk)


def _sides(base: Tree, head: Tree, diff: FileDiff) -> list[Side]:
    """The texts that are needed; none for links, submodules and what only moved or changed its mode."""
    if diff.old and diff.new and (diff.old.oid == diff.new.oid or diff.status == "type"):
        return []
    if any(entry is not None and not entry.mode.startswith("100") for entry in (diff.old, diff.new)):
        return []
    sides = []
    if diff.old_path is not None:
        sides.append((base, diff.old_path))
    if diff.new_path is not None:
        sides.append((head, diff.new_path))
    return sides


def _filled(diff: FileDiff, old: bytes | None, new: bytes | None, *, on_disk: bool) -> FileDiff:
    present = [data for data in (old, new) if data is not None]
    if any(is_binary(data) or pointed_at(data) for data in present):
        return replace(diff, binary=True)
    if old is None:
        return replace(diff, hunks=_whole(new or b"", old=False))
    if new is None:
        return replace(diff, hunks=_whole(old, old=True))
    if on_disk and b"\r\n" in new and b"\r\n" not in old:
        new = with_line_feeds(new)
    return replace(diff, hunks=hunks(old, new))


def _whole(data: bytes, *, old: bool) -> tuple[Hunk, ...]:
    count = len(split_lines(data))
    if not count:
        return ()
    return (Hunk(1, count, 0, 0),) if old else (Hunk(0, 0, 1, count),)
