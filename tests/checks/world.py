"""A repository in memory, for checks that ask the index: two states of some files, parsed by the real outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha1
from typing import Literal

from indexer.checks import check
from indexer.checks.change import Change, read_changes
from indexer.languages import language_of
from indexer.outline.tags import outline
from indexer.repo.lines import hunks
from indexer.types import Entry, FileDiff, Finding, Outline, Skipped, Symbol, Tree

Status = Literal["added", "modified", "renamed"]

Files = Mapping[str, str | bytes]


class Repository:
    """Reads the files of a tree, as `indexer.repo.Repo` does."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def tree(self, files: Files) -> Tree:
        entries = {}
        for path, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            oid = sha1(data).hexdigest()
            self.blobs[oid] = data
            entries[path] = Entry(oid, "100644", len(data))
        return Tree("commit", "0" * 40, entries)

    def read_many(self, tree: Tree, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        return ((path, self.blobs[tree.entries[path].oid]) for path in paths if path in tree.entries)

    def ignored(self, paths: Iterable[str]) -> set[str]:
        return {path for path in paths if path.startswith("ignored/")}

    def diff(self, base: Tree, head: Tree, renamed: Mapping[str, str]) -> tuple[FileDiff, ...]:
        """What changed; `renamed` says which new path was which old one."""
        found = []
        gone = set(base.entries) - set(head.entries) - set(renamed.values())
        for path, new in head.entries.items():
            old_path = renamed.get(path, path)
            old = base.entries.get(old_path)
            if old == new and old_path == path:
                continue
            status: Status = "added" if old is None else "modified" if old_path == path else "renamed"
            before = self.blobs[old.oid] if old else b""
            found.append(
                FileDiff(
                    status,
                    old_path if old else None,
                    path,
                    old,
                    new,
                    b"\0" in before,
                    hunks(before, self.blobs[new.oid]),
                )
            )
        for path in sorted(gone):
            old = base.entries[path]
            found.append(FileDiff("deleted", path, None, old, None, False, hunks(self.blobs[old.oid], b"")))
        return tuple(found)


class World:
    """Answers what the checks ask an `Index`."""

    def __init__(self) -> None:
        self.repo = Repository()
        self.skipped: list[Skipped] = []

    def outlines(self, tree: Tree, paths: Iterable[str]) -> dict[str, Outline]:
        languages = ((path, data, language_of(path, data[:200])) for path, data in self.repo.read_many(tree, paths))
        return {path: outline(data, language) for path, data, language in languages if language}

    def mentioning(self, tree: Tree, names: Iterable[str]) -> dict[str, frozenset[str]]:
        wanted = frozenset(names)
        found = {path: wanted & set(each.identifiers) for path, each in self.outlines(tree, tree.entries).items()}
        return {path: mentioned for path, mentioned in found.items() if mentioned}

    def definitions(self, tree: Tree, names: Iterable[str]) -> tuple[Symbol, ...]:
        wanted = frozenset(names)
        return tuple(
            Symbol(each.name, each.qualified, each.kind, path, each.lines, each.signature, each.parent)
            for path, found in self.outlines(tree, tree.entries).items()
            for each in found.definitions
            if each.name in wanted
        )


def checked(before: Files, after: Files, renamed: Mapping[str, str] | None = None) -> list[Finding]:
    """What the checks say of the change between two states of a repository; unnamed files stay as they are."""
    world = World()
    base = world.repo.tree(before)
    head = world.repo.tree(after)
    return list(check(world, base, head, world.repo.diff(base, head, renamed or {})))  # type: ignore[arg-type]


def rules(before: Files, after: Files, renamed: Mapping[str, str] | None = None) -> list[str]:
    """The rules of what the checks say, without those of untested symbols."""
    return [found.rule for found in checked(before, after, renamed) if found.rule != "test/none"]


def changed(path: str, before: str | bytes | None, after: str | bytes) -> Change:
    """One file's change."""
    world = World()
    base = world.repo.tree({} if before is None else {path: before})
    head = world.repo.tree({path: after})
    return read_changes(world, base, head, world.repo.diff(base, head, {}))[0]  # type: ignore[arg-type]
