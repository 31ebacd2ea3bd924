"""Where the packages of a tree are: import paths → folders, by the go.mod files, their replacements and go.work."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass

from indexer.impact.values import OUTSIDE, Outside

REPLACE = re.compile(r"^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s*=>\s*(\.{1,2}/?\S*)\s*$", re.MULTILINE)
MODULE = re.compile(r"^\s*module\s+[\"`]?([^\s\"`]+)", re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*")
LISTED = re.compile(r"\buse\s*\(([^)]*)\)|\buse\s+(\S+)")
HIDDEN = ("_", ".")


@dataclass(frozen=True, slots=True)
class Absent:
    """A package that would have to lie in `folder` of the tree, where no Go file is."""

    folder: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A package that lies in a folder of the tree."""

    path: str


Located = Folder | Absent | Outside


class Packages:
    """The Go files of a tree by folder, and its modules."""

    def __init__(self, paths: frozenset[str], read: Callable[[str], bytes | None]) -> None:
        self.folders: dict[str, list[str]] = {}
        self.modules: dict[str, str] = {}
        """The module path by the folder of its go.mod."""
        self._local: dict[str, dict[str, str]] = {}
        self._works: dict[str, set[str]] = {}
        for path in sorted(paths):
            folder, _, name = path.rpartition("/")
            if name.endswith(".go") and not name.startswith(HIDDEN):
                self.folders.setdefault(folder, []).append(path)
            elif name in ("go.mod", "go.work"):
                text = COMMENT.sub("", (read(path) or b"").decode("utf-8", "replace"))
                (self._take_module if name == "go.mod" else self._take_work)(folder, text)

    def module_of(self, folder: str) -> str | None:
        """The folder of the go.mod that rules a folder."""
        while folder not in self.modules:
            if not folder:
                return None
            folder = posixpath.dirname(folder)
        return folder

    def locate(self, imported: str, importer: str) -> Located:
        """Where the package `imported` by the file `importer` lies."""
        home = self.module_of(posixpath.dirname(importer))
        if home is None:
            return OUTSIDE
        vendored = posixpath.join(home, "vendor", imported)
        if vendored in self.folders:
            return Folder(vendored)
        for root in self._reachable(home):
            module = self.modules[root]
            if imported == module or imported.startswith(f"{module}/"):
                folder = posixpath.join(root, imported[len(module) + 1 :]).rstrip("/")
                if folder in self.folders and self.module_of(folder) == root:
                    return Folder(folder)
                return Absent(folder) if root == home else OUTSIDE
        return OUTSIDE

    def _reachable(self, home: str) -> list[str]:
        """The modules of the tree that a module sees as they are in the tree; the longest module paths first."""
        seen = {home}
        for at, others in self._works.items():
            if home in others and (not at or home == at or home.startswith(f"{at}/")):
                seen |= others
        seen |= {folder for folder in self._local.get(home, {}).values() if folder in self.modules}
        return sorted(seen & self.modules.keys(), key=lambda root: -len(self.modules[root]))

    def _take_module(self, folder: str, text: str) -> None:
        found = MODULE.search(text)
        if found is None:
            return
        self.modules[folder] = found[1]
        for replaced, target in REPLACE.findall(text):
            self._local.setdefault(folder, {})[replaced] = _joined(folder, target)

    def _take_work(self, folder: str, text: str) -> None:
        used = [word for block, one in LISTED.findall(text) for word in (block.split() if block else [one])]
        self._works[folder] = {_joined(folder, word.strip('"`')) for word in used}


def _joined(folder: str, relative: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, relative))
    return "" if path == "." else path
