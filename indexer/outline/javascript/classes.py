"""Classes, interfaces, type aliases, enums and objects of functions: definitions with members."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from indexer.outline.javascript.chains import CLASSES, FUNCTIONS, text_of, type_chain
from indexer.outline.javascript.draft import Draft, Frame, name_of, qualify
from indexer.outline.javascript.functions import declare_function
from indexer.outline.javascript.params import parameter_nodes, pattern_of
from indexer.types import Chain

METHODS = frozenset({"method_definition", "method_signature", "abstract_method_signature"})
FIELDS = frozenset({"field_definition", "public_field_definition", "property_signature"})
FIELD_TOKENS = {"static": "static", "?": "optional", "abstract": "abstract", "accessor": "accessor"}
METHOD_TOKENS = FIELD_TOKENS | {"get": "accessor", "set": "setter"}
ASSIGNS_FIELD = re.compile(rb"(?<![\w$.])this\s*\.\s*#?[\w$\x80-\xff]+\s*(?:=(?![=>])|\|\|=|\?\?=)")
# In these `this` is another thing.
OTHER_RECEIVERS = CLASSES | {
    "class_declaration",
    "abstract_class_declaration",
    "function_declaration",
    "generator_function_declaration",
}
# Types that are made of the members of others.
COMPUTED = frozenset({"Omit", "Pick", "Exclude", "Extract", "Record"})
MOST_DEPTH = 400
MOST_JOINED = 64


def declare_class(
    draft: Draft,
    frame: Frame,
    name: Node | str,
    whole: Node,
    *,
    scope: int | None = None,
    parent: str | None = None,
    flags: Iterable[str] = (),
    decorators: Iterable[Node] = (),
) -> list[Frame]:
    """Notes the class of the frame with its members; comes back with the parts of it to look at."""
    node = frame.node
    owner = qualify(frame.within if parent is None else parent, name if isinstance(name, str) else name_of(name))
    inside = _enter(draft, frame, owner)
    body = node.child_by_field_name("body")
    bases, implements = _heritage(draft, frame)
    all_flags = {*flags}
    if node.type == "abstract_class_declaration":
        all_flags.add("abstract")
    marks = [*decorators, *(child for child in node.children if child.type == "decorator")]
    if marks:
        all_flags.add("opaque")
    if any("()" in base for base in bases) or _has_index(body):
        all_flags.add("dynamic")
    if bases:
        draft.bases[inside.scope] = bases[0]
    draft.declare(
        frame,
        name,
        "class",
        whole,
        scope=scope,
        parent=parent,
        body=inside.scope,
        flags=all_flags,
        signature_end=body.start_byte if body is not None else None,
        decorators=tuple(text_of(mark) for mark in marks),
        bases=bases,
        implements=implements,
    )
    frames = [
        (inside if child == body else frame).down(child)
        for child in node.named_children
        if child != body and draft.mentioned(child)
    ]
    if body is not None:
        frames.extend(_members(draft, inside.down(body)))
        assigned_fields(draft, inside.down(body))
    return frames


def enter_class(draft: Draft, frame: Frame) -> list[Frame]:
    """A class expression in the middle of an expression: a definition only of its own name."""
    name = frame.node.child_by_field_name("name")
    return declare_class(draft, frame, name or "<class>", frame.node, scope=frame.scope)


def declare_shape(draft: Draft, frame: Frame) -> list[Frame]:
    """Notes an interface, type alias or enum with its members."""
    node = frame.node
    name = node.child_by_field_name("name")
    if name is None:
        return list(draft.mentioning(frame))
    kind = SHAPES[node.type]
    body = node.child_by_field_name("body")
    value = node.child_by_field_name("value")
    listed = _listed(value) if body is None else [body]
    body = listed[0] if listed else None
    inside = _enter(draft, frame, qualify(frame.within, name_of(name)))
    draft.declare(
        frame,
        name,
        kind,  # type: ignore[arg-type]
        node,
        body=inside.scope,
        flags={"dynamic"} if _has_index(body) or _is_computed(value) else (),
        signature_end=body.start_byte if body is not None else None,
        bases=tuple(_extended(node)) if value is None else tuple(_joined(value)),
        annotation=type_chain(value) if value is not None and body is None else None,
    )
    frames = [
        frame.down(child) for child in node.named_children if child not in (name, *listed) and draft.mentioned(child)
    ]
    members = _enum_members if kind == "enum" else _members
    for part in listed:
        frames.extend(members(draft, inside.down(part)))
    return frames


SHAPES = {"interface_declaration": "interface", "type_alias_declaration": "type", "enum_declaration": "enum"}


def declare_members_of_object(draft: Draft, frame: Frame, owner: str) -> tuple[int, bool, list[Frame]]:
    """Notes what an object holds; comes back with its scope, whether more may be in it, and the parts to look at."""
    inside = _enter(draft, frame, owner)
    inside.complete = False
    frames: list[Frame] = []
    dynamic = False
    for child in frame.node.named_children:
        step = inside.down(child)
        kind = child.type
        key = child.child_by_field_name("key") or child.child_by_field_name("name")
        if kind == "spread_element" or (key is not None and key.type == "computed_property_name"):
            dynamic = True
            frames.extend([step] if draft.mentioned(child) else ())
        elif kind == "method_definition" and key is not None:
            frames.extend(_method(draft, step, ()))
        elif kind == "pair" and key is not None:
            frames.extend(_object_field(draft, step, key, child.child_by_field_name("value")))
        elif kind == "shorthand_property_identifier":
            draft.declare(step, child, "field", child, values=((text_of(child),),))
            frames.extend([step] if draft.mentioned(child) else ())
    return inside.scope, dynamic, frames


def _object_field(draft: Draft, frame: Frame, key: Node, value: Node | None) -> list[Frame]:
    if value is not None and value.type in FUNCTIONS:
        return declare_function(
            draft, frame.down(value), key, frame.node, kind="method", receiver=True, asked=False, scope=frame.scope
        )
    draft.declare(frame, key, "field", frame.node, values=(draft.chain(value, frame),))
    return [frame.down(value)] if value is not None and draft.mentioned(value) else []


def _enter(draft: Draft, frame: Frame, owner: str) -> Frame:
    inside = frame.inside(draft.open(frame.scope, "class", owner))
    inside.within = owner
    inside.receiver = True
    inside.flags = frozenset()
    return inside


def _heritage(draft: Draft, frame: Frame) -> tuple[tuple[Chain, ...], tuple[Chain, ...]]:
    bases: list[Chain] = []
    implements: list[Chain] = []
    for heritage in frame.node.named_children:
        if heritage.type != "class_heritage":
            continue
        for part in heritage.named_children:
            if part.type == "extends_clause":
                bases.append(draft.chain(part.child_by_field_name("value"), frame))
            elif part.type == "implements_clause":
                implements.extend(type_chain(child) for child in part.named_children)
            elif part.type != "comment":
                bases.append(draft.chain(part, frame))
    return tuple(bases), tuple(implements)


def _extended(node: Node) -> Iterator[Chain]:
    for clause in node.named_children:
        if clause.type == "extends_type_clause":
            yield from (type_chain(child) for child in clause.named_children if child.type != "comment")


def _joined(value: Node) -> Iterator[Chain]:
    """The types whose members a type alias has, apart from those it lists itself."""
    return (type_chain(part) for part in _parts_of(value) if part.type != "object_type")


def _listed(value: Node | None) -> list[Node]:
    """The parts of a type alias that list members."""
    return [part for part in _parts_of(value) if part.type == "object_type"] if value is not None else []


def _parts_of(value: Node) -> Iterator[Node]:
    """What an intersection joins; any other type is its own only part."""
    pending = [value]
    for _ in range(MOST_JOINED):
        if not pending:
            return
        node = pending.pop()
        if node.type == "intersection_type":
            pending.extend(reversed(node.named_children))
        else:
            yield node


def _is_computed(value: Node | None) -> bool:
    """Whether a type alias joins more than named types: what a part of it has can't be told by name."""
    if value is None or value.type != "intersection_type":
        return False
    return any(base[0].startswith("<") or base[-1] in COMPUTED for base in _joined(value))


