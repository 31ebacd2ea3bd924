"""`run`: a command on a copy of the work tree, without a network."""

from __future__ import annotations

import shlex
import threading

from agents.model.types import JSON
from agents.tools.gate import Gate
from agents.tools.types import Refused, Result, Work
from agents.types import Question

MOST_CHANGED = 20


def run(gate: Gate, arguments: JSON) -> Work:
    """Run the words of a command, never a line for a shell, and tell how it ended and what it printed."""
    workshop = gate.workshop
    words = [str(word) for word in arguments["command"]]
    if not words or not words[0]:
        raise Refused("The command is empty.")
    if workshop.sandbox is None:
        raise Refused(f"{workshop.why_no_sandbox} No command can be run.")
    decision = yield from gate.admit(Question("run", "run", (), shlex.join(words), "A command is to be run."))
    if decision.verdict == "no":
        return Result(False, "The user did not allow this command. Nothing was run.")
    cancelled = threading.Event()
    with gate.stop.ending_with(cancelled.set):
        ran = workshop.sandbox.run(words, workshop.root, cancelled=cancelled)
    lines = [f"It was stopped: {ran.stopped}." if ran.stopped else f"It ended with exit code {ran.code}."]
    for name, printed in (("stdout", ran.stdout), ("stderr", ran.stderr)):
        if printed.strip():
            lines.append(f"{name}:\n{printed.decode('utf-8', 'replace').rstrip()}")
    if ran.changed:
        more = f" and {len(ran.changed) - MOST_CHANGED} more" if len(ran.changed) > MOST_CHANGED else ""
        lines.append(f"In its copy of the files it changed {', '.join(ran.changed[:MOST_CHANGED])}{more}; not here.")
    return Result(ran.code == 0 and not ran.stopped, gate.told("\n".join(lines)))
