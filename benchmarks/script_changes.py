"""The edits that change a TypeScript or JavaScript definition, and nothing that uses it."""

from __future__ import annotations

import posixpath
import random
import re
from collections.abc import Callable

from benchmarks.nouns import Candidate, Edit, Kind, Mutation
from benchmarks.python_changes import new_name

NEW_PARAM = "extraOption"
CALLABLE = frozenset({"function", "method", "constructor"})
IMPORT = re.compile(r"^import\b[^;]*?['\"][^'\"]+['\"];?\n|^const [^=\n]+= require\([^)\n]+\);?\n", re.MULTILINE)


def mutate(kind: Kind, text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition changed in that way; None where it can't be."""
    return MUTATORS[kind](text, candidate, chance) if kind in MUTATORS else None


def _rename(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.form in ("constructor", "re-export") or "default" in candidate.flags:
        return None
    return _one("rename", candidate, Edit(*candidate.name_span, new_name(candidate)))


def _remove(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.form == "constructor":
        return None
    return _one("remove", candidate, _removal(candidate))


def _removal(candidate: Candidate) -> Edit:
    return Edit(*candidate.whole, candidate.statement + "\n" if candidate.statement else "")


def _move(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if (
        candidate.owner
        or candidate.form == "re-export"
        or "default" in candidate.flags
        or "exported" not in candidate.flags
    ):
        return None
    path, moved = moved_to(text, candidate)
    return Mutation("move", candidate, {candidate.path: (_removal(candidate),)}, {path: moved})


def moved_to(text: str, candidate: Candidate) -> tuple[str, str]:
    """The new module that a definition goes to: its path and text, with the imports that the old one has."""
    stem, suffix = posixpath.splitext(candidate.path)
    return f"{stem}-moved{suffix}", "".join(IMPORT.findall(text)) + "\n" + text[slice(*candidate.whole)]


def _add_required(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if not _changeable(candidate):
        return None
    return _one("add required", candidate, _inserted(text, candidate, _typed(candidate, NEW_PARAM)), NEW_PARAM)


def _typed(candidate: Candidate, name: str) -> str:
    return f"{name}: string" if re.search(r"\.[mc]?tsx?$", candidate.path) else name


def _inserted(text: str, candidate: Candidate, written: str) -> Edit:
    """The parameter after the last required one."""
    required = [p for p in candidate.params or () if p.required]
    if required:
        return Edit(required[-1].span[1], required[-1].span[1], f", {written}")
    start = candidate.params_span[0]
    return Edit(start, start, f"{written}, " if candidate.params else written)


def _drop(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    params = [p for p in candidate.params or () if p.kind == "positional"]
    if not _changeable(candidate) or not params:
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


def _reorder(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    required = [p for p in candidate.params or () if p.kind == "positional" and p.required]
    if not _changeable(candidate) or len(required) < 2:
        return None
    at = chance.randrange(len(required) - 1)
    first, second = required[at], required[at + 1]
    edits = (Edit(*first.span, text[slice(*second.span)]), Edit(*second.span, text[slice(*first.span)]))
    return Mutation("reorder", candidate, {candidate.path: edits}, param=first.name, other=second.name)


def _async(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.form not in ("function", "method") or {"async", "generator", "opaque"} & candidate.flags:
        return None
    return _one("async", candidate, Edit(candidate.keyword_at, candidate.keyword_at, "async "))


def _changeable(candidate: Candidate) -> bool:
    unfit = {"opaque", "bare", "fields"} & candidate.flags
    return candidate.form in CALLABLE and candidate.params is not None and not unfit


def _one(kind: str, candidate: Candidate, edit: Edit, param: str = "") -> Mutation:
    return Mutation(kind, candidate, {candidate.path: (edit,)}, param=param)


# ---------------------------------------------------------------- changes that break nothing


def optional_added(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """A parameter that may be left out."""
    params = candidate.params or ()
    if not _changeable(candidate) or any(p.kind == "rest" for p in params):
        return None
    at = params[-1].span[1] if params else candidate.params_span[0]
    written = f"{NEW_PARAM} = ''"
    return _one("optional added", candidate, Edit(at, at, f", {written}" if params else written))


def moved_with_reexport(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition in a new module, exported from where it was."""
    mutation = _move(text, candidate, chance)
    used_here = len(re.findall(rf"\b{re.escape(candidate.name)}\b", text)) > 1
    if mutation is None or used_here or not re.search(r"\.[mc]?tsx?$", candidate.path):
        return None
    stem = posixpath.basename(posixpath.splitext(next(iter(mutation.added)))[0])
    kind = "type " if candidate.form == "type" else ""
    edit = Edit(*candidate.whole, f"export {kind}{{ {candidate.name} }} from './{stem}'\n")
    return Mutation("moved with re-export", candidate, {candidate.path: (edit,)}, mutation.added)


def reformatted(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The same signature on other lines, with a comment."""
    inner = text[slice(*candidate.params_span)]
    if not _changeable(candidate) or not inner.strip() or "\n" in inner or "//" in inner:
        return None
    written = f"\n{candidate.indent}  {inner.strip()} // what callers give\n{candidate.indent}"
    return _one("reformatted", candidate, Edit(*candidate.params_span, written))


def body_only(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """A statement more in the body."""
    if candidate.form not in ("function", "method") or not candidate.body_at:
        return None
    return _one("body only", candidate, Edit(candidate.body_at, candidate.body_at, " const seen_ = null; void seen_;"))


MUTATORS: dict[str, Callable[[str, Candidate, random.Random], Mutation | None]] = {
    "rename": _rename,
    "remove": _remove,
    "move": _move,
    "add required": _add_required,
    "drop": _drop,
    "reorder": _reorder,
    "async": _async,
}
"""There are no keyword-only parameters."""
