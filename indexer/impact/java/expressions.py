"""What a Java expression gives: variables, calls, fields and array items, followed from step to step."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.impact.java import library
from indexer.impact.java.classes import Member
from indexer.impact.java.fit import takes
from indexer.impact.java.names import MOST_DEPTH, Names
from indexer.impact.java.values import (
    FOREIGN,
    OBJECT,
    STRING,
    UNKNOWN,
    Array,
    Class,
    Foreign,
    Object,
    Package,
    Parameter,
    Primitive,
    Unknown,
    Value,
)
from indexer.impact.source import Source
from indexer.impact.steps import split
from indexer.impact.values import Place
from indexer.types import Binding, Chain, Span

CALL = re.compile(r"\((\d+)\)$")
LITERALS: dict[str, Value] = {
    "<str>": STRING,
    "<int>": Primitive("int"),
    "<long>": Primitive("long"),
    "<double>": Primitive("double"),
    "<float>": Primitive("float"),
    "<char>": Primitive("char"),
    "<bool>": Primitive("boolean"),
}
ITEMS = frozenset(
    [
        "get",
        "next",
        "previous",
        "getFirst",
        "getLast",
        "removeFirst",
        "removeLast",
        "first",
        "last",
        "peek",
        "poll",
        "pop",
        "element",
        "take",
        "orElse",
        "orElseThrow",
        "orElseGet",
        "firstElement",
        "lastElement",
        "elementAt",
        "lower",
        "higher",
        "floor",
        "ceiling",
        "pollFirst",
        "pollLast",
        "peekFirst",
        "peekLast",
        "call",
        "join",
    ]
)
"""Methods of the library that give what their object holds."""
KEYED = frozenset({"get", "getOrDefault", "put", "remove", "computeIfAbsent", "merge", "putIfAbsent", "compute"})
SAME = frozenset(
    [
        "iterator",
        "listIterator",
        "subList",
        "stream",
        "parallelStream",
        "filter",
        "sorted",
        "distinct",
        "limit",
        "skip",
        "peek",
        "findFirst",
        "findAny",
        "min",
        "max",
        "reversed",
        "descendingIterator",
        "headSet",
        "tailSet",
        "subSet",
        "or",
        "toList",
    ]
)
"""Methods of the library whose result holds the same."""


class Expressions(Names):
    """The names of a tree, and what expressions with them give."""

    def evaluate(self, source: Source, scope: int, chain: Chain, span: Span | None, depth: int = 0) -> Value:
        """What an expression gives, read at `span`."""
        if depth > MOST_DEPTH or not chain:
            return UNKNOWN
        parts = _parts(chain)
        value, rest = self._start(source, scope, parts, span, depth + 1)
        return self._follow(value, rest, depth + 1)

    def called(self, source: Source, scope: int, name: str) -> tuple[list[Member], bool]:
        """The methods that a bare call means, and whether none may come from where no text shows it."""
        known = True
        for place in self.enclosing(source, scope):
            found = self.methods(place, name)
            known = known and not self.may_have(place, name)
            if found:
                return found, known
        found, whole = self._imported_methods(source, name)
        return found, known and whole

    def _imported_methods(self, source: Source, name: str) -> tuple[list[Member], bool]:
        found: list[Member] = []
        whole = True
        for owner in self.static_owners(source, name):
            if owner is None:
                known = library.members(self._starred(source, name))
                whole = whole and known is not None and name not in known
            else:
                found += self.methods(owner, name)
                whole = whole and not self.may_have(owner, name)
        return found, whole

    def _starred(self, source: Source, name: str) -> str:
        """The one class outside of the tree that static members are imported of; nothing where there are several."""
        if any(b.static for b in source.bound.get((0, name), ()) if b.kind == "import"):
            return ""
        modules = {star.module or "" for star in source.stars if star.static}
        outside = [m for m in modules if self.qualified(m, source.path) is None]
        return outside[0] if len(outside) == 1 else ""

    # ------------------------------------------------------------ roots

    def _start(
        self, source: Source, scope: int, parts: list[str | Chain], span: Span | None, depth: int
    ) -> tuple[Value, list[str | Chain]]:
        root = parts[0]
        if not isinstance(root, str):
            return UNKNOWN, []
        if root.startswith("<"):
            return self._special(source, scope, root, parts, span, depth)
        if "new" in parts:
            made = self._made(source, scope, parts, depth)
            if made is not None:
                return made
        if len(parts) > 1 and isinstance(parts[1], str) and CALL.match(parts[1]):
            return self._bare_call(source, scope, root, parts[1], depth), parts[2:]
        if root in ("this", "super"):
            place = next(self.enclosing(source, scope), None)
            return (Object(place, above=root == "super") if place is not None else UNKNOWN), parts[1:]
        return self._meaning(source, scope, parts, span, depth)

    def _made(
        self, source: Source, scope: int, parts: list[str | Chain], depth: int
    ) -> tuple[Value, list[str | Chain]] | None:
        """`new a.C<X>()`: a path, perhaps arguments, and `new`."""
        at = parts.index("new")
        if any(isinstance(p, str) and CALL.match(p) for p in parts[:at]):
            return None
        path = tuple(part for part in parts[:at] if isinstance(part, str))
        held = [part for part in parts[:at] if not isinstance(part, str)]
        value = self.typed(source, scope, (*path, *(held[0] if held else ())), depth)
        return (value if isinstance(value, Object | Foreign) else UNKNOWN), parts[at + 1 :]

    def _special(
        self, source: Source, scope: int, root: str, parts: list[str | Chain], span: Span | None, depth: int
    ) -> tuple[Value, list[str | Chain]]:
        held = parts[1] if len(parts) > 1 and not isinstance(parts[1], str) else ()
        rest = parts[2:] if held else parts[1:]
        inside = split((root, *held))[1]
        if root == "<cast>" and inside:
            return self.typed(source, scope, inside[0], depth), rest
        if root in ("<|>", "<sum>") and inside:
            values = [self.evaluate(source, scope, one, span, depth + 1) for one in inside]
            if root == "<sum>":
                return _sum(values), rest
            return (values[0] if all(value == values[0] for value in values) else UNKNOWN), rest
        return LITERALS.get(root, UNKNOWN), rest

    def _meaning(
        self, source: Source, scope: int, parts: list[str | Chain], span: Span | None, depth: int
    ) -> tuple[Value, list[str | Chain]]:
        """A variable, else a type, else the beginning of a package's name."""
        root = str(parts[0])
        found = self.variable(source, scope, root, span)
        if isinstance(found, Binding):
            return self.value_of(source, found, depth), parts[1:]
        if isinstance(found, Member):
            return self.field_value(found, None, depth), parts[1:]
        value = self.type_named(source, scope, root)
        if isinstance(found, Unknown) and not (isinstance(value, Class) and looks_like_class(root)):
            return UNKNOWN, parts[1:]
        if isinstance(value, Class) or (isinstance(value, Foreign) and not value.name.startswith("?.")):
            return value, parts[1:]
        return Package(root), parts[1:]

    def value_of(self, source: Source, binding: Binding, depth: int) -> Value:
        """What a local variable holds."""
        if binding.annotation:
            return _bounded(self.typed(source, binding.scope, binding.annotation, depth))
        return self.evaluate(source, binding.scope, binding.value or (), binding.span, depth + 1)

    def field_value(self, member: Member, of: Object | None, depth: int) -> Value:
        """What a field holds."""
        source = self.source(member.owner.path)
        if source is None or not member.declaration.annotation:
            return UNKNOWN
        value = self.typed(source, member.declaration.scope, member.declaration.annotation, depth)
        return self._filled(value, member.owner, of)

    def _bare_call(self, source: Source, scope: int, name: str, call: str, depth: int) -> Value:
        found, _ = self.called(source, scope, name)
        place = next((p for p in self.enclosing(source, scope) if self.methods(p, name)), None)
        of = Object(place) if place is not None else None
        return self._result(found, call, of, depth) if found else UNKNOWN

    # ------------------------------------------------------------ steps

    def _follow(self, value: Value, rest: list[str | Chain], depth: int) -> Value:
        while rest:
            step = rest.pop(0)
            if not isinstance(step, str):
                continue
            call = rest[0] if rest and isinstance(rest[0], str) and CALL.match(rest[0]) else None
            if call is not None:
                rest.pop(0)
                value = self._call(value, step[1:], call, depth)
            else:
                value = self._step(value, step, depth)
            if isinstance(value, Unknown):
                break
        return value

    def _step(self, value: Value, step: str, depth: int) -> Value:
        if step in ("[]", "each"):
            return self._item(value)
        if step in ("new", ".this"):
            return Object(value.place) if isinstance(value, Class) else UNKNOWN
        if step == ".super":
            return (
                Object(value.place, above=not self._is_interface(value.place)) if isinstance(value, Class) else UNKNOWN
            )
        name = step[1:]
        if isinstance(value, Package):
            return self._in_package(value, name)
        if isinstance(value, Object | Class):
            return self._field(value, name, depth)
        if isinstance(value, Array) and name == "length":
            return Primitive("int")
        return FOREIGN if isinstance(value, Foreign) else UNKNOWN

    def _is_interface(self, place: Place) -> bool:
        declaration = self.declaration(place)
        return declaration is not None and declaration.kind == "interface"

    def _in_package(self, package: Package, name: str) -> Value:
        found = self.named(package.name, name, "")
        return Class(found) if found is not None else Package(f"{package.name}.{name}")

    def _field(self, value: Object | Class, name: str, depth: int) -> Value:
        above = isinstance(value, Object) and value.above
        member = self.field(value.place, name, above)
        if member is not None:
            return self.field_value(member, value if isinstance(value, Object) else None, depth)
        inner = self.member_class(value.place, name)
        return Class(inner) if inner is not None else UNKNOWN

    def _item(self, value: Value) -> Value:
        if isinstance(value, Array):
            return _bounded(value.of)
        if isinstance(value, Object):
            value = self._outside(value)
        if isinstance(value, Foreign) and len(value.arguments) == 1:
            return _bounded(value.arguments[0])
        return UNKNOWN

    def _call(self, value: Value, name: str, call: str, depth: int) -> Value:
        if isinstance(value, Object | Class):
            found = self.methods(value.place, name, isinstance(value, Object) and value.above)
            if found:
                return self._result(found, call, value if isinstance(value, Object) else None, depth)
            value = self._outside(value) if isinstance(value, Object) else UNKNOWN
        return _of_library(value, name) if isinstance(value, Foreign) else UNKNOWN

    def _result(self, found: list[Member], call: str, of: Object | None, depth: int) -> Value:
        """What the methods that take so many arguments give, if they all give the same."""
        match = CALL.match(call)
        count = int(match[1]) if match else 0
        fitting = [m for m in found if takes(m.declaration, count)] or found
        if depth > MOST_DEPTH:
            return UNKNOWN
        results = [self._given(member, of, depth) for member in fitting]
        if all(result == results[0] for result in results):
            return results[0]
        nearest = [r for m, r in zip(fitting, results, strict=True) if m.owner == fitting[0].owner]
        return nearest[0] if all(result == nearest[0] for result in nearest) else UNKNOWN

    def _given(self, member: Member, of: Object | None, depth: int) -> Value:
        source, declaration = self.source(member.owner.path), member.declaration
        if source is None or not declaration.annotation:
            return UNKNOWN
        scope = declaration.body if declaration.body is not None else declaration.scope
        return self._filled(self.typed(source, scope, declaration.annotation, depth + 1), member.owner, of)

    # ------------------------------------------------------------ type arguments

    def _filled(self, value: Value, owner: Place, of: Object | None) -> Value:
        """The value with the type parameters of `owner` as the object `of` gives them."""
        known = self._given_parameters(of, owner) if of is not None else {}
        return _bounded(_replaced(value, owner, known))

    def _given_parameters(self, of: Object, owner: Place) -> dict[str, Value]:
        queue: list[Value] = [of]
        seen: set[Place] = set()
        while queue:
            at = queue.pop(0)
            if not isinstance(at, Object) or at.place in seen:
                continue
            seen.add(at.place)
            given = dict(zip(self.parameters(at.place), at.arguments, strict=False))
            if at.place == owner:
                return given
            queue += [_replaced(base, at.place, given) for base in self.bases(at.place)]
        return {}

    def _outside(self, value: Object) -> Value:
        """The base outside of the tree that an object has, with what it holds: `ArrayList<Element>`."""
        queue: list[Value] = [value]
        seen: set[Place] = set()
        found: list[Foreign] = []
        while queue:
            at = queue.pop(0)
            if isinstance(at, Foreign):
                found.append(at)
            if not isinstance(at, Object) or at.place in seen:
                continue
            seen.add(at.place)
            given = dict(zip(self.parameters(at.place), at.arguments, strict=False))
            queue += [_replaced(base, at.place, given) for base in self.bases(at.place)]
        holding = [one for one in found if one.arguments]
        return holding[0] if holding else found[0] if found else UNKNOWN


