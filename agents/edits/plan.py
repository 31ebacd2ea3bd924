"""From an answer to what it would do: every edit finds its file and its place, or the reason why it does not.

Nothing here writes. All edits of a file are matched against the file as it was read, and the files with all their
edits are put together in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from agents.edits import guards, match, text
from agents.edits.paths import Absent, BadPath, check_new, needs_yes, parts_of
from agents.edits.tree import WorkTree
from agents.edits.types import (
    Answer,
    Block,
    Edit,
    FileChange,
    FileState,
    Fit,
    Misfit,
    Reason,
    Snapshot,
    Unreadable,
)

_MOST_NEAR = 3
_LIKENESS = 0.6
_MOST_SOUGHT = 5
_MOST_FILES_SOUGHT = 5_000
_MOST_BYTES_SOUGHT = 64 << 20
_TELLING = 12
"""How many bytes a line must have to be looked for in other files."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an answer would do. There are changes only where every edit fits."""

    answer: Answer
    blocks: tuple[Block, ...]
    changes: tuple[FileChange, ...]
    misfits: Mapping[int, Misfit]
    """By the number of the block."""
    snapshots: Mapping[str, Snapshot]
    """The files that were matched, by path."""
    sensitive: tuple[str, ...]
    """Paths that are written only with an explicit yes."""
    authors: Mapping[str, frozenset[int]]
    """The numbers of the blocks that change a path."""
    notices: tuple[str, ...]
    near: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Paths that a block may have meant, by its number."""

    @property
    def fits(self) -> bool:
        return bool(self.blocks) and all(block.status != "refused" for block in self.blocks)


@dataclass(slots=True)
class _File:
    """A file that the answer names, gathered edit by edit. `path` is where it is now, or will be made."""

    path: str
    state: FileState
    edits: list[Edit] = field(default_factory=list)
    created: bool = False
    deleted: Edit | None = None
    renamed: Edit | None = None
    new_path: str | None = None


class _Refused(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def plan(tree: WorkTree, answer: Answer) -> Plan:
    """Find out what the answer would do to the tree. Raises OSError where the tree can't be read."""
    return _Planner(tree, answer).plan()


