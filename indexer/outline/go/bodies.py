"""What stands in a function: blocks, the names that are bound in them, and the uses of the names asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from indexer.outline.go.chains import chain_of, value_chains
from indexer.outline.go.conversions import GIVING, conversions
from indexer.outline.go.draft import At, Draft, parts, text_of
from indexer.outline.go.kinds import UNTOLD, type_chain
from indexer.outline.go.members import SHAPES, bind_params, declare_shape, declare_unnamed, embedded
from indexer.outline.go.sites import LEAVES, site
from indexer.types import Kind

BLOCKS = frozenset(
    {"block", "if_statement", "for_statement", "expression_switch_statement", "select_statement", "expression_case",
     "default_case", "communication_case"}
)  # fmt: skip


def enter(draft: Draft, at: At) -> None:
    """Walk through a definition; its own scope is open."""
    if draft.conversions and at.node.type in GIVING:
        conversions(draft, at)
    stack = list(_children(at))
    while stack:
        current = stack.pop()
        kind = current.node.type
        if kind in LEAVES:
            if text_of(current.node) in draft.names:
                site(draft, current)
            continue
        if draft.conversions and kind in GIVING:
            conversions(draft, current)
        handler = HANDLERS.get(kind, _plain)
        below = list(handler(draft, current))
        below.reverse()
        stack += below


def _children(at: At) -> list[At]:
    if at.node.type in ("function_declaration", "method_declaration"):
        body = at.node.child_by_field_name("body")
        # The body shares its scope with the parameters.
        return [at.to(child) for node in at.node.named_children
                for child in (node.named_children if node == body else [node])]  # fmt: skip
    return [at.to(child) for child in at.node.named_children]


def _plain(draft: Draft, at: At) -> Iterable[At]:
    return [at.to(child) for child in at.node.named_children]


def _block(draft: Draft, at: At) -> Iterable[At]:
    inner = At(at.node, draft.open(at.scope, "block"), at.within)
    return _plain(draft, inner)


def _function(draft: Draft, at: At) -> Iterable[At]:
    scope = draft.open(at.scope, "function")
    bind_params(draft, at.node, scope)
    inner = At(at.node, scope, at.within)
    body = at.node.child_by_field_name("body")
    return [
        inner.to(child)
        for node in at.node.named_children
        for child in (node.named_children if node == body else [node])
    ]


def _short(draft: Draft, at: At) -> Iterable[At]:
    left, right = parts(at.node.child_by_field_name("left")), parts(at.node.child_by_field_name("right"))
    for name, value in zip(left, value_chains(right, len(left)), strict=True):
        if name.type == "identifier":
            draft.bind(name, at.scope, value=value, statement=at.node)
    return [at.to(child) for child in at.node.named_children]


def _range(draft: Draft, at: At) -> Iterable[At]:
    left = parts(at.node.child_by_field_name("left"))
    if any(child.type == ":=" for child in at.node.children):
        ranged = chain_of(at.node.child_by_field_name("right"))
        for name, step in zip(left, ("key", "each"), strict=False):
            if name.type == "identifier":
                draft.bind(name, at.scope, value=(*ranged, step), statement=at.node)
    return _plain(draft, at)


def _receive(draft: Draft, at: At) -> Iterable[At]:
    left = parts(at.node.child_by_field_name("left"))
    if left and any(child.type == ":=" for child in at.node.children):
        values = [chain_of(at.node.child_by_field_name("right")), ("<bool>",)]
        for name, value in zip(left, values, strict=False):
            if name.type == "identifier":
                draft.bind(name, at.scope, value=value, statement=at.node)
    return _plain(draft, at)


def _variables(draft: Draft, at: At) -> Iterable[At]:
    written, values = at.node.child_by_field_name("type"), parts(at.node.child_by_field_name("value"))
    names = at.node.children_by_field_name("name")
    chains = value_chains(values, len(names)) if values else [UNTOLD] * len(names)
    annotation = type_chain(written) if written is not None else None
    for name, value in zip(names, chains, strict=True):
        draft.bind(name, at.scope, value=None if annotation else value, annotation=annotation, statement=at.node)
    return _plain(draft, at)


def _types(draft: Draft, at: At) -> Iterable[At]:
    """A type that is declared in a function."""
    for spec in parts(at.node):
        name, written = spec.child_by_field_name("name"), spec.child_by_field_name("type")
        if name is None or written is None:
            continue
        shape = written.type in SHAPES and spec.type == "type_spec"
        kind: Kind = "type" if not shape else "struct" if written.type == "struct_type" else "interface"
        signature = draft.text(spec.start_byte, written.start_byte, 300)
        within = f"{at.within}.<{spec.start_point.row + 1}>" if at.within else None
        declared = draft.declare(name, kind, spec, scope=at.scope, within=within, signature=f"type {signature}",
                                 flags=("alias",) if spec.type == "type_alias" else (),
                                 bases=embedded(written) if shape else (),
                                 annotation=None if shape else type_chain(written))  # fmt: skip
        if shape:
            declare_shape(draft, written, declared.qualified, at.scope)
            yield from (at.to(child) for child in written.named_children)
        else:
            yield at.to(written)


def _shape(draft: Draft, at: At) -> Iterable[At]:
    declare_unnamed(draft, at.node, at.scope)
    return _plain(draft, at)


def _type_switch(draft: Draft, at: At) -> Iterable[At]:
    scope = draft.open(at.scope, "block")
    inner = At(at.node, scope, at.within)
    alias = parts(at.node.child_by_field_name("alias"))
    value = chain_of(at.node.child_by_field_name("value"))
    for child in at.node.named_children:
        if child.type not in ("type_case", "default_case"):
            if child != at.node.child_by_field_name("alias"):
                yield inner.to(child)
            continue
        case = At(child, draft.open(scope, "block"), at.within)
        types = child.children_by_field_name("type")
        for name in alias:
            only = type_chain(types[0]) if len(types) == 1 else None
            told = only is not None and only != ("nil",)
            draft.bind(name, case.scope, annotation=only if told else None, value=None if told else value)
        yield from _plain(draft, case)


def _nothing(draft: Draft, at: At) -> Iterable[At]:
    return ()


HANDLERS: dict[str, Callable[[Draft, At], Iterable[At]]] = dict.fromkeys(BLOCKS, _block)
HANDLERS |= {
    "func_literal": _function,
    "short_var_declaration": _short,
    "range_clause": _range,
    "receive_statement": _receive,
    "var_spec": _variables,
    "const_spec": _variables,
    "type_declaration": _types,
    "struct_type": _shape,
    "interface_type": _shape,
    "type_switch_statement": _type_switch,
    "comment": _nothing,
    "import_spec": _nothing,
}
