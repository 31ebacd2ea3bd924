"""How fast it is on a large repository (Django's sources): index, one changed file, a warm review, `--help`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.report import machine, table
from benchmarks.scratch import IDENTITY
from indexer.index import open_index

PROJECT = "Django>=5.2,<5.3"
CHANGED = "django/utils/http.py"
CHANGE = ("def urlsafe_base64_encode(s):", "def urlsafe_base64_encode(s, padding):")
"""The second commit: a public function gets a parameter that its callers do not pass."""
EDITED = "django/db/models/query.py"
PARSE = Path(__file__).with_name("bare_parse.py")
ROUNDS = 3
REVIEWS = 7
STARTS = 15
TEXT = """\
Command: `python -m benchmarks speed`. {machine}

The sources of {release} from its source distribution, committed as a repository with two commits; the second adds a
required parameter to `urlsafe_base64_encode`. {files} files are indexed ({megabytes:.1f} MB). CPU seconds are user and
system time with all child processes; each pair of runs is taken in turn, and the best of {rounds} counts."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process with its children."""

    wall: float
    cpu: float
    peak: int
    """Bytes resident in the whole process tree when it was largest."""
    code: int


def run(scratch: Path) -> str:
    """Measure everything and give the section of the results."""
    before = machine()
    root, release = large_repository(scratch / "django")
    cache = scratch / "django-cache"
    environment = {**os.environ, "QCODE_CACHE_DIR": str(cache)}
    files = indexed_files(root, scratch / "django-store", scratch / "django-files")
    parses, indexes = _parse_and_index(root, scratch / "django-files", cache, environment)
    parse, index = min(parses), min(indexes)
    told, found = (_refreshes(root, scratch / "django-store", touched) for touched in ([EDITED], None))
    reviews = [watched([qcode(), "review", "HEAD~1"], root, environment) for _ in range(REVIEWS + 1)][1:]
    helps, passes = _starts(root, environment)
    rows = [
        ("bare tree-sitter parse of all indexed files", f"{parse:.2f} CPU s", ""),
        ("cold `qcode index`", f"{index:.2f} CPU s", f"{index / parse:.2f} × the parse (aim ≤ 2.0)"),
        ("refresh after one changed file", f"{median(told):.0f} ms", f"best {min(told):.0f} (aim ≤ 50)"),
        ("the same, where the work tree is searched for it", f"{median(found):.0f} ms", f"best {min(found):.0f}"),
        ("warm `qcode review HEAD~1`", f"{median(r.wall for r in reviews):.2f} s",
         f"best {min(r.wall for r in reviews):.2f}, exit {reviews[0].code} (aim ≤ 1.0)"),
        ("its memory, the whole process tree", f"{max(r.peak for r in reviews) / 1e6:.0f} MB", "aim ≤ 300"),
        ("`qcode --help`", f"{median(helps):.0f} ms", f"best {min(helps):.0f} (aim ≤ 200)"),
        ("`python -c pass`", f"{median(passes):.0f} ms", f"best {min(passes):.0f}"),
    ]  # fmt: skip
    megabytes = sum((root / name).stat().st_size for name in files) / 1e6
    text = TEXT.format(machine=before, release=release, files=len(files), megabytes=megabytes, rounds=ROUNDS)
    return f"{text}\n\n{table(('what', 'measured', ''), rows)}\nAfterwards: {machine()}"


def large_repository(folder: Path) -> tuple[Path, str]:
    """The repository, made once, and the release it holds."""
    root = folder / "repository"
    if not (root / ".git").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(root, ignore_errors=True)
        archive = _source_distribution(folder)
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        (folder / archive.name.removesuffix(".tar.gz")).rename(root)
        environment = {**os.environ, **IDENTITY}
        _git(root, environment, "init", "--quiet")
        _commit(root, environment, "Release")
        file = root / CHANGED
        text = file.read_text("utf-8")
        if CHANGE[0] not in text:
            raise ValueError(f"{CHANGED} has no `{CHANGE[0]}` to change")
        file.write_text(text.replace(*CHANGE), "utf-8")
        _commit(root, environment, "Let the padding be chosen")
    release = next(folder.glob("*.tar.gz")).name.removesuffix(".tar.gz")
    return root, release


def indexed_files(root: Path, store: Path, listing: Path) -> list[str]:
    """What the index reads, also written to `listing`: the bare parse takes the same files."""
    with open_index(root, store) as index:
        index.refresh()
        found = sorted(index.outlines(index.worktree, index.worktree.entries))
    listing.write_text("".join(f"{name}\n" for name in found), "utf-8")
    return found


def qcode() -> str:
    """The installed command beside this interpreter."""
    return str(Path(sysconfig.get_path("scripts")) / "qcode")


def watched(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run it to its end; its memory is looked at all the while."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = [0]
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, done))
    watcher.start()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    done.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, used.ru_utime + used.ru_stime, peak[0], process.returncode)


def _watch(pid: int, peak: list[int], done: threading.Event) -> None:
    while not done.wait(0.004):
        peak[0] = max(peak[0], sum(_resident(one) for one in _tree(pid)))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _parse_and_index(
    root: Path, listing: Path, cache: Path, environment: Mapping[str, str]
) -> tuple[list[float], list[float]]:
    parses, indexes = [], []
    for _ in range(ROUNDS):
        shown = subprocess.run([sys.executable, str(PARSE), str(root), str(listing)], check=True, capture_output=True)
        parses.append(float(shown.stdout))
        shutil.rmtree(cache, ignore_errors=True)
        indexes.append(watched([qcode(), "index"], root, environment).cpu)
    return parses, indexes


def _refreshes(root: Path, store: Path, touched: Sequence[str] | None) -> list[float]:
    """Milliseconds to bring the index up to date after an edit of one file, which it is told or has to find."""
    file = root / EDITED
    text = file.read_text("utf-8")
    times = []
    with open_index(root, store) as index:
        index.refresh()
        try:
            for number in range(REVIEWS):
                file.write_text(f"{text}\n\ndef added_{number}_{time.time_ns()}():\n    return {number}\n", "utf-8")
                begun = time.perf_counter()
                index.refresh(touched=touched)
                times.append((time.perf_counter() - begun) * 1000)
        finally:
            file.write_text(text, "utf-8")
    return times


def _starts(root: Path, environment: Mapping[str, str]) -> tuple[list[float], list[float]]:
    helps, passes = [], []
    for _ in range(STARTS):
        helps.append(watched([qcode(), "--help"], root, environment).wall * 1000)
        passes.append(watched([sys.executable, "-c", "pass"], root, environment).wall * 1000)
    return helps, passes


def _source_distribution(folder: Path) -> Path:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-binary",
        ":all:",
        "--dest",
        str(folder),
    ]
    subprocess.run([*pip, PROJECT], check=True)
    return next(folder.glob("*.tar.gz"))


def _commit(root: Path, environment: Mapping[str, str], message: str) -> None:
    _git(root, environment, "add", "--all", "--force")
    _git(root, environment, "commit", "--quiet", "--message", message)


def _git(root: Path, environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, env=environment)
