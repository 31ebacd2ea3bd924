"""Which Java files could still expect the old, and the classes below a changed one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from indexer.impact.java.changes import Changed
from indexer.impact.java.classes import CONSTRUCTOR, KINDS
from indexer.impact.java.expressions import Expressions
from indexer.impact.java.values import Object
from indexer.impact.source import Source
from indexer.impact.values import Place
from indexer.types import Skipped

MANY = 150
"""A member's name in more files than this is only followed into files that also mention where it comes from."""
MOST_FILES = 1_500
GENERATIONS = 50
HEADED = ("class", "interface", "enum")


class Search:
    """The files of head that are worth a look."""

    def __init__(self, base: Expressions, head: Expressions, found: Changed) -> None:
        self.base, self.head, self.found = base, head, found
        self._below: dict[Place, list[Place]] = {}
        self._were_below: dict[Place, list[Place]] = {}
        self.names = self._names()

    def sources(self) -> Iterator[Source]:
        """The files that mention a changed name, with their sites."""
        world = self.head.world
        asked = frozenset(self.names) | {change.name for change in self.found.implied}
        asked |= {"this", "super"} if self._constructors() else frozenset()
        paths = sorted(self._paths())
        if len(paths) > MOST_FILES:
            world.index.skip(Skipped("files that mention a changed name", "too many", len(paths) - MOST_FILES))
        world.load(paths[:MOST_FILES], asked)
        self.head.expect(name for path in paths[:MOST_FILES] for name in _type_names(world.source(path)))
        self.base.expect(name for path in paths[:MOST_FILES] for name in _type_names(world.source(path)))
        for path in paths[:MOST_FILES]:
            source = world.source(path)
            if source is not None:
                yield source

    def below(self, place: Place) -> list[Place]:
        """The named classes of head that inherit from one, directly or not."""
        if place not in self._below:
            self._below[place] = list(_heirs(self.head, place))
        return self._below[place]

    def were_below(self, place: Place) -> list[Place]:
        """The named classes of base that inherited from one."""
        if place not in self._were_below:
            self._were_below[place] = list(_heirs(self.base, place))
        return self._were_below[place]

    # ------------------------------------------------------------ names

    def _names(self) -> dict[str, set[Place]]:
        """The names to look for, each with the classes that it belongs to."""
        names: dict[str, set[Place]] = {place.name: set() for place in self.found.classes}
        names |= {heir.name: set() for place in self.found.classes for heir in self.were_below(place)}
        for change in self.found.changes:
            owner = Place(change.base.path, change.base.qualified.rpartition(".")[0])
            if change.name == CONSTRUCTOR:
                now = self.found.pairs.get(owner, owner)
                for place in (now, *self.below(now)):
                    names.setdefault(place.name, set())
            elif change.base not in self.found.classes:
                names.setdefault(change.name, set()).add(owner)
        for change in self.found.demanded:
            owner = Place(change.base.path, change.base.qualified.rpartition(".")[0])
            for place in (owner, *self.below(self.found.pairs.get(owner, owner))):
                names.setdefault(place.name, set())
        return names

    def _constructors(self) -> bool:
        return any(change.name == CONSTRUCTOR for change in self.found.changes)

    def _paths(self) -> set[str]:
        world = self.head.world
        mentions = world.index.mentioning(world.tree, sorted(self.names))
        holding: dict[str, list[str]] = {}
        for path, names in mentions.items():
            if path.endswith(".java"):
                for name in names:
                    holding.setdefault(name, []).append(path)
        chosen: set[str] = set()
        for name, owners in self.names.items():
            paths = holding.get(name, [])
            chosen.update(self._near(name, owners, paths) if owners and len(paths) > MANY else paths)
        return chosen

    def _near(self, name: str, owners: set[Place], paths: list[str]) -> list[str]:
        """Of the files with a common name those that mention a class that has it, or what gives an object of one."""
        world = self.head.world
        words = {owner.name for owner in owners}
        for owner in owners:
            words |= {heir.name for heir in self.below(self.found.pairs.get(owner, owner))}
        words |= self._givers(words)
        folders = {posixpath.dirname(owner.path) for owner in owners}
        near = world.index.mentioning(world.tree, sorted(words)).keys()
        kept = [path for path in paths if path in near or posixpath.dirname(path) in folders]
        if len(kept) < len(paths):
            why = "the name is too common to be followed into files that mention none of its owners"
            world.index.skip(Skipped(f"files that mention `{name}`", why, len(paths) - len(kept)))
        return kept

    def _givers(self, words: Iterable[str]) -> set[str]:
        """The names of methods and fields whose definition names one of the classes."""
        world, wanted = self.head.world, frozenset(words)
        found: set[str] = set()
        paths = world.index.headings(world.tree, ("method", "field", "constant"), wanted)
        for outline in world.index.outlines(world.tree, (p for p in paths if p.endswith(".java"))).values():
            for definition in outline.definitions:
                before = definition.signature.partition("(")[0].replace("<", " ").replace(">", " ").split()
                if definition.kind in ("method", "field", "constant") and wanted & set(before):
                    found.add(definition.name)
        return found


# ---------------------------------------------------------------- heirs


def _heirs(world: Expressions, place: Place) -> Iterator[Place]:
    known, fresh = {place}, {place}
    for _ in range(GENERATIONS):
        names = frozenset(one.name for one in fresh)
        fresh = {heir for heir in _extending(world, names) if heir not in known and _inherits(world, heir, known)}
        if not fresh:
            return
        known |= fresh
        yield from sorted(fresh, key=lambda heir: (heir.path, heir.qualified))


def _inherits(world: Expressions, heir: Place, known: set[Place]) -> bool:
    return any(isinstance(base, Object) and base.place in known for base in world.bases(heir))


def _extending(own: Expressions, names: frozenset[str]) -> Iterator[Place]:
    """The classes that name one of these among their bases."""
    world = own.world
    paths = sorted(p for p in world.index.headings(world.tree, HEADED, names) if p.endswith(".java"))
    world.load(paths, frozenset())
    for path in paths:
        source = world.source(path)
        for declaration in source.facts.declarations if source is not None else ():
            bases = (*declaration.bases, *declaration.implements)
            if declaration.kind in KINDS and any(_last(base) in names for base in bases):
                yield Place(path, declaration.qualified)


def _last(chain: tuple[str, ...]) -> str:
    path = chain[: chain.index("<")] if "<" in chain else chain
    return path[-1].lstrip(".") if path else ""


def _type_names(source: Source | None) -> Iterator[str]:
    """Names in a file that look like classes."""
    if source is None:
        return
    chains = [b.annotation for b in source.facts.bindings if b.annotation]
    chains += [d.annotation for d in source.facts.declarations if d.annotation]
    for declaration in source.facts.declarations:
        chains += [*declaration.bases, *declaration.implements]
        chains += [param.annotation for param in declaration.params or () if param.annotation]
    chains += [site.chain for site in source.facts.sites]
    for chain in chains:
        yield from (step for step in chain if step[:1].isupper())
