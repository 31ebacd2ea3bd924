"""Functions, and what their bodies tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from indexer.outline.javascript.chains import FUNCTIONS, inner, kinds, text_of, type_chain
from indexer.outline.javascript.draft import Draft, Frame, qualify
from indexer.outline.javascript.params import (
    default_of,
    is_rest,
    parameter_nodes,
    parameters_of,
    pattern_of,
    reads_arguments,
)
from indexer.outline.javascript.patterns import names_in
from indexer.types import Binding, Chain, Kind, Param

FUNCTION_NODES = FUNCTIONS | {"function_declaration", "generator_function_declaration", "method_definition"}
GENERATORS = frozenset({"generator_function", "generator_function_declaration"})
# Only these can hold a `return` of the function they are in.
HOLD_STATEMENTS = kinds(
    "statement_block if_statement else_clause for_statement for_in_statement while_statement do_statement "
    "try_statement catch_clause finally_clause switch_statement switch_body switch_case switch_default "
    "labeled_statement with_statement"
)
RETURNS_THIS = re.compile(rb"return\s+this\s*[;}\n]")
# Methods that hand the elements of their receiver to the function they are given.
EACH_METHODS = kinds("map forEach filter find findIndex some every flatMap findLast")


def declare_function(
    draft: Draft,
    frame: Frame,
    name: Node | str,
    whole: Node,
    *,
    kind: Kind = "function",
    scope: int | None = None,
    parent: str | None = None,
    flags: Iterable[str] = (),
    receiver: bool = False,
    asked: bool = False,
    decorators: tuple[str, ...] = (),
    annotation: Chain | None = None,
    name_at: Node | None = None,
    typed: Node | None = None,
) -> list[Frame]:
    """Notes the function of the frame under a name; comes back with the parts of it to look at.

    `typed` is the declared type of the variable or field that holds it: callers see that type's parameters.
    """
    node = frame.node
    text = name if isinstance(name, str) else _plain(name)
    asked = asked or text in draft.names
    owner = qualify(frame.within if parent is None else parent, text)
    body = node.child_by_field_name("body")
    opened, frames = enter_function(draft, frame, owner, receiver)
    values = _returned(draft, frame, body, asked)
    draft.declare(
        frame,
        name,
        kind,
        whole,
        scope=scope,
        parent=parent,
        body=opened,
        params=parameters_of(draft, node) if typed is None else _declared_parameters(draft, typed),
        flags=_flags(draft, node, body, values, flags),
        signature_end=body.start_byte if body is not None else None,
        name_at=name_at,
        decorators=decorators,
        annotation=result_type(node) or annotation,
        values=values if asked else (),
    )
    return frames


def _declared_parameters(draft: Draft, annotation: Node) -> tuple[Param, ...] | None:
    """The parameters that a function type lists; None where the type is only named."""
    written = inner(annotation)
    return parameters_of(draft, written) if written is not None and written.type == "function_type" else None


def _plain(name: Node) -> str:
    text = text_of(name)
    return text[1:-1] if name.type == "string" else text


def _flags(
    draft: Draft, node: Node, body: Node | None, values: tuple[Chain, ...], given: Iterable[str]
) -> frozenset[str]:
    flags = {*given, *_markers(node)}
    if body is not None and reads_arguments(draft, body):
        flags.add("reads_arguments")
    if values == (("this",),):
        flags.add("returns_self")
    if body is None and "abstract" not in flags:
        flags.add("overload")
    return frozenset(flags)


def _markers(node: Node) -> Iterator[str]:
    kind = node.type
    if kind in GENERATORS:
        yield "generator"
    for child in node.children:
        word = child.type
        if word == "async":
            yield "async"
        elif word == "*":
            yield "generator"
        elif word in ("formal_parameters", "statement_block"):
            return


def result_type(node: Node) -> Chain | None:
    """The declared result of a callable."""
    annotation = node.child_by_field_name("return_type")
    return type_chain(annotation) if annotation is not None else None


def enter_function(
    draft: Draft, frame: Frame, owner: str | None, receiver: bool = False, *, complete: bool = False
) -> tuple[int, list[Frame]]:
    """Opens the function's scope; its bindings and parts come only if something is mentioned in it."""
    node = frame.node
    scope = draft.open(frame.scope, "function", owner)
    if not complete and not draft.mentioned(node):
        return scope, []
    inside = frame.inside(scope)
    inside.function = scope
    inside.within = owner or frame.within
    inside.receiver = frame.receiver if node.type == "arrow_function" else receiver
    inside.complete = complete
    inside.flags = frozenset()
    _bind_parameters(draft, inside)
    name = node.child_by_field_name("name")
    if name is not None and node.type in FUNCTIONS:
        line = name.start_point.row + 1
        draft.bind(Binding(text_of(name), scope, "value", line, value=("<function>",)))
    body = node.child_by_field_name("body")
    parts = [inside.down(child) for child in node.named_children if child != name and draft.mentioned(child)]
    if complete and body is not None and not draft.mentioned(body):
        parts.append(inside.down(body))
    return scope, parts


