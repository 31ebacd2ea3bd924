"""What a model is told about blocks that were refused: enough to write them right in one more turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from agents.edits.around import Around
from agents.edits.text import bare
from agents.edits.types import Block, Edit, Misfit, Reason, Snapshot, Unreadable

Refusal = Misfit | Unreadable
Span = tuple[int, int]

MOST_BLOCKS = 5
MOST_LINES = 40
_CONTEXT = 3
_MOST_PLACES = 4
_MOST_DIFFERENCES = 6
_LONGEST_LINE = 200
_HINTED = 6
_REMINDER = (
    "Write a block like this:",
    "  path/to/file.py",
    "  <<<<<<< SEARCH",
    "  lines of the file, exactly",
    "  =======",
    "  the lines that replace them",
    "  >>>>>>> REPLACE",
)
_NEXT: dict[Reason, str] = {
    "NOT_FOUND": "Copy the lines as they stand in the file and send the block again.",
    "AMBIGUOUS": "Make SEARCH longer until only one place has it.",
    "ALREADY_APPLIED": "Drop this block.",
    "IN_OTHER_FILE": "Write that path above the block.",
    "CONFLICT": "Write the block on the lines as they are now.",
    "STALE": "The file changed since it was shown; write the block on the lines as they are now.",
    "ELISION": "Write the full text; nothing stands for lines that are left out.",
    "MALFORMED": "",
    "TRUNCATED": "Send the blocks again, in smaller ones of at most 30 lines, and fewer of them in one answer.",
    "BAD_PATH": "Write a path relative to the root of the repository.",
    "ENCODING": "Use only characters that the file's own encoding has.",
    "SYNTAX": "Write the block so that the file still parses.",
    "NEEDS_YES": "This file is changed only if a person says yes; leave it out.",
}


def write(
    blocks: Sequence[Block],
    refusals: Mapping[int, Refusal],
    snapshots: Mapping[str, Snapshot],
    *,
    near_paths: Mapping[int, Sequence[str]] | None = None,
    rejected: Unreadable | None = None,
    root: str = "",
    around: Mapping[int, Around] | None = None,
) -> str:
    """The feedback for one repair, or nothing where no block is refused.

    `refusals` and `near_paths` (existing paths like the one of a BAD_PATH or IN_OTHER_FILE) go by a block's number,
    `snapshots` by a block's path as it stands in `blocks`. `rejected` is why the whole answer was not read. `around` is
    the definition around the nearest place, by a block's number; it is shown whole where there is room.
    """
    if rejected is not None:
        where = f" (line {rejected.line} of the answer)" if rejected.line else ""
        parts = [f"EDIT RESULT: 0 blocks written. {rejected.reason}{where}: {rejected.detail}", _NEXT[rejected.reason]]
        return "\n".join([*filter(None, parts), *(_REMINDER if rejected.reason == "MALFORMED" else ())]) + "\n"
    refused = [block for block in blocks if block.status == "refused"]
    if not refused:
        return ""
    sections = [_head(blocks, refused)]
    for block in refused[:MOST_BLOCKS]:
        paths = (near_paths or {}).get(block.n, ())
        whole = (around or {}).get(block.n)
        lines = list(_section(block, refusals.get(block.n), snapshots.get(block.path), paths, whole))
        sections.append("\n".join(lines[:MOST_LINES]))
    if len(refused) > MOST_BLOCKS:
        more = ", ".join(f"{block.n} ({block.reason})" for block in refused[MOST_BLOCKS:][:MOST_LINES])
        sections.append(f"Refused as well: blocks {more}.")
    text = "\n\n".join(sections) + "\n"
    return text.replace(root.rstrip("/") + "/", "") if root.strip("/") else text


def hints(
    blocks: Sequence[Block], misfits: Mapping[int, Misfit], snapshots: Mapping[str, Snapshot]
) -> dict[int, tuple[str, ...]]:
    """For a person, by the number of a refused block: a few lines on where the file has nearly its text, or all of it.

    Blocks of which there is nothing to show are left out.
    """
    found = {}
    for block in blocks:
        misfit, snapshot = misfits.get(block.n), snapshots.get(block.path)
        if block.status != "refused" or misfit is None or snapshot is None or not misfit.near:
            continue
        if lines := tuple(_hint(misfit, snapshot)):
            found[block.n] = lines
    return found


def _hint(misfit: Misfit, snapshot: Snapshot) -> Iterator[str]:
    lines = [bare(line) for line in snapshot.lines]
    if misfit.reason == "AMBIGUOUS":
        yield from _places(lines, misfit.near)
    elif misfit.reason in ("NOT_FOUND", "CONFLICT"):
        start, end = misfit.near[0]
        yield f"closest: lines {start + 1}-{end} ({int(100 * misfit.likeness)} % alike)"
        yield from (f"  {line}" for line in _excerpt(lines, [(start, min(end, start + _HINTED))], _HINTED))
        yield from _differences(misfit.edit, lines, misfit.near[0])


def success(blocks: Sequence[Block]) -> str:
    """One line for each block that was not found exactly as it was quoted: which rung it took."""
    said = [f"block {block.n}: {_RUNGS[block.rung]}" for block in blocks if block.rung in _RUNGS]
    return f"{len(blocks)} of {len(blocks)} blocks fit." + "".join(f"\n{line}" for line in said) + "\n"


_RUNGS: dict[str | None, str] = {
    "trailing": "matched after blanks at line ends were left aside",
    "unicode": "matched after quotes, dashes and letters were brought to one form",
    "blank": "matched without the blank lines at its ends",
    "indent": "matched after its indentation was brought in line with the file's",
    "fragment": "matched as a part of one line",
    "unescape": "matched after escapes or line numbers were read back",
    "fuzzy": "matched a place that is nearly the same; lines that the block does not change stay as the file has them",
}


def _head(blocks: Sequence[Block], refused: Sequence[Block]) -> str:
    bad = _numbers([block.n for block in refused])
    held = [block.n for block in blocks if block.status == "held"]
    start = f"EDIT RESULT: 0 of {len(blocks)} blocks written."
    if not held:
        return f"{start} Send {bad} again."
    verb = "fits and is" if len(held) == 1 else "fit and are"
    return f"{start} {_numbers(held, capital=True)} {verb} held; send ONLY {bad} again."


def _numbers(numbers: Sequence[int], capital: bool = False) -> str:
    word = ("Block" if capital else "block") + ("s" if len(numbers) > 1 else "")
    if len(numbers) == 1:
        return f"{word} {numbers[0]}"
    return f"{word} {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _section(
    block: Block, refusal: Refusal | None, snapshot: Snapshot | None, paths: Sequence[str], around: Around | None
) -> Iterator[str]:
    reason = refusal.reason if refusal else block.reason or "NOT_FOUND"
    near = refusal.near if isinstance(refusal, Misfit) else ()
    yield f"Block {block.n}  {block.path or '(no path)'}  {reason}{_closest(refusal)}"
    yield refusal.detail if refusal else block.note
    if paths:
        yield "Existing paths like it: " + ", ".join(paths[:MOST_BLOCKS])
    if isinstance(refusal, Unreadable):
        yield f"It starts at line {refusal.line} of the answer."
        yield from _REMINDER
    elif refusal is not None and refusal.edit.splits:
        yield from _REMINDER
    elif isinstance(refusal, Misfit) and snapshot is not None and near:
        yield from _shown(refusal, snapshot, around)
    if _NEXT[reason]:
        yield f"Next: {_NEXT[reason]}"


def _closest(refusal: Refusal | None) -> str:
    if not isinstance(refusal, Misfit) or refusal.reason not in ("NOT_FOUND", "CONFLICT") or not refusal.near:
        return ""
    start, end = refusal.near[0]
    return f"  (closest {int(100 * refusal.likeness)} % at lines {start + 1}-{end})"


def _shown(refusal: Misfit, snapshot: Snapshot, around: Around | None) -> Iterator[str]:
    lines = [bare(line) for line in snapshot.lines]
    if refusal.reason == "AMBIGUOUS":
        yield from _places(lines, refusal.near)
        return
    spans = refusal.near[:2] if refusal.reason == "NOT_FOUND" else refusal.near[:1]
    room = MOST_LINES - _MOST_DIFFERENCES - 9
    if around is not None:
        first, last = around.span[0] + 1, around.span[1]
        if last - first < room:
            yield f"The place is in `{_cut(around.name)}`, lines {first}-{last}; SEARCH may also be all of them."
            spans = (around.span,)
        else:
            yield f"The place is in `{_cut(around.name)}`, which begins at line {first} `{_cut(lines[first - 1])}`."
    yield "Lines now in the file (copy them exactly, without the numbers):"
    yield from _excerpt(lines, spans, room)
    if refusal.reason in ("NOT_FOUND", "CONFLICT", "STALE"):
        yield from _differences(refusal.edit, lines, refusal.near[0])


def _excerpt(lines: Sequence[str], spans: Sequence[Span], room: int) -> Iterator[str]:
    """The lines of the places with those around them, each once and in order, at most `room` of them."""
    shown: set[int] = set()
    for start, end in spans:
        most = room // len(spans)
        context = max(0, min(_CONTEXT, (most - (end - start)) // 2))
        shown.update(range(max(0, start - context), min(len(lines), end + context))[:most])
    before = min(shown, default=0)
    for at in sorted(shown):
        if at > before + 1:
            yield "    ..."
        yield f"{at + 1:>4}| {_cut(lines[at])}"
        before = at


def _differences(edit: Edit, lines: Sequence[str], span: Span) -> Iterator[str]:
    mine, file = edit.search.removesuffix("\n").split("\n"), lines[span[0] : span[1]]
    told = 0
    for tag, i, k, j, m in SequenceMatcher(None, mine, file).get_opcodes():
        for at in range(max(k - i, m - j) if tag != "equal" else 0):
            yours = f"`{_cut(mine[i + at])}`" if i + at < k else "(no such line)"
            theirs = f"`{_cut(file[j + at])}`" if j + at < m else "(no such line)"
            if told == 0:
                yield "Differences to your SEARCH:"
            if told == _MOST_DIFFERENCES:
                yield "  and more"
                return
            told += 1
            yield f"  line {span[0] + min(j + at, m) + 1}  yours: {yours}   file: {theirs}"


def _places(lines: Sequence[str], spans: Sequence[Span]) -> Iterator[str]:
    yield "It stands at lines " + ", ".join(f"{start + 1}-{end}" for start, end in spans) + "."
    for span in spans[:_MOST_PLACES]:
        if extension := _extension(lines, span, spans):
            at, above = extension
            how = "start SEARCH at" if above else "end SEARCH with"
            yield f"  for lines {span[0] + 1}-{span[1]}: {how} line {at + 1} `{_cut(lines[at])}`"


def _extension(lines: Sequence[str], span: Span, spans: Sequence[Span]) -> tuple[int, bool] | None:
    """The nearest line above (True) or below (False) up to which SEARCH must reach to mean this place alone."""
    others = [one for one in spans if one != span]
    for step in range(1, MOST_LINES):
        for above in (True, False):
            at = span[0] - step if above else span[1] + step - 1
            if not 0 <= at < len(lines) or not lines[at].strip():
                continue
            if all(_differs(lines, span, one, step, above) for one in others):
                return at, above
    return None


def _differs(lines: Sequence[str], span: Span, other: Span, step: int, above: bool) -> bool:
    if above:
        return list(lines[max(0, span[0] - step) : span[0]]) != list(lines[max(0, other[0] - step) : other[0]])
    return list(lines[span[1] : span[1] + step]) != list(lines[other[1] : other[1] + step])


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 3] + "..."
