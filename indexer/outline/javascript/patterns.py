"""Destructuring: which names a pattern binds, and what of the value each of them gets."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.javascript.chains import inner, text_of
from indexer.types import Chain


def names_in(pattern: Node) -> Iterator[tuple[Node, Chain]]:
    """Every name that a pattern binds, with the steps that lead to it from the value.

    `{ a, b: { c } }` gives `a` with `.a` and `c` with `.b`, `.c`; items of an array come with `[0]`, `[1]`, …, a rest
    with `[]`.
    """
    pending: list[tuple[Node, Chain]] = [(pattern, ())]
    while pending:
        node, steps = pending.pop()
        kind = node.type
        if kind == "identifier":
            yield node, steps
        elif kind == "shorthand_property_identifier_pattern":
            yield node, (*steps, "." + text_of(node))
        else:
            pending.extend(reversed([(part, (*steps, *more)) for part, more in _parts(node, kind)]))


def _parts(node: Node, kind: str) -> Iterator[tuple[Node, Chain]]:
    part: Node | None
    if kind == "object_pattern":
        yield from ((part, ()) for part in node.named_children)
    elif kind == "array_pattern":
        yield from _places(node)
    elif kind == "pair_pattern":
        part = node.child_by_field_name("value")
        if part is not None:
            yield part, (_step(node.child_by_field_name("key")),)
    elif kind in ("assignment_pattern", "object_assignment_pattern"):
        part = node.child_by_field_name("left")
        if part is not None:
            yield part, ()
    elif kind == "rest_pattern":
        part = inner(node)
        if part is not None:
            yield part, ("[]",)


def _places(pattern: Node) -> Iterator[tuple[Node, Chain]]:
    """The parts of an array pattern, each with its place; a comma without a part leaves its place out."""
    place = 0
    for part in pattern.children:
        if part.type == ",":
            place += 1
        elif part.is_named and part.type != "comment":
            yield part, (f"[{place}]",)


def _step(key: Node | None) -> str:
    if key is None or key.type == "computed_property_name":
        return "[]"
    return "." + (text_of(key)[1:-1] if key.type == "string" else text_of(key))