class _Planner:
    """One planning: the files by every path they go by, and what was found out about each edit."""

    def __init__(self, tree: WorkTree, answer: Answer) -> None:
        self._tree = tree
        self._answer = answer
        self._edits = [edit for edit in answer.edits if isinstance(edit, Edit)]
        self._files: dict[str, _File] = {}
        self._blocks: dict[int, Block] = {}
        self._misfits: dict[int, Misfit] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._found: dict[int, str] = {}
        self._authors: dict[str, frozenset[int]] = {}
        self._notes: dict[int, str] = {}
        self._notices: list[str] = []
        self._near: dict[int, tuple[str, ...]] = {}
        self._names: list[str] | None = None

    def plan(self) -> Plan:
        for part in (*self._answer.edits, self._answer.rejected):
            if isinstance(part, Unreadable):
                self._blocks[part.number] = Block(
                    part.number, part.path, "refused", reason=part.reason, note=part.detail
                )
        if self._answer.rejected is None:
            changes = self._changes()
            self._look_elsewhere()
        else:
            self._hold_nothing(self._answer.rejected)
            changes = ()
        blocks = tuple(self._blocks[number] for number in sorted(self._blocks))
        refused = any(block.status == "refused" for block in blocks)
        return Plan(
            self._answer,
            blocks,
            () if refused else changes,
            self._misfits,
            self._snapshots,
            tuple(dict.fromkeys(c.before.path for c in changes if needs_yes(c.before.path))),
            self._authors,
            tuple(self._notices),
            self._near,
        )

    def _hold_nothing(self, rejected: Unreadable) -> None:
        for edit in self._edits:
            self._blocks[edit.number] = Block(
                edit.number, edit.path, "refused", reason=rejected.reason, note="the whole answer is not used"
            )

    def _changes(self) -> tuple[FileChange, ...]:
        order = {"rename": 0, "delete": 1, "create": 2, "replace": 3}
        for edit in sorted(self._edits, key=lambda edit: order[edit.kind]):
            try:
                self._assign(edit)
            except BadPath as problem:
                self._refuse_path(edit, f"{problem}.", absent=isinstance(problem, Absent))
            except _Refused as problem:
                self._refuse(edit, problem.reason, str(problem))
        files = sorted({id(file): file for file in self._files.values()}.values(), key=_first_block)
        changes = tuple(change for file in files for change in self._of_file(file))
        return self._without_collisions(changes)

    # ------------------------------------------------------------ which file

    def _assign(self, edit: Edit) -> None:
        parts = parts_of(edit.path)
        path, there = self._tree.find(parts)
        self._found[edit.number] = path
        if edit.kind == "create":
            self._create(edit, path)
        elif path in self._files:
            self._add(edit, self._files[path])
        elif there:
            self._add(edit, self._file(path))
        else:
            self._add(edit, self._file(self._elsewhere(edit, path)))

    def _file(self, path: str) -> _File:
        if path not in self._files:
            self._files[path] = _File(path, self._tree.read(path))
            if self._tree.links(path) > 1:
                self._notices.append(f"{path} had other names (hard links); they keep the text it had.")
        return self._files[path]

    def _create(self, edit: Edit, path: str) -> None:
        file = self._file(path)
        if file.new_path == path or file.renamed is not None:
            raise _Refused("CONFLICT", f"Another edit of this answer moves a file to or from {path}.")
        if file.state.data is None:
            check_new(parts_of(edit.path))
        file.created = True
        file.edits.append(edit)

    def _add(self, edit: Edit, file: _File) -> None:
        if edit.kind == "replace":
            if file.deleted is not None and not file.created:
                raise _Refused("CONFLICT", f"Another edit of this answer deletes {file.path}.")
            file.edits.append(edit)
        elif file.deleted is not None or file.renamed is not None:
            raise _Refused("CONFLICT", f"Another edit of this answer deletes or moves {file.path}.")
        elif edit.kind == "delete":
            file.deleted = edit
        else:
            self._rename(edit, file)

    def _rename(self, edit: Edit, file: _File) -> None:
        parts = parts_of(edit.new_path or "")
        check_new(parts)
        new_path, there = self._tree.find(parts)
        if there or new_path in self._files:
            raise _Refused("CONFLICT", f"There is a {new_path} already.")
        file.renamed, file.new_path = edit, new_path
        self._files[new_path] = file

    def _elsewhere(self, edit: Edit, path: str) -> str:
        """The only file of that name, where the answer got the folder wrong; Absent where that is a guess too many.

        What is only to be deleted or moved shows no text by which the file could be known.
        """
        name = path.rpartition("/")[2]
        same = [one for one in self._every_name() if one.rpartition("/")[2] == name]
        if len(same) != 1 or edit.kind != "replace":
            self._near[edit.number] = _near(path, same or self._every_name())
            raise Absent(f"there is no {path}")
        self._found[edit.number] = same[0]
        self._notes[edit.number] = f"{edit.path} was taken for {same[0]}, the only file of that name"
        self._notices.append(f"{self._notes[edit.number]}.")
        return same[0]

    def _every_name(self) -> list[str]:
        if self._names is None:
            self._names = list(self._tree.names())
        return self._names

    # ------------------------------------------------------------ what becomes of it

    def _of_file(self, file: _File) -> Iterator[FileChange]:
        after = self._after(file)
        path = file.new_path or file.path
        authors = (*file.edits, file.deleted, file.renamed)
        self._authors |= dict.fromkeys((file.path, path), frozenset(edit.number for edit in authors if edit))
        if file.deleted is not None and not file.created:
            self._hold(file.deleted)
            yield FileChange(file.state, FileState(file.path, None))
        elif file.renamed is not None:
            self._hold(file.renamed)
            yield FileChange(FileState(path, None), replace(file.state, path=path, data=after))
            yield FileChange(file.state, FileState(file.path, None))
        elif after is not None and after != file.state.data:
            yield FileChange(file.state, replace(file.state, data=after))

    def _after(self, file: _File) -> bytes | None:
        """The bytes of the file after its edits; what it has now where one of them does not fit."""
        data = file.state.data
        snapshot: Snapshot | str = Snapshot(file.path, "utf-8", b"", ())
        if data is not None and file.deleted is None:
            snapshot = text.decode(file.path, data)
        if not file.edits:
            return data
        if isinstance(snapshot, str):
            for edit in file.edits:
                self._refuse(edit, "ENCODING", snapshot)
            return data
        self._snapshots[file.path] = snapshot
        after = self._matched(file, snapshot)
        if file.deleted is not None:
            self._hold(file.deleted)
        return data if after is None else after

    def _matched(self, file: _File, snapshot: Snapshot) -> bytes | None:
        """The bytes after all edits; None where one does not fit. Text that an edit makes is there for the others."""
        edits = sorted(file.edits, key=lambda edit: edit.number)
        if file.state.data is None and edits[0].kind == "replace":
            self._refuse_path(edits[0], f"there is no {file.path} before the block that makes it.", absent=True)
            return None
        for edit in (edit for edit in edits if edit.kind == "create"):
            made = self._place(snapshot, [edit])
            if made is None:
                return None
            snapshot = replace(snapshot, lines=made)
        self._snapshots[file.path] = snapshot
        lines = self._place(snapshot, [edit for edit in edits if edit.kind == "replace"])
        if lines is None:
            return None
        data = text.encode(snapshot, lines)
        if data is None:
            for edit in edits:
                self._refuse(edit, "ENCODING", f"{file.path} is {snapshot.encoding}, which can't write this text.")
        return data

    def _place(self, snapshot: Snapshot, edits: list[Edit]) -> tuple[str, ...] | None:
        """The lines after these edits, which are held where they fit and refused where they do not."""
        results = [_guarded(snapshot, result) for result in match.place(snapshot, edits)]
        fits = [result for result in results if isinstance(result, Fit)]
        for misfit in results:
            if isinstance(misfit, Misfit):
                self._refuse(misfit.edit, misfit.reason, misfit.detail, misfit)
        places = match.landed(fits) if fits else {}
        for fit in fits:
            self._hold(fit.edit, fit, places[fit.edit.number])
        return match.splice(snapshot, fits) if len(fits) == len(results) else None

    def _look_elsewhere(self) -> None:
        """Where a SEARCH is in one other file, of the answer or of the tree, say in which."""
        missed = [one for one in self._misfits.values() if one.reason == "NOT_FOUND" or self._has_no_file(one)]
        for misfit in missed[:_MOST_SOUGHT]:
            edit = misfit.edit
            own = self._found[edit.number]
            others = (one for path, one in self._snapshots.items() if path != own)
            other = next((one.path for one in others if match.stands_in(one, edit)), None) or self._holder(edit, own)
            if other is None:
                continue
            if misfit.reason == "BAD_PATH":
                self._near[edit.number] = (other, *(one for one in self._near.get(edit.number, ()) if one != other))
                absent = self._blocks[edit.number].absent
                self._refuse_path(edit, f"{misfit.detail.removesuffix('.')}; SEARCH stands in {other}.", absent)
                continue
            detail = f"SEARCH is not in {own} but in {other}."
            self._refuse(edit, "IN_OTHER_FILE", detail)

    def _has_no_file(self, misfit: Misfit) -> bool:
        return misfit.reason == "BAD_PATH" and misfit.edit.kind == "replace" and misfit.edit.number in self._found

    def _holder(self, edit: Edit, own: str) -> str | None:
        """The only other file of this kind in the tree that has SEARCH; None where it says too little to be known."""
        telling = max((line.strip() for line in edit.search.split("\n")), key=len).encode("utf-8", "surrogatepass")
        if len(telling) < _TELLING:
            return None
        kind = own.rpartition("/")[2].rpartition(".")[2]
        found: list[str] = []
        room = _MOST_BYTES_SOUGHT
        for path in [one for one in self._every_name() if one != own and one.endswith(kind)][:_MOST_FILES_SOUGHT]:
            with suppress(BadPath, OSError):
                data = self._tree.read(path).data or b""
                room -= len(data)
                snapshot = text.decode(path, data) if telling in data else ""
                if isinstance(snapshot, Snapshot) and match.stands_in(snapshot, edit):
                    found.append(path)
            if len(found) > 1 or room < 0:
                return None
        return found[0] if found else None

    def _without_collisions(self, changes: tuple[FileChange, ...]) -> tuple[FileChange, ...]:
        """Refuse what can't be side by side: a file where another one needs a folder."""
        files = {change.after.path for change in changes if change.after.data is not None}
        folders = {path[:at] for path in files for at, sign in enumerate(path) if sign == "/"}
        touched = files | {change.before.path for change in changes if change.before.data is not None}
        for edit in self._edits:
            path = self._found.get(edit.number, "")
            if path in folders & touched:
                self._refuse(edit, "BAD_PATH", f"{path} can't be a file and a folder.")
        return changes

    # ------------------------------------------------------------ the verdicts

    def _hold(self, edit: Edit, fit: Fit | None = None, lines: tuple[int, int] | None = None) -> None:
        path = self._found.get(edit.number, edit.path)
        rung = fit.rung if fit else None
        note = self._notes.get(edit.number, "")
        self._blocks.setdefault(edit.number, Block(edit.number, path, "held", rung, None, lines, note))

    def _refuse_path(self, edit: Edit, detail: str, absent: bool = False) -> None:
        """For a person the paths that may be meant stand in the sentence; a model is told them by the feedback."""
        self._refuse(edit, "BAD_PATH", detail)
        self._blocks[edit.number] = replace(self._blocks[edit.number], absent=absent)
        if edit.number not in self._near and (inside := _inside(self._tree, edit.path)):
            self._near[edit.number] = (inside,)
        if near := self._near.get(edit.number):
            note = f"{detail.removesuffix('.')}; near: {', '.join(near)}"
            self._blocks[edit.number] = replace(self._blocks[edit.number], note=note)

    def _refuse(self, edit: Edit, reason: Reason, detail: str, misfit: Misfit | None = None) -> None:
        path = self._found.get(edit.number, edit.path)
        self._misfits[edit.number] = misfit or Misfit(edit, reason, detail)
        self._blocks[edit.number] = Block(edit.number, path, "refused", reason=reason, note=detail)


