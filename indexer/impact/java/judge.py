"""A use of a changed name → what is wrong there, if anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from indexer.impact.changes import Change
from indexer.impact.java.changes import Changed
from indexer.impact.java.classes import CONSTRUCTOR, Member
from indexer.impact.java.conversions import fits
from indexer.impact.java.expressions import Expressions, looks_like_class
from indexer.impact.java.fit import takes
from indexer.impact.java.search import Search
from indexer.impact.java.unique import UniqueNames
from indexer.impact.java.values import Class, Object, Package, Unknown, Value
from indexer.impact.judge import Verdict
from indexer.impact.source import Source
from indexer.impact.values import Place
from indexer.types import Binding, Confidence, Declaration, Param, Site

TYPE_ROLES = frozenset({"type", "base", "decorator"})


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a name may mean at a site."""

    members: list[Member]
    known: bool = True
    """Whether nothing else can have that name there."""
    loose: Place | None = None
    """The class that the object is of, or of one below it."""


class Judge:
    """The two states, and the changes between them."""

    def __init__(
        self, base: Expressions, head: Expressions, found: Changed, unique: UniqueNames, search: Search
    ) -> None:
        self.base, self.head, self.found, self.unique, self.search = base, head, found, unique, search
        self._names = {place.name for place in (*found.members, *found.classes)}

    def verdict(self, source: Source, old: Source, site: Site) -> Verdict | None:
        """What is wrong with one site."""
        if site.role == "new" or (site.role == "reference" and site.usage == "member"):
            return self._class(source, old, site) or self._constructed(source, old, site)
        if site.role in TYPE_ROLES:
            return self._class(source, old, site)
        name = site.chain[-1].lstrip(".")
        if site.role in ("call", "reference"):
            return self._method(source, old, site, name) if name in self._names else None
        return self._read(source, old, site, name) if name in self._names else None

    # ------------------------------------------------------------ classes

    def _class(self, source: Source, old: Source, site: Site) -> Verdict | None:
        if not self.found.classes or site.chain[0] in ("this", "super"):
            return None
        was = self.base.type_of(old, site.scope, site.chain)
        change = self.found.classes.get(was.place) if isinstance(was, Class) else None
        if change is None or isinstance(self.head.type_of(source, site.scope, site.chain), Class):
            return None
        return _missing(change, site)

    def _constructed(self, source: Source, old: Source, site: Site) -> Verdict | None:
        was, now = self._made_at(self.base, old, site), self._made_at(self.head, source, site)
        if was is None or now is None:
            return None
        changes = self.found.members.get(Place(was.path, f"{was.qualified}.{CONSTRUCTOR}"), [])
        if not changes or site.arguments is None:
            return None
        before, after = self._constructors(self.base, was), self._constructors(self.head, now)
        return self._arguments(old, source, site, changes, before, after)

    def _made_at(self, world: Expressions, source: Source, site: Site) -> Place | None:
        if site.chain in (("this",), ("super",)):
            place = next(world.enclosing(source, site.scope), None)
            if place is None or site.chain == ("this",):
                return place
            above = world.bases(place)
            return above[0].place if above and isinstance(above[0], Object) else None
        value = world.type_of(source, site.scope, site.chain)
        return value.place if isinstance(value, Class) else None

    def _constructors(self, world: Expressions, place: Place) -> Candidates:
        members = world.constructors(place)
        known = not world.may_generate(place, CONSTRUCTOR)
        if not members:
            owner = world.declaration(place)
            members = [Member(place, _without_parameters(owner))] if owner is not None else []
            known = known and owner is not None and owner.kind != "interface"
        return Candidates(members, known)

    # ------------------------------------------------------------ methods

    def _method(self, source: Source, old: Source, site: Site, name: str) -> Verdict | None:
        was = self._candidates(self.base, old, site, name)
        if was is None:
            return self._guess(source, old, site, name)
        changes = self._changes_of(was.members, name)
        if not changes:
            return None
        now = self._candidates(self.head, source, site, name)
        if now is None or (now.loose and self._may_be_below(now, site, name)):
            return None
        return self._arguments(old, source, site, changes, was, now)

    def _candidates(self, world: Expressions, source: Source, site: Site, name: str) -> Candidates | None:
        if len(site.chain) == 1:
            found, known = world.called(source, site.scope, name)
            around = next((p for p in world.enclosing(source, site.scope) if world.methods(p, name)), None)
            return Candidates(self._made(world, around, found), known)
        value = world.evaluate(source, site.scope, site.chain[:-1], site.span)
        if not isinstance(value, Object | Class):
            return None
        members = world.methods(value.place, name, isinstance(value, Object) and value.above)
        members = self._made(world, value.place, members)
        loose = value.place if isinstance(value, Object) and value.loose else None
        count = site.arguments.positional if site.arguments is not None else None
        return Candidates(members, not world.may_have(value.place, name, count), loose)

    def _made(self, world: Expressions, place: Place | None, members: list[Member]) -> list[Member]:
        """At head the members without the abstract ones, where a class has to bring all of them along itself.

        The compiler does not look for them there either, except in interfaces that have default methods.
        """
        if world is not self.head or place is None or not _is_concrete(world, place):
            return members
        return [m for m in members if "abstract" not in m.declaration.flags or _has_defaults(world, m.owner)]

    def _may_be_below(self, now: Candidates, site: Site, name: str) -> bool:
        """Whether a class below the one that is known has a method of that name."""
        heirs = self.search.below(now.loose) if now.loose is not None else []
        return any(True for heir in heirs for _ in self.head.own_methods(heir, name))

    def _changes_of(self, members: Iterable[Member], name: str) -> list[Change]:
        owners = dict.fromkeys(member.owner for member in members)
        places = (Place(owner.path, f"{owner.qualified}.{name}") for owner in owners)
        return [change for place in places for change in self.found.members.get(place, ())]

    def _arguments(
        self, old: Source, source: Source, site: Site, changes: list[Change], was: Candidates, now: Candidates
    ) -> Verdict | None:
        """What a call no longer finds: the name, or a version of it that takes its arguments."""
        changes = [c for c in changes if self._took(old, site, c, was)]
        if not changes:
            return None
        change = changes[0]
        confidence: Confidence = "resolved"
        if not now.known and not self._is_own(source, site, change):
            if self.unique.members.get(change.name) is not change or _is_imported(source, site):
                return None
            confidence = "unique"
        if site.arguments is None:
            return _missing(change, site, confidence) if not now.members and change.gone else None
        if any(fits(self.head, source, site, m) for m in now.members):
            return None
        if change.gone or change.after is None or takes(change.after, site.arguments.positional):
            return _missing(_told_apart(change) if now.members else change, site, confidence)
        return _misfit(change, site, change.after, confidence)

    def _is_own(self, source: Source, site: Site, change: Change) -> bool:
        """Whether no base can have brought it, because it was private, and no import brings it now."""
        private = change.before is not None and "private" in change.before.flags
        starred = any(star.static for star in source.stars)
        return private and (len(site.chain) > 1 or not (starred or _is_imported(source, site)))

    def _took(self, old: Source, site: Site, change: Change, was: Candidates) -> bool:
        """Whether the call may have meant what changed."""
        if site.arguments is None:
            return True
        meant = [m for m in was.members if m.declaration is change.before or m.declaration == change.before]
        if not meant and change.before is not None:
            return takes(change.before, site.arguments.positional)
        return any(fits(self.base, old, site, member) for member in meant)

    def _guess(self, source: Source, old: Source, site: Site, name: str) -> Verdict | None:
        """A method of an object that the text does not tell, where its name means one thing only."""
        change = self.unique.members.get(name)
        if change is None or change.before is None or len(site.chain) < 2 or site.arguments is None:
            return None
        for world, at in ((self.base, old), (self.head, source)):
            if not isinstance(world.evaluate(at, site.scope, site.chain[:-1], site.span), Unknown):
                return None
        count = site.arguments.positional
        if not takes(change.before, count) or (change.after and not change.gone and takes(change.after, count)):
            return None
        if change.gone or change.head is None or change.after is None:
            return _missing(change, site, "unique")
        return _misfit(change, site, change.after, "unique")

    # ------------------------------------------------------------ fields, constants, classes in expressions

    def _read(self, source: Source, old: Source, site: Site, name: str) -> Verdict | None:
        was, now = self._meant(self.base, old, site, name), self._meant(self.head, source, site, name)
        if isinstance(was, Class):
            change = self.found.classes.get(was.place)
            return _missing(change, site) if change is not None and now is None else None
        if not isinstance(was, Member) or now is not None:
            return None
        changes = [c for c in self._changes_of([was], name) if c.gone and c.before is not None]
        changes = [c for c in changes if c.before is not None and c.before.kind in ("field", "constant")]
        return _missing(changes[0], site) if changes else None

    def _meant(self, world: Expressions, source: Source, site: Site, name: str) -> Member | Class | Unknown | None:
        """What a name in an expression stands for; None where it would have to be there and is not."""
        if site.usage == "case":
            selected = world.evaluate(source, site.scope, site.consumer, site.span)
            if isinstance(selected, Object):
                return self._member(world, selected, name)
        if len(site.chain) > 1:
            owner = world.evaluate(source, site.scope, site.chain[:-1], site.span)
            if isinstance(owner, Object | Class):
                return self._member(world, owner, name)
            value = world.evaluate(source, site.scope, site.chain, site.span)
            return value if isinstance(value, Class) else None if _is_package(owner) else Unknown()
        found = world.variable(source, site.scope, name, site.span)
        if isinstance(found, Binding):
            return Unknown()
        value = world.type_named(source, site.scope, name)
        if isinstance(found, Member) or (found is not None and not looks_like_class(name)):
            return found
        if found is not None and not isinstance(value, Class):
            return None if world is self.head else found
        return value if isinstance(value, Class) else None

    def _member(self, world: Expressions, owner: Object | Class, name: str) -> Member | Class | Unknown | None:
        above = isinstance(owner, Object) and owner.above
        member = world.field(owner.place, name, above)
        if member is not None:
            return Unknown() if isinstance(owner, Object) and owner.loose else member
        inner = world.member_class(owner.place, name)
        if inner is not None:
            return Class(inner)
        loose = isinstance(owner, Object) and owner.loose
        return Unknown() if loose or world.may_have(owner.place, name) else None


