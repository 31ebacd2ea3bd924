"""Cargo's manifests: which packages a tree has, what their crates are called and where they begin.

A crate's root is found as Cargo does by itself (`src/lib.rs`, `src/main.rs`, `src/bin/`, `tests/`, `examples/`,
`benches/`, `build.rs`) or where the manifest names it. A name of another crate stands for a package of the tree only
where the manifest gives its path, its own or the workspace's.
"""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

MANIFEST = "Cargo.toml"
MOST_MANIFESTS = 1_000
LARGEST_MANIFEST = 1 << 20
DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies")
TARGETS = (("bin", "src/bin"), ("test", "tests"), ("example", "examples"), ("bench", "benches"))

Table = dict[str, object]


@dataclass(frozen=True, slots=True)
class Package:
    """One package; folders and paths are those of the tree, the root's folder is empty."""

    folder: str
    name: str
    """Its library's name, as a path names it."""
    library: str | None
    roots: frozenset[str]
    """Root files named by the manifest."""
    uses: dict[str, str | None] = field(default_factory=dict)
    """Crate names → the folder of the package of this tree, or None where it comes from elsewhere."""


class Packages:
    """The packages of a tree."""

    def __init__(self, paths: Collection[str], read: Callable[[str], bytes | None]) -> None:
        self._paths = paths
        self._read = read
        self._manifests: dict[str, Table] = {}
        self._packages: dict[str, Package | None] = {}

    def of(self, path: str) -> Package | None:
        """The package that a file belongs to."""
        folder = posixpath.dirname(path)
        while True:
            package = self.at(folder)
            if package is not None or not folder:
                return package
            folder = posixpath.dirname(folder)

    def at(self, folder: str) -> Package | None:
        """The package whose manifest lies in a folder."""
        if folder not in self._packages:
            manifest = self._manifest(folder)
            self._packages[folder] = self._package(folder, manifest) if "package" in manifest else None
        return self._packages[folder]

    def _package(self, folder: str, manifest: Table) -> Package:
        library, about = _table(manifest.get("lib")), _table(manifest.get("package"))
        name = str(library.get("name") or about.get("name") or "").replace("-", "_")
        root = _joined(folder, str(library.get("path") or "src/lib.rs"))
        named = [
            _joined(folder, str(target["path"]))
            for kind, _ in TARGETS
            for target in _tables(manifest.get(kind))
            if isinstance(target.get("path"), str)
        ]
        package = Package(folder, name, root if root in self._paths else None, frozenset(named))
        for key, dependency in self._dependencies(manifest):
            package.uses[key.replace("-", "_")] = self._folder_of(folder, key, dependency)
        return package

    def _dependencies(self, manifest: Table) -> Iterator[tuple[str, object]]:
        for holder in (manifest, *map(_table, _table(manifest.get("target")).values())):
            for kind in DEPENDENCIES:
                yield from _table(holder.get(kind)).items()

    def _folder_of(self, folder: str, key: str, dependency: object) -> str | None:
        """The folder of the package of the tree that a dependency means."""
        table = _table(dependency)
        if table.get("workspace") is True:
            return self._of_workspace(folder, key)
        path = table.get("path")
        return _joined(folder, path) if isinstance(path, str) else None

    def _of_workspace(self, folder: str, key: str) -> str | None:
        while True:
            workspace = _table(self._manifest(folder).get("workspace"))
            if workspace:
                path = _table(_table(workspace.get("dependencies")).get(key)).get("path")
                return _joined(folder, path) if isinstance(path, str) else None
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def _manifest(self, folder: str) -> Table:
        """What a folder's manifest says; nothing where there is none, or none that can be read."""
        if folder not in self._manifests:
            self._manifests[folder] = self._parsed(posixpath.join(folder, MANIFEST))
        return self._manifests[folder]

    def _parsed(self, path: str) -> Table:
        if path not in self._paths or len(self._manifests) > MOST_MANIFESTS:
            return {}
        data = self._read(path)
        if data is None or len(data) > LARGEST_MANIFEST:
            return {}
        try:
            return tomllib.loads(data.decode("utf-8", "replace"))
        except (tomllib.TOMLDecodeError, RecursionError):
            return {}


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[Table]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _joined(folder: str, path: str) -> str:
    found = posixpath.normpath(posixpath.join(folder, path))
    return "" if found == "." else found
