"""What the categories of the hostile repository are planted with: files, commits, branches, and traps with a canary."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import FIRST_COMMIT, SECONDS_BETWEEN_COMMITS, bare_environment

OUTSIDE = "OUTSIDE" + "-marker-" + "7f3a"
"""Stands in every file that lies outside of the repository: whoever prints or keeps it has followed a link."""
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/")
AUTHOR = b"Lee Seo <lee@example.com>"


@dataclass(frozen=True, slots=True)
class Trap:
    """A canary by its name, and the careless command, typed in the repository, that makes it sing."""

    name: str
    careless: str


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: bytes


@dataclass(frozen=True, slots=True)
class Submodule:
    """A commit of another repository, said to lie here."""

    oid: str


@dataclass(frozen=True, slots=True)
class Program:
    """A file that may be executed."""

    data: bytes


Planted = bytes | Link | Submodule | Program | None
"""What a commit says of a path; None takes it away."""
Files = Mapping[bytes, Planted]
Step = tuple[str, Callable[[], object]]
"""A category with what is left to do for it."""


@dataclass
class Ground:
    """A repository that is being made in `folder`, beside what its traps touch; the same for the same seed."""

    folder: Path
    seed: int
    category: str = ""
    traps: list[Trap] = field(default_factory=list)
    items: list[tuple[str, str]] = field(default_factory=list)
    """(category, what was planted)"""
    added: dict[str, int] = field(default_factory=dict)
    """How many files the commit with this subject adds, where it does nothing else."""
    damaged: set[str] = field(default_factory=set)
    """Branches whose objects can't be read: their review may only end with a sentence."""
    outside_cases: dict[str, Path] = field(default_factory=dict)
    """Repositories of their own, each broken in a way that no git survives: what it tries, and where it is."""
    after: list[Step] = field(default_factory=list)
    last: list[Step] = field(default_factory=list)
    stream: list[bytes] = field(default_factory=list)
    commits: int = 0
    tip: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in (self.root, self.canaries, self.programs, self.outside, self.home):
            place.mkdir(parents=True)
        for name in ("secret.py", "secret.txt", "__init__.py"):
            (self.outside / name).write_text(f"{OUTSIDE.replace('-', '_')} = 1  # {OUTSIDE}\n")
        self.environment = bare_environment(self.home)
        self.git("init", "--quiet", "--initial-branch=main")

    @property
    def root(self) -> Path:
        return self.folder / "repository"

    @property
    def canaries(self) -> Path:
        return self.folder / "canaries"

    @property
    def programs(self) -> Path:
        return self.folder / "programs"

    @property
    def outside(self) -> Path:
        """A folder that only links lead to."""
        return self.folder / "outside"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def chance(self) -> random.Random:
        """The dice of this category."""
        return random.Random(f"{self.seed} {self.category}")

    def when_checked_out(self, plant: Callable[[], object]) -> None:
        """Do this when main is checked out."""
        self.after.append((self.category, plant))

    def at_last(self, plant: Callable[[], object]) -> None:
        """Do this when git is not needed any more: from then on it would spring the traps."""
        self.last.append((self.category, plant))

    # ------------------------------------------------------------ traps

    def program(self, name: str, careless: str) -> str:
        """The path of a program that leaves the canary `name`."""
        self.traps.append(Trap(name, careless))
        path = self.programs / name
        path.write_text(f'#!/bin/sh\n: > "{self.canaries / name}"\n')
        path.chmod(0o755)
        return str(path)

    def mark(self, name: str, careless: str) -> str:
        """The canary `name` as a path from the repository's root, for texts that are the same wherever it lies."""
        self.traps.append(Trap(name, careless))
        return f"../canaries/{name}"

    def borrowed(self) -> Path:
        """Another repository, with one commit."""
        other = self.folder / "borrowed"
        if not other.exists():
            other.mkdir()
            self.git("init", "--quiet", "--initial-branch=main", cwd=other)
            when = f"{FIRST_COMMIT} +0000"
            dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
            self.git("commit", "--quiet", "--allow-empty", "-m", "x", cwd=other, env=dates)
        return other

    # ------------------------------------------------------------ history

    def commit(
        self,
        files: Files,
        subject: str | bytes = "",
        branch: str = "main",
        parents: Sequence[int] | None = None,
        author: bytes = AUTHOR,
        when: bytes = b"",
    ) -> int:
        """Add a commit to `branch`, which begins at the tip of main; gives the number it has as a parent."""
        message = (
            subject if isinstance(subject, bytes) else (subject or self.category).encode("utf-8", "surrogateescape")
        )
        self.commits += 1
        when = when or b"%d +0000" % (FIRST_COMMIT + self.commits * SECONDS_BETWEEN_COMMITS)
        first = self.tip.get(branch, self.tip.get("main")) if parents is None else next(iter(parents), None)
        lines = [b"commit refs/heads/" + branch.encode("utf-8", "surrogateescape"), b"mark :%d" % self.commits]
        lines += [b"author " + author + b" " + when, b"committer " + AUTHOR + b" " + when]
        lines.append(b"data %d\n%s" % (len(message), message))
        lines += [] if first is None else [b"from :%d" % first]
        lines += [b"merge :%d" % other for other in list(parents or ())[1:]]
        lines += [_change(path, planted) for path, planted in files.items()]
        self.stream.append(b"\n".join(lines) + b"\n")
        self.tip[branch] = self.commits
        self.items += [(self.category, os.fsdecode(path)) for path in files]
        if branch == "main" and None not in files.values():
            self.added[message.split(b"\n")[0].decode("utf-8", "replace")] = len(files)
        return self.commits

    def write_history(self) -> None:
        """Make the objects of all commits so far, and check out main."""
        self.git("fast-import", "--quiet", "--force", stdin=b"".join([b"feature done\n", *self.stream, b"done\n"]))
        self.git("-c", "core.protectNTFS=false", "checkout", "--quiet", "--force", "main")

    # ------------------------------------------------------------ the work tree and .git

    def put(self, path: str | bytes, data: bytes) -> Path:
        """Write a file below the root, behind git's back."""
        place = self.root / os.fsdecode(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        self.note(path)
        return place

    def note(self, path: str | bytes) -> None:
        """Count something planted."""
        self.items.append((self.category, os.fsdecode(path)))

    def configure(self, text: str, note: str = "") -> None:
        """Add to .git/config."""
        with (self.root / ".git" / "config").open("a") as file:
            file.write(text)
        self.note(note or text.splitlines()[0])

    def git(
        self,
        *arguments: str,
        stdin: bytes = b"",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run git in the repository, before its traps are set."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.root,
            env={**self.environment, **(env or {})},
            input=stdin,
            capture_output=True,
        )
        assert done.returncode == 0, f"git {' '.join(arguments)}: {os.fsdecode(done.stderr)}"
        return os.fsdecode(done.stdout).removesuffix("\n")


def python(name: str, value: int = 1) -> bytes:
    """A harmless source."""
    return f"def {name}(x):\n    return x + {value}\n".encode()


def _change(path: bytes, planted: Planted) -> bytes:
    quoted = b'"' + b"".join(bytes([c]) if c in _PLAIN else b"\\%03o" % c for c in path) + b'"'
    match planted:
        case None:
            return b"D " + quoted
        case Submodule(oid):
            return b"M 160000 " + oid.encode() + b" " + quoted
        case Link(target):
            return b"M 120000 inline " + quoted + b"\n" + _data(target)
        case Program(data):
            return b"M 100755 inline " + quoted + b"\n" + _data(data)
        case _:
            return b"M 100644 inline " + quoted + b"\n" + _data(planted)


def _data(data: bytes) -> bytes:
    return b"data %d\n" % len(data) + data