def _is_imported(source: Source, site: Site) -> bool:
    """Whether a bare call means a static import by its name."""
    return len(site.chain) == 1 and any(b.static for b in source.bound.get((0, site.chain[0]), ()))


def _missing(change: Change, site: Site, confidence: Confidence = "resolved") -> Verdict:
    return Verdict(f"name/{_fate(change)}", change, site, confidence, change.head.name if change.head else "")


def _fate(change: Change) -> str:
    return change.fate if change.gone else "removed"


def _told_apart(change: Change) -> Change:
    """The change of one version of several, named with its parameters."""
    if change.before is None:
        return change
    owner = change.base.qualified.rpartition(".")[0]
    name = owner if change.name == CONSTRUCTOR else change.base.qualified
    types = (_written(param) for param in change.before.params or ())
    return replace(change, base=Place(change.base.path, f"{name}({', '.join(types)})"), head=None, fate="removed")


def _written(param: Param) -> str:
    chain = param.annotation or ("?",)
    depth = chain.count("<array>")
    path = chain[2 * depth : len(chain) - depth] if depth else chain
    name = "".join(path[: path.index("<")] if "<" in path else path)
    return name + ("[]" * (depth - 1) + "..." if param.kind == "rest" else "[]" * depth)


def _misfit(change: Change, site: Site, after: Declaration, confidence: Confidence) -> Verdict:
    """Too few arguments, or too many."""
    count = site.arguments.positional if site.arguments is not None else 0
    missing = [param for param in (after.params or ())[count:] if param.kind != "rest"]
    if missing:
        return Verdict("call/missing-argument", change, site, confidence, missing[0].name)
    return Verdict("call/unexpected-argument", change, site, confidence)


def _has_defaults(world: Expressions, place: Place) -> bool:
    source = world.source(place.path)
    members = source.members.get(place.qualified, {}).values() if source is not None else ()
    methods = (d for declarations in members for d in declarations if d.kind == "method")
    return any(not d.flags & {"abstract", "static", "private"} for d in methods)


def _is_concrete(world: Expressions, place: Place) -> bool:
    declaration = world.declaration(place)
    return declaration is not None and declaration.kind == "class" and "abstract" not in declaration.flags


def _without_parameters(declaration: Declaration) -> Declaration:
    return replace(declaration, params=())


def _is_package(value: Value) -> bool:
    return isinstance(value, Package)
