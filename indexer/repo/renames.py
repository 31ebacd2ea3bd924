"""Which deleted file an added file was: the same text first, then the most similar one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from indexer.repo.lines import split_lines
from indexer.repo.text import is_binary
from indexer.types import Entry, Skipped

MAX_CANDIDATES = 1000
"""Of each side; with more, only files with the same text are paired."""
_SIMILAR = 0.5
_EVERYWHERE = 50
"""A line that more of the deleted files than this have says nothing about where a text came from."""

Read = Callable[[list[str]], Iterator[tuple[str, bytes]]]
Skip = Callable[[Skipped], None]


def renames(
    deleted: Mapping[str, Entry], added: Mapping[str, Entry], read_old: Read, read_new: Read, skip: Skip
) -> dict[str, str]:
    """New path → old path. At least half of the larger text's bytes stand in lines that both have."""
    deleted = {path: entry for path, entry in deleted.items() if entry.mode != "160000"}
    added = {path: entry for path, entry in added.items() if entry.mode != "160000"}
    pairs = _same_text(deleted, added)
    taken = set(pairs.values())
    old_paths, new_paths = _comparable(
        [path for path, entry in deleted.items() if path not in taken and entry.mode != "120000"],
        [path for path, entry in added.items() if path not in pairs and entry.mode != "120000"],
    )
    if max(len(old_paths), len(new_paths)) > MAX_CANDIDATES:
        skip(Skipped("renames with edits", f"more than {MAX_CANDIDATES} files were added or deleted"))
    elif old_paths:
        pairs.update(_similar(_weights(read_old(old_paths)), _weights(read_new(new_paths))))
    return pairs


def _same_text(deleted: Mapping[str, Entry], added: Mapping[str, Entry]) -> dict[str, str]:
    by_text: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for path, entry in deleted.items():
        if not _is_empty(entry):
            by_text[entry.oid, entry.mode == "120000"].append(path)
    pairs: dict[str, str] = {}
    waiting: list[tuple[str, list[str]]] = []
    for path, entry in sorted(added.items()):
        candidates = by_text.get((entry.oid, entry.mode == "120000"), [])
        same_name = next((old for old in candidates if _name(old) == _name(path)), None)
        if same_name is not None:
            candidates.remove(same_name)
            pairs[path] = same_name
        elif candidates:
            waiting.append((path, candidates))
    for path, candidates in waiting:
        if candidates:
            pairs[path] = candidates.pop(0)
    return pairs


def _is_empty(entry: Entry) -> bool:
    return entry.oid.startswith(("e69de29bb2d1d643", "473a0f4c3be8a936"))


def _comparable(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Those paths that have a suffix, or a name without its suffix, in common with one of the other side."""
    old_marks = {mark for path in old for mark in _marks(path)}
    new_marks = {mark for path in new for mark in _marks(path)}
    return (
        [path for path in old if not new_marks.isdisjoint(_marks(path))],
        [path for path in new if not old_marks.isdisjoint(_marks(path))],
    )


def _marks(path: str) -> tuple[str, str]:
    pure = PurePosixPath(path)
    return f"suffix {pure.suffix}", f"stem {pure.stem}"


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _weights(texts: Iterator[tuple[str, bytes]]) -> dict[str, Counter[bytes]]:
    """For each text how many bytes stand in each of its lines, blanks at the ends not counted."""
    weights: dict[str, Counter[bytes]] = {}
    for path, data in texts:
        counted: Counter[bytes] = Counter()
        if not is_binary(data):
            for line in split_lines(data):
                bare = line.strip()
                counted[bare] += len(bare)
        weights[path] = counted
    return weights


def _similar(old: Mapping[str, Counter[bytes]], new: Mapping[str, Counter[bytes]]) -> dict[str, str]:
    having: dict[bytes, list[str]] = defaultdict(list)
    for path, weights in old.items():
        for line in weights:
            having[line].append(path)
    sizes = {path: weights.total() for path, weights in old.items()}
    scores: list[tuple[float, bool, str, str]] = []
    for path, weights in new.items():
        size = weights.total()
        shared: Counter[str] = Counter()
        for line, weight in weights.items():
            holders = having.get(line, ())
            if len(holders) <= _EVERYWHERE:
                for holder in holders:
                    shared[holder] += min(weight, old[holder][line])
        for holder, common in shared.items():
            score = common / max(size, sizes[holder], 1)
            if score >= _SIMILAR and not set(_marks(holder)).isdisjoint(_marks(path)):
                scores.append((score, _name(holder) == _name(path), path, holder))
    return _best(scores)


def _best(scores: list[tuple[float, bool, str, str]]) -> dict[str, str]:
    """The most similar pair first; each path in one pair."""
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, new, old in sorted(scores, key=lambda row: (-row[0], not row[1], row[2], row[3])):
        if new not in pairs and old not in taken:
            pairs[new] = old
            taken.add(old)
    return pairs
