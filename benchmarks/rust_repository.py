"""A Rust repository as the seeded benchmark sees it: what can be changed there, and who uses it."""

from __future__ import annotations

import posixpath
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from tree_sitter import Node

from benchmarks import rust_changes
from benchmarks.nouns import GONE, Candidate, Edit, Kind, Mutation, Place, Use, applied
from benchmarks.oracle_rust import Found, RustOracle
from benchmarks.python_changes import new_name
from benchmarks.repositories import is_generated
from benchmarks.rust_source import Text, candidates, in_macro, in_other_configuration, prefixes, struct_fields, use_of
from benchmarks.scratch import Clone

LEFT_OUT = {"ripgrep": ("grep-pcre2", "grep-index"), "regex": ("regex-capi", "regex-cli")}
"""Packages that are not compiled: they need libraries of their own."""
KEYWORDS = ("self", "super", "crate", "Self")
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
        twins = Counter((c.path, c.symbol, c.form) for c in found)
        self.left_out["defined more than once, under several `cfg`"] += sum(n for n in twins.values() if n > 1)
        found = [c for c in found if twins[c.path, c.symbol, c.form] == 1]
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
        for span in self._found.get(number, ()):
            node = self._named_at(candidate.name, *span)
            use = self._use(span[0], node) if node is not None else None
            if use is not None:
                found[use.place] = use
        for use in self._prefixes(candidate):
            found.setdefault(use.place, use)
        if not found:
            return []
        return [*found.values(), *self._unseen(candidate, set(found))]

    def is_consequence(self, path: str, lines: tuple[int, int], rule: str, mutation: Mutation) -> bool:
        """Whether a place is rightly named that the compiler does not warn of.

        That is a call in the definition itself, and a field of a variant that is written out.
        """
        candidate = mutation.candidate
        text = self.text(path)
        if text is not None and candidate.form == "attribute" and mutation.kind in GONE:
            written = struct_fields(self._texts[path], lines)
            return (candidate.name, (candidate.owner or "").rpartition(".")[2]) in written
        if text is None or path != candidate.path:
            return False
        if mutation.kind in GONE:
            return False
        first = text.count("\n", 0, candidate.whole[0]) + 1
        last = text.count("\n", 0, candidate.whole[1]) + 1
        shown = "\n".join(text.split("\n")[lines[0] - 1 : lines[1]])
        return first <= lines[0] <= last and bool(re.search(rf"\b{re.escape(candidate.name)}\s*\(", shown))

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

    def _named_at(self, name: str, path: str, line: int, column: int, last: int, end: int) -> Node | None:
        """The name in the span of a warning: the last one where it is called otherwise there (`use a as b`)."""
        text = self._texts.get(path)
        if text is None:
            return None
        shown = text.text.split("\n")[line - 1]
        written = shown[column : end if last == line else len(shown)]
        places = [m.start() for m in re.finditer(rf"\b{re.escape(name)}\b", written)]
        if not places and written in KEYWORDS:
            return None
        places = places or [m.start() for m in re.finditer(r"\b[A-Za-z_]\w*", written)][-1:]
        return text.node(line, column + places[0]) if places else None

    def _use(self, path: str, node: Node) -> Use | None:
        text = self._texts[path]
        if in_macro(node):
            self.left_out["uses in macros"] += 1
            return None
        line, column = text.place(node)
        role, arguments, bound, inferred = use_of(node)
        shown = text.text.split("\n")[line - 1].strip()
        return Use(Place(path, line, column), role, shown, arguments, bound=bound, inferred=inferred)

    def _prefixes(self, candidate: Candidate) -> Iterator[Use]:
        """Where an enum or a module stands in front of what it holds: the compiler warns of what is held only."""
        if candidate.form not in ("class", "module"):
            return
        for number, held in enumerate(self.candidates):
            if not _holds(candidate, held):
                continue
            for span in self._found.get(number, ()):
                node = self._named_at(held.name, *span)
                for name in prefixes(node) if node is not None else ():
                    use = self._use(span[0], name) if (name.text or b"").decode() == candidate.name else None
                    if use is not None:
                        yield use

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
                    if node is None or in_macro(node):
                        continue
                    # Of a module in front of what it only hands on the compiler says nothing.
                    doubtful = candidate.form == "module" or in_other_configuration(node)
                    if doubtful or path not in self._seen:
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


def _holds(outer: Candidate, inner: Candidate) -> bool:
    """Whether a definition stands in an enum or in a module."""
    if outer.form == "class":
        return inner.form == "variant" and inner.path == outer.path and (inner.owner or "").endswith(outer.name)
    folder, file = posixpath.split(outer.path)
    stem = file.removesuffix(".rs")
    below = posixpath.join(folder, "" if stem in ("lib", "main", "mod", "tests") else stem, outer.name)
    within = inner.path == outer.path and outer.whole[0] < inner.whole[0] < outer.whole[1]
    return within or inner.path == f"{below}.rs" or inner.path.startswith(below + "/")
