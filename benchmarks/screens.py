"""The screens: how soon they are there, how long a key waits while Django is indexed, what a thousand turns leave."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fcntl import ioctl
from pathlib import Path
from statistics import median, quantiles

from agents.model import Finished, Message, Text, Thinking, Timings, Tool, Usage
from agents.model.types import JSON, Delta, Mode
from agents.tools import Workshop
from benchmarks.report import machine, table
from benchmarks.speed import large_repository
from qcode import session
from qcode.config import load
from qcode.tui.app import Qcode
from qcode.tui.conversing import Conversing
from qcode.tui.start import workplace_of
from qcode.tui.types import Talk

STARTS = 7
ROUNDS = 4
SIZE = (40, 120)
BETWEEN_KEYS = 0.05
MOST_KEYS = 600
LONGEST_WAIT = 10.0
TURNS = 1000
FIRST_SYLLABLE = 0xAC00
READING = b"reading"
QUIET = 3.0
"""Seconds without a word of the index after which it is taken to be done."""
PAINT = """
import json, os, sys, time
from pathlib import Path
from qcode.config import load
from qcode.tui.app import Qcode
from qcode.tui.start import workplace_of
import qcode.tui.screens.main, textual.drivers.linux_driver, textual.widgets._markdown, textual.widgets._text_area
begun = time.perf_counter()
class Timed(Qcode):
    async def on_mount(self):
        self.main.call_after_refresh(self.painted)
    def painted(self):
        Path(sys.argv[1]).write_text(json.dumps(time.perf_counter() - begun))
        self.exit(0)
app = Timed(workplace_of(load(os.environ, Path.cwd()), Path.cwd()))
app.run()
"""
ANSWER = """\
## What it does

The function adds the **items** up; see `shop/price.py`.

- it takes a list
- it gives a number

```python
def total(items):
    return sum(items)
```
"""
TEXT = """\
Command: `python -m benchmarks tui`. {machine}

