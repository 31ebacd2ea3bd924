"""A TypeScript or JavaScript repository as the seeded benchmark sees it: what can be changed there, and who uses it."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from benchmarks import script_changes
from benchmarks.nouns import GONE, Arguments, Candidate, Edit, Kind, Mutation, Param, Place, Use, applied
from benchmarks.oracle_script import Json, ScriptOracle
from benchmarks.python_changes import new_name
from benchmarks.repositories import is_generated
from benchmarks.scratch import Clone

TEST = re.compile(r"(^|/)(tests?|__tests__|spec|e2e)/|\.(test|spec)\.[a-z]+$")
CONTROLS = {
    "optional added": script_changes.optional_added,
    "moved with re-export": script_changes.moved_with_reexport,
    "reformatted": script_changes.reformatted,
    "body only": script_changes.body_only,
}


class ScriptRepository:
    """Candidates, their uses and their changes; `left_out` says what is not judged."""

    language = "TypeScript and JavaScript"

    def __init__(self, name: str, clone: Clone, compiler: Path, scratch: Path) -> None:
        self.name, self.clone = name, clone
        self.checkout = clone.checkout(scratch / "checkouts" / name)
        self.left_out: Counter[str] = Counter()
        self.oracle = ScriptOracle(compiler, self.checkout, scratch / "answers" / f"{name}-{clone.head[:12]}.json")
        self._texts: dict[str, str | None] = {}

    def close(self) -> None:
        self.oracle.close()

    # ------------------------------------------------------------ what can be changed

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Everything that can be changed, with flags for names that are used and defined in special ways."""
        answer = self.oracle.ask("candidates")
        self.left_out.update(answer["left_out"])
        found = [self._candidate(row) for row in answer["candidates"] if self.text(row["path"]) is not None]
        times = Counter(c.name for c in found if c.form != "re-export")
        members = Counter(c.name for c in found if c.form == "method")
        aliased = self._aliased({c.path for c in found})
        flagged = []
        for c in found:
            flags = set(c.flags) | {"script"}
            if times[c.name] > 1:
                flags.add("duplicate")
            if c.owner is None and c.name in aliased:
                flags.add("alias")
            if c.form == "method" and members[c.name] > 1:
                flags.add("override")
            if TEST.search(c.path):
                flags.add("test")
            flagged.append(replace(c, flags=frozenset(flags)))
        return flagged

    def mutate(self, kind: Kind, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """The change, if the language, the definition and what it inherits allow it."""
        text = self.text(candidate.path) or ""
        mutation = script_changes.mutate(kind, text, candidate, chance)
        if mutation is None or not self._parses(mutation):
            return None
        if kind in GONE and candidate.owner and self.inherits(candidate) is not False:
            self.left_out["member that a base has too, or may have (not removed)"] += 1
            return None
        return mutation

    def control(self, kind: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """A change that breaks nothing."""
        if kind == "renamed everywhere":
            mutation = self._renamed_everywhere(candidate)
        elif kind == "optional added" and "override" in candidate.flags:
            mutation = None
        else:
            mutation = CONTROLS[kind](self.text(candidate.path) or "", candidate, chance)
        return mutation if mutation is not None and self._parses(mutation) else None

    def text(self, path: str) -> str | None:
        """A file's text at the base."""
        if path not in self._texts:
            try:
                self._texts[path] = (self.checkout / path).read_bytes().decode("utf-8")
            except (OSError, UnicodeDecodeError):
                self._texts[path] = None
            text = self._texts[path]
            if text is not None and (
                (not text.isascii() and any(ord(c) > 0xFFFF for c in text)) or text.startswith("\ufeff")
            ):
                self._texts[path] = text = None  # the compiler counts UTF-16 units: offsets would not fit
            if text is not None and is_generated(path, text):
                self.left_out["generated files"] += 1
                self._texts[path] = None
        return self._texts[path]

    # ------------------------------------------------------------ who uses it

    def uses(self, candidate: Candidate) -> list[Use]:
        """Every use the language service knows, with what its syntax says."""
        try:
            answer = self.oracle.ask("uses", **_question(candidate))
        except ValueError:
            self.left_out["the oracle failed"] += 1
            return []
        return [_use(row) for row in answer["uses"] if self.text(row["path"]) is not None]

    def inherits(self, candidate: Candidate) -> bool | None:
        """Whether a base of its class has a member of that name too; None where a base is not known."""
        try:
            answer: bool | None = self.oracle.ask("inherits", **_question(candidate))["inherits"]
        except ValueError:
            return None
        return answer

    def is_consequence(self, path: str, lines: tuple[int, int], rule: str, mutation: Mutation) -> bool:
        """Whether a place that uses nothing is still rightly named: an export of the name, an override."""
        text = self.text(path)
        candidate = mutation.candidate
        if text is None:
            return False
        shown = "\n".join(text.split("\n")[lines[0] - 1 : lines[1]])
        if rule in ("export/missing", "import/missing"):
            return mutation.kind in GONE and bool(re.search(rf"\b{re.escape(candidate.name)}\b", shown))
        if rule in ("override/signature", "interface/unimplemented") and candidate.owner:
            question = {"path": path, "line": lines[0], "definedIn": candidate.path, "owner": candidate.owner}
            return bool(self.oracle.ask("descends", **question)["descends"])
        if mutation.kind not in GONE:
            question = {**_question(candidate), "path": path, "definedIn": candidate.path,
                        "first": lines[0], "last": lines[1]}  # fmt: skip
            return bool(self.oracle.ask("calls", **question)["calls"])
        return False

    def is_untold(self, path: str, lines: tuple[int, int], mutation: Mutation) -> bool:
        """The service does not know what the name means there."""
        text = self.text(path)
        if text is None:
            return True
        found = []
        offset = sum(len(line) + 1 for line in text.split("\n")[: lines[0] - 1])
        for line in text.split("\n")[lines[0] - 1 : lines[1]]:
            found += [offset + m.start() for m in re.finditer(rf"\b{re.escape(mutation.candidate.name)}\b", line)]
            offset += len(line) + 1
        return bool(found) and not any(self.oracle.ask("known", path=path, at=at)["known"] for at in found)

    # ------------------------------------------------------------ inside

    def _candidate(self, row: Json) -> Candidate:
        text = self.text(row["path"]) or ""
        line = text.count("\n", 0, row["at"]) + 1
        column = row["at"] - (text.rfind("\n", 0, row["at"]) + 1)
        params = row.get("params")
        return Candidate(
            row["form"],
            row["name"],
            Place(row["path"], line, column),
            row["owner"],
            tuple(row["whole"]),
            (row["at"], row["end"]),
            keyword_at=row.get("keyword_at", 0),
            params=None if params is None else tuple(_param(p) for p in params),
            params_span=tuple(row.get("params_span", (0, 0))),
            body_at=row.get("body_at", 0),
            indent=row["indent"],
            flags=frozenset(row["flags"]),
            statement=row["statement"],
        )

    def _parses(self, mutation: Mutation) -> bool:
        texts = [(p, applied(self.text(p) or "", edits)) for p, edits in mutation.edits.items()]
        if all(self.oracle.parses(path, text) for path, text in [*texts, *mutation.added.items()]):
            return not any((self.checkout / path).exists() for path in mutation.added)
        self.left_out["edit did not parse"] += 1
        return False

    def _aliased(self, paths: set[str]) -> frozenset[str]:
        found: set[str] = set()
        for path in paths:
            for statement in re.findall(r"import[^;'\"]*\{([^}]*)\}\s*from", self.text(path) or ""):
                found.update(re.findall(r"(\w+)\s+as\s+\w+", statement))
        return frozenset(found)

    def _renamed_everywhere(self, candidate: Candidate) -> Mutation | None:
        if candidate.form not in ("function", "class", "constant", "type", "method") or "default" in candidate.flags:
            return None
        if "override" in candidate.flags:
            return None
        try:
            places = self.oracle.ask("rename", path=candidate.path, at=candidate.name_span[0])["places"]
        except ValueError:
            return None
        edits: dict[str, set[Edit]] = defaultdict(set)
        for place in places:
            if self.text(place["path"]) is None:
                return None
            new = f"{place['prefix']}{new_name(candidate)}{place['suffix']}"
            edits[place["path"]].add(Edit(place["start"], place["end"], new))
        if not edits:
            return None
        return Mutation("renamed everywhere", candidate, {path: tuple(found) for path, found in edits.items()})


def _question(candidate: Candidate) -> dict[str, Json]:
    return {"path": candidate.path, "at": candidate.name_span[0], "form": candidate.form,
            "owner": candidate.owner, "name": candidate.name}  # fmt: skip


def _param(row: Json) -> Param:
    return Param(row["name"], row["kind"], row["required"], tuple(row["span"]))


def _use(row: Json) -> Use:
    arguments = row["arguments"] and Arguments(row["arguments"]["positional"], rest=row["arguments"]["rest"])
    return Use(
        Place(row["path"], row["line"], row["column"]),
        row["role"],
        row["text"],
        arguments,
        settled=row["settled"],
        guarded=row["guarded"],
        inferred=row["inferred"],
        alias=row["alias"],
        indirect=row["indirect"],
    )
