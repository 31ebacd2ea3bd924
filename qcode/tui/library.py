"""The index, in a thread of its own: what the screens ask of it comes back as messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual.message import Message

from indexer.errors import Problem, UsageProblem
from qcode.output import explain
from qcode.tui.desk import Desk
from qcode.tui.messages import Compared, Found, Known, Opened, Reading, Told, Trouble
from qcode.tui.types import Page, Place, Side, Workplace

if TYPE_CHECKING:
    from agents.types import Target
    from indexer.index import Index
    from indexer.types import FileDiff, Finding, Tree

__all__ = ["Library", "Reply"]
Reply = Callable[[Message], object]
AROUND = 300
"""Lines shown before and behind the one that is asked for."""
PATIENCE = 0.05
"""Seconds between two tellings of how far the index has come."""


class _Stopped(Exception):
    """The person does not want the answer any more."""


class Library:
    """Does in its own thread what needs the index, one thing after the other, and replies with messages."""

    def __init__(self, workplace: Workplace, reply: Reply) -> None:
        self._workplace = workplace
        self._reply = reply
        self._index: Index | None = None
        self._trees: dict[Side, Tree] = {}
        self._stop = False
        self._told = 0.0
        self._desk = Desk("library")

    # ------------------------------------------------------------ from the screen

    def refresh(self) -> None:
        """Bring the index up to the work tree: `Reading` while it lasts, `Known` at its end."""
        self._do(self._refreshed)

    def review(self, words: str) -> None:
        """Review what `words` say, as `qcode review` reads them: `Found`."""
        self._do(lambda: self._reviewed(words))

    def diff(self) -> None:
        """What is not committed yet: `Compared`."""
        self._do(self._compared)

    def symbols(self, name: str) -> None:
        """The definitions and uses of a name: `Found`."""
        self._do(lambda: self._looked_up(name))

    def page(self, place: Place, reply: Reply) -> None:
        """The text around a place: `Opened`, to whoever asks."""
        self._do(lambda: self._opened(place, reply), reply)

    def undo(self, operation: str | None) -> None:
        """Take back the operation of this id, or the newest: `Compared`."""
        self._do(lambda: self._undone(operation))

    def stop(self) -> None:
        """Give up what is at work, as soon as it can be."""
        self._stop = True

    def close(self, seconds: float) -> bool:
        """End the thread; False where it has to be left behind."""
        self._stop = True
        return self._desk.close(self._close, seconds)

    # ------------------------------------------------------------ in the thread

    def _do(self, work: Callable[[], None], reply: Reply | None = None) -> None:
        self._desk.do(lambda: self._guarded(work, reply or self._reply))

    def _guarded(self, work: Callable[[], None], reply: Reply) -> None:
        self._stop = False
        try:
            work()
        except _Stopped:
            self._reply(Told("Stopped."))
        except Problem as problem:
            reply(Trouble(str(problem), problem.remedy))
        except Exception as error:  # noqa: BLE001 - the last place where it can become a sentence
            unforeseen = explain(error)
            reply(Trouble(str(unforeseen), unforeseen.remedy))
        finally:
            self._reply(Reading(""))

    def _close(self) -> None:
        if self._index is not None:
            self._index.close()

    @property
    def _opened_index(self) -> Index:
        if self._index is None:
            self._index = self._workplace.open_index()
        return self._index

    def _refreshed(self) -> None:
        self._reply(Reading("reading"))
        index = self._opened_index
        index.ignoring(None, self._workplace.ignore)
        index.refresh(progress=self._progress)
        files = sorted(index.worktree.entries)
        self._reply(Known(files, sorted(index.store.defined_names())))
        for notice in index.notices:
            self._reply(Told(notice))

    def _progress(self, done: int, of: int) -> None:
        if self._stop:
            raise _Stopped
        now = time.monotonic()
        if now - self._told > PATIENCE:
            self._told = now
            self._reply(Reading("reading", done, of))

    def _reviewed(self, words: str) -> None:
        from agents.review import review, trees
        from agents.types import Done, Stage
        from agents.types import Found as Event
        from qcode.report.types import compose

        index, target = self._opened_index, target_of(words, self._workplace.ignore)
        findings: list[Finding] = []
        for event in review(index, target, progress=self._progress):
            if self._stop:
                raise _Stopped
            if isinstance(event, Stage):
                self._reply(Reading(f"review: {event.name}"))
            elif isinstance(event, Event):
                findings.append(event.finding)
            elif isinstance(event, Done):
                done = event
        report = compose(target, findings, (), done)
        base, head = trees(index.repo, target)
        self._trees = {"base": base, "head": head}
        counted = ", ".join(f"{count} {severity}" for severity, count in report.counts.items()) or "no findings"
        receipt = " ".join((f"{done.reviewed} of {done.files} changed files looked at.", *done.notices))
        name = f"review {words}".strip()
        self._reply(Found(f"{name}: {counted}", [Place.of_finding(each) for each in report.findings], receipt))

    def _compared(self) -> None:
        from agents.review import trees
        from agents.types import Target

        index = self._opened_index
        base, head = trees(index.repo, Target())
        self._reply(Compared("not committed yet", "".join(self._difference(index, base, head))))

    def _difference(self, index: Index, base: Tree, head: Tree) -> Iterator[str]:
        from agents.edits.diff import diff
        from agents.edits.types import FileChange, FileState

        def state(tree: Tree, path: str | None, other: str | None) -> FileState:
            data = index.repo.read(tree, path) if path is not None else None
            return FileState(path or other or "", data)

        for each in index.diff(base, head):
            if self._stop:
                raise _Stopped
            before = state(base, each.old_path, each.new_path)
            after = state(head, each.new_path, each.old_path)
            yield _renamed(each) + diff([FileChange(before, after)])

    def _looked_up(self, name: str) -> None:
        index = self._opened_index
        index.ignoring(None, self._workplace.ignore)
        index.refresh(progress=self._progress)
        symbols, references = index.symbols(name)
        if not symbols and not references:
            near = index.near_names(name, 3)
            hint = f"Near names: {', '.join(near)}." if near else "Write the name as the code does."
            raise UsageProblem(f"Nothing in this repository is called `{name}`.", hint)
        self._trees = {"head": index.worktree}
        places = [*map(Place.of_symbol, symbols), *map(Place.of_reference, references)]
        self._reply(Found(f"{name}: {len(symbols)} definitions, {len(references)} uses", places))

    def _opened(self, place: Place, reply: Reply) -> None:
        index = self._opened_index
        tree = self._trees.get(place.side, index.worktree)
        data = index.repo.read(tree, place.path)
        if data is None:
            raise UsageProblem(f"{place.path} can't be shown.", "It is no text, or is not there any more.")
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        first = max(0, place.line - 1 - AROUND)
        reply(Opened(Page(place.path, place.line, first + 1, tuple(lines[first : place.line + AROUND]))))

    def _undone(self, operation: str | None) -> None:
        from agents.edits import undo

        outcome = undo(self._workplace.root, 1 if operation is None else operation)
        for notice in outcome.notices:
            self._reply(Told(notice))
        if not outcome.applied:
            refused = next((f"{block.path}: {block.note}" for block in outcome.blocks if block.note), "")
            raise UsageProblem(
                f"Nothing was undone: {outcome.undoes} is taken back as a whole or not at all. {refused}".rstrip(),
                "Bring the files to what the operation left or to what was before it, and undo again.",
            )
        self._reply(Compared(f"undid {outcome.undoes}", outcome.diff))
        self._refreshed()


def target_of(words: str, ignore: tuple[str, ...] = ()) -> Target:
    """What a review is asked for: nothing, `--staged`, a revision, `A..B` or `A...B`."""
    from agents.types import Target

    revision, *further = words.split() or [""]
    if further:
        raise UsageProblem("A review takes one revision or one range.", "Write `A..B`, or `A...B`.")
    if revision in ("", "--staged"):
        return Target("staged" if revision else "worktree", ignore=ignore)
    dots = "..." if "..." in revision else ".."
    base, found, head = revision.partition(dots)
    kind = "since" if found and dots == "..." else "range"
    return Target(kind, base or "HEAD", head or "HEAD" if found else None, ignore=ignore)


def _renamed(diff: FileDiff) -> str:
    if diff.status != "renamed" or (diff.hunks or diff.binary):
        return ""
    return f"{diff.old_path} is now {diff.new_path}\n"