def looks_like_class(name: str) -> bool:
    """Whether a name is written as classes are, not as constants or variables."""
    return name[:1].isupper() and not name.isupper()


def _parts(chain: Chain) -> list[str | Chain]:
    """The steps of a chain, what stands between `<` and `>` taken together."""
    parts: list[str | Chain] = []
    depth, held = 0, []
    for step in chain:
        depth += step == "<"
        if depth:
            held.append(step)
        else:
            parts.append(step)
        if step == ">":
            depth -= 1
            if not depth:
                parts.append(tuple(held))
                held = []
    return parts


def _replaced(value: Value, owner: Place, known: dict[str, Value]) -> Value:
    if isinstance(value, Parameter):
        return known.get(value.name, value) if value.owner == owner else value
    if isinstance(value, Object) and value.arguments:
        return Object(value.place, _all(value.arguments, owner, known), value.above, value.loose)
    if isinstance(value, Foreign) and value.arguments:
        return Foreign(value.name, _all(value.arguments, owner, known))
    return Array(_replaced(value.of, owner, known)) if isinstance(value, Array) else value


def _all(values: Iterable[Value], owner: Place, known: dict[str, Value]) -> tuple[Value, ...]:
    return tuple(_replaced(value, owner, known) for value in values)


def _bounded(value: Value) -> Value:
    """Of a type parameter that nothing fills, an object of its bound: or of a class below."""
    if not isinstance(value, Parameter):
        return value
    if isinstance(value.bound, Object):
        return Object(value.bound.place, value.bound.arguments, loose=True)
    return UNKNOWN


