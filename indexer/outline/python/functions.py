"""Function definitions and lambdas: what their callers may rely on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from indexer.outline.python.annotations import annotation_chain, yielded_chain
from indexer.outline.python.chains import alternatives, chain_of, dotted
from indexer.outline.python.decorators import function_flags
from indexer.outline.python.descent import child_at
from indexer.outline.python.text import text_of
from indexer.types import Chain

if TYPE_CHECKING:
    from tree_sitter import Node

    from indexer.outline.python.mentions import Landmarks

RETURN = re.compile(rb"return\b")
YIELD = re.compile(rb"yield\b")
MOST_RETURNS = 40
DEEPEST = 400
OPENS = frozenset({"function_definition", "lambda", "class_definition"})
IDLE = frozenset({"pass_statement", "comment"})
ACCESSORS = frozenset({"property", "setter"})
# These are static or class methods without a decorator.
IMPLICIT = {"__init_subclass__": "classmethod", "__class_getitem__": "classmethod"}


def decorator_names(decorators: Iterable[Node], source: bytes) -> tuple[str, ...]:
    """The dotted names of decorators, without their arguments."""
    return tuple(dotted(chain_of(_decorating(node), source)) for node in decorators)


def flags_of(node: Node, name: str, decorators: tuple[str, ...], marks: Landmarks, source: bytes) -> frozenset[str]:
    """The flags of a function that its own text gives it."""
    flags = set(function_flags(decorators))
    body = node.child_by_field_name("body")
    if node.children[0].type == "async":
        flags.add("async")
    if name in IMPLICIT:
        flags.add(IMPLICIT[name])
    if name.startswith("test"):
        flags.add("test")
    if body is None:
        return frozenset(flags)
    start, end = body.start_byte, body.end_byte
    if any(own_path(body, offset, b"yield") for offset in marks.yields.between(start, end)):
        flags.add("generator")
    if marks.self_returns.any_in(start, end) and _returns_only_self(body, source):
        flags.add("returns_self")
    if is_idle(body):
        flags.add("empty")
    return frozenset(flags)


def result_annotation(node: Node, flags: frozenset[str], source: bytes) -> Chain | None:
    """The declared result; of a context manager's generator, what `with` gives."""
    written = node.child_by_field_name("return_type")
    if written is None:
        return None
    text = text_of(written, source)
    return yielded_chain(text) if "contextmanager" in flags else annotation_chain(text)


def results(body: Node, flags: frozenset[str], source: bytes) -> tuple[Chain, ...]:
    """The chains of what a function returns; of a context manager's generator, what it yields."""
    if body.type != "block":
        return alternatives(body, source)
    word = YIELD if "contextmanager" in flags else RETURN
    found: list[Chain] = []
    for statement in own_statements(body, word, source):
        value = next((child for child in statement.named_children if child.type != "comment"), None)
        chains = alternatives(value, source) if value is not None else (("<none>",),)
        found.extend(chain for chain in chains if chain not in found)
        if len(found) > MOST_RETURNS:
            break
    return tuple(found)


def own_statements(body: Node, word: re.Pattern[bytes], source: bytes) -> Iterator[Node]:
    """The `return` or `yield` nodes of a body that belong to it and not to a function inside of it."""
    for match in word.finditer(source, body.start_byte, body.end_byte):
        path = own_path(body, match.start(), match[0])
        if path is not None:
            yield path[-2]


def own_path(body: Node, offset: int, word: bytes) -> list[Node] | None:
    """The nodes from a body down to a keyword, None if it is in another function or no keyword there."""
    path = [body]
    for _ in range(DEEPEST):
        child = child_at(path[-1], offset)
        if child is None or child.type in OPENS:
            return None
        path.append(child)
        if child.child_count == 0:
            return path if child.type == word.decode() else None
    return None


def is_idle(body: Node) -> bool:
    """Whether a body has no statement of its own: only a docstring, `pass`, `...`."""
    if body.type != "block" or body.named_child_count > DEEPEST:
        return False
    for statement in body.named_children:
        if statement.type in IDLE:
            continue
        if statement.type != "expression_statement" or statement.named_child_count != 1:
            return False
        if statement.named_children[0].type not in ("string", "concatenated_string", "ellipsis"):
            return False
    return True


def _returns_only_self(body: Node, source: bytes) -> bool:
    returns = list(own_statements(body, RETURN, source))
    return bool(returns) and all(text_of(statement, source).split() == ["return", "self"] for statement in returns)


def _decorating(decorator: Node) -> Node | None:
    return next((child for child in decorator.named_children if child.type != "comment"), None)
