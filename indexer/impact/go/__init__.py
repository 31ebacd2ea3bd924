"""What a change of Go code breaks elsewhere.

Go differs from the other languages in what a name belongs to: a package, which is all files of a folder, and in that
the text tells the type of everything. So it has a world of its own.

packages  import paths → folders         world    what a name means in one state
values    what expressions stand for     kinds    chains read from their beginning, types
members   fields, methods, results       changes  what changed, by name
judge     a use and a change → verdict   imports  packages that are gone
conversions  values that no longer fit where they are given
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from indexer.impact.changes import Change
from indexer.impact.findings import Writer
from indexer.impact.go.changes import Changes, go_changes
from indexer.impact.go.conversions import CONVERSIONS, Conversions
from indexer.impact.go.imports import lost_folders, lost_imports, words
from indexer.impact.go.judge import GoJudge
from indexer.impact.go.values import Key
from indexer.impact.go.world import GoWorld
from indexer.impact.source import Source
from indexer.impact.world import World
from indexer.types import FileDiff, Finding, Skipped

__all__ = ["go_findings", "is_go"]

MOST_FILES = 1_500


def is_go(diff: FileDiff) -> bool:
    """Whether a diff is of a Go file, or of a file that says where Go packages are."""
    return any(path.endswith(".go") for path in (diff.old_path, diff.new_path) if path)


def go_findings(before: World, after: World, writer: Writer, diffs: Iterable[FileDiff]) -> Iterator[Finding]:
    """Every place in a Go file at head that still expects what the change took away."""
    diffs = [diff for diff in diffs if is_go(diff)]
    if not diffs:
        return
    base = GoWorld(before)
    head = GoWorld(after, like=base)
    changes = go_changes(base, head, diffs)
    folders = lost_folders(base, head, diffs)
    judge = GoJudge(base, head, changes)
    old_paths = {d.new_path: d.old_path for d in diffs if d.new_path and d.old_path}
    conversions = Conversions(base, head, changes)
    given = conversions.files()
    for path in _candidates(head, changes, words(base, folders), given):
        source = head.world.source(path)
        if source is None:
            continue
        old_path = old_paths.get(path, path) or path
        old = source if old_path == path else Source(old_path, source.facts)
        gone = list(lost_imports(base, head, source, old, folders, changes))
        yield from (writer.lost_modules(source, lost) for lost in gone)
        for site in source.facts.sites:
            if site.role == "reference":
                yield from (writer.unfit(source, unfit) for unfit in conversions.unfit(source, old, site))
                continue
            yield from (writer.site(source, verdict) for verdict in judge.verdicts(source, old, site))


def _candidates(head: GoWorld, changes: Changes, packages: frozenset[str], given: list[str]) -> list[str]:
    """The files that may use one of the names, or give away what no longer fits (`given`), parsed."""
    asked = changes.names
    near = _near(changes.by_base)
    mentions = head.world.index.mentioning(head.world.tree, sorted(asked | packages))
    paths = []
    for path, names in sorted(mentions.items()):
        if path.endswith(".go") and "testdata" not in path.split("/"):
            folder = posixpath.dirname(path)
            if any(name in packages or near[name] is None or folder in (near[name] or ()) for name in names):
                paths.append(path)
    if len(paths) > MOST_FILES:
        why = "too many files mention the names that changed"
        head.world.index.skip(Skipped("Go files that mention a changed name", why, len(paths) - MOST_FILES))
        paths = paths[:MOST_FILES]
    head.world.load(given, asked | {CONVERSIONS})
    head.world.load(paths, asked)
    return sorted({*paths, *given})


def _near(changes: dict[Key, Change]) -> dict[str, set[str] | None]:
    """The folders that a name can be used in; None for any: names that begin with a capital can be seen everywhere."""
    found: dict[str, set[str] | None] = {}
    for key, change in changes.items():
        name = key.qualified.rpartition(".")[2]
        known = found.get(name, set())
        if name[:1].isupper() or known is None:
            found[name] = None
        else:
            moved = {posixpath.dirname(change.head.path)} if change.head is not None else set()
            found[name] = known | {key.folder} | moved
    return found