def _sum(values: list[Value]) -> Value:
    if STRING in values:
        return STRING
    return values[0] if values and all(isinstance(v, Primitive) and v == values[0] for v in values) else UNKNOWN


def _of_library(value: Foreign, name: str) -> Value:
    """What a method of the library gives, as far as it is one of what its object holds."""
    held, simple = value.arguments, value.name.rpartition(".")[2]
    if len(held) == 2 and "Map" in simple:
        if name in KEYED or name in ("firstValue", "lastValue"):
            return _bounded(held[1])
        if name in ("keySet", "navigableKeySet"):
            return Foreign("java.util.Set", held[:1])
        if name == "values":
            return Foreign("java.util.Collection", held[1:])
        if name in ("entrySet", "firstEntry", "lastEntry"):
            entry = Foreign("java.util.Map.Entry", held)
            return Foreign("java.util.Set", (entry,)) if name == "entrySet" else entry
    if len(held) == 2 and simple == "Entry":
        return _bounded(held[name != "getKey"]) if name in ("getKey", "getValue") else UNKNOWN
    if len(held) == 1 and name in ITEMS:
        return _bounded(held[0])
    if len(held) == 1 and name in SAME:
        return Foreign("", held)
    if value in (STRING, OBJECT) and name in ("toString", "trim", "substring", "toLowerCase", "toUpperCase", "replace"):
        return STRING
    return UNKNOWN
