"""Uses of the asked-for names: calls, creations, accesses, types, annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from indexer.outline.java.chains import arguments_of, chain_of, erased, part, text_of, type_chain
from indexer.outline.java.draft import Draft, Frame, span_of
from indexer.types import Arguments, Chain, Site

if TYPE_CHECKING:
    from tree_sitter import Node

Role = Literal["call", "new", "read", "write", "delete", "decorator", "base", "type", "reference"]
Usage = Literal["statement", "argument", "return", "assigned", "member", "case", "other"]
HEADERS = frozenset({"superclass", "super_interfaces", "extends_interfaces", "permits"})


def add_site(
    draft: Draft,
    frame: Frame,
    name: Node,
    chain: Chain,
    role: Role,
    whole: Node,
    arguments: Arguments | None = None,
    usage: Usage = "other",
    consumer: Chain = (),
) -> None:
    """Note a use."""
    draft.sites.append(
        Site(
            chain,
            role,
            frame.scope,
            span_of(name),
            span_of(whole),
            frame.within,
            arguments,
            usage,
            consumer,
            draft.said(whole),
        )
    )


def call_site(draft: Draft, frame: Frame) -> None:
    """`a.f(x)`, `f(x)`."""
    name = frame.node.child_by_field_name("name")
    if name is not None and text_of(name) in draft.names:
        chain = chain_of(frame.node)[:-1]
        add_site(draft, frame, name, chain, "call", frame.node, arguments_of(frame.node, True), _usage(frame.node))


def access_site(draft: Draft, frame: Frame) -> None:
    """`a.b`."""
    name = frame.node.child_by_field_name("field")
    if name is not None and text_of(name) in draft.names:
        add_site(draft, frame, name, chain_of(frame.node), _access(frame.node), frame.node, usage=_usage(frame.node))


def name_site(draft: Draft, frame: Frame) -> None:
    """A bare name in an expression: a variable, or the type or package that something is taken of."""
    if text_of(frame.node) in draft.names:
        node = frame.node
        add_site(draft, frame, node, (text_of(node),), _access(node), node, usage=_usage(node))


def case_site(draft: Draft, frame: Frame, selector: Chain) -> None:
    """`case RED`: a constant of the enum that is switched on, else a constant as anywhere."""
    if text_of(frame.node) in draft.names:
        node = frame.node
        add_site(draft, frame, node, (text_of(node),), "read", node, usage="case", consumer=selector)


def type_site(draft: Draft, frame: Frame) -> None:
    """A type by its name, alone or behind a package or a type."""
    node = frame.node
    name = node if node.type in ("type_identifier", "identifier") else last_name(node)
    if name is None or text_of(name) not in draft.names:
        return
    chain = erased(type_chain(node))
    created = _created(node)
    if created is not None:
        if created.children[0].type != "new":
            chain = (*chain_of(created.children[0]), "." + chain[0], *chain[1:])
        add_site(draft, frame, name, chain, "new", created, arguments_of(created, True))
    else:
        base = node.parent is not None and (
            node.parent.type in HEADERS or (node.parent.type == "type_list") or _is_generic_base(node)
        )
        add_site(draft, frame, name, chain, "base" if base else "type", node)


def last_name(node: Node) -> Node | None:
    """The last name of `a.b.C`."""
    names = [child for child in node.named_children if child.type in ("type_identifier", "identifier")]
    return names[-1] if names else None


def reference_sites(draft: Draft, frame: Frame) -> None:
    """`A::f` and `A::new`."""
    parts = [child for child in frame.node.children if child.is_named or child.type in ("new", "super", "this")]
    if len(parts) < 2:
        return
    owner, name = parts[0], parts[-1]
    chain = type_chain(owner) if owner.type.endswith("_type") else chain_of(owner)
    if name.type == "new":
        made = erased(chain)
        last = owner if owner.type.endswith("identifier") else part(owner, "type_identifier")
        if made[-1].lstrip(".") in draft.names and last is not None and chain[0] != "<array>":
            add_site(draft, frame, last, made, "reference", frame.node, usage="member")
    elif text_of(name) in draft.names:
        add_site(draft, frame, name, (*erased(chain), "." + text_of(name)), "reference", frame.node)


def constructor_site(draft: Draft, frame: Frame) -> None:
    """`this(…)` and `super(…)` at the beginning of a constructor."""
    called = frame.node.child_by_field_name("constructor")
    if called is not None and called.type in draft.names:
        add_site(draft, frame, called, (called.type,), "new", frame.node, arguments_of(frame.node, True))


def implied_site(draft: Draft, frame: Frame, name: Node, arguments: Arguments, chain: Chain) -> None:
    """A constructor that is called without being named: by another one, by a class, by an enum's constant."""
    if chain[-1] in draft.names:
        add_site(draft, frame, name, chain, "new", name, arguments, usage="statement")


def annotation_sites(draft: Draft, frame: Frame) -> None:
    """`@A(x = 1)`: the annotation and its elements."""
    name = frame.node.child_by_field_name("name")
    if name is None:
        return
    chain = type_chain(name)
    last = name if name.type == "identifier" else last_name(name)
    if last is not None and text_of(last) in draft.names:
        add_site(draft, frame, last, chain, "decorator", frame.node)
    arguments = frame.node.child_by_field_name("arguments")
    for pair in arguments.named_children if arguments is not None else ():
        key = pair.child_by_field_name("key") if pair.type == "element_value_pair" else None
        if key is not None and text_of(key) in draft.names:
            add_site(draft, frame, key, (*chain, "." + text_of(key)), "call", pair, Arguments(0))


def _created(node: Node) -> Node | None:
    """The `new …` that a type is created by."""
    at = node.parent
    if at is not None and at.type == "generic_type" and at.named_children and at.named_children[0] == node:
        node, at = at, at.parent
    if at is None or at.type != "object_creation_expression" or at.child_by_field_name("type") != node:
        return None
    return at


def _is_generic_base(node: Node) -> bool:
    at = node.parent
    if at is None or at.type != "generic_type" or at.named_children[0] != node or at.parent is None:
        return False
    return at.parent.type in HEADERS or at.parent.type == "type_list"


def _access(node: Node) -> Role:
    at = node.parent
    assigned = at is not None and at.type == "assignment_expression" and at.child_by_field_name("left") == node
    return "write" if assigned else "read"


def _usage(node: Node) -> Usage:
    at = node.parent
    if at is None:
        return "other"
    if at.type == "expression_statement":
        return "statement"
    if at.type == "argument_list":
        return "argument"
    if at.type == "return_statement":
        return "return"
    if at.type in ("method_invocation", "field_access") and at.child_by_field_name("object") == node:
        return "member"
    return "assigned" if at.type in ("variable_declarator", "assignment_expression") else "other"