def _has_index(body: Node | None) -> bool:
    return body is not None and any(child.type == "index_signature" for child in body.named_children)


def _members(draft: Draft, frame: Frame) -> Iterator[Frame]:
    decorators: list[Node] = []
    for child in frame.node.named_children:
        kind = child.type
        if kind == "decorator":
            decorators.append(child)
            if draft.mentioned(child):
                yield frame.down(child)
            continue
        if kind in METHODS:
            yield from _method(draft, frame.down(child), decorators)
        elif kind in FIELDS:
            yield from _field(draft, frame.down(child))
        elif draft.mentioned(child):
            yield frame.down(child)
        if kind != "comment":
            decorators = []


def _method(draft: Draft, frame: Frame, decorators: Iterable[Node]) -> list[Frame]:
    node = frame.node
    name = node.child_by_field_name("name")
    if name is None or name.type == "computed_property_name":
        return [frame.down(child) for child in node.named_children if draft.mentioned(child)]
    flags = set(_tokens(node, METHOD_TOKENS))
    if flags & {"accessor", "setter"}:
        flags.add("property")
    if node.type == "abstract_method_signature":
        flags.add("abstract")
    if decorators:
        flags.add("opaque")
    constructor = name.text == b"constructor"
    if constructor:
        _parameter_properties(draft, frame)
    owner = (frame.within or "").rpartition(".")[2]
    return declare_function(
        draft,
        frame,
        name,
        node,
        kind="constructor" if constructor else "property" if "property" in flags else "method",
        flags=flags,
        receiver=True,
        asked=constructor and owner in draft.names,
        decorators=tuple(text_of(mark) for mark in decorators),
    )


