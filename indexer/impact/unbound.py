"""Names that a changed file still uses and no longer imports."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.impact.source import Source
from indexer.impact.values import Gone
from indexer.impact.world import World
from indexer.types import FileDiff, Site

UNJUDGED_ROLES = frozenset({"write", "delete"})
BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__path__", "__spec__", "__loader__", "__package__"}


@dataclass(frozen=True, slots=True)
class Unbound:
    """A use of a name whose import this change took out of the file."""

    source: Source
    site: Site
    name: str


def unbound(base: World, head: World, diffs: Iterable[FileDiff]) -> Iterator[Unbound]:
    """Every use of a name that was imported at base and that nothing binds at head. Python only.

    A global of a browser or of Node can stand in for a lost import of JavaScript, so nothing is said there.
    """
    for diff in diffs:
        old = base.source(diff.old_path) if diff.old_path else None
        new = head.source(diff.new_path) if diff.new_path else None
        if old is None or new is None or not new.python or new.facts.issue_count > old.facts.issue_count:
            continue
        lost = _imported(old) - {name for scope, name in (*new.bound, *new.declared) if scope == 0} - BUILTINS
        if lost and "*" not in {binding.name for binding in new.facts.bindings}:
            yield from _uses(head, new.path, lost)


def _imported(source: Source) -> set[str]:
    return {b.name for b in source.facts.bindings if b.kind == "import" and b.scope == 0 and "." not in b.name}


def _uses(head: World, path: str, lost: set[str]) -> Iterator[Unbound]:
    head.load([path], frozenset(lost))
    source = head.source(path)
    for site in source.facts.sites if source else ():
        name = site.chain[0]
        if source is None or name not in lost or len(site.chain) > 1 or site.guarded or site.role in UNJUDGED_ROLES:
            continue
        if isinstance(head.resolve(source, site.scope, site.chain, site.span.start_line), Gone):
            yield Unbound(source, site, name)
