"""What changed in the Java classes of a diff: classes by their qualified names, members by name and parameters."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from indexer.impact.changes import Change
from indexer.impact.java.classes import CONSTRUCTOR, KINDS, Member
from indexer.impact.java.expressions import Expressions
from indexer.impact.source import Source
from indexer.impact.values import Place
from indexer.types import Declaration, FileDiff

ALIKE = 0.6
"""From which similarity of the texts on an added definition counts as the renamed one."""
ALIKE_VALUES = 0.9
MOST_BODY = 4_000
MOST_ALIKE = 32
WORDS = re.compile(r"\w+|[^\w\s]")
Fate = Literal["removed", "renamed", "moved"]


@dataclass
class Changed:
    """The changes of a diff."""

    changes: list[Change] = field(default_factory=list)
    classes: dict[Place, Change] = field(default_factory=dict)
    """Classes that are not where they were; of one inside of such a class the change of that."""
    members: dict[Place, list[Change]] = field(default_factory=dict)
    """Methods, fields and constructors that are not what they were, by where they were."""
    demanded: list[Change] = field(default_factory=list)
    """Abstract methods that classes below now have to bring along."""
    implied: list[Change] = field(default_factory=list)
    """Members of classes that are not where they were."""
    pairs: dict[Place, Place] = field(default_factory=dict)
    """Classes that were looked at, at base and at head."""

    def take(self, change: Change) -> None:
        """Note a change."""
        self.changes.append(change)
        if change.before is not None and change.before.kind in KINDS and change.name != CONSTRUCTOR:
            self.classes[change.base] = change
        else:
            self.members.setdefault(change.base, []).append(change)


def changed(base: Expressions, head: Expressions, diffs: Iterable[FileDiff]) -> Changed:
    """Every class and member that others can tell from what it was."""
    pairs = [diff for diff in diffs if diff.status != "mode"]
    base.world.load([d.old_path for d in pairs if d.old_path], frozenset())
    head.world.load([d.new_path for d in pairs if d.new_path], frozenset())
    read = [(old, new) for diff in pairs for old, new in _read(base, head, diff)]
    texts = _Texts(base, head)
    found = Changed()
    added = [Member(Place(new.path, d.qualified), d) for _, new in read if new for d in _types(new)]
    added = [member for member in added if _at(base, head, member.owner) is None]
    for old, _ in read:
        if old is not None:
            _compare_file(base, head, old, added, texts, found)
    found.changes.sort(key=lambda c: (c.base.path, c.base.qualified, c.fate))
    return found


def _read(base: Expressions, head: Expressions, diff: FileDiff) -> Iterator[tuple[Source | None, Source | None]]:
    old = base.world.source(diff.old_path) if diff.old_path else None
    new = head.world.source(diff.new_path) if diff.new_path else None
    if diff.new_path and new is None and old is not None:
        return  # the new text could not be parsed: nothing can be said of it
    if old is not None and new is not None and new.facts.issue_count > old.facts.issue_count:
        return  # a broken text loses definitions that are still there; `syntax/broken` reports it
    yield old, new


def _types(source: Source) -> Iterator[Declaration]:
    """The classes of a file that others can name."""
    return (d for d in source.facts.declarations if d.kind in KINDS and _is_visible(source, d))


def _is_visible(source: Source, declaration: Declaration) -> bool:
    scope: int | None = declaration.scope
    while scope is not None:
        if source.facts.scopes[scope].kind in ("function", "block"):
            return False
        scope = source.facts.scopes[scope].parent
    return "anonymous" not in declaration.flags


def qualified_name(world: Expressions, place: Place) -> str:
    """The name of a class with its package."""
    package = world.package(place)
    return f"{package}.{place.qualified}" if package else place.qualified


def _at(world: Expressions, own: Expressions, place: Place) -> Place | None:
    """Where the class of `own` stands in the other state, by its qualified name."""
    return world.qualified(qualified_name(own, place), place.path)


def _compare_file(
    base: Expressions, head: Expressions, old: Source, added: list[Member], texts: _Texts, found: Changed
) -> None:
    lost: set[str | None] = set()
    for declaration in _types(old):
        place = Place(old.path, declaration.qualified)
        if declaration.parent is not None and declaration.parent in lost:
            lost.add(declaration.qualified)
            found.classes[place] = found.classes[Place(old.path, declaration.parent)]
            _lose_members(base, place, found)
            continue
        now = _at(head, base, place)
        if now is None:
            lost.add(declaration.qualified)
            found.take(_lost_class(base, place, declaration, added, texts))
            _lose_members(base, place, found)
        elif _at(base, head, now) in (place, None):
            found.pairs[place] = now
            _compare_class(base, head, place, now, texts, found)


def _lose_members(base: Expressions, place: Place, found: Changed) -> None:
    """With a class its members went away: for those who import them, or inherit them."""
    lost = found.classes[place]
    for name, members in _own(base, place).items():
        for member in members if name != CONSTRUCTOR else ():
            at = _member_place(member, name)
            now = Place(lost.head.path, f"{lost.head.qualified}.{at.name}") if lost.head is not None else None
            change = Change("removed" if now is None else "moved", at, now, member.declaration, None)
            found.implied.append(change)
            found.members.setdefault(at, []).append(change)


def _lost_class(
    base: Expressions, place: Place, declaration: Declaration, added: list[Member], texts: _Texts
) -> Change:
    before = Member(place, declaration)
    named = [member for member in added if member.declaration.name == declaration.name]
    if named:
        best = max(named, key=lambda member: (texts.likeness(before, member), member.owner.path))
        return Change("moved", place, best.owner, declaration, best.declaration)
    near = [m for m in added if m.declaration.parent == declaration.parent and m.declaration.kind == declaration.kind]
    scored = [(texts.likeness(before, m), m.owner.qualified, m) for m in near[:MOST_ALIKE]]
    best_of = max(scored, key=lambda row: row[:2], default=None)
    if best_of is not None and best_of[0] >= ALIKE:
        return Change("renamed", place, best_of[2].owner, declaration, best_of[2].declaration)
    return Change("removed", place, None, declaration, None)


# ---------------------------------------------------------------- members


def _compare_class(
    base: Expressions, head: Expressions, place: Place, now: Place, texts: _Texts, found: Changed
) -> None:
    old, new = _own(base, place), _own(head, now)
    fresh = [m for name, members in new.items() if name not in old for m in members]
    for name, befores in old.items():
        afters = new.get(name, [])
        lost, gained = _without(befores, afters), _without(afters, befores)
        if not lost:
            continue
        inherited = head.methods(now, name) if befores[0].declaration.kind == "method" else []
        lost = [m for m in lost if not any(shape(i.declaration) == shape(m.declaration) for i in inherited)]
        for member in lost:
            found.take(_lost_member(head, member, name, afters, gained, now, fresh, texts))
    found.demanded += [
        Change("added", _member_place(Member(place, m.declaration), name), _member_place(m, name), None, m.declaration)
        for name, members in new.items()
        for m in _without(members, old.get(name, []))
        if "abstract" in m.declaration.flags and m.declaration.kind == "method"
    ]


def _own(world: Expressions, place: Place) -> dict[str, list[Member]]:
    """The members of a class by name; methods, fields and constructors apart."""
    source = world.source(place.path)
    found: dict[str, list[Member]] = {}
    for name, declarations in source.members.get(place.qualified, {}).items() if source is not None else ():
        for declaration in declarations:
            if declaration.kind == "method":
                found.setdefault(f"{name}()", []).append(Member(place, declaration))
            elif declaration.kind in ("field", "constant"):
                found.setdefault(name, []).append(Member(place, declaration))
    owner = world.declaration(place)
    constructors = world.constructors(place)
    if not constructors and owner is not None and owner.kind in ("class", "enum"):
        constructors = [Member(place, replace(owner, params=()))]  # the one that is not written down
    found[CONSTRUCTOR] = constructors
    return found


def _without(members: list[Member], others: list[Member]) -> list[Member]:
    shapes = {shape(other.declaration) for other in others}
    return [member for member in members if shape(member.declaration) not in shapes]


def shape(declaration: Declaration) -> tuple[object, ...]:
    """What overloads are told apart by: the types of the parameters, without their arguments."""
    return tuple((param.kind, _erased(param.annotation or ())) for param in declaration.params or ())


def _erased(annotation: tuple[str, ...]) -> tuple[str, ...]:
    if annotation[:1] == ("<array>",):
        return ("<array>", *_erased(annotation[2:-1]))
    path = annotation[: annotation.index("<")] if "<" in annotation else annotation
    return (path[-1].lstrip("."),) if path else ()


def _lost_member(
    head: Expressions,
    member: Member,
    name: str,
    afters: list[Member],
    gained: list[Member],
    now: Place,
    fresh: list[Member],
    texts: _Texts,
) -> Change:
    base = _member_place(member, name)
    if afters and not gained:
        return Change("removed", base, None, member.declaration, None)
    if gained:
        after = max(gained, key=lambda other: texts.likeness(member, other))
        gained.remove(after)
        return Change("changed", base, _member_place(after, name), member.declaration, after.declaration)
    kind = member.declaration.kind
    near = [m for m in fresh if (m.declaration.kind == "method") == (kind == "method")]
    scored = [(texts.likeness(member, m), m.declaration.name, m) for m in near[:MOST_ALIKE]]
    best = max(scored, key=lambda row: row[:2], default=None)
    if best is not None and best[0] >= (ALIKE if kind == "method" else ALIKE_VALUES):
        return Change("renamed", base, _member_place(best[2], best[1]), member.declaration, best[2].declaration)
    return Change("removed", base, None, member.declaration, None)


def _member_place(member: Member, name: str) -> Place:
    return Place(member.owner.path, f"{member.owner.qualified}.{name.removesuffix('()')}")


class _Texts:
    """The texts of definitions, to tell a renamed one from another one."""

    def __init__(self, base: Expressions, head: Expressions) -> None:
        self._worlds = {False: base.world, True: head.world}
        self._lines: dict[tuple[bool, str], list[str]] = {}

    def likeness(self, before: Member, after: Member) -> float:
        """0 to 1: how alike two definitions are when their own names are taken out."""
        first, second = self._words(False, before), self._words(True, after)
        matcher = difflib.SequenceMatcher(None, first, second, autojunk=True)
        return 0.0 if matcher.quick_ratio() < ALIKE else matcher.ratio()

    def _words(self, at_head: bool, member: Member) -> list[str]:
        key = (at_head, member.owner.path)
        if key not in self._lines:
            world = self._worlds[at_head]
            data = world.index.repo.read(world.tree, member.owner.path) or b""
            self._lines[key] = data.decode("utf-8", "replace").splitlines()
        span = member.declaration.span
        text = "\n".join(self._lines[key][span.start_line - 1 : span.end_line])[:MOST_BODY]
        return ["·" if word == member.declaration.name else word for word in WORDS.findall(text)]
