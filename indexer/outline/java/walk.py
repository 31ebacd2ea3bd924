"""The walk through a syntax tree: types and their members in full, bodies only where something is mentioned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from indexer.outline.java import sites
from indexer.outline.java.chains import UNKNOWN, chain_of, children_of, erased, part, text_of, type_chain
from indexer.outline.java.declare import (
    TYPE_KINDS,
    declarators,
    declare_anonymous,
    declare_callable,
    declare_components,
    declare_constant,
    declare_fields,
    declare_type,
    parameters,
    qualify,
    written_annotations,
)
from indexer.outline.java.draft import Draft, Frame, span_of
from indexer.types import Arguments, Binding

if TYPE_CHECKING:
    from tree_sitter import Node

Handler = Callable[[Draft, Frame], Iterable[Frame]]
BODIES = frozenset({"class_body", "interface_body", "enum_body", "annotation_type_body"})
CALLABLES = frozenset(
    {
        "method_declaration",
        "constructor_declaration",
        "compact_constructor_declaration",
        "annotation_type_element_declaration",
    }
)
BINDING = frozenset({"resource_specification", "pattern", "record_pattern", "record_pattern_body", "type_pattern"})
FIELDS = frozenset({"field_declaration", "constant_declaration"})


def walk(draft: Draft, root: Node) -> None:
    """Collect the facts below the root."""
    top = draft.open(None, "module", None)
    stack: list[Frame] = []
    for child in root.named_children:
        if child.type == "package_declaration":
            names = [c for c in child.named_children if c.type.endswith("identifier")]
            draft.package = "".join(text_of(names[-1]).split()) if names else ""
            stack += [Frame(one, top, None) for one in child.named_children if "annotation" in one.type]
        elif child.type == "import_declaration":
            _import(draft, child)
        else:
            stack.append(Frame(child, top, None))
    while stack:
        frame = stack.pop()
        handler = HANDLERS.get(frame.node.type)
        stack.extend(handler(draft, frame) if handler is not None else _below(draft, frame))


def _import(draft: Draft, node: Node) -> None:
    path = next((c for c in node.named_children if c.type.endswith("identifier")), None)
    if path is None:
        return
    module, dot, name = "".join(text_of(path).split()).rpartition(".")
    last = path.child_by_field_name("name") or path
    everything = part(node, "asterisk") is not None
    draft.bindings.append(
        Binding(
            "*" if everything else name,
            0,
            "import",
            last.start_point.row + 1,
            module=f"{module}{dot}{name}" if everything else module,
            imported="*" if everything else name,
            span=span_of(last),
            static=part(node, "static") is not None,
        )
    )


def _below(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """What is below a node that says nothing by itself."""
    for child in frame.node.named_children:
        if child.type in TYPE_KINDS or draft.mentioned(child):
            yield Frame(child, frame.scope, frame.within)


def _some(draft: Draft, frame: Frame, nodes: Iterable[Node | None]) -> Iterator[Frame]:
    return (Frame(n, frame.scope, frame.within) for n in nodes if n is not None and draft.mentioned(n))


# ---------------------------------------------------------------- types and members


def _type(draft: Draft, frame: Frame) -> Iterator[Frame]:
    node, name = frame.node, frame.node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if name is None or body is None:
        return
    parent = frame.within
    opened = draft.open(frame.scope, "class", qualify(parent, text_of(name)))
    declaration = declare_type(draft, node, name, frame.scope, parent, opened)
    inside = Frame(body, opened, declaration.qualified)
    _type_parameters(draft, node, opened)
    if node.type == "record_declaration":
        members = _members(draft, inside, node)
        yield from members
        declare_components(draft, node, opened, declaration.qualified)
    else:
        yield from _members(draft, inside, node)
    if node.type == "class_declaration" and not _constructors(body):
        sites.implied_site(draft, inside, name, Arguments(0), ("super",))
    head = (child for child in node.named_children if child != body and child != name)
    yield from _some(draft, inside, head)


def _constructors(body: Node) -> list[Node]:
    return [child for child in body.named_children if child.type == "constructor_declaration"]


def _members(draft: Draft, inside: Frame, owner: Node) -> list[Frame]:
    """Declare what a body holds; comes back with the parts to look at."""
    found: list[Frame] = []
    for member in inside.node.named_children:
        kind = member.type
        if kind in CALLABLES:
            found += _callable(draft, inside, member, owner)
        elif kind in FIELDS:
            declare_fields(draft, member, inside.scope, owner, inside.within or "")
            found += _some(draft, inside, [member])
        elif kind == "enum_constant":
            found += _constant(draft, inside, member, owner)
        elif kind == "enum_body_declarations":
            found += _members(draft, Frame(member, inside.scope, inside.within), owner)
        elif kind in TYPE_KINDS or draft.mentioned(member):
            found.append(Frame(member, inside.scope, inside.within))
    return found


def _callable(draft: Draft, inside: Frame, node: Node, owner: Node) -> Iterator[Frame]:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        return
    qualified = qualify(inside.within, text_of(name))
    scope = draft.open(inside.scope, "function", qualified)
    declare_callable(draft, node, name, inside.scope, owner, inside.within or "", scope)
    _type_parameters(draft, node, scope)
    at = Frame(node, scope, qualified)
    if node.type == "constructor_declaration" and owner.type == "class_declaration" and body is not None:
        first = next(children_of(body), None)
        if first is None or first.type != "explicit_constructor_invocation":
            sites.implied_site(draft, at, name, Arguments(0), ("super",))
    if draft.mentioned(node):
        source = owner if node.type == "compact_constructor_declaration" else node
        for bound, annotation, _ in parameters(source):
            draft.bind(bound, scope, "param", annotation)
        yield from _some(draft, at, (child for child in node.named_children if child != name))


def _constant(draft: Draft, inside: Frame, node: Node, owner: Node) -> Iterator[Frame]:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        return
    declare_constant(draft, node, name, inside.scope, inside.within or "")
    enum = (inside.within or "").rpartition(".")[2]
    count = sum(1 for _ in children_of(node.child_by_field_name("arguments")))
    sites.implied_site(draft, inside, name, Arguments(count), (enum,))
    at = Frame(node, inside.scope, qualify(inside.within, text_of(name)))
    yield from _some(draft, at, [node.child_by_field_name("arguments"), *written_annotations(node)])
    if body is not None and draft.mentioned(body):
        yield from _anonymous(draft, at, node, body, (enum,))


def _anonymous(draft: Draft, frame: Frame, node: Node, body: Node, base: tuple[str, ...]) -> list[Frame]:
    declaration = declare_anonymous(draft, node, body, base, frame.scope, frame.within)
    return _members(draft, Frame(body, declaration.body or 0, declaration.qualified), body)


def _type_parameters(draft: Draft, node: Node, scope: int) -> None:
    for parameter in children_of(part(node, "type_parameters")):
        name = part(parameter, "type_identifier")
        bound = next(children_of(part(parameter, "type_bound")), None)
        if name is not None:
            draft.bind(name, scope, "type", type_chain(bound) if bound is not None else ("Object",))


def _type_parameter(draft: Draft, frame: Frame) -> Iterator[Frame]:
    name = part(frame.node, "type_identifier")
    return _some(draft, frame, (child for child in frame.node.named_children if child != name))


# ---------------------------------------------------------------- statements


def _block(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """A region whose variables end with it."""
    inside = Frame(frame.node, draft.open(frame.scope, "block", None), frame.within)
    return _statements(draft, inside)


def _statements(draft: Draft, frame: Frame) -> Iterator[Frame]:
    for child in frame.node.named_children:
        if child.type == "local_variable_declaration":
            _locals(draft, child, frame.scope)
        if child.type in TYPE_KINDS or child.type in BINDING or draft.mentioned(child):
            yield Frame(child, frame.scope, frame.within)


def _all(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """What is below a node that binds names for what comes after it."""
    return (Frame(child, frame.scope, frame.within) for child in children_of(frame.node))


def _locals(draft: Draft, node: Node, scope: int) -> None:
    written = node.child_by_field_name("type")
    inferred = text_of(written) == "var"
    for declarator in declarators(node):
        name = declarator.child_by_field_name("name")
        if name is None:
            continue
        if inferred:
            draft.bind(name, scope, "value", value=chain_of(declarator.child_by_field_name("value")))
        else:
            draft.bind(name, scope, "value", type_chain(written, declarator.child_by_field_name("dimensions")))


def _declarator(draft: Draft, frame: Frame) -> Iterator[Frame]:
    return _some(draft, frame, [frame.node.child_by_field_name("value")])


def _for_each(draft: Draft, frame: Frame) -> Iterator[Frame]:
    node, name = frame.node, frame.node.child_by_field_name("name")
    inside = Frame(node, draft.open(frame.scope, "block", None), frame.within)
    written, value = node.child_by_field_name("type"), node.child_by_field_name("value")
    if name is not None and text_of(written) == "var":
        draft.bind(name, inside.scope, "value", value=(*chain_of(value), "each"))
    elif name is not None:
        draft.bind(name, inside.scope, "value", type_chain(written, node.child_by_field_name("dimensions")))
    return _some(draft, inside, (child for child in node.named_children if child != name))


def _resource(draft: Draft, frame: Frame) -> Iterator[Frame]:
    node = frame.node
    name, written = node.child_by_field_name("name"), node.child_by_field_name("type")
    value = node.child_by_field_name("value")
    if name is not None and text_of(written) == "var":
        draft.bind(name, frame.scope, "value", value=chain_of(value))
    elif name is not None:
        draft.bind(name, frame.scope, "value", type_chain(written))
    return _some(draft, frame, (child for child in node.named_children if child != name))


def _catch(draft: Draft, frame: Frame) -> Iterator[Frame]:
    inside = Frame(frame.node, draft.open(frame.scope, "block", None), frame.within)
    parameter = part(frame.node, "catch_formal_parameter")
    name = parameter.child_by_field_name("name") if parameter is not None else None
    types = list(children_of(part(parameter, "catch_type"))) if parameter is not None else []
    if name is not None:
        draft.bind(name, inside.scope, "value", type_chain(types[0]) if len(types) == 1 else UNKNOWN)
    return _some(draft, inside, [*types, frame.node.child_by_field_name("body")])


def _lambda(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """The parameters of a lambda have the types that are written down; others are not known."""
    node = frame.node
    inside = Frame(node, draft.open(frame.scope, "block", None), frame.within)
    written = node.child_by_field_name("parameters")
    names = [written] if written is not None and written.type == "identifier" else list(children_of(written))
    for name in names:
        if name.type == "identifier":
            draft.bind(name, inside.scope, "value", value=UNKNOWN)
    for name, annotation, _ in parameters(node):
        if annotation == ("var",):
            draft.bind(name, inside.scope, "value", value=UNKNOWN)
        else:
            draft.bind(name, inside.scope, "value", annotation)
    typed = written if written is not None and written.type == "formal_parameters" else None
    return _some(draft, inside, [typed, node.child_by_field_name("body")])


def _instanceof(draft: Draft, frame: Frame) -> Iterator[Frame]:
    node, name = frame.node, frame.node.child_by_field_name("name")
    if name is not None:
        draft.bind(name, frame.scope, "value", type_chain(node.child_by_field_name("right")))
    patterns = (Frame(c, frame.scope, frame.within) for c in node.named_children if c.type in BINDING)
    rest = (child for child in node.named_children if child != name and child.type not in BINDING)
    return chain(patterns, _some(draft, frame, rest))


def _pattern(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`Foo f` in a `case` or in a record pattern."""
    parts = [child for child in children_of(frame.node) if child.type != "modifiers"]
    if len(parts) == 2:
        inferred = text_of(parts[0]) == "var"
        annotation = None if inferred else type_chain(parts[0])
        draft.bind(parts[1], frame.scope, "value", annotation, UNKNOWN if inferred else None)
    return _some(draft, frame, parts[:1])


