"""`edit`, and the edits that stand in an answer's text: tried out, shown, decided, written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass

from agents.edits import apply_answer, apply_tool_call
from agents.edits.types import Approve, Block, Decision, Outcome, Request
from agents.model.types import JSON
from agents.tools.gate import Gate
from agents.tools.types import Result, Work
from agents.types import EditApplied, EditProposed, Event, Proposed, Question

DECLINED = "The user declined this edit. Nothing was written; ask what is wanted before trying it again."
SENSITIVE = "It touches settings, hooks or CI files, which are written only after a yes to this very edit."
_MOST_BLOCKS = 40
"""With more blocks, nobody decides one by one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Edits that can be tried and written: by a call's arguments, or by an answer's text."""

    apply: Callable[[bool, Approve | None, Collection[int] | None], Outcome]


def edit(gate: Gate, arguments: JSON) -> Work:
    """Replace text in a file, make one, or several such edits, all or none."""
    return (yield from carry_out(gate, of_call(gate, arguments)))


def of_call(gate: Gate, arguments: JSON) -> Draft:
    """The edits of a call."""
    root = gate.workshop.root

    def apply(dry_run: bool, approve: Approve | None, only: Collection[int] | None) -> Outcome:
        return apply_tool_call(root, arguments, approve=approve, dry_run=dry_run, only=only)

    return Draft(apply)


def of_answer(gate: Gate, text: str, finish_reason: str) -> Draft:
    """The edits that stand in the text of an answer."""
    root = gate.workshop.root

    def apply(dry_run: bool, approve: Approve | None, only: Collection[int] | None) -> Outcome:
        return apply_answer(root, text, finish_reason=finish_reason, approve=approve, dry_run=dry_run, only=only)

    return Draft(apply)


def carry_out(gate: Gate, draft: Draft) -> Work:
    """Try the edits, have them decided, and write them; nothing is written unless all that were accepted fit."""
    tried = draft.apply(True, None, None)
    sensitive = any(block.reason == "NEEDS_YES" for block in tried.blocks)
    if not tried.blocks or any(block.status == "refused" and block.reason != "NEEDS_YES" for block in tried.blocks):
        return Result(False, gate.told(tried.feedback or " ".join(tried.notices)))
    if not tried.diff:
        return Result(True, " ".join(tried.notices))
    paths = tuple(dict.fromkeys(gate.path(block.path, "edit") for block in tried.blocks))
    yield EditProposed(paths, tried.diff)
    why = " ".join([*([SENSITIVE] if sensitive else []), *tried.notices])
    question = Question("edit", "edit", paths, tried.diff, why, _proposed(draft, tried.blocks), lasting=not sensitive)
    decision = yield from gate.admit(question, at_least="ask" if sensitive else "allow")
    if decision.verdict == "no" or decision.only == ():
        return Result(False, DECLINED)
    return (yield from _write(gate, draft, tried, decision.only))


def _write(gate: Gate, draft: Draft, tried: Outcome, only: tuple[int, ...] | None) -> Generator[Event, None, Result]:
    def yes_to_what_was_shown(request: Request) -> Decision:
        return "yes" if only is not None or request.diff == tried.diff else "no"

    written = draft.apply(False, yes_to_what_was_shown, only)
    if not written.applied or written.operation is None:
        return Result(False, gate.told(written.feedback or " ".join(written.notices)))
    paths = tuple(dict.fromkeys(block.path for block in written.blocks))
    gate.edits += 1
    yield EditApplied(gate.edits, paths, written.diff)
    left_out = [block for block in tried.blocks if only is not None and block.n not in only]
    more = f"\nThe user left out {len(left_out)} of the blocks." if left_out else ""
    return Result(True, gate.told(written.feedback) + more, (written.operation,))


def _proposed(draft: Draft, blocks: Collection[Block]) -> tuple[Proposed, ...]:
    """The blocks one by one, where each fits on its own; none where they need each other."""
    numbers = sorted({block.n for block in blocks})
    if not 1 < len(numbers) <= _MOST_BLOCKS:
        return ()
    alone = {number: draft.apply(True, None, (number,)) for number in numbers}
    if any(not one.diff for one in alone.values()):
        return ()
    return tuple(Proposed(number, one.blocks[0].path, one.diff) for number, one in alone.items())
