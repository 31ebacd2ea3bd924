"""`qcode history`: what was applied and undone, and what keeping it takes."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qcode.commands.apply import work_folder
from qcode.config import Settings
from qcode.output import Exit, emit_json, visible

if TYPE_CHECKING:
    from agents.edits.undo import History, Past

HELP = "what was applied and can be undone, and the space that takes"
SCHEMA = "qcode.history/1"
_SIGNS = {"created": "+", "deleted": "-", "modified": "~"}
_MOST_FILES = 5
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode history` takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the operations, the newest first."""
    from agents.edits import history

    known = history(work_folder())
    if arguments.json:
        emit_json(SCHEMA, _body(known), Exit.OK, [])
    else:
        sys.stdout.writelines(visible(f"{line}\n") for line in _lines(known))
    return Exit.OK


def _body(known: History) -> dict[str, object]:
    return {
        "operations": [
            {
                "operation": past.id,
                "kind": past.kind,
                "undoes": past.undoes,
                "undone": past.undone,
                "files": [{"path": file.path, "change": file.change} for file in past.files],
                "bytes": past.bytes,
            }
            for past in known.operations
        ],
        "bytes": known.bytes,
        "limit": known.limit,
        "dropped": known.dropped,
        "damaged": list(known.damaged),
    }


def _lines(known: History) -> Iterator[str]:
    number = 0
    for past in known.operations:
        counted = past.kind == "apply" and not past.undone
        number += counted
        yield f"{number if counted else '':>3}  {past.id}  {_when(past.id)}{_what(past)}"
        yield from _files(past)
    if not known.operations:
        yield "nothing was applied here yet"
    yield f"{_size(known.bytes)} of {_size(known.limit)} used; the oldest operations go first"
    if known.dropped:
        yield f"{known.dropped} older ones were dropped and can't be undone any more"
    for id in known.damaged:
        yield f"the record of {id} is damaged; it can't be undone"


def _when(id: str) -> str:
    """`2026-11-22 15:00:00 UTC  `, from an id such as `20261122T150000Z-3f2a`."""
    found = _TIME.match(id)
    return "{}-{}-{} {}:{}:{} UTC  ".format(*found.groups()) if found else ""


def _what(past: Past) -> str:
    what = f"undid {past.undoes}" if past.undoes else "applied"
    return f"{what}, undone since" if past.undone else what


def _files(past: Past) -> Iterator[str]:
    from qcode.report.safe import readable_path

    for file in past.files[:_MOST_FILES]:
        yield f"       {_SIGNS[file.change]} {readable_path(file.path)}"
    if len(past.files) > _MOST_FILES:
        yield f"       and {len(past.files) - _MOST_FILES} more"


def _size(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB" if size >= 1 << 20 else f"{size / 1024:.1f} KiB"
