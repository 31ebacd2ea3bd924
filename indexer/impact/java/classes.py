"""The classes of one state of the tree: by package and name, their bases and their members."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.impact.java import library
from indexer.impact.java.generated import may_generate
from indexer.impact.modules import nearest
from indexer.impact.source import Source
from indexer.impact.values import Place
from indexer.impact.world import World
from indexer.types import Declaration

KINDS = frozenset({"class", "interface", "enum"})
CONSTRUCTOR = "constructor"
"""The name under which the constructors of a class are kept: never one of a method."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member with the class that declares it."""

    owner: Place
    declaration: Declaration


class Classes:
    """A `World` asked for its Java classes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._by_file_name: dict[str, list[str]] = {}
        for path in world.tree.entries:
            if path.endswith(".java"):
                self._by_file_name.setdefault(posixpath.basename(path)[:-5], []).append(path)
        self._elsewhere: dict[str, list[str]] = {}
        """Files that define a class of another name than their own, by the name of the class."""
        self._found: dict[tuple[str, str, str], Place | None] = {}
        self._views: dict[str, Source] = {}

    # ------------------------------------------------------------ files

    def source(self, path: str) -> Source | None:
        """The facts of a file, or those of a file at another state that classes without a name are read from."""
        return self._views.get(path) or self.world.source(path)

    def view(self, source: Source) -> str:
        """The path under which the classes of a file are found that only this state of it has."""
        path = f"\0{source.path}"
        self._views[path] = source
        return path

    def declaration(self, place: Place) -> Declaration | None:
        """The definition of a class."""
        source = self.source(place.path)
        for declaration in source.qualified.get(place.qualified, []) if source is not None else ():
            if declaration.kind in KINDS:
                return declaration
        return None

    def package(self, place: Place) -> str:
        """The package that a class belongs to."""
        source = self.source(place.path)
        return source.facts.package if source is not None else ""

    # ------------------------------------------------------------ names

    def expect(self, names: Iterable[str]) -> None:
        """Look together for classes that may stand in files of another name."""
        self._look_for({n for n in names if n not in self._by_file_name and n not in self._elsewhere})

    def _look_for(self, unknown: set[str]) -> None:
        if not unknown:
            return
        self._elsewhere |= {name: [] for name in unknown}
        for symbol in self.world.index.definitions(self.world.tree, sorted(unknown)):
            if symbol.kind in KINDS and symbol.parent is None and symbol.path.endswith(".java"):
                self._elsewhere[symbol.name].append(symbol.path)

    def named(self, package: str, name: str, asking: str) -> Place | None:
        """The class `name` of a package; of several the one nearest to the file that asks."""
        key = (package, name, posixpath.dirname(asking.lstrip("\0")))
        if key not in self._found:
            self._found[key] = self._named(package, name, asking.lstrip("\0"))
        return self._found[key]

    def _named(self, package: str, name: str, asking: str) -> Place | None:
        paths = self._by_file_name.get(name)
        here = [path for path in paths or () if self._has(path, package, name)]
        if not here:
            self._look_for({name} - self._elsewhere.keys())
            here = [path for path in self._elsewhere.get(name, ()) if self._has(path, package, name)]
        if len(here) < 2:
            return Place(here[0], name) if here else None
        chosen, folder = nearest(here), posixpath.dirname(asking)
        while folder not in chosen:
            folder = posixpath.dirname(folder)
        return Place(chosen[folder], name)

    def _has(self, path: str, package: str, name: str) -> bool:
        source = self.world.source(path)
        return source is not None and source.facts.package == package and name in source.qualified

    def qualified(self, name: str, asking: str) -> Place | None:
        """The class with this qualified name: `a.b.C`, `a.b.C.D`."""
        parts = name.split(".")
        for at in range(len(parts) - 1, -1, -1):
            if parts[at] in self._by_file_name or parts[at][:1].isupper():
                top = self.named(".".join(parts[:at]), parts[at], asking)
                if top is not None:
                    return self.nested(top, parts[at + 1 :])
        return None

    def nested(self, place: Place | None, names: Iterable[str]) -> Place | None:
        """The member class that a path of names leads to."""
        for name in names:
            place = self.member_class(place, name) if place is not None else None
        return place

    def member_class(self, place: Place, name: str) -> Place | None:
        """A class inside another one, its own or an inherited one."""
        for above in self.lineage(place)[0]:
            inner = Place(above.path, f"{above.qualified}.{name}")
            if self.declaration(inner) is not None:
                return inner
        return None

    # ------------------------------------------------------------ bases: set by `names`, which knows what they mean

    def lineage(self, place: Place) -> tuple[list[Place], list[str]]:
        """A class and all its bases in the tree, nearest first, and the names of those that are not in it."""
        raise NotImplementedError

    # ------------------------------------------------------------ members

    def methods(self, place: Place, name: str, above: bool = False) -> list[Member]:
        """Every method of that name that objects of the class have; those of the class itself first."""
        lineage = self.lineage(place)[0]
        owners = lineage[1:] if above else lineage
        return [m for owner in owners for m in self.own_methods(owner, name) if _reaches(place, m)]

    def own_methods(self, place: Place, name: str) -> Iterator[Member]:
        """The methods that the class itself declares."""
        source = self.source(place.path)
        for declaration in source.members.get(place.qualified, {}).get(name, []) if source is not None else ():
            if declaration.kind == "method":
                yield Member(place, declaration)

    def constructors(self, place: Place) -> list[Member]:
        """The constructors that are written down, or stand for those that are not."""
        source = self.source(place.path)
        declared = source.members.get(place.qualified, {}) if source is not None else {}
        written = [d for d in declared.get(place.name, []) if d.kind == "constructor"]
        owner = self.declaration(place)
        if owner is not None and "record" in owner.flags and not any(d.params == owner.params for d in written):
            written.append(owner)
        return [Member(place, declaration) for declaration in written]

    def field(self, place: Place, name: str, above: bool = False) -> Member | None:
        """The field, or the constant, that a name means on objects of the class."""
        lineage = self.lineage(place)[0]
        for owner in lineage[1:] if above else lineage:
            source = self.source(owner.path)
            for declaration in source.members.get(owner.qualified, {}).get(name, []) if source is not None else ():
                member = Member(owner, declaration)
                if declaration.kind in ("field", "constant") and _reaches(place, member):
                    return member
        return None

    def may_have(self, place: Place, name: str, count: int | None = None) -> bool:
        """Whether a member of that name can come from where no text shows it: other libraries, generators.

        Of a method that takes `count` arguments, where that is known.
        """
        if self.may_inherit(place, name, count):
            return True
        lineage = self.lineage(place)[0]
        return any(self.may_generate(owner, name) for owner in lineage)

    def may_inherit(self, place: Place, name: str, count: int | None = None) -> bool:
        """The same of what comes from outside of the tree alone."""
        for base in self.lineage(place)[1]:
            members = library.members(base)
            if members is None:
                return True
            if name in members and (count is None or not library.is_other_of_object(base, name, count)):
                return True
        return False

    def may_generate(self, place: Place, name: str) -> bool:
        """Whether an annotation processor may write a member of that name into the class."""
        source = self.source(place.path)
        return source is None or may_generate(source, place.qualified, name)


def _reaches(place: Place, member: Member) -> bool:
    """Whether a class has the member: what is private is not inherited, but seen inside of its file."""
    return "private" not in member.declaration.flags or member.owner.path.lstrip("\0") == place.path.lstrip("\0")
