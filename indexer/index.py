"""The door to everything that is known of a repository.

`open_index(root, store_dir)` finds the repository and opens its store; the Index it gives wires repo, parser and store.
Call `refresh` for a tree before asking about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from indexer.languages import LANGUAGES
from indexer.outline.maker import maker
from indexer.outline.parser import Parser, Source
from indexer.refresh import BY_FIRST_LINE, Progress, Refreshed, View, refresh, view_of
from indexer.repo import Repo, open_repo
from indexer.store import DamagedError, Key, Store, Totals, open_store
from indexer.types import Facts, FileDiff, Finding, Outline, Reference, Skipped, Symbol, Tree, Unparsed

if TYPE_CHECKING:
    from indexer.overview import Overview

PARSER_SECONDS = 5.0
PARSER_MEMORY = 1 << 30
LIMITS = f"{PARSER_SECONDS:g}s {PARSER_MEMORY >> 20}M"
"""What a parser is allowed; a source that failed is tried again only when this changes."""
KEPT_VIEWS = 4

_T = TypeVar("_T")


def open_index(root: Path, store_dir: Path, environ: Mapping[str, str] | None = None) -> Index:
    """The index of the repository that `root` is in, kept in a file in `store_dir`.

    `environ` is handed to git's runner. Raises UsageProblem where there is no work tree, ToolProblem where there is no
    git, StateProblem where another process keeps the store locked.
    """
    repo = open_repo(root, environ)
    try:
        store = open_store(store_dir, repo.common_dir, maker())
    except BaseException:
        repo.close()
        raise
    return Index(repo, store)


class Index:
    """A repository's files, outlines and names. Not for several threads at once; use as a context manager or close it.

    `notices` are sentences about the index itself, such as that it was damaged and is built again.
    """

    def __init__(self, repo: Repo, store: Store) -> None:
        self.repo = repo
        self.store = store
        self.parser = _parser(1)
        self._jobs = 1
        self._skipped: list[Skipped] = []
        self._taken_over = 0
        self._views: list[tuple[Tree, View]] = []
        self._facts: dict[tuple[str, str, frozenset[str]], Facts | Unparsed] = {}
        self._diffs: list[tuple[Tree, Tree, tuple[FileDiff, ...]]] = []
        self._ignore_from: Tree | None = None
        self._ignore: tuple[str, ...] = ()
        self._worktree: Tree | None = None

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the worker processes and close the store."""
        self.parser.close()
        self.repo.close()
        self.store.close()

    @property
    def notices(self) -> list[str]:
        """Sentences about the index itself."""
        return self.store.notices

    @property
    def skipped(self) -> list[Skipped]:
        """What was not looked at, by this index, its repository, and those who add to this list."""
        fresh, self._taken_over = self.repo.skipped[self._taken_over :], len(self.repo.skipped)
        for skipped in fresh:
            self.skip(skipped)
        return self._skipped

    @property
    def worktree(self) -> Tree:
        """The work tree as it was at the last refresh without a tree."""
        if self._worktree is None:
            self._worktree = self.repo.worktree()
        return self._worktree

    # ------------------------------------------------------------ refresh

    def ignoring(self, source: Tree | None, globs: Iterable[str] = ()) -> None:
        """Take `.qcodeignore` from this tree instead of the disk, and leave out what `globs` name as well."""
        self._ignore_from, self._ignore = source, tuple(globs)
        self._views.clear()

    def refresh(
        self,
        tree: Tree | None = None,
        full: bool = False,
        jobs: int = 1,
        progress: Progress | None = None,
        touched: Iterable[str] | None = None,
    ) -> Refreshed:
        """Bring the store up to `tree` (default: the work tree as it is now); `full` forgets everything first.

        Who knows which paths were `touched` since the last refresh of the work tree spares it the look at all others.
        """
        if tree is None:
            known = self._worktree if touched is not None else None
            found = self.repo.worktree() if known is None else self.repo.worktree_after(known, touched or ())
            tree = self._worktree = found
        if full:
            self.store.clear()
        if jobs != self._jobs:
            self.parser.close()
            self.parser, self._jobs = _parser(jobs), jobs
        view = self._view(tree)
        refreshed = self._twice(lambda: self._refresh(tree, view, progress))
        for skipped in refreshed.skipped:
            self.skip(skipped)
        return refreshed

    # ------------------------------------------------------------ from the store

    def outlines(self, tree: Tree, paths: Iterable[str]) -> dict[str, Outline]:
        """The outlines of those of `paths` that have one."""
        keys = _keys(self._view(tree), paths)
        found = self._ask(tree, lambda: self.store.outlines(keys.values()))
        return {path: found[key] for path, key in keys.items() if key in found}

    def outline(self, path: str) -> Outline | None:
        """The outline of a file of the work tree; None where it has none."""
        return self.outlines(self.worktree, [path]).get(path)

    def mentioning(self, tree: Tree, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """The files that contain one of the names as an identifier anywhere, with those they contain."""
        view, wanted = self._view(tree), frozenset(names)
        keys = view.paths.keys()
        found = self._ask(tree, lambda: list(self.store.mentioning(wanted, keys)))
        return {path: names for key, names in found for path in view.paths[key]}

    def definitions(self, tree: Tree, names: Iterable[str]) -> tuple[Symbol, ...]:
        """Every definition of the tree with one of these names, in the order of paths and lines."""
        view, wanted = self._view(tree), frozenset(names)
        found = self._ask(tree, lambda: list(self.store.definitions(wanted)))
        symbols = [
            Symbol(d.name, d.qualified, d.kind, path, d.lines, d.signature, d.parent)
            for key, d in found
            for path in view.paths.get(key, ())
        ]
        return tuple(sorted(symbols, key=lambda symbol: (symbol.path, symbol.lines, symbol.qualified)))

    def headings(self, tree: Tree, kinds: Sequence[str], words: Iterable[str]) -> frozenset[str]:
        """The files that define one of these kinds with one of the words in its signature: `class A(Word)`."""
        view, wanted = self._view(tree), sorted(set(words))
        found = self._ask(tree, lambda: self.store.headings(kinds, wanted))
        return frozenset(path for key in found for path in view.paths.get(key, ()))

    # ------------------------------------------------------------ parsed now

    def facts(self, tree: Tree, paths: Iterable[str], names: frozenset[str]) -> dict[str, Facts]:
        """The facts of those of `paths` that are in a language of full depth, parsed now, or earlier in this run.

        A file that gives none is named in `skipped`.
        """
        return self._facts_of(tree, self._of_depth("full", tree, paths), names)

    def uses(self, tree: Tree, paths: Iterable[str], names: frozenset[str]) -> dict[str, Facts]:
        """As `facts`, of those of `paths` in a language whose names are followed: imports, and sites of the names."""
        return self._facts_of(tree, self._of_depth("names", tree, paths), names)

    def _facts_of(self, tree: Tree, languages: Mapping[str, str], names: frozenset[str]) -> dict[str, Facts]:
        missing = {
            path: language
            for path, language in languages.items()
            if (tree.entries[path].oid, language, names) not in self._facts
        }
        for key, result in self.parser.facts(self._sources(tree, missing), names):
            oid, language = key.split("\0")
            self._facts[oid, language, names] = result
        found: dict[str, Facts] = {}
        for path, language in languages.items():
            result_or_none = self._facts.get((tree.entries[path].oid, language, names))
            if isinstance(result_or_none, Facts):
                found[path] = result_or_none
            elif result_or_none is not None:
                self.skip(Skipped(path, result_or_none.why))
        return found

    def diff(self, base: Tree, head: Tree) -> tuple[FileDiff, ...]:
        """What happened to each file between two trees; computed once a pair."""
        for old, new, diffs in self._diffs:
            if old is base and new is head:
                return diffs
        diffs = self.repo.diff(base, head)
        self._diffs.append((base, head, diffs))
        return diffs

    def impact(self, base: Tree, head: Tree) -> Iterator[Finding]:
        """What at `head` still expects what `base` had."""
        from indexer.impact import impact

        return impact(self, base, head, self.diff(base, head))

    def checks(self, base: Tree, head: Tree) -> Iterator[Finding]:
        """What the deterministic checks say about the changed lines."""
        from indexer.checks import check

        return check(self, base, head, self.diff(base, head))

    def symbols(self, name: str) -> tuple[tuple[Symbol, ...], tuple[Reference, ...]]:
        """Definitions of a name (`f`, or qualified: `Class.method`) in the work tree, and the places that use it."""
        from indexer.references import references

        last = name.rpartition(".")[2]
        same_name = self.definitions(self.worktree, [last])
        chosen = tuple(s for s in same_name if name == last or s.qualified == name or s.qualified.endswith("." + name))
        return chosen, references(self, self.worktree, last, chosen, same_name) if chosen or name == last else ()

    def near_names(self, name: str, most: int) -> list[str]:
        """Defined names that look like `name`, nearest first."""
        from difflib import get_close_matches

        last = name.rpartition(".")[2]
        by_lower: dict[str, str] = {}
        for known in sorted(self._ask(self.worktree, self.store.defined_names)):
            # Comparing is slow: only names of about that length, with some beginning or end in common, are compared.
            if abs(len(known) - len(last)) <= 3 and _is_alike(known, last):
                by_lower.setdefault(known.lower(), known)
        return [by_lower[found] for found in get_close_matches(last.lower(), by_lower, most)]

    def overview(self, tokens: int, prefixes: Sequence[str] = ()) -> Overview:
        """A map of the work tree in about `tokens` tokens; see `indexer.overview`."""
        from indexer.overview import overview

        view = self._view(self.worktree)
        return self._ask(self.worktree, lambda: overview(self.store, view, tokens, prefixes))

    def totals(self) -> Totals:
        """How many definitions and identifiers the work tree's files have."""
        view = self._view(self.worktree)
        return self._ask(self.worktree, lambda: self.store.totals(view.paths.keys()))

    # ------------------------------------------------------------ inside

    def _refresh(self, tree: Tree, view: View, progress: Progress | None) -> Refreshed:
        return refresh(self.repo, self.store, self.parser, tree, view, limits=LIMITS, progress=progress)

    def _view(self, tree: Tree) -> View:
        for known, view in self._views:
            if known is tree:
                return view
        view = view_of(self.repo, tree, self._ignore_from, self._ignore)
        self._views = [*self._views[1 - KEPT_VIEWS :], (tree, view)]
        return view

    def _ask(self, tree: Tree, question: Callable[[], _T]) -> _T:
        """The store's answer; where its file turns out damaged, it is filled again for this tree and asked again."""
        try:
            return question()
        except DamagedError:
            self.store.renew()
            self._refresh(tree, self._view(tree), None)
            return question()

    def _twice(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except DamagedError:
            self.store.renew()
            return work()

    def _of_depth(self, depth: str, tree: Tree, paths: Iterable[str]) -> dict[str, str]:
        """The language of each path that is read so far; the others the store knows a reason for are skipped."""
        keys = _keys(self._view(tree), paths)
        reasons = self._ask(tree, lambda: self.store.reasons(keys.values()))
        by_line = [key for key in keys.values() if key[1] == BY_FIRST_LINE]
        spoken = self._ask(tree, lambda: self.store.languages(by_line)) if by_line else {}
        languages: dict[str, str] = {}
        for path, key in keys.items():
            language = spoken.get(key, "") if key[1] == BY_FIRST_LINE else key[1]
            if key in reasons and reasons[key][0]:
                self.skip(Skipped(path, reasons[key][0]))
            elif language and LANGUAGES[language].depth == depth:
                languages[path] = language
        return languages

    def _sources(self, tree: Tree, languages: Mapping[str, str]) -> Iterator[Source]:
        """Each distinct text once."""
        sent: set[str] = set()
        for path, data in self.repo.read_many(tree, languages):
            key = f"{tree.entries[path].oid}\0{languages[path]}"
            if key not in sent:
                sent.add(key)
                yield Source(key, languages[path], data)

    def skip(self, skipped: Skipped) -> None:
        """Note it once; of two trees of one run the larger count stands."""
        for place, known in enumerate(self._skipped):
            if (known.what, known.why) == (skipped.what, skipped.why):
                self._skipped[place] = max(known, skipped, key=lambda either: either.count)
                return
        self._skipped.append(skipped)


def _is_alike(one: str, other: str) -> bool:
    return one[:1].lower() == other[:1].lower() or one[-2:].lower() == other[-2:].lower()


def _keys(view: View, paths: Iterable[str]) -> dict[str, Key]:
    return {path: view.keys[path] for path in paths if path in view.keys}


def _parser(jobs: int) -> Parser:
    return Parser(jobs=jobs, seconds=PARSER_SECONDS, memory=PARSER_MEMORY)
