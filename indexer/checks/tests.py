"""Tests that a change removed or emptied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer import places
from indexer.checks.change import Change, finding, quoted
from indexer.types import Definition, Finding, Outline, Tree

if TYPE_CHECKING:
    from indexer.index import Index

# By language: the name a test function has, and the mark that stands above one whose name says nothing.
_NAMED = {
    "python": re.compile(r"test(?:_|[A-Z0-9]|$)"),
    "go": re.compile(r"(?:Test|Benchmark|Fuzz|Example)(?:[A-Z_0-9]|$)"),
    "php": re.compile(r"test[A-Z_0-9]"),
}
_MARKED = re.compile(
    r"#\[\s*(?:\w+::)*test\b|@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest)\b|\[(?:Fact|Theory|Test\w*)\b"
)
_MARKED_LANGUAGES = frozenset({"rust", "java", "kotlin", "c_sharp"})
_CALLED_LANGUAGES = frozenset({"javascript", "typescript", "tsx", "ruby"})
_CALLED = re.compile(
    r"^(?P<indent>\s*)(?:it|test|specify|scenario|Deno\.test)(?:\.\w+)*[\s(]\s*(?P<quote>[\"'`])(?P<title>.+?)(?P=quote)"
)
_NOTHING = re.compile(r"(?:pass|\.\.\.|return|end|[\s{}()\[\];,]*|#.*|//.*|/\*.*|\*.*)$")
_DOCSTRING = re.compile(r"^[ \t]*[rRuU]?(\"\"\"|''').*?\1", re.DOTALL | re.MULTILINE)
_SAME_ENOUGH = 0.5
_MOST_COMPARISONS = 20_000
_ONE_BY_ONE = 3
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A test function or case: its name or title, where it starts, and what it does, blanks and comments dropped."""

    name: str
    line: int
    body: tuple[str, ...]


def removed(index: Index, head: Tree, changes: Sequence[Change], gone: frozenset[str]) -> Iterator[Finding]:
    """`test/removed` for tests that are nowhere at head or do nothing any more.

    `gone` are the names of symbols that the change removed from the code: the tests of those may go with them.
    """
    judged = [change for change in changes if places.is_test(change.path) or places.is_test(change.old_path or "")]
    before = {change.path: old_cases(change) for change in judged}
    after = {change.path: new_cases(change) for change in judged}
    missing = {
        path: [case for case in cases if case.name not in {kept.name for kept in after[path]}]
        for path, cases in before.items()
    }
    elsewhere = _elsewhere(index, head, after, missing)
    old_names = {case.name for cases in before.values() for case in cases}
    fresh = [case for cases in after.values() for case in cases if case.name not in old_names]
    for change in judged:
        lost = [case for case in missing[change.path] if case.name not in elsewhere and not _mentions(case, gone)]
        yield from _report(change, _without_renamed(lost, fresh))
        yield from _emptied(change, before[change.path], after[change.path])


def old_cases(change: Change) -> list[Case]:
    """The tests of the older side, in order."""
    return _cases(change, change.old_lines, change.before_outline)


def new_cases(change: Change) -> list[Case]:
    """The tests of the newer side, in order."""
    return _cases(change, change.lines, change.after_outline)


def _cases(change: Change, lines: Sequence[str], outline: Outline | None) -> list[Case]:
    if change.language in _CALLED_LANGUAGES:
        return list(_called(lines))
    if outline is None:
        return []
    return [
        Case(each.name, _name_line(each, lines), _body(lines[each.lines[0] - 1 : each.lines[1]], each.name))
        for each in outline.definitions
        if each.kind in ("function", "method") and _is_case(change.language, each, lines)
    ]


def _is_case(language: str | None, definition: Definition, lines: Sequence[str]) -> bool:
    named = _NAMED.get(language or "")
    if named is not None and named.match(definition.name):
        return True
    if language not in _MARKED_LANGUAGES:
        return False
    start = definition.lines[0] - 1
    return any(_MARKED.search(line) for line in lines[max(0, start - 3) : start + 2])


