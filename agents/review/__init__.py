"""What a change breaks, and what else a reader should look at.

The deterministic half: no model is asked, and the same change gives the same findings.

scope     which of the changed files are looked at, and what is left out and why
identity  findings without duplicates, each with the symbol it stands in and its fingerprint
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from time import perf_counter

from agents.review.identity import Identity, Outlines, changed_symbols
from agents.review.scope import Diffs, notices, select, shallow, unread, without_repeats
from agents.types import Done, Event, Found, Left, Stage, Target
from indexer.checks import check
from indexer.errors import Problem, ToolProblem, Unborn
from indexer.impact import impact
from indexer.index import Index
from indexer.repo import Repo
from indexer.types import Finding, Skipped, Tree

__all__ = ["review", "trees"]

Progress = Callable[[int, int], None]
MOST_FINDINGS = 10_000
MOST_TEXT = 8 << 20
"""Of one stage, and the characters they may quote: nobody reads more, and memory has an end."""
_Stage = Callable[[Index, Tree, Tree, Diffs], Iterable[Finding]]
_STAGES: tuple[tuple[str, _Stage], ...] = (("impact", impact), ("checks", check))


def review(index: Index, target: Target, model: None = None, *, progress: Progress | None = None) -> Iterator[Event]:
    """The stages, findings and omissions of a review as they come, and `Done` at the end.

    `progress` is told how many of how many files the index has read. Raises UsageProblem where the target names no
    commit or its paths name no file. A stage that fails in a way nobody foresaw ends the review with a ToolProblem, but
    only after the other stages have given what they found.
    """
    clock = _Clock()
    yield Stage("index")
    index.parser.start(for_facts=True)
    base, head = trees(index.repo, target)
    index.ignoring(base, target.ignore)
    index.refresh(head, progress=progress)
    clock.lap("index")

    yield Stage("diff")
    every = index.diff(base, head)
    diffs, left = select(index.repo, every, base, head, target)
    outlines = _outlines(index, base, head, diffs)
    clock.lap("diff")

    identity = Identity(outlines)
    failures: list[tuple[str, Exception]] = []
    for name, stage in _STAGES:
        yield Stage(name)
        try:
            findings = identity.settle(_readable(stage(index, base, head, diffs), name, left))
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001 - raised again below, after the other stages have had their turn
            failures.append((name, error))
        else:
            yield from map(Found, findings)
        clock.lap(name)

    blind = unread(diffs, index.skipped)
    left += [Skipped(f"the {name} stage", f"it failed ({type(bug).__name__}: {bug})") for name, bug in failures]
    yield from map(Left, without_repeats([*left, *blind, *shallow(diffs), *index.skipped]))
    yield Done(
        base=base.oid,
        head=head.oid,
        files=len(every),
        reviewed=len(diffs) - len(blind),
        ms=clock.ms,
        dropped={"duplicate": identity.duplicates},
        notices=(*index.notices, *notices(every)),
        symbols=changed_symbols(diffs, outlines),
    )
    for name, cause in failures:
        raise _failed(name, cause) from cause


def trees(repo: Repo, target: Target) -> tuple[Tree, Tree]:
    """Base and head of the target. Raises UsageProblem where one of its revisions names no commit.

    Before the first commit, what is staged or on the disk is compared with nothing.
    """
    if target.kind in ("worktree", "staged"):
        return _committed(repo, target.base), repo.worktree() if target.kind == "worktree" else repo.staged()
    base = repo.resolve(target.base or "HEAD")
    head = repo.resolve(target.head or "HEAD")
    if target.kind == "since":
        base = repo.merge_base(base, head)
    return repo.commit_tree(base), repo.commit_tree(head)


def _committed(repo: Repo, base: str | None) -> Tree:
    try:
        return repo.commit_tree(repo.resolve(base or "HEAD"))
    except Unborn:
        if base is not None:
            raise
        return repo.empty_tree()


def _outlines(index: Index, base: Tree, head: Tree, diffs: Diffs) -> Outlines:
    """The outlines of the changed files on both sides; the base's are read now, the head's have been."""
    old = [diff.old_path for diff in diffs if diff.old_path is not None]
    new = [diff.new_path for diff in diffs if diff.new_path is not None]
    index.refresh(replace(base, entries={path: base.entries[path] for path in old}))
    before = index.outlines(base, old)
    after = index.outlines(head, new)
    return {("base", path): found for path, found in before.items()} | {
        ("head", path): found for path, found in after.items()
    }


def _readable(findings: Iterable[Finding], stage: str, left: list[Skipped]) -> Iterator[Finding]:
    """As many findings as can be read; where there are more, that is put into `left`."""
    text = 0
    for number, finding in enumerate(findings):
        text += len(finding.evidence)
        if number == MOST_FINDINGS or (number and text > MOST_TEXT):
            left.append(Skipped(f"what else the {stage} stage would find", f"it found {number:,} places already"))
            return
        yield finding


def _failed(stage: str, error: Exception) -> ToolProblem:
    return ToolProblem(
        f"The {stage} stage of the review failed in a way qcode did not foresee ({type(error).__name__}: {error}).",
        "What the other stages found is complete. Run it again with QCODE_DEBUG=1 and report the traceback it prints.",
    )


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.ms: dict[str, float | None] = {"model": None}
        self._since = perf_counter()

    def lap(self, stage: str) -> None:
        """Book the time since the last lap for this stage."""
        now = perf_counter()
        self.ms[stage] = (now - self._since) * 1000
        self._since = now
