"""The one engine behind every way in which an answer becomes files: plan, ask, commit; and undo, recover, history."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from agents.edits import blocks as notation
from agents.edits import feedback, transaction
from agents.edits.around import enclosing
from agents.edits.diff import diff
from agents.edits.disk import DISK, Disk
from agents.edits.journal import LIMIT, Journal
from agents.edits.paths import BadPath
from agents.edits.plan import Plan, plan, refused
from agents.edits.syntax import Broken, broken
from agents.edits.transaction import Stale
from agents.edits.tree import WorkTree
from agents.edits.types import Answer, Approve, Block, Misfit, Outcome, Reason, Request, Unreadable
from agents.edits.undo import History, read_history, undoing
from indexer.errors import StateProblem, ToolProblem

Syntax = Literal["tell", "hold"]
NO_EDIT = "There is no edit in this answer."
DECLINED = "Nothing was written: the edits were declined."


def apply_answer(
    root: str | os.PathLike[str],
    answer: str,
    *,
    finish_reason: str = "stop",
    approve: Approve | None = None,
    syntax: Syntax = "tell",
    dry_run: bool = False,
    only: Collection[int] | None = None,
    disk: Disk = DISK,
) -> Outcome:
    """Apply every edit of an answer to the files below `root`, or none of them; `only` are the numbers of those wanted.

    `approve` is asked before anything is written; without it everything is written but settings, hook and CI files.
    Where a file would no longer parse, `tell` says so and `hold` refuses unless `approve` says yes. A StateProblem
    where another process is at work or the disk fails; the files are then what they were.
    """
    read = _chosen(notation.parse(answer, finish_reason), only)
    return _apply(Path(root), read, _Terms(approve, syntax, dry_run), disk)


def apply_tool_call(
    root: str | os.PathLike[str],
    arguments: str | Mapping[str, object],
    *,
    approve: Approve | None = None,
    syntax: Syntax = "tell",
    dry_run: bool = False,
    only: Collection[int] | None = None,
    disk: Disk = DISK,
) -> Outcome:
    """As `apply_answer`, for the arguments of a tool call: JSON text or an object."""
    read = _chosen(notation.from_tool_call(arguments), only)
    return _apply(Path(root), read, _Terms(approve, syntax, dry_run), disk)


def holds_edits(answer: str) -> bool:
    """Whether the answer has edits, or something that was meant to be one."""
    return bool(notation.parse(answer).edits)


def undo(root: str | os.PathLike[str], which: int | str = 1, *, disk: Disk = DISK) -> Outcome:
    """Take an operation back: the `which`-th newest in effect, or the one of that id. An undoing's id redoes.

    Refused, with the reason at each file, where a file is neither what the operation left nor what it was before; one
    that is as it was before already is stepped over. A UsageProblem where there is no such operation; StateProblem as
    for `apply_answer`.
    """
    with _opened(Path(root), disk) as (tree, journal):
        notices = transaction.recover(tree, journal)
        undoing(tree, journal, which)  # says that there is none before anything is made
        with journal.holding():
            notices += transaction.settle(tree, journal)
            return _undone(tree, journal, which, notices)


def recover(root: str | os.PathLike[str], *, disk: Disk = DISK) -> tuple[str, ...]:
    """Bring the files back to a whole state after an interruption, and return a sentence about each operation."""
    with _opened(Path(root), disk) as (tree, journal):
        return transaction.recover(tree, journal)


def history(root: str | os.PathLike[str], *, disk: Disk = DISK) -> History:
    """What was done below `root`, and what the journal takes. Writes nothing."""
    with _opened(Path(root), disk) as (_, journal):
        return read_history(journal)


# ---------------------------------------------------------------- apply


@dataclass(frozen=True, slots=True)
class _Terms:
    """On what terms an answer is applied."""

    approve: Approve | None
    syntax: Syntax
    dry_run: bool


def _chosen(answer: Answer, only: Collection[int] | None) -> Answer:
    if only is None:
        return answer
    return replace(answer, edits=tuple(edit for edit in answer.edits if edit.number in only))


def _apply(root: Path, answer: Answer, terms: _Terms, disk: Disk) -> Outcome:
    """Plan without the lock, since a person may be asked; where that was overtaken and nobody was asked, with it."""
    with _opened(root, disk) as (tree, journal):
        notices: tuple[str, ...] = () if terms.dry_run else transaction.recover(tree, journal)
        attempt = _Attempt(tree, journal, answer, terms, notices)
        outcome = attempt.run()
        if attempt.overtaken and terms.approve is None:
            with journal.holding():
                notices += transaction.settle(tree, journal)
                return _Attempt(tree, journal, answer, terms, notices, has_lock=True).run()
        return outcome


class _Attempt:
    """An answer, planned on the files as they are now, and on its way to the disk."""

    def __init__(
        self,
        tree: WorkTree,
        journal: Journal,
        answer: Answer,
        terms: _Terms,
        notices: tuple[str, ...],
        has_lock: bool = False,
    ) -> None:
        self._tree = tree
        self._journal = journal
        self._terms = terms
        self._has_lock = has_lock
        self._plan = plan(tree, answer)
        self._diff = diff(self._plan.changes)
        self._broken, self._notices = _checked(self._plan, (*notices, *self._plan.notices))
        self.overtaken = False
        """A file changed between the plan and the commit."""

    def run(self) -> Outcome:
        """Ask what has to be asked and commit; nothing of that in a dry run."""
        if not self._plan.fits:
            return self._not_applied(self._plan.blocks)
        if self._terms.dry_run:
            return self._barred(None) or self._held(())
        return self._barred(self._terms.approve) or self._declined() or self._commit()

    def _barred(self, approve: Approve | None) -> Outcome | None:
        """The refusal of what must not be written without a yes."""
        sensitive = self._plan.sensitive
        why = "settings, hook and CI files are written only with an explicit yes"
        if sensitive and not self._asked(approve, "sensitive", sensitive, why):
            return self._refused(sensitive, "NEEDS_YES", f"{why}.")
        spoilt = [one for one in self._broken if one.was_whole] if self._terms.syntax == "hold" else []
        paths = tuple(one.path for one in spoilt)
        sentences = " ".join(one.sentence for one in spoilt)
        if paths and not self._asked(approve, "syntax", paths, sentences):
            return self._refused(paths, "SYNTAX", sentences)
        return None

    def _declined(self) -> Outcome | None:
        paths = tuple(dict.fromkeys(change.after.path for change in self._plan.changes))
        approve = self._terms.approve
        if approve is None or self._asked(approve, "apply", paths, " ".join(self._notices)):
            return None
        return self._held((DECLINED,))

    def _asked(
        self,
        approve: Approve | None,
        kind: Literal["apply", "sensitive", "syntax"],
        paths: tuple[str, ...],
        why: str,
    ) -> bool:
        return approve is not None and approve(Request(kind, paths, self._diff, why)) == "yes"

    def _commit(self) -> Outcome:
        changes = self._plan.changes
        if not changes:
            return self._held(("Nothing was written: the files have this text already.",))
        try:
            with nullcontext() if self._has_lock else self._journal.holding():
                recovered = transaction.settle(self._tree, self._journal)
                operation, said = transaction.commit(self._tree, self._journal, "apply", changes)
                notices = (*self._notices, *recovered, *said, *_pruned(self._journal))
        except Stale as stale:
            self.overtaken = True
            return self._refused((str(stale),), "STALE", f"{stale} changed while the edits were being applied.")
        applied = tuple(replace(block, status="applied") for block in self._plan.blocks)
        report = "\n".join([self._feedback(applied).rstrip("\n"), *(one.sentence for one in self._broken)]) + "\n"
        return Outcome(True, operation.id, applied, report, self._diff, notices)

    def _held(self, more: tuple[str, ...]) -> Outcome:
        notices = (*self._notices, *more)
        said = self._feedback(self._plan.blocks)
        return Outcome(False, None, self._plan.blocks, said, self._diff, notices)

    def _refused(self, paths: tuple[str, ...], reason: Reason, note: str) -> Outcome:
        numbers = frozenset[int]().union(*(self._plan.authors.get(path, ()) for path in paths))
        blocks = refused(self._plan.blocks, numbers, reason, note)
        return self._not_applied(blocks, self._diff)

    def _not_applied(self, blocks: tuple[Block, ...], shown: str = "") -> Outcome:
        notices = self._notices if blocks else (*self._notices, NO_EDIT)
        hints = feedback.hints(blocks, self._plan.misfits, self._plan.snapshots)
        return Outcome(False, None, blocks, self._feedback(blocks), shown, notices, hints=hints)

    def _feedback(self, blocks: tuple[Block, ...]) -> str:
        return _feedback(self._plan, blocks, str(self._tree.root))


def _checked(planned: Plan, notices: tuple[str, ...]) -> tuple[tuple[Broken, ...], tuple[str, ...]]:
    try:
        found = broken(planned.changes)
    except ToolProblem as problem:
        return (), (*notices, f"The syntax was not checked: {problem}")
    return found, (*notices, *(one.sentence for one in found))


def _feedback(planned: Plan, blocks: tuple[Block, ...], root: str) -> str:
    """What the model is told: how to send again what was refused, else how loosely its blocks were read."""
    refusals: dict[int, Misfit | Unreadable] = {
        part.number: part for part in planned.answer.edits if isinstance(part, Unreadable)
    }
    said = feedback.write(
        blocks,
        refusals | dict(planned.misfits),
        planned.snapshots,
        near_paths=planned.near,
        rejected=planned.answer.rejected,
        root=root,
        around=enclosing(
            (misfit, planned.snapshots.get(block.path))
            for block in blocks
            if block.status == "refused" and (misfit := planned.misfits.get(block.n))
        ),
    )
    return said or (feedback.success(blocks) if blocks else "")


def _pruned(journal: Journal) -> tuple[str, ...]:
    with suppress(OSError):
        if dropped := journal.prune(LIMIT):
            what = "operation was" if dropped == 1 else "operations were"
            return (f"{dropped} old {what} dropped from the journal, which may take {LIMIT >> 20} MiB.",)
    return ()


# ---------------------------------------------------------------- undo


def _undone(tree: WorkTree, journal: Journal, which: int | str, notices: tuple[str, ...]) -> Outcome:
    wanted = undoing(tree, journal, which)
    id = wanted.operation.id
    blocks = wanted.blocks
    try:
        if all(block.status != "refused" for block in blocks):
            done, more = transaction.commit(tree, journal, "undo", wanted.changes, id, wanted.operation.made)
            applied = tuple(replace(block, status="applied") for block in blocks)
            stood = (block.note for block in blocks if block.note)
            said = (*notices, *stood, *more, *_pruned(journal))
            return Outcome(True, done.id, applied, "", diff(wanted.changes), said, id)
    except Stale as stale:
        numbers = [block.n for block in blocks if block.path == str(stale)]
        blocks = refused(blocks, numbers, "STALE", f"{stale} changed while it was being restored.")
    reasons = tuple(block.note for block in blocks if block.status == "refused")
    return Outcome(False, None, blocks, "", "", (*notices, *reasons), id)


# ---------------------------------------------------------------- the folder


@contextmanager
def _opened(root: Path, disk: Disk) -> Iterator[tuple[WorkTree, Journal]]:
    """The tree and its journal; what the disk says against it becomes a StateProblem."""
    with WorkTree(root, disk) as tree:
        try:
            yield tree, Journal(tree)
        except OSError as error:
            raise transaction.unwritable(error) from None
        except BadPath as problem:
            raise StateProblem(
                f"The journal in {root / '.qcode' / 'state'} can't be used: {problem}.",
                "Remove what stands in its place; the journal must be a real folder.",
            ) from None
