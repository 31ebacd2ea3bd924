"""Which files could still expect the old, and their sites: the names to look for and how far to follow them."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.impact.changes import CONSTRUCTORS, Change
from indexer.impact.values import Place
from indexer.impact.world import CLASSES, Source, World
from indexer.types import Declaration, Skipped

ROUNDS = 4
"""How many aliases of aliases are followed from file to file."""
MANY = 150
"""A name in more files than this is only followed into files that also mention where it comes from."""
MOST_FILES = 1_500
GENERATIONS = 50
"""How many times subclasses of subclasses are looked for in further files."""
MOST_NEAR = 250
"""Files with a common name that are looked at because they mention something that gives its owner."""
GIVING = ("method", "property", "field", "function")
"""Kinds of definitions that say in their signature what they give."""
WORD = re.compile(r"\w+")
DULL = frozenset({"__init__", "constructor", "__new__", "__call__", "__eq__"})
HEADED = ("class", "interface")
"""Kinds of definitions that name their bases in their signature."""
LANGUAGES = {"py": "python", "pyi": "python", "rs": "rust", "java": "java"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name to look for. Where it is common, only in files that mention one of `beside` or lie in `folder`."""

    name: str
    beside: frozenset[str]
    folder: str
    strict: bool = False
    """Common or not, `beside` is needed: the name alone says too little."""
    owner: Place | None = None
    """The class of a member: where the name is common, its subclasses' names are looked for beside it as well."""


def descendants(world: World, place: Place) -> dict[Place, Declaration]:
    """Every class of the tree that has `place` among its bases, directly or not."""
    if place not in world.heirs:
        world.heirs[place] = _descendants(world, place)
    return world.heirs[place]


def _descendants(world: World, place: Place) -> dict[Place, Declaration]:
    for _ in range(GENERATIONS):
        found = world.heirs_of(place)
        if not _look_for_heirs(world, {place.name, *(heir.name for heir in found)}, family(place.path)):
            break
    return world.heirs_of(place)


def _look_for_heirs(world: World, names: Iterable[str], kin: str) -> bool:
    """Take in the files with classes that inherit from one of these; False where all were looked for before."""
    fresh = {name for name in names if (kin, name) not in world.headed}
    if fresh:
        world.headed |= {(kin, name) for name in fresh}
        paths = world.index.headings(world.tree, HEADED, fresh)
        world.note_heirs(sorted(path for path in paths if family(path) == kin))
    return bool(fresh)


def wanted(head: World, changes: Iterable[Change], lost_files: Iterable[str]) -> dict[str, Wanted]:
    """The names to look for, by name: those of the changed symbols and of the modules whose files went away."""
    names: dict[str, Wanted] = {}
    changes = list(changes)
    classes = [place for change in changes if (place := _class_of(change)) is not None]
    for kin in sorted({family(place.path) for place in classes}):
        _look_for_heirs(head, (place.name for place in classes if family(place.path) == kin), kin)
    wants = itertools.chain.from_iterable(_wanted(head, change) for change in changes)
    modules = (Wanted(_stem(path), frozenset(), posixpath.dirname(path)) for path in lost_files)
    for want in itertools.chain(wants, modules):
        if want.name:
            old = names.get(want.name)
            names[want.name] = (
                want
                if old is None
                else Wanted(
                    want.name,
                    old.beside | want.beside,
                    posixpath.commonpath([old.folder, want.folder]) if old.folder and want.folder else "",
                    old.strict and want.strict,
                    want.owner if old.owner is None or want.owner == old.owner else old.owner,
                )
            )
    return names


def sources(head: World, names: dict[str, Wanted], like: frozenset[str]) -> Iterator[Source]:
    """The files of the languages `like` that use one of the names, or an alias of one, with their sites."""
    seen: dict[str, Source] = {}
    searched: set[str] = set()
    for _ in range(ROUNDS):
        fresh = [want for name, want in names.items() if name not in searched]
        if not fresh:
            break
        searched |= {want.name for want in fresh}
        asked = frozenset(names)
        paths = _candidates(head, fresh, like)
        head.load(paths, asked)
        for path in paths:
            source = head.source(path)
            if source is not None:
                seen[path] = source
                for alias in {*_aliases(source, searched), *_local_heirs(source, searched)}:
                    names.setdefault(
                        alias, Wanted(alias, frozenset({_stem(path)}), posixpath.dirname(path), strict=True)
                    )
    for path in sorted(seen):
        source = head.source(path)
        if source is not None:
            yield source


def _wanted(head: World, change: Change) -> Iterator[Wanted]:
    path = change.base.path
    stem = head.rust.stem(path) or _stem(path)
    folder = posixpath.dirname(path)
    owner = change.base.qualified.rpartition(".")[0].rpartition(".")[2]
    if change.before is None:
        strict = family(path) != "rust"
        yield Wanted(change.name if change.name != "default" else stem, frozenset({stem}), folder, strict=strict)
        return
    if _is_default(head, change):
        yield Wanted(stem, frozenset({stem}), folder)
    place = _class_of(change)
    if place is not None:
        heirs = descendants(head, place if change.head is None else Place(change.head.path, place.qualified))
        names = frozenset({place.name, *(heir.name for heir in heirs)})
        for name in names:
            yield Wanted(name, frozenset({stem}), folder)
        if change.name in CONSTRUCTORS:
            yield Wanted(change.name, names, folder, strict=True)
        return
    place = Place(change.head.path if change.head else path, change.base.qualified.rpartition(".")[0])
    yield Wanted(change.name, frozenset({owner or stem}), folder, owner=place if owner else None)
    for export in _exported_as(head, change):
        yield Wanted(export, frozenset({stem}), folder)