def _record_pattern(draft: Draft, frame: Frame) -> Iterator[Frame]:
    parts = list(children_of(frame.node))
    if parts and draft.mentioned(parts[0]):
        sites.type_site(draft, Frame(parts[0], frame.scope, frame.within))
    return (Frame(child, frame.scope, frame.within) for child in parts[1:])


def _switch(draft: Draft, frame: Frame) -> Iterator[Frame]:
    node = frame.node
    inside = Frame(node, draft.open(frame.scope, "block", None), frame.within)
    selector = chain_of(node.child_by_field_name("condition"))
    body = node.child_by_field_name("body")
    yield from _some(draft, frame, [node.child_by_field_name("condition")])
    for group in body.named_children if body is not None else ():
        at = Frame(group, draft.open(inside.scope, "block", None), frame.within) if "rule" in group.type else inside
        at = Frame(group, at.scope, frame.within)
        for label in group.named_children:
            if label.type == "switch_label":
                yield from _label(draft, Frame(label, at.scope, frame.within), selector)
        yield from (f for f in _statements(draft, at) if f.node.type != "switch_label")


def _label(draft: Draft, frame: Frame, selector: tuple[str, ...]) -> Iterator[Frame]:
    for child in frame.node.named_children:
        if child.type == "identifier":
            sites.case_site(draft, Frame(child, frame.scope, frame.within), selector)
        else:
            yield Frame(child, frame.scope, frame.within)


