"""Module names → files of a tree, as Python and JavaScript look them up.

A tree holds no interpreter, so search paths are inferred: a Python file is importable from the folder above its
outermost package, from the root and from `src`; a script folder imports its own files. A JavaScript specifier is a
relative path, a `paths` alias of a tsconfig, or the name of a workspace package.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

SCRIPT_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.ts", ".d.mts", ".d.cts", ".vue")
WRITTEN_FOR = {
    ".js": (".ts", ".tsx", ".js", ".jsx"),
    ".jsx": (".tsx", ".jsx"),
    ".mjs": (".mts", ".mjs"),
    ".cjs": (".cts", ".cjs"),
}
PYTHON_ROOTS = ("", "src", "lib", "python")
ENTRY_FOLDERS = ("src", "", "lib", "source")
MOST_MANIFESTS = 400
LARGEST_MANIFEST = 1 << 20
MOST_ALIASES = 1_000
"""Of one tsconfig."""
MOST_TARGETS = 100
"""Places that one specifier is looked for at."""


_STRING = r'("(?:\\.|[^"\\])*(?:"|\Z))'
_COMMENT = re.compile(_STRING + r"|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_LAST_COMMA = re.compile(_STRING + r"|,(?=\s*[}\]])")


@dataclass(frozen=True, slots=True)
class Found:
    """The file of a module; `path` ends with `/` for a Python folder without `__init__.py`."""

    path: str


@dataclass(frozen=True, slots=True)
class Outside:
    """The module is no part of this tree: the standard library, an installed package."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The module would have to be in this tree, and is not."""


Located = Found | Outside | Absent


