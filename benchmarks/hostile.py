"""Every command over the hostile repository of the tests, timed, with the memory of all processes together."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

from benchmarks.report import machine, table
from tests.hostile import commands
from tests.hostile.repository import Hostile, hostile_repository
from tests.hostile.sweep import Sweep, sweep

KINDS = {
    "index, map, symbols, settings, review in every form": commands.reading,
    "review of every commit": commands.every_commit,
    "review of every branch and of what looks like one": commands.every_branch,
    "repositories that no git reads well": commands.every_broken_repository,
    "answers of a model that mean harm": commands.hostile_answers,
}
AIMED_AT = 3
"""So many of them have an aim for their seconds."""
TEXT = """\
Command: `python -m benchmarks hostile --seed {seed}`. {machine}

The repository of `tests/hostile`: {categories} categories, {items} items, {traps} traps that leave a canary when they
fire, {commits} commits, {branches} branches, {broken} broken repositories. Two commands run at a time. Memory is what
is resident in all processes together, looked at every 20 ms. A fault is a crash, an exit code that was not expected, or
a control byte on a stream; a write is a change anywhere in the repository, the home folder or the folder for temporary
files, but for the state folders."""


def run(scratch: Path, seed: int) -> str:
    """Make it, aim everything at it, and give the section of the results."""
    before = machine()
    folder = scratch / "hostile"
    _clear(folder)
    made = hostile_repository(folder, seed)
    done = {name: sweep(made, kind(made)) for name, kind in KINDS.items()}
    rows = [(name, *_row(one, made)) for name, one in done.items()]
    whole = _together(list(done.values()))
    aimed_at = _together(list(done.values())[:AIMED_AT])
    rows.insert(AIMED_AT, ("the three above (aim: ≤ 60 s, ≤ 1024 MiB, 0, 0, 0)", *_row(aimed_at, made)))
    rows.append(("all (no aim for the seconds)", *_row(whole, made)))
    columns = ("what", "commands", "seconds", "CPU s", "peak MiB", "faults", "writes", "canaries")
    text = TEXT.format(
        seed=seed,
        machine=before,
        categories=len(made.categories),
        items=len(made.items),
        traps=len(made.traps),
        commits=len(made.commits),
        branches=len(made.branches),
        broken=len(made.broken),
    )
    faults = "".join(f"- {fault}\n" for fault in whole.faults)
    counted = Counter(category for category, _ in made.items)
    tried = [(name, counted[name], sentence) for name, sentence in made.categories.items()]
    _clear(folder)
    return f"{text}\n\n{table(columns, rows)}\n{faults}\n{table(('category', 'items', 'what it tries'), tried)}"


def _together(several: list[Sweep]) -> Sweep:
    return Sweep(
        ran=[ran for one in several for ran in one.ran],
        peak=max(one.peak for one in several),
        seconds=sum(one.seconds for one in several),
        cpu=sum(one.cpu for one in several),
        written={path: how for one in several for path, how in one.written.items()},
    )


def _row(done: Sweep, made: Hostile) -> tuple[object, ...]:
    figures = (len(done.ran), f"{done.seconds:.1f}", f"{done.cpu:.1f}", done.peak >> 20)
    return *figures, len(done.faults), len(done.written), len(made.fired)


def _clear(folder: Path) -> None:
    """By a program: folders so deep are too much for recursion."""
    subprocess.run(["rm", "-rf", folder], check=True)
