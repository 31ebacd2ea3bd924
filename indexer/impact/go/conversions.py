"""Values that no longer fit where they are given: a type without a method of the interface, a function reshaped."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.impact.changes import Change
from indexer.impact.go import members
from indexer.impact.go.changes import Changes, needs
from indexer.impact.go.packages import Folder
from indexer.impact.go.values import Found, Key, Made, Named, Type
from indexer.impact.go.world import GoWorld
from indexer.impact.source import CALLABLE, Source
from indexer.impact.values import Gone
from indexer.types import Param, Site, Skipped

CONVERSIONS = "<conversions>"
MOST_FILES = 500
MOST_EMBEDDED = 60


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value at a place that needs something else; `method` is what its type lacks, or has in another shape."""

    site: Site
    given: str
    wanted: str
    method: str
    lacking: bool
    change: Change | None


class Conversions:
    """Whether types implement interfaces, before and after."""

    def __init__(self, base: GoWorld, head: GoWorld, changes: Changes) -> None:
        self.base, self.head, self.changes = base, head, changes
        self._pairs: dict[tuple[Named, Named, Named, Named], tuple[str, bool] | None] = {}

    def files(self) -> list[str]:
        """The files in which a value may be given that no longer fits: those that see a package of what changed."""
        folders = {key.folder for key, change in self.changes.by_base.items() if _reshapes(key, change)}
        folders |= {key.folder for key in self.changes.demanding}
        if not folders:
            return []
        paths = [path for path in self.head.world.tree.entries if path.endswith(".go")]
        chosen = {path for path in paths if posixpath.dirname(path) in folders}
        for path, outline in self.head.world.index.outlines(self.head.world.tree, paths).items():
            for imported in outline.imports if path not in chosen else ():
                located = self.head.packages.locate(imported.module, path)
                if isinstance(located, Folder) and located.path in folders:
                    chosen.add(path)
        if len(chosen) > MOST_FILES:
            why = "too many files import the packages whose methods changed"
            self.head.world.index.skip(Skipped("values given to interfaces", why, len(chosen) - MOST_FILES))
        return sorted(chosen)[:MOST_FILES]

    def unfit(self, source: Source, old: Source, site: Site) -> Iterator[Unfit]:
        """What is wrong with a value that is given away."""
        wanted = self._type(self.head, source, site, expected=True)
        if isinstance(wanted, Named):
            yield from self._interface(source, old, site, wanted)
        wanted_function = members.underlying(self.head, wanted, 0)
        if isinstance(wanted_function, Made) and wanted_function.kind == "func":
            yield from self._function(source, old, site, wanted_function)

    def _type(self, world: GoWorld, source: Source, site: Site, *, expected: bool = False) -> Type:
        chain = site.consumer if expected else site.chain
        position = site.span.start_line, site.span.start_column
        return world.type_of(world.resolve(source, world.package_of(source), site.scope, chain, position))

    # -- interfaces

    def _interface(self, source: Source, old: Source, site: Site, wanted: Named) -> Iterator[Unfit]:
        if not _is_interface(self.head, wanted):
            return
        given = self._type(self.head, source, site)
        was_given, was_wanted = self._type(self.base, old, site), self._type(self.base, old, site, expected=True)
        if not isinstance(given, Named) or not isinstance(was_given, Named) or not isinstance(was_wanted, Named):
            return
        if _identity(given) == _identity(wanted) or _identity(given) != _identity(was_given):
            return
        if _identity(wanted) != _identity(was_wanted):
            return
        pair = was_given, was_wanted, given, wanted
        if pair not in self._pairs:
            self._pairs[pair] = self._broken(*pair)
        found = self._pairs[pair]
        if found is not None:
            method, lacking = found
            yield Unfit(site, given.qualified, wanted.qualified, method, lacking, self._change(given, wanted, method))

    def _broken(self, was_given: Named, was_wanted: Named, given: Named, wanted: Named) -> tuple[str, bool] | None:
        """The first method that a type lacks now (True) or has in another shape, where it had all of them."""
        before, after = methods(self.base, was_wanted), methods(self.head, wanted)
        if any(_misses(self.base, was_given, name, shape) is not None for name, shape in before.items()):
            return None
        for name, shape in sorted(after.items()):
            misses = _misses(self.head, given, name, shape)
            if misses is not None and misses != "unknown":
                return name, misses == "lacking"
        return None

    def _change(self, given: Named, wanted: Named, method: str) -> Change | None:
        for type_ in (given, wanted):
            key = Key(type_.package.folder, type_.package.name, f"{type_.qualified}.{method}")
            if key in self.changes.by_base:
                return self.changes.by_base[key]
        return None

    # -- functions

    def _function(self, source: Source, old: Source, site: Site, wanted: Made) -> Iterator[Unfit]:
        """A function that is handed on, where one is wanted that takes as much as it took before."""
        position = site.span.start_line, site.span.start_column
        now = self.head.resolve(source, self.head.package_of(source), site.scope, site.chain, position)
        change = self.changes.by_head.get(now.key) if isinstance(now, Found) else None
        if not isinstance(now, Found) or change is None or now.declaration.kind not in CALLABLE or now.expression:
            return
        was_wanted = members.underlying(self.base, self._type(self.base, old, site, expected=True), 0)
        if change.before is None or not isinstance(was_wanted, Made) or _taken(was_wanted) != _taken(wanted):
            return
        if needs(change.before.params) == _taken(wanted) != needs(now.declaration.params):
            yield Unfit(site, now.key.qualified, "", "", False, change)


