"""`use` and `extern crate`: what they bind, and the names on the way there."""

from __future__ import annotations

from typing import Literal

from tree_sitter import Node

from indexer.outline.rust.draft import Draft, field, line_of, parts, span_of
from indexer.outline.rust.written import path_chain
from indexer.types import Binding, Chain, Site


def use(draft: Draft, node: Node, scope: int, within: str | None, guarded: bool) -> None:
    """The bindings of one `use`, and a site for every asked name in it."""
    tree = field(node, "argument")
    if tree is not None:
        _tree(draft, tree, (), scope, within, guarded)


def extern_crate(draft: Draft, node: Node, scope: int) -> None:
    name = field(node, "name")
    if name is not None:
        local = field(node, "alias") or name
        module = "::" + draft.name(name) if draft.text(name) != "self" else "crate"
        draft.bindings.append(
            Binding(draft.name(local), scope, "import", line_of(node), module=module, imported="*", span=span_of(name))
        )


def _tree(draft: Draft, node: Node, before: Chain, scope: int, within: str | None, guarded: bool) -> None:
    kind = node.type
    if kind == "use_list":
        for child in parts(node):
            _tree(draft, child, before, scope, within, guarded)
    elif kind == "scoped_use_list":
        path, inner = field(node, "path"), field(node, "list")
        chain = _along(draft, path, before, scope, within, guarded, True) if path is not None else before or ("::",)
        if inner is not None:
            _tree(draft, inner, chain, scope, within, guarded)
    elif kind == "use_wildcard":
        path = next(iter(parts(node)), None)
        chain = _along(draft, path, before, scope, within, guarded, True) if path is not None else before
        _bind(draft, "*", chain, "*", node, scope, guarded)
    elif kind == "use_as_clause":
        path, alias = field(node, "path"), field(node, "alias")
        if path is not None:
            _leaf(draft, path, before, scope, within, guarded, draft.text(alias) if alias is not None else "_")
    else:
        _leaf(draft, node, before, scope, within, guarded, None)


def _leaf(
    draft: Draft, node: Node, before: Chain, scope: int, within: str | None, guarded: bool, alias: str | None
) -> None:
    chain = _along(draft, node, before, scope, within, guarded)
    last = field(node, "name") or node
    if node.type == "self" and before:
        chain = before
    if not chain:
        return
    name = chain[-1].removeprefix("::")
    if len(chain) == 1 and name in ("crate", "self", "super"):
        _bind(draft, alias or name, chain, "*", last, scope, guarded)
    else:
        local = (alias or name).removeprefix("r#")
        _bind(draft, local, chain[:-1] or ("",), name, last, scope, guarded, absolute=chain[0].startswith("::"))


def _bind(
    draft: Draft,
    local: str,
    module: Chain,
    name: str,
    node: Node,
    scope: int,
    guarded: bool,
    absolute: bool = False,
) -> None:
    text = "".join(module)
    if absolute and not text:
        text = "::"
    draft.bindings.append(
        Binding(local, scope, "import", line_of(node), module=text, imported=name, guarded=guarded, span=span_of(node))
    )


def _along(
    draft: Draft, node: Node, before: Chain, scope: int, within: str | None, guarded: bool, inside: bool = False
) -> Chain:
    """The whole path up to a node, with a site for each asked name of the part that the node writes.

    `inside`: more names follow, so that the last one is that of a module or a type.
    """
    if node.type == "self" and before:
        return before
    own = path_chain(node, draft)
    if before == ("::",):
        chain: Chain = ("::" + own[0], *own[1:])
    else:
        chain = (*before, *(own if not before else ("::" + own[0].removeprefix("::"), *own[1:])))
    nodes: list[Node] = []
    at: Node | None = node
    while at is not None:
        nodes.append(field(at, "name") or at)
        at = field(at, "path")
    for number, segment in enumerate(reversed(nodes)):
        if draft.name(segment) in draft.names:
            path = chain[: len(chain) - len(nodes) + number + 1]
            span = span_of(segment)
            last = number == len(nodes) - 1 and not inside
            usage: Literal["other", "member"] = "other" if last else "member"
            text = draft.line_of_text(node)
            draft.sites.append(Site(path, "import", scope, span, span, within, None, usage, (), text, guarded))
    return chain
