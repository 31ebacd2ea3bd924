"""Patterns: the names they bind, each with the part of the value that it gets, and the names they use."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.rust.chains import written_as
from indexer.outline.rust.draft import UNKNOWN, Draft, field, line_of, parts, written_parts
from indexer.outline.rust.sites import Here, path_sites, site
from indexer.outline.rust.written import PATHS, path_chain
from indexer.types import Binding, Chain, Span

THROUGH = frozenset({"mut_pattern", "ref_pattern", "reference_pattern", "match_pattern", "parenthesized_pattern"})
NAMED = frozenset({"identifier", "self", "shorthand_field_identifier"})
REST = "remaining_field_pattern"


def bind_pattern(
    draft: Draft,
    node: Node,
    scope: int,
    value: Chain | None,
    annotation: Chain | None = None,
    span: Span | None = None,
    depth: int = 0,
) -> None:
    """Bind the names of a pattern to the parts of a value, or of something of the type `annotation`.

    `span` is the statement's, where the names count only behind it; without one the value is read in the scope above.
    """
    kind = node.type
    if depth > 40:
        return
    if kind in NAMED:
        if kind != "identifier" or not is_constant(draft.name(node)):
            _bind(draft, node, scope, value, annotation, span)
        return
    inner = [child for child in written_parts(node) if child.type != "mutable_specifier"]
    if kind in THROUGH:
        if inner:
            bind_pattern(draft, inner[0], scope, value, annotation, span, depth + 1)
        return
    if kind == "captured_pattern" and inner:
        _bind(draft, inner[0], scope, value, annotation, span)
        inner = inner[1:]
    if kind in ("captured_pattern", "or_pattern"):
        for child in inner:
            bind_pattern(draft, child, scope, value, annotation, span, depth + 1)
        return
    whole = written_as(annotation) if annotation else value or UNKNOWN
    for child, step in _taken_apart(draft, node, inner):
        part = (*whole, step) if step and whole != UNKNOWN else UNKNOWN
        bind_pattern(draft, child, scope, part, None, span, depth + 1)


def _taken_apart(draft: Draft, node: Node, inner: list[Node]) -> list[tuple[Node, str]]:
    """The patterns inside of one, each with the step that leads to its part; an empty step where that is not known."""
    kind = node.type
    if kind == "tuple_pattern":
        return _numbered(inner, "[{}]")
    if kind == "slice_pattern":
        return [(child, "each") for child in inner if child.type != REST]
    of_type = field(node, "type")
    if of_type is None:
        return []
    path = "".join(step for step in path_chain(of_type, draft) if step not in "<,>")
    if kind == "tuple_struct_pattern":
        return _numbered(inner[1:], f"({path}#{{}})")
    found = []
    for child in inner:
        name, pattern = field(child, "name"), field(child, "pattern")
        if child.type == "field_pattern" and name is not None:
            bound = pattern if pattern is not None else name
            found.append((bound, f"({path}#{draft.name(name)})"))
    return found


def _numbered(inner: list[Node], step: str) -> list[tuple[Node, str]]:
    found = []
    known = True
    for number, child in enumerate(inner):
        if child.type == REST:
            known = False
        else:
            found.append((child, step.format(number) if known else ""))
    return found


def _bind(
    draft: Draft, node: Node, scope: int, value: Chain | None, annotation: Chain | None, span: Span | None
) -> None:
    draft.bindings.append(
        Binding(
            draft.name(node),
            scope,
            "param" if value is None else "value",
            line_of(node),
            value=value,
            annotation=annotation if annotation != UNKNOWN else None,
            span=span,
        )
    )


def pattern_sites(draft: Draft, node: Node, here: Here, depth: int = 0) -> None:
    """The types, variants, constants and fields that a pattern names."""
    if not draft.mentions(node) or depth > 60:
        return
    kind = node.type
    if kind in PATHS:
        path_sites(draft, node, here, "read")
        return
    if kind == "identifier":
        if is_constant(draft.name(node)):
            path_sites(draft, node, here, "read")
        return
    of_type = field(node, "type")
    if of_type is not None:
        path_sites(draft, of_type, here, "read")
    for child in parts(node):
        if child == of_type:
            continue
        if child.type == "field_pattern" and of_type is not None:
            _field_site(draft, child, of_type, here)
            pattern = field(child, "pattern")
            if pattern is not None:
                pattern_sites(draft, pattern, here, depth + 1)
        else:
            pattern_sites(draft, child, here, depth + 1)


def _field_site(draft: Draft, node: Node, of_type: Node, here: Here) -> None:
    name = field(node, "name")
    if name is not None and draft.name(name) in draft.names:
        site(draft, name, (*path_chain(of_type, draft), "{}", "." + draft.name(name)), "read", here, node)


def is_constant(name: str) -> bool:
    """Whether a bare name in a pattern is likely a constant or a variant, by its capital."""
    return name[:1].isupper()