def _taken(function: Made) -> tuple[int, bool] | None:
    """How many arguments a function of a type takes, and whether more may be."""
    if not function.parts or not isinstance(function.parts[0], Made):
        return None
    params = function.parts[0].parts
    rest = bool(params) and isinstance(params[-1], Made) and params[-1].kind == "..."
    return len(params) - rest, rest


def _reshapes(key: Key, change: Change) -> bool:
    """Whether a change may keep a type from implementing an interface, or a function from being of a type."""
    if change.before is None or change.before.kind not in CALLABLE:
        return False
    if (
        change.fate == "changed"
        and change.after is not None
        and needs(change.before.params) == needs(change.after.params)
    ):
        return False
    return change.fate == "changed" or "." in key.qualified


def _identity(type_: Named) -> tuple[str, str, str]:
    return type_.package.folder, type_.package.name, type_.qualified


def _is_interface(world: GoWorld, type_: Named) -> bool:
    under = members.underlying(world, type_, 0)
    return isinstance(under, Named) and any(
        found.declaration.kind == "interface" for found in members.declarations(world, under)
    )


Shape = tuple[tuple[int, bool] | None, int]


def methods(world: GoWorld, type_: Type) -> dict[str, Shape]:
    """What an interface demands, as far as that is written in the tree."""
    found: dict[str, Shape] = {}
    waiting: list[Type] = [type_]
    for _ in range(MOST_EMBEDDED):
        if not waiting:
            break
        under = members.underlying(world, waiting.pop(), 0)
        for one in members.declarations(world, under)[:1] if isinstance(under, Named) else ():
            for name, written in one.source.members.get(one.declaration.qualified, {}).items():
                if "abstract" in written[0].flags:
                    found[name] = _shape(written[0].params, written[0].annotation)
            if isinstance(under, Named) and one.declaration.kind == "interface":
                waiting += members.embedded(world, under, one, 0)
    return found


def _shape(params: tuple[Param, ...] | None, annotation: tuple[str, ...] | None) -> Shape:
    """How many arguments a method takes and how many results it gives."""
    if annotation is None:
        return needs(params), 0
    if annotation[0] != "<()>":
        return needs(params), 1
    depth, count = 0, 1
    for word in annotation[1:]:
        depth += (word == "<") - (word == ">")
        count += word == "," and depth == 1
    return needs(params), count


def _misses(world: GoWorld, type_: Named, name: str, shape: Shape) -> str | None:
    """Whether a type has a method: None, or "lacking", "reshaped", "unknown"."""
    found = members.select(world, type_, name, 0)
    if isinstance(found, Gone):
        return "lacking" if not found.open else "unknown"
    if not isinstance(found, Found):
        return "unknown"
    if found.declaration.kind not in CALLABLE:
        return "lacking"
    return None if _shape(found.declaration.params, found.declaration.annotation) == shape else "reshaped"
