"""Other names that a file gives to what was asked for: `from m import f as g`, `h = f`, `self.h = f`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.outline.python.descent import child_at
from indexer.outline.python.mentions import Mention, mentions_of

if TYPE_CHECKING:
    from tree_sitter import Node

ROUNDS = 4
"""An alias of an alias of an alias of an alias is followed, no more."""
DEEPEST = 400
LOOK_BEHIND = 160
LOOK_AHEAD = 80
RENAMED = re.compile(rb"\s+as\s+([\w\x80-\xff]+)")
ASSIGNED = re.compile(
    rb"(?:^|[^\w\x80-\xff])([A-Za-z_\x80-\xff][\w\x80-\xff]*)\s*(?::[^=\n]{1,80})?=\s*\(?\s*(?:[\w\x80-\xff.]+\.)?$"
)
ENDED = re.compile(rb"\s*\)?[ \t]*(?:[#;\r\n]|$)")


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that stands for an asked-for one between two byte offsets."""

    name: bytes
    start: int
    end: int


def mentions_with_aliases(root: Node, source: bytes, names: Iterable[str]) -> list[Mention]:
    """The mentions of the names and, where they are valid, of the names that the file gives them."""
    mentions = {
        mention.start: mention for mention in mentions_of(source, [name.encode(errors="replace") for name in names])
    }
    fresh: Iterable[Mention] = list(mentions.values())
    followed: set[Alias] = set()
    for _ in range(ROUNDS):
        aliases = {alias for mention in fresh for alias in _aliases_at(root, source, mention)} - followed
        if not aliases:
            break
        followed |= aliases
        fresh = [mention for mention in _mentions(source, aliases) if mention.start not in mentions]
        mentions.update({mention.start: mention for mention in fresh})
    return list(mentions.values())


def _mentions(source: bytes, aliases: set[Alias]) -> Iterator[Mention]:
    words = {alias.name for alias in aliases}
    for mention in mentions_of(source, words):
        word = source[mention.start : mention.end]
        if any(alias.name == word and alias.start <= mention.start < alias.end for alias in aliases):
            yield mention


def _aliases_at(root: Node, source: bytes, mention: Mention) -> Iterator[Alias]:
    ahead = source[mention.end : mention.end + LOOK_AHEAD]
    renamed = RENAMED.match(ahead)
    if renamed:
        start = mention.end + renamed.start(1)
        yield from _import_alias(root, start, renamed[1])
    elif ENDED.match(ahead):
        behind = max(0, mention.start - LOOK_BEHIND)
        assigned = ASSIGNED.search(source[behind : mention.start])
        if assigned:
            yield from _value_alias(root, behind + assigned.start(1), assigned[1])


def _import_alias(root: Node, start: int, name: bytes) -> Iterator[Alias]:
    node = root.descendant_for_byte_range(start, start + len(name))
    if node is not None and node.parent is not None and node.parent.type == "aliased_import":
        yield Alias(name, *_reach(root, start))


def _value_alias(root: Node, start: int, name: bytes) -> Iterator[Alias]:
    node = root.descendant_for_byte_range(start, start + len(name))
    parent = node.parent if node is not None else None
    if node is None or parent is None:
        return
    if parent.type == "assignment" and parent.start_byte == node.start_byte:
        yield Alias(name, *_reach(root, start))
    elif parent.type == "attribute" and parent.parent is not None and parent.parent.type == "assignment":
        yield Alias(name, root.start_byte, root.end_byte)


def _reach(root: Node, offset: int) -> tuple[int, int]:
    """The byte range in which a name that is bound at an offset can be meant."""
    node: Node | None = root
    around = root
    for _ in range(DEEPEST):
        node = child_at(node, offset) if node is not None else None
        if node is None:
            break
        if node.type == "function_definition":
            around = node
        elif node.type == "class_definition":
            around = root
    return around.start_byte, around.end_byte
