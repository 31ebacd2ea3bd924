"""Documents that still name what a change removed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer import places
from indexer.checks.change import Change, decode, split_lines, whole_line
from indexer.types import Definition, Finding, Related, Skipped, Symbol, Tree

if TYPE_CHECKING:
    from indexer.index import Index

_KINDS = frozenset(
    {"function", "method", "class", "interface", "enum", "struct", "trait", "type", "constant", "property", "macro"}
)
_HIDDEN_IN = frozenset({"function", "method", "constructor"})
_SHORTEST = 3
_MOST = 20
_MOST_BYTES = 64 << 20
_FENCE = re.compile(r"\s*(?:```|~~~)")
_SPAN = re.compile(r"(?<!`)(`++)(?P<code>.+?)(?<!`)\1(?!`)")
_LONGEST_LINE = 2_000
"""Nobody writes, or reads, longer ones in a document."""
_BEFORE = 200
"""Characters before a name that are looked at."""
# A line that tells of a removal is up to date when it names what was removed.
_PAST = re.compile(
    r"\b(?:remov|renam|deprecat|no longer|formerly|previously|was called|used to|replaced|superseded|instead of|drop"
    r"|versionadded|versionchanged|legacy|obsolete|삭제|제거|폐기|변경)",
    re.IGNORECASE,
)


def removed_symbols(index: Index, head: Tree, changes: Sequence[Change]) -> tuple[Symbol, ...]:
    """Public symbols defined at base whose name has no definition at head, and that their file no longer mentions."""
    candidates = [symbol for change in changes for symbol in _lost(change)]
    names = {symbol.name for symbol in candidates}
    if not names:
        return ()
    defined = {symbol.name for symbol in index.definitions(head, names)}
    return tuple(symbol for symbol in candidates if symbol.name not in defined)


def stale(index: Index, head: Tree, gone: Sequence[Symbol]) -> Iterator[Finding]:
    """`doc/stale` for each removed symbol that a document at head names in code, once a document.

    Changelogs, migration guides and the documents of old versions tell of the past and are not read. A name that is an
    ordinary word counts only as a call or behind a dot, and only when no code mentions it any more.
    """
    if not gone:
        return
    symbols = {symbol.name: symbol for symbol in reversed(gone)}
    still_used = {name for names in index.mentioning(head, symbols).values() for name in names}
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(symbols, key=len, reverse=True)))})(?![\w-])")
    shown = 0
    for path, text in _documents(index, head):
        for line, column, name in _mentions(text, pattern, symbols, still_used):
            if shown == _MOST:
                return
            shown += 1
            yield _stale(path, split_lines(text), line, column, symbols[name])


def _lost(change: Change) -> Iterator[Symbol]:
    if change.before_outline is None or places.is_test(change.path) or places.is_support(change.path):
        return
    outline = change.after_outline
    if change.new_path is not None and (outline is None or outline.issue_count):
        return
    kept = frozenset(outline.identifiers) if outline else frozenset()
    around = {each.qualified: each for each in change.before_outline.definitions}
    for each in change.before_outline.definitions:
        if each.name not in kept and _is_public(each, around):
            path = change.old_path or change.path
            yield Symbol(each.name, each.qualified, each.kind, path, each.lines, each.signature, each.parent)


def _is_public(definition: Definition, around: Mapping[str, Definition]) -> bool:
    if definition.kind not in _KINDS or len(definition.name) < _SHORTEST or "_" in (definition.name[0],):
        return False
    parent = around.get(definition.parent or "")
    return parent is None or parent.kind not in _HIDDEN_IN


def _documents(index: Index, head: Tree) -> Iterator[tuple[str, str]]:
    """The documents at head that tell of the present, until so much was read that a review would wait for them."""
    paths = [path for path, entry in head.entries.items() if entry.mode.startswith("100") and _tells_of_present(path)]
    ignored = index.repo.ignored(paths)
    wanted = sorted(path for path in paths if path not in ignored)
    read = 0
    for position, (path, data) in enumerate(index.repo.read_many(head, wanted)):
        read += len(data)
        if read > _MOST_BYTES:
            index.skipped.append(Skipped("documents", "more than 64 MiB of them were read", len(wanted) - position))
            return
        if (text := decode(data)) is not None:
            yield path, text


def _tells_of_present(path: str) -> bool:
    if not places.is_document(path) or places.is_history(path):
        return False
    return not (places.is_test(path) or places.is_fixture(path) or places.is_translation(path))


def _mentions(
    text: str, pattern: re.Pattern[str], symbols: Mapping[str, Symbol], still_used: set[str]
) -> Iterator[tuple[int, int, str]]:
    """The first place (line, 0-based column) at which each name stands in code."""
    if not pattern.search(text):
        return
    lines = split_lines(text)
    seen: set[str] = set()
    fenced = False
    for number, line in enumerate(lines, 1):
        if _FENCE.match(line):
            fenced = not fenced
            continue
        for match in pattern.finditer(line) if len(line) <= _LONGEST_LINE else ():
            name = match[0]
            if name in seen or not _is_code(line, match, symbols[name], fenced, name in still_used):
                continue
            if _is_of_another(text, line, match, symbols[name]):
                continue
            if not any(_PAST.search(near) for near in lines[max(0, number - 3) : number + 2]):
                seen.add(name)
                yield number, match.start(), name


def _is_code(line: str, match: re.Match[str], symbol: Symbol, fenced: bool, still_used: bool) -> bool:
    called = line[match.end() : match.end() + 1] == "("
    dotted = re.search(r"[\w)\]][.:#]{1,2}$", _before(line, match)) is not None
    if not _is_distinctive(symbol.name):
        return (called or dotted) and not still_used and (fenced or called or _in_span(line, match))
    return fenced or called or dotted or _in_span(line, match)


def _is_of_another(text: str, line: str, match: re.Match[str], symbol: Symbol) -> bool:
    """Whether it is the attribute of something that the document imports and that is not the symbol's class."""
    receiver = re.search(r"(\w+)\.$", _before(line, match))
    if receiver is None or symbol.parent is None or receiver[1] in symbol.qualified.split("."):
        return False
    return re.search(rf"\b(?:import|as) {re.escape(receiver[1])}\b", text) is not None


def _is_distinctive(name: str) -> bool:
    """Whether nobody writes the name without meaning the symbol: it has an underscore, a digit or a capital inside."""
    return len(name) >= 5 and re.search(r"_|\d|[a-z][A-Z]|[A-Z]{2}", name) is not None


def _in_span(line: str, match: re.Match[str]) -> bool:
    return any(start <= match.start() and match.end() <= end for start, end in _spans(line))


@lru_cache(maxsize=1)
def _spans(line: str) -> tuple[tuple[int, int], ...]:
    return tuple(span.span("code") for span in _SPAN.finditer(line))


def _before(line: str, match: re.Match[str]) -> str:
    return line[max(0, match.start() - _BEFORE) : match.start()]


def _stale(path: str, lines: Sequence[str], line: int, column: int, symbol: Symbol) -> Finding:
    shown = lines[line - 1]
    return Finding(
        rule="doc/stale",
        severity="low",
        confidence="resolved",
        source="check",
        path=path,
        lines=(line, line),
        columns=(column + 1, column + 1 + len(symbol.name)) if column >= 0 else whole_line(shown),
        side="head",
        title=f"`{symbol.qualified}` is still documented here but no longer exists",
        why=f"The {symbol.kind} stood in {symbol.path} before this change, "
        "and nothing of that name is defined any more.",
        evidence=shown,
        related=(Related(symbol.path, (symbol.lines[0], symbol.lines[0]), "before", symbol.signature),),
    )
