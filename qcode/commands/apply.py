"""`qcode apply`: put the edits of an answer into the files, all of them or none."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import UsageProblem
from qcode.config import Settings, find_root
from qcode.output import Exit, complain, emit_json, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.edits.types import Block, Decision, Outcome, Reason, Request

HELP = "put the edits of an answer into the files, all of them or none"
SCHEMA = "qcode.apply/1"
LARGEST_ANSWER = 64 << 20
_CODES: dict[Reason, Exit] = {"BAD_PATH": Exit.REFUSED, "NEEDS_YES": Exit.REFUSED, "STALE": Exit.STATE}
_YES = frozenset({"y", "yes", "예", "네"})
_SHAPE = "the path on its own line, <<<<<<< SEARCH, the lines to find, =======, the new lines, >>>>>>> REPLACE"
EPILOG = """\
An edit is a block: the path on its own line, then the lines to find and the lines that take their place.

  shop/price.py
  <<<<<<< SEARCH
  def total(items):
  =======
  def total(items, currency):
  >>>>>>> REPLACE

SEARCH must stand in the file at one place only. An empty SEARCH makes a new file. On a line of their own,
`*** Delete File: PATH` deletes a file and `*** Rename File: OLD -> NEW` moves one. Everything else in the answer,
fences too, is left aside. Where one block does not fit, nothing is written.

