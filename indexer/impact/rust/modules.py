"""The module tree of a crate: files and inline modules, downwards from a root and upwards from a file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.impact.rust.manifests import Package, Packages
from indexer.impact.rust.values import Module
from indexer.impact.source import Source
from indexer.types import Declaration

if TYPE_CHECKING:
    from indexer.impact.world import World

ROOT_FILES = ("lib.rs", "main.rs", "mod.rs")
ROOT_FOLDERS = frozenset({"tests", "examples", "benches", "bin"})
MOST_FILES = 400
"""Files of a package in which a `#[path]` is looked for."""
SUFFIX = ".rs"


class Modules:
    """The modules of one state."""

    def __init__(self, world: World, packages: Packages) -> None:
        self._world = world
        self._packages = packages
        self._parents: dict[str, list[Module]] = {}
        self._elsewhere: dict[str, dict[str, list[Module]]] = {}

    def children(self, module: Module, name: str) -> list[Module]:
        """The modules that `mod name` in a module stands for: several where `cfg` chooses, none without a file."""
        found: dict[Module, None] = {}
        for declaration in self._declared(module, name):
            for child in self._bodies(module, declaration):
                found[child] = None
        return list(found)

    def is_declared(self, module: Module, name: str) -> bool:
        return bool(self._declared(module, name))

    def parents(self, module: Module) -> list[Module]:
        """The modules that a module is declared in: none of a root, several where more crates than one have it."""
        if module.inner:
            return [Module(module.path, module.inner.rpartition(".")[0])]
        if module.path not in self._parents:
            self._parents[module.path] = []  # where files declare each other in a circle
            self._parents[module.path] = self._found_parents(module.path)
        return self._parents[module.path]

    def is_root(self, path: str) -> bool:
        """Whether a crate begins in a file."""
        package = self._packages.of(path)
        name = posixpath.basename(path)
        if package is None:
            return name in ("lib.rs", "main.rs")
        if path == package.library or path in package.roots:
            return True
        inside = path[len(package.folder) + 1 :] if package.folder else path
        parts = inside.split("/")
        if inside in ("src/main.rs", "src/lib.rs", "build.rs"):
            return True
        if parts[0] == "src" and len(parts) > 2 and parts[1] == "bin":
            return len(parts) == 3 or (len(parts) == 4 and name == "main.rs")
        return parts[0] in ROOT_FOLDERS and (len(parts) == 2 or (len(parts) == 3 and name == "main.rs"))

    def _is_loose(self, path: str) -> bool:
        """Whether only its folder makes a file a root: `tests/util.rs` can be a module of `tests/all.rs`."""
        package = self._packages.of(path)
        named = package is not None and (path == package.library or path in package.roots)
        return not named and posixpath.basename(posixpath.dirname(path)) in ROOT_FOLDERS

    def roots(self, module: Module) -> list[Module]:
        """The roots of the crates that a module is in."""
        found: dict[Module, None] = {}
        waiting, seen = [module], set()
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            above = self.parents(at)
            if not above and not at.inner:
                found[at] = None
            waiting.extend(above)
        return list(found)

    def library(self, folder: str) -> Module | None:
        """The root of a package's library."""
        package = self._packages.at(folder)
        return Module(package.library) if package is not None and package.library else None

    def crate(self, path: str, name: str) -> Module | str | None:
        """The library that a crate name means in a file; None outside of the tree, "" where that is not known."""
        package = self._packages.of(path)
        if package is None:
            return ""
        if name == package.name and package.library is not None and not self._within_library(path, package):
            return Module(package.library)
        if name not in package.uses:
            return None
        folder = package.uses[name]
        return self.library(folder) if folder is not None else None

    def crate_name(self, path: str) -> str:
        """The name of the crate whose library begins in a file; nothing where none does."""
        package = self._packages.of(path)
        return package.name if package is not None and package.library == path else ""

    def has_crate(self, path: str, name: str) -> bool:
        """Whether a name is that of a crate in a file."""
        package = self._packages.of(path)
        if package is None:
            return False
        return name in package.uses or (name == package.name and not self._within_library(path, package))

    # ------------------------------------------------------------ inside

    def _within_library(self, path: str, package: Package) -> bool:
        return any(root.path == package.library for root in self.roots(Module(path)))

    def _declared(self, module: Module, name: str) -> list[Declaration]:
        source = self._world.source(module.path)
        qualified = f"{module.inner}.{name}" if module.inner else name
        return [d for d in source.qualified.get(qualified, []) if d.kind == "namespace"] if source is not None else []

    def _bodies(self, module: Module, declaration: Declaration) -> Iterator[Module]:
        if "elsewhere" not in declaration.flags:
            yield Module(module.path, declaration.qualified)
            return
        for path in self._files(module, declaration):
            if path in self._world.tree.entries:
                yield Module(path)

    def _files(self, module: Module, declaration: Declaration) -> Iterator[str]:
        folder = self._folder(module)
        for value in declaration.values:
            beside = posixpath.dirname(module.path) if not module.inner else folder
            yield posixpath.normpath(posixpath.join(beside, value[0]))
        yield posixpath.join(folder, declaration.name + SUFFIX)
        yield posixpath.join(folder, declaration.name, "mod.rs")

    def _folder(self, module: Module) -> str:
        """Where the files of a module's own modules lie."""
        folder, name = posixpath.split(module.path)
        if name not in ROOT_FILES and not self.is_root(module.path):
            folder = posixpath.join(folder, name.removesuffix(SUFFIX))
        return posixpath.join(folder, *module.inner.split(".")) if module.inner else folder

    def _found_parents(self, path: str) -> list[Module]:
        if self.is_root(path) and not self._is_loose(path):
            return []
        found = [parent for parent in self._likely(path) if Module(path) in self._all_children(parent, path)]
        return found or ([] if self.is_root(path) else self._by_attribute(path))

    def _all_children(self, parent: Module, path: str) -> list[Module]:
        return self.children(parent, _stem(path))

    def _likely(self, path: str) -> Iterator[Module]:
        """Where a file is declared without a `#[path]`."""
        folder, name = posixpath.split(path)
        if name == "mod.rs":
            folder = posixpath.dirname(folder)
        entries = self._world.tree.entries
        inner: list[str] = []
        while True:
            above, last = posixpath.split(folder)
            roots = [entry for entry in self._roots_in(folder)]
            for candidate in (*(posixpath.join(folder, root) for root in ROOT_FILES), *roots, folder + SUFFIX):
                if candidate in entries and candidate != path:
                    yield Module(candidate, ".".join(inner))
            if not folder or len(inner) > 3:
                return
            inner.insert(0, last)
            folder = above

    def _roots_in(self, folder: str) -> list[str]:
        """Root files of a folder that are called as they like."""
        package = self._packages.of(posixpath.join(folder, "any.rs"))
        if package is None:
            return []
        named = {root for root in package.roots if posixpath.dirname(root) == folder}
        if posixpath.basename(folder) in ROOT_FOLDERS:
            prefix = folder + "/"
            named |= {
                path
                for path in self._world.tree.entries
                if path.startswith(prefix) and path.endswith(SUFFIX) and "/" not in path[len(prefix) :]
            }
        return sorted(path for path in named if self.is_root(path))

    def _by_attribute(self, path: str) -> list[Module]:
        package = self._packages.of(path)
        folder = package.folder if package is not None else ""
        if folder not in self._elsewhere:
            self._elsewhere[folder] = self._attributed(folder)
        return self._elsewhere[folder].get(path, [])

    def _attributed(self, folder: str) -> dict[str, list[Module]]:
        """The files of a package that a `#[path]` names, with the modules that do so."""
        world = self._world
        mentioning = world.index.mentioning(world.tree, ["path"])
        prefix = folder + "/" if folder else ""
        paths = sorted(path for path in mentioning if path.startswith(prefix) and path.endswith(SUFFIX))
        found: dict[str, list[Module]] = {}
        world.load(paths[:MOST_FILES], frozenset())
        for at in paths[:MOST_FILES]:
            source = world.source(at)
            for declaration in _with_path(source) if source is not None else ():
                module = Module(at, declaration.parent or "")
                for child in self.children(module, declaration.name):
                    found.setdefault(child.path, []).append(module)
        return found


def _with_path(source: Source) -> list[Declaration]:
    return [d for d in source.facts.declarations if d.kind == "namespace" and d.values]


def _stem(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.basename(folder) if name == "mod.rs" else name.removesuffix(SUFFIX)