# ---------------------------------------------------------------- expressions


def _call(draft: Draft, frame: Frame) -> Iterator[Frame]:
    sites.call_site(draft, frame)
    name = frame.node.child_by_field_name("name")
    return _some(draft, frame, (child for child in frame.node.named_children if child != name))


def _access(draft: Draft, frame: Frame) -> Iterator[Frame]:
    sites.access_site(draft, frame)
    return _some(draft, frame, [frame.node.child_by_field_name("object")])


def _name(draft: Draft, frame: Frame) -> tuple[Frame, ...]:
    sites.name_site(draft, frame)
    return ()


def _type_name(draft: Draft, frame: Frame) -> Iterator[Frame]:
    sites.type_site(draft, frame)
    if frame.node.type != "scoped_type_identifier":
        return iter(())
    last = sites.last_name(frame.node)
    return _some(draft, frame, (child for child in frame.node.named_children if child != last))


def _creation(draft: Draft, frame: Frame) -> Iterator[Frame]:
    node = frame.node
    body = part(node, "class_body")
    yield from _some(draft, frame, (child for child in node.named_children if child != body))
    if body is not None and draft.mentioned(body):
        base = type_chain(node.child_by_field_name("type"))
        if node.children[0].type != "new":
            base = UNKNOWN
        yield from _anonymous(draft, frame, node, body, base)