def _called(lines: Sequence[str]) -> Iterator[Case]:
    """Cases that are calls with a title and a function; one ends where its indent comes back."""
    for number, line in enumerate(lines, 1):
        match = _CALLED.match(line)
        if match is None:
            continue
        indent = len(match["indent"])
        end = number
        while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
            end += 1
        block = [line[match.end() :], *lines[number:end]]
        yield Case(match["title"], number, tuple(_statements(block[1:]) or _inline(block[0])))


def _inline(rest: str) -> list[str]:
    """What a case on a single line does: the text after its arrow or brace."""
    body = re.sub(r"^.*?(?:=>|\{|\bdo\b)", "", rest).strip(" {});,")
    return [body] if body else []


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _body(block: Sequence[str], name: str) -> tuple[str, ...]:
    """The statements of a definition: what follows the end of its signature."""
    text = _DOCSTRING.sub("", "\n".join(block))
    start = text.find(name) + len(name)
    opened = re.compile(r"\)[^()\n]*?[:{]|\)\s*$", re.MULTILINE).search(text, start)
    return tuple(_statements(text[opened.end() if opened else start :].split("\n")))


def _statements(lines: Iterable[str]) -> list[str]:
    stripped = (re.sub(r"\s+", " ", line.strip()) for line in lines)
    return [line for line in stripped if line and not _NOTHING.match(line)]


def _name_line(definition: Definition, lines: Sequence[str]) -> int:
    first, last = definition.lines
    pattern = re.compile(rf"\b{re.escape(definition.name)}\b")
    return next((at for at in range(first, min(last, len(lines)) + 1) if pattern.search(lines[at - 1])), first)


def _elsewhere(
    index: Index, head: Tree, after: Mapping[str, list[Case]], missing: Mapping[str, list[Case]]
) -> frozenset[str]:
    """Which of the missing tests' names are still names of tests at head: in a changed file, or in any other."""
    names = {case.name for cases in missing.values() for case in cases}
    if not names:
        return frozenset()
    changed = {case.name for cases in after.values() for case in cases}
    identifiers = [name for name in names if name.isidentifier()]
    defined = {symbol.name for symbol in index.definitions(head, identifiers)} if identifiers else set()
    return frozenset(names & (changed | defined))


def _mentions(case: Case, gone: frozenset[str]) -> bool:
    words = {word for line in (case.name, *case.body) for word in re.findall(r"\w+", line)}
    return not words.isdisjoint(gone)


def _without_renamed(lost: list[Case], fresh: list[Case]) -> list[Case]:
    """Those whose statements no new test has: a renamed or parametrised test has most of them."""
    if len(lost) * len(fresh) > _MOST_COMPARISONS:
        fresh = fresh[: _MOST_COMPARISONS // len(lost)]
    bodies = [frozenset(case.body) for case in fresh]
    return [case for case in lost if not any(_alike(frozenset(case.body), body) for body in bodies)]


def _alike(old: frozenset[str], new: frozenset[str]) -> bool:
    return bool(old) and len(old & new) / len(old) >= _SAME_ENOUGH


def _report(change: Change, lost: list[Case]) -> Iterator[Finding]:
    if len(lost) > _ONE_BY_ONE:
        names = ", ".join(f"`{quoted(case.name)}`" for case in lost[:_LISTED])
        more = f" and {len(lost) - _LISTED} more" if len(lost) > _LISTED else ""
        yield _removed(change, lost[0], f"{len(lost)} tests were removed: {names}{more}")
        return
    for case in lost:
        yield _removed(change, case, f"The test `{quoted(case.name)}` was removed")


def _removed(change: Change, case: Case, title: str) -> Finding:
    why = "No test of that name is left, and no new test does the same. What it guarded is no longer checked."
    return finding(change, "test/removed", "low", case.line, title, why, base=True)


def _emptied(change: Change, before: list[Case], after: list[Case]) -> Iterator[Finding]:
    full = {case.name for case in before if case.body}
    empty = {case.name for case in before if not case.body}
    for case in after:
        if not case.body and case.name in full - empty:
            title = f"The test `{quoted(case.name)}` was emptied"
            yield finding(
                change,
                "test/removed",
                "low",
                case.line,
                title,
                "It has no statement left, so it passes whatever happens.",
            )
