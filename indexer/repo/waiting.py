"""Pipes, sockets and devices in the place of files that git opens: it would wait for them without end."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

SHARED = (
    "config",
    "packed-refs",
    "shallow",
    "info/exclude",
    "info/attributes",
    "info/grafts",
    "objects/info/alternates",
)
OWN = ("HEAD", "index", "config.worktree", "info/sparse-checkout")
_IN_WORK_TREE = frozenset({".gitignore", ".gitattributes", ".gitmodules", ".mailmap"})
_INCLUDED = re.compile(rb"^[ \t]*(?:\[[^\]\n]*\])?[ \t]*path[ \t]*=[ \t]*\"?([^\"\n;#]+)", re.I | re.M)
_MOST_ENTRIES = 100_000
_MOST_SETTINGS = 1 << 20


def waited_for(git_dir: Path, common_dir: Path) -> Path | None:
    """The first of git's own files that is no file, told by a few looks at the disk."""
    places = [common_dir / name for name in SHARED] + [git_dir / name for name in OWN]
    return next((place for place in places if _is_no_file(place)), None)


def perhaps_waited_for(root: Path, git_dir: Path, common_dir: Path) -> Path | None:
    """As `waited_for`, after a long search: branches, included settings, ignore files anywhere in the work tree."""
    places = (*_included(common_dir / "config"), *_included(git_dir / "config.worktree"), *_below(common_dir / "refs"))
    found = next((place for place in places if _is_no_file(place)), None)
    if found is not None:
        return found
    return next((path for path in _below(root) if path.name in _IN_WORK_TREE and _is_no_file(path)), None)


def _is_no_file(place: Path) -> bool:
    try:
        mode = place.stat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _included(settings: Path) -> Iterator[Path]:
    try:
        with settings.open("rb") as file:
            text = file.read(_MOST_SETTINGS)
    except OSError:
        return
    for match in _INCLUDED.finditer(text):
        yield settings.parent / os.fsdecode(match[1].strip())


def _below(folder: Path) -> Iterator[Path]:
    """What lies in a folder and below it, no link followed, as far as anybody has the patience."""
    left = _MOST_ENTRIES
    for place, _, files in os.walk(folder):
        for name in files:
            left -= 1
            if left < 0:
                return
            yield Path(place, name)
