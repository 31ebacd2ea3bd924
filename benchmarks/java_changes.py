"""The edits that change a Java definition, and nothing that uses it; every edit keeps the number of lines."""

from __future__ import annotations

import posixpath
import random
import re
from collections.abc import Callable, Sequence

from benchmarks.nouns import Candidate, Edit, Kind, Mutation, applied
from benchmarks.python_changes import new_name

NEW_PARAM = "String extraOption"
PRIMITIVE = {"boolean": "false", "char": "'x'"} | dict.fromkeys(
    ("byte", "short", "int", "long", "float", "double"), "0"
)
HEAD = re.compile(r"^(?P<package>\s*package\s+(?P<name>[\w.]+)\s*;)", re.MULTILINE)
IMPORT = re.compile(r"^import\s[^;]+;[^\n]*\n", re.MULTILINE)
MODIFIED = re.compile(r"\s*@Override\b")


def mutate(kind: Kind, text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """The definition changed in that way; None where it can't be."""
    return MUTATORS[kind](text, candidate, chance) if kind in MUTATORS else None


def is_top(candidate: Candidate) -> bool:
    """Whether it is a class that no other one holds."""
    return candidate.form == "class" and not candidate.owner


def _rename(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.form == "constructor":
        return None
    name = new_name(candidate)
    if candidate.form != "class":
        return _one("rename", candidate, Edit(*candidate.name_span, name))
    edits = tuple(Edit(*span, name) for span in _own_names(text, candidate))
    if not is_top(candidate):
        return Mutation("rename", candidate, {candidate.path: edits})
    added = _alone(applied(text, edits), text, candidate, name)
    path = posixpath.join(posixpath.dirname(candidate.path), f"{name}.java")
    return Mutation("rename", candidate, {candidate.path: (_removal(text, candidate),)}, {path: added})


def _own_names(text: str, candidate: Candidate) -> list[tuple[int, int]]:
    """The name of a class where it is defined, and where its constructors are."""
    end = candidate.whole[1]
    name = re.escape(candidate.name)
    made = re.compile(rf"(?:^|[;}}{{]|\b(?:public|protected|private)|\*/|\))\s*({name})\s*(?:\(|\{{)", re.MULTILINE)
    inside = [match.span(1) for match in made.finditer(text, candidate.name_span[1], end)]
    return [candidate.name_span, *(span for span in inside if not text[: span[0]].rstrip().endswith((".", "new")))]


def _remove(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.form == "constructor":
        return None
    return _one("remove", candidate, _removal(text, candidate))


def _removal(text: str, candidate: Candidate) -> Edit:
    start, end = candidate.whole
    if "enum_constant" in candidate.flags:
        comma = re.match(r"\s*,", text[end:])
        if comma:
            end += comma.end()
        elif text[:start].rstrip().endswith(","):
            start = text[:start].rstrip().rindex(",")
    return Edit(start, end, "\n" * text.count("\n", start, end))


def _move(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    """A class that goes to another package."""
    if not is_top(candidate) or HEAD.search(text) is None:
        return None
    path = posixpath.join(posixpath.dirname(candidate.path), "moved", f"{candidate.name}.java")
    added = _alone(text, text, candidate, candidate.name)
    added = HEAD.sub(lambda m: f"package {m['name']}.moved;\nimport {m['name']}.*;", added, count=1)
    return Mutation("move", candidate, {candidate.path: (_removal(text, candidate),)}, {path: added})


def _alone(changed: str, text: str, candidate: Candidate, name: str) -> str:
    """A file with that class alone."""
    head = HEAD.search(text)
    start = candidate.whole[0]
    end = candidate.whole[1] + len(changed) - len(text)
    return (head["package"] if head else "") + "\n" + "".join(IMPORT.findall(text)) + "\n" + changed[start:end] + "\n"


def _add_required(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    if candidate.params is None or "record" in candidate.flags:
        return None
    fixed = [param for param in candidate.params if param.kind != "rest"]
    if fixed:
        edit = Edit(fixed[-1].span[1], fixed[-1].span[1], f", {NEW_PARAM}")
    else:
        at = candidate.params_span[0]
        edit = Edit(at, at, f"{NEW_PARAM}, " if candidate.params else NEW_PARAM)
    return _one("add required", candidate, edit, "extraOption")


def _drop(text: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
    params = [param for param in candidate.params or () if param.kind != "rest"]
    if not params:
        return None
    param = chance.choice(params)
    start, end = param.span
    rest = re.match(r"\s*,[ \t]*", text[end : candidate.params_span[1]])
    if rest:
        end += rest.end()
    else:
        before = text.rfind(",", candidate.params_span[0], start)
        start = before if before >= 0 else start
    return _one("drop", candidate, Edit(start, end, "\n" * text.count("\n", start, end)), param.name)


def _one(kind: str, candidate: Candidate, edit: Edit, param: str = "") -> Mutation:
    return Mutation(kind, candidate, {candidate.path: (edit,)}, param=param)


MUTATORS: dict[str, Callable[[str, Candidate, random.Random], Mutation | None]] = {
    "rename": _rename,
    "remove": _remove,
    "move": _move,
    "add required": _add_required,
    "drop": _drop,
}


# ---------------------------------------------------------------- changes that break nothing


def overload_added(text: str, candidate: Candidate) -> Mutation | None:
    """Another version with a parameter more, before the one that is there."""
    params = candidate.params
    if candidate.form != "method" or params is None or not candidate.body_at or any(p.kind == "rest" for p in params):
        return None
    start, at = candidate.whole[0], params[-1].span[1] if params else candidate.params_span[0]
    written = f", {NEW_PARAM}" if params else NEW_PARAM
    head = MODIFIED.sub("", text[start:at] + written + text[at : candidate.body_at])
    edit = Edit(start, start, f"{head} throw new UnsupportedOperationException(); }}\n\n{candidate.indent}")
    return _one("overload added", candidate, edit)


def commented(text: str, candidate: Candidate) -> Mutation | None:
    """Comments before the definition and between its parameters."""
    start, first = candidate.whole[0], candidate.params_span[0]
    edits = [Edit(start, start, f"/* {candidate.name}(1, 2, 3) was here */\n{candidate.indent}")]
    if candidate.params:
        edits.append(Edit(first, first, "/* what callers give */ "))
    return Mutation("commented", candidate, {candidate.path: tuple(edits)})


def reordered(text: str, candidate: Candidate, others: Sequence[Candidate], chance: random.Random) -> Mutation | None:
    """Two methods of a class that change places."""
    near = [c for c in others if c.path == candidate.path and c.owner == candidate.owner and c.form == "method"]
    near = [c for c in near if c.whole[1] <= candidate.whole[0] or candidate.whole[1] <= c.whole[0]]
    if candidate.form != "method" or not near:
        return None
    other = chance.choice(near)
    edits = (Edit(*candidate.whole, text[slice(*other.whole)]), Edit(*other.whole, text[slice(*candidate.whole)]))
    return Mutation("members reordered", candidate, {candidate.path: edits})
