"""Where a work tree and its git folder are, found without asking git.

Git is always told both folders, so it never searches for them itself: a `core.worktree` that points elsewhere, a
`GIT_DIR` in the environment and the owner of the checkout play no part.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import UsageProblem
from indexer.repo.waiting import waited_for

_SMALL_FILE = 1 << 20
_BARE = re.compile(rb"^[ \t]*(?:\[core\])?[ \t]*bare[ \t]*(?:=[ \t]*\"?(?:true|yes|on|1)\b|$)", re.I | re.M)
_FORMAT = re.compile(rb"^[ \t]*(?:\[extensions\])?[ \t]*objectformat[ \t]*=[ \t]*\"?(\w+)", re.I | re.M)
_PARTIAL = re.compile(rb"^[ \t]*(?:\[[^\]\n]*\])?[ \t]*(?:partialclone|partialclonefilter|promisor)\b", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Place:
    """The three folders of a checkout, each without symbolic links, and what its settings say about the objects."""

    root: Path
    git_dir: Path
    common_dir: Path
    object_format: str
    partial: bool
    """Objects may be missing here on purpose: a partial clone."""

    @property
    def shallow_file(self) -> Path:
        """The list of commits whose parents were left out; absent in a complete clone."""
        return self.common_dir / "shallow"


def find_place(start: Path) -> Place:
    """The checkout that `start` (a folder or a file) is in. Raises UsageProblem where there is none."""
    try:
        return _search(_existing_folder(start))
    except PermissionError as error:
        raise _denied(Path(error.filename or start)) from None


def small_file(path: Path) -> bytes:
    """The start of a regular file, empty where there is none; a pipe in its place is not waited for."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_SMALL_FILE)
    except OSError:
        return b""


def _search(folder: Path) -> Place:
    incomplete: Path | None = None
    for candidate in (folder, *folder.parents):
        dot_git = candidate / ".git"
        if dot_git.is_file():
            return _place(candidate, _follow(dot_git))
        if dot_git.is_dir():
            if _is_git_dir(dot_git):
                return _place(candidate, dot_git)
            incomplete = incomplete or dot_git
        elif _is_git_dir(candidate):
            raise _no_work_tree(candidate)
    raise _not_found(folder, incomplete)


def _existing_folder(start: Path) -> Path:
    try:
        resolved = Path(os.path.realpath(start, strict=True))
        return resolved if resolved.is_dir() else resolved.parent
    except PermissionError:
        raise UsageProblem(
            f"The folder {start} can't be read: permission denied.", "Check its owner and mode."
        ) from None
    except (OSError, ValueError):
        raise UsageProblem(f"The folder {start} does not exist.", "Give a folder inside a git work tree.") from None


def _place(root: Path, git_dir: Path) -> Place:
    git_dir = Path(os.path.realpath(git_dir))
    common_dir = _common_dir(git_dir)
    for folder in (root, git_dir, common_dir / "objects", common_dir / "refs"):
        if not os.access(folder, os.R_OK | os.X_OK):
            raise _denied(folder)
    if (odd := waited_for(git_dir, common_dir)) is not None:
        raise UsageProblem(
            f"{odd} is no file but a pipe or a device, and git would wait for it without end.",
            "Remove it, or clone the repository again.",
        )
    settings = small_file(common_dir / "config")
    if git_dir == common_dir and _BARE.search(settings):
        raise _no_work_tree(git_dir)
    found = _FORMAT.search(settings)
    object_format = found[1].decode().lower() if found else "sha1"
    if object_format not in ("sha1", "sha256"):
        raise UsageProblem(f"The repository's object format {object_format} is not known.", "Use sha1 or sha256.")
    return Place(root, git_dir, common_dir, object_format, partial=bool(_PARTIAL.search(settings)))


def _common_dir(git_dir: Path) -> Path:
    """A linked work tree names the folder it shares with the others in the file `commondir`."""
    named = small_file(git_dir / "commondir").rstrip(b"\n")
    return Path(os.path.realpath(git_dir / os.fsdecode(named))) if named and b"\0" not in named else git_dir


def _follow(dot_git: Path) -> Path:
    """The folder a `.git` file names, as in linked work trees and submodules."""
    content = small_file(dot_git)
    target = content.removeprefix(b"gitdir:").strip()
    if not content.startswith(b"gitdir:") or not target or b"\0" in target:
        raise UsageProblem(f"The file {dot_git} does not name a git folder.", "Check out the repository again.")
    folder = dot_git.parent / os.fsdecode(target)
    if not _is_git_dir(folder):
        raise UsageProblem(
            f"The file {dot_git} names the git folder {os.fsdecode(target)}, and there is no repository there.",
            "If it was moved, run `git worktree repair` in the main work tree, "
            "or `git submodule update --init` for a submodule.",
        )
    return folder


def _is_git_dir(folder: Path) -> bool:
    if not os.path.lexists(folder / "HEAD"):
        return False
    if (folder / "commondir").is_file():
        shared = _common_dir(folder)
        return (shared / "objects").is_dir() and (shared / "refs").is_dir()
    return (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _no_work_tree(git_dir: Path) -> UsageProblem:
    if git_dir.name == ".git":
        return UsageProblem(
            f"{git_dir} is a git folder, not a work tree.", f"Run qcode in {git_dir.parent}, where the files are."
        )
    return UsageProblem(
        f"{git_dir} is a bare repository: it has no files to look at.",
        "Make a work tree with `git worktree add FOLDER`, or clone it, and run qcode there.",
    )


def _not_found(folder: Path, incomplete: Path | None) -> UsageProblem:
    if incomplete is None:
        return UsageProblem(
            f"{folder} is not in a git repository.", "Run qcode inside a git work tree, or make one with `git init`."
        )
    if not os.access(incomplete, os.R_OK | os.X_OK):
        return UsageProblem(
            f"The git folder {incomplete} can't be read: permission denied.", "Check its owner and mode."
        )
    return UsageProblem(
        f"{incomplete} is not a complete git repository: HEAD, objects or refs is missing.",
        "Clone the repository again, or restore its .git folder.",
    )


def _denied(folder: Path) -> UsageProblem:
    return UsageProblem(f"The folder {folder} can't be read: permission denied.", "Check its owner and mode.")