Exit codes: 0 applied, 1 a block does not fit or there is no edit, 5 a path is refused or needs --allow, 6 a file
changed meanwhile."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode apply` takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("file", nargs="?", default="-", metavar="FILE|-", help="the answer (default and -: stdin)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be written and write nothing")
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="GLOB",
        help="write also to settings, hook and CI files that match this pattern; may be given several times",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--feedback",
        action="store_true",
        help="print what to send back to the model, and nothing else; with --dry-run without writing",
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show the diff, ask, apply; 0 applied, 1 a block does not fit, 5 a path is refused, 6 the files have changed."""
    from agents.edits import apply_answer
    from qcode.approval import terminal
    from qcode.report.diff import show_diff

    answer = _read(arguments.file)
    asking = _Asking(arguments, terminal())
    outcome = apply_answer(work_folder(), answer, approve=asking.decide, dry_run=arguments.dry_run)
    _tell_notices(outcome, asking)
    code = exit_of(outcome, dry_run=arguments.dry_run)
    if arguments.json:
        emit_json(SCHEMA, body(outcome), code, [])
    elif arguments.feedback:
        sys.stdout.write(outcome.feedback + ("\n" if outcome.feedback and not outcome.feedback.endswith("\n") else ""))
    else:
        if not asking.shown:
            show_diff(outcome.diff, sys.stdout)
        sys.stdout.writelines(f"{line}\n" for line in told(outcome))
    _conclude(outcome, arguments)
    return code


def work_folder() -> Path:
    """The folder that paths are relative to: the root of the work tree, or the current folder outside of any."""
    here = Path.cwd()
    return find_root(here) or here


def exit_of(outcome: Outcome, dry_run: bool = False) -> int:
    """The exit code for what became of the blocks."""
    refused = _refused(outcome)
    fine = outcome.applied or (dry_run and outcome.blocks and not refused)
    return worst([*map(_code, refused), 0 if fine else 1])


def body(outcome: Outcome) -> dict[str, object]:
    """The JSON of an outcome, but for what every answer has."""
    return {
        "applied": outcome.applied,
        "operation": outcome.operation,
        "blocks": list(map(_block, outcome.blocks)),
        "feedback": outcome.feedback,
        "notices": list(outcome.notices),
    }


def told(outcome: Outcome) -> Iterable[str]:
    """A line for each block, and one for the whole."""
    from qcode.report.safe import readable_path, safe_text

    for block in outcome.blocks:
        where = f":{block.lines[0]}-{block.lines[1]}" if block.lines else ""
        how = block.reason or (block.rung if block.rung != "exact" else None)
        note = f": {safe_text(block.note)}" if block.note else ""
        yield f"{block.n}  {readable_path(block.path)}{where}  {block.status}{f' ({how})' if how else ''}{note}"
        yield from (f"     {safe_text(line)}" for line in outcome.hints.get(block.n, ()))
    if outcome.operation:
        yield f"operation {outcome.operation}; `qcode undo` takes it back"


def _tell_notices(outcome: Outcome, asking: _Asking) -> None:
    """What is to be said of the whole; a UsageProblem where the edits fit and nobody could be asked about them."""
    from agents.edits.engine import DECLINED, NO_EDIT

    for notice in outcome.notices:
        if not (notice == DECLINED and asking.in_vain):
            complain(notice, f"An edit is {_SHAPE}; `qcode apply --help` shows one." if notice == NO_EDIT else "")
    if asking.in_vain:
        raise UsageProblem(
            "The edits fit, but nobody can be asked here, so nothing was written.",
            "Add --yes to write, or --dry-run to see what would be.",
        )


def _conclude(outcome: Outcome, arguments: argparse.Namespace) -> None:
    """Where blocks are refused: that nothing was written, and what to do."""
    refused = _refused(outcome)
    if not refused:
        return
    numbers = ", ".join(str(block.n) for block in refused)
    unasked = list(dict.fromkeys(block.path for block in refused if block.reason == "NEEDS_YES"))
    if unasked:
        globs = " ".join(f"--allow {shlex.quote(path)}" for path in unasked)
        remedy = f"If these settings, hook or CI files are meant, add {globs}."
    elif arguments.feedback:
        remedy = ""
    else:
        remedy = "Add --dry-run --feedback to print what to send back to the model."
    complain(
        f"Nothing was written, because of block{'s' if len(refused) > 1 else ''} {numbers} of {len(outcome.blocks)}.",
        remedy,
    )


def _refused(outcome: Outcome) -> list[Block]:
    return [block for block in outcome.blocks if block.status == "refused"]


def _code(block: Block) -> Exit:
    """The exit code for a refused block: a path that only names no file is a block that does not fit."""
    return Exit.FINDINGS if block.absent or block.reason is None else _CODES.get(block.reason, Exit.FINDINGS)


# ---------------------------------------------------------------- the answer


def _read(name: str) -> str:
    try:
        data = _bytes(name)
    except OSError as error:
        raise UsageProblem(
            f"{name} can't be read: {error.strerror}.", "Name a file that holds an answer, or -."
        ) from None
    if len(data) > LARGEST_ANSWER:
        raise UsageProblem(f"The answer is larger than {LARGEST_ANSWER >> 20} MiB.", "Apply a smaller one.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem("The answer is not UTF-8.", "Save it as UTF-8 and run the command again.") from None


def _bytes(name: str) -> bytes:
    if name != "-":
        with Path(name).open("rb") as file:
            return file.read(LARGEST_ANSWER + 1)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageProblem("No answer was given.", "Name the file that holds it, or write it to stdin.")
    return sys.stdin.buffer.read(LARGEST_ANSWER + 1)


# ---------------------------------------------------------------- asking


@dataclass
class _Asking:
    """What the command line and the person at the terminal say to a request."""

    arguments: argparse.Namespace
    terminal: str | None
    shown: bool = False
    in_vain: bool = False
    """Somebody had to be asked, and there was nobody."""

    def decide(self, request: Request) -> Decision:
        """Yes where an option or the person says so."""
        if request.kind == "apply" and self.arguments.yes:
            return "yes"
        if request.kind == "sensitive" and _allowed(self.arguments.allow, request.paths):
            return "yes"
        if self.terminal is None:
            self.in_vain = not self.arguments.yes
            return "no"
        return "yes" if self._agreed(self.terminal, request) else "no"

    def _agreed(self, terminal: str, request: Request) -> bool:
        from qcode.report.diff import show_diff

        if not self.arguments.json and not self.arguments.feedback and not self.shown:
            show_diff(request.diff, sys.stdout)
            sys.stdout.flush()
            self.shown = True
        question = _question(request)
        with Path(terminal).open("r+b", buffering=0) as asked:
            asked.write(question.encode("utf-8", "backslashreplace"))
            return asked.readline().decode("utf-8", "replace").strip().casefold() in _YES


def _allowed(globs: Sequence[str], paths: Sequence[str]) -> bool:
    from agents.edits.paths import allows

    return all(any(allows(glob, path) for glob in globs) for path in paths)


def _question(request: Request) -> str:
    from qcode.report.safe import readable_path, safe_text

    names = ", ".join(map(readable_path, request.paths))
    why = f"{safe_text(request.why)}\n" if request.why else ""
    return f"{why}Write to {names}? [y/N] "


def _block(block: Block) -> dict[str, object]:
    return {
        "n": block.n,
        "path": block.path,
        "status": block.status,
        "rung": block.rung,
        "reason": block.reason,
        "lines": list(block.lines) if block.lines else None,
        "note": block.note,
    }
