"""`qcode index`: read the repository into the index, or bring the index up to date."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from qcode.config import Settings
from qcode.output import Exit, complain, emit_json, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.index import Index
    from indexer.refresh import Refreshed
    from indexer.types import Skipped

HELP = "read the repository into the index, or bring the index up to date"
SCHEMA = "qcode.index/1"
MOST_NAMED = 5
"""How many left-out files the receipt names; the JSON has them all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode index` takes."""
    parser.add_argument("--full", action="store_true", help="forget what is known and read everything again")
    parser.add_argument(
        "--jobs", type=_positive, default=1, metavar="N", help="how many parsers work at once (default: 1)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Refresh the index and print the receipt; 0 also where a damaged index was built again."""
    from indexer.index import open_index
    from qcode.report.progress import Bar

    begun = time.perf_counter()
    with open_index(Path.cwd(), settings.index_dir, os.environ) as index, Bar(sys.stderr, "qcode: reading") as bar:
        index.ignoring(None, settings.ignore)
        refreshed = index.refresh(full=arguments.full, jobs=arguments.jobs, progress=bar.tell)
        body = _counted(index, refreshed)
        skipped = list(index.skipped)
        notices = list(index.notices)
    # The parsers have ended by now, so their share is known.
    body |= {"cpu_s": _cpu_seconds(), "wall_s": round(time.perf_counter() - begun, 3), "peak_mib": _peak_mib()}
    for notice in notices:
        complain(notice)
    if arguments.json:
        emit_json(SCHEMA, body, Exit.OK, skipped)
    else:
        sys.stdout.writelines(visible(f"{line}\n") for line in _receipt(body, arguments.full))
        sys.stdout.writelines(visible(f"{line}\n") for line in left_out(skipped))
    return Exit.OK


def left_out(skipped: list[Skipped]) -> Iterator[str]:
    """A line for each reason why something was not read, the first few files by name."""
    for item in skipped[:MOST_NAMED]:
        yield (
            f"not read: {item.count} {item.what} ({item.why})"
            if item.count > 1
            else f"not read: {item.what} ({item.why})"
        )
    if len(skipped) > MOST_NAMED:
        yield f"not read: {len(skipped) - MOST_NAMED} more (--json names them)"


def _counted(index: Index, refreshed: Refreshed) -> dict[str, float]:
    totals = index.totals()
    return {
        "files": refreshed.files,
        "symbols": totals.symbols,
        "references": totals.references,
        "added": refreshed.added,
        "changed": refreshed.changed,
        "removed": refreshed.removed,
        "bytes": index.store.size(),
    }


def _receipt(body: dict[str, float], full: bool) -> Iterator[str]:
    yield f"{body['files']:,} files, {body['symbols']:,} symbols, {body['references']:,} names mentioned"
    yield "everything was read again" if full else _news(body)
    yield (
        f"{body['wall_s']:.2f} s ({body['cpu_s']:.2f} s of processor time), {body['peak_mib']:.0f} MiB of memory, "
        f"{body['bytes'] / (1 << 20):.1f} MiB of index"
    )


def _news(body: dict[str, float]) -> str:
    """What the index did not know yet. Files that are left out, such as generated ones, count too."""
    added, changed, removed = body["added"], body["changed"], body["removed"]
    if not (added or changed or removed):
        return "nothing changed since the index was last brought up to date"
    if added >= body["files"] and not (changed or removed):
        return "all of it is new to the index"
    return f"files since the index was last brought up to date: {added:,} new, {changed:,} changed, {removed:,} gone"


def _cpu_seconds() -> float:
    times = os.times()
    return round(times.user + times.system + times.children_user + times.children_system, 3)


def _peak_mib() -> float:
    """The most memory that this process or one parser held at a time."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return round(max(peaks) * unit / (1 << 20), 1)


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 1")
    return number
