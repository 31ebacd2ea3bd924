"""What an assignment binds: each target with the values it may get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.outline.python.chains import LONGEST, UNKNOWN, alternatives
from indexer.types import Chain

if TYPE_CHECKING:
    from tree_sitter import Node

GROUPS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"})
WRAPPERS = frozenset({"parenthesized_expression", "as_pattern_target"})
SPLATS = frozenset({"list_splat_pattern", "list_splat"})
MOST_LEAVES = 2000
LIST: Chain = ("<list>",)


def leaves(
    target: Node, value: Node | None, source: bytes, chains: tuple[Chain, ...] = ()
) -> Iterator[tuple[Node, tuple[Chain, ...]]]:
    """Each name, attribute or subscript that a target assigns to, with the chains of the values it may get.

    The value is an expression or, where none is written (an item of a loop, what a context gives), `chains`.
    Where both sides are written out (`a, b = f(), g()`) each side's part is taken, else a part is an item of the whole.
    """
    waiting: list[tuple[Node, Node | None, tuple[Chain, ...]]] = [(target, value, chains)]
    for _ in range(MOST_LEAVES):
        if not waiting:
            return
        node, given, known = waiting.pop()
        parts = _parts(node)
        if parts is None:
            yield (node, known or alternatives(given, source)) if given is not None or known else (node, ())
        elif len(parts) == 1 and _is_wrapper(node):
            waiting.append((parts[0], given, known))
        else:
            waiting.extend(reversed(_shares(parts, given, known, source)))


def _shares(
    parts: list[Node], given: Node | None, known: tuple[Chain, ...], source: bytes
) -> list[tuple[Node, Node | None, tuple[Chain, ...]]]:
    values = _written_out(given)
    starred = any(part.type in SPLATS for part in [*parts, *values])
    if len(values) == len(parts) and not starred:
        return [(part, value, ()) for part, value in zip(parts, values, strict=True)]
    whole = known or (alternatives(given, source) if given is not None else ())
    at = "[]" if starred else ""
    shares: list[tuple[Node, Node | None, tuple[Chain, ...]]] = []
    for place, part in enumerate(parts):
        if part.type in SPLATS:
            shares.append((_starred(part), None, (LIST,)))
            continue
        items = tuple((*chain, at or f"[{place}]") if len(chain) < LONGEST else UNKNOWN for chain in whole)
        shares.append((part, None, items))
    return shares


def _parts(node: Node) -> list[Node] | None:
    """The parts of a target, None for one that is a single place."""
    if node.type in GROUPS or node.type in WRAPPERS:
        return [child for child in node.named_children if child.type not in ("comment", "ERROR")]
    return None


def _is_wrapper(node: Node) -> bool:
    """Whether a group only puts brackets around its one part: `(a) = 1`."""
    return node.type in WRAPPERS or (node.type == "tuple_pattern" and node.child_count == 3)


def _written_out(value: Node | None) -> list[Node]:
    while value is not None and value.type == "parenthesized_expression" and value.named_child_count == 1:
        value = value.named_children[0]
    if value is None or value.type not in GROUPS:
        return []
    return [child for child in value.named_children if child.type != "comment"]


def _starred(splat: Node) -> Node:
    return splat.named_children[0] if splat.named_children else splat
