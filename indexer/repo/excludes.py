"""The user's global ignore file: found as git finds it, read as data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from indexer.repo.runner import Runner


def global_excludes(environ: Mapping[str, str], runner: Runner) -> str | None:
    """The path of the ignore file that the user's own git settings name, or git's default; None without a home."""
    home = environ.get("HOME", "")
    folder = environ.get("XDG_CONFIG_HOME") or (os.path.join(home, ".config") if home else "")  # noqa: PTH118
    if not folder:
        return None
    for settings in (Path(home, ".gitconfig") if home else None, Path(folder, "git", "config")):
        named = _named_in(settings, home, runner) if settings else None
        if named:
            return named
    return str(Path(folder, "git", "ignore"))


def _named_in(settings: Path, home: str, runner: Runner) -> str | None:
    """What `core.excludesFile` says in a settings file; git reads the file only if the word stands in it."""
    try:
        if not settings.is_file() or b"excludesfile" not in settings.read_bytes().lower():
            return None
    except OSError:
        return None
    result = runner.run("config", "--file", str(settings), "--no-includes", "--get", "core.excludesFile", ok=(0, 1))
    value = os.fsdecode(result.output.rstrip(b"\n"))
    if value.startswith("~/"):
        return home + value[1:] if home else None
    return value or None
