"""The door: `sandbox_of` looks once whether a sandbox can be made, `Sandbox.run` runs commands in it."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from agents.sandbox.copy import Copy, Stopped, new_copy, remove_abandoned
from agents.sandbox.filter import program
from agents.sandbox.git import GitView, git_view
from agents.sandbox.launch import Job, isolated, plain
from agents.sandbox.place import Isolation, isolation, with_settings
from agents.sandbox.types import Limits, Ran
from indexer.errors import ToolProblem, UsageProblem
from indexer.repo import Repo, open_repo
from indexer.repo.disk import Disk

NOT_ISOLATED = "This command was not isolated: the settings let commands run without a sandbox."
SCRATCH = Path("/tmp")  # noqa: S108 - the folders made in it have random names and are closed to others
_NAMED = 5
"""How many paths a note names."""


def sandbox_of(
    bwrap: str | None = None,
    *,
    unsafe: bool = False,
    scratch: Path = SCRATCH,
    readable: Iterable[Path] = (),
    environ: Mapping[str, str] | None = None,
) -> Sandbox:
    """A sandbox that was seen to work. Raises ToolProblem with the reason where none can be made.

    bwrap     the bubblewrap to take, by its whole path; by default the system's
    unsafe    run commands without isolation. Only ever from the user's own settings: every result says so
    scratch   where copies of work trees lie
    readable  further folders that commands may read (an interpreter, packages); a `bin` in one comes first on the PATH
    environ   the user's environment, of which git and the user's ignore file are found; no command gets any of it
    """
    if sys.platform != "linux":
        raise ToolProblem("Commands run on Linux only: no sandbox is known for this system.", "Run qcode on Linux.")
    folders = tuple(readable)
    for folder in folders:
        if not folder.is_absolute():
            raise UsageProblem(f"The readable folder {folder} is no absolute path.", "Give the whole path.")
    found = None if unsafe else isolation(bwrap)
    remove_abandoned(scratch)
    if found is None:
        return Sandbox(None, None, scratch, folders, environ or {})
    settings = new_copy(scratch)
    return Sandbox(with_settings(found, settings.tree), settings, scratch, folders, environ or {})


@dataclass(slots=True)
class _Tree:
    """A work tree that commands were run in, and its copies that no command is using."""

    repo: Repo
    disk: Disk
    view: GitView
    copies: list[Copy] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Sandbox:
    """Runs commands, from any thread. To be closed, or used as a context manager: copies lie on the disk."""

    def __init__(
        self,
        found: Isolation | None,
        settings: Copy | None,
        scratch: Path,
        readable: tuple[Path, ...],
        environ: Mapping[str, str],
    ) -> None:
        self.isolated = found is not None
        self._isolation = found
        self._scratch = scratch
        self._readable = readable
        self._environ = environ
        self._filter = program(os.uname().machine)
        self._trees: dict[Path, _Tree] = {}
        self._lock = threading.Lock()
        self._close = weakref.finalize(self, _close, self._trees, settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Remove the copies."""
        self._close()

    def run(
        self,
        argv: Sequence[str],
        tree: Path,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        stdin: bytes = b"",
        cancelled: threading.Event | None = None,
    ) -> Ran:
        """Run a command in a copy of the work tree that `tree` is, or is a folder of.

        The copy holds what git tracks and what it does not ignore, as it is on the disk now. Raises TypeError for a
        string in place of the arguments, UsageProblem where there is no work tree, ToolProblem where the sandbox fails.
        """
        arguments = _checked(argv)
        given_up = cancelled or threading.Event()
        with self._lock:
            place = self._tree(tree)
        root = place.repo.root
        inside = Path(os.path.realpath(tree)).relative_to(root)
        with self._copy(place) as copy:
            try:
                with place.lock:
                    left = copy.bring_up(place.disk, root, place.repo.paths(), given_up)
            except Stopped:
                return Ran(None, b"", b"", "cancelled", 0.0, (), self.isolated)
            shown = self._shown_inside(root)
            job = Job(arguments, root, inside, copy, place.view, limits, stdin, given_up, self._readable)
            ended = isolated(self._isolation, self._filter, job) if self._isolation else plain(job)
            changed = copy.changed(shown)
        return Ran(
            ended.code,
            ended.stdout.bytes(),
            ended.stderr.bytes(),
            ended.stopped,
            ended.seconds,
            changed,
            self.isolated,
            (ended.stdout.left_out, ended.stderr.left_out),
            tuple(self._notes(place, left)),
        )

    # ------------------------------------------------------------ work trees and copies

    def _tree(self, path: Path) -> _Tree:
        for root, known in self._trees.items():
            if root == path:
                return known
        repo = open_repo(path, self._environ)
        if repo.root not in self._trees:
            view = git_view(repo.root, repo.git_dir, repo.common_dir)
            self._trees[repo.root] = _Tree(repo, Disk(repo.root, repo.object_format), view)
        return self._trees[repo.root]

    @contextmanager
    def _copy(self, tree: _Tree) -> Iterator[Copy]:
        """A copy for one command; one that something went wrong with is not used again."""
        with self._lock:
            copy = tree.copies.pop() if tree.copies else new_copy(self._scratch)
        try:
            yield copy
        except BaseException:
            copy.close()
            raise
        with self._lock:
            tree.copies.append(copy)

    def _shown_inside(self, root: Path) -> frozenset[bytes]:
        """Places of the copy where something else is shown."""
        inside = [folder.relative_to(root) for folder in self._readable if folder.is_relative_to(root)]
        return frozenset({b".git", *map(os.fsencode, inside)})

    def _notes(self, tree: _Tree, left: list[str]) -> Iterator[str]:
        if not self.isolated:
            yield NOT_ISOLATED
        elif self._filter is None:
            yield "System calls were not filtered: they are not known for this machine."
        if self.isolated and tree.view.note:
            yield tree.view.note
        if left:
            more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
            yield f"Not in the copy, being no file that could be read: {', '.join(map(repr, left[:_NAMED]))}{more}."


def _checked(argv: Sequence[str]) -> list[str]:
    if isinstance(argv, (str, bytes)):
        raise TypeError("a command is a list of arguments, never one string")
    arguments = list(argv)
    if not all(isinstance(argument, str) for argument in arguments):
        raise TypeError("every argument of a command is a string")
    if not arguments or not arguments[0]:
        raise UsageProblem("The command is empty.", "Name a program.")
    if any("\0" in argument for argument in arguments):
        raise UsageProblem("An argument of the command holds a NUL character.", "Leave it out.")
    return arguments


def _close(trees: dict[Path, _Tree], settings: Copy | None) -> None:
    if settings:
        with suppress(OSError):
            settings.close()
    for tree in trees.values():
        tree.repo.close()
        for copy in tree.copies:
            with suppress(OSError):
                copy.close()
    trees.clear()
