"""Names that stand in strings and are meant as names: quoted annotations, `getattr(x, "name")`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer.outline.python.chains import chain_of, dotted
from indexer.outline.python.text import text_of
from indexer.types import Chain, Span

if TYPE_CHECKING:
    from tree_sitter import Node

PATH_BEFORE = re.compile(rb"(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*\.)*$")
LOOK_BEHIND = 200
ROLES: dict[str, Literal["read", "write", "delete"]] = {
    "getattr": "read",
    "hasattr": "read",
    "setattr": "write",
    "delattr": "delete",
}
# Calls of tests that replace an attribute, and fail where there is none unless they are told to be lenient.
PATCHING = re.compile(r"(?:^|\.)(?:monkeypatch\.(?:setattr|delattr)|patch\.object)$")
LENIENT = frozenset({"raising=False", "create=True"})


@dataclass(frozen=True, slots=True)
class LiteralAttribute:
    """An attribute that is named by a string in a call."""

    at: int
    """Index of the call in the path."""
    chain: Chain
    role: Literal["read", "write", "delete"]
    guarded: bool


def literal_attribute(path: list[Node], start: int, end: int, source: bytes) -> LiteralAttribute | None:
    """The attribute that `getattr(x, "name")` and its like ask for, if the mention is all of that string."""
    at = len(path) - 4
    if at < 0 or path[-1].start_byte != start or path[-1].end_byte != end or path[at].type != "call":
        return None
    listed = path[at + 1]
    called = dotted(chain_of(path[at].child_by_field_name("function"), source))
    role = ROLES.get(called) or ("read" if PATCHING.search(called) else None)
    if role is None or listed.type != "argument_list":
        return None
    arguments = [child for child in listed.named_children if child.type != "comment"]
    if len(arguments) < 2 or arguments[1].start_byte != path[at + 2].start_byte:
        return None
    guarded = called == "hasattr" or (called == "getattr" and len(arguments) > 2)
    guarded = guarded or any(text_of(argument, source).replace(" ", "") in LENIENT for argument in arguments[2:])
    name = source[start:end].decode("utf-8", "replace")
    return LiteralAttribute(at, (*chain_of(arguments[0], source), "." + name), role, guarded)


def quoted_type(path: list[Node], start: int, end: int, source: bytes) -> tuple[Chain, Span, Span] | None:
    """The chain up to a name in a quoted annotation, the span of the name and that of the chain."""
    if not _is_annotation(path, source):
        return None
    content = path[-1]
    behind = source[max(content.start_byte, start - LOOK_BEHIND) : start]
    before = PATH_BEFORE.search(behind)
    prefix = before[0] if before else b""
    if b"\n" in source[content.start_byte : end]:
        return None
    row, column = content.start_point
    name_column = column + start - content.start_byte
    last = name_column + end - start
    first, *rest = (prefix + source[start:end]).decode("utf-8", "replace").split(".")
    chain = (first, *(f".{name}" for name in rest))
    name_span = Span(row + 1, name_column, row + 1, last)
    return chain, name_span, Span(row + 1, name_column - len(prefix), row + 1, last)


def _is_annotation(path: list[Node], source: bytes) -> bool:
    for node in reversed(path):
        if node.type in ("generic_type", "subscript"):
            head = source[node.start_byte : node.end_byte].partition(b"[")[0].strip()
            if head.endswith(b"Literal"):
                return False
        if node.type == "type":
            outer = _enclosing_generic(path, node)
            return outer is None or not _is_literal(outer, source)
        if node.type in ("call", "argument_list", "block"):
            return False
    return False


def _enclosing_generic(path: list[Node], node: Node) -> Node | None:
    at = next(number for number, entry in enumerate(path) if entry == node)
    return path[at - 2] if at >= 2 and path[at - 2].type == "generic_type" else None


def _is_literal(generic: Node, source: bytes) -> bool:
    return source[generic.start_byte : generic.end_byte].partition(b"[")[0].strip().endswith(b"Literal")