def _class_of(change: Change) -> Place | None:
    """The class whose calls a change of it, or of its constructor, concerns, and those of its subclasses."""
    if change.name in CONSTRUCTORS:
        return Place(change.base.path, change.base.qualified.rpartition(".")[0])
    return change.base if change.before is not None and change.before.kind in CLASSES and not change.gone else None


def _is_default(head: World, change: Change) -> bool:
    """Whether importers may call the symbol, or the class that it is a constructor of, what they like."""
    source = head.source(change.head.path) if change.head else None
    names = {change.name, change.base.qualified.rpartition(".")[0]}
    return source is not None and any(e.name == "default" and e.local in names for e in source.facts.exports)


def _exported_as(head: World, change: Change) -> Iterator[str]:
    """Other names under which a JavaScript module hands the symbol out."""
    source = head.source(change.base.path)
    for export in source.facts.exports if source else ():
        if export.local == change.name and export.name not in (change.name, "default", "*"):
            yield export.name


def _candidates(head: World, wants: list[Wanted], like: frozenset[str]) -> list[str]:
    mentions = head.index.mentioning(
        head.tree, sorted({_word(w.name) for w in wants} | {word for w in wants for word in w.beside})
    )
    holding: dict[str, list[str]] = {}
    for path, names in mentions.items():
        if family(path) in like:
            for name in names:
                holding.setdefault(name, []).append(path)
    chosen: set[str] = set()
    for want in wants:
        paths = holding.get(_word(want.name), [])
        if want.strict or len(paths) > MANY:
            near = {path for word in want.beside for path in holding.get(word, [])}
            if want.owner is not None:
                heirs = sorted({heir.name for heir in descendants(head, want.owner)})
                near |= head.index.mentioning(head.tree, heirs).keys()
                near |= _near_givers(head, want.owner, paths)
            kept = [path for path in paths if path in near or posixpath.dirname(path) == want.folder]
            if not want.strict and len(paths) > len(kept):
                head.index.skip(
                    Skipped(
                        f"files that mention `{want.name}`",
                        "the name is too common to be followed into files that mention none of its owners",
                        len(paths) - len(kept),
                    )
                )
            paths = kept
        chosen.update(paths)
    if len(chosen) > MOST_FILES:
        head.index.skip(Skipped("files that mention a changed name", "too many", len(chosen) - MOST_FILES))
    return sorted(chosen)[:MOST_FILES]


def _near_givers(head: World, owner: Place, paths: list[str]) -> set[str]:
    """Those of the files that mention what says that it gives an object of the class; none where they are many."""
    names = {owner.name}
    files = head.index.headings(head.tree, GIVING, names)
    for outline in head.index.outlines(head.tree, files).values():
        for definition in outline.definitions:
            if definition.kind in GIVING and owner.name in WORD.findall(definition.signature):
                names |= {definition.name, (definition.parent or owner.name).rpartition(".")[2]}
    near = set(paths) & head.index.mentioning(head.tree, sorted(names - DULL)).keys()
    return near if len(near) <= MOST_NEAR else set()


def _aliases(source: Source, names: set[str]) -> Iterator[str]:
    """Names by which the file hands a looked-for name on to other files."""
    for binding in source.facts.bindings:
        if (
            binding.kind == "import"
            and (binding.scope == 0 or source.facts.language == "rust")
            and binding.imported in names
            and binding.name != binding.imported
        ):
            yield binding.name
        if binding.kind == "import" and binding.imported == "default" and _stem(binding.module or "") in names:
            yield binding.name
        if binding.kind == "value" and binding.scope == 0 and binding.value and binding.value[-1].lstrip(".") in names:
            yield binding.name
    for declaration in source.facts.declarations:
        held = declaration.values if declaration.parent is None and declaration.kind in ("variable", "constant") else ()
        if any(value[-1].lstrip(".") in names for value in held):
            yield declaration.name
    for export in source.facts.exports:
        if export.local in names and export.name not in (export.local, "default", "*"):
            yield export.name


def _local_heirs(source: Source, names: set[str]) -> Iterator[str]:
    """Classes inside of functions that inherit from a looked-for one: the index does not know them."""
    for declaration in source.facts.declarations:
        local = declaration.kind == "class" and source.facts.scopes[declaration.scope].kind == "function"
        if local and any(base[-1].lstrip(".") in names for base in declaration.bases):
            yield declaration.name


def family(path: str) -> str:
    """`python`, `rust` or `script`: files that can use each other's names."""
    return LANGUAGES.get(path.rpartition(".")[2], "script")


def _word(name: str) -> str:
    """The identifier that the index knows a name by: JavaScript's `#private` is `private` there."""
    return name.removeprefix("#")


def _stem(path: str) -> str:
    """The word that every import of a file holds: of `trie-router/index.ts` it is `router`, the longest one."""
    stem = posixpath.basename(path).partition(".")[0]
    if stem in ("__init__", "index") or path.endswith("mod.rs"):
        stem = posixpath.basename(posixpath.dirname(path))
    return max(WORD.findall(stem), key=len, default=stem)
