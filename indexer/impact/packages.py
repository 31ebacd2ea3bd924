"""Imports by which a file looks for what is elsewhere now: Kotlin and PHP names, C and C++ headers, Ruby files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from indexer.impact.dependencies import takes_dependency
from indexer.impact.quoting import Quoter
from indexer.languages import language_of
from indexer.types import Binding, Definition, FileDiff, Finding, Outline, Related, Tree

if TYPE_CHECKING:
    from indexer.index import Index

Outlines = Mapping[tuple[str, str], Outline]
PACKAGED = frozenset({"kotlin", "php"})
"""Languages whose imports name the package and the definition."""
SEPARATORS = {"kotlin": ".", "php": "\\"}
BY_PATH = frozenset({"c", "cpp", "ruby"})
"""Languages whose imports name a file."""
MOST_WORDS = 200
_WORD = re.compile(r"\w+")


def moved_out(
    index: Index, base: Tree, head: Tree, pairs: list[FileDiff], outlines: Outlines, quoter: Quoter
) -> Iterator[Finding]:
    """Imports of definitions and files that the change put elsewhere, and that are not where the import says."""
    yield from _moved_names(index, base, head, pairs, outlines, quoter)
    yield from _lost_files(index, base, head, pairs, quoter)


# ---------------------------------------------------------------- definitions in packages


def _moved_names(
    index: Index, base: Tree, head: Tree, pairs: list[FileDiff], outlines: Outlines, quoter: Quoter
) -> Iterator[Finding]:
    pairs = [diff for diff in pairs if diff.old_path and language_of(diff.old_path) in PACKAGED]
    if not pairs:
        return
    before = _packages(index, base, [diff.old_path for diff in pairs if diff.old_path])
    gone: dict[tuple[str, str, str], tuple[str, Definition]] = {}
    for diff in pairs:
        path, language = diff.old_path or "", language_of(diff.old_path or "") or ""
        outline, package = outlines.get(("base", path)), before.get(path)
        for one in outline.definitions if outline is not None and package else ():
            if one.parent is None and one.kind != "namespace":
                gone[language, package or "", one.name] = (path, one)
    names = sorted({name for _, _, name in gone})[:MOST_WORDS]
    symbols = [s for s in index.definitions(head, names) if s.parent is None and language_of(s.path) in PACKAGED]
    now = _packages(index, head, sorted({symbol.path for symbol in symbols}))
    for symbol in symbols:
        gone.pop((language_of(symbol.path) or "", now.get(symbol.path) or "", symbol.name), None)
    unknown = {symbol.name for symbol in symbols if now.get(symbol.path) is None}
    places = {(language_of(s.path), s.name): s for s in reversed(symbols)}
    wanted = {key: old for key, old in gone.items() if key[2] not in unknown and (key[0], key[2]) in places}
    for path, binding in _importing(index, head, wanted):
        key = (language_of(path) or "", binding.module or "", binding.imported or "")
        old_path, old = wanted[key]
        new = places[key[0], key[2]]
        full = SEPARATORS[key[0]].join((key[1], key[2]))
        related = (
            Related(old_path, (old.lines[0], old.lines[0]), "before", old.signature),
            Related(new.path, (new.lines[0], new.lines[0]), "definition", new.signature),
        )
        title = f"`{full}` is no longer where this import looks for it: moved to `{new.path}`"
        why = f"This change moved it out of `{key[1]}`, and nothing of that name is left there."
        if binding.span is not None:
            yield quoter.finding("name/moved", "medium", path, binding.span, title, why, related)


def _packages(index: Index, tree: Tree, paths: list[str]) -> dict[str, str | None]:
    return {path: facts.scopes[0].owner for path, facts in index.uses(tree, paths, frozenset()).items()}


def _importing(
    index: Index, head: Tree, wanted: Mapping[tuple[str, str, str], object]
) -> Iterator[tuple[str, Binding]]:
    names = sorted({name for _, _, name in wanted})
    paths = sorted(path for path in index.mentioning(head, names) if language_of(path) in PACKAGED) if names else []
    for path, facts in sorted(index.uses(head, paths, frozenset()).items()):
        for binding in facts.bindings:
            if (facts.language, binding.module or "", binding.imported or "") in wanted:
                yield path, binding


# ---------------------------------------------------------------- files that are named by their path


def _lost_files(index: Index, base: Tree, head: Tree, pairs: list[FileDiff], quoter: Quoter) -> Iterator[Finding]:
    lost = {
        diff.old_path: diff.new_path
        for diff in pairs
        if diff.old_path and diff.old_path != diff.new_path and language_of(diff.old_path) in BY_PATH
    }
    if not lost or (None in lost.values() and takes_dependency(index, base, head)):
        return
    words = {max(_WORD.findall(posixpath.basename(path).partition(".")[0]) or [""], key=len) for path in lost}
    paths = sorted(p for p in index.mentioning(head, sorted(words - {""})) if language_of(p) in BY_PATH)
    stay = _Files(head)
    for path, facts in sorted(index.uses(head, paths, frozenset()).items()):
        for binding in facts.bindings:
            old = _named(binding, path, facts.language, lost)
            if old is None or binding.span is None or stay.has(binding.module or "", path, facts.language):
                continue
            new = lost[old]
            title = f"`{binding.module}` no longer exists" + (f": now `{new}`" if new else "")
            why = f"This change took `{old}` away, and no other file of the repository fits the name."
            yield quoter.finding("import/missing", "medium", path, binding.span, title, why)


def _named(binding: Binding, importer: str, language: str, lost: Mapping[str, str | None]) -> str | None:
    """The lost file that an import names: beside the importer, or for C below a folder that the build knows."""
    if binding.name != "*" or not binding.module:
        return None
    beside = _beside(binding.module, importer, language)
    if beside in lost:
        return beside
    if language == "ruby":
        return None
    tail = "/" + posixpath.normpath(binding.module).lstrip("./")
    return next((path for path in sorted(lost) if ("/" + path).endswith(tail)), None)


def _beside(module: str, importer: str, language: str) -> str:
    name = module if language != "ruby" or module.endswith(".rb") else module + ".rb"
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))


class _Files:
    """The files of a tree, by where their paths end."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._names = {posixpath.basename(path) for path in tree.entries}

    def has(self, module: str, importer: str, language: str) -> bool:
        """Whether an import may find a file of the tree, or one that is made of one (`config.h.in`)."""
        if _beside(module, importer, language) in self._tree.entries:
            return True
        name = posixpath.basename(module)
        if language == "ruby":
            return False
        return name in self._names or any(f"{name}{made}" in self._names for made in (".in", ".cmake", ".template"))
