"""A Rust repository as the seeded benchmark sees it: what can be changed there, and who uses it."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from benchmarks import rust_changes
from benchmarks.nouns import Candidate, Edit, Kind, Mutation, Place, Use, applied
from benchmarks.oracle_rust import Found, RustOracle
from benchmarks.python_changes import new_name
from benchmarks.repositories import is_generated
from benchmarks.rust_source import Text, candidates, in_macro, in_other_configuration, use_of
from benchmarks.scratch import Clone

LEFT_OUT = {"ripgrep": ("grep-pcre2", "grep-index"), "regex": ("regex-capi", "regex-cli")}
"""Packages that are not compiled: they need libraries of their own."""
CONTROLS = {
    "moved with re-export": rust_changes.moved_with_reexport,
    "reformatted": rust_changes.reformatted,
    "body only": rust_changes.body_only,
}


class RustRepository:
    """Candidates, their uses and their changes; `left_out` says what is not judged."""

    language = "Rust"

    def __init__(self, name: str, clone: Clone, scratch: Path) -> None:
        self.name, self.clone = name, clone
        self.checkout = clone.checkout(scratch / "checkouts" / name)
        self.left_out: Counter[str] = Counter()
        self._texts: dict[str, Text] = {}
        for path in clone.paths():
            if path.endswith(".rs"):
                self._read(path)
        remembered = scratch / "answers" / f"{name}-{clone.head[:12]}.json"
        self._oracle = RustOracle(self.checkout, scratch / "marked" / name, LEFT_OUT.get(name, ()), remembered)

    def close(self) -> None:
        """Nothing is kept open."""

    # ------------------------------------------------------------ what can be changed

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Everything that can be changed, with flags for names that are defined more than once or aliased."""
        found = [c for text in self._texts.values() for c in candidates(text) if c.name != "main"]
        times = Counter(c.name for c in found)
        aliased = set()
        for text in self._texts.values():
            aliased.update(re.findall(r"\b(\w+) as \w+", text.text))
        flagged = []
        for candidate in found:
            flags = set(candidate.flags)
            if times[candidate.name] > 1:
                flags.add("duplicate")
            if candidate.owner is None and candidate.name in aliased:
                flags.add("alias")
            flagged.append(replace(candidate, flags=frozenset(flags)))
        return flagged

    def mutate(self, kind: Kind, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """The change, where it can be made and what is left parses."""
        if not self.uses(candidate):
            return None
        return self._parsed(rust_changes.mutate(kind, self.text(candidate.path) or "", candidate, chance))

    def control(self, kind: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """A change that breaks nothing."""
        if kind == "renamed everywhere":
            return self._parsed(self._renamed_everywhere(candidate))
        change = CONTROLS.get(kind)
        return self._parsed(change(self.text(candidate.path) or "", candidate, chance)) if change else None

    def text(self, path: str) -> str | None:
        """A file's text at the base."""
        found = self._texts.get(path)
        return found.text if found is not None else None

    # ------------------------------------------------------------ who uses it

    def uses(self, candidate: Candidate) -> list[Use]:
        """Every use that the compiler warned of, outside of macros, and those it may not have seen as doubtful ones."""
        number = self._numbers.get(candidate.place)
        if number is None:
            return []
        found = {}
        for path, line, column, last, end in self._found.get(number, ()):
            use = self._use(candidate, path, line, column, last, end)
            if use is not None:
                found[use.place] = use
        if not found:
            return []
        return [*found.values(), *self._unseen(candidate, set(found))]

    def is_consequence(self, path: str, lines: tuple[int, int], rule: str, mutation: Mutation) -> bool:
        """Whether a place that uses nothing is still rightly named: there is no such place."""
        return False

    def is_untold(self, path: str, lines: tuple[int, int], mutation: Mutation) -> bool:
        """Whether the compiler did not see the file."""
        return path not in self._seen

    # ------------------------------------------------------------ inside

    @cached_property
    def _numbers(self) -> dict[Place, int]:
        return {candidate.place: number for number, candidate in enumerate(self.candidates)}

    @cached_property
    def _found(self) -> Found:
        texts = {path: text.text for path, text in self._texts.items()}
        found = self._oracle.uses(self.candidates, texts)
        if self._oracle.failed:
            self.left_out["errors of targets that do not compile"] += len(self._oracle.failed)
        return found

    @cached_property
    def _seen(self) -> set[str]:
        return {span[0] for spans in self._found.values() for span in spans}

    def _use(self, candidate: Candidate, path: str, line: int, column: int, last: int, end: int) -> Use | None:
        text = self._texts.get(path)
        if text is None:
            return None
        shown = text.text.split("\n")[line - 1]
        stop = end if last == line else len(shown)
        places = [m.start() for m in re.finditer(rf"\b{re.escape(candidate.name)}\b", shown[column:stop])]
        if not places:
            return None
        node = text.node(line, column + places[0])
        if node is None or in_macro(node):
            self.left_out["uses in macros"] += 1
            return None
        role, arguments, bound, inferred = use_of(node)
        place = Place(path, line, column + places[0])
        return Use(place, role, shown.strip(), arguments, bound=bound, inferred=inferred)

    def _unseen(self, candidate: Candidate, known: set[Place]) -> list[Use]:
        """Places where the name stands and the compiler was not, or need not have been."""
        found = []
        for path, text in self._texts.items():
            if candidate.name not in text.text:
                continue
            for number, line in enumerate(text.text.split("\n"), 1):
                for match in re.finditer(rf"\b{re.escape(candidate.name)}\b", line):
                    place = Place(path, number, match.start())
                    node = text.node(number, match.start()) if place not in known else None
                    if node is not None and (path not in self._seen or in_other_configuration(node)):
                        role, arguments, bound, inferred = use_of(node)
                        found.append(Use(place, role, line.strip(), arguments, None, True, bound, inferred))
        return found

    def _read(self, path: str) -> None:
        try:
            text = (self.checkout / path).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return
        if is_generated(path, text):
            self.left_out["generated files"] += 1
        else:
            self._texts[path] = Text(path, text)

    def _parsed(self, mutation: Mutation | None) -> Mutation | None:
        """The change, if what it writes parses as well as before."""
        if mutation is None or any((self.checkout / path).exists() for path in mutation.added):
            return None
        for path, edits in mutation.edits.items():
            before = self._texts[path]
            if Text(path, applied(before.text, edits)).broken and not before.broken:
                self.left_out["edit did not parse"] += 1
                return None
        return mutation

    def _renamed_everywhere(self, candidate: Candidate) -> Mutation | None:
        """The name changed wherever the compiler saw it; only of names that stand nowhere else."""
        if candidate.form == "module" or "duplicate" in candidate.flags:
            return None
        new = new_name(candidate)
        edits: dict[str, list[Edit]] = defaultdict(list)
        places = {use.place for use in self.uses(candidate)} | {candidate.place}
        for path, text in self._texts.items():
            for match in re.finditer(rf"\b{re.escape(candidate.name)}\b", text.text):
                line = text.text.count("\n", 0, match.start()) + 1
                column = match.start() - (text.text.rfind("\n", 0, match.start()) + 1)
                if Place(path, line, column) not in places:
                    return None
                edits[path].append(Edit(*match.span(), new))
        return Mutation("renamed everywhere", candidate, {path: tuple(found) for path, found in edits.items()})
