"""Runs commands in the hostile repository and notes what went wrong: canaries, writes, crashes, control bytes, memory."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR

from qcode.output import Exit
from tests.conftest import console_script
from tests.hostile.commands import Command
from tests.hostile.ground import OUTSIDE
from tests.hostile.repository import Hostile

SECONDS = 600
"""Ten times what the whole may take."""
DOCUMENTED = frozenset(int(code) for code in Exit)
STATE = ("state/cache/qcode", "state/data/qcode", "state/report.json", "repository/.qcode/state")
"""The only places, beside each other in the folder of the hostile repository, that may change."""
CONTROL = re.compile(
    b"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xf3\xa0[\x80-\x83]"
)
UNFORESEEN = (b"Traceback (most recent call last)", b"did not foresee", b"Error:", b"Exception in thread")


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended, and what it printed on both streams."""

    command: Command
    code: int
    out: bytes
    err: bytes
    seconds: float

    @property
    def faults(self) -> list[str]:
        """What is wrong with how it ended and with what it printed."""
        said = self.out + self.err
        found = []
        if self.code not in self.command.codes:
            found.append(f"exit {self.code}: {self.err[:300]!r}")
        if self.code not in DOCUMENTED or any(word in said for word in UNFORESEEN):
            found.append(f"crash: {self.err[-1000:]!r}")
        if control := CONTROL.search(said):
            found.append(
                f"control character {control[0]!r}: {said[max(0, control.start() - 40) : control.end() + 40]!r}"
            )
        if OUTSIDE.encode() in said:
            found.append("it shows a file outside of the repository")
        try:
            said.decode()
        except UnicodeDecodeError as error:
            found.append(f"not UTF-8: {error}")
        return found


@dataclass
class Sweep:
    """What a series of commands did."""

    ran: list[Ran] = field(default_factory=list)
    peak: int = 0
    """Bytes resident in all their processes together when there were most."""
    seconds: float = 0.0
    cpu: float = 0.0
    """Processor seconds of all their processes."""
    written: dict[str, str] = field(default_factory=dict)
    """Paths outside of the state folders that changed."""

    @property
    def faults(self) -> list[str]:
        return [f"{shown(one.command)}: {fault}" for one in self.ran for fault in one.faults]


def shown(command: Command) -> str:
    """The command as one may read it."""
    text = " ".join(ascii(word) if not word.isprintable() or " " in word else word[:80] for word in command.arguments)
    place = f" in {command.cwd.name}" if command.cwd else ""
    return f"qcode {text}{place}" + (f" <<< {command.stdin[:60]!r}" if command.stdin is not None else "")


def sweep(hostile: Hostile, commands: Iterable[Command], at_once: int = 2) -> Sweep:
    """Run them all, so many at once, the first one before the others; the repository may change meanwhile in nothing."""
    result = Sweep()
    first, *others = commands
    before = listing(hostile.folder)
    begun, used = time.monotonic(), _used()
    with Watch() as watch, ThreadPoolExecutor(at_once) as pool:
        result.ran.append(run(hostile, first))
        result.ran += pool.map(lambda command: run(hostile, command), others)
    result.seconds = time.monotonic() - begun
    result.cpu = _used() - used
    result.peak = watch.peak
    result.written = changes(before, listing(hostile.folder))
    return result


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def run(hostile: Hostile, command: Command, seconds: float = SECONDS) -> Ran:
    """One command with state folders of its own beside the repository."""
    state = hostile.folder / "state"
    environment = {
        **hostile.environment,
        "XDG_CONFIG_HOME": str(state / "config"),
        "XDG_CACHE_HOME": str(state / "cache"),
        "XDG_DATA_HOME": str(state / "data"),
        "TMPDIR": str(hostile.folder / "tmp"),
    }
    begun = time.monotonic()
    process = subprocess.Popen(
        [str(console_script()), *command.arguments],
        cwd=command.cwd or hostile.root,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        out, err = process.communicate((command.stdin or "").encode("utf-8", "surrogateescape"), seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        out, err = process.communicate()
    return Ran(command, process.returncode, out, err, time.monotonic() - begun)


def listing(folder: Path) -> dict[str, tuple[int, ...]]:
    """Everything below `folder` but the state, with what changes when somebody writes to it. Links are not followed."""
    found: dict[str, tuple[int, ...]] = {}
    for place, folders, files in os.walk(folder):
        inner = os.path.relpath(place, folder)
        folders[:] = [name for name in folders if os.path.normpath(f"{inner}/{name}") not in STATE]
        for name in (*folders, *files):
            path = os.path.normpath(f"{inner}/{name}")
            status = os.lstat(f"{place}/{name}")
            if path not in STATE and not path.startswith("state"):
                times = (
                    (0, 0, 0) if S_ISDIR(status.st_mode) else (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
                )
                found[path] = status.st_mode, *times
            elif path not in STATE and name not in ("state", "cache", "data"):
                found[path] = (status.st_mode,)
    return found


def changes(before: dict[str, tuple[int, ...]], after: dict[str, tuple[int, ...]]) -> dict[str, str]:
    """What came, went or was written to."""
    found = {path: "new" for path in after.keys() - before.keys()}
    found |= {path: "gone" for path in before.keys() - after.keys()}
    return found | {path: "changed" for path in before.keys() & after.keys() if before[path] != after[path]}


class Watch:
    """Looks, all the while, at the memory of the processes that this one started, and of those that they started."""

    def __init__(self) -> None:
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.02):
            self.peak = max(self.peak, sum(_resident(pid) for pid in _children(os.getpid())))


def _children(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found[1:]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
