"""Declarations: functions, classes, variables and fields, made from their nodes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.outline.python.annotations import annotation_chain
from indexer.outline.python.chains import chain_of, is_path
from indexer.outline.python.constructed import (
    Constructor,
    constructor_of,
    fields_of,
    named_tuple_fields,
    tuple_base_fields,
    writes_constructor,
)
from indexer.outline.python.decorators import class_flags
from indexer.outline.python.functions import ACCESSORS, decorator_names, flags_of, is_idle, result_annotation, results
from indexer.outline.python.parameters import Written, parameters_of
from indexer.outline.python.text import one_line, span_of, text_of
from indexer.types import Chain, Declaration, Kind, Param

if TYPE_CHECKING:
    from tree_sitter import Node

    from indexer.outline.python.draft import Draft, Head, Place

LONGEST_SIGNATURE = 2_000
LONGEST_VALUE = 300
"""What a name is bound to may be a table of a thousand lines."""
CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*")
# After one of these an object may have any attribute.
WRITES_ATTRIBUTES = re.compile(
    rb"\bsetattr\s*\(\s*(?:self|cls)\s*,\s*[^\"'\s]|\b(?:self|cls)\.__dict__\s*(?:\[[^\]\n]{1,200}\]\s*=(?!=)|=(?!=)|\.\s*update\b)"
)
# These put an object together again whose attributes were assigned elsewhere.
RESTORING = frozenset({"__setstate__", "__copy__", "__deepcopy__", "__reduce__"})
GETATTR = frozenset({"__getattr__", "__getattribute__"})
TUPLE: Chain = ("tuple",)
CONSTRUCTED = frozenset({"constructed"})
YIELDED = frozenset({"contextmanager"})
NOTHING: frozenset[str] = frozenset()
CONDITIONAL = frozenset({"conditional"})


def declare_function(draft: Draft, head: Head, place: Place, params: list[Written]) -> Declaration:
    """Add a function or method, with the scope that it opens, to the draft."""
    name = text_of(head.name, draft.source)
    names = decorator_names(head.decorators, draft.source)
    flags = flags_of(head.node, name, names, draft.marks, draft.source)
    asked = name in draft.names
    block = head.node.child_by_field_name("body")
    declaration = Declaration(
        name=name,
        qualified=place.qualify(name),
        kind=_function_kind(place, flags),
        parent=place.owner,
        scope=place.scope,
        body=head.scope,
        span=span_of(head.whole),
        name_span=span_of(head.name),
        signature=_signature(draft.source, head.node, ("return_type", "parameters", "name")),
        params=tuple(param for param, _, _ in params),
        flags=flags | _conditional(place),
        decorators=names,
        annotation=result_annotation(head.node, flags, draft.source),
        values=results(block, _how(flags, names), draft.source) if asked and block is not None else (),
    )
    draft.declarations.append(declaration)
    return declaration


def _how(flags: frozenset[str], decorators: tuple[str, ...]) -> frozenset[str]:
    """What a caller gets of a generator that is a fixture is what it yields, as of a context manager's."""
    given = "generator" in flags and any(name.rpartition(".")[2] == "fixture" for name in decorators)
    return flags | YIELDED if given else flags


def declare_lambda(draft: Draft, target: Node, value: Node, statement: Node, place: Place, body: int) -> None:
    """Add a name that a lambda is assigned to: a function in all but its statement."""
    name = text_of(target, draft.source)
    result = value.child_by_field_name("body")
    draft.declarations.append(
        Declaration(
            name=name,
            qualified=place.qualify(name),
            kind="method" if place.kind == "class" else "function",
            parent=place.owner,
            scope=place.scope,
            body=body,
            span=span_of(statement),
            name_span=span_of(target),
            signature=one_line(draft.source, statement.start_byte, statement.end_byte, LONGEST_SIGNATURE),
            params=parameters_of(value, draft.source),
            flags=_conditional(place),
            values=results(result, NOTHING, draft.source) if name in draft.names and result is not None else (),
        )
    )


