"""Changed public symbols that no test mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from indexer import places
from indexer.checks.change import Change, finding, innermost_definitions
from indexer.types import Definition, Finding, Tree

if TYPE_CHECKING:
    from indexer.index import Index

_KINDS = frozenset({"function", "method", "constructor", "class", "interface", "struct", "trait"})
_HIDDEN_IN = frozenset({"function", "method", "constructor"})
_COMMENT = re.compile(r"\s*(?:$|#(?!\[|include|define)|//|/\*|\*)")
_RUST_TEST = re.compile(r"#\[\s*(?:\w+::)*test\b|#\[cfg\(test\)\]")
_MOST = 20
_LISTED = 5

Untested = tuple[Change, Definition]


def untested(index: Index, head: Tree, changes: Sequence[Change]) -> Iterator[Finding]:
    """`test/none` for public functions, methods and classes that the change wrote and no test file names.

    One each, then one for the rest; a repository without any test file gets a single one.
    """
    touched = [(change, definition) for change in changes for definition in touched_symbols(change)]
    if not touched:
        return
    names = {_tested_name(definition) for _, definition in touched}
    mentioned = index.mentioning(head, names)
    tested = frozenset(name for path, found in mentioned.items() if places.is_test(path) for name in found)
    missing = [
        (change, definition)
        for change, definition in touched
        if _tested_name(definition) not in tested and not _tested_inside(change, definition)
    ]
    if missing and not any(places.is_test(path) for path in head.entries):
        yield _together(missing, "this repository has no test")
        return
    for change, definition in missing[:_MOST]:
        title = f"No test mentions `{definition.qualified}`, which this change touches"
        yield _at(change, definition, title, f"The name `{_tested_name(definition)}` occurs in no test file.")
    if rest := missing[_MOST:]:
        yield _together(rest, "no test mentions")


def touched_symbols(change: Change) -> list[Definition]:
    """The public definitions of a file's newer side whose own lines the change wrote, in order, classes before members.

    A new class stands for its members. Files around the product (tests, examples, scripts) have none.
    """
    if change.after_outline is None or places.is_test(change.path) or places.is_support(change.path):
        return []
    if places.is_fixture(change.path) or places.is_generated(change.path):
        return []
    around = innermost_definitions(change.after_outline)
    touched = {
        definition.qualified: definition for line in _touched_lines(change, around) if (definition := around.get(line))
    }
    known = {each.qualified: each for each in change.after_outline.definitions}
    found = {name: definition for name, definition in touched.items() if _is_public(definition, known)}
    ordered = sorted(found.values(), key=lambda each: each.lines)
    return [each for each in ordered if each.parent not in found]


def _touched_lines(change: Change, around: Mapping[int, Definition]) -> Iterator[int]:
    """Written lines that are no comment, and the lines on both sides of a pure deletion inside the file."""
    for number in change.added:
        if not _COMMENT.match(change.lines[number - 1]):
            yield number
    for hunk in change.hunks:
        if hunk.new_count == 0 and 1 <= hunk.new_start < len(change.lines):
            here = around.get(hunk.new_start)
            if here is not None and here.lines[0] <= hunk.new_start + 1 <= here.lines[1]:
                yield hunk.new_start


def _is_public(definition: Definition, known: Mapping[str, Definition]) -> bool:
    if definition.kind not in _KINDS or any(_is_private(part) for part in definition.qualified.split(".")):
        return False
    parent = definition.parent
    while parent is not None and parent in known:
        if known[parent].kind in _HIDDEN_IN:
            return False
        parent = known[parent].parent
    return True


def _is_private(name: str) -> bool:
    return name.startswith(("_", "#")) and name not in ("__init__", "__new__", "__call__")


def _tested_name(definition: Definition) -> str:
    """The name that a test of the definition has to write: of a constructor, its class's."""
    if definition.kind == "constructor" or definition.name in ("__init__", "__new__", "__call__"):
        return (definition.parent or definition.name).rpartition(".")[2]
    return definition.name


def _tested_inside(change: Change, definition: Definition) -> bool:
    """Rust keeps its tests in the file itself."""
    text = change.after or ""
    mark = _RUST_TEST.search(text) if change.language == "rust" else None
    return mark is not None and re.search(rf"\b{re.escape(definition.name)}\b", text[mark.end() :]) is not None


def _together(missing: list[Untested], lack: str) -> Finding:
    names = ", ".join(f"`{definition.qualified}`" for _, definition in missing[:_LISTED])
    more = f" and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
    if lack == "no test mentions":
        title = f"No test mentions {len(missing)} further changed symbols: {names}{more}"
    else:
        title = f"This repository has no test for what changed: {names}{more}"
    return _at(*missing[0], title, "Nothing would notice if they stopped working.")


def _at(change: Change, definition: Definition, title: str, why: str) -> Finding:
    first, last = definition.lines
    pattern = re.compile(rf"\b{re.escape(definition.name)}\b")
    window = range(first, min(last, first + 50, len(change.lines)) + 1)
    line = next((number for number in window if pattern.search(change.lines[number - 1])), first)
    match = pattern.search(change.lines[line - 1])
    columns = (match.start() + 1, match.end() + 1) if match else None
    return finding(change, "test/none", "info", line, title, why, columns=columns)
