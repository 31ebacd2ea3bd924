"""One changed file as the checks see it: decoded texts, added lines and outlines of both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from indexer.checks.regions import prose
from indexer.languages import language_of
from indexer.types import Definition, FileDiff, Finding, Hunk, Outline, Related, Severity, Tree

if TYPE_CHECKING:
    from indexer.index import Index

_ENCODINGS = ("utf-8", "cp949")
_LARGEST = 4 << 20
_SHOWN_LENGTH = 500


@dataclass(frozen=True)
class Change:
    """A changed text file. `before` or `after` is None where the side does not exist or is no text."""

    old_path: str | None
    new_path: str | None
    before: str | None
    after: str | None
    hunks: tuple[Hunk, ...] = ()
    before_outline: Outline | None = None
    after_outline: Outline | None = None

    @property
    def path(self) -> str:
        """Where the file is now, or was before it was deleted."""
        return self.new_path or self.old_path or ""

    @cached_property
    def language(self) -> str | None:
        """The language of the newer side."""
        text = self.after if self.after is not None else self.before
        return language_of(self.path, (text or "")[:200].encode(errors="replace"))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of `after` without their ends."""
        return split_lines(self.after)

    @cached_property
    def old_lines(self) -> tuple[str, ...]:
        """The lines of `before` without their ends."""
        return split_lines(self.before)

    @cached_property
    def prose(self) -> Sequence[tuple[int, int]]:
        """The strings and comments of `after`, as spans of characters."""
        return prose(self.after or "", self.language)

    @cached_property
    def added(self) -> tuple[int, ...]:
        """The numbers of the lines of `after` that the change wrote, ascending."""
        numbers = (range(hunk.new_start, hunk.new_start + hunk.new_count) for hunk in self.hunks)
        return tuple(sorted({number for run in numbers for number in run if 1 <= number <= len(self.lines)}))


def read_changes(index: Index, base: Tree, head: Tree, diffs: Iterable[FileDiff]) -> tuple[Change, ...]:
    """The text files among `diffs`, with both sides read and their outlines taken from the store."""
    judged = [diff for diff in diffs if not diff.binary and diff.status in ("added", "deleted", "modified", "renamed")]
    olds = [diff.old_path for diff in judged if diff.old_path is not None]
    news = [diff.new_path for diff in judged if diff.new_path is not None]
    before, after = _texts(index, base, olds), _texts(index, head, news)
    before_outlines, after_outlines = index.outlines(base, olds), index.outlines(head, news)
    return tuple(
        Change(
            diff.old_path,
            diff.new_path,
            before.get(diff.old_path or ""),
            after.get(diff.new_path or ""),
            diff.hunks,
            before_outlines.get(diff.old_path or ""),
            after_outlines.get(diff.new_path or ""),
        )
        for diff in judged
    )


def decode(data: bytes) -> str | None:
    """The text of a file: UTF-8, else CP949, else Latin-1; None for what is no text."""
    if b"\0" in data or len(data) > _LARGEST:
        return None
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def split_lines(text: str | None) -> tuple[str, ...]:
    """The lines as git counts them: only a line feed ends one."""
    if not text:
        return ()
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return tuple(line.removesuffix("\r") for line in lines)


def finding(
    change: Change,
    rule: str,
    severity: Severity,
    line: int,
    title: str,
    why: str,
    *,
    columns: tuple[int, int] | None = None,
    evidence: str | None = None,
    related: tuple[Related, ...] = (),
    base: bool = False,
) -> Finding:
    """A finding about one line of a changed file; without `columns` it is about all of the line but its indent."""
    lines = change.old_lines if base else change.lines
    shown = lines[line - 1] if line <= len(lines) else ""
    outline = change.before_outline if base else change.after_outline
    return Finding(
        rule=rule,
        severity=severity,
        confidence="resolved",
        source="check",
        path=(change.old_path or change.path) if base else change.path,
        lines=(line, line),
        columns=columns or whole_line(shown),
        side="base" if base else "head",
        title=title,
        why=why,
        evidence=shown if evidence is None else evidence,
        symbol=enclosing(outline, line),
        related=related,
    )


def whole_line(line: str) -> tuple[int, int]:
    """The columns of a line's text without its indent."""
    return len(line) - len(line.lstrip()) + 1, max(len(line.rstrip()), len(line) - len(line.lstrip())) + 1


def enclosing(outline: Outline | None, line: int) -> str:
    """The qualified name of the innermost definition around a line, or nothing."""
    innermost = innermost_definition(outline, line)
    return innermost.qualified if innermost else ""


def innermost_definition(outline: Outline | None, line: int) -> Definition | None:
    """The definition around a line that has no other definition around that line inside it."""
    return innermost_definitions(outline).get(line)


def innermost_definitions(outline: Outline | None) -> dict[int, Definition]:
    """For each line in a definition, 1-based, the one that has no other definition around that line inside it."""
    owners: dict[int, Definition] = {}
    for each in sorted(outline.definitions, key=lambda one: one.lines[0] - one.lines[1]) if outline else ():
        owners.update(dict.fromkeys(range(each.lines[0], each.lines[1] + 1), each))
    return owners


def quoted(line: str) -> str:
    """A line as a title can show it: trimmed and not endless."""
    line = line.strip()
    return line if len(line) <= _SHOWN_LENGTH else line[:_SHOWN_LENGTH] + "…"


def _texts(index: Index, tree: Tree, paths: list[str]) -> Mapping[str, str]:
    decoded = ((path, decode(data)) for path, data in index.repo.read_many(tree, paths))
    return {path: text for path, text in decoded if text is not None}