def _reference(draft: Draft, frame: Frame) -> Iterator[Frame]:
    sites.reference_sites(draft, frame)
    parts = [child for child in frame.node.named_children]
    made = frame.node.children[-1].type == "new"
    owner = parts[0] if parts else None
    if made and owner is not None and erased(type_chain(owner))[-1].lstrip(".") in draft.names:
        return iter(())
    return _some(draft, frame, [owner])


def _constructor_call(draft: Draft, frame: Frame) -> Iterator[Frame]:
    sites.constructor_site(draft, frame)
    return _below(draft, frame)


def _annotation(draft: Draft, frame: Frame) -> Iterator[Frame]:
    sites.annotation_sites(draft, frame)
    return _some(draft, frame, [frame.node.child_by_field_name("arguments")])


def _pair(draft: Draft, frame: Frame) -> Iterator[Frame]:
    return _some(draft, frame, [frame.node.child_by_field_name("value")])


def _labeled(draft: Draft, frame: Frame) -> Iterator[Frame]:
    return _some(draft, frame, list(children_of(frame.node))[1:])


def _nothing(draft: Draft, frame: Frame) -> tuple[Frame, ...]:
    return ()


def _parameter(draft: Draft, frame: Frame) -> Iterator[Frame]:
    name = frame.node.child_by_field_name("name")
    return _some(draft, frame, (child for child in frame.node.named_children if child != name))


def _spread(draft: Draft, frame: Frame) -> Iterator[Frame]:
    return _some(draft, frame, (c for c in frame.node.named_children if c.type != "variable_declarator"))


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(TYPE_KINDS, _type),
    **dict.fromkeys(
        ("block", "constructor_body", "for_statement", "try_with_resources_statement", "synchronized_statement"), _block
    ),
    "type_parameter": _type_parameter,
    "variable_declarator": _declarator,
    "enhanced_for_statement": _for_each,
    "resource_specification": _all,
    "pattern": _all,
    "record_pattern_body": _all,
    "resource": _resource,
    "catch_clause": _catch,
    "lambda_expression": _lambda,
    "instanceof_expression": _instanceof,
    "type_pattern": _pattern,
    "record_pattern_component": _pattern,
    "record_pattern": _record_pattern,
    "switch_expression": _switch,
    "method_invocation": _call,
    "field_access": _access,
    "identifier": _name,
    "type_identifier": _type_name,
    "scoped_type_identifier": _type_name,
    "object_creation_expression": _creation,
    "method_reference": _reference,
    "explicit_constructor_invocation": _constructor_call,
    "annotation": _annotation,
    "marker_annotation": _annotation,
    "element_value_pair": _pair,
    "labeled_statement": _labeled,
    "break_statement": _nothing,
    "continue_statement": _nothing,
    "formal_parameter": _parameter,
    "spread_parameter": _spread,
    "this": _nothing,
    "super": _nothing,
}
