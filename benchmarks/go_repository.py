"""A Go repository as the seeded benchmark sees it: what can be changed there, and what then does not compile."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from functools import cached_property
from pathlib import Path

from benchmarks import go_changes
from benchmarks.nouns import Candidate, Edit, Kind, Mutation, Param, Place, Use, applied
from benchmarks.oracle_go import GoOracle, Json
from benchmarks.python_changes import new_name
from benchmarks.repositories import is_generated
from benchmarks.scratch import Clone

CONTROLS = {
    "optional added": go_changes.variadic_added,
    "moved with re-export": go_changes.moved_in_package,
    "reformatted": go_changes.reformatted,
    "body only": go_changes.body_only,
}
IMPLICIT = re.compile(r"does not implement|missing method|wrong type for method|impossible type assertion")


class GoRepository:
    """Candidates, their changes, and the places that no longer compile; `left_out` says what is not judged."""

    language = "Go"

    def __init__(self, name: str, clone: Clone, oracle: GoOracle, checkout: Path) -> None:
        self.name, self.clone, self.checkout, self.oracle = name, clone, checkout, oracle
        self.left_out: Counter[str] = Counter()
        self._texts: dict[str, str | None] = {}

    def close(self) -> None:
        self.oracle.close()

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Everything that can be changed."""
        rows = [row for row in self.oracle.candidates() if self.text(row["path"]) is not None]
        times = Counter(row["name"] for row in rows)
        return [self._candidate(row, times[row["name"]] > 1) for row in rows]

    def mutate(self, kind: Kind, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """The change, if the definition allows it."""
        mutation = go_changes.mutate(kind, self.text(candidate.path) or "", candidate, chance)
        if mutation is None or any((self.checkout / path).exists() for path in mutation.added):
            return None
        return mutation

    def control(self, kind: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """A change that breaks nothing, which the type checker agrees to."""
        if kind == "renamed everywhere":
            mutation = self._renamed_everywhere(candidate)
        else:
            mutation = CONTROLS[kind](self.text(candidate.path) or "", candidate, chance)
        if mutation is None or any((self.checkout / path).exists() for path in mutation.added):
            return None
        if self._new_errors(mutation):
            self.left_out[f"would break something: {kind}"] += 1
            return None
        return mutation

    def uses(self, candidate: Candidate) -> list[Use]:
        """Every place that names it, its definition left out."""
        at = _byte(self.text(candidate.path) or "", candidate.name_span[0])
        rows = [
            row for row in self.oracle.uses(candidate.path, at) if (row["path"], row["start"]) != (candidate.path, at)
        ]
        return [Use(Place(row["path"], row["line"], row["column"] - 1), "read", "") for row in rows]

    def judged(self, mutation: Mutation) -> list[tuple[Use, bool | None]]:
        """The places outside of the definition that no longer compile; None for what may be named as well."""
        candidate = mutation.candidate
        found: list[tuple[Use, bool | None]] = []
        named = {(use.place.path, use.place.line) for use in self.uses(candidate)}
        for row in self._new_errors(mutation):
            place = self._at_base(row, mutation)
            if place is None:
                continue
            implicit = bool(IMPLICIT.search(row["message"]))
            how = "implicit interface" if implicit else ""
            use = Use(place, "read", row["message"], inferred=candidate.owner is not None, how=how)
            direct = implicit or (place.path, place.line) in named
            within = self._is_within(place, candidate)
            if not direct and not within:
                self.left_out["errors that only follow from another one"] += 1
            found.append((use, True if direct and not within else None))
        return [*found, *((use, None) for use in self._uncompiled(candidate))]

    def text(self, path: str) -> str | None:
        """A file's text at the base; None for one that is generated or that is no UTF-8."""
        if path not in self._texts:
            try:
                text = (self.checkout / path).read_bytes().decode("utf-8")
            except (OSError, UnicodeDecodeError):
                text = ""
            self._texts[path] = text if text and not is_generated(path, text) else None
        return self._texts[path]

    def is_consequence(self, path: str, lines: tuple[int, int], rule: str, mutation: Mutation) -> bool:
        """Nothing is rightly named that compiles."""
        return False

    def is_untold(self, path: str, lines: tuple[int, int], mutation: Mutation) -> bool:
        """Whether the checker had something to say of the place before."""
        return any(one[0] == path for one in self._base_errors)

    # ------------------------------------------------------------ errors

    @cached_property
    def _base_errors(self) -> Counter[tuple[str, str, str]]:
        return Counter(self._key(row, {}) for row in self.oracle.errors({}))

    def _key(self, row: Json, files: dict[str, str]) -> tuple[str, str, str]:
        text = files.get(row["path"], self.text(row["path"])) or ""
        lines = text.split("\n")
        line = lines[row["line"] - 1].strip() if row["line"] <= len(lines) else ""
        return row["path"], line, row["message"]

    def _new_errors(self, mutation: Mutation) -> list[Json]:
        files = dict(mutation.added)
        for path, edits in mutation.edits.items():
            files[path] = applied(self.text(path) or "", edits)
        known = Counter(self._base_errors)
        found = []
        for row in self.oracle.errors(files):
            key = self._key(row, files)
            if known[key]:
                known[key] -= 1
            elif row["path"] not in mutation.added:
                found.append(row)
        return found

    def _at_base(self, row: Json, mutation: Mutation) -> Place | None:
        """Where the place stood before the edits; None inside of what was edited."""
        text, edits = self.text(row["path"]), mutation.edits.get(row["path"], ())
        if text is None:
            return None
        offset = _character(applied(text, edits), row["start"])
        for edit in sorted(edits, key=lambda e: e.start):
            if offset >= edit.start + len(edit.text):
                offset += edit.end - edit.start - len(edit.text)
            elif offset >= edit.start:
                return None
        line = text.count("\n", 0, offset) + 1
        return Place(row["path"], line, offset - (text.rfind("\n", 0, offset) + 1))

    def _is_within(self, place: Place, candidate: Candidate) -> bool:
        if place.path != candidate.path:
            return False
        text = self.text(candidate.path) or ""
        first = text.count("\n", 0, candidate.whole[0]) + 1
        return first <= place.line <= first + text.count("\n", *candidate.whole)

    @cached_property
    def _other_texts(self) -> dict[str, list[str]]:
        """The lines of the files that are for other systems."""
        checked = self.oracle.checked()
        paths = [path for path in self.clone.paths() if path.endswith(".go") and path not in checked]
        return {path: (self.text(path) or "").split("\n") for path in paths}

    def _uncompiled(self, candidate: Candidate) -> list[Use]:
        word = re.compile(rf"\b{re.escape(candidate.name)}\b")
        return [
            Use(Place(path, number, found.start()), "read", line)
            for path, lines in self._other_texts.items()
            for number, line in enumerate(lines, 1)
            for found in word.finditer(line)
        ]

    # ------------------------------------------------------------ inside

    def _candidate(self, row: Json, several: bool) -> Candidate:
        text = self.text(row["path"]) or ""
        start, end = (_character(text, at) for at in row["whole"])
        at = _character(text, row["at"])
        line = text.count("\n", 0, at) + 1
        params = row["params"]
        first, last = (_character(text, at) for at in row["params_span"])
        return Candidate(
            row["form"],
            row["name"],
            Place(row["path"], line, at - (text.rfind("\n", 0, at) + 1)),
            row["owner"] or None,
            (start, end),
            (at, at + len(row["name"])),
            params=None if params is None else tuple(_param(text, row) for row in params),
            params_span=(first, last),
            body_at=_character(text, row["body_at"]),
            flags=frozenset(row["flags"]) | ({"duplicate"} if several else set()),
        )

    def _renamed_everywhere(self, candidate: Candidate) -> Mutation | None:
        edits: dict[str, set[Edit]] = defaultdict(set)
        at = _byte(self.text(candidate.path) or "", candidate.name_span[0])
        for row in self.oracle.uses(candidate.path, at):
            text = self.text(row["path"])
            if text is None:
                return None
            start = _character(text, row["start"])
            edits[row["path"]].add(Edit(start, start + len(candidate.name), new_name(candidate)))
        return Mutation("renamed everywhere", candidate, {path: tuple(found) for path, found in edits.items()})


def _param(text: str, row: Json) -> Param:
    start, end = (_character(text, at) for at in row["span"])
    return Param(row["name"], row["kind"], row["required"], (start, end))


def _character(text: str, byte: int) -> int:
    """The character at a byte offset."""
    return byte if text.isascii() else len(text.encode()[:byte].decode("utf-8", "replace"))


def _byte(text: str, character: int) -> int:
    return character if text.isascii() else len(text[:character].encode())
