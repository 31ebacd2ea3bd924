"""The edits that change a Go definition, and nothing that uses it."""

from __future__ import annotations

import posixpath
import random
import re
from collections.abc import Callable

from benchmarks.nouns import Candidate, Edit, Kind, Mutation
from benchmarks.python_changes import new_name

NEW_PARAM = "extraOption"
PACKAGE = re.compile(r"^package\s+(\w+)", re.MULTILINE)
IMPORTS = re.compile(r"^import\s*(?:\((?P<several>[^)]*)\)|(?P<one>[^\n(]+))", re.MULTILINE)
IMPORT = re.compile(r'(?:([\w.]+)\s+)?"([^"]+)"')


def mutate(kind: Kind, text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition changed in that way; None where it can't be."""
    return MUTATORS[kind](text, candidate, chance) if kind in MUTATORS else None


def _rename(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    return _one("rename", candidate, Edit(*candidate.name_span, new_name(candidate)))


def _remove(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    return _one("remove", candidate, Edit(*candidate.whole, ""))


def _move(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """To a package of its own, in a folder below."""
    if candidate.owner or not candidate.name[:1].isupper():
        return None
    path = posixpath.join(posixpath.dirname(candidate.path), "moved", "moved.go")
    moved = f"package moved\n\n{_imports(text)}\n{_written(text, candidate)}\n"
    return Mutation("move", candidate, {candidate.path: (Edit(*candidate.whole, ""),)}, {path: moved})


def _imports(text: str) -> str:
    return "\n".join(match[0] for match in IMPORTS.finditer(text)) + "\n"


def _written(text: str, candidate: Candidate) -> str:
    """The definition as a statement of its own: in a group it has no keyword."""
    written = text[slice(*candidate.whole)]
    if candidate.form in ("function", "method") or re.match(r"(type|const|var)\b", written):
        return written
    if candidate.form == "class":
        return f"type {written}"
    before = re.findall(r"^(const|var)\s*\(", text[: candidate.whole[0]], re.MULTILINE)
    return f"{before[-1] if before else 'var'} {written}"


def _add_required(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    params = candidate.params
    if params is None:
        return None
    written = f"{NEW_PARAM} int" if all(p.name for p in params) else "int"
    if params and params[-1].kind == "rest":
        edit = Edit(params[-1].span[0], params[-1].span[0], f"{written}, ")
    elif params:
        edit = Edit(params[-1].span[1], params[-1].span[1], f", {written}")
    else:
        edit = Edit(*candidate.params_span, written)
    return _one("add required", candidate, edit, NEW_PARAM)


def _drop(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    params = [p for p in candidate.params or () if p.kind == "positional"]
    if not params:
        return None
    param = chance.choice(params)
    start, end = param.span
    rest = re.match(r"\s*,\s*", text[end : candidate.params_span[1]])
    if rest:
        end += rest.end()
    else:
        before = text.rfind(",", candidate.params_span[0], start)
        start = before if before >= 0 else start
    return _one("drop", candidate, Edit(start, end, ""), param.name)


def _one(kind: str, candidate: Candidate, edit: Edit, param: str = "") -> Mutation:
    return Mutation(kind, candidate, {candidate.path: (edit,)}, param=param)


# ---------------------------------------------------------------- changes that break nothing


def variadic_added(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """A parameter that may be left out."""
    params = candidate.params
    if params is None or any(p.kind == "rest" for p in params):
        return None
    written = f"{NEW_PARAM} ...int" if all(p.name for p in params) else "...int"
    edit = Edit(params[-1].span[1], params[-1].span[1], f", {written}") if params else None
    return _one("optional added", candidate, edit or Edit(*candidate.params_span, written))


def moved_in_package(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition in another file of its package: for whoever uses it, nothing happened."""
    package = PACKAGE.search(text)
    if package is None or candidate.form in ("attribute",) or "interface" in candidate.flags:
        return None
    written = _written(text, candidate)
    if any(re.search(rf"\b{re.escape(name)}\.", written) for name in _imported_names(text)):
        return None
    path = f"{posixpath.splitext(candidate.path)[0]}_moved.go"
    return Mutation(
        "moved with re-export",
        candidate,
        {candidate.path: (Edit(*candidate.whole, ""),)},
        {path: f"package {package[1]}\n\n{written}\n"},
    )


def _imported_names(text: str) -> list[str]:
    found = []
    for match in IMPORTS.finditer(text):
        for alias, path in IMPORT.findall(match["several"] or match["one"] or ""):
            found.append(alias or re.sub(r"/v\d+$", "", path).rpartition("/")[2])
    return found


def reformatted(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The same parameters on other lines, with a comment."""
    inner = text[slice(*candidate.params_span)]
    if candidate.params is None or not inner.strip() or "\n" in inner or "//" in inner:
        return None
    return _one(
        "reformatted", candidate, Edit(*candidate.params_span, f"\n\t\t{inner.strip()}, // what callers give\n")
    )


def body_only(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """A statement more in the body."""
    if not candidate.body_at:
        return None
    return _one("body only", candidate, Edit(candidate.body_at, candidate.body_at, " _ = 0;"))


MUTATORS: dict[str, Callable[[str, Candidate, random.Random], Mutation | None]] = {
    "rename": _rename,
    "remove": _remove,
    "move": _move,
    "add required": _add_required,
    "drop": _drop,
}
