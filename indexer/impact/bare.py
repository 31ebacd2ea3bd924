"""Names that are gone, in languages whose scopes and types are not followed: C, C++, C#, Kotlin, PHP and Ruby.

A definition counts as gone only where nothing in the whole tree defines its name any more, in whatever language. A
place counts as a use only where the text shows that the name is used as what the definition was, and nothing in that
file gives the name a meaning of its own. Both are still no proof, because a library may bring the name along: members
are told as low, everything else as medium.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from indexer.impact.dependencies import takes_dependency
from indexer.impact.findings import decoded
from indexer.impact.packages import moved_out
from indexer.impact.quoting import Quoter
from indexer.languages import LANGUAGES, language_of
from indexer.places import is_fixture
from indexer.types import Definition, Facts, FileDiff, Finding, Outline, Related, Site, Skipped, Span, Tree

if TYPE_CHECKING:
    from indexer.index import Index

ALIKE = 0.6
"""From which similarity of the bodies on an added definition counts as the renamed one."""
SHORT_BODY = 16
"""Words; bodies that are shorter say little: then the names have to be alike as well."""
ALIKE_SHORT = 0.9
MOST_ALIKE = 32
"""Added definitions that a lost one is compared with."""
SHORTEST = 4
"""Shorter names are too likely to mean something else."""
MOST_NAMES = 400
MANY = 60
"""A name in more files than this is not followed: hardly a name of this project alone."""
MOST_FILES = 1_500
MOST_PLACES = 30
"""Places of one name that are told."""
MOST_BODY = 4_000
TYPES = frozenset({"class", "interface", "enum", "struct", "trait", "type"})
MEMBERS = frozenset({"method", "property", "field"})
BARE = frozenset({"function", "macro", "constant", "variable"})
C_FAMILY = frozenset({"c", "cpp"})
_WORDS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Lost:
    """A definition of base whose name nothing at head defines, and the one that took its place, if one did."""

    path: str
    new_path: str | None
    definition: Definition
    heir: Definition | None
    package: str | None = None
    """Where the file at base says that its names are; None where its language, or the file, does not say."""

    @property
    def is_member(self) -> bool:
        kind = self.definition.kind
        in_type = self.definition.parent is not None and kind in ("constant", "function", "variable")
        return kind in MEMBERS or (in_type and language_of(self.path) not in C_FAMILY)


def lost_names(index: Index, base: Tree, head: Tree, diffs: Iterable[FileDiff]) -> Iterator[Finding]:
    """Every place at head that still uses a name, or an import of it, that the change took away."""
    pairs = [diff for diff in diffs if diff.old_path and diff.status != "mode" and _followed(diff.old_path)]
    if not pairs:
        return
    outlines = _outlines(index, base, head, pairs)
    quoter = Quoter(index, head)
    yield from moved_out(index, base, head, pairs, outlines, quoter)
    names = _lost(index, base, head, pairs, outlines)
    if len(names) > MOST_NAMES:
        index.skip(Skipped("names that are gone", "there are too many of them to be followed", len(names)))
        return
    facts = _using(index, head, names)
    names = _packaged(index, base, names)
    changed = frozenset(diff.new_path for diff in pairs if diff.new_path)
    included = {posixpath.basename(b.module or "") for of in facts.values() for b in of.bindings}
    for name, lost in sorted(names.items()):
        if lost.new_path is None and posixpath.basename(lost.path) in included:
            continue  # a header of that name is still there, outside of the tree
        for path, span in _places(name, lost, facts, changed):
            yield _finding(quoter, lost, path, span)


def family(language: str | None) -> str:
    """Languages whose files can use each other's names have one family."""
    return "c" if language in C_FAMILY else language or ""


def _followed(path: str) -> bool:
    language = language_of(path)
    return language is not None and LANGUAGES[language].depth == "names"


def _outlines(index: Index, base: Tree, head: Tree, pairs: list[FileDiff]) -> dict[tuple[str, str], Outline]:
    before = index.outlines(base, [d.old_path for d in pairs if d.old_path])
    after = index.outlines(head, [d.new_path for d in pairs if d.new_path])
    found = {("base", path): outline for path, outline in before.items()}
    return found | {("head", path): outline for path, outline in after.items()}


