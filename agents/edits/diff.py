"""The changes as a unified diff for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.edits.text import decode
from agents.edits.types import FileChange, FileState
from indexer.repo.lines import hunks
from indexer.types import Hunk

CONTEXT = 3

_Run = tuple[int, int, int, int]
"""Start and end in the old lines, start and end in the new ones, 0-based."""


def diff(changes: Sequence[FileChange]) -> str:
    """The diff of all files, one after the other, with `\\n` between lines."""
    return "".join(line for change in changes for line in _of(change))


def _of(change: FileChange) -> Iterator[str]:
    before, after = change.before, change.after
    yield f"--- {'/dev/null' if before.data is None else 'a/' + before.path}\n"
    yield f"+++ {'/dev/null' if after.data is None else 'b/' + after.path}\n"
    old, new = _lines(before), _lines(after)
    if old is None or new is None:
        yield "a binary file\n"
        return
    runs = [_run(hunk) for hunk in hunks(before.data or b"", after.data or b"")]
    for group in _groups(runs):
        yield from _drawn(group, old, new)


def _lines(state: FileState) -> Sequence[str] | None:
    if state.data is None:
        return ()
    snapshot = decode(state.path, state.data)
    return None if isinstance(snapshot, str) else snapshot.lines


def _run(hunk: Hunk) -> _Run:
    old = hunk.old_start - (hunk.old_count > 0)
    new = hunk.new_start - (hunk.new_count > 0)
    return old, old + hunk.old_count, new, new + hunk.new_count


def _groups(runs: Sequence[_Run]) -> Iterator[list[_Run]]:
    """Runs that are so near to each other that their context would meet are shown together."""
    group: list[_Run] = []
    for run in runs:
        if group and run[0] - group[-1][1] > 2 * CONTEXT:
            yield group
            group = []
        group.append(run)
    if group:
        yield group


def _drawn(group: Sequence[_Run], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    before = min(CONTEXT, group[0][0])
    behind = min(CONTEXT, len(old) - group[-1][1])
    start, end = group[0][0] - before, group[-1][1] + behind
    yield f"@@ -{_range(start, end)} +{_range(group[0][2] - before, group[-1][3] + behind)} @@\n"
    for old_start, old_end, new_start, new_end in group:
        yield from (_line(" ", line) for line in old[start:old_start])
        yield from (_line("-", line) for line in old[old_start:old_end])
        yield from (_line("+", line) for line in new[new_start:new_end])
        start = old_end
    yield from (_line(" ", line) for line in old[start:end])


def _range(start: int, end: int) -> str:
    length = end - start
    return str(start + 1) if length == 1 else f"{start + (length > 0)},{length}"


def _line(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
