"""Does a call fit a list of parameters?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from indexer.types import Arguments, Param

_OR = re.compile(r"_or_|Or(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a call does not fit; `name` is the parameter or keyword at fault, or "" where only the count is.

    An unexpected argument with a name is one that is given twice, by its place and by its name.
    """

    rule: Literal["call/missing-argument", "call/unexpected-argument", "call/unknown-keyword"]
    name: str


def misfits(arguments: Arguments, params: tuple[Param, ...]) -> tuple[Misfit, ...]:
    """Everything that keeps a call from fitting, by the binding rules of Python; JavaScript's are a part of them."""
    places = [p for p in params if p.kind in ("positional_only", "positional")]
    takes_rest = any(p.kind == "rest" for p in params)
    found: list[Misfit] = []
    if arguments.positional > len(places) and not takes_rest:
        found.append(Misfit("call/unexpected-argument", ""))
    by_position = {p.name for p in places[: arguments.positional] if p.kind == "positional"}
    found += [Misfit("call/unexpected-argument", name) for name in arguments.keywords if name in by_position]
    found += [Misfit("call/unknown-keyword", name) for name in arguments.keywords if not _takes(params, name)]
    if not arguments.rest and not arguments.keywords_rest:
        given = {p.name for p in places[: arguments.positional]} | set(arguments.keywords)
        found += [Misfit("call/missing-argument", p.name) for p in params if _needed(p) and p.name not in given]
    elif not arguments.keywords_rest:
        needed = [p for p in params if p.kind == "keyword_only" and p.required]
        found += [Misfit("call/missing-argument", p.name) for p in needed if p.name not in arguments.keywords]
    return tuple(found)


def misplaced(arguments: Arguments, before: tuple[Param, ...], after: tuple[Param, ...]) -> str | None:
    """The first parameter whose positional argument now lands in another one: reordered, shifted, one dropped."""
    if arguments.rest:
        return None
    old, new = _positions(before), _positions(after)
    where = {name: place for place, name in enumerate(new)}
    known = set(old)
    keyword_only = {p.name for p in after if p.kind == "keyword_only"}
    if arguments.positional > len(old) < len(new) and new[: len(old)] == old and _rest(before) == _rest(after) != "":
        # What was put before `*args` takes the first of the arguments that were collected there.
        return _rest(after)
    for place, name in enumerate(old[: arguments.positional]):
        if name in where and where[name] != place and not _widened(name, new[place : place + 1]):
            return name
        if name not in where and place < len(new) and new[place] in known:
            return name
        if name in keyword_only and place < len(new):
            return name
    return None


def accepts(params: tuple[Param, ...], calls_of: tuple[Param, ...], *, surplus: bool) -> bool:
    """Whether the shortest call that `calls_of` allows fits `params`: what an override owes the callers of its base.

    A parameter that the base merely offers is no reason: no call that was there before passes it. `surplus` says that
    a callable may take fewer arguments than it is given, as in JavaScript.
    """
    places = [p for p in calls_of if p.kind in ("positional_only", "positional") and p.required]
    shortest = Arguments(len(places), tuple(p.name for p in calls_of if p.kind == "keyword_only" and p.required))
    return all(surplus and misfit.rule == "call/unexpected-argument" for misfit in misfits(shortest, params))


def _widened(name: str, instead: list[str]) -> bool:
    """Whether the parameter at its place now takes what it took and more: `options` → `handlerOrOptions`."""
    return any(name.lower() in (part.lower() for part in _OR.split(new)) for new in instead)


def shape(params: tuple[Param, ...]) -> tuple[tuple[str, str, bool], ...]:
    """What callers can tell apart."""
    return tuple((p.name, p.kind, p.required) for p in params)


def _positions(params: tuple[Param, ...]) -> list[str]:
    return [p.name for p in params if p.kind in ("positional_only", "positional")]


def _rest(params: tuple[Param, ...]) -> str:
    return next((p.name for p in params if p.kind == "rest"), "")


def _takes(params: tuple[Param, ...], keyword: str) -> bool:
    return any(p.kind == "keywords" or (p.name == keyword and p.kind in ("positional", "keyword_only")) for p in params)


def _needed(param: Param) -> bool:
    return param.required and param.kind in ("positional_only", "positional", "keyword_only")