On a pseudo-terminal of {rows} × {columns} cells. A key's wait is the time from the moment it is written to the terminal
until the command has written its syllable back; the keys are pressed {between:.0f} ms after each other from the first
paint on, as long as the sources of {release} are read into an empty index, {rounds} times, and some seconds
more. Memory is what the process holds after 500
and after {turns:,} turns of a scripted model, each with a thought and an answer in Markdown."""


def run(scratch: Path) -> str:
    """Measure everything and give the section of the results."""
    before = machine()
    root, release = large_repository(scratch / "django")
    paints = [_paint(root, scratch) for _ in range(STARTS)]
    waits, idle, seconds = list[float](), list[float](), 0.0
    for _ in range(ROUNDS):
        while_read, afterwards, took = _typing(root, scratch)
        waits, idle, seconds = waits + while_read, idle + afterwards, seconds + took
    half, whole = _memory(scratch)
    rows = [
        ("first paint after the imports", f"{median(paints) * 1000:.0f} ms",
         f"best {min(paints) * 1000:.0f} (aim ≤ 300)"),
        ("a key while Django is indexed, median", f"{median(waits) * 1000:.1f} ms",
         f"{len(waits)} keys in {seconds:.1f} s"),
        ("the same, 99 of 100", f"{_most(waits) * 1000:.1f} ms", f"longest {max(waits) * 1000:.1f} (aim ≤ 50)"),
        ("a key while nothing is at work, 99 of 100", f"{_most(idle) * 1000:.1f} ms",
         f"median {median(idle) * 1000:.1f}, {len(idle)} keys"),
        (f"memory after {TURNS // 2} turns", f"{half / 1e6:.1f} MB", ""),
        (f"memory after {TURNS:,} turns", f"{whole / 1e6:.1f} MB", f"{(whole - half) / half:+.1%} (aim < 10 %)"),
    ]  # fmt: skip
    text = TEXT.format(
        machine=before,
        rows=SIZE[0],
        columns=SIZE[1],
        between=BETWEEN_KEYS * 1000,
        release=release,
        turns=TURNS,
        rounds=ROUNDS,
    )
    return f"{text}\n\n{table(('what', 'measured', ''), rows)}\nAfterwards: {machine()}"


# ---------------------------------------------------------------- on a terminal


def _started(command: Sequence[str], root: Path, cache: Path) -> tuple[int, int]:
    """The process and its terminal."""
    environment = {**os.environ, "QCODE_CACHE_DIR": str(cache), "TERM": "xterm-256color"}
    environment.pop("QCODE_BASE_URL", None)
    pid, terminal = pty.fork()
    if pid == 0:
        ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        os.chdir(root)
        os.execve(command[0], list(command), environment)
    return pid, terminal


def _read(terminal: int, seconds: float) -> bytes | None:
    """What was written within this time; None at the end."""
    if not select.select([terminal], [], [], seconds)[0]:
        return b""
    try:
        return os.read(terminal, 1 << 16) or None
    except OSError:
        return None


def _paint(root: Path, scratch: Path) -> float:
    told = scratch / "paint.json"
    pid, terminal = _started([sys.executable, "-c", PAINT, str(told)], root, scratch / "django-cache")
    while _read(terminal, LONGEST_WAIT) is not None:
        pass
    os.close(terminal)
    os.waitpid(pid, 0)
    return float(json.loads(told.read_text()))


def _most(waits: list[float]) -> float:
    """What 99 of 100 do not exceed."""
    return quantiles(waits, n=100, method="inclusive")[98]


def _typing(root: Path, scratch: Path) -> tuple[list[float], list[float], float]:
    """The waits of the keys that were pressed while the index was read, of those behind it, and how long it took."""
    cache = scratch / "screens-cache"
    shutil.rmtree(cache, ignore_errors=True)
    command = Path(sys.executable).with_name("qcode")
    pid, terminal = _started([str(command)], root, cache)
    seen = b""
    while READING not in seen:
        seen += _read(terminal, LONGEST_WAIT) or b""
    begun = last = time.perf_counter()
    waits: list[tuple[float, float]] = []
    for number in range(MOST_KEYS):
        wait, written = _pressed(terminal, chr(FIRST_SYLLABLE + number))
        waits.append((time.perf_counter(), wait))
        time.sleep(max(0.0, BETWEEN_KEYS - wait))
        written += _read(terminal, 0) or b""
        if READING in written:
            last = time.perf_counter()
        if time.perf_counter() - last > QUIET:
            break
        if number % 20 == 19:  # a new line, so that the input stays small
            os.write(terminal, b"\x15")
    os.write(terminal, b"\x11")
    while _read(terminal, LONGEST_WAIT) is not None:
        pass
    os.close(terminal)
    os.waitpid(pid, 0)
    return [wait for at, wait in waits if at <= last], [wait for at, wait in waits if at > last], last - begun


def _pressed(terminal: int, key: str) -> tuple[float, bytes]:
    data, written = key.encode(), time.perf_counter()
    os.write(terminal, data)
    seen = b""
    while data not in seen:
        if time.perf_counter() - written > LONGEST_WAIT:
            raise TimeoutError(f"{key} was never drawn")
        seen += _read(terminal, LONGEST_WAIT) or b""
    return time.perf_counter() - written, seen


# ---------------------------------------------------------------- many turns


class _Scripted:
    """A model that always says the same and remembers nothing."""

    name = "scripted"
    window: int | None = 1 << 20

    def stream(
        self, messages: Sequence[Message], tools: Sequence[Tool] = (), schema: JSON | None = None, mode: Mode = "think"
    ) -> Iterator[Delta]:
        yield Thinking("The question is about a sum.\n" * 5)
        for line in ANSWER.splitlines(keepends=True):
            yield Text(line)
        yield Finished("stop", self.name, self.name, Usage(1000, 900, 50, 100), Timings(100.0, 500.0, 50.0))

    def abort(self) -> None:
        """Nothing is ever on its way for long."""


def _memory(scratch: Path) -> tuple[int, int]:
    """Bytes that the process holds after half of the turns and after all; in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from benchmarks.screens import turns; turns()"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    half, whole = json.loads(done.stdout)
    return half, whole


def turns() -> None:
    """Hold the conversation, and print the two sizes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        subprocess.run(["git", "init", "--quiet", str(root)], check=True)
        (root / "price.py").write_text("def total(items):\n    return sum(items)\n")
        environment = {**os.environ, "QCODE_CACHE_DIR": folder, "QCODE_DATA_DIR": folder}
        settings = load(environment, root)
        base = workplace_of(settings, root)

        def begin(kept: str | None, model: str | None) -> Talk:
            opened = session.begin(Path(folder) / "sessions", root, "scripted")
            return Conversing(opened, _Scripted(), Workshop(root, base.open_index()))

        app = Qcode(replace(base, begin=begin, model="scripted"))
        print(json.dumps(asyncio.run(_held(app))))


async def _held(app: Qcode) -> list[int]:
    sizes = []
    async with app.run_test(size=(120, 40)) as pilot:
        for number in range(1, TURNS + 1):
            app.main.turns.ask(f"What does total do? ({number})")
            while app.main.turns.running:
                await pilot.pause(0.01)
            if number in (TURNS // 2, TURNS):
                await pilot.pause(0.5)
                gc.collect()
                sizes.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
    app.main.close(5)
    return sizes
