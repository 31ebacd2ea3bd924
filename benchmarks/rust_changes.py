"""The edits that change a Rust definition, and nothing that uses it."""

from __future__ import annotations

import posixpath
import random
import re
from collections.abc import Callable

from benchmarks.nouns import Candidate, Edit, Kind, Mutation
from benchmarks.python_changes import new_name

NEW_PARAM = "extra_option"
CALLABLE = frozenset({"function", "method"})
IMPORT = re.compile(r"^use [^;]*;\n", re.MULTILINE)


def mutate(kind: Kind, text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition changed in that way; None where it can't be."""
    return MUTATORS[kind](text, candidate, chance) if kind in MUTATORS else None


def _rename(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    name = new_name(candidate)
    if candidate.form in ("class", "type", "variant"):
        name = f"{candidate.name}Renamed"
    return _one("rename", candidate, Edit(*candidate.name_span, name))


def _remove(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    return _one("remove", candidate, Edit(*candidate.whole, ""))


def _move(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.owner or candidate.form in ("module", "variant", "attribute"):
        return None
    path, moved = moved_to(text, candidate)
    return Mutation("move", candidate, {candidate.path: (Edit(*candidate.whole, ""),)}, {path: moved})


def moved_to(text: str, candidate: Candidate) -> tuple[str, str]:
    """The new module that a definition goes to: its path and text, with the imports that the old one has."""
    stem = posixpath.splitext(candidate.path)[0]
    imports = "".join(IMPORT.findall(text))
    return f"{stem}_moved.rs", f"{imports}\n{text[slice(*candidate.whole)]}"


def _add_required(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.form not in CALLABLE or candidate.params is None:
        return None
    written = f"{NEW_PARAM}: u8"
    if candidate.params:
        at = candidate.params[-1].span[1]
        return _one("add required", candidate, Edit(at, at, f", {written}"), NEW_PARAM)
    start = candidate.params_span[0]
    return _one("add required", candidate, Edit(start, start, written), NEW_PARAM)


def _drop(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    params = [param for param in candidate.params or () if param.name != "self"]
    if candidate.form not in CALLABLE or not params:
        return None
    param = chance.choice(params)
    start, end = param.span
    limit = candidate.params_span[1]
    rest = re.match(r"\s*,[ \t]*", text[end:limit])
    if rest:
        end += rest.end()
    else:
        before = text.rfind(",", candidate.params_span[0], start)
        start = before if before >= 0 else start
    return _one("drop", candidate, Edit(start, end, ""), param.name)


def _one(kind: str, candidate: Candidate, edit: Edit, param: str = "") -> Mutation:
    return Mutation(kind, candidate, {candidate.path: (edit,)}, param=param)


# ---------------------------------------------------------------- changes that break nothing


def moved_with_reexport(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition in a new module of the same module, exported from where it was."""
    mutation = _move(text, candidate, chance)
    if mutation is None or "public" not in candidate.flags or candidate.indent:
        return None
    folder, file = posixpath.split(candidate.path)
    stem = file.removesuffix(".rs")
    name = f"{candidate.name.lower()}_moved"
    where = folder if stem in ("lib", "main", "mod") else posixpath.join(folder, stem)
    written = f"mod {name};\npub use self::{name}::{candidate.name};\n"
    edits = {candidate.path: (Edit(*candidate.whole, written),)}
    text_there = f"use super::*;\n\n{text[slice(*candidate.whole)]}"
    return Mutation("moved with re-export", candidate, edits, {posixpath.join(where, f"{name}.rs"): text_there})


def reformatted(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The same signature on other lines, with a comment."""
    inner = text[slice(*candidate.params_span)]
    if candidate.form not in CALLABLE or not inner.strip() or "\n" in inner or "//" in inner:
        return None
    written = f"\n{candidate.indent}    {inner.strip()}, // what callers give\n{candidate.indent}"
    return _one("reformatted", candidate, Edit(*candidate.params_span, written))


def body_only(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """A statement more in the body."""
    if candidate.form not in CALLABLE or not candidate.body_at:
        return None
    return _one("body only", candidate, Edit(candidate.body_at, candidate.body_at, " let _seen = 0;"))


MUTATORS: dict[str, Callable[[str, Candidate, random.Random], Mutation | None]] = {
    "rename": _rename,
    "remove": _remove,
    "move": _move,
    "add required": _add_required,
    "drop": _drop,
}
"""What the compiler tells by types, such as an order of parameters or `async`, is not asked of a review."""