@dataclass
class PythonModules:
    """Where the modules of a tree's Python files are found."""

    paths: frozenset[str]
    dotted: dict[str, list[str]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    _roots: dict[str, str] = field(default_factory=dict)
    _meant: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted(self.paths):
            self._enter(path)

    def locate(self, module: str, importer: str) -> Located:
        """The file that `module` (leading dots as written) names in `importer`."""
        if module.startswith("."):
            return self._relative(module, importer)
        candidates = self.dotted.get(module)
        if candidates:
            return Found(self._nearest(module, candidates, importer))
        sibling = posixpath.join(posixpath.dirname(importer), module.replace(".", "/"))
        for path in (f"{sibling}.py", f"{sibling}/__init__.py"):
            if path in self.paths:
                return Found(path)
        for root in PYTHON_ROOTS:
            folder = posixpath.join(root, module.replace(".", "/"))
            if folder in self.folders:
                return Found(folder + "/")
        top = module.partition(".")[0]
        return Absent() if "." in module and top in self.dotted else Outside()

    def _nearest(self, module: str, candidates: list[str], importer: str) -> str:
        """Of several files with one module name the one that shares most leading folders with the importer."""
        if module not in self._meant:
            self._meant[module] = nearest(candidates)
        meant = self._meant[module]
        folder = posixpath.dirname(importer)
        while folder not in meant:
            folder = posixpath.dirname(folder)
        return meant[folder]

    def submodule(self, package: str, name: str) -> Located:
        """The file of `name` inside the package whose file (or folder) is `package`."""
        if package.endswith("/"):
            folder = package[:-1]
        elif posixpath.basename(package).startswith("__init__."):
            folder = posixpath.dirname(package)
        else:
            return Absent()
        return self._in_folder(posixpath.join(folder, name))

    def names(self, path: str) -> tuple[str, ...]:
        """The dotted names under which a file can be imported, the likeliest first."""
        return tuple(name for name, paths in self.dotted.items() if path in paths)

    def _enter(self, path: str) -> None:
        stem, _, suffix = path.rpartition(".")
        if suffix not in ("py", "pyi"):
            return
        if suffix == "pyi" and stem + ".py" in self.paths:
            return
        module = stem.removesuffix("/__init__")
        for root in {self._import_root(posixpath.dirname(path)), *PYTHON_ROOTS}:
            inside = (
                module.removeprefix(root + "/")
                if root and module.startswith(root + "/")
                else module
                if not root
                else ""
            )
            if inside and inside != "__init__":
                self.dotted.setdefault(inside.replace("/", "."), []).append(path)

    def _import_root(self, folder: str) -> str:
        """The folder above the outermost package that `folder` belongs to."""
        unknown = []
        while folder and folder not in self._roots:
            unknown.append(folder)
            folder = posixpath.dirname(folder)
        root = self._roots.get(folder, folder)
        for inner in reversed(unknown):
            if f"{inner}/__init__.py" not in self.paths and f"{inner}/__init__.pyi" not in self.paths:
                root = inner
            self._roots[inner] = root
        self.folders.update(unknown)
        return root

    def _relative(self, module: str, importer: str) -> Located:
        rest = module.lstrip(".")
        folder = posixpath.dirname(importer)
        for _ in range(len(module) - len(rest) - 1):
            if not folder:
                return Outside()
            folder = posixpath.dirname(folder)
        return self._in_folder(posixpath.join(folder, rest.replace(".", "/")) if rest else folder)

    def _in_folder(self, stem: str) -> Located:
        for path in (f"{stem}/__init__.py", f"{stem}.py", f"{stem}/__init__.pyi", f"{stem}.pyi"):
            path = path.lstrip("/")
            if path in self.paths:
                return Found(path)
        if stem in self.folders:
            return Found(stem + "/")
        native = (f"{stem}{suffix}" for suffix in (".so", ".pyx", ".pyd", ".c"))
        return Outside() if any(path in self.paths for path in native) else Absent()


@dataclass(frozen=True, slots=True)
class _Alias:
    """One line of `paths`: the specifiers that begin and end so; `after` is None where the pattern has no star."""

    folder: str
    before: str
    after: str | None
    targets: tuple[str, ...]

    def star(self, module: str) -> str | None:
        """What the star stands for, nothing where there is none; None where the pattern does not fit."""
        if self.after is None:
            return "" if module == self.before else None
        fits = module.startswith(self.before) and module.endswith(self.after)
        end = len(module) - len(self.after)
        return module[len(self.before) : end] if fits and end >= len(self.before) else None


@dataclass
class ScriptModules:
    """Where the modules of a tree's JavaScript and TypeScript files are found."""

    paths: frozenset[str]
    read: Callable[[str], bytes | None]
    _aliases: list[_Alias] | None = None
    _packages: dict[str, str] | None = None
    _located: dict[tuple[str, str], Found | None] = field(default_factory=dict)

    def locate(self, module: str, importer: str) -> Located:
        """The file that the specifier `module` names in `importer`."""
        if module.startswith((".", "/")):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
            found = self._file(target)
            return Found(found) if found else Absent() if not _is_asset(module) else Outside()
        return self._aliased(module, importer) or self._workspace(module) or Outside()

    def _file(self, target: str) -> str | None:
        stem, suffix = posixpath.splitext(target)
        tries = [target + end for end in SCRIPT_SUFFIXES] + [f"{target}/index{end}" for end in SCRIPT_SUFFIXES]
        if suffix in WRITTEN_FOR:
            tries = [stem + end for end in WRITTEN_FOR[suffix]] + tries
        if suffix in SCRIPT_SUFFIXES:
            tries = [target, *tries]
        return next((path for path in tries if path in self.paths), None)

    def _aliased(self, module: str, importer: str) -> Found | None:
        question = posixpath.dirname(importer), module
        if question not in self._located:
            tries = islice(self._alias_targets(module, importer), MOST_TARGETS)
            files = (self._file(posixpath.normpath(target)) for target in tries)
            found = next((path for path in files if path), None)
            self._located[question] = Found(found) if found else None
        return self._located[question]

    def _alias_targets(self, module: str, importer: str) -> Iterator[str]:
        if self._aliases is None:
            self._aliases = self._read_aliases()
        for alias in self._aliases:
            if not alias.folder or importer.startswith(alias.folder + "/"):
                star = alias.star(module)
                if star is not None:
                    yield from (posixpath.join(alias.folder, end.replace("*", star, 1)) for end in alias.targets)

    def _workspace(self, module: str) -> Found | None:
        if self._packages is None:
            self._packages = self._read_packages()
        parts = module.split("/")
        size = 2 if module.startswith("@") else 1
        folder = self._packages.get("/".join(parts[:size]))
        if folder is None:
            return None
        inside = "/".join(parts[size:])
        for entry in ENTRY_FOLDERS:
            found = self._file(posixpath.normpath(posixpath.join(folder, entry, inside or "index")))
            if found:
                return Found(found)
        return None

    def _manifests(self, name: str) -> Iterable[tuple[str, Mapping[str, object]]]:
        wanted = sorted(p for p in self.paths if posixpath.basename(p) == name and "node_modules/" not in p)
        for path in wanted[:MOST_MANIFESTS]:
            text = self.read(path) or b""
            if len(text) > LARGEST_MANIFEST:
                continue
            try:
                data = json.loads(_without_comments(text.decode("utf-8", "replace")))
            except (ValueError, RecursionError):
                continue
            if isinstance(data, dict):
                yield posixpath.dirname(path), data

    def _read_packages(self) -> dict[str, str]:
        return {
            str(data["name"]): folder
            for folder, data in self._manifests("package.json")
            if isinstance(data.get("name"), str)
        }

    def _read_aliases(self) -> list[_Alias]:
        aliases = []
        for name in ("tsconfig.json", "tsconfig.base.json", "jsconfig.json"):
            for folder, data in self._manifests(name):
                options = data.get("compilerOptions")
                if isinstance(options, dict):
                    aliases += list(_aliases_of(folder, options))
        return sorted(aliases, key=lambda alias: -len(alias.folder))


def nearest(candidates: Iterable[str]) -> dict[str, str]:
    """For each folder above one of several files with one module name: the file that importers below it mean."""
    chosen: dict[str, str] = {}
    for path in sorted(candidates, key=lambda path: (-len(path), path), reverse=True):
        folder = posixpath.dirname(path)
        while folder not in chosen:
            chosen[folder] = path
            folder = posixpath.dirname(folder)
    return chosen


def _aliases_of(folder: str, options: Mapping[str, object]) -> Iterator[_Alias]:
    base = options.get("baseUrl")
    start = str(base) if isinstance(base, str) else "."
    paths = options.get("paths")
    for pattern, targets in islice(paths.items(), MOST_ALIASES) if isinstance(paths, dict) else ():
        before, star, after = str(pattern).partition("*")
        if isinstance(targets, list) and "*" not in after:
            ends = tuple(posixpath.join(start, str(target)) for target in targets[:MOST_TARGETS])
            yield _Alias(folder, before, after if star else None, ends)
    if isinstance(base, str):
        yield _Alias(folder, "", "", (posixpath.join(base, "*"),))


def _is_asset(module: str) -> bool:
    suffix = posixpath.splitext(module)[1]
    return (
        bool(suffix) and suffix not in SCRIPT_SUFFIXES and suffix[1:].isalpha() and len(suffix) <= 6
    ) or "?" in module


def _without_comments(text: str) -> str:
    """JSON as tsconfig files are written: comments and trailing commas taken out, strings left alone.

    What is opened and never closed goes on to the end: it is looked at once, not from every place in it again.
    """
    text = _COMMENT.sub(lambda m: m.group(1) or " ", text)
    return _LAST_COMMA.sub(lambda m: m.group(1) or "", text)
