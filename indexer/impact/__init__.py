"""What a change breaks elsewhere: base and head → what at head still expects the old.

changes   what changed, by symbol            search   the files and names to look at
world     what a name means in one state     modules  module names → files
source    a file's facts, indexed            names    scopes, imports, exports
steps     attributes, calls, types           groups   lists, mappings and the like
classes   members and bases                  fixtures what tests are handed
meetings  a site before and after            language names that every program has
judge     a site and a change → a verdict    fit      arguments against parameters
rust      names and types of Rust            rust_sites  sites of Rust
unique    receivers the text does not tell   heirs    overrides and implementations
imports   imports and exports of what is gone         unbound   names that a file no longer imports
departed  modules that went away whole       bare     names that are gone, where types are not followed
packages  imports of what is elsewhere now   quoting  findings about those
dependencies  what a change takes on from outside
java      all of it for Java
findings  verdicts in words
go        Go, whose names belong to packages, not to files
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from indexer.impact.bare import lost_names
from indexer.impact.changes import Change, changes
from indexer.impact.departed import Departed
from indexer.impact.findings import Writer
from indexer.impact.go import go_findings, is_go
from indexer.impact.heirs import misfitting_heirs
from indexer.impact.imports import lost_imports
from indexer.impact.java import java_impact, without_java
from indexer.impact.judge import Judge, Verdict
from indexer.impact.meetings import meetings
from indexer.impact.rust_sites import RustJudge
from indexer.impact.search import family, sources, wanted
from indexer.impact.unbound import unbound
from indexer.impact.unique import UniqueNames, unique_names
from indexer.impact.world import Source, World
from indexer.languages import language_of
from indexer.types import FileDiff, Finding, Site, Skipped, Tree

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["impact"]


def impact(index: Index, base: Tree, head: Tree, diffs: tuple[FileDiff, ...]) -> Iterator[Finding]:
    """Every place at head that still expects what the change took away, in no particular order, none twice."""
    before = World(index, base)
    after = World(index, head, like=before)
    diffs = _without_kept(index, head, diffs)
    go = go_findings(before, after, Writer(before, after), diffs)
    diffs = tuple(diff for diff in diffs if not is_go(diff))
    writer = Writer(before, after)
    in_java, diffs = java_impact(before, after, diffs, writer), without_java(diffs)
    found = changes(before, after, diffs)
    places = (writer.unbound(place) for place in unbound(before, after, diffs))
    broken = _findings(before, after, writer, found, diffs) if found or _lost_files(diffs) else ()
    seen: set[tuple[str, str, tuple[int, int], tuple[int, int]]] = set()
    for finding in chain(in_java, places, broken, go, lost_names(index, base, head, diffs)):
        key = (finding.rule, finding.path, finding.lines, finding.columns)
        if key not in seen:
            seen.add(key)
            yield finding


def _findings(
    before: World, after: World, writer: Writer, found: list[Change], diffs: tuple[FileDiff, ...]
) -> Iterator[Finding]:
    judge = Judge(before, after, found)
    rust = RustJudge(before, after, judge.by_base)
    by_shape = [change for change in found if family(change.base.path) != "rust"]
    unique = unique_names(before, after, by_shape)
    lost = _lost_files(diffs)
    names = wanted(after, found, lost)
    old_paths = {d.new_path: d.old_path for d in diffs if d.new_path and d.old_path}
    candidates = list(sources(after, names, frozenset(family(d.old_path) for d in diffs if d.old_path)))
    asked = frozenset(names)
    before.load([d.old_path for d in diffs if d.old_path], asked)
    departed = Departed(after.tree, diffs)
    for source in candidates:
        old = _as_at_base(source, old_paths.get(source.path, source.path) or source.path)
        if source.facts.language == "rust":
            yield from (writer.rust(source, wrong) for wrong in rust.wrong(source, old))
            continue
        imports, verdicts, modules = departed.split(
            lost_imports(before, after, source, old, judge.by_base, asked, lost),
            (v for site in source.facts.sites for v in _verdicts(judge, unique, source, old, site)),
        )
        yield from (writer.site(source, verdict) for verdict in verdicts)
        yield from (writer.lost_import(source, lost) for lost in imports)
        yield from (writer.lost_modules(source, lost) for lost in modules)
    for misfit in misfitting_heirs(before, after, by_shape):
        yield writer.heir(misfit)


def _verdicts(judge: Judge, unique: UniqueNames, source: Source, old: Source, site: Site) -> list[Verdict]:
    """What is wrong with a site, by the first class of its receiver that tells.

    That a result is not awaited counts only where every class that the receiver may have gives one to await.
    """
    found = [
        list(judge.verdicts(meeting)) or list(judge.guesses(meeting, unique))
        for meeting in meetings(judge.base, judge.head, source, old, site)
    ]
    unanimous = all(found)
    return next((v for v in found if v and (unanimous or v[0].rule != "call/not-awaited")), [])


def _without_kept(index: Index, head: Tree, diffs: tuple[FileDiff, ...]) -> tuple[FileDiff, ...]:
    """The diffs without the files that git was only told to ignore: who imports them finds them in the work tree."""
    deleted = [d.old_path for d in diffs if d.status == "deleted" and d.old_path]
    kept = index.repo.gitignored(deleted, head)
    if kept:
        index.skip(
            Skipped("files that were deleted", "`.gitignore` now names them, so they may still be there", len(kept))
        )
    return tuple(d for d in diffs if d.old_path not in kept)


def _lost_files(diffs: tuple[FileDiff, ...]) -> list[str]:
    """Files whose modules can't be imported under their old names."""
    return [d.old_path for d in diffs if d.old_path and d.old_path != d.new_path and language_of(d.old_path)]


def _as_at_base(source: Source, path: str) -> Source:
    """The head's file where base knew it: its own scopes, the definitions of base behind them."""
    return source if path == source.path else Source(path, source.facts)
