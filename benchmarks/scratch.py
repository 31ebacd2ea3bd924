"""A scratch clone of a repository: its files at one commit, and commits made from it without a checkout."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "bench"), ("EMAIL", "bench@example.org"), ("DATE", "2026-01-01T00:00:00Z"))
}
"""The same for everyone, so that a change always gives the same commit."""


class Clone:
    """A clone of `source` in `folder` that shares its objects; `head` is the commit everything starts from."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.root = folder
        if not (folder / ".git").is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            _git(folder.parent, "clone", "--quiet", "--shared", "--no-checkout", str(source), str(folder))
        _git(folder, "fetch", "--quiet", str(source), "HEAD")
        self.head = _git(folder, "rev-parse", "FETCH_HEAD").decode().strip()
        _git(folder, "update-ref", "--no-deref", "HEAD", self.head)

    def paths(self) -> list[str]:
        """The files of `head` that are plain text as far as their mode says."""
        listed = _git(self.root, "ls-tree", "-r", "-z", self.head).decode("utf-8", "surrogateescape").split("\0")
        return [entry.partition("\t")[2] for entry in listed if entry.startswith("100")]

    def checkout(self, folder: Path) -> Path:
        """The files of `head` in a folder of their own, for tools that read the disk."""
        done = folder / f".at-{self.head}"
        if not done.exists():
            folder.mkdir(parents=True, exist_ok=True)
            archive = subprocess.Popen(
                ["git", "-C", str(self.root), "archive", self.head], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            subprocess.run(["tar", "-x", "-C", str(folder)], stdin=archive.stdout, check=False)
            archive.wait()
            done.touch()
        return folder

    def commit(self, files: Mapping[str, str]) -> str:
        """The id of a commit on `head` in which these files have these texts."""
        index = self.root / ".git" / "bench-index"
        environment = {**os.environ, **IDENTITY, "GIT_INDEX_FILE": str(index)}
        _git(self.root, "read-tree", self.head, env=environment)
        for path, text in files.items():
            oid = _git(self.root, "hash-object", "-w", "--stdin", data=text.encode()).decode().strip()
            _git(self.root, "update-index", "--add", "--cacheinfo", f"100644,{oid},{path}", env=environment)
        tree = _git(self.root, "write-tree", "--missing-ok", env=environment).decode().strip()
        commit = _git(self.root, "commit-tree", tree, "-p", self.head, "-m", "seeded", env=environment)
        return commit.decode().strip()


def _git(folder: Path, *arguments: str, data: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, input=data, env=env, check=True, capture_output=True).stdout