def declare_class(draft: Draft, head: Head, place: Place) -> Declaration:
    """Add a class, with the scope that it opens, to the draft."""
    name = text_of(head.name, draft.source)
    names = decorator_names(head.decorators, draft.source)
    superclasses = head.node.child_by_field_name("superclasses")
    bases, dynamic = _bases(superclasses, draft.source)
    block = head.node.child_by_field_name("body")
    how = constructor_of(head.decorators, bases, superclasses, draft.source)
    tuple_fields = tuple_base_fields(superclasses, draft.source)
    params = _constructor_params(block, how, tuple_fields, draft.source)
    flags = class_flags(names) | _class_flags(name, block, dynamic, how, params, draft.source) | _conditional(place)
    declaration = Declaration(
        name=name,
        qualified=place.qualify(name),
        kind="class",
        parent=place.owner,
        scope=place.scope,
        body=head.scope,
        span=span_of(head.whole),
        name_span=span_of(head.name),
        signature=_signature(draft.source, head.node, ("superclasses", "type_parameters", "name")),
        params=params,
        flags=flags,
        decorators=names,
        bases=bases,
    )
    draft.declarations.append(declaration)
    _declare_tuple_fields(draft, declaration, tuple_fields or ())
    return declaration


def declare_tuple(draft: Draft, target: Node, names: tuple[Param, ...], statement: Node, place: Place) -> None:
    """Add the class that `X = namedtuple("X", …)` makes, with its fields."""
    name = text_of(target, draft.source)
    owner = Declaration(
        name=name,
        qualified=place.qualify(name),
        kind="class",
        parent=place.owner,
        scope=place.scope,
        body=None,
        span=span_of(statement),
        name_span=span_of(target),
        signature=one_line(draft.source, statement.start_byte, statement.end_byte, LONGEST_SIGNATURE),
        params=names,
        flags=CONSTRUCTED | _conditional(place),
        bases=(TUPLE,),
    )
    draft.declarations.append(owner)
    _declare_tuple_fields(draft, owner, names)


def declare_value(
    draft: Draft, target: Node, statement: Node, place: Place, values: tuple[Chain, ...], annotation: Chain | None
) -> None:
    """Add a variable or constant of a module, or a field that a class's body assigns."""
    name = text_of(target, draft.source)
    kind: Kind = "field" if place.kind == "class" else "constant" if CONSTANT.fullmatch(name) else "variable"
    draft.declarations.append(
        Declaration(
            name=name,
            qualified=place.qualify(name),
            kind=kind,
            parent=place.owner,
            scope=place.scope,
            body=None,
            span=span_of(statement),
            name_span=span_of(target),
            signature=one_line(draft.source, statement.start_byte, statement.end_byte, LONGEST_VALUE),
            flags=_conditional(place),
            annotation=annotation,
            values=values,
        )
    )


def declare_attribute(
    draft: Draft, target: Node, statement: Node, place: Place, values: tuple[Chain, ...], annotation: Chain | None
) -> None:
    """Add a field that a method assigns to its object; its scope is the method's, where its values are read."""
    name_node = target.child_by_field_name("attribute")
    if name_node is None:
        return
    name = text_of(name_node, draft.source)
    draft.declarations.append(
        Declaration(
            name=name,
            qualified=f"{place.receiver_class}.{name}",
            kind="field",
            parent=place.receiver_class,
            scope=place.scope,
            body=None,
            span=span_of(statement),
            name_span=span_of(name_node),
            signature=one_line(draft.source, statement.start_byte, statement.end_byte, LONGEST_VALUE),
            annotation=annotation or _annotation_of_parameter(values, place.params),
            values=values,
        )
    )


def _declare_tuple_fields(draft: Draft, owner: Declaration, fields: tuple[Param, ...]) -> None:
    draft.declarations.extend(
        replace(
            owner,
            name=param.name,
            qualified=f"{owner.qualified}.{param.name}",
            kind="field",
            parent=owner.qualified,
            body=None,
            params=None,
            flags=NOTHING,
            decorators=(),
            bases=(),
        )
        for param in fields
    )


def _constructor_params(
    block: Node | None, how: Constructor | None, tuple_fields: tuple[Param, ...] | None, source: bytes
) -> tuple[Param, ...] | None:
    """The parameters of a constructor that is written for the class."""
    if block is None:
        return None
    if tuple_fields is not None:
        return None if writes_constructor(block, source) else tuple_fields
    return fields_of(block, how, source) if how is not None else None


