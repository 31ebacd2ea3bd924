"""The door: what a repository holds at a commit, in the index and on disk, and what changed between two of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import cast

from indexer.errors import Problem, ToolProblem, UsageProblem
from indexer.repo.compare import Side, compare
from indexer.repo.disk import Disk, blob_oid
from indexer.repo.excludes import global_excludes
from indexer.repo.ignore import rules_of
from indexer.repo.listing import Listings, Mode
from indexer.repo.log import Commit, read_log
from indexer.repo.objects import GitObject, Objects
from indexer.repo.place import Place, find_place
from indexer.repo.remote import origin
from indexer.repo.revisions import is_shallow, resolve
from indexer.repo.runner import Limits, Runner
from indexer.repo.text import IN_LFS, POINTER_SIZE, pointed_at
from indexer.repo.worktree import WorkTree
from indexer.types import Entry, FileDiff, Skipped, Tree

MAX_FILE = 16 << 20
"""Bytes; no larger file is read."""
IGNORE_FILE = ".qcodeignore"
_MAX_IGNORE_FILE = 64 << 10
_KEPT_TEXT = 32 << 20
_TREE_LINE = re.compile(rb"(\d{6}) [a-z]+ ([0-9a-f]{40,64})\t")


def open_repo(start: Path, environ: Mapping[str, str] | None = None, limits: Limits | None = None) -> Repo:
    """The repository whose work tree `start` is in.

    `environ` is the user's environment: its PATH is searched for git, its HOME and XDG_CONFIG_HOME for the user's
    global ignore file; no variable whose name starts with GIT_ has any effect. Raises UsageProblem where there is no
    work tree, ToolProblem where there is no git.
    """
    place = find_place(start)
    environ = environ or {}
    runner = Runner(place, environ, limits or Limits())
    return Repo(place, runner, environ)


class Repo:
    """A git work tree. Not for several threads at once. Nothing is ever written, and no program of it is run."""

    def __init__(self, place: Place, runner: Runner, environ: Mapping[str, str]) -> None:
        self.root = place.root
        self.git_dir = place.git_dir
        self.common_dir = place.common_dir
        self.object_format = place.object_format
        self.skipped: list[Skipped] = []
        self._named: set[Skipped] = set()
        self._place = place
        self._runner = runner
        self._environ = environ
        self._objects = Objects(runner, partial=place.partial)
        self._disk = Disk(place.root, place.object_format)
        self._listings = Listings(runner)
        self._texts: dict[str, bytes] = {}
        self._modes_are_kept: bool | None = None

    def __enter__(self) -> Repo:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the git process that reads objects; the next read starts it again."""
        self._objects.close()
        self._texts.clear()

    # ------------------------------------------------------------ commits

    def resolve(self, rev: str) -> str:
        """The id of the commit that `rev` names. Raises UsageProblem, each cause with its own sentence and remedy."""
        return resolve(rev, self._objects, self._runner, self._place).oid

    def parent(self, oid: str) -> str | None:
        """The first parent of a commit; None for a first commit. Raises UsageProblem where a shallow clone lacks it."""
        commit = resolve(oid, self._objects, self._runner, self._place)
        header = (commit.data or b"").partition(b"\n\n")[0]
        found = re.search(rb"^parent ([0-9a-f]+)$", header, re.MULTILINE)
        if found is None:
            return None
        return resolve(f"{oid}^1", self._objects, self._runner, self._place).oid

    def merge_base(self, a: str, b: str) -> str:
        """The best common ancestor of two commits. Raises UsageProblem where there is none."""
        result = self._runner.run("merge-base", self.resolve(a), self.resolve(b), ok=(0, 1))
        if result.code == 0:
            return result.output.split(b"\n")[0].decode()
        if is_shallow(self._place):
            remedy = "This is a shallow clone: fetch more of its history with `git fetch --unshallow`."
        else:
            remedy = "Compare the two directly: A..B instead of A...B."
        raise UsageProblem("The two revisions have no common ancestor here.", remedy)

    def log(self, rev: str, most: int, path: str | None = None) -> tuple[Commit, ...]:
        """The last commits from `rev` on, newest first, of one file or folder where a path is given."""
        return read_log(self._runner, self.resolve(rev), most, path)

    def origin(self) -> str | None:
        """The address of the remote `origin` as it may be shown: without a password, and never a folder."""
        return origin(self._runner)

    # ------------------------------------------------------------ trees

    def empty_tree(self) -> Tree:
        """A tree without any file."""
        return Tree("commit", None, {})

    def commit_tree(self, oid: str) -> Tree:
        """All files of a commit, named by its full id."""
        try:
            output = self._runner.run("ls-tree", "-r", "-z", "--full-tree", oid).output
        except ToolProblem as problem:
            raise self._object_problem(oid, problem) from None
        entries: dict[str, Entry] = {}
        decode = os.fsdecode
        for line in output.split(b"\0"):
            if found := _TREE_LINE.match(line):
                mode, object_id = found.groups()
                entries[decode(line[found.end() :])] = Entry(object_id.decode(), _tree_mode(mode))
        return Tree("commit", oid, entries)

    def staged(self) -> Tree:
        """The index. Of a path in conflict our own side is taken, and it is named in `skipped`."""
        entries: dict[str, Entry] = {}
        for item in self._listings.tracked():
            if item.conflicted:
                self._skip(Skipped(item.path, "its merge conflict is not resolved"))
            if not item.intended:
                entries[item.path] = Entry(item.oid, item.mode)
        return Tree("staged", None, entries)

    def worktree(self) -> Tree:
        """Tracked files as they are on disk, and untracked ones that no ignore file names."""
        reader = self._reader()
        with self._listings.untracked(global_excludes(self._environ, self._runner)) as untracked:
            reader.look_at(self._listings.tracked())
            found = untracked()
        ignored = self.ignored(found)
        tree = reader.tree(path for path in found if path not in ignored)
        self._keep(reader.texts)
        return tree

    def paths(self) -> list[str]:
        """The paths that `worktree` would look at, without looking: some may be absent, links or submodules."""
        tracked, others = self._listings.every(global_excludes(self._environ, self._runner))
        ignored = self.ignored(others)
        return tracked + [path for path in others if path not in ignored and not path.endswith("/")]

    def worktree_after(self, before: Tree, paths: Iterable[str]) -> Tree:
        """The work tree where only `paths` may differ from `before`; the rest of the disk is not looked at.

        What is tracked is taken as it was when the whole work tree was read last.
        """
        reader = self._reader()
        touched = frozenset(paths)
        reader.entries = {path: entry for path, entry in before.entries.items() if path not in touched}
        reader.on_disk = set(before.on_disk - touched)
        tracked = [item for item in self._listings.last if item.path in touched]
        reader.look_at(tracked)
        others = sorted(touched.difference(item.path for item in tracked))
        hidden = self.ignored(others) | self.gitignored(others, before)
        tree = reader.tree(path for path in others if path not in hidden)
        self._keep(reader.texts)
        return tree

    def _reader(self) -> WorkTree:
        return WorkTree(
            self._disk,
            self.object_format,
            MAX_FILE,
            self._index_time(),
            self._keeps_modes,
            self._small_texts,
            self._skip,
        )

    def ignored(self, paths: Iterable[str], source: Tree | None = None, extra: Iterable[str] = ()) -> set[str]:
        """Those of `paths` that `.qcodeignore` names, or the `extra` patterns.

        The file is taken from `source`, by default from the disk. A review takes its base: a change can't hide itself
        by adding a pattern, and what the base ignores stays ignored.
        """
        text = self._ignore_text(source)
        rules = rules_of("\n".join([text, *extra]))
        return {path for path in paths if rules.matches(path)}

    def gitignored(self, paths: Iterable[str], tree: Tree) -> set[str]:
        """Those of `paths` that a `.gitignore` of the tree names: they may lie in the work tree without being in it."""
        wanted = set(paths)
        files = {f"{folder}.gitignore" for path in wanted for folder in _folders(path)} & tree.entries.keys()
        rules = {
            file.removesuffix(".gitignore"): rules_of(text.decode("utf-8", "replace"))
            for file, text in self.read_many(tree, sorted(files))
        }
        return {
            path
            for path in wanted
            if any(rules[folder].matches(path.removeprefix(folder)) for folder in _folders(path) if folder in rules)
        }

    # ------------------------------------------------------------ texts

    def read(self, tree: Tree, path: str) -> bytes | None:
        """The bytes of a file; None for no such file, a link, a submodule, a Git LFS pointer, or a file too large."""
        return next((data for _, data in self.read_many(tree, [path])), None)

    def read_many(self, tree: Tree, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of each file, in the order of `paths`; what `read` answers with None is left out."""
        wanted = list(paths)
        for path, data in zip(wanted, self._read_sides((tree, path) for path in wanted), strict=True):
            if data is not None and not pointed_at(data):
                yield path, data

    def diff(self, base: Tree, head: Tree) -> tuple[FileDiff, ...]:
        """What happened to each file between two trees, in the order of their paths."""
        return compare(base, head, self._read_sides, self._skip)

    # ------------------------------------------------------------ helpers

    def _read_sides(self, sides: Iterable[Side]) -> Iterator[bytes | None]:
        """The text of each side in order; objects are asked for many at a time."""
        wanted = list(sides)
        places = [self._object_of(tree, path) for tree, path in wanted]
        answers = self._objects.read((oid for oid in places if oid is not None), MAX_FILE)
        for (tree, path), oid in zip(wanted, places, strict=True):
            if oid is None:
                yield self._read_disk(tree, path)
            else:
                yield self._usable(path, next(answers))

    def _object_of(self, tree: Tree, path: str) -> str | None:
        entry = tree.entries.get(path)
        if entry is None or path in tree.on_disk:
            return None
        if entry.mode == "160000":
            self._skip(Skipped(path, "a submodule"))
            return None
        return None if entry.mode == "120000" else entry.oid

    def _usable(self, path: str, found: GitObject) -> bytes | None:
        """The object's bytes; those of a Git LFS pointer too, which a comparison must know."""
        if found.data is None:
            self._skip(Skipped(path, f"larger than {MAX_FILE >> 20} MiB"))
            return None
        if pointed_at(found.data):
            self._skip(Skipped(path, IN_LFS))
        return found.data

    def _read_disk(self, tree: Tree, path: str) -> bytes | None:
        """The bytes that the tree's entry was made of, or nothing if they have changed since."""
        entry = tree.entries.get(path)
        if entry is None or path not in tree.on_disk or not entry.mode.startswith("100"):
            return None
        kept = self._texts.get(entry.oid)
        if kept is not None:
            return kept
        try:
            data = self._disk.read(path, MAX_FILE)
        except OSError as error:
            self._skip(Skipped(path, f"could not be read: {error.strerror or error}"))
            return None
        if data is None and (entry.size or 0) > MAX_FILE:
            self._skip(Skipped(path, f"larger than {MAX_FILE >> 20} MiB"))
            return None
        if data is None or blob_oid(data, self.object_format) != entry.oid:
            self._skip(Skipped(path, "changed while it was read"))
            return None
        return data

    def _small_texts(self, oids: list[str]) -> dict[str, bytes]:
        """The objects among `oids` that are small enough for a Git LFS pointer."""
        found = self._objects.read(oids, POINTER_SIZE)
        return {item.oid: item.data for item in found if item.data is not None}

    def _index_time(self) -> int:
        try:
            return (self.git_dir / "index").stat().st_mtime_ns
        except OSError:
            return 0

    def _keeps_modes(self) -> bool:
        """`core.fileMode`: whether the modes on disk mean anything. Asked only when one differs."""
        if self._modes_are_kept is None:
            result = self._runner.run("config", "--type=bool", "--get", "core.fileMode", ok=(0, 1))
            self._modes_are_kept = result.output.strip() != b"false"
        return self._modes_are_kept

    def _ignore_text(self, source: Tree | None) -> str:
        if source is not None:
            data = self.read(source, IGNORE_FILE)
        else:
            try:
                data = self._disk.read(IGNORE_FILE, MAX_FILE)
            except OSError:
                data = None
        if data is not None and len(data) > _MAX_IGNORE_FILE:
            self._skip(Skipped(IGNORE_FILE, f"larger than {_MAX_IGNORE_FILE >> 10} KiB, so it ignores nothing"))
            data = None
        return os.fsdecode(data or b"")

    def _keep(self, texts: Mapping[str, bytes]) -> None:
        """Keep what was read of changed files, as far as there is room: most of it is asked for next."""
        self._texts.clear()
        room = _KEPT_TEXT
        for oid, data in texts.items():
            room -= len(data)
            if room < 0:
                break
            self._texts[oid] = data

    def _skip(self, skipped: Skipped) -> None:
        if skipped not in self._named:
            self._named.add(skipped)
            self.skipped.append(skipped)

    def _object_problem(self, oid: str, problem: ToolProblem) -> Problem:
        if self._place.partial:
            return UsageProblem(
                f"Folders of the commit {oid[:12]} are not here, because this is a partial clone.",
                "Fetch what is missing with `git fetch --refetch --no-filter`, then run qcode again.",
            )
        return problem


def _folders(path: str) -> Iterator[str]:
    """The folders that a path lies in, the root first, each with a slash at its end but the root."""
    yield ""
    yield from (path[: place + 1] for place, character in enumerate(path) if character == "/")


def _tree_mode(mode: bytes) -> Mode:
    """The four modes there are; old repositories also hold `100664`."""
    text = mode.decode()
    return cast(Mode, text) if text in ("100755", "120000", "160000") else "100644"
