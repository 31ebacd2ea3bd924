"""Declarations of Java: types, methods, constructors, fields and the constants of enums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.outline.java.chains import children_of, erased, part, text_of, type_chain
from indexer.outline.java.draft import LONGEST_SIGNATURE, Draft, span_of
from indexer.types import Chain, Declaration, Kind, Param

if TYPE_CHECKING:
    from tree_sitter import Node

TYPE_KINDS: dict[str, Kind] = {
    "class_declaration": "class",
    "record_declaration": "class",
    "interface_declaration": "interface",
    "annotation_type_declaration": "interface",
    "enum_declaration": "enum",
}
TYPE_FLAGS = {"record_declaration": "record", "annotation_type_declaration": "annotation"}
KEPT_MODIFIERS = frozenset({"static", "abstract", "private", "protected", "public", "final", "sealed", "native"})
ANNOTATIONS = frozenset({"annotation", "marker_annotation"})
TESTS = frozenset({"Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate"})


def qualify(parent: str | None, name: str) -> str:
    """The name of a member."""
    return f"{parent}.{name}" if parent else name


def modifiers_of(node: Node) -> tuple[frozenset[str], tuple[str, ...]]:
    """The kept modifiers of a declaration, and the names of its annotations as written."""
    modifiers = part(node, "modifiers")
    if modifiers is None:
        return frozenset(), ()
    words = frozenset(child.type for child in modifiers.children) & KEPT_MODIFIERS
    named = [child.child_by_field_name("name") for child in modifiers.children if child.type in ANNOTATIONS]
    return words, tuple(text_of(name) for name in named if name is not None)


def written_annotations(node: Node) -> list[Node]:
    """The annotations of a declaration."""
    modifiers = part(node, "modifiers")
    return [child for child in modifiers.children if child.type in ANNOTATIONS] if modifiers is not None else []


def declare_type(draft: Draft, node: Node, name: Node, scope: int, parent: str | None, body: int) -> Declaration:
    """A class, record, interface, annotation or enum."""
    flags, decorators = modifiers_of(node)
    if node.type in TYPE_FLAGS:
        flags |= {TYPE_FLAGS[node.type]}
    if _is_generated(node, "AllArgsConstructor"):
        flags |= {"constructed"}
    inside = node.child_by_field_name("body")
    declaration = Declaration(
        name=text_of(name),
        qualified=qualify(parent, text_of(name)),
        kind=TYPE_KINDS[node.type],
        parent=parent,
        scope=scope,
        body=body,
        span=span_of(node),
        name_span=span_of(name),
        signature=_signature(draft, node, inside),
        params=params_of(node) if node.type == "record_declaration" else None,
        flags=flags,
        decorators=decorators,
        bases=tuple(_bases(node)),
        implements=tuple(_implemented(node)),
    )
    draft.declarations.append(declaration)
    return declaration


def _is_generated(node: Node, annotation: str) -> bool:
    return annotation in {name.rpartition(".")[2] for name in modifiers_of(node)[1]}


def declare_anonymous(draft: Draft, node: Node, body: Node, base: Chain, scope: int, within: str | None) -> Declaration:
    """The class of `new C() { … }`, or of an enum's constant with a body; nobody else can name it."""
    name = draft.numbered(within, "".join(erased(base)))
    opened = draft.open(scope, "class", qualify(within, name))
    declaration = Declaration(
        name=name,
        qualified=qualify(within, name),
        kind="class",
        parent=within,
        scope=scope,
        body=opened,
        span=span_of(node),
        name_span=span_of(node),
        signature=_signature(draft, node, body),
        flags=frozenset({"anonymous"}),
        bases=(base,),
    )
    draft.declarations.append(declaration)
    return declaration


def declare_callable(draft: Draft, node: Node, name: Node, scope: int, owner: Node, parent: str, body: int) -> None:
    """A method, a constructor, or an element of an annotation type."""
    flags, decorators = modifiers_of(node)
    inside = node.child_by_field_name("body")
    is_constructor = node.type in ("constructor_declaration", "compact_constructor_declaration")
    bare = inside is None and not is_constructor
    if bare and owner.type in ("interface_declaration", "annotation_type_declaration"):
        flags |= {"abstract"}
    if node.child_by_field_name("value") is not None:
        flags |= {"optional"}
    if {name.rpartition(".")[2] for name in decorators} & TESTS:
        flags |= {"test"}
    kind: Kind = "constructor" if is_constructor else "method"
    compact = node.type == "compact_constructor_declaration"
    draft.declarations.append(
        Declaration(
            name=text_of(name),
            qualified=qualify(parent, text_of(name)),
            kind=kind,
            parent=parent,
            scope=scope,
            body=body,
            span=span_of(node),
            name_span=span_of(name),
            signature=_signature(draft, node, inside),
            params=params_of(owner if compact else node),
            flags=flags,
            decorators=decorators,
            annotation=None
            if is_constructor
            else type_chain(node.child_by_field_name("type"), node.child_by_field_name("dimensions")),
        )
    )