# ---------------------------------------------------------------- what is gone


def _lost(
    index: Index, base: Tree, head: Tree, pairs: list[FileDiff], outlines: dict[tuple[str, str], Outline]
) -> dict[str, Lost]:
    """By name, the definitions that are gone; a name that is defined anywhere at head is not."""
    found: dict[str, Lost] = {}
    with_dependency = takes_dependency(index, base, head)
    for diff in pairs:
        before = outlines.get(("base", diff.old_path or ""))
        after = outlines.get(("head", diff.new_path or ""))
        if before is None or (diff.new_path and (after is None or after.issue_count > before.issue_count)):
            continue
        if (diff.new_path is None and with_dependency) or _pastes_more(index, base, head, diff):
            continue
        kept = {one.name for one in after.definitions} if after else set()
        for one in before.definitions:
            if one.name not in kept and one.name not in found and _is_worth(one, before):
                found[one.name] = Lost(diff.old_path or "", diff.new_path, one, None)
    for symbol in index.definitions(head, sorted(found)):
        found.pop(symbol.name, None)
    return {name: _with_heir(index, base, head, lost, outlines) for name, lost in found.items()}


def _is_worth(one: Definition, outline: Outline) -> bool:
    magic = one.name.startswith("__") and outline.language not in C_FAMILY
    if len(one.name) < SHORTEST or magic or one.kind in ("namespace", "module", "constructor"):
        return False
    if one.name in common_names():
        return False
    single = re.fullmatch(r"_*[a-z]+_*", one.name) is not None
    return not (single and (one.kind in MEMBERS or outline.language == "ruby"))


def _pastes_more(index: Index, base: Tree, head: Tree, diff: FileDiff) -> bool:
    """Whether the C preprocessor now makes names out of pieces that it did not make before."""
    if language_of(diff.old_path or "") not in C_FAMILY or diff.new_path is None:
        return False
    old, new = index.repo.read(base, diff.old_path or ""), index.repo.read(head, diff.new_path)
    return (new or b"").count(b"##") > (old or b"").count(b"##")


def _with_heir(index: Index, base: Tree, head: Tree, lost: Lost, outlines: dict[tuple[str, str], Outline]) -> Lost:
    """The lost definition with the added one of the same file whose body is nearly the same."""
    before = outlines[("base", lost.path)]
    after = outlines.get(("head", lost.new_path or ""))
    if after is None or lost.new_path is None:
        return lost
    known = {one.name for one in before.definitions}
    added = [one for one in after.definitions if one.name not in known and _kind(one) == _kind(lost.definition)]
    body = _body(index, base, lost.path, lost.definition)
    best: tuple[float, Definition] | None = None
    for one in added[:MOST_ALIKE]:
        alike = _likeness(body, _body(index, head, lost.new_path, one))
        if len(body) < SHORT_BODY and (alike < ALIKE_SHORT or _likeness(lost.definition.name, one.name) < ALIKE):
            continue
        if alike >= ALIKE and (best is None or alike > best[0]):
            best = alike, one
    return Lost(lost.path, lost.new_path, lost.definition, best[1] if best else None)


def _kind(one: Definition) -> str:
    if one.kind in TYPES:
        return "type"
    return "value" if one.kind in ("constant", "variable", "field") else "callable"


def _body(index: Index, tree: Tree, path: str, one: Definition) -> list[str]:
    lines = decoded(index.repo.read(tree, path) or b"").split("\n")
    text = "\n".join(lines[one.lines[0] - 1 : one.lines[1]])[:MOST_BODY]
    return ["·" if word == one.name else word for word in _WORDS.findall(text)]


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return 0.0 if matcher.quick_ratio() < ALIKE else matcher.ratio()


# ---------------------------------------------------------------- who still uses it


