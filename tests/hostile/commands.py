"""Every command of qcode, aimed at the hostile repository, with the exit codes that it may end with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qcode.commands.review import FORMATS
from tests.hostile.git_history import BRANCHES
from tests.hostile.repository import Hostile

FINE = frozenset({0, 1})
"""Nothing to report, or findings."""
ENDED = frozenset({2, 3})
"""A revision or a repository that can't be read."""
REFUSED = frozenset({1, 5, 6})
NAMES = (
    "f",
    "odd_0",
    "draw_0",
    "-x",
    "*",
    "\x1b[31m",
    "a" * 5000,
    "\udcff",
    "",
    "own",
    "order_1",
    "\u202e",
    "f0000",
    "' OR 1=1 --",
)
OPTIONS = ("-x", "--output=canary-branch", "-", "--", "--exec=x", "@{u}", "@{-1}", ":/odd", "HEAD^{/octopus}", "HEAD:own.py",
           "ext::sh -c id", "\x1b]0;x\x07", "\n", "a" * 4096, "HEAD~999999999999", "main@{99999999}", "^HEAD", "..", "...", "HEAD..", "HEAD^{tree}")  # fmt: skip
PLACES = (
    "replaced",
    "special",
    "odd",
    "bare",
    "redirected",
    "gone",
    "links/folder",
    "links/root",
    ".git",
    "d/" * 200,
    ".qcode",
)
"""Folders to be in."""
REPLACED = "\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n"


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where, and with which text on its standard input."""

    arguments: tuple[str, ...]
    codes: frozenset[int] = FINE
    cwd: Path | None = None
    stdin: str | None = None


def reading(hostile: Hostile) -> Iterator[Command]:
    """The commands that look at the work tree, the index, names and settings."""
    yield Command(("index", "--json"), frozenset({0}))
    yield Command(("index", "--full", "--jobs", "2"), frozenset({0}))
    drawing = hostile.heads["drawing"]
    for form in FORMATS:
        for options in (("--worktree",), ("--staged",), ("--all", f"{drawing}~1..{drawing}")):
            yield Command(("review", *options, "--format", form))
    yield Command(("review", "--worktree", "--json", "--output", str(hostile.folder / "state" / "report.json")))
    yield Command(("review", "--worktree", "--paths", "odd", "links", "special/pipe.py", "*"), FINE | {2})
    overviews: tuple[tuple[str, ...], ...] = (
        (),
        ("--json",),
        ("--tokens", "100000"),
        ("--paths", "odd", "draw", "orders", "keys", "turn", "mark"),
    )
    for overview in overviews:
        yield Command(("map", *overview))
    for name in NAMES:
        yield Command(("symbols", "--all", "--", name), FINE | {2})
    yield Command(("symbols", "--all", "--json", "f"))
    yield Command(("config", "show", "--json"))
    yield Command(("config", "show"))
    yield Command(("history", "--json"))
    yield Command(("completion", "bash"))
    for place in PLACES:
        yield Command(("map", "--tokens", "50"), FINE | ENDED, hostile.root / place)


def every_commit(hostile: Hostile) -> Iterator[Command]:
    """A review of each commit against its first parent; of a first commit, against HEAD."""
    for oid, parent in hostile.commits:
        codes = frozenset({3}) if oid in hostile.damaged else FINE
        yield Command(("review", "--json", f"{parent or oid}..{oid if parent else 'HEAD'}"), codes)


def every_branch(hostile: Hostile) -> Iterator[Command]:
    """Each branch by its name, as a pull request would name it, and what only looks like a name."""
    parents = dict(hostile.commits)
    for name, oid in hostile.branches:
        codes = frozenset({3}) if oid in hostile.damaged else FINE | ENDED
        yield Command(("review", f"{parents[oid] or 'HEAD'}..{name}"), codes)
    for name in (*OPTIONS, *(name for name in BRANCHES if name.startswith("-"))):
        yield Command(("review", "--", name), FINE | {2})
        yield Command(("review", f"--paths={name}", "HEAD"), FINE | {2})
    for name in ("-x", "--exec=x"):
        yield Command(("review", name), FINE | {2})


def every_broken_repository(hostile: Hostile) -> Iterator[Command]:
    """What no git reads well: an answer, or one sentence."""
    for root in hostile.broken.values():
        for arguments in (("index",), ("review", "HEAD~1"), ("review", "--json")):
            yield Command(arguments, FINE | ENDED | {5}, root)


def hostile_answers(hostile: Hostile) -> Iterator[Command]:
    """Answers of a model that would write outside of the work tree, through links, or into what decides about us."""
    outside = str(hostile.folder / "outside")
    paths = (
        "../outside/new.py", f"{outside}/new.py", "odd/../../outside/new.py", "./../outside/new.py", ".git/config", ".GIT/config",
        ".git/hooks/pre-commit", "nested/.git/config", "git~1/x", ".git\u200c/config", "links/folder/new.py", "links/secret.py",
        "replaced/secret.py", "untracked-link/new.py", "links/root/tmp/new.py", "links/up/new.py", "links/git/config", "links/zero.py",
        "special/pipe.py", "special/socket.py", "endless/tracked.py", ".qcode/config.toml", ".qcodeignore", "AGENTS.md", "CLAUDE.md",
        ".github/workflows/x.yml", ".vscode/tasks.json", "conftest.py", ".gitattributes", ".gitmodules", "\x1b[31m.py", "a" * 300 + ".py",
        "~/new.py", "C:\\new.py", "\\\\host\\x", "odd/\u202e/../../../x.py", "\x00.py", "-rf/../../outside/x.py",
    )  # fmt: skip
    for path in paths:
        yield Command(("apply", "--yes", "--json"), REFUSED, stdin=f"{path}{REPLACED}")
    for line in ("*** Delete File: .git/config", "*** Delete File: ../outside/secret.py", "*** Rename File: own.py -> ../outside/x.py",
                 "*** Rename File: own.py -> .git/x", "*** Delete File: links/folder/secret.py"):  # fmt: skip
        yield Command(("apply", "--yes"), REFUSED, stdin=f"{line}\n")
    for text in ("", "\x00" * 999, "<<<<<<< SEARCH\n" * 5000, "\x1b[2J" * 99, "a.py\n<<<<<<< SEARCH\n" + "(" * 100_000):
        yield Command(("apply", "--yes"), REFUSED, stdin=text)
    yield Command(("apply", "--dry-run"), FINE, stdin=f"fresh.py{REPLACED}")
    for which in ("1", "-1", "../../x", "\x1b[31m", "9" * 99):
        yield Command(("undo", "--", which), frozenset({1, 2, 5, 6}))
    yield Command(("history",), frozenset({0}))
