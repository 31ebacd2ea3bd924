"""Imports of packages whose folder no longer holds any Go file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from indexer.impact.departed import LostModules
from indexer.impact.go.changes import Changes
from indexer.impact.go.packages import Absent, Folder
from indexer.impact.go.world import GoWorld
from indexer.impact.imports import LostImport
from indexer.impact.source import Source
from indexer.types import FileDiff, Site


def lost_folders(base: GoWorld, head: GoWorld, diffs: Iterable[FileDiff]) -> dict[str, str]:
    """Folders that were packages and are no longer, with where their files went (one folder, or nothing)."""
    found: dict[str, set[str]] = {}
    for diff in diffs:
        folder = posixpath.dirname(diff.old_path or "")
        if (
            diff.old_path
            and diff.old_path.endswith(".go")
            and _has_package(base, folder)
            and not _has_package(head, folder)
        ):
            found.setdefault(folder, set()).add(posixpath.dirname(diff.new_path or ""))
    return {folder: next(iter(new)) if len(new) == 1 else "" for folder, new in found.items()}


def _has_package(world: GoWorld, folder: str) -> bool:
    return any(not path.endswith("_test.go") for path in world.packages.folders.get(folder, []))


def words(base: GoWorld, folders: Iterable[str]) -> frozenset[str]:
    """The identifiers that a file which imports one of the folders must hold."""
    found = set()
    for folder in folders:
        root = base.packages.module_of(folder)
        module = base.packages.modules.get(root, "") if root is not None else ""
        last = posixpath.basename(folder) or posixpath.basename(module)
        found |= {part for part in last.replace("-", ".").split(".") if part.isidentifier()}
    return frozenset(found)


def lost_imports(
    base: GoWorld, head: GoWorld, source: Source, old: Source, folders: dict[str, str], changes: Changes
) -> Iterator[LostModules]:
    """One for each lost package that a file still imports."""
    for binding in source.facts.bindings:
        if binding.kind != "import" or binding.span is None:
            continue
        was, now = base.locate(binding, old), head.locate(binding, source)
        if not isinstance(was, Folder) or was.path not in folders or not _gone(head, now):
            continue
        module = binding.module or ""
        lost = LostImport("import/missing", module, module, binding.span, None, None, was.path)
        uses = sum(_reaches(site, binding.name) for site in source.facts.sites)
        yield LostModules(was.path, folders[was.path], (lost,), uses)


def _gone(head: GoWorld, now: object) -> bool:
    return isinstance(now, Absent) or (isinstance(now, Folder) and not _has_package(head, now.path))


def _reaches(site: Site, name: str) -> bool:
    return len(site.chain) > 1 and site.chain[0] == name
