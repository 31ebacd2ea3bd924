"""What the sandbox costs a command: the same commands with and without it, in turn, in two work trees."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from agents.sandbox import Sandbox, sandbox_of
from benchmarks.report import machine, table
from benchmarks.scratch import IDENTITY
from benchmarks.speed import large_repository

ROUNDS = 21
LARGE_ROUNDS = 7
SMALL_FILES, SMALL_TESTS = 200, 40
TEST = """\
import subprocess, sys, unittest


class Test(unittest.TestCase):
    def test(self):
        done = subprocess.run([sys.executable, "-c", "import json, email, http.client"], check=True)
        self.assertEqual(done.returncode, 0)
"""
"""A test that starts a program, as the tests of command-line tools do."""
COMMANDS = {
    "true": ["true"],
    "git status": ["git", "status", "--short"],
    "python3 -c pass": ["/usr/bin/python3", "-c", "pass"],
    "unittest, 5 files": ["/usr/bin/python3", "-m", "unittest", "-q", *(f"tests.test_{n}" for n in range(5))],
}
TEXT = """\
Command: `python -m benchmarks sandbox`. {machine}

Every command is run without and with the sandbox in turn, {rounds} rounds ({large_rounds} in the large tree); the
middle of each is shown, and the middle of the differences within a round. In them is everything: looking for what
changed in the work tree, bringing the copy up to date, the sandbox, looking for what the command changed. "Alone" is
the part between the start of bubblewrap and the end of its last process. The small tree has {small} files, the large
one is {release} with {large}. The aim is ≤ 25 ms or ≤ 10 % a command."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of the rounds of one command."""

    plain: list[float]
    whole: list[float]
    alone: list[float]

    def row(self, tree: str, name: str) -> tuple[str, ...]:
        """The line of the table."""
        more = median(whole - plain for whole, plain in zip(self.whole, self.plain, strict=True))
        share = more / median(self.plain)
        kept = "yes" if more <= 25 or share <= 0.1 else "no"
        alone = median(one - plain for one, plain in zip(self.alone, self.plain, strict=True))
        best = min(self.whole) - min(self.plain)
        return (tree, f"`{name}`", f"{median(self.plain):.1f}", f"{median(self.whole):.1f}", f"{more:.1f}",
                f"{best:.1f}", f"{alone:.1f}", f"{share:.0%}", kept)  # fmt: skip


def run(scratch: Path) -> str:
    """Measure, and give the section of the results."""
    before = machine()
    small = _small(scratch / "sandbox-small")
    large, release = large_repository(scratch / "django")
    rows, firsts = [], []
    with sandbox_of(scratch=scratch) as sandbox:
        for label, tree, names, rounds in (
            ("small", small, COMMANDS, ROUNDS),
            ("large", large, list(COMMANDS)[:2], LARGE_ROUNDS),
        ):
            begun = time.perf_counter()
            sandbox.run(["true"], tree)
            firsts.append(f"{label} {1000 * (time.perf_counter() - begun):.0f} ms")
            for name in names:
                rows.append(_measure(sandbox, COMMANDS[name], tree, rounds).row(label, name))
                print(*rows[-1], flush=True)
    counts = [sum(len(files) for _, _, files in _visible(tree)) for tree in (small, large)]
    text = TEXT.format(machine=before, rounds=ROUNDS, large_rounds=LARGE_ROUNDS, small=counts[0], large=counts[1],
                       release=release)  # fmt: skip
    columns = ("tree", "command", "plain, ms", "sandbox, ms", "more, ms", "best", "alone", "share", "within the aim")
    first = f"The first command in a tree, which copies all of it: {', '.join(firsts)}."
    return f"{text}\n\n{table(columns, rows)}\n{first}\nAfterwards: {machine()}"


def _measure(sandbox: Sandbox, argv: Sequence[str], tree: Path, rounds: int) -> Cost:
    cost = Cost([], [], [])
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"}
    for _ in range(rounds):
        begun = time.perf_counter()
        subprocess.run(argv, cwd=tree, env=environment, capture_output=True, check=True)
        between = time.perf_counter()
        ran = sandbox.run(argv, tree)
        ended = time.perf_counter()
        assert (ran.code, ran.isolated) == (0, True), ran
        cost.plain.append(1000 * (between - begun))
        cost.whole.append(1000 * (ended - between))
        cost.alone.append(1000 * ran.seconds)
    return cost


def _small(root: Path) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    (root / "tests").mkdir(parents=True)
    for number in range(SMALL_FILES - SMALL_TESTS):
        file = root / f"package{number % 10}" / f"module{number}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"def function{number}(x):\n    return x\n" * 50)
    for number in range(SMALL_TESTS):
        (root / "tests" / f"test_{number}.py").write_text(TEST)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *command], cwd=root, env={**os.environ, **IDENTITY}, check=True)
    return root


def _visible(root: Path) -> list[tuple[str, list[str], list[str]]]:
    return [walked for walked in os.walk(root) if ".git" not in Path(walked[0]).parts]
