"""Overrides that override nothing any more, and classes that lack what they now have to bring along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.impact.changes import Change
from indexer.impact.heirs import Misfit
from indexer.impact.java.changes import Changed, qualified_name
from indexer.impact.java.classes import KINDS, Member
from indexer.impact.java.expressions import Expressions
from indexer.impact.java.fit import arity
from indexer.impact.java.search import Search
from indexer.impact.source import Source
from indexer.impact.values import Place
from indexer.types import Declaration


def misfits(
    base: Expressions, head: Expressions, found: Changed, search: Search, sources: list[tuple[Source, Source]]
) -> Iterator[Misfit]:
    """Every class at head that no longer fits the changed methods of its bases, or its own.

    `sources` are the files of head, each with itself as base knew it.
    """
    unnamed = [(s, old, d.qualified) for s, old in sources for d in s.facts.declarations if "anonymous" in d.flags]
    anonymous = [Place(source.path, qualified) for source, _, qualified in unnamed]
    were = {Place(s.path, q): base.lineage(base.place_of(old, q))[0] for s, old, q in unnamed if found.classes}
    seen: set[tuple[str, Place, int]] = set()
    for misfit in (*_of_changed(base, head, found, search, anonymous), *_of_lost(base, head, found, search, were)):
        key = (misfit.rule, misfit.place, misfit.declaration.name_span.start_line)
        if key not in seen:
            seen.add(key)
            yield misfit


def _of_changed(
    base: Expressions, head: Expressions, found: Changed, search: Search, anonymous: list[Place]
) -> Iterator[Misfit]:
    for change in (*found.changes, *found.demanded):
        declaration = change.before or change.after
        now = found.pairs.get(_owner(change))
        if declaration is None or declaration.kind != "method" or now is None:
            continue
        below = [*search.below(now), *(place for place in anonymous if now in head.lineage(place)[0])]
        yield from _orphans(head, change, below)
        yield from _unimplemented(base, head, change, now, below)


def _of_lost(
    base: Expressions, head: Expressions, found: Changed, search: Search, unnamed: dict[Place, list[Place]]
) -> Iterator[Misfit]:
    """Overrides of what classes had that went away whole."""
    for change in found.implied:
        if change.before is not None and change.before.kind == "method":
            owner = _owner(change)
            were = (head.qualified(qualified_name(base, heir), heir.path) for heir in search.were_below(owner))
            below = [heir for heir in were if heir is not None]
            yield from _orphans(head, change, [*below, *(place for place, were in unnamed.items() if owner in were)])


def _owner(change: Change) -> Place:
    return Place(change.base.path, change.base.qualified.rpartition(".")[0])


def _orphans(head: Expressions, change: Change, below: Iterable[Place]) -> Iterator[Misfit]:
    """Methods with `@Override` whose base method went away."""
    if change.before is None:
        return
    lost = arity(change.before.params or ())
    for heir in below:
        for member in head.own_methods(heir, change.name):
            if arity(member.declaration.params or ()) != lost or not _overrides(member.declaration):
                continue
            above = head.methods(heir, change.name, above=True)
            if _like(above, member.declaration) or head.may_inherit(heir, change.name, lost[0]):
                continue
            yield Misfit(
                "override/signature", change, Place(heir.path, member.declaration.qualified), member.declaration
            )


def _overrides(declaration: Declaration) -> bool:
    return any(name.rpartition(".")[2] == "Override" for name in declaration.decorators)


def _like(members: Iterable[Member], declaration: Declaration) -> bool:
    wanted = arity(declaration.params or ())
    return any(arity(member.declaration.params or ()) == wanted for member in members)


def _unimplemented(
    base: Expressions, head: Expressions, change: Change, now: Place, below: Iterable[Place]
) -> Iterator[Misfit]:
    for place in (now, *below):
        declaration = head.declaration(place)
        if declaration is None or not _is_concrete(declaration):
            continue
        lacking = {c for c in _lacking(head, place, change.name) if not head.may_have(place, change.name, c[0])}
        # What a class above lacks that can be made itself is told there.
        told = any(lacking <= _lacking(head, above, change.name) for above in _made(head, place))
        before = _lacking(base, place, change.name) if base.declaration(place) is not None else set()
        if lacking and not told and not lacking & before:
            yield Misfit("interface/unimplemented", change, place, declaration)


def _is_concrete(declaration: Declaration) -> bool:
    if declaration.kind not in KINDS or declaration.kind == "interface" or "abstract" in declaration.flags:
        return False
    return declaration.kind != "enum"


def _made(head: Expressions, place: Place) -> Iterator[Place]:
    """The classes above that can be made themselves."""
    for above in head.lineage(place)[0][1:]:
        declaration = head.declaration(above)
        if declaration is not None and _is_concrete(declaration):
            yield above


def _lacking(world: Expressions, place: Place, name: str) -> set[tuple[int, int | None]]:
    """The parameter counts of the abstract methods of that name that nothing implements."""
    members = [member.declaration for member in world.methods(place, name)]
    made = {arity(d.params or ()) for d in members if "abstract" not in d.flags}
    return {arity(d.params or ()) for d in members if "abstract" in d.flags} - made
