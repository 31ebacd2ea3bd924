"""What a change breaks: a use's own syntax against what was changed. Knows nothing of the code that is measured."""

from __future__ import annotations

from benchmarks.nouns import GONE, Arguments, Candidate, Mutation, Param, Use

CALLS = frozenset({"call", "decorator"})


def breaks(mutation: Mutation, use: Use) -> bool | None:
    """Whether the use no longer works; None where nobody could be blamed for either answer."""
    if use.role == "definition":
        return False
    if mutation.kind in GONE:
        return None if use.guarded or use.indirect or use.role == "write" else True
    if use.role not in CALLS or use.arguments is None:
        return False
    params = callers_params(mutation.candidate, use)
    if params is None or not fits(use.arguments, params):
        return None
    broken = _judge(mutation, params, use)
    return None if broken and use.guarded else broken


def callers_params(candidate: Candidate, use: Use) -> tuple[Param, ...] | None:
    """The parameters that a caller fills there: without the receiver, where the access binds it."""
    params = candidate.params
    if params is None or candidate.owner is None or "static" in candidate.flags or "script" in candidate.flags:
        return params
    bound = use.bound or "classmethod" in candidate.flags
    return params[1:] if bound else params


def fits(arguments: Arguments, params: tuple[Param, ...]) -> bool:
    """Whether a call binds, by the rules of the language reference."""
    places = [p for p in params if p.kind in ("positional_only", "positional")]
    named = {p.name for p in params if p.kind in ("positional", "keyword_only")}
    if arguments.positional > len(places) and not any(p.kind == "rest" for p in params):
        return False
    open_keywords = any(p.kind == "keywords" for p in params)
    if any(k not in named and not open_keywords for k in arguments.keywords):
        return False
    filled = {p.name for p in places[: arguments.positional]} | set(arguments.keywords)
    missing = [p for p in params if p.required and p.kind not in ("rest", "keywords") and p.name not in filled]
    if arguments.keywords_rest:
        return True
    return all(p.kind != "keyword_only" for p in missing) if arguments.rest else not missing


def _judge(mutation: Mutation, params: tuple[Param, ...], use: Use) -> bool | None:
    arguments = use.arguments or Arguments(0)
    unknown = arguments.rest or arguments.keywords_rest
    if mutation.kind == "async":
        return None if use.settled is None else not use.settled
    if mutation.kind == "add required":
        return None if unknown else True
    names = [p.name for p in params if p.kind in ("positional_only", "positional")]
    by_position = names[: arguments.positional]
    if mutation.kind == "drop":
        if mutation.param in arguments.keywords and any(p.kind == "keywords" for p in params):
            return None  # the rest of the keywords takes it now
        given = mutation.param in by_position or mutation.param in arguments.keywords
        return True if given else (None if unknown else False)
    if mutation.kind == "keyword-only":
        return True if mutation.param in by_position else (None if arguments.rest else False)
    if mutation.kind == "reorder":
        both = mutation.param in by_position and mutation.other in by_position
        return (
            True if both else (None if arguments.rest or {mutation.param, mutation.other} & set(by_position) else False)
        )
    raise ValueError(mutation.kind)
