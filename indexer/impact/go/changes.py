"""What changed between two states of Go packages, by name: which file of its package holds a name is of no account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from indexer.impact.changes import ALIKE, ALIKE_VALUES, MOST_ALIKE, Change, Likeness, likeness
from indexer.impact.go.members import field_names
from indexer.impact.go.values import Found, Key, Package
from indexer.impact.go.world import GoWorld
from indexer.impact.source import CALLABLE, CLASSES, Source
from indexer.impact.values import Place
from indexer.types import Declaration, FileDiff, Param

UNNAMED = frozenset({"_", "init", "main"})


@dataclass(slots=True)
class Changes:
    """The changes of a review by what they are of; `all` in a fixed order."""

    by_base: dict[Key, Change] = field(default_factory=dict)
    by_head: dict[Key, Change] = field(default_factory=dict)
    demanding: set[Key] = field(default_factory=set)
    """Interfaces that have a method more than before."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(key.qualified.rpartition(".")[2] for key in self.by_base)

    def add(self, key: Key, change: Change, now: Key | None = None) -> None:
        self.by_base[key] = change
        if change.fate == "changed":
            self.by_head[now or key] = change


def go_changes(base: GoWorld, head: GoWorld, diffs: Iterable[FileDiff]) -> Changes:
    """Every name of the changed files that others can tell from what it was."""
    pairs = [d for d in diffs if d.status != "mode" and ((d.old_path or d.new_path or "").endswith(".go"))]
    base.world.load([d.old_path for d in pairs if d.old_path], frozenset())
    head.world.load([d.new_path for d in pairs if d.new_path], frozenset())
    before: dict[Key, list[Found]] = {}
    after: dict[Key, list[Found]] = {}
    for diff in pairs:
        old = base.world.source(diff.old_path) if diff.old_path else None
        new = head.world.source(diff.new_path) if diff.new_path else None
        if diff.new_path and new is None and old is not None:
            continue  # the new text could not be parsed: nothing can be said of it
        if old is not None and new is not None and new.facts.issue_count > old.facts.issue_count:
            continue
        for world, source, found in ((base, old, before), (head, new, after)):
            for one in _named(world, source) if source is not None else ():
                found.setdefault(one.key, []).append(one)
    return _compared(base, head, before, after)


def _named(world: GoWorld, source: Source) -> Iterator[Found]:
    """The definitions of a file that something else in its package, or another package, can name."""
    package = world.package_of(source)
    for declaration in source.facts.declarations:
        if "<" in declaration.qualified or declaration.name in UNNAMED:
            continue
        if package.tests and "test" in declaration.flags:
            continue
        if declaration.parent is None and declaration.scope != 0:
            continue
        yield Found(Key(package.folder, package.name, declaration.qualified), package, source, declaration)


def _compared(base: GoWorld, head: GoWorld, before: dict[Key, list[Found]], after: dict[Key, list[Found]]) -> Changes:
    changes = Changes()
    lost: list[Found] = []
    for key, olds in before.items():
        news = _at_head(head, olds[0])
        if not news:
            lost.append(olds[0])
            continue
        every = base.find(olds[0].package, key.qualified) or olds
        old, new = _alike(every), _alike(news)
        if old is not None and new is not None and _differs(old, new, base, head):
            places = [Place(one.source.path, key.qualified) for one in (old, new)]
            changes.add(key, Change("changed", places[0], places[1], old.declaration, new.declaration))
    gone = {one.key for one in lost}
    lost = [one for one in lost if _owner(one.key) not in gone]
    added = [news[0] for key, news in after.items() if key in gone or _is_new(base, before, news[0])]
    changes.demanding = {
        _owner(one.key)
        for one in added
        if "abstract" in one.declaration.flags and base.find(one.package, _owner(one.key).qualified)
    }
    for one, fate, target in _fates(base, head, lost, added):
        place = Place(one.source.path, one.key.qualified)
        now = Place(target.source.path, target.key.qualified) if target is not None else None
        changes.add(one.key, Change(fate, place, now, one.declaration, target.declaration if target else None))
    return changes


def _is_new(base: GoWorld, before: dict[Key, list[Found]], one: Found) -> bool:
    return one.key not in before and not base.find(one.package, one.key.qualified)


