"""A Java repository as the seeded benchmark sees it: what can be changed there, and what the compiler says of it."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from benchmarks import java_changes
from benchmarks.nouns import Candidate, Edit, Kind, Mutation, Param, Place, Use, applied
from benchmarks.oracle_java import Error, JavaOracle, Json
from benchmarks.python_changes import new_name
from benchmarks.repositories import is_generated
from benchmarks.scratch import Clone

TEST = re.compile(r"(^|/)(test|tests|it)/")
UNREAD = ("module-info.java", "package-info.java")
DIRECT = re.compile(
    r"compiler\.err\.(cant\.resolve.*|cant\.apply\..*|doesnt\.exist|does\.not\.override\.abstract"
    r"|method\.does\.not\.override\.superclass|wrong\.number\.type\.args|invalid\.mref|cant\.ref\.non\.effectively.*)"
)
"""Errors that say that a name, or a version of it that takes these arguments, is not there."""
FITTING = re.compile(r"compiler\.err\.cant\.apply")
"""Where a class went away, such a call names no part of it: a type in a signature elsewhere is not there."""
UNPARSED = re.compile(r"compiler\.err\.(expected.*|illegal\.start.*|premature\.eof|not\.stmt|already\.defined.*)")
ORPHAN = "compiler.err.method.does.not.override.superclass"
ANNOTATION = re.compile(r"@\w+(\([^)]*\))?|//.*")
CALLED = re.compile(r"\w\s*\(")
NEAR = 8
"""Lines between `@Override` and the name of the method."""
INFERRED = frozenset({"method", "attribute"})


class JavaRepository:
    """Candidates, their uses and their changes; `left_out` says what is not judged."""

    language = "Java"
    controls = ("renamed everywhere", "overload added", "commented", "members reordered")

    def __init__(self, name: str, clone: Clone, scratch: Path) -> None:
        self.name, self.clone = name, clone
        self.checkout = clone.checkout(scratch / "checkouts" / name)
        self.left_out: Counter[str] = Counter()
        self._texts: dict[str, str | None] = {}
        paths = [p for p in clone.paths() if p.endswith(".java") and not p.endswith(UNREAD)]
        self._paths = frozenset(paths)
        self.oracle = JavaOracle(self.checkout, paths)
        self._uses: dict[tuple[str, int], list[Json]] = {}
        self._in_added: set[tuple[str, int]] = set()

    def close(self) -> None:
        """End the compiler."""
        self.oracle.close()

    # ------------------------------------------------------------ what can be changed

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Everything that is used outside of itself."""
        found = [self._candidate(row) for row in self.oracle.candidates()]
        chosen = [candidate for candidate in found if candidate is not None]
        times = Counter(candidate.name for candidate in chosen)
        marked = ((c, {"duplicate"} if times[c.name] > 1 else set()) for c in chosen)
        return [replace(c, flags=c.flags | flags | ({"test"} if TEST.search(c.path) else set())) for c, flags in marked]

    def mutate(self, kind: Kind, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """The change, if the definition allows it."""
        return java_changes.mutate(kind, self.text(candidate.path) or "", candidate, chance)

    def judged(self, mutation: Mutation) -> list[tuple[Use, bool | None]]:
        """The places that no longer compile; None for those inside of the definition, and for errors that follow."""
        files = self._files(mutation)
        errors = self.oracle.new_errors(files)
        if any(UNPARSED.match(error.code) for error in errors):
            self.left_out["edit did not parse"] += 1
            return []
        places: dict[tuple[str, int], tuple[Use, bool | None]] = {}
        self._in_added = {(error.path, error.line) for error in errors if error.path in mutation.added}
        for error in errors:
            if error.path in mutation.added or self._is_generated(error.path):
                continue
            answer = self._answer(mutation, error)
            use = self._use(mutation, error, files)
            key = (use.place.path, use.place.line)
            if places.get(key, (use, None))[1] is None:
                places[key] = (use, answer)
        return list(places.values())

    def control(self, kind: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """A change that breaks nothing: the compiler says so."""
        text = self.text(candidate.path) or ""
        if kind == "renamed everywhere":
            mutation = self._renamed_everywhere(candidate)
        elif kind == "overload added":
            mutation = java_changes.overload_added(text, candidate)
        elif kind == "commented":
            mutation = java_changes.commented(text, candidate)
        else:
            mutation = java_changes.reordered(text, candidate, self._at[candidate.path], chance)
        if mutation is None or len(self.oracle.new_errors(self._files(mutation))) > self._moved_errors(mutation):
            return None
        return mutation

    @cached_property
    def _at(self) -> dict[str, list[Candidate]]:
        found: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in self.candidates:
            found[candidate.path].append(candidate)
        return found

    def _moved_errors(self, mutation: Mutation) -> int:
        """Errors of before that stand on other lines after a change that adds some: as many as the file had."""
        texts = {path: self.text(path) or "" for path in mutation.edits}
        lines = ((applied(texts[path], edits), texts[path]) for path, edits in mutation.edits.items())
        added = any(after.count("\n") != before.count("\n") for after, before in lines)
        known = self.oracle.known()
        return sum(known[path] for path in mutation.edits) if added or mutation.kind == "members reordered" else 0

    def _renamed_everywhere(self, candidate: Candidate) -> Mutation | None:
        if candidate.form == "constructor" or "override" in candidate.flags or java_changes.is_top(candidate):
            return None
        edits: dict[str, set[Edit]] = defaultdict(set)
        name, new = candidate.name, new_name(candidate)
        first = java_changes.mutate("rename", self.text(candidate.path) or "", candidate, random.Random(0))
        for edit in first.edits[candidate.path] if first is not None else ():
            edits[candidate.path].add(edit)
        for use in self._uses[candidate.path, candidate.name_span[0]]:
            text = self.text(use["path"]) or ""
            at = _characters(text, use["at"])
            if text[at : at + len(name)] == name:
                edits[use["path"]].add(Edit(at, at + len(name), new))
        return Mutation("renamed everywhere", candidate, {path: tuple(found) for path, found in edits.items()})

    def _files(self, mutation: Mutation) -> dict[str, str]:
        files = dict(mutation.added)
        for path, edits in mutation.edits.items():
            files[path] = applied(self.text(path) or "", edits)
        return files

    # ------------------------------------------------------------ what breaks

    def _answer(self, mutation: Mutation, error: Error) -> bool | None:
        candidate = mutation.candidate
        text = self.text(candidate.path) or ""
        first, last = (text.count("\n", 0, offset) + 1 for offset in candidate.whole)
        if error.path == candidate.path and first <= error.line <= last:
            return None
        if DIRECT.match(error.code) and not (candidate.form == "class" and FITTING.match(error.code)):
            return True
        self.left_out[f"what follows from another error ({error.code.removeprefix('compiler.err.')})"] += 1
        return None

    def _use(self, mutation: Mutation, error: Error, files: dict[str, str]) -> Use:
        lines = (files.get(error.path) or self.text(error.path) or "").split("\n")
        line = error.line
        if error.code == ORPHAN:
            texts = (ANNOTATION.sub("", text) for text in lines[line - 1 : line - 1 + NEAR])
            line = next((line + n for n, text in enumerate(texts) if CALLED.search(text)), line)
        written = lines[line - 1] if line <= len(lines) else ""
        column = min(error.column, len(written))
        inferred = mutation.candidate.form in INFERRED and "static" not in mutation.candidate.flags
        return Use(Place(error.path, line, column), "call", f"{error.code}: {written.strip()}", inferred=inferred)

    def uses(self, candidate: Candidate) -> list[Use]:
        """The uses that the compiler knows."""
        found = self._uses.get((candidate.path, candidate.name_span[0]), [])
        return [Use(Place(use["path"], use["line"], 0), "call", "") for use in found]

    def is_consequence(self, path: str, lines: tuple[int, int], rule: str, mutation: Mutation) -> bool:
        """Whether it stands in a file that the change added, where the compiler sees the same."""
        return any((path, line) in self._in_added for line in range(lines[0], lines[1] + 1))

    def is_untold(self, path: str, lines: tuple[int, int], mutation: Mutation) -> bool:
        """Whether the compiler did not read the file."""
        return path not in self._paths

    def _is_generated(self, path: str) -> bool:
        """Whether a review leaves the file out."""
        return is_generated(path, self.text(path) or "")

    def text(self, path: str) -> str | None:
        """A file's text at the base."""
        if path not in self._texts:
            try:
                self._texts[path] = (self.checkout / path).read_bytes().decode("utf-8")
            except (OSError, UnicodeDecodeError):
                self._texts[path] = None
        return self._texts[path]

    # ------------------------------------------------------------ from the compiler's words

    def _candidate(self, row: Json) -> Candidate | None:
        text = self.text(row["path"])
        if text is not None and not text.isascii():
            row = _in_characters(row, text)
        outside = [u for u in row["uses"] if u["path"] != row["path"] or not row["start"] <= u["at"] < row["end"]]
        if text is None or row["start"] < 0 or row["end"] < 0 or not outside or self._is_generated(row["path"]):
            return None
        name_at = self._name_at(text, row)
        if name_at is None:
            return None
        line = text.count("\n", 0, name_at) + 1
        column = name_at - (text.rfind("\n", 0, name_at) + 1)
        begins = text.rfind("\n", 0, row["start"]) + 1
        span = (name_at, name_at + len(row["name"]))
        self._uses[row["path"], name_at] = row["uses"]
        return Candidate(
            form=row["form"],
            name=row["name"],
            place=Place(row["path"], line, column),
            owner=row["owner"] or None,
            whole=(row["start"], row["end"]),
            name_span=span,
            params=self._params(text, row),
            params_span=_between(text, span[1]) if row["params"] is not None else (0, 0),
            body_at=row["body"] + 1 if row["body"] >= 0 else 0,
            indent=text[begins : row["start"]] if not text[begins : row["start"]].strip() else "",
            flags=frozenset(row["flags"]),
        )

    def _name_at(self, text: str, row: Json) -> int | None:
        name = re.escape(row["name"])
        if row["form"] == "class":
            kind = re.compile(rf"\b(?:class|interface|enum|record)\s+({name})\b")
            match = kind.search(text, row["start"], row["end"])
            return match.start(1) if match else None
        at = int(row["name_at"])
        declared = text[at : at + len(row["name"])] == row["name"]
        several = row["form"] in ("attribute", "constant") and "enum_constant" not in row["flags"]
        if several and (text[row["end"] - 1] != ";" or text.rfind(";", 0, at) > text.rfind(row["name"], 0, at + 1) > 0):
            return None
        if several and re.search(r",\s*$", text[: row["start"]]):
            return None
        return at if declared else None

    def _params(self, text: str, row: Json) -> tuple[Param, ...] | None:
        if row["params"] is None:
            return None
        rows = row["params"]
        rest = "varargs" in row["flags"]
        return tuple(
            Param(p["name"], "rest" if rest and n == len(rows) - 1 else "positional", True, (p["start"], p["end"]))
            for n, p in enumerate(rows)
        )


def _in_characters(row: Json, text: str) -> Json:
    """The row with offsets in characters: the compiler counts UTF-16 units."""
    params = [p | {key: _characters(text, p[key]) for key in ("start", "end")} for p in row["params"] or ()]
    fields = {key: _characters(text, row[key]) for key in ("start", "end", "name_at", "body")}
    return row | fields | {"params": params if row["params"] is not None else None}


def _characters(text: str, units: int) -> int:
    if units < 0 or text.isascii():
        return units
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


def _between(text: str, at: int) -> tuple[int, int]:
    """What stands between the parentheses that open next."""
    start = text.index("(", at) + 1
    depth, end = 1, start
    while depth and end < len(text):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return start, end - 1
