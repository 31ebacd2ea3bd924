"""A site and a change → what is wrong there, if anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.impact.changes import Change
from indexer.impact.fit import Misfit, misfits, misplaced
from indexer.impact.language import is_language_name
from indexer.impact.meetings import Meeting
from indexer.impact.modules import Found
from indexer.impact.unique import UniqueNames
from indexer.impact.values import Gone, Instance, Module, Outside, Place, Thing, Unknown, Value
from indexer.impact.world import CLASSES, Source, World
from indexer.types import Arguments, Chain, Confidence, Declaration, Param, Site

RUNNERS = frozenset(
    {
        "run",
        "create_task",
        "ensure_future",
        "gather",
        "wait",
        "wait_for",
        "shield",
        "run_until_complete",
        "as_completed",
    }
    | {"spawn", "start", "start_soon", "run_coroutine_threadsafe", "async_to_sync", "run_sync", "iscoroutine"}
    | {"all", "allSettled", "race", "any", "resolve", "isawaitable"}
)
"""Callables that take a coroutine or a promise: a call handed to one of these is awaited there."""
PROMISE_STEPS = frozenset({".then", ".catch", ".finally", ".send", ".close", ".cancel", ".add_done_callback"})
CALLS = frozenset({"call", "new"})
UNCHECKED = "<any>"
"""The root of a value that the author took out of the checker's sight."""
_ORDER = ("positional_only", "positional", "rest", "keyword_only", "keywords")
AWAITABLE = re.compile(r"\b(Promise|Awaitable|Coroutine|Future|Task)\b")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a site still expects; `name` is the parameter, keyword or new name that the sentence needs."""

    rule: str
    change: Change
    site: Site
    confidence: Confidence
    name: str = ""


class Judge:
    """The changes, by the places they can be reached at, and the two worlds they lie between."""

    def __init__(self, base: World, head: World, changes: list[Change]) -> None:
        self.base, self.head = base, head
        self.by_base: dict[Place, Change] = {c.base: c for c in changes if c.fate != "added"}
        self.by_head: dict[Place, Change] = {c.head: c for c in changes if c.fate == "changed" and c.head}
        self._texts: dict[str, frozenset[str]] = {}
        self.names = {c.name for c in changes if c.fate != "added"}

    def verdicts(self, meeting: Meeting) -> Iterator[Verdict]:
        """Everything that is wrong with one site."""
        if meeting.site.guarded:
            return
        change = self._gone(meeting)
        if change is not None:
            if meeting.site.role not in ("write", "delete"):
                yield self._missing(change, meeting)
            return
        if meeting.site.role in CALLS or meeting.site.role == "decorator":
            yield from self._call(meeting)
        elif meeting.site.role in ("read", "reference"):
            yield from self._read(meeting)

    # -- names that are gone

    def _gone(self, meeting: Meeting) -> Change | None:
        if not isinstance(meeting.was, Thing):
            return None
        if not isinstance(meeting.now, Gone | Outside):
            return None
        change = self.by_base.get(meeting.was.place)
        if change is None or not change.gone:
            change = self._handed_on(meeting)
        if change is None:
            return None
        if isinstance(meeting.now, Outside) and is_language_name(meeting.site.chain[0], meeting.source.python):
            return None
        return None if self._taken_over(change, meeting) or _holds(meeting) else change

    def _handed_on(self, meeting: Meeting) -> Change | None:
        """The change that took a name from a module which only handed it on: a lost re-export."""
        *owner, step = meeting.site.chain
        if not owner:
            return self._imported_from(meeting, step)
        if not step.startswith("."):
            return None
        module = self.base.resolve(meeting.source, meeting.site.scope, tuple(owner), meeting.site.span.start_line)
        change = self.by_base.get(Place(module.path, step[1:])) if isinstance(module, Module) else None
        return change if change is not None and change.gone else None

    def _imported_from(self, meeting: Meeting, name: str) -> Change | None:
        """As above, for a named import. Of a default export that is gone the import alone is told: no file loads."""
        for binding in meeting.source.bound.get((0, name), []):
            if binding.kind == "import" and binding.module and not binding.guarded and binding.imported != "default":
                module = self.base.locate(binding.module, meeting.source.path, meeting.source.python)
                place = Place(module.path, binding.imported or name) if isinstance(module, Found) else None
                change = self.by_base.get(place) if place is not None else None
                if change is not None and change.gone:
                    return change
        return None

    def _taken_over(self, change: Change, meeting: Meeting) -> bool:
        """A base outside of the tree may still bring the member: `setUp` of a TestCase, `get` of a framework's view."""
        return (
            isinstance(meeting.now, Gone)
            and meeting.now.open
            and change.fate in ("removed", "moved")
            and change.before is not None
            and not change.name.startswith("#")
            and (change.name.startswith("__") or not meeting.source.python)
        )

    def _missing(self, change: Change, meeting: Meeting) -> Verdict:
        rule = f"name/{change.fate}"
        uncertain = isinstance(meeting.now, Gone) and meeting.now.open and change.fate == "removed"
        return Verdict(
            rule, change, meeting.site, "unique" if uncertain else "resolved", change.head.name if change.head else ""
        )

    def guesses(self, meeting: Meeting, unique: UniqueNames) -> Iterator[Verdict]:
        """What is wrong with a site whose receiver the text does not tell, where its name means one thing only."""
        change = unique.change(meeting.site, meeting.was)
        if change is None or meeting.site.guarded or not isinstance(meeting.now, Unknown):
            return
        if meeting.site.chain[0] == UNCHECKED or _says_nothing(change, meeting.site):
            return
        if change.gone:
            if meeting.site.role not in ("write", "delete"):
                yield Verdict(
                    f"name/{change.fate}", change, meeting.site, "unique", change.head.name if change.head else ""
                )
        elif meeting.site.role in CALLS and change.before is not None and change.after is not None:
            reached = Thing(change.base, "instance")
            before = _open_to(self.base, change.base, change.before, reached)
            after = _open_to(self.head, change.head or change.base, change.after, reached)
            for verdict in self._callable(change, meeting, before, after):
                yield replace(verdict, confidence="unique")

    # -- calls

    def _call(self, meeting: Meeting) -> Iterator[Verdict]:
        change = self.by_base.get(meeting.was.place) if isinstance(meeting.was, Thing) else None
        if change is not None and "property" in change.became and isinstance(meeting.now, Thing):
            if change.before is not None and change.before.params is not None:
                yield Verdict("call/kind", change, meeting.site, "resolved", "property")
            return
        target = self._callee(meeting)
        if target is not None:
            yield from self._callable(target[0], meeting, target[1], target[2])

    def _callable(
        self, change: Change, meeting: Meeting, before: tuple[Param, ...] | None, after: tuple[Param, ...] | None
    ) -> Iterator[Verdict]:
        yield from self._kind(change, meeting)
        yield from self._awaiting(change, meeting)
        if before is not None and after is not None:
            yield from self._arguments(change, meeting, before, after)

    def _callee(self, meeting: Meeting) -> tuple[Change, tuple[Param, ...] | None, tuple[Param, ...] | None] | None:
        """The changed callable, and the parameters that a caller fills there, before and after."""
        was, now = self.base.held(meeting.was), self.head.held(meeting.now)
        was, now = _constructor(self.base, was, meeting), _constructor(self.head, now, meeting)
        if not isinstance(now, Thing):
            return None
        change = self.by_head.get(now.place) or (self.by_base.get(was.place) if isinstance(was, Thing) else None)
        if change is None and self.head.is_class(now.place):
            return self._inherited_fields(was, now)
        if change is None or change.fate != "changed" or change.before is None or change.after is None:
            return None
        if isinstance(was, Thing) and was.place != change.base:
            return None
        old = _open_to(self.base, change.base, change.before, now)
        new = _open_to(self.head, change.head or change.base, change.after, now)
        return change, old, new

    def _inherited_fields(
        self, was: Value, now: Thing
    ) -> tuple[Change, tuple[Param, ...] | None, tuple[Param, ...] | None] | None:
        """A class whose constructor is made of its fields, where a class it inherits fields from changed."""
        for ancestor in self.head.lineage(now.place)[0][1:]:
            change = self.by_head.get(ancestor)
            if change is not None and isinstance(was, Thing) and change.before and change.before.params is not None:
                return change, _fields(self.base, was.place), _fields(self.head, now.place)
        return None

    def _arguments(
        self, change: Change, meeting: Meeting, before: tuple[Param, ...], after: tuple[Param, ...]
    ) -> Iterator[Verdict]:
        arguments = arguments_of(meeting.site)
        if arguments is None:
            return
        old, new = misfits(arguments, before), misfits(arguments, after)
        if old:
            return
        for misfit in _most_telling(new):
            yield Verdict(misfit.rule, change, meeting.site, "resolved", misfit.name)
        if not new and not self._rewritten(meeting):
            moved = misplaced(arguments, before, after)
            if moved is not None:
                yield Verdict("call/reordered", change, meeting.site, "resolved", moved)

    def _rewritten(self, meeting: Meeting) -> bool:
        """Whether the call was touched together with the definition: then its order is what the author wants."""
        path = meeting.source.path
        if _oid(self.base, path) == _oid(self.head, path):
            return False
        old = self.base.source(path)
        if old is None:
            return True
        if path not in self._texts:
            self._texts[path] = frozenset(site.text for site in old.facts.sites)
        return meeting.site.text not in self._texts[path]

    def _kind(self, change: Change, meeting: Meeting) -> Iterator[Verdict]:
        if _makes_generator(change) and meeting.site.usage in ("statement", "member", "await", "with"):
            yield Verdict("call/kind", change, meeting.site, "resolved", "generator")

    def _read(self, meeting: Meeting) -> Iterator[Verdict]:
        """A property that became a method is now read without being called."""
        if not isinstance(meeting.was, Thing) or not isinstance(meeting.now, Thing):
            return
        change = self.by_base.get(meeting.was.place)
        if change is None or change.before is None or change.after is None:
            return
        if (
            "property" in change.before.flags
            and change.after.params is not None
            and "property" not in change.after.flags
        ):
            yield Verdict("call/kind", change, meeting.site, "resolved", "method")

    def _awaiting(self, change: Change, meeting: Meeting) -> Iterator[Verdict]:
        if "async" not in change.became or _makes_generator(change):
            return
        if not self._awaited(meeting) and not self._promised(change):
            yield Verdict("call/not-awaited", change, meeting.site, "resolved")

    def _awaited(self, meeting: Meeting) -> bool:
        """Whether the site awaits, or hands the promise to somebody who may: a `return` of JavaScript does."""
        site, python = meeting.site, meeting.source.python
        if site.usage == "await":
            return True
        if site.usage == "argument":
            return bool(site.consumer) and site.consumer[-1].lstrip(".") in RUNNERS
        if site.usage == "member":
            return bool(site.consumer) and site.consumer[-1] in PROMISE_STEPS
        return site.usage == "return" and not python

    def _promised(self, change: Change) -> bool:
        """Whether the callable gave a promise or a coroutine before it was marked `async`: then nothing changed."""
        if change.before is None or AWAITABLE.search(_result_part(change.before.signature)):
            return True
        source = self.base.source(change.base.path)
        for declaration in source.qualified.get(change.base.qualified, []) if source else ():
            for chain in declaration.values:
                if chain[0] == "Promise" or chain[-1] in PROMISE_STEPS or ".then" in chain:
                    return True
                if source is not None and chain[-1] == "()" and self._gives_promise(source, declaration, chain[:-1]):
                    return True
        return False

    def _gives_promise(self, source: Source, declaration: Declaration, callee: Chain) -> bool:
        scope = declaration.body if declaration.body is not None else declaration.scope
        value = self.base.resolve(source, scope, callee)
        found = self.base.declarations(value.place) if isinstance(value, Thing) else []
        return any("async" in d.flags or AWAITABLE.search(_result_part(d.signature)) for d in found)


