"""Which of the changed files a review looks at, and what it leaves out and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from agents.types import Target
from indexer.errors import UsageProblem
from indexer.languages import LANGUAGES, language_of
from indexer.repo import Repo
from indexer.types import FileDiff, Skipped, Tree

Diffs = tuple[FileDiff, ...]

ANY_FILES = "files"
"""What the index calls files that it counts and does not name."""
SETTINGS_FILES = frozenset({".qcode/config.toml", ".qcodeignore"})
_NO_TEXT = {"120000": "a symbolic link", "160000": "a submodule"}


def select(repo: Repo, every: Diffs, base: Tree, head: Tree, target: Target) -> tuple[Diffs, list[Skipped]]:
    """The changed files that the target asks for, and what that leaves out.

    Raises UsageProblem for a path that names nothing: a slip of the pen would make a review that looks at nothing
    pass for one that found nothing.
    """
    for path in target.paths:
        if not any(_names(path, entry) for tree in (head, base) for entry in tree.entries):
            raise UsageProblem(f"--paths {path} names no file of the base or the head.", "Check how it is written.")
    asked = tuple(diff for diff in every if not target.paths or _is_asked_for(diff, target.paths))
    ignored = repo.ignored((path for diff in asked for path in _paths(diff)), base, target.ignore)
    hidden = [diff for diff in asked if ignored.issuperset(_paths(diff))]
    diffs = tuple(diff for diff in asked if not ignored.issuperset(_paths(diff))) if hidden else asked
    left = [Skipped(path_of(diff), "ignored by .qcodeignore or the settings") for diff in hidden]
    if len(asked) < len(every):
        left.append(Skipped("changed files outside --paths", "not asked for", len(every) - len(asked)))
    return diffs, left


def unread(diffs: Diffs, skipped: Iterable[Skipped]) -> list[Skipped]:
    """The changed files whose text nobody looked at; `skipped` is what the reading and parsing of files left out."""
    reasons: dict[str, Skipped] = {}
    for one in skipped:
        reasons.setdefault(one.what, one)
    left = []
    for diff in diffs:
        path, mode = path_of(diff), _mode(diff)
        if mode in _NO_TEXT:
            left.append(Skipped(path, _NO_TEXT[mode]))
        elif path in reasons:
            left.append(reasons[path])
        elif diff.binary:
            left.append(Skipped(path, "binary"))
    return left


def shallow(diffs: Diffs) -> Iterator[Skipped]:
    """The changed files whose language keeps the review from following what they break elsewhere."""
    for diff in diffs:
        path = path_of(diff)
        if diff.binary or diff.status == "mode" or _mode(diff) in _NO_TEXT:
            continue
        language = language_of(path)
        if language is None:
            yield Skipped(path, "looked at as text only, because there is no parser for it")
        elif LANGUAGES[language].depth == "names":
            yield Skipped(path, "only names that are gone were followed, because of its language")
        elif LANGUAGES[language].depth != "full":
            yield Skipped(path, "callers of what it changes were not looked for, because of its language")


def without_repeats(skipped: Iterable[Skipped]) -> Iterator[Skipped]:
    """Each thing once, with the first reason given; files that are counted but not named lose those that are named."""
    told: dict[str, Skipped] = {}
    for one in skipped:
        if one.what != ANY_FILES:
            told.setdefault(one.what, one)
        else:
            others = one.count - sum(known.why == one.why for known in told.values())
            told[f"{ANY_FILES} {one.why}"] = replace(one, count=others)
    yield from (one for one in told.values() if one.count > 0)


def notices(every: Diffs) -> Iterator[str]:
    """Sentences about changes that decide what this review, or the next one, looks at."""
    for diff in every:
        for path in sorted(SETTINGS_FILES.intersection(_paths(diff))):
            yield f"This change edits {path}, which says what a review leaves out."


def path_of(diff: FileDiff) -> str:
    """The path at head, or at base where head has none."""
    return _paths(diff)[0]


def _paths(diff: FileDiff) -> list[str]:
    return [path for path in (diff.new_path, diff.old_path) if path is not None]


def _mode(diff: FileDiff) -> str:
    entry = diff.new or diff.old
    return entry.mode if entry else ""


def _is_asked_for(diff: FileDiff, patterns: tuple[str, ...]) -> bool:
    return any(_names(pattern, path) for pattern in patterns for path in _paths(diff))


def _names(pattern: str, path: str) -> bool:
    """Whether the pattern is the file, a folder above it, or a glob that fits it."""
    return pattern in ("", path) or path.startswith(f"{pattern}/") or fnmatchcase(path, pattern)
