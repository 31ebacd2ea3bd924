"""The receipt of a review in words: between what, how much was looked at, and what was not."""

from __future__ import annotations

from collections.abc import Iterable

from agents.review.scope import ANY_FILES
from indexer.types import Related, Skipped
from qcode.report.safe import readable_path, safe_text
from qcode.report.types import HELD_BACK, Report

_SHORT = 10
_MOST_NAMES = 3


def sides(report: Report) -> tuple[str, str]:
    """The base and the head as a reader knows them: shortened object ids, the index, or the work tree."""
    base, head = report.done.base, report.done.head
    elsewhere = "the index" if report.target.kind == "staged" else "the work tree"
    return (base[:_SHORT] if base else "nothing"), (head[:_SHORT] if head else elsewhere)


def looked_at(report: Report) -> str:
    """`looked at 11 of 12 changed files, 5 changed symbols`."""
    done = report.done
    symbols = "" if done.symbols is None else f", {number(done.symbols, 'changed symbol')}"
    if done.reviewed == done.files:
        return f"looked at {number(done.files, 'changed file')}{symbols}"
    return f"looked at {done.reviewed} of {number(done.files, 'changed file')}{symbols}"


def took(report: Report) -> str:
    """` in 0.42 s`."""
    seconds = sum(part for part in report.done.ms.values() if part is not None) / 1000
    return f" in {seconds:.2f} s"


def unlisted(report: Report) -> str:
    """`3 info and 2 ambiguous`: the findings that a reader is not shown one by one; nothing where all are."""
    info = len(report.findings) - len(report.listed)
    reasons = (f"{info} info" if info else "", f"{report.held_back} ambiguous" if report.held_back else "")
    return " and ".join(reason for reason in reasons if reason)


def what_happened(places: Iterable[Related]) -> str:
    """What became of a definition that is told as it was before, as it is now, or both."""
    roles = {one.role for one in places}
    if "before" not in roles:
        return "the definition"
    return "the definition changed" if "definition" in roles else "the definition that is gone"


def places_of(places: Iterable[Related]) -> list[str]:
    """Where the definition stood and stands: `a.py:10, now :12`, or both files where it moved."""
    before = next((one for one in places if one.role == "before"), None)
    after = next((one for one in places if one.role == "definition"), None)
    if before is None or after is None:
        return [_place(one) for one in (before, after) if one is not None]
    if before.path != after.path:
        return [_place(before), f"now {_place(after)}"]
    return [_place(after)] if before.lines[0] == after.lines[0] else [_place(before), f"now :{after.lines[0]}"]


def _place(one: Related) -> str:
    return f"{readable_path(one.path)}:{one.lines[0]}"


def unlooked(report: Report) -> tuple[Skipped, ...]:
    """Everything that was not looked at; what was looked at and is only not listed does not belong here."""
    return tuple(one for one in report.skipped if one.what != HELD_BACK)


def summary(skipped: Iterable[Skipped]) -> list[tuple[int, str, str]]:
    """One entry a reason, the most frequent first: how many, why, and the first few by name."""
    reasons: dict[str, list[Skipped]] = {}
    for one in skipped:
        reasons.setdefault(one.why, []).append(one)
    entries = [(sum(one.count for one in those), safe_text(why), _names(those)) for why, those in reasons.items()]
    return sorted(entries, key=lambda entry: (-entry[0], entry[1]))


def number(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _names(those: list[Skipped]) -> str:
    named = [safe_text(one.what) for one in those if one.what != ANY_FILES]
    names = named[:_MOST_NAMES]
    more = len(named) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
