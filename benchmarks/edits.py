"""How well and how fast search/replace edits of real code are placed: a table of mutations and one of times."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agents.edits import apply_answer, blocks, guards, match, text
from agents.edits.disk import Disk
from agents.edits.plan import plan
from agents.edits.syntax import broken
from agents.edits.tree import WorkTree
from agents.edits.types import Edit, Fit, Snapshot
from tests.edits.mutations import KINDS, Case, cases

CASES = 500
FILES = (1, 12, 50)
LINES_A_FILE = 200
LINES = 10_000
BLOCKS = 1_000
REPEATS = 3
Result = TypeVar("Result")


def run(seed: int = 1) -> str:
    """Markdown tables: what became of misquoted edits of the standard library, the steps in memory, those on disk."""
    return f"{_quality(seed)}\n\n{_speed(seed)}\n\n{_on_disk()}\n"


def _quality(seed: int) -> str:
    rows = [
        "| edits of the standard library | cases | applied rightly | refused | wrong |",
        "|---|---:|---:|---:|---:|",
    ]
    for kind in KINDS:
        counts = Counter(map(_outcome, cases(kind, seed, CASES)))
        right, refused, wrong = (counts[one] for one in ("right", "refused", "wrong"))
        rows.append(f"| {kind} | {CASES} | {right / CASES:.1%} | {refused / CASES:.1%} | {wrong} |")
    return "\n".join(rows)


def _outcome(case: Case) -> str:
    snapshot = _snapshot(case.file)
    (found,) = match.place(snapshot, [Edit(1, "replace", "a.py", case.search, case.replace)])
    if not isinstance(found, Fit) or guards.check(snapshot, found):
        return "refused"
    return "right" if "".join(match.splice(snapshot, [found])) == case.after else "wrong"


def _speed(seed: int) -> str:
    chance = random.Random(seed)
    lines = [f"{'    ' * (n % 4)}value_{n} = compute_{chance.randrange(999)}(alpha, {n % 97})" for n in range(LINES)]
    missed = _block([f"{line}?!" if n % 2 else "not in the file" for n, line in enumerate(lines[500:512])], ["x = 1"])
    long = "x" * 500_000 + " needle(1) " + "y;" * 250_000
    works: list[tuple[str, str, str]] = [
        (f"{BLOCKS:,} exact blocks on {LINES:,} lines", _file(lines), _blocks(lines, "")),
        (f"{BLOCKS:,} indented blocks on {LINES:,} lines", _file(lines), _blocks(lines, " " * 8)),
        (f"one fuzzy miss on {LINES:,} lines", _file(lines), missed),
        ("a part of a 1 MB line", long, _block(["needle(1)"], ["needle(2)"])),
        ("a whole 1 MB line", long, _block([long], [long.replace("needle(1)", "needle(2)")])),
    ]
    rows = ["| step | parse | read and place | splice | all, ms |", "|---|---:|---:|---:|---:|"]
    for name, content, answer in works:
        times = [1000 * one for one in min((_times(content, answer) for _ in range(REPEATS)), key=sum)]
        rows.append(f"| {name} | {times[0]:.1f} | {times[1]:.1f} | {times[2]:.1f} | {sum(times):.1f} |")
    return "\n".join(rows)


class _Watched(Disk):
    """The real disk, with the seconds that syncing took and those of all other calls that change something."""

    def __init__(self) -> None:
        self.syncing = self.writing = 0.0

    def fsync(self, file: int) -> None:
        took, _ = _timed(lambda: Disk.fsync(self, file))
        self.syncing += took

    def create(self, name: str, folder: int, mode: int) -> int:
        return self._watched(lambda: Disk.create(self, name, folder, mode))

    def write(self, file: int, data: bytes | memoryview) -> int:
        return self._watched(lambda: Disk.write(self, file, data))

    def rename(self, name: str, new_name: str, folder: int) -> None:
        self._watched(lambda: Disk.rename(self, name, new_name, folder))

    def unlink(self, name: str, folder: int) -> None:
        self._watched(lambda: Disk.unlink(self, name, folder))

    def _watched(self, work: Callable[[], Result]) -> Result:
        took, result = _timed(work)
        self.writing += took
        return result


def _on_disk() -> str:
    """A whole apply, a block a file, and its parts: plan and syntax check each measured alone before it."""
    rows = [
        "| files | plan | syntax check | journal and files written, renamed, removed | fsync | whole apply, ms |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for files in FILES:
        times = [1000 * one for one in min((_applied(files) for _ in range(REPEATS)), key=lambda parts: parts[-1])]
        rows.append(f"| {files} | " + " | ".join(f"{one:.1f}" for one in times) + " |")
    return "\n".join(rows)


def _applied(files: int) -> list[float]:
    lines = [f"value_{n} = compute(alpha, {n})" for n in range(LINES_A_FILE)]
    with tempfile.TemporaryDirectory() as folder:
        answer = ""
        for number in range(files):
            Path(folder, f"file_{number}.py").write_text(_file(lines), "utf-8")
            answer += _block(lines[50:54], [*lines[50:53], "changed = 1"]).replace("a.py", f"file_{number}.py", 1)
        disk = _Watched()
        with WorkTree(Path(folder), disk) as tree:
            planning, planned = _timed(lambda: plan(tree, blocks.parse(answer)))
        checking, _ = _timed(lambda: broken(planned.changes))
        disk.syncing = disk.writing = 0.0
        whole, outcome = _timed(lambda: apply_answer(folder, answer, disk=disk))
        if not outcome.applied:
            raise ValueError(outcome.feedback)
    return [planning, checking, disk.writing, disk.syncing, whole]


def _times(content: str, answer: str) -> list[float]:
    """Seconds of parsing, of placing with the guards, and of splicing."""
    parse, edits = _timed(lambda: [part for part in blocks.parse(answer).edits if isinstance(part, Edit)])
    place, fits = _timed(lambda: _fits(content, edits))
    splice, _ = _timed(lambda: match.splice(_snapshot(content), fits))
    return [parse, place, splice]


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _fits(content: str, edits: list[Edit]) -> list[Fit]:
    snapshot = _snapshot(content)
    found = [one for one in match.place(snapshot, edits) if isinstance(one, Fit)]
    return [one for one in found if guards.check(snapshot, one) is None]


def _snapshot(content: str) -> Snapshot:
    read = text.decode("a.py", content.encode())
    if isinstance(read, str):
        raise ValueError(read)
    return read


def _blocks(lines: list[str], shift: str) -> str:
    step = len(lines) // BLOCKS
    moved = [shift + line for line in lines]
    return "".join(
        _block(moved[at : at + 6], [*moved[at : at + 3], f"{shift}changed = {at}", *moved[at + 4 : at + 6]])
        for at in range(0, len(lines), step)
    )


def _block(search: list[str], replace: list[str]) -> str:
    return f"a.py\n<<<<<<< SEARCH\n{_file(search)}=======\n{_file(replace)}>>>>>>> REPLACE\n"


def _file(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


if __name__ == "__main__":
    print(run())
