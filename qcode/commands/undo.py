"""`qcode undo`: take back what `qcode apply` or another `qcode undo` did."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from qcode.commands.apply import body, exit_of, work_folder
from qcode.config import Settings
from qcode.output import complain, emit_json

if TYPE_CHECKING:
    from agents.edits.types import Outcome

HELP = "take an operation back, byte for byte"
SCHEMA = "qcode.undo/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode undo` takes."""
    parser.add_argument(
        "which",
        nargs="?",
        type=_which,
        default=1,
        metavar="N|ID",
        help="1 is the newest operation that is not undone yet, 2 the one before it; an id names any operation, "
        "an undoing too (default: 1)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Restore the files; 6 where one of them is neither what the operation left behind nor what it found."""
    from agents.edits import undo
    from qcode.report.diff import show_diff

    outcome = undo(work_folder(), arguments.which)
    code = exit_of(outcome)
    for notice in outcome.notices:
        complain(notice)
    if not outcome.applied:
        complain(
            f"Nothing was undone: {outcome.undoes} is taken back as a whole or not at all.",
            "Bring the files named above to what the operation left or to what was before it, then run it again; "
            "`qcode history` lists the operations.",
        )
    if arguments.json:
        emit_json(SCHEMA, {**_without_feedback(outcome), "undoes": outcome.undoes}, code, [])
    elif outcome.applied:
        show_diff(outcome.diff, sys.stdout)
        sys.stdout.write(f"operation {outcome.operation} undid {outcome.undoes}\n")
    return code


def _without_feedback(outcome: Outcome) -> dict[str, object]:
    return {name: value for name, value in body(outcome).items() if name != "feedback"}


def _which(text: str) -> int | str:
    return int(text) if text.isdecimal() and text.isascii() else text
