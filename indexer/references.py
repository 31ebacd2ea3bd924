"""The places that use a name, each with how sure it is that the name means the definition that was asked for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from indexer.types import Binding, Chain, Confidence, Facts, Reference, Site, Symbol, Tree

if TYPE_CHECKING:
    from indexer.index import Index

CALLS = frozenset({"call", "new", "decorator"})
MEMBERS = frozenset({"method", "property", "field"})
"""Kinds of definitions that are used behind a dot: a bare name is a parameter, a variable or something else."""
_Kind = Literal["call", "import", "read"]
_Place = tuple[int, _Kind, bool]
"""Line, kind, and whether it surely means a definition that was asked for."""
_SUFFIXES = frozenset({"js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"})
_PACKAGE_FILES = frozenset({"__init__", "index", "mod"})


def references(
    index: Index, tree: Tree, name: str, chosen: Sequence[Symbol], same_name: Sequence[Symbol]
) -> tuple[Reference, ...]:
    """Every use of `name` in the tree, by path and line.

    resolved   in a file that defines one of `chosen` or imports the name, or the module it is taken from, from one
    unique     elsewhere, where `same_name` (all definitions of the name) is a single one
    ambiguous  elsewhere, and in languages of which only definitions are read

    Where all of `chosen` are members of something, only what stands behind a dot is a use.
    """
    member = bool(chosen) and all(symbol.parent is not None and symbol.kind in MEMBERS for symbol in chosen)
    paths = sorted(index.mentioning(tree, [name]))
    facts = index.facts(tree, paths, frozenset([name]))
    defining = {symbol.path for symbol in chosen}
    homes = {_home(path) for path in defining}
    guess: Confidence = "unique" if len(same_name) == 1 else "ambiguous"
    found: list[Reference] = []
    for path, of_file in facts.items():
        for line, kind, sure in sorted(set(_places(of_file, name, defining, _home(path) in homes, member))):
            found.append(Reference(path, line, kind, "resolved" if sure else guess))
    definitions = {(symbol.path, symbol.lines[0]) for symbol in same_name}
    for path, data in index.repo.read_many(tree, [path for path in paths if path not in facts]):
        lines = (line for line in _lines_with(name, data, member) if (path, line) not in definitions)
        found.extend(Reference(path, line, "read", "ambiguous") for line in lines)
    return tuple(sorted(found, key=lambda reference: (reference.path, reference.line, reference.kind)))


def _home(path: str) -> str:
    """Where a name can be used as it is: the file that defines it, in Go the folder of that."""
    return posixpath.dirname(path) if path.endswith(".go") else path


def _places(facts: Facts, name: str, defining: Iterable[str], at_home: bool, member: bool) -> Iterator[_Place]:
    """The uses in one file; `at_home` where it defines the name itself, and means that unless it imports another."""
    modules = [_module_parts(path) for path in defining]
    imports = [binding for binding in facts.bindings if binding.kind == "import"]
    comes_from = _is_package if facts.language == "go" else _comes_from
    sure = {binding.name for binding in imports if comes_from(binding, modules)}
    others = {binding.name for binding in imports} - sure
    for binding in () if member else imports:
        if name in (binding.imported, binding.name):
            yield binding.line, "import", binding.name in sure
    for site in facts.sites:
        if site.chain[-1].lstrip(".:") == name and not (member and site.chain == (name,)):
            root = _root(site.chain)
            yield site.span.start_line, _kind(site), root in sure or (at_home and root not in others)


def _kind(site: Site) -> _Kind:
    if site.role == "import":
        return "import"
    return "call" if site.role in CALLS else "read"


def _root(chain: Chain) -> str:
    return chain[0] if len(chain) <= 2 else ""


def _is_package(binding: Binding, modules: Iterable[Sequence[str]]) -> bool:
    """Whether an import path of Go ends with one of the folders: what is before that names the module."""
    asked = (binding.module or "").split("/")
    return any(folders and _ends_with(asked, list(folders)) for folders in modules)


def _comes_from(binding: Binding, modules: Iterable[Sequence[str]]) -> bool:
    """Whether what is imported is a name of one of the modules, or one of the modules itself."""
    asked = [part for part in re.split(r"[./]+", binding.module or "") if part and part not in _SUFFIXES]
    whole = [*asked, binding.imported] if binding.imported not in (None, "*", "default") else asked
    return any(_ends_with(parts, asked) or _ends_with(parts, whole) for parts in modules)


def _ends_with(parts: Sequence[str], tail: Sequence[str | None]) -> bool:
    return bool(tail) and list(parts[-len(tail) :]) == list(tail)


def _module_parts(path: str) -> list[str]:
    """`a/b/c.py` as `a b c`; the file that stands for its folder is left out."""
    *folders, file = path.split("/")
    stem = file.partition(".")[0]
    return folders if stem in _PACKAGE_FILES or file.endswith(".go") else [*folders, stem]


def _lines_with(name: str, data: bytes, member: bool) -> Iterator[int]:
    before = rb"(?<=[.>:])" if member else rb"(?<![\w$])"
    pattern = re.compile(before + re.escape(name.encode("utf-8", "surrogateescape")) + rb"(?![\w$])")
    for number, line in enumerate(data.split(b"\n"), 1):
        if pattern.search(line):
            yield number
