"""What a change of Java code breaks elsewhere.

changes      what changed, by class and member       search       the files and names to look at
classes      classes by package, bases, members      names        scopes, imports, types, variables
expressions  receivers, from step to step            fit          arguments against parameters
judge        a site → a verdict                      heirs        overrides and implementations
imports      imports of what is gone                 unique       receivers the text does not tell
library      what Java itself brings along           generated    what annotation processors write
"""

from __future__ import annotations

from collections.abc import Iterator

from indexer.impact.changes import Change
from indexer.impact.findings import Writer
from indexer.impact.java.changes import Changed, changed, qualified_name
from indexer.impact.java.expressions import Expressions
from indexer.impact.java.heirs import misfits
from indexer.impact.java.imports import lost_imports
from indexer.impact.java.judge import Judge
from indexer.impact.java.search import Search
from indexer.impact.java.unique import unique_names
from indexer.impact.source import Source
from indexer.impact.world import World
from indexer.types import FileDiff, Finding

__all__ = ["java_changes", "java_impact", "without_java"]

SUFFIX = ".java"


def java_impact(before: World, after: World, diffs: tuple[FileDiff, ...], writer: Writer) -> Iterator[Finding]:
    """Every place in Java code at head that still expects what the change took away."""
    diffs = tuple(d for d in diffs if _is_java(d))
    if not diffs:
        return
    base, head = Expressions(before), Expressions(after)
    found = changed(base, head, diffs)
    if found.changes or found.demanded:
        yield from _findings(base, head, found, diffs, writer)


def java_changes(before: World, after: World, diffs: tuple[FileDiff, ...]) -> list[Change]:
    """The symbols that changed, for those who only count them."""
    diffs = tuple(d for d in diffs if _is_java(d))
    return changed(Expressions(before), Expressions(after), diffs).changes if diffs else []


def without_java(diffs: tuple[FileDiff, ...]) -> tuple[FileDiff, ...]:
    """The diffs of all other files."""
    return tuple(d for d in diffs if not _is_java(d))


def _is_java(diff: FileDiff) -> bool:
    return (diff.new_path or diff.old_path or "").endswith(SUFFIX)


def _findings(
    base: Expressions, head: Expressions, found: Changed, diffs: tuple[FileDiff, ...], writer: Writer
) -> Iterator[Finding]:
    head.lose(qualified_name(base, place) for place in found.classes)
    search = Search(base, head, found)
    old_paths = {d.new_path: d.old_path for d in diffs if d.new_path and d.old_path}
    judge = Judge(base, head, found, unique_names(base, head, found.changes), search)
    sources = [(s, Source(old_paths.get(s.path) or s.path, s.facts)) for s in search.sources()]
    for source, old in sources:
        for lost in lost_imports(base, head, source, old, found):
            yield writer.lost_import(source, lost)
        for site in source.facts.sites:
            verdict = judge.verdict(source, old, site)
            if verdict is not None:
                yield writer.site(source, verdict)
    for misfit in misfits(base, head, found, search, sources):
        yield writer.heir(misfit)