def _at_head(head: GoWorld, old: Found) -> list[Found]:
    """What has the name at head, as those see it who saw the old one."""
    package = Package(old.package.folder, old.package.name, old.source.path.endswith("_test.go"))
    found = head.find(package, old.key.qualified)
    if found or old.declaration.kind != "field":
        return found
    return [
        Found(old.key, package, owner.source, member)
        for owner in head.find(package, _owner(old.key).qualified)
        for member in owner.source.members.get(owner.key.qualified, {}).get(old.declaration.name, [])
    ]


def _owner(key: Key) -> Key:
    return Key(key.folder, key.package, key.qualified.rpartition(".")[0])


# ---------------------------------------------------------------- changed


def needs(params: tuple[Param, ...] | None) -> tuple[int, bool] | None:
    """How many arguments have to be given, and whether more may be."""
    if params is None:
        return None
    return sum(p.kind != "rest" for p in params), any(p.kind == "rest" for p in params)


def _alike(found: list[Found]) -> Found | None:
    """One for all, where the files for several systems say the same of it."""
    shapes = {(one.declaration.kind, needs(one.declaration.params)) for one in found}
    return found[0] if len(shapes) == 1 else None


def _differs(old: Found, new: Found, base: GoWorld, head: GoWorld) -> bool:
    before, after = old.declaration, new.declaration
    if before.kind in CALLABLE and after.kind in CALLABLE:
        return needs(before.params) != needs(after.params) or _reordered(before, after)
    if before.kind == "struct" and after.kind == "struct":
        return field_names(old) != field_names(new)
    return False


def _reordered(before: Declaration, after: Declaration) -> bool:
    """Whether a parameter is in another place than it was."""
    names = [[p.name for p in one.params or ()] for one in (before, after)]
    return any(name in names[1] and names[1].index(name) != place for place, name in enumerate(names[0]))


# ---------------------------------------------------------------- gone

_Fate = Literal["removed", "renamed", "moved"]


def _fates(
    base: GoWorld, head: GoWorld, lost: list[Found], added: list[Found]
) -> Iterator[tuple[Found, _Fate, Found | None]]:
    """What became of the names that are gone."""
    alike = likeness(base.world, head.world)
    free = _Free(added)
    for one in lost:
        fate, target = _successor(alike, one, free)
        if target is not None:
            free.taken.add(target.key)
        yield one, fate, target


class _Free:
    """Added definitions that may be what became of a lost one; no two can have become the same."""

    def __init__(self, added: list[Found]) -> None:
        self.taken: set[Key] = set()
        self._groups: dict[tuple[str, str | Key], list[Found]] = {}
        for one in added:
            family = _family(one.declaration)
            for group in (one.key.qualified, _owner(one.key)):
                self._groups.setdefault((family, group), []).append(one)

    def of(self, one: Found, group: str | Key) -> list[Found]:
        """Those of its kind with a name, or of an owner."""
        found = self._groups.get((_family(one.declaration), group), [])
        return [other for other in found if other.key not in self.taken]


def _successor(alike: Likeness, one: Found, free: _Free) -> tuple[_Fate, Found | None]:
    moved = free.of(one, one.key.qualified)[:MOST_ALIKE]
    if moved:
        return "moved", max(moved, key=lambda other: (_score(alike, one, other), other.source.path))
    start = one.declaration.span.start_line
    beside = free.of(one, _owner(one.key))
    beside.sort(key=lambda o: (o.source.path != one.source.path, abs(o.declaration.span.start_line - start)))
    scored = [(_score(alike, one, other), -place, other) for place, other in enumerate(beside[:MOST_ALIKE])]
    best = max(scored, key=lambda found: found[:2], default=None)
    if best is not None and best[0] >= (ALIKE_VALUES if _family(one.declaration) == "value" else ALIKE):
        return "renamed", best[2]
    return "removed", None


def _score(alike: Likeness, one: Found, other: Found) -> float:
    return alike(one.declaration, one.source, other.declaration, other.source)


def _family(declaration: Declaration) -> str:
    if declaration.kind in CALLABLE:
        return "callable"
    return "class" if declaration.kind in CLASSES else "value"
