"""Parameters: what a caller must give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from indexer.outline.javascript.chains import inner, text_of, type_chain
from indexer.outline.javascript.draft import Draft
from indexer.outline.javascript.mentions import words_at
from indexer.types import Param

PATTERNS = {"object_pattern": "{}", "array_pattern": "[]"}
# A JavaScript body that does one of these with a parameter copes with callers that leave it out.
COPES_AFTER = re.compile(rb"\s*(?:\|\||&&|\?\?|\?\.|\?[^:.]|[=!]==?)|\s*\)\s*(?:&&|\|\||\?[^.])")
COPES_BEFORE = re.compile(rb"(?:\btypeof\s+|!\s*|\bif\s*\(\s*|[=!]==?\s*|\.\.\.\s*|&&\s*|\|\|\s*)$")
MERGES = re.compile(rb"\bObject\.assign\([^;]*,\s*\Z")
ENDS_ARGUMENT = re.compile(rb"\s*[,)]")
CLOSES = re.compile(rb"\s*\)")
LONGEST_TEST = 24
LONGEST_MERGE = 400


def parameter_nodes(function: Node) -> list[Node]:
    """The parameters of a function as they stand, without TypeScript's `this`."""
    single = function.child_by_field_name("parameter")
    if single is not None:
        return [single]
    parameters = function.child_by_field_name("parameters")
    if parameters is None:
        return []
    return [
        node
        for node in parameters.named_children
        if node.type not in ("comment", "decorator", "ERROR") and pattern_of(node).type != "this"
    ]


def pattern_of(parameter: Node) -> Node:
    """The name or pattern of a parameter, without its type, default and dots."""
    node: Node | None = parameter
    if parameter.type in ("required_parameter", "optional_parameter"):
        node = parameter.child_by_field_name("pattern") or parameter.child_by_field_name("name")
    if node is not None and node.type == "assignment_pattern":
        node = node.child_by_field_name("left")
    if node is not None and node.type == "rest_pattern":
        node = inner(node)
    return node if node is not None else parameter


def default_of(parameter: Node) -> Node | None:
    """The default value of a parameter."""
    if parameter.type == "assignment_pattern":
        return parameter.child_by_field_name("right")
    return parameter.child_by_field_name("value")


def is_rest(parameter: Node) -> bool:
    """Whether it is written with dots."""
    if parameter.type == "rest_pattern":
        return True
    pattern = parameter.child_by_field_name("pattern")
    return pattern is not None and pattern.type == "rest_pattern"


def parameters_of(draft: Draft, function: Node) -> tuple[Param, ...]:
    """The parameters; in JavaScript, what a body copes without is not required."""
    params = tuple(_params(function))
    body = function.child_by_field_name("body")
    if draft.typed or body is None or not any(param.required for param in params):
        return params
    if reads_arguments(draft, body):
        return tuple(_optional(param) for param in params)
    return tuple(_optional(param) if param.required and _copes(draft, body, param.name) else param for param in params)


def reads_arguments(draft: Draft, body: Node) -> bool:
    """Whether a body reads `arguments`."""
    return any(True for _ in words_at(draft.source, b"arguments", body.start_byte, body.end_byte))


def _params(function: Node) -> Iterator[Param]:
    for node in parameter_nodes(function):
        pattern = pattern_of(node)
        name = PATTERNS.get(pattern.type) or text_of(pattern)
        annotation = node.child_by_field_name("type")
        chain = type_chain(annotation) if annotation is not None else None
        if is_rest(node):
            yield Param(name, "rest", False, chain)
        else:
            required = node.type != "optional_parameter" and default_of(node) is None
            yield Param(name, "positional", required, chain)


def _optional(param: Param) -> Param:
    return replace(param, required=False)


def _copes(draft: Draft, body: Node, name: str) -> bool:
    """Whether the body tests the parameter before it uses it, or instead."""
    source, word = draft.source, name.encode("utf-8", "replace")
    for at in words_at(source, word, body.start_byte, body.end_byte):
        if source[at - 1 : at] == b".":
            continue
        end = at + len(word)
        before = COPES_BEFORE.search(source, max(body.start_byte, at - LONGEST_TEST), at)
        if COPES_AFTER.match(source, end, body.end_byte):
            return True
        if MERGES.search(source, max(body.start_byte, at - LONGEST_MERGE), at) and ENDS_ARGUMENT.match(source, end):
            return True
        if before is not None and (not before.group().startswith(b"if") or CLOSES.match(source, end)):
            return True
    return False
