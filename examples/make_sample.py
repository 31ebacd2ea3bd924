"""Make a small repository whose last commit breaks callers: `python examples/make_sample.py FOLDER`.

The first commit holds `sample/base`; the second lays `sample/head` over it, which renames a function, removes a
constant, adds required parameters, makes a function asynchronous, leaves an override behind and leaks a key.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from base64 import b32encode
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent / "sample"
COMMITS = (
    ("base", "Book transfers and print statements", "2026-03-02T09:00:00+0900"),
    ("head", "Memos, limits by kind of customer, live rates", "2026-03-03T17:30:00+0900"),
)
PERSON = {"NAME": "Kim Minseo", "EMAIL": "minseo@example.com"}


def make(folder: Path) -> None:
    """Make the repository in `folder`, which must not exist; its object ids are the same every time."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    for name, message, when in COMMITS:
        _lay(SAMPLE / name, folder)
        _git(folder, "add", "--all")
        _git(folder, "commit", "--quiet", "--no-verify", "-m", message, when=when)


def access_key() -> str:
    """A key that was never anyone's. It is put together here, so that no scanner finds one in this project."""
    return "AKIA" + b32encode(hashlib.sha256(b"a key of the sample").digest()).decode()[:16]


def _lay(source: Path, folder: Path) -> None:
    for path in sorted(p for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        place = folder / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes().replace(b"@ACCESS_KEY@", access_key().encode()))


def _git(folder: Path, *arguments: str, when: str = "") -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_{key}": value for key, value in PERSON.items()} | {f"GIT_{role}_DATE": when}
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/make_sample.py FOLDER")
    make(Path(sys.argv[1]))