def _annotation_of_parameter(values: tuple[Chain, ...], params: tuple[Param, ...]) -> Chain | None:
    annotations = {param.name: param.annotation for param in params if param.kind not in ("rest", "keywords")}
    return next((annotations[chain[0]] for chain in values if len(chain) == 1 and annotations.get(chain[0])), None)


def _function_kind(place: Place, flags: frozenset[str]) -> Kind:
    if place.kind != "class":
        return "function"
    return "property" if flags & ACCESSORS else "method"


def _conditional(place: Place) -> frozenset[str]:
    return CONDITIONAL if place.conditional else NOTHING


def _signature(source: bytes, node: Node, last: tuple[str, ...]) -> str:
    """The head of a definition, up to the last of its parts that is there."""
    ends = [part.end_byte for field in last if (part := node.child_by_field_name(field)) is not None]
    end = max(ends, default=node.end_byte)
    if b"#" not in source[node.start_byte : end]:
        return one_line(source, node.start_byte, end, LONGEST_SIGNATURE)
    return _without_comments(source, node, end)


def _without_comments(source: bytes, node: Node, end: int) -> str:
    pieces, at = [], node.start_byte
    for part in node.children:
        for child in part.children if part.type in ("parameters", "argument_list") else ():
            if child.type == "comment":
                pieces.append(source[at : child.start_byte])
                at = child.end_byte
    pieces.append(source[at:end])
    text = b"".join(pieces)
    return one_line(text, 0, len(text), LONGEST_SIGNATURE)


def _bases(superclasses: Node | None, source: bytes) -> tuple[tuple[Chain, ...], bool]:
    """The chains of the bases, without what they are subscripted with, and whether the class can be anything."""
    bases: list[Chain] = []
    dynamic = False
    for child in superclasses.named_children if superclasses is not None else ():
        # A metaclass is no reason to doubt: what it adds is rarely what the class defined itself.
        if child.type in ("keyword_argument", "comment", "ERROR"):
            continue
        base = child.child_by_field_name("value") if child.type == "subscript" else child
        if child.type == "call" and named_tuple_fields(child, source) is not None:
            bases.append(TUPLE)
            continue
        chain = chain_of(base, source)
        dynamic = dynamic or not is_path(chain)
        bases.append(chain)
    return tuple(bases), dynamic


def _class_flags(
    name: str,
    block: Node | None,
    dynamic: bool,
    how: Constructor | None,
    params: tuple[Param, ...] | None,
    source: bytes,
) -> frozenset[str]:
    flags = set()
    if name.startswith("Test"):
        flags.add("test")
    if block is not None and is_idle(block):
        flags.add("empty")
    if dynamic or (block is not None and _has_getattr(block, source)):
        flags.add("dynamic")
    if block is not None and _writes_attributes(block, source):
        flags.add("writes_attributes")
    if params is not None:
        flags.add("constructed")
    if how is not None and how.frozen:
        flags.add("frozen_fields")
    return frozenset(flags)


def _has_getattr(block: Node, source: bytes) -> bool:
    if source.find(b"__getattr", block.start_byte, block.end_byte) < 0:
        return False
    return any(_function_name(statement, source) in GETATTR for statement in block.named_children)


def _writes_attributes(block: Node, source: bytes) -> bool:
    start, end = block.start_byte, block.end_byte
    if source.find(b"setattr", start, end) < 0 and source.find(b"__dict__", start, end) < 0:
        return False
    restoring = [part for part in block.named_children if _function_name(part, source) in RESTORING]
    return any(
        not any(part.start_byte <= match.start() < part.end_byte for part in restoring)
        for match in WRITES_ATTRIBUTES.finditer(source, start, end)
    )


def _function_name(statement: Node, source: bytes) -> str:
    """The name of the function that a statement defines, else an empty one."""
    definition = statement.child_by_field_name("definition") or statement
    name = definition.child_by_field_name("name") if definition.type == "function_definition" else None
    return text_of(name, source) if name is not None else ""


def alias_chain(node: Node, source: bytes) -> Chain:
    """What a `type X = …` statement says that X is."""
    return annotation_chain(text_of(node, source))