def _bind_parameters(draft: Draft, frame: Frame) -> None:
    nodes = parameter_nodes(frame.node)
    handed = given_to(draft, frame) if nodes else None
    for place, node in enumerate(nodes):
        given = handed if place == 0 else None
        if pattern_of(node).type == "identifier":
            _bind_parameter(draft, frame, node, given)
        else:
            _bind_parts(draft, frame, node, given)


def _bind_parameter(draft: Draft, frame: Frame, node: Node, given: Chain | None) -> None:
    name, default, annotation = text_of(pattern_of(node)), default_of(node), node.child_by_field_name("type")
    line = node.start_point.row + 1
    chain = ("<list>",) if is_rest(node) else type_chain(annotation) if annotation is not None else None
    if given is not None and chain is None:
        draft.bind(Binding(name, frame.scope, "value", line, value=given))
        return
    value = draft.chain(default, frame) if default is not None else None
    draft.bind(Binding(name, frame.scope, "param", line, value=value, annotation=chain))


def _bind_parts(draft: Draft, frame: Frame, node: Node, given: Chain | None) -> None:
    annotation = node.child_by_field_name("type")
    whole = draft.typed_root(annotation) if annotation is not None else given
    for name, steps in names_in(pattern_of(node)):
        line = name.start_point.row + 1
        if whole is None:
            draft.bind(Binding(text_of(name), frame.scope, "param", line))
        else:
            draft.bind(Binding(text_of(name), frame.scope, "value", line, value=(*whole, *steps)))


def given_to(draft: Draft, frame: Frame) -> Chain | None:
    """What a function that is handed to `.then` or `.map` gets as its first parameter."""
    arguments = frame.up
    call = arguments.up if arguments is not None else None
    if arguments is None or call is None or arguments.node.type != "arguments" or call.node.type != "call_expression":
        return None
    if inner(arguments.node) != frame.node:
        return None
    callee = call.node.child_by_field_name("function")
    if callee is None or callee.type != "member_expression":
        return None
    method = text_of(callee.child_by_field_name("property"))
    step = "await" if method == "then" else "each" if method in EACH_METHODS else None
    if step is None:
        return None
    return (*draft.chain(callee.child_by_field_name("object"), call), step)


def _returned(draft: Draft, frame: Frame, body: Node | None, asked: bool) -> tuple[Chain, ...]:
    """The distinct expressions that are returned; of a function that was not asked for only where `this` may be one."""
    if body is None or not (asked or RETURNS_THIS.search(draft.source, body.start_byte, body.end_byte)):
        return ()
    inside = frame.inside(frame.scope)
    inside.receiver = True
    if body.type != "statement_block":
        return (draft.chain(body, inside),)
    values: dict[Chain, None] = {}
    pending = [body]
    while pending:
        node = pending.pop()
        if node.type == "return_statement":
            result = inner(node)
            values[draft.chain(result, inside) if result is not None else ("undefined",)] = None
        elif node.type in HOLD_STATEMENTS:
            pending.extend(reversed(node.named_children))
    return tuple(values)
