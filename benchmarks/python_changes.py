"""The edits that change a Python definition, and nothing that uses it."""

from __future__ import annotations

import ast
import posixpath
import random
from collections.abc import Callable

from benchmarks.nouns import Candidate, Edit, Kind, Mutation, Param
from benchmarks.python_source import Text

NEW_PARAM = "extra_option"
CALLABLE = frozenset({"function", "method", "constructor"})


def mutate(kind: Kind, text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition changed in that way; None where it can't be."""
    return MUTATORS[kind](text, candidate, chance)


def _rename(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.form in ("constructor", "re-export"):
        return None
    return _one("rename", candidate, Edit(*candidate.name_span, new_name(candidate)))


def new_name(candidate: Candidate) -> str:
    """A name that nothing else has."""
    return f"{candidate.name}_RENAMED" if candidate.name.isupper() else f"{candidate.name}_renamed"


def _remove(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.form == "constructor":
        return None
    return _one("remove", candidate, _removal(candidate))


def _removal(candidate: Candidate) -> Edit:
    left = candidate.statement + "\n" if candidate.statement else ""
    if not left and candidate.only:
        left = f"{candidate.indent}pass\n"
    return Edit(*candidate.whole, left)


def _move(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.owner or candidate.form in ("re-export", "constructor"):
        return None
    path, moved = moved_to(text, candidate)
    return Mutation("move", candidate, {candidate.path: (_removal(candidate),)}, {path: moved})


def moved_to(text: Text, candidate: Candidate) -> tuple[str, str]:
    """The new module that a definition goes to: its path and text, with the imports that the old one has."""
    folder, file = posixpath.split(candidate.path)
    stem = file.removesuffix(".py").strip("_") or "package"
    start, end = candidate.whole
    body = text.text[start:end]
    imports = [
        text.text[slice(*text.span(node))] for node in text.tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return posixpath.join(folder, f"{stem}_moved.py"), "\n".join([*imports, "", "", body])


def _add_required(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if not _changeable(candidate):
        return None
    edit = _inserted(text, candidate, NEW_PARAM)
    return _one("add required", candidate, edit, NEW_PARAM)


def _inserted(text: Text, candidate: Candidate, written: str) -> Edit:
    """The parameter after the last required one that is passed by position."""
    params = candidate.params or ()
    required = [p for p in params if p.required and p.kind in ("positional_only", "positional")]
    first_other = next((p for p in params if p not in required), None)
    if any(p.kind == "positional_only" for p in params):
        at = candidate.params_span[1]
        rest = next((p for p in params if p.kind == "keywords"), None)
        if rest is not None:
            return Edit(rest.span[0] - 2, rest.span[0] - 2, f"{written}, ")
        return Edit(at, at, ("" if text.text[:at].rstrip().endswith(",") else ", ") + _star(params) + written)
    if required:
        at = required[-1].span[1]
        return Edit(at, at, f", {written}")
    at = candidate.params_span[0]
    return Edit(at, at, f"{written}, " if first_other or text.text[at : candidate.params_span[1]].strip() else written)


def _star(params: tuple[Param, ...]) -> str:
    return "" if any(p.kind in ("rest", "keyword_only") for p in params) else "*, "


def _drop(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if not _changeable(candidate):
        return None
    choices = [p for p in own_params(candidate) if p.kind in ("positional", "keyword_only")]
    choices = [p for p in choices if not (p.kind == "keyword_only" and len(_of(candidate, "keyword_only")) == 1)]
    if not choices or _of(candidate, "positional_only"):
        return None
    param = chance.choice(choices)
    return _one("drop", candidate, _taken_out(text, candidate, param), param.name)


def _of(candidate: Candidate, kind: str) -> list[Param]:
    return [p for p in candidate.params or () if p.kind == kind]


def _taken_out(text: Text, candidate: Candidate, param: Param) -> Edit:
    start, end = param.span
    limit = candidate.params_span[1]
    after = end
    while after < limit and text.text[after].isspace():
        after += 1
    if after < limit and text.text[after] == ",":
        after += 1
        while after < limit and text.text[after] in " \t":
            after += 1
        return Edit(start, after, "")
    before = start
    while before > candidate.params_span[0] and text.text[before - 1] != ",":
        before -= 1
    return Edit(max(before - 1, candidate.params_span[0]), end, "")


def _keyword_only(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    params = own_params(candidate)
    if not _changeable(candidate) or any(p.kind in ("rest", "keyword_only", "positional_only") for p in params):
        return None
    choices = [p for p in params if p.kind == "positional"]
    if not choices:
        return None
    param = chance.choice(choices)
    return _one("keyword-only", candidate, Edit(param.span[0], param.span[0], "*, "), param.name)


def _reorder(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if not _changeable(candidate):
        return None
    required = [p for p in own_params(candidate) if p.kind == "positional" and p.required]
    if len(required) < 2:
        return None
    at = chance.randrange(len(required) - 1)
    first, second = required[at], required[at + 1]
    edits = (
        Edit(*first.span, text.text[slice(*second.span)]),
        Edit(*second.span, text.text[slice(*first.span)]),
    )
    return Mutation("reorder", candidate, {candidate.path: edits}, param=first.name, other=second.name)


def _async(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    unfit = {"async", "generator", "opaque"} & candidate.flags
    if candidate.form not in ("function", "method") or unfit:
        return None
    return _one("async", candidate, Edit(candidate.keyword_at, candidate.keyword_at, "async "))


def own_params(candidate: Candidate) -> tuple[Param, ...]:
    """The parameters that callers fill."""
    params = candidate.params or ()
    return params[1:] if candidate.owner and "static" not in candidate.flags else params


def _changeable(candidate: Candidate) -> bool:
    if candidate.form not in CALLABLE or "opaque" in candidate.flags or candidate.params is None:
        return False
    receiver = candidate.owner and "static" not in candidate.flags
    return not receiver or (bool(candidate.params) and candidate.params[0].kind in ("positional", "positional_only"))


def _one(kind: str, candidate: Candidate, edit: Edit, param: str = "") -> Mutation:
    return Mutation(kind, candidate, {candidate.path: (edit,)}, param=param)


# ---------------------------------------------------------------- changes that break nothing


def optional_added(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """A parameter that may be left out."""
    if not _changeable(candidate) or _of(candidate, "rest") or _of(candidate, "positional_only"):
        return None
    params = candidate.params or ()
    places = [p for p in params if p.kind == "positional"]
    at = places[-1].span[1] if places else candidate.params_span[0]
    written = f"{NEW_PARAM}=None"
    follows = bool(text.text[at : candidate.params_span[1]].strip().strip(","))
    edit = Edit(at, at, f", {written}" if places else f"{written}, " if follows else written)
    return _one("optional added", candidate, edit)


def moved_with_reexport(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition in a new module, imported where it was."""
    if candidate.owner or candidate.form in ("re-export", "constructor"):
        return None
    path, moved = moved_to(text, candidate)
    stem = posixpath.basename(path).removesuffix(".py")
    relative = "." if not candidate.path.startswith(("tests/", "docs/", "examples/")) else ""
    edit = Edit(*candidate.whole, f"from {relative}{stem} import {candidate.name}\n")
    return Mutation("moved with re-export", candidate, {candidate.path: (edit,)}, {path: moved})


def reformatted(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The same signature on other lines, with a comment."""
    if candidate.params is None or not _changeable(candidate) or not candidate.params:
        return None
    start, end = candidate.params_span
    if "\n" in text.text[start:end] or "#" in text.text[start:end]:
        return None
    inner = text.text[start:end].rstrip().rstrip(",")
    comma = "" if inner.split(",")[-1].lstrip().startswith("*") else ","
    written = f"\n{candidate.indent}        {inner}{comma}  # what callers give\n{candidate.indent}    "
    return _one("reformatted", candidate, Edit(start, end, written))


def body_only(text: Text, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """A statement more in the body."""
    if candidate.form not in CALLABLE or not candidate.body_at:
        return None
    line = text.text.rfind("\n", 0, candidate.body_at) + 1
    indent = text.text[line : candidate.body_at]
    if indent.strip():
        return None
    return _one("body only", candidate, Edit(candidate.body_at, candidate.body_at, f"_seen = None\n{indent}"))


MUTATORS: dict[Kind, Callable[[Text, Candidate, random.Random], Mutation | None]] = {
    "rename": _rename,
    "remove": _remove,
    "move": _move,
    "add required": _add_required,
    "drop": _drop,
    "keyword-only": _keyword_only,
    "reorder": _reorder,
    "async": _async,
}
