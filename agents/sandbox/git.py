"""How much of the git folder a command sees: all of it but the settings, and nothing of it can be written.

A `.git` that leads elsewhere is followed only where what it leads to points back to this work tree: an unpacked archive
could name the folder of another repository otherwise. Of the settings a command gets those that say how the repository
is stored; a checkout's settings often hold the token that it was fetched with.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_SHOWN = re.compile(rb"[ \t]*\[[ \t]*(?:core|extensions)[ \t]*\]", re.IGNORECASE)
_SECTION = re.compile(rb"[ \t]*\[")
_WORK_TREE = re.compile(rb"^[ \t]*worktree[ \t]*=[ \t]*\"?([^\"\n]+?)\"?[ \t]*$", re.IGNORECASE | re.MULTILINE)
_SETTINGS = ("config", "config.worktree")
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class GitView:
    """Folders to show as they are but read-only, and files to show with other bytes; or the reason for neither."""

    folders: tuple[Path, ...] = ()
    texts: tuple[tuple[Path, bytes], ...] = ()
    note: str = ""


def git_view(root: Path, git_dir: Path, common_dir: Path) -> GitView:
    """What to show of the git folder of the work tree `root`."""
    if not _belongs(root, git_dir):
        return GitView(note=f"The git folder {git_dir} does not point back to this work tree, so it is not shown.")
    folders = (common_dir,) if git_dir.is_relative_to(common_dir) else (common_dir, git_dir)
    places = {folder / name for folder in (common_dir, git_dir) for name in _SETTINGS}
    files = sorted(place for place in places if place.is_file())
    return GitView(folders, tuple((file, harmless_settings(_read(file))) for file in files))


def harmless_settings(text: bytes) -> bytes:
    """The sections of a git settings file that say how the repository is stored."""
    kept = []
    shown = False
    for line in text.splitlines(keepends=True):
        if _SECTION.match(line):
            shown = _SHOWN.match(line) is not None
        if shown:
            kept.append(line)
    return b"".join(kept)


def _belongs(root: Path, git_dir: Path) -> bool:
    dot_git = root / ".git"
    if dot_git.is_symlink():
        return False
    if dot_git.is_dir():
        return git_dir == dot_git
    linked = _read(git_dir / "gitdir").strip()
    if linked:
        return _leads_to(git_dir, linked, dot_git)
    named = _WORK_TREE.search(harmless_settings(_read(git_dir / "config")))
    return named is not None and _leads_to(git_dir, named[1], root)


def _leads_to(start: Path, path: bytes, target: Path) -> bool:
    return b"\0" not in path and os.path.realpath(start / os.fsdecode(path)) == str(target)


def _read(file: Path) -> bytes:
    try:
        if not file.is_file():
            return b""
        with file.open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError:
        return b""