def _oid(world: World, path: str) -> str | None:
    entry = world.tree.entries.get(path)
    return entry.oid if entry is not None else None


def _makes_generator(change: Change) -> bool:
    """Whether a call gives a generator since the change: a decorator may make something else of it."""
    after = change.after
    return (
        after is not None
        and after.params is not None
        and "contextmanager" not in after.flags
        and "generator" in change.became
    )


def _says_nothing(change: Change, site: Site) -> bool:
    """Whether the site would be a method that is named but not called, and nothing done with it."""
    method = change.before is not None and change.before.params is not None and "property" not in change.before.flags
    return method and site.role not in CALLS and site.usage == "statement"


def _result_part(signature: str) -> str:
    """What a signature says of the result: a parameter may be awaited without the callable being so."""
    arrow = signature.rpartition("->")[2] if signature.startswith(("def ", "async def ")) else None
    if arrow is not None:
        return arrow if "->" in signature else ""
    _, colon, result = signature.rpartition("):")
    return result if colon else signature


def _holds(meeting: Meeting) -> bool:
    """Whether the site is a variable that was given the thing elsewhere: what breaks is the place that gave it."""
    source, scope = meeting.source, meeting.site.scope
    if len(meeting.site.chain) > 1:
        return False
    at: int | None = scope
    while at is not None:
        bindings = source.bound.get((at, meeting.site.chain[0]), [])
        if bindings or (at, meeting.site.chain[0]) in source.declared:
            return any(binding.kind in ("value", "param") for binding in bindings)
        at = source.facts.scopes[at].parent
    return False


