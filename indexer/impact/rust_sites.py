"""Rust: what is wrong with the sites of one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.impact.changes import Change
from indexer.impact.imports import LostImport
from indexer.impact.judge import Verdict
from indexer.impact.rust import Rust
from indexer.impact.rust.expressions import variable
from indexer.impact.rust.names import Space, enclosing, imported, segments
from indexer.impact.rust.values import Named, Within
from indexer.impact.source import Source
from indexer.impact.unbound import Unbound
from indexer.impact.values import UNKNOWN, Gone, Place, Thing
from indexer.impact.world import World
from indexer.types import Arguments, Binding, Chain, Param, Site

MACRO = "<macro>"
SPACES: dict[str, Space] = {"type": "type", "call": "value", "reference": "value"}
"""Where the name of a site is looked for, by its role."""


@dataclass(frozen=True, slots=True)
class RustJudge:
    """The changes by where they were, and the two worlds they lie between."""

    base: World
    head: World
    by_base: dict[Place, Change]

    def wrong(self, source: Source, old: Source) -> Iterator[Verdict | LostImport | Unbound]:
        """Everything that is wrong in a file at head; `old` is the same file seen from base."""
        for site in source.facts.sites:
            if site.chain[0] != MACRO:
                yield from self._site(source, old, site)

    def _site(self, source: Source, old: Source, site: Site) -> Iterator[Verdict | LostImport | Unbound]:
        was = _meaning(self.base.rust, old, site)
        place = _place_of(was)
        if place is None:
            return
        change = self.by_base.get(place)
        now = _meaning(self.head.rust, source, site)
        if isinstance(now, Gone):
            if not now.open and not self._lost_above(source, old, site):
                yield from self._gone(source, old, site, change)
        elif site.role == "call" and isinstance(now, Thing):
            demanded = None if change is not None else self._demanded(place)
            if change is not None and now.place == change.head:
                yield from self._call(change, site)
            elif demanded is not None:
                yield from self._call(demanded, site)

    def _demanded(self, place: Place) -> Change | None:
        """The change of the trait's method that a method of an `impl` stands for: it says what callers give."""
        if not any("trait_impl" in d.flags for d in self.base.declarations(place)):
            return None
        traits = [
            Place(trait.path, f"{trait.qualified}.{place.name}") for trait in self.base.rust.traits_with(place.name)
        ]
        return self.by_base.get(traits[0]) if len(traits) == 1 else None

    # -- names that are gone

    def _gone(
        self, source: Source, old: Source, site: Site, change: Change | None
    ) -> Iterator[Verdict | LostImport | Unbound]:
        if change is None or not change.gone:
            handed_on = self._handed_on(old, site)
            if handed_on is None:
                return
            if len(site.chain) == 1 and site.role != "import":
                yield Unbound(source, site, site.chain[0])
                return
            change = handed_on
        name = change.head.name if change.head is not None else ""
        if site.role == "import":
            rule = f"name/{change.fate}" if change.fate in ("renamed", "moved") else "import/missing"
            module = "".join(site.chain[:-1])
            yield LostImport(rule, _last(site.chain), module, site.span, change.base, change)
        else:
            yield Verdict(f"name/{change.fate}", change, site, "resolved", name)

    def _handed_on(self, old: Source, site: Site) -> Change | None:
        """The change that took the name from a module which only handed it on, or imported it."""
        if site.chain[-1].startswith("."):
            return None
        module = enclosing(old, site.scope)
        if len(site.chain) > 1:
            above = _path(self.base.rust, old, site, site.chain[:-1], "type")
            if not isinstance(above, Within):
                return None
            module = above.module
        change = self.by_base.get(module.member(_last(site.chain)))
        return change if change is not None and change.gone and change.before is None else None

    def _lost_above(self, source: Source, old: Source, site: Site) -> bool:
        """Whether what stands in front of the name is gone already: that is told by itself."""
        if len(site.chain) < 2 or site.chain[-1].startswith("."):
            return False
        above = site.chain[:-1]
        return isinstance(_path(self.head.rust, source, site, above, "type"), Gone)

    # -- calls

    def _call(self, change: Change, site: Site) -> Iterator[Verdict]:
        before, after = change.before, change.after
        if change.fate != "changed" or before is None or after is None:
            return
        if before.params is None or after.params is None or site.arguments is None:
            return
        old, new = _open(before.params, site.chain), _open(after.params, site.chain)
        if old is None or new is None or not _fits(site.arguments, old) or _fits(site.arguments, new):
            return
        if len(new) > site.arguments.positional:
            known = {param.name for param in old}
            added = [param.name for param in new if param.name not in known]
            missing = added[0] if added else new[site.arguments.positional].name
            yield Verdict("call/missing-argument", change, site, "resolved", missing)
        else:
            yield Verdict("call/unexpected-argument", change, site, "resolved", "")


def _meaning(rust: Rust, source: Source, site: Site) -> Named:
    """What the name of a site stands for in one state."""
    last = site.chain[-1]
    at = (site.span.start_line, site.span.start_column)
    if last.startswith("."):
        of = rust.value(source, site.scope, site.chain[:-1], at)
        return rust.method(of, last[1:]) if site.role == "call" else rust.field(of, last[1:])
    bare = len(site.chain) == 1 and site.role in ("call", "reference") and site.usage != "member"
    if bare and variable(rust, source, site.scope, last, at, 0) is not None:
        return UNKNOWN
    space = "type" if site.usage == "member" else SPACES.get(site.role, "any")
    return _path(rust, source, site, site.chain, space)


def _path(rust: Rust, source: Source, site: Site, chain: Chain, space: Space) -> Named:
    path, end = segments(chain)
    if end < len(chain):
        return UNKNOWN
    if site.role == "import":
        module, name = "::".join(path[:-1]), path[-1]
        if path[0].startswith("::") and len(path) == 1:
            module, name = "::", path[0][2:]
        if name in ("self", "super", "crate"):
            module, name = "::".join(path), "*"
        local = name if len(path) == 1 else ""
        binding = Binding(local, site.scope, "import", site.span.start_line, module=module, imported=name)
        return imported(rust, source, binding, "any" if space != "type" else "type", 0)
    return rust.resolve(source, site.scope, path, space)


def _place_of(value: Named) -> Place | None:
    if isinstance(value, Within):
        return value.declared
    return value.place if isinstance(value, Thing) else None


def _last(chain: Chain) -> str:
    return chain[-1].lstrip(".:")


def _open(params: tuple[Param, ...], chain: Chain) -> tuple[Param, ...] | None:
    """The parameters that a caller fills: `value.f()` gives the receiver, `Type::f(value)` writes it."""
    if not chain[-1].startswith("."):
        return params
    return params[1:] if params and params[0].name == "self" else None


def _fits(arguments: Arguments, params: tuple[Param, ...]) -> bool:
    if any(param.kind == "rest" for param in params):
        return arguments.positional >= len(params) - 1
    return arguments.positional == len(params)