def _field(draft: Draft, frame: Frame) -> list[Frame]:
    node = frame.node
    name = node.child_by_field_name("name") or node.child_by_field_name("property")
    if name is None or name.type == "computed_property_name":
        return [frame.down(child) for child in node.named_children if draft.mentioned(child)]
    flags = set(_tokens(node, FIELD_TOKENS)) - {"accessor"}
    decorators = tuple(text_of(child) for child in node.children if child.type == "decorator")
    annotation = node.child_by_field_name("type")
    chain = type_chain(annotation) if annotation is not None else None
    value = node.child_by_field_name("value")
    frames = [
        frame.down(child) for child in node.named_children if child not in (name, value) and draft.mentioned(child)
    ]
    if value is not None and value.type in FUNCTIONS:
        inside = declare_function(
            draft,
            frame.down(value),
            name,
            node,
            kind="method",
            flags=flags,
            receiver=True,
            decorators=decorators,
            typed=annotation,
        )
        return [*frames, *inside]
    if value is not None and draft.mentioned(value):
        frames.append(frame.down(value))
    values = (draft.chain(value, frame),) if value is not None else ()
    draft.declare(frame, name, "field", node, flags=flags, decorators=decorators, annotation=chain, values=values)
    return frames


def _tokens(node: Node, tokens: dict[str, str]) -> Iterator[str]:
    """The flags that the words before and after a member's name say."""
    for child in node.children:
        kind = child.type
        if kind in tokens:
            yield tokens[kind]
        elif (kind == "accessibility_modifier" and child.text == b"private") or kind == "private_property_identifier":
            yield "private"
        elif kind in ("formal_parameters", "type_annotation", "="):
            return


def _parameter_properties(draft: Draft, frame: Frame) -> None:
    """`constructor(private a: A)` makes a field."""
    for node in parameter_nodes(frame.node):
        words = {child.type: child for child in node.children if child.type in ("accessibility_modifier", "readonly")}
        pattern = pattern_of(node)
        if not words or pattern.type != "identifier":
            continue
        annotation = node.child_by_field_name("type")
        access = words.get("accessibility_modifier")
        draft.declare(
            frame,
            pattern,
            "field",
            node,
            flags={"private"} if access is not None and access.text == b"private" else (),
            annotation=type_chain(annotation) if annotation is not None else None,
        )


def _enum_members(draft: Draft, frame: Frame) -> Iterator[Frame]:
    for child in frame.node.named_children:
        name = child.child_by_field_name("name") if child.type == "enum_assignment" else child
        if name is not None and name.type in ("property_identifier", "string", "private_property_identifier"):
            draft.declare(frame, name, "field", child, flags={"static"})
        if child != name and draft.mentioned(child):
            yield frame.down(child)


def assigned_fields(draft: Draft, frame: Frame, functions: int = 1) -> None:
    """`this.a = …` makes a field, as far as `this` is the instance: so many functions with a `this` lie between."""
    body = frame.node
    for match in ASSIGNS_FIELD.finditer(draft.source, body.start_byte, body.end_byte):
        assignment = _assignment_at(body, match.start(), functions)
        target = assignment.child_by_field_name("left") if assignment is not None else None
        name = target.child_by_field_name("property") if target is not None else None
        if assignment is None or name is None:
            continue
        right = assignment.child_by_field_name("right")
        at = frame.down(assignment)
        known = draft.declared_in(frame.scope, text_of(name))
        value = draft.chain(right, at)
        if known is None:
            # TypeScript's fields, and private ones everywhere, exist only where the class declares them.
            if not draft.typed and name.type != "private_property_identifier":
                draft.declare(frame, name, "field", assignment, values=(value,))
        elif known.kind == "field":
            draft.amend(known, values=(value,))


def _assignment_at(body: Node, offset: int, most: int) -> Node | None:
    """The assignment `this.a = …` at an offset, None where `this` is not the instance of the class."""
    node: Node | None = body
    assignment: Node | None = None
    functions = 0
    leaf = body.descendant_for_byte_range(offset, offset + 1) or body
    for _ in range(MOST_DEPTH):
        node = node.child_with_descendant(leaf) if node is not None else None
        if node is None:
            return None
        kind = node.type
        if kind in ("assignment_expression", "augmented_assignment_expression"):
            assignment = node
        elif kind == "this":
            return (
                assignment if functions <= most and assignment is not None and assignment.start_byte == offset else None
            )
        elif kind == "method_definition" or (kind in FUNCTIONS and kind != "arrow_function"):
            functions += 1
        elif kind in OTHER_RECEIVERS:
            return None
    return None
