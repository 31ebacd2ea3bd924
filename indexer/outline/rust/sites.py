"""Sites of paths and types: one for each of their segments that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node

from indexer.outline.rust.draft import Draft, field, parts, span_of
from indexer.outline.rust.written import NAMES, PATHS, path_chain
from indexer.types import Arguments, Chain, Site

GENERIC = frozenset({"generic_type", "generic_type_with_turbofish", "generic_function"})
BRACKETED = "bracketed_type"


@dataclass(frozen=True, slots=True)
class Here:
    """Where the walk stands: the scope that names are read in, and the definition around."""

    scope: int
    within: str | None
    depth: int = 0


def path_sites(
    draft: Draft, node: Node, here: Here, role: str, whole: Node | None = None, arguments: Arguments | None = None
) -> None:
    """The sites of a path; `role` is that of its last segment."""
    if not draft.mentions(node):
        return
    last = True
    at: Node | None = node
    while at is not None:
        if at.type in GENERIC:
            type_sites(draft, field(at, "type_arguments"), here)
            at = field(at, "type") or field(at, "function")
            continue
        if at.type == BRACKETED:
            type_sites(draft, at, here)
            return
        name = field(at, "name") if at.type in PATHS else at
        if name is not None and name.type in NAMES and draft.name(name) in draft.names:
            around = whole if last and whole is not None else node
            chain = path_chain(at, draft)
            if last:
                site(draft, name, chain, role, here, around, arguments)
            else:
                site(draft, name, chain, "reference", here, around, usage="member")
        last = False
        at = field(at, "path") if at.type in PATHS else None


def site(
    draft: Draft,
    name: Node,
    chain: Chain,
    role: str,
    here: Here,
    whole: Node,
    arguments: Arguments | None = None,
    usage: Literal["member", "other"] = "other",
) -> None:
    """One site."""
    draft.sites.append(
        Site(
            chain,
            role,  # type: ignore[arg-type]
            here.scope,
            span_of(name),
            span_of(whole),
            here.within,
            arguments if role == "call" else None,
            usage,
            text=draft.line_of_text(whole),
        )
    )


def type_sites(draft: Draft, node: Node | None, here: Here) -> None:
    """The sites in a type, in bounds or in type arguments."""
    if node is None or not draft.mentions(node):
        return
    if node.type in PATHS or node.type in NAMES or node.type in GENERIC:
        path_sites(draft, node, here, "type")
        return
    if node.type == "macro_invocation":
        token_sites(draft, node, here)
        return
    if node.type == "type_binding":
        type_sites(draft, field(node, "type"), here)
        return
    for child in parts(node):
        type_sites(draft, child, here)


def token_sites(draft: Draft, node: Node, here: Here) -> None:
    """Names in the arguments of a macro: nobody parsed them, so what they stand for is not known."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part.type in NAMES and draft.name(part) in draft.names:
            site(draft, part, ("<macro>", "." + draft.name(part)), "reference", here, part)
        elif draft.mentions(part):
            waiting.extend(part.named_children)