def _constructor(world: World, value: Value, meeting: Meeting) -> Value:
    """Of a class that is called the constructor, its own or an inherited one."""
    if isinstance(value, Instance) and value.above and meeting.site.chain == ("super",):
        return world.member(value.place, "constructor", "instance", above=True)
    if not isinstance(value, Thing) or not world.is_class(value.place):
        return value
    source = world.source(value.place.path)
    if source is None:
        return value
    lineage, _ = world.lineage(value.place)
    for place in lineage:
        owner = world.source(place.path)
        members = owner.members.get(place.qualified, {}) if owner else {}
        for name in ("__init__", "__new__") if source.python else ("constructor",):
            if name in members:
                return Thing(Place(place.path, f"{place.qualified}.{name}"), "instance")
        if any("constructed" in d.flags for d in world.declarations(place)):
            return Thing(place)
        if any("dynamic" in d.flags for d in world.declarations(place)):
            return value
    return value


def _open_to(world: World, place: Place, declaration: Declaration, reached: Thing) -> tuple[Param, ...] | None:
    """The parameters that the caller fills: without the receiver, where the access binds it."""
    if "constructed" in declaration.flags:
        return _fields(world, place)
    params = declaration.params
    if params is None:
        return None
    source = world.source(place.path)
    if source is None or not source.python:
        return params
    owner = place.qualified.rpartition(".")[0]
    in_class = bool(owner) and any(d.kind in CLASSES for d in source.qualified.get(owner, []))
    if not in_class or declaration.kind in CLASSES or "static" in declaration.flags:
        return params
    bound = reached.via == "instance" or "classmethod" in declaration.flags or declaration.name == "__new__"
    if not bound:
        return params
    if not params or params[0].kind not in ("positional", "positional_only"):
        return params or None
    return params[1:]


def _fields(world: World, place: Place) -> tuple[Param, ...] | None:
    """The parameters of a constructor that is made of fields: those of the bases first, keyword-only ones last."""
    fields: dict[str, Param] = {}
    for ancestor in reversed(world.lineage(place)[0]):
        for declaration in world.declarations(ancestor):
            if "constructed" in declaration.flags:
                fields |= {param.name: param for param in declaration.params or ()}
    return tuple(sorted(fields.values(), key=lambda param: _ORDER.index(param.kind)))


def _most_telling(found: tuple[Misfit, ...]) -> tuple[Misfit, ...]:
    """One reason a call: an unknown keyword says more than the parameter that is missing for it."""
    for rule in ("call/unknown-keyword", "call/unexpected-argument", "call/missing-argument"):
        chosen = tuple(misfit for misfit in found if misfit.rule == rule)
        if chosen:
            return chosen[:1]
    return ()


def arguments_of(site: Site) -> Arguments | None:
    """The arguments of a call; a bare decorator is a call with one."""
    return Arguments(1) if site.role == "decorator" and site.arguments is None else site.arguments