def declare_fields(draft: Draft, node: Node, scope: int, owner: Node, parent: str) -> None:
    """The fields of one statement; those of an interface are constants."""
    flags, decorators = modifiers_of(node)
    if node.type == "constant_declaration" or owner.type in ("interface_declaration", "annotation_type_declaration"):
        flags |= {"static", "final"}
    kind: Kind = "constant" if {"static", "final"} <= flags else "field"
    for declarator in declarators(node):
        name = declarator.child_by_field_name("name")
        if name is None:
            continue
        draft.declarations.append(
            Declaration(
                name=text_of(name),
                qualified=qualify(parent, text_of(name)),
                kind=kind,
                parent=parent,
                scope=scope,
                body=None,
                span=span_of(node),
                name_span=span_of(name),
                signature=draft.said(node, declarator.start_byte) + " " + text_of(name),
                flags=flags,
                decorators=decorators,
                annotation=type_chain(node.child_by_field_name("type"), declarator.child_by_field_name("dimensions")),
            )
        )


def declarators(node: Node) -> Iterator[Node]:
    """The variables of a declaration."""
    return (child for child in node.children if child.type == "variable_declarator")


def declare_constant(draft: Draft, node: Node, name: Node, scope: int, parent: str) -> None:
    """A constant of an enum."""
    draft.declarations.append(
        Declaration(
            name=text_of(name),
            qualified=qualify(parent, text_of(name)),
            kind="constant",
            parent=parent,
            scope=scope,
            body=None,
            span=span_of(node),
            name_span=span_of(name),
            signature=text_of(name),
            flags=frozenset({"static", "final", "public", "member"}),
            decorators=modifiers_of(node)[1],
            annotation=(parent.rpartition(".")[2],),
        )
    )


def declare_components(draft: Draft, node: Node, scope: int, parent: str) -> None:
    """The fields and accessors that a record has of its header."""
    written = {d.name for d in draft.declarations if d.parent == parent and d.kind == "method" and not d.params}
    for name, annotation, _ in parameters(node):
        text = text_of(name)
        shared = {
            "name": text,
            "qualified": qualify(parent, text),
            "parent": parent,
            "scope": scope,
            "body": None,
            "span": span_of(name),
            "name_span": span_of(name),
            "signature": f"{draft.said(name.parent)}" if name.parent is not None else text,
            "annotation": annotation,
        }
        draft.declarations.append(Declaration(kind="field", flags=frozenset({"final", "private"}), **shared))  # type: ignore[arg-type]
        if text not in written:
            flags = frozenset({"public", "component"})
            draft.declarations.append(Declaration(kind="method", params=(), flags=flags, **shared))  # type: ignore[arg-type]


# ---------------------------------------------------------------- parameters, bases, signatures


def parameters(node: Node) -> Iterator[tuple[Node, Chain, bool]]:
    """The parameters of a definition: the name's node, the type, and whether it takes any number of arguments."""
    for child in children_of(node.child_by_field_name("parameters")):
        if child.type == "formal_parameter":
            name = child.child_by_field_name("name")
            if name is not None and name.type != "this" and text_of(name) != "this":
                yield (
                    name,
                    type_chain(child.child_by_field_name("type"), child.child_by_field_name("dimensions")),
                    False,
                )
        elif child.type == "spread_parameter":
            declarator = part(child, "variable_declarator")
            name = declarator.child_by_field_name("name") if declarator is not None else None
            written = [c for c in children_of(child) if c.type not in ("modifiers", "variable_declarator")]
            if name is not None and written:
                yield name, ("<array>", "<", *type_chain(written[-1]), ">"), True


def params_of(node: Node) -> tuple[Param, ...]:
    """What a caller fills in."""
    return tuple(
        Param(text_of(name), "rest" if rest else "positional_only", not rest, annotation)
        for name, annotation, rest in parameters(node)
    )


def _bases(node: Node) -> Iterator[Chain]:
    superclass = node.child_by_field_name("superclass")
    if superclass is not None:
        yield from (type_chain(child) for child in children_of(superclass))
    extended = part(node, "extends_interfaces")
    yield from _listed(extended)


def _implemented(node: Node) -> Iterator[Chain]:
    return _listed(node.child_by_field_name("interfaces"))


def _listed(node: Node | None) -> Iterator[Chain]:
    for listing in children_of(node):
        yield from (type_chain(child) for child in children_of(listing))


def _signature(draft: Draft, node: Node, body: Node | None) -> str:
    start = part(node, "modifiers")
    text = draft.said(node, body.start_byte if body is not None else None)
    for annotation in written_annotations(node) if start is not None else ():
        text = text.removeprefix(draft.said(annotation)).lstrip()
    return text.rstrip("; ")[:LONGEST_SIGNATURE]