def refused(blocks: tuple[Block, ...], numbers: Collection[int], reason: Reason, note: str) -> tuple[Block, ...]:
    """The blocks, with those of these numbers refused after all."""
    return tuple(
        replace(block, status="refused", reason=reason, rung=None, lines=None, note=note)
        if block.n in numbers
        else block
        for block in blocks
    )


def _guarded(snapshot: Snapshot, result: Fit | Misfit) -> Fit | Misfit:
    return (guards.check(snapshot, result) or result) if isinstance(result, Fit) else result


def _first_block(file: _File) -> int:
    return min((edit.number for edit in (*file.edits, file.deleted, file.renamed) if edit), default=0)


def _inside(tree: WorkTree, path: str) -> str | None:
    """The relative path of a file that an answer named from the root of the disk."""
    root = f"{tree.root}/"
    with suppress(BadPath, OSError):
        found, there = tree.find(parts_of(path.removeprefix(root))) if path.startswith(root) else ("", False)
        return found if there else None
    return None


def _near(path: str, names: list[str]) -> tuple[str, ...]:
    by_name = {name.rpartition("/")[2]: name for name in reversed(names)}
    close = get_close_matches(path, names, _MOST_NEAR, _LIKENESS)
    close += [by_name[name] for name in get_close_matches(path.rpartition("/")[2], by_name, _MOST_NEAR, _LIKENESS)]
    return tuple(dict.fromkeys(close))[:_MOST_NEAR] or tuple(names if len(names) <= _MOST_NEAR else ())
