"""What a test says about the names in the branch that it opens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.javascript.chains import inner, text_of
from indexer.outline.javascript.draft import Draft, Frame, span_of
from indexer.types import Binding

MOST_PARTS = 8
LONGEST_TEST = 1000
# `typeof a.f`, `"f" in a`, `a.f` by itself, `a.f && …`, `a.f != null`
TESTS_FOR = (
    rb"typeof\s+[\w$.?!]*?(?<![\w$])%(name)s(?![\w$(])"
    rb"|['\"]%(name)s['\"]\s+in\b"
    rb"|[\w$.?!()\s]*?(?<![\w$])%(name)s\s*\)?\s*(?:$|&&|[=!]==?\s*(?:null|undefined))"
)


def tested(draft: Draft, frame: Frame, condition: Node) -> Frame:
    """The branch as it is known after the test: values of a class, names that are there."""
    narrowed = [(name, of) for name, of in _instances(condition) if name.isidentifier()]
    if narrowed:
        frame = frame.inside(draft.open(frame.scope, "block"))
        for name, of in narrowed:
            line, span = of.start_point.row + 1, span_of(frame.node)
            annotation = draft.chain(of, frame)
            draft.bind(Binding(name, frame.scope, "narrowed", line, annotation=annotation, span=span))
    frame.guards = frame.guards | _guards(draft, condition)
    return frame


def _instances(condition: Node) -> Iterator[tuple[str, Node]]:
    """`x instanceof C`, also several joined by `&&`."""
    at = inner(condition) if condition.type == "parenthesized_expression" else condition
    for _ in range(MOST_PARTS):
        if at is None or at.type != "binary_expression":
            return
        joined = _operator(at) == "&&"
        part = at.child_by_field_name("right") if joined else at
        if part is not None and part.type == "binary_expression" and _operator(part) == "instanceof":
            subject, of = part.child_by_field_name("left"), part.child_by_field_name("right")
            if subject is not None and of is not None:
                yield text_of(subject), of
        at = at.child_by_field_name("left") if joined else None


def _operator(binary: Node) -> str:
    operator = binary.child_by_field_name("operator")
    return operator.type if operator is not None else ""


def _guards(draft: Draft, condition: Node) -> frozenset[str]:
    if not draft.mentioned(condition):
        return frozenset()
    at = inner(condition) if condition.type == "parenthesized_expression" else condition
    text = (at.text or b"")[:LONGEST_TEST] if at is not None else b""
    return frozenset(name for name in draft.names if _tests_for(text, name.encode("utf-8", "replace")))


def _tests_for(text: bytes, name: bytes) -> bool:
    return name in text and re.search(TESTS_FOR % {b"name": re.escape(name)}, text) is not None
