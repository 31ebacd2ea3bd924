"""A repository that means harm: everything that one can hold to run programs, to be misread, or to wear its reader out.

It is made of categories, each a function whose docstring says what it tries. Every trap that starts a program or leads
out of the repository leaves a file, its canary, when it fires.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.hostile import files, git_history, git_programs, texts
from tests.hostile.ground import Ground, Step, Trap

CATEGORIES: tuple[Callable[[Ground], None], ...] = (
    *files.CATEGORIES,
    *texts.CATEGORIES,
    *git_programs.CATEGORIES,
    *git_history.CATEGORIES,
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A made repository, and what is to be known of it."""

    folder: Path
    """Holds the repository, and beside it what nobody but its traps touches."""
    root: Path
    home: Path
    seed: int
    environment: Mapping[str, str]
    categories: Mapping[str, str]
    """By name what each tries."""
    items: tuple[tuple[str, str], ...]
    """(category, what was planted), in the order of planting."""
    traps: tuple[Trap, ...]
    commits: tuple[tuple[str, str | None], ...]
    """Each with its first parent."""
    branches: tuple[tuple[str, str], ...]
    """Each with its commit."""
    heads: Mapping[str, str]
    """Commits that are worth to be looked at in every form."""
    added: Mapping[str, int]
    """How many files a commit adds, by its id, where it does nothing else."""
    damaged: frozenset[str]
    """Commits with objects that can't be read."""
    broken: Mapping[str, Path]
    """Repositories of their own that no git can read well."""

    @property
    def fired(self) -> set[str]:
        """The canaries that sang."""
        left = {path.name for path in (self.folder / "canaries").iterdir()}
        return left | {path.name.removeprefix("canary-") for path in self.root.rglob("canary-*")}


def hostile_repository(folder: Path, seed: int) -> Hostile:
    """Make the repository in `folder`, which must not exist; all its objects are the same for the same seed."""
    ground = Ground(folder, seed)
    for category in CATEGORIES:
        ground.category = category.__name__
        category(ground)
    ground.write_history()
    _do(ground, ground.after)
    commits, branches, subjects = _history(ground)
    _do(ground, ground.last)
    (folder / "state").mkdir()
    (folder / "tmp").mkdir()
    return Hostile(
        folder,
        ground.root,
        ground.home,
        seed,
        ground.environment,
        {category.__name__: _sentence(category) for category in CATEGORIES},
        tuple(ground.items),
        tuple(ground.traps),
        commits,
        branches,
        {"drawing": subjects["escape_sequences: what draws is renamed"], "secrets": subjects["secrets"]},
        {subjects[subject]: count for subject, count in ground.added.items() if subject in subjects},
        frozenset(oid for name, oid in branches if name in ground.damaged),
        ground.outside_cases,
    )


def _do(ground: Ground, steps: Iterable[Step]) -> None:
    for name, plant in steps:
        ground.category = name
        plant()


Commits = tuple[tuple[str, str | None], ...]


def _history(ground: Ground) -> tuple[Commits, tuple[tuple[str, str], ...], dict[str, str]]:
    """All commits with their first parents, all branches, and the commits by their subjects, as the objects have it."""
    true = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": "/dev/null"}
    listed = ground.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", env=true)
    branches = tuple((line[52:], line[:40]) for line in listed.split("\n"))
    tips = "\n".join(oid for _, oid in branches).encode()
    walked = ground.git("log", "--format=%H %P %x00%s", "--stdin", stdin=tips, env=true)
    commits, subjects = [], {}
    for line in walked.split("\n"):
        oids, _, subject = line.partition("\0")
        oid, *parents = oids.split()
        commits.append((oid, parents[0] if parents else None))
        subjects[subject] = oid
    return tuple(commits), branches, subjects


def _sentence(category: Callable[[Ground], None]) -> str:
    return (category.__doc__ or "").strip()
