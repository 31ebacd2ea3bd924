"""What a site stood for and what it stands for, once for each class that its receiver may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.impact.source import Source
from indexer.impact.unique import common_members
from indexer.impact.values import Either, Instance, Outside, Thing, Unknown, Value, parts_of
from indexer.impact.world import World
from indexer.types import Site


@dataclass(frozen=True, slots=True)
class Meeting:
    """A site with what it stood for and what it stands for."""

    source: Source
    """The file at head, under its path at base where it was renamed."""
    site: Site
    was: Value
    now: Value


def meetings(base: World, head: World, source: Source, old: Source, site: Site) -> Iterator[Meeting]:
    """The meetings of one site: several where its receiver is one of several classes.

    Only classes that the receiver may have in both states are compared: what became of the others is not told here.
    """
    line = site.span.start_line
    was = base.resolve(old, site.scope, site.chain, line)
    now = head.resolve(source, site.scope, site.chain, line)
    parts = _receivers(base, old, site, was)
    if len(parts) < 2 and not isinstance(was, Either):
        yield Meeting(old, site, was, now)
        return
    last = site.chain[-1]
    if last.startswith("."):
        if last[1:] in common_members() and any(isinstance(part, Outside | Unknown) for part in parts):
            return
        others = set(_receivers(head, source, site, now))
        for part in parts:
            if part in others and isinstance(part, Instance | Thing):
                yield Meeting(old, site, base.step(part, last), head.step(part, last))
    else:
        others = set(parts_of(now))
        for part in parts_of(was):
            if part in others:
                yield Meeting(old, site, part, part)


def _receivers(world: World, source: Source, site: Site, value: Value) -> tuple[Value, ...]:
    """What the site's last attribute is asked of; one thing where that was found to be one."""
    if len(site.chain) < 2 or (isinstance(value, Unknown | Outside)):
        return ()
    return parts_of(world.evaluate(source, site.scope, site.chain[:-1], site.span.start_line))
