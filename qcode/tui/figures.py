"""What answers took: the line of the status bar, and the table of `/stats`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.types import Spent

NOT_MEASURABLE = "not measurable"
_A_SECOND = 1000.0


def figures(spent: Spent) -> Iterator[str]:
    """What one answer took, the most important first; at the end the names of what can't be measured here."""
    named = {
        "window": _window(spent),
        "first token": _duration(spent.first_token_ms),
        "tokens/s": _or_not("{:.1f}", spent.tokens_per_second),
        "cached": _share(spent.cached, spent.prompt),
        "drafts": _share(spent.accepted, spent.drafted),
    }
    yield from (f"{name} {value}" for name, value in named.items() if value != NOT_MEASURABLE)
    if missing := [name for name, value in named.items() if value == NOT_MEASURABLE]:
        yield f"{NOT_MEASURABLE}: {', '.join(missing)}"


def table(answers: Sequence[Spent]) -> list[tuple[str, str]]:
    """What all answers took, as names and values."""
    if not answers:
        return [("answers", "0")]
    last = answers[-1]
    return [
        ("answers", f"{len(answers):,}"),
        ("model", last.model),
        ("window", _window(last)),
        ("prompt tokens", _sum([each.prompt for each in answers])),
        ("of them cached", _sum([each.cached for each in answers])),
        ("output tokens", _sum([each.output for each in answers])),
        ("of them thinking", _sum([each.thinking for each in answers])),
        ("first token, mean", _duration(_mean([each.first_token_ms for each in answers]))),
        ("tokens/s, mean", _or_not("{:.1f}", _mean([each.tokens_per_second for each in answers]))),
        ("drafted tokens", _sum([each.drafted for each in answers])),
        ("of them accepted", _sum([each.accepted for each in answers])),
        ("time", _duration(sum(each.total_ms for each in answers))),
    ]


def _window(spent: Spent) -> str:
    if not spent.window or spent.prompt is None:
        return NOT_MEASURABLE
    used = spent.prompt + (spent.output or 0)
    return f"{used / spent.window:.0%} of {spent.window:,}"


def _share(part: int | None, whole: int | None) -> str:
    return NOT_MEASURABLE if part is None or not whole else f"{part / whole:.0%}"


def _or_not(form: str, value: float | None) -> str:
    return NOT_MEASURABLE if value is None else form.format(value)


def _sum(values: Sequence[int | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{sum(known):,}" if known else NOT_MEASURABLE


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _duration(milliseconds: float | None) -> str:
    if milliseconds is None:
        return NOT_MEASURABLE
    return f"{milliseconds:.0f} ms" if milliseconds < _A_SECOND else f"{milliseconds / _A_SECOND:.1f} s"
