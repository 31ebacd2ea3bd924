"""What changed between two states, by symbol: parsed definitions are compared, never lines."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from indexer.impact.fit import shape
from indexer.impact.modules import Found
from indexer.impact.rust.names import callable_ones, namespace
from indexer.impact.values import Gone, Outside, Place, Unknown
from indexer.impact.world import CALLABLE, CLASSES, Source, World
from indexer.types import Declaration, FileDiff

CONSTRUCTORS = frozenset({"__init__", "__new__", "constructor"})
JUDGED_FLAGS = frozenset({"async", "generator", "static", "classmethod", "property", "abstract", "optional"})
UNJUDGED_FLAGS = frozenset({"overload", "conditional", "opaque"})
ALIKE = 0.6
"""From which similarity of the bodies on an added definition counts as the renamed one."""
ALIKE_VALUES = 0.9
"""The same for constants and fields, whose texts are so short that half of them says nothing."""
MOST_BODY = 4_000
"""Characters of a body that are compared."""
MOST_ALIKE = 32
"""Added definitions that a lost one is compared with."""
MOST_EFFORT = 30_000_000
"""Pairs of equal words, over all comparisons, that are put in order; after that only the words are counted."""

_Pair = tuple[Declaration, Source]
Likeness = Callable[[Declaration, Source, Declaration, Source], float]


@dataclass(frozen=True, slots=True)
class Change:
    """A symbol that others may rely on and that is not what it was.

    `fate` removed: no definition of that name is left there; renamed, moved: an added definition at `head` takes its
    place; changed: the same name with another signature or nature; added: new (abstract members only).
    """

    fate: Literal["removed", "renamed", "moved", "changed", "added"]
    base: Place
    head: Place | None
    before: Declaration | None
    after: Declaration | None

    @property
    def name(self) -> str:
        return self.base.name

    @property
    def is_member(self) -> bool:
        return "." in self.base.qualified

    @property
    def became(self) -> frozenset[str]:
        """The flags that the definition has now and had not before."""
        if self.before is None or self.after is None:
            return frozenset()
        return self.after.flags - self.before.flags

    @property
    def gone(self) -> bool:
        return self.fate in ("removed", "renamed", "moved")


def changes(base: World, head: World, diffs: Iterable[FileDiff]) -> list[Change]:
    """Every symbol of the changed files that callers can tell from what it was."""
    pairs = [pair for pair in diffs if pair.status != "mode"]
    base.load([d.old_path for d in pairs if d.old_path], frozenset())
    head.load([d.new_path for d in pairs if d.new_path], frozenset())
    texts = _Texts(base, head)
    found: list[Change] = []
    lost: list[tuple[Declaration, Source, Source | None]] = []
    added: list[_Pair] = []
    for diff in pairs:
        old = base.source(diff.old_path) if diff.old_path else None
        new = head.source(diff.new_path) if diff.new_path else None
        if diff.new_path and new is None and old is not None:
            continue  # the new text could not be parsed: nothing can be said of it
        if old is not None and new is not None and new.facts.issue_count > old.facts.issue_count:
            continue  # a broken text loses definitions that are still there; `syntax/broken` reports it
        if old is not None:
            lost += [(d, old, new) for d in _lost(old, new)]
            found += _changed(old, new) if new else ()
            found += _dropped(base, head, old, new)
        if new is not None:
            added += [(d, new) for d in _lost(new, old)]
            found += _demanded(old, new) if old else ()
    found += _fates(head, texts, lost, added)
    return sorted(found, key=lambda c: (c.base.path, c.base.qualified, c.fate))


def _lost(source: Source, other: Source | None) -> Iterator[Declaration]:
    """The first declaration of every symbol of `source` that `other` has no declaration of."""
    for qualified, declarations in source.qualified.items():
        there = other.qualified.get(qualified, []) if other is not None else []
        for first in _missing(declarations, there) if source.facts.language == "rust" else declarations[: not there]:
            if _visible(source, first) and not _is_test(source, first):
                yield first


def _missing(declarations: list[Declaration], there: list[Declaration]) -> Iterator[Declaration]:
    """The first of each namespace that has none there: in Rust a field and a method may share one name."""
    kept = {namespace(other) for other in there}
    for declaration in declarations:
        if namespace(declaration) not in kept:
            kept.add(namespace(declaration))
            yield declaration


def _is_test(source: Source, declaration: Declaration) -> bool:
    """Whether a test runner calls it and nothing else does: `TestServer` without tests is not one."""
    if "test" not in declaration.flags or declaration.kind != "class":
        return "test" in declaration.flags
    members = source.members.get(declaration.qualified, {})
    return any("test" in d.flags for declarations in members.values() for d in declarations)


def _visible(source: Source, declaration: Declaration) -> bool:
    """Whether anything outside of the function it stands in can see it."""
    parent = declaration.parent
    while parent is not None:
        owners = source.qualified.get(parent, [])
        if any(d.kind in CALLABLE for d in owners):
            return False
        parent = owners[0].parent if owners else None
    return True


def _changed(old: Source, new: Source) -> Iterator[Change]:
    for qualified, befores in old.qualified.items():
        afters = new.qualified.get(qualified, [])
        if old.facts.language == "rust":
            befores, afters = callable_ones(befores), callable_ones(afters)
        before, after = _single(befores), _single(afters)
        if before is None or after is None or not _judged(before) or not _judged(after):
            continue
        if _differs(before, after):
            yield Change("changed", Place(old.path, qualified), Place(new.path, qualified), before, after)


def _single(declarations: list[Declaration]) -> Declaration | None:
    plain = [d for d in declarations if "setter" not in d.flags]
    return plain[0] if len(plain) == 1 else None


def _judged(declaration: Declaration) -> bool:
    return not declaration.flags & UNJUDGED_FLAGS


def _differs(before: Declaration, after: Declaration) -> bool:
    if before.params is not None and after.params is not None and shape(before.params) != shape(after.params):
        return True
    if (before.kind in CALLABLE) != (after.kind in CALLABLE) and {before.kind, after.kind} & {"property", "field"}:
        return True
    return bool((before.flags ^ after.flags) & (JUDGED_FLAGS - {"abstract"}))


def _dropped(base: World, head: World, old: Source, new: Source | None) -> Iterator[Change]:
    """Names that a module handed on without defining them: an import others import from here, an export."""
    if old.facts.language == "rust":
        yield from (Change("removed", place, None, None, None) for place in head.rust.lost_uses(base.rust, old, new))
        return
    names = {b.name for b in old.facts.bindings if b.kind == "import" and b.scope == 0 and b.span and "." not in b.name}
    if not old.python:
        names = set(old.exports) | _starred(base, old, new)
    for name in sorted(names - {"*"}):
        if new is not None and new.python and ((0, name) in new.bound or (0, name) in new.declared):
            continue
        place = Place(old.path, name)
        was = base.member_of_module(old.path, name)
        if isinstance(was, Gone | Outside | Unknown):
            continue
        if new is None or isinstance(head.member_of_module(new.path, name), Gone):
            yield Change("removed", place, None, None, None)


def _starred(base: World, old: Source, new: Source | None) -> set[str]:
    """The names that `export * from` handed on where the module no longer says so."""
    kept = {star.module for star in new.exports.get("*", [])} if new is not None else set()
    gone = [star.module for star in old.exports.get("*", []) if star.module and star.module not in kept]
    modules = [base.locate(module, old.path, False) for module in gone]
    sources = [base.source(module.path) for module in modules if isinstance(module, Found)]
    return {name for source in sources if source is not None for name in source.exports} - {"default"}


def _demanded(old: Source, new: Source) -> Iterator[Change]:
    """Members that every subclass or implementation now has to bring along."""
    for qualified, declarations in new.qualified.items():
        after = declarations[0]
        if after.parent is None or not _demands(new, after) or after.parent not in old.qualified:
            continue
        before = old.qualified.get(qualified)
        if before is None or not _demands(old, before[0]):
            yield Change("added", Place(old.path, qualified), Place(new.path, qualified), None, after)


def _demands(source: Source, member: Declaration) -> bool:
    if "abstract" in member.flags:
        return True
    parents = source.qualified.get(member.parent or "", [])
    return any(d.kind == "interface" for d in parents) and not member.flags & {"optional", "static"}


def _fates(
    head: World,
    texts: _Texts,
    lost: list[tuple[Declaration, Source, Source | None]],
    added: list[_Pair],
) -> Iterator[Change]:
    """What became of the definitions that are not where they were."""
    lost_names = {(source.path, d.qualified) for d, source, _ in lost}
    free = _Free(added)
    for before, old, new in lost:
        place = Place(old.path, before.qualified)
        if before.parent is not None and (old.path, before.parent) in lost_names:
            continue
        if new is not None and not isinstance(_at_head(head, new, before), Gone | Outside):
            continue
        fate, target = _successor(texts, before, old, new, free)
        if target is None:
            yield Change(fate, place, None, before, None)
        else:
            free.take(target)
            yield Change(fate, place, Place(target[1].path, target[0].qualified), before, target[0])


def _at_head(head: World, new: Source, before: Declaration) -> object:
    """What the name stands for at head: it may be inherited, imported or exported from elsewhere by now."""
    if new.facts.language == "rust":
        return head.rust.remaining(new, before)
    if before.parent is None:
        return head.resolve(new, 0, (before.name,))
    owner = Place(new.path, before.parent)
    return head.member(owner, before.name, "instance") if head.declarations(owner) else Gone(new.path, before.name)


def _successor(
    texts: _Texts, before: Declaration, old: Source, new: Source | None, free: _Free
) -> tuple[Literal["removed", "renamed", "moved"], _Pair | None]:
    moved = [(d, s) for d, s in free.named(before) if s is not new or d.parent != before.parent]
    if moved:
        return "moved", max(moved, key=lambda pair: (texts.likeness(before, old, *pair), pair[1].path))
    beside = [(d, s) for d, s in free.beside(before, new) if d.name != before.name] if new is not None else []
    scored = sorted(
        ((texts.likeness(before, old, d, s), d.name, (d, s)) for d, s in beside), key=lambda t: (-t[0], t[1])
    )
    if scored and scored[0][0] >= (ALIKE if _family(before) != "value" else ALIKE_VALUES):
        return "renamed", scored[0][2]
    return "removed", None


def likeness(base: World, head: World) -> Likeness:
    """How alike two definitions are, one of base and one of head, with their files: 0 to 1."""
    return _Texts(base, head).likeness


class _Free:
    """Added definitions that may be what became of a lost one."""

    def __init__(self, added: Iterable[_Pair]) -> None:
        self._groups: dict[tuple[str | None, ...], list[_Pair]] = {}
        for pair in sorted(added, key=lambda pair: (pair[0].span.start_line, pair[1].path)):
            for key in _keys(*pair):
                self._groups.setdefault(key, []).append(pair)

    def named(self, before: Declaration) -> list[_Pair]:
        """Those with its name, anywhere."""
        return self._near((_family(before), before.name), before)

    def beside(self, before: Declaration, new: Source) -> list[_Pair]:
        """Those in the same class or at the top of the same file."""
        return self._near((_family(before), new.path, before.parent), before)

    def take(self, pair: _Pair) -> None:
        """Two lost definitions can't both have become the same one."""
        for key in _keys(*pair):
            self._groups[key] = [other for other in self._groups[key] if other[0] is not pair[0]]

    def _near(self, key: tuple[str | None, ...], before: Declaration) -> list[_Pair]:
        """Where there are too many to compare, those that stand where it stood."""
        group = self._groups.get(key, [])
        middle = bisect_left(group, before.span.start_line, key=lambda pair: pair[0].span.start_line)
        start = max(0, min(middle - MOST_ALIKE // 2, len(group) - MOST_ALIKE))
        return group[start : start + MOST_ALIKE]


def _keys(declaration: Declaration, source: Source) -> tuple[tuple[str | None, ...], ...]:
    family = _family(declaration)
    return (family, declaration.name), (family, source.path, declaration.parent)


def _family(declaration: Declaration) -> str:
    if declaration.kind in CALLABLE:
        return "callable"
    return "class" if declaration.kind in CLASSES else "value"


class _Texts:
    """The texts of definitions, to tell a renamed one from another one."""

    def __init__(self, base: World, head: World) -> None:
        self.base, self.head = base, head
        self._lines: dict[tuple[bool, str], list[str]] = {}
        self._bodies: dict[tuple[bool, Place], list[str]] = {}
        self._effort = MOST_EFFORT

    def likeness(self, before: Declaration, old: Source, after: Declaration, new: Source) -> float:
        """0 to 1: how alike two definitions are when their own names are taken out."""
        first = self._body(self.base, old.path, before)
        second = self._body(self.head, new.path, after)
        if not first or not second:
            return 0.0
        if first == second:
            return 1.0
        matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
        most = matcher.quick_ratio()
        if most < ALIKE:
            return 0.0
        counts, others = Counter(first), Counter(second)
        effort = sum(count * others[word] for word, count in counts.items())
        if effort > self._effort:
            return most
        self._effort -= effort
        return matcher.ratio()

    def _body(self, world: World, path: str, declaration: Declaration) -> list[str]:
        known = (world is self.base, Place(path, declaration.qualified))
        if known not in self._bodies:
            self._bodies[known] = self._words(world, path, declaration)
        return self._bodies[known]

    def _words(self, world: World, path: str, declaration: Declaration) -> list[str]:
        key = (world is self.base, path)
        if key not in self._lines:
            data = world.index.repo.read(world.tree, path) or b""
            self._lines[key] = data.decode("utf-8", "replace").splitlines()
        span = declaration.span
        text = "\n".join(self._lines[key][span.start_line - 1 : span.end_line])[:MOST_BODY]
        words = re.findall(r"\w+|[^\w\s]", text)
        return ["·" if word == declaration.name else word for word in words]
