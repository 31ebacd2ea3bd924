"""A Python repository as the seeded benchmark sees it: what can be changed there, and who uses it."""

from __future__ import annotations

import ast
import posixpath
import random
import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from benchmarks import python_changes
from benchmarks.nouns import GONE, Candidate, Edit, Kind, Mutation, Place, Use, applied
from benchmarks.oracle_python import PythonOracle, by_path, configure
from benchmarks.python_fixtures import attribute_places
from benchmarks.python_source import Text, candidates, name_of
from benchmarks.python_uses import Uses
from benchmarks.repositories import is_generated
from benchmarks.scratch import Clone

TEST = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_|conftest)[^/]*$|_test\.py$")
MOST_BYTES = 400_000
GENERATING = frozenset({"dataclass", "define", "attrs", "s", "frozen"})
"""Decorators that write a constructor."""


class PythonRepository:
    """Candidates, their uses and their changes; `left_out` says what is not judged."""

    language = "Python"

    def __init__(self, name: str, clone: Clone, server: Path, scratch: Path) -> None:
        self.name, self.clone = name, clone
        self.checkout = clone.checkout(scratch / "checkouts" / name)
        configure(self.checkout, server.parent.parent)
        self.left_out: Counter[str] = Counter()
        self.texts: dict[str, Text] = {}
        for path in clone.paths():
            if path.endswith(".py"):
                self._read(path)
        remembered = scratch / "answers" / f"{name}-{clone.head[:12]}.json"
        self.oracle = PythonOracle(server, self.checkout, remembered)
        self._uses: dict[str, Uses] = {}
        self._outside: dict[str, Text | None] = {}

    def close(self) -> None:
        self.oracle.close()

    # ------------------------------------------------------------ what can be changed

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Everything that can be changed, with flags for names that are used, defined and imported in special ways."""
        found = [c for text in self.texts.values() for c in candidates(text, self.left_out)]
        times = Counter(c.name for c in found if c.form != "re-export")
        members = {(c.owner or "", c.name) for c in found if c.owner}
        heirs = self._heirs_by_name()
        words = Counter(w for text in self.texts.values() for w in set(re.findall(r"\w+", text.text)))
        flagged = []
        for c in found:
            flags = set(c.flags)
            if times[c.name] > 1:
                flags.add("duplicate")
            if c.name in self._aliased and c.owner is None:
                flags.add("alias")
            if TEST.search(c.path):
                flags.add("test")
            if c.owner and any((other, c.name) in members for other in heirs[c.owner.rpartition(".")[2]]):
                flags.add("override")
            if words[c.name] > 1 or c.form == "constructor" or self.texts[c.path].text.count(c.name) > 1:
                flagged.append(replace(c, flags=frozenset(flags)))
        return flagged

    def mutate(self, kind: Kind, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """The change, if the language, the definition and what it inherits allow it."""
        if kind in GONE and self._still_answers(candidate):
            return None
        mutation = python_changes.mutate(kind, self.texts[candidate.path], candidate, chance)
        return mutation if mutation is not None and self._parses(mutation) else None

    def control(self, kind: str, candidate: Candidate, chance: random.Random) -> Mutation | None:
        """A change that breaks nothing."""
        text = self.texts[candidate.path]
        mutation: Mutation | None = None
        if kind == "renamed everywhere":
            mutation = self._renamed_everywhere(candidate)
        elif kind == "optional added":
            mutation = None if "override" in candidate.flags else python_changes.optional_added(text, candidate, chance)
        elif kind == "moved with re-export":
            package = posixpath.join(posixpath.dirname(candidate.path), "__init__.py")
            in_package = package in self.texts and candidate.path != package
            mutation = python_changes.moved_with_reexport(text, candidate, chance) if in_package else None
        elif kind == "reformatted":
            mutation = python_changes.reformatted(text, candidate, chance)
        elif kind == "body only":
            mutation = python_changes.body_only(text, candidate, chance)
        return mutation if mutation is not None and self._parses(mutation) else None

    def text(self, path: str) -> str | None:
        """A file's text at the base."""
        return self.texts[path].text if path in self.texts else None

    # ------------------------------------------------------------ who uses it

    def uses(self, candidate: Candidate) -> list[Use]:
        """Every use the language server knows, with what its syntax says."""
        if candidate.form == "constructor":
            return self._constructions(candidate)
        found = self._with_aliases(self._uses_at(self.oracle.references(candidate.place)))
        if candidate.form == "re-export":
            return [use for use in found if self._through(candidate, use)]
        if candidate.owner and candidate.form in ("method", "property", "attribute"):
            return [use for use in found if self._is_declared(candidate, use)] + self._through_fixtures(candidate)
        return [use if not use.inferred else replace(use, inferred=False) for use in found]

    def _through_fixtures(self, candidate: Candidate) -> list[Use]:
        """Uses on what a fixture gives, where the server says that the fixture's class is the member's own."""
        uses = self._of(candidate.path)
        node = uses.owner_of(candidate) if uses else None
        if node is None or uses is None:
            return []
        own = [_class_place(uses.text, node)]
        places = attribute_places(self.texts, candidate.name, node.name)
        handed = [place for place, given in places if self.oracle.definition(given) == own]
        return [replace(use, inferred=True, bound=True) for use in self._uses_at(handed)]

    def inherits(self, candidate: Candidate) -> bool | None:
        """Whether a base of its class has a member of that name too; None where a base is not known."""
        uses = self._of(candidate.path)
        node = uses.owner_of(candidate) if uses else None
        return self._has(self.texts[candidate.path], node, candidate.name, 0, own=False) if node else None

    def is_consequence(self, path: str, lines: tuple[int, int], rule: str, mutation: Mutation) -> bool:
        """Whether a place that uses nothing is still rightly named: `__all__`, an override, `cls()`."""
        uses = self._of(path)
        if uses is None:
            return False
        candidate = mutation.candidate
        if rule in ("export/missing", "name/removed", "name/renamed", "name/moved", "import/missing"):
            return mutation.kind in GONE and any(
                node.value == candidate.name and lines[0] <= node.lineno <= lines[1] and uses.is_exported(node)
                for node in uses.strings
            )
        if rule == "override/signature" and candidate.owner:
            node = uses.class_at(lines[0])
            return node is not None and self._descends(uses.text, node, candidate, 0)
        if mutation.kind in GONE and self._is_patched(uses, lines, candidate):
            return True
        if mutation.kind not in GONE and self._calls_alias(uses, lines, candidate):
            return True
        if candidate.form == "constructor":
            node = uses.class_at(lines[0])
            calls = "cls(" in "\n".join(uses.text.lines[lines[0] - 1 : lines[1]])
            if calls and node is not None and self._descends(uses.text, node, candidate, 0):
                return True
            return self._calls_held_class(uses, lines, candidate)
        return False

    # ------------------------------------------------------------ inside

    def _is_patched(self, uses: Uses, lines: tuple[int, int], candidate: Candidate) -> bool:
        """`setattr(module, "name", …)`, `patch.object(C, "name")`: the name as a string beside what has it."""
        for node in ast.walk(uses.text.tree):
            if isinstance(node, ast.Call) and lines[0] <= node.lineno <= lines[1]:
                for holder, named in zip(node.args, node.args[1:], strict=False):
                    if isinstance(named, ast.Constant) and named.value == candidate.name:
                        places = self.oracle.definition(_last_name(uses.text, holder))
                        stem = posixpath.basename(candidate.path).removesuffix(".py")
                        if any(p.path == candidate.path for p in places) or (not places and name_of(holder) == stem):
                            return True
        return False

    def _calls_held_class(self, uses: Uses, lines: tuple[int, int], candidate: Candidate) -> bool:
        """A call of something that holds the class, or one of its heirs: `self.response_class(…)`."""
        for node in ast.walk(uses.text.tree):
            if isinstance(node, ast.Call) and lines[0] <= node.lineno <= lines[1]:
                for place in self.oracle.type_definition(_last_name(uses.text, node.func)):
                    there = self._of(place.path)
                    named = there.node(place) if there else None
                    if there and isinstance(named, ast.ClassDef) and self._descends(there.text, named, candidate, 0):
                        return True
        return False

    def _calls_alias(self, uses: Uses, lines: tuple[int, int], candidate: Candidate) -> bool:
        """A call of a variable that was assigned the changed callable: `render = style.render`."""
        for node in ast.walk(uses.text.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and lines[0] <= node.lineno <= lines[1]:
                column = uses.text.column(node.func.lineno, node.func.col_offset)
                for place in self.oracle.definition(Place(uses.text.path, node.func.lineno, column)):
                    there = self._of(place.path)
                    statement = there.parents.get(there.node(place) or there.text.tree) if there else None
                    if isinstance(statement, ast.Assign) and name_of(statement.value) == candidate.name:
                        return True
        return False

    def _still_answers(self, candidate: Candidate) -> bool:
        """The name can mean something without this definition: inherited, or made up by `__getattr__`."""
        text = self.texts[candidate.path]
        if candidate.form == "re-export" and self._is_submodule(candidate):
            self.left_out["re-export of a module of the same package"] += 1
            return True
        if candidate.owner is None:
            dynamic = any(_binds(statement, "__getattr__") for statement in text.tree.body)
            if dynamic:
                self.left_out["removed beside a `__getattr__`"] += 1
            return dynamic
        uses = self._of(candidate.path)
        node = uses.owner_of(candidate) if uses else None
        if node is None or self._has(text, node, "__getattr__", 0):
            self.left_out["removed beside a `__getattr__`"] += 1
            return True
        if candidate.form == "attribute" and _assigns_member(node, candidate.name):
            self.left_out["class attribute that its methods assign too (not removed)"] += 1
            return True
        inherited = self.inherits(candidate)
        if inherited is None:
            self.left_out["member of a class with a base that is not installed (not removed)"] += 1
        return inherited is not False

    def _is_submodule(self, candidate: Candidate) -> bool:
        """`from package import module` works without the package importing it."""
        stem = posixpath.join(posixpath.dirname(candidate.path), candidate.name)
        return bool({f"{stem}.py", f"{stem}/__init__.py"} & set(self.texts))

    def _read(self, path: str) -> None:
        file = self.checkout / path
        try:
            data = file.read_bytes()
            text = data.decode("utf-8")
            if is_generated(path, text):
                self.left_out["generated files"] += 1
            elif len(data) <= MOST_BYTES:
                self.texts[path] = Text(path, text)
        except (OSError, UnicodeDecodeError, SyntaxError, ValueError):
            self.left_out["files that can't be read or parsed"] += 1

    def _parses(self, mutation: Mutation) -> bool:
        try:
            for path, edits in mutation.edits.items():
                ast.parse(applied(self.texts[path].text, edits))
            for text in mutation.added.values():
                ast.parse(text)
        except (SyntaxError, ValueError):
            self.left_out["edit did not parse"] += 1
            return False
        return not set(mutation.added) & set(self.texts)

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(
            n.name for text in self.texts.values() for n in ast.walk(text.tree) if isinstance(n, ast.ClassDef)
        )

    @cached_property
    def _aliased(self) -> frozenset[str]:
        return frozenset(
            alias.name
            for text in self.texts.values()
            for node in ast.walk(text.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.asname and alias.asname != alias.name
        )

    def _heirs_by_name(self) -> dict[str, set[str]]:
        """Class names that are related by inheritance, in both directions."""
        related: dict[str, set[str]] = defaultdict(set)
        for text in self.texts.values():
            for node in ast.walk(text.tree):
                if isinstance(node, ast.ClassDef):
                    for base in node.bases:
                        related[node.name].add(name_of(base))
                        related[name_of(base)].add(node.name)
        return related

    def _of(self, path: str) -> Uses | None:
        if path not in self._uses and path in self.texts:
            self._uses[path] = Uses(self.texts[path], self._classes)
        return self._uses.get(path)

    def _uses_at(self, places: list[Place]) -> list[Use]:
        found: list[Use] = []
        for path, here in by_path(places).items():
            uses = self._of(path)
            if uses is not None:
                found += uses.at(here)
        return found

    def _with_aliases(self, found: list[Use]) -> list[Use]:
        """The uses under other names too: the server looks only for the name that was asked for."""
        complete = {use.place: use for use in found}
        waiting = [use for use in found if use.alias]
        seen: set[Place] = set()
        while waiting:
            use = waiting.pop()
            uses = self._of(use.place.path)
            node = uses.node(use.place) if uses else None
            if uses is None or not isinstance(node, ast.alias) or not node.asname:
                continue
            line = node.end_lineno or node.lineno
            place = Place(use.place.path, line, uses.text.column(line, node.end_col_offset or 0) - len(node.asname))
            if place in seen:
                continue
            seen.add(place)
            for other in self._uses_at(self.oracle.references(place)):
                if other.place not in complete and other.role != "definition":
                    complete[other.place] = other
                    waiting += [other] if other.alias else []
        return list(complete.values())

    def _is_declared(self, candidate: Candidate, use: Use) -> bool:
        """The receiver's declared class is this one: the server goes from the use to this definition and no other."""
        return self.oracle.definition(use.place) == [candidate.place]

    def _constructions(self, candidate: Candidate) -> list[Use]:
        """Calls of the class and of subclasses without a constructor of their own, and `super().__init__()`."""
        explicit = self._uses_at(self.oracle.references(candidate.place))
        found = [use for use in explicit if self._is_declared(candidate, use)]
        uses = self._of(candidate.path)
        node = uses.owner_of(candidate) if uses else None
        if node is None or uses is None:
            return found
        members = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
        if "__new__" in members or node.keywords:
            return []
        waiting, seen = [_class_place(uses.text, node)], set[Place]()
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            for use in self._with_aliases(self._uses_at(self.oracle.references(place))):
                if use.role == "call":
                    found.append(replace(use, bound=True, inferred=False))
                if use.role == "base":
                    waiting += self._plain_heir(use)
        return found

    def is_untold(self, path: str, lines: tuple[int, int], mutation: Mutation) -> bool:
        """The server does not know what the name means there."""
        uses = self._of(path)
        if uses is None:
            return True
        name = mutation.candidate.name if mutation.candidate.form != "constructor" else ""
        places = [
            Place(path, line, column)
            for (line, column), node in uses.nodes.items()
            if lines[0] <= line <= lines[1] and _named(node) == name
        ]
        return bool(places) and not any(self.oracle.definition(place) for place in places)

    def _plain_heir(self, use: Use) -> list[Place]:
        """The subclass that a base stands in, if it constructs as its base does."""
        uses = self._of(use.place.path)
        base = uses.node(use.place) if uses else None
        node = uses.parents.get(base) if uses and base else None
        if not isinstance(node, ast.ClassDef) or node.keywords or node.bases[0] is not base:
            return []
        if any(name_of(d) in GENERATING for d in node.decorator_list):
            return []
        members = {n.name for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        return [] if members & {"__init__", "__new__"} or uses is None else [_class_place(uses.text, node)]

    def _through(self, candidate: Candidate, use: Use) -> bool:
        """The use reaches the name through this package's import of it."""
        uses = self._of(use.place.path)
        node = uses.node(use.place) if uses else None
        if uses is None or (use.place.path == candidate.path and isinstance(node, ast.alias)):
            return False
        if isinstance(node, ast.Attribute):
            receiver = node.value
            line = receiver.end_lineno or receiver.lineno
            column = uses.text.column(line, receiver.end_col_offset or 0) - len(name_of(receiver))
            return [p.path for p in self.oracle.definition(Place(use.place.path, line, column))] == [candidate.path]
        name = uses.text.lines[use.place.line - 1][use.place.column :]
        written = re.match(r"\w+", name)
        return written is not None and self._comes_through(use.place.path, written[0], candidate, 0)

    def _comes_through(self, path: str, name: str, candidate: Candidate, depth: int) -> bool:
        if path == candidate.path and name == candidate.name:
            return True
        uses = self._of(path)
        if uses is None or depth > 5:
            return False
        for statement in uses.imports(name):
            taken = next(a.name for a in statement.names if (a.asname or a.name) == name)
            target = self._module(path, statement)
            if target and self._comes_through(target, taken, candidate, depth + 1):
                return True
        return False

    def _module(self, path: str, statement: ast.ImportFrom) -> str | None:
        parts = (statement.module or "").split(".") if statement.module else []
        roots = ["", "src", "lib", posixpath.dirname(path)]
        if statement.level:
            folder = posixpath.dirname(path)
            for _ in range(statement.level - 1):
                folder = posixpath.dirname(folder)
            roots = [folder]
        for root in roots:
            stem = posixpath.join(root, *parts)
            for found in (f"{stem}.py", f"{stem}/__init__.py"):
                if found.lstrip("/") in self.texts:
                    return found.lstrip("/")
        return None

    # -- classes

    def _has(self, text: Text, node: ast.ClassDef, name: str, depth: int, own: bool = True) -> bool | None:
        if own and any(_binds(statement, name) for statement in node.body):
            return True
        answers = [self._has_in_base(text, base, name, depth) for base in node.bases]
        if True in answers:
            return True
        return None if None in answers else False

    def _has_in_base(self, text: Text, base: ast.expr, name: str, depth: int) -> bool | None:
        found = self._class_of(text, base) if depth < 8 else None
        return self._has(*found, name, depth + 1) if found else None

    def _descends(self, text: Text, node: ast.ClassDef, candidate: Candidate, depth: int) -> bool:
        if text.path == candidate.path and node.name == (candidate.owner or "").rpartition(".")[2]:
            return True
        bases = [self._class_of(text, base) for base in node.bases] if depth < 8 else []
        return any(self._descends(*base, candidate, depth + 1) for base in bases if base)

    def _class_of(self, text: Text, base: ast.expr) -> tuple[Text, ast.ClassDef] | None:
        """The class that a base expression names, in the repository or in the server's own stubs."""
        while isinstance(base, ast.Subscript):
            base = base.value
        line = base.end_lineno or base.lineno
        column = text.column(line, base.end_col_offset or 0) - len(name_of(base))
        for place in self.oracle.definition(Place(text.path, line, column)):
            there = self.texts.get(place.path) or self._stub(place.path)
            for node in ast.walk(there.tree) if there else ():
                if there and isinstance(node, ast.ClassDef) and _class_place(there, node).line == place.line:
                    return there, node
        return None

    def _stub(self, path: str) -> Text | None:
        if path not in self._outside:
            try:
                self._outside[path] = Text(path, Path(path).read_text("utf-8"))
            except (OSError, SyntaxError, ValueError):
                self._outside[path] = None
        return self._outside[path]

    def _has_untold(self, candidate: Candidate, edits: dict[str, set[tuple[int, int]]]) -> bool:
        """The name stands somewhere where the server does not know what it means: it can't be renamed everywhere."""
        for path, text in self.texts.items():
            uses = self._of(path) if candidate.name in text.text else None
            for (line, column), node in uses.nodes.items() if uses else ():
                start = text.starts[line - 1] + column
                kept = (start, start + len(candidate.name)) not in edits.get(path, ())
                if _named(node) == candidate.name and kept and not self.oracle.definition(Place(path, line, column)):
                    return True
        return False

    def _renamed_everywhere(self, candidate: Candidate) -> Mutation | None:
        if candidate.form not in ("function", "class", "constant") or "alias" in candidate.flags:
            return None
        new = python_changes.new_name(candidate)
        edits: dict[str, set[tuple[int, int]]] = defaultdict(set)
        edits[candidate.path].add(candidate.name_span)
        for place in self.oracle.references(candidate.place):
            text = self.texts.get(place.path)
            if text is None:
                return None
            start = text.starts[place.line - 1] + place.column
            if text.text[start : start + len(candidate.name)] != candidate.name:
                return None
            edits[place.path].add((start, start + len(candidate.name)))
        for path in [candidate.path, *edits]:
            uses = self._of(path)
            for node in uses.strings if uses else ():
                if uses is not None and node.value == candidate.name and uses.is_exported(node):
                    start = uses.text.offset(node.lineno, node.col_offset) + 1
                    edits[path].add((start, start + len(candidate.name)))
        if self._has_untold(candidate, edits):
            return None
        written = {path: tuple(Edit(*span, new) for span in sorted(spans)) for path, spans in edits.items()}
        return Mutation("renamed everywhere", candidate, written)


def _assigns_member(node: ast.ClassDef, name: str) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == name and isinstance(n.ctx, ast.Store) for n in ast.walk(node))


def _named(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    return node.name if isinstance(node, ast.alias) else None


def _last_name(text: Text, node: ast.expr) -> Place:
    line = node.end_lineno or node.lineno
    return Place(text.path, line, text.column(line, node.end_col_offset or 0) - len(name_of(node)))


def _class_place(text: Text, node: ast.ClassDef) -> Place:
    at = text.text.index("class", text.offset(node.lineno, node.col_offset)) + len("class")
    at = text.text.index(node.name, at)
    line = text.text.count("\n", 0, at) + 1
    return Place(text.path, line, at - text.starts[line - 1])


def _binds(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name == name
    return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in ast.walk(statement))
