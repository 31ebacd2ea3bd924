"""A use in a Go file and the changes → what is wrong there, if anything."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.impact.changes import Change
from indexer.impact.fit import misplaced
from indexer.impact.go import members
from indexer.impact.go.changes import Changes, needs
from indexer.impact.go.values import Found, Made, Package, Value
from indexer.impact.go.world import GoWorld
from indexer.impact.judge import Verdict
from indexer.impact.source import CALLABLE, Source
from indexer.impact.values import Gone
from indexer.types import Param, Site


class GoJudge:
    """The changes and the two worlds they lie between."""

    def __init__(self, base: GoWorld, head: GoWorld, changes: Changes) -> None:
        self.base, self.head, self.changes = base, head, changes
        self._texts: dict[str, frozenset[str]] = {}

    def verdicts(self, source: Source, old: Source, site: Site) -> Iterator[Verdict]:
        """What is wrong with one use in the file `source`, which was `old` at base."""
        was = self._meaning(self.base, old, site)
        if not isinstance(was, Found):
            return
        change = self.changes.by_base.get(was.key)
        if change is None:
            return
        now = self._meaning(self.head, source, site)
        if change.gone:
            if isinstance(now, Gone) and not now.open:
                yield Verdict(f"name/{change.fate}", change, site, "resolved", change.head.name if change.head else "")
        elif isinstance(now, Found) and self.changes.by_head.get(now.key) is change:
            yield from self._call(change, old, site, was, now)

    def _meaning(self, world: GoWorld, source: Source, site: Site) -> Value:
        """What a use stands for; a key of a literal that is no struct's is a name by itself."""
        package = world.package_of(source)
        position = site.span.start_line, site.span.start_column
        if site.consumer:
            owner = world.resolve(source, package, site.scope, site.chain[:-1], position)
            shape = members.underlying(world, world.type_of(owner), 0)
            if isinstance(shape, Made):
                return world.resolve(source, package, site.scope, site.consumer, position)
        return world.resolve(source, package, site.scope, site.chain, position)

    def _call(self, change: Change, old: Source, site: Site, was: Found, now: Found) -> Iterator[Verdict]:
        if site.arguments is None or change.before is None or change.after is None:
            return
        if site.role == "new" and change.before.kind == "struct":
            yield from self._literal(change, site, was, now)
        elif site.role == "call" and change.before.kind in CALLABLE and change.after.kind in CALLABLE:
            yield from self._arguments(change, old, site, was, now)

    def _literal(self, change: Change, site: Site, was: Found, now: Found) -> Iterator[Verdict]:
        """A struct's values without keys: as many as it has fields."""
        given = site.arguments.positional if site.arguments else 0
        before, after = members.field_names(was), members.field_names(now)
        if given == len(before) != len(after):
            more = len(after) > len(before)
            missing = next((name for name in after if name not in before), "") if more else ""
            yield Verdict(f"call/{'missing' if more else 'unexpected'}-argument", change, site, "resolved", missing)

    def _arguments(self, change: Change, old: Source, site: Site, was: Found, now: Found) -> Iterator[Verdict]:
        before, after = _params(was), _params(now)
        given = self._given(old, site, before)
        if given is None or site.arguments is None:
            return
        spread = site.arguments.rest
        if not _fits(given, spread, before):
            return
        if _fits(given, spread, after):
            moved = misplaced(site.arguments, before, after) or _swallowed(given, before, after)
            if moved is not None and self._untouched(old, site):
                yield Verdict("call/reordered", change, site, "resolved", moved)
            return
        needed, more = needs(after) or (0, False)
        if (spread and not more) or given > needed:
            yield Verdict("call/unexpected-argument", change, site, "resolved")
        else:
            old_names = {p.name for p in before}
            required = [p for p in after if p.kind != "rest"]
            missing = next((p for p in required if p.name not in old_names), required[-1] if required else None)
            yield Verdict("call/missing-argument", change, site, "resolved", missing.name if missing else "")

    def _given(self, old: Source, site: Site, before: tuple[Param, ...]) -> int | None:
        """How many arguments a call gives; None where the one that is written may be several."""
        arguments = site.arguments
        if arguments is None or not arguments.spread:
            return arguments.positional if arguments else None
        package, position = self.head.package_of(old), (site.span.start_line, site.span.start_column)
        value = self.head.resolve(old, package, site.scope, arguments.spread[:-1], position)
        if isinstance(value, Found) and value.declaration.kind in CALLABLE:
            given = members.result(self.head, value, 0)
            return len(given.parts) if isinstance(given, Made) and given.kind == "<()>" else 1
        needed, more = needs(before) or (0, False)
        # The call was written for the old parameters: then as many values are given as those take.
        return needed if not more and self._untouched(old, site) else None

    def _untouched(self, old: Source, site: Site) -> bool:
        if old.path not in self._texts:
            self.base.world.load([old.path], self.changes.names)
            source = self.base.world.source(old.path)
            self._texts[old.path] = frozenset(s.text for s in source.facts.sites) if source is not None else frozenset()
        return site.text in self._texts[old.path]


def _params(found: Found) -> tuple[Param, ...]:
    """What a caller gives; behind the type (`T.m`) the receiver is the first."""
    params = found.declaration.params or ()
    return (Param("receiver", "positional_only", True), *params) if found.expression else params


def _fits(given: int, spread: bool, params: tuple[Param, ...]) -> bool:
    needed, more = needs(params) or (0, False)
    if spread:
        return more and given == needed
    return given >= needed if more else given == needed


def _swallowed(given: int, before: tuple[Param, ...], after: tuple[Param, ...]) -> str | None:
    """A parameter that is gone, whose argument the variadic one of another type takes now."""
    (fixed, _), (left, rest) = needs(before) or (0, False), needs(after) or (0, False)
    if not rest or left >= fixed or given < fixed or after[-1].annotation is None:
        return None
    names = {p.name for p in after}
    gone = [p for p in before[:fixed] if p.name not in names]
    return next((p.name for p in gone if p.annotation != after[-1].annotation[2:-1]), None)


__all__ = ["GoJudge", "Package"]