def _using(index: Index, head: Tree, names: dict[str, Lost]) -> dict[str, Facts]:
    """The facts of the files that may use one of the names."""
    mentions = index.mentioning(head, sorted(names))
    files: dict[str, int] = {}
    for found in mentions.values():
        for name in found:
            files[name] = files.get(name, 0) + 1
    common = frozenset(name for name, count in files.items() if count > MANY)
    for name in sorted(common):
        index.skip(Skipped(f"files that mention `{name}`", "the name is too common to be followed", files[name]))
        del names[name]
    paths = sorted(path for path, found in mentions.items() if found - common and _followed(path))
    if len(paths) > MOST_FILES:
        index.skip(Skipped("files that mention a changed name", "too many", len(paths) - MOST_FILES))
    return index.uses(head, paths[:MOST_FILES], frozenset(names))


def _packaged(index: Index, base: Tree, names: dict[str, Lost]) -> dict[str, Lost]:
    """The lost definitions with the packages they were in."""
    facts = index.uses(base, sorted({lost.path for lost in names.values()}), frozenset())
    owners = {path: of_file.scopes[0].owner for path, of_file in facts.items()}
    return {name: replace(lost, package=owners.get(lost.path)) for name, lost in names.items()}


def _places(name: str, lost: Lost, facts: dict[str, Facts], changed: frozenset[str]) -> Iterator[tuple[str, Span]]:
    """The uses and imports of a name, unless what is written elsewhere lets it mean something else."""
    uses: list[tuple[str, Span]] = []
    for path, of_file in sorted(facts.items()):
        if family(of_file.language) != family(language_of(lost.path)):
            continue
        sites = [site for site in of_file.sites if site.chain[-1].lstrip(".") == name]
        written = [site for site in sites if site.role == "write"]
        if written and (lost.is_member or of_file.language == "ruby" or any(site.guarded for site in written)):
            return
        if path in changed and written:
            return
        imports = [one for one in of_file.bindings if name in (one.imported, one.name)]
        if any(one.module != lost.package for one in imports):
            return  # something outside of the tree has that name as well
        if written or is_fixture(path):
            continue
        uses += [(path, one.span) for one in imports if one.span is not None]
        uses += [(path, site.span) for site in sites if not site.guarded and _fits(lost, of_file.language, site)]
    yield from uses[:MOST_PLACES]


def _fits(lost: Lost, language: str, site: Site) -> bool:
    """Whether the name is used there as what the definition was."""
    behind_dot = len(site.chain) > 1
    kind = lost.definition.kind
    if kind in TYPES:
        return site.role == "type" or (not behind_dot and site.role in ("call", "read"))
    if lost.is_member:
        return behind_dot or site.role == "call"
    if behind_dot:
        return kind == "function" and site.role == "call" and language in ("kotlin", "ruby")
    return site.role == "call" if kind == "function" and language in ("ruby", "php") else site.role in ("call", "read")


def _finding(quoter: Quoter, lost: Lost, path: str, span: Span) -> Finding:
    one, heir = lost.definition, lost.heir
    if heir is None:
        rule, title = "name/removed", f"`{one.qualified}` no longer exists"
        why = f"This change removed it from `{lost.path}`, and this place still uses the name."
    else:
        rule, title = "name/renamed", f"`{one.qualified}` no longer exists: renamed `{heir.name}`"
        why = f"This change renamed it in `{lost.path}`, and this place still uses the old name."
    related = [Related(lost.path, (one.lines[0], one.lines[0]), "before", one.signature)]
    if heir is not None and lost.new_path is not None:
        related.append(Related(lost.new_path, (heir.lines[0], heir.lines[0]), "definition", heir.signature))
    why += " Nothing in the repository defines it any more."
    return quoter.finding(rule, "low" if lost.is_member else "medium", path, span, title, why, tuple(related))


@cache
def common_names() -> frozenset[str]:
    """Names of the standard libraries of these languages, and of what nearly every program calls something."""
    files = (resources.files("indexer.impact").joinpath(name) for name in ("common_members.txt", "common_names.txt"))
    return frozenset(word for file in files for word in file.read_text("utf-8").split())
