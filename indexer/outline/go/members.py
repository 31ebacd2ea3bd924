"""Parameters, fields of structs and methods of interfaces."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.go.draft import Draft, parts, text_of
from indexer.outline.go.kinds import NOTHING, UNTOLD, bracketed, result_chain, type_chain, unnamed
from indexer.types import Chain, Kind, Param

PARAMETERS = frozenset({"parameter_declaration", "variadic_parameter_declaration"})
SHAPES = frozenset({"struct_type", "interface_type"})


def written_params(node: Node) -> Iterator[tuple[Node, Node | None, Chain]]:
    """Each parameter of a list: its declaration, its name if it has one, its type."""
    for part in parts(node.child_by_field_name("parameters")):
        if part.type not in PARAMETERS:
            continue
        chain = type_chain(part.child_by_field_name("type"))
        if part.type.startswith("variadic"):
            chain = ("[]", *bracketed([chain]))
        names: list[Node | None] = [*part.children_by_field_name("name")]
        for name in names or [None]:
            yield part, name, chain


def params_of(node: Node) -> tuple[Param, ...]:
    """What callers have to pass; a parameter without a name is called by its type."""
    found = []
    for part, name, chain in written_params(node):
        rest = part.type.startswith("variadic")
        written = part.child_by_field_name("type")
        called = text_of(name) if name is not None else ""
        if called in ("", "_"):
            called = " ".join(text_of(written).split())[:80] if written is not None else "_"
        found.append(Param(called, "rest" if rest else "positional_only", not rest, chain))
    return tuple(found)


def bind_params(draft: Draft, node: Node, scope: int) -> None:
    """Bind the parameters and the named results of a function in its scope."""
    for _, name, chain in written_params(node):
        if name is not None:
            draft.bind(name, scope, annotation=chain)
    for part in parts(node.child_by_field_name("result")):
        if part.type in PARAMETERS:
            chain = type_chain(part.child_by_field_name("type"))
            for name in part.children_by_field_name("name"):
                draft.bind(name, scope, annotation=chain)


def bind_type_params(draft: Draft, node: Node, scope: int) -> None:
    """Bind the type parameters of a function or type: each is of the type that its constraint names."""
    for part in parts(node.child_by_field_name("type_parameters")):
        constraint = type_chain(part.child_by_field_name("type"))
        for name in part.children_by_field_name("name"):
            draft.bind(name, scope, annotation=("<type>", *constraint))


def declare_shape(draft: Draft, node: Node, owner: str, scope: int) -> None:
    """The members of a struct or an interface; `scope` is the one its types are looked up in."""
    waiting = [(node, owner)]
    while waiting:
        shape, name = waiting.pop()
        for row in _rows(shape):
            if row.type == "method_elem":
                _declare_method(draft, row, name, scope)
            elif row.type == "field_declaration":
                _declare_fields(draft, row, name, scope)
            inner = unnamed_shapes(row.child_by_field_name("type"))
            waiting += [(shape, unnamed(shape)) for shape in inner if _declared(draft, shape, scope)]


def unnamed_shapes(node: Node | None) -> list[Node]:
    """The structs and interfaces without a name in a type, outermost only."""
    found: list[Node] = []
    waiting = [node] if node is not None else []
    while waiting:
        inner = waiting.pop()
        if inner.type in SHAPES:
            found.append(inner)
        else:
            waiting += inner.named_children
    return found


def declare_unnamed(draft: Draft, node: Node | None, scope: int) -> None:
    """Declare the structs and interfaces in a type that have no name, under the ones that chains call them by."""
    for shape in unnamed_shapes(node):
        if _declared(draft, shape, scope):
            declare_shape(draft, shape, unnamed(shape), scope)


def _declared(draft: Draft, node: Node, scope: int) -> bool:
    """Declare one, without its members; False where it has none or was declared before."""
    name = unnamed(node)
    if name in draft.unnamed or name == NOTHING:
        return False
    draft.unnamed.add(name)
    kind: Kind = "struct" if node.type == "struct_type" else "interface"
    draft.declare(name, kind, node, scope=scope, signature=name, bases=embedded(node))
    return True


def _rows(shape: Node) -> list[Node]:
    """The fields of a struct, the methods and types of an interface."""
    return parts(shape) if shape.type == "interface_type" else parts(parts(shape)[0] if parts(shape) else None)


def embedded(node: Node) -> tuple[Chain, ...]:
    """The types that a struct or interface embeds; a union of types is none that can be told."""
    found = []
    for row in _rows(node):
        if row.type == "type_elem":
            found.append(type_chain(row))
        elif row.type == "field_declaration" and not row.children_by_field_name("name"):
            found.append(type_chain(row.child_by_field_name("type")))
    return tuple(found)


def _declare_method(draft: Draft, node: Node, owner: str, scope: int) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        draft.declare(
            name,
            "method",
            node,
            scope=scope,
            parent=owner,
            signature=draft.signature(node, None),
            params=params_of(node),
            annotation=result_chain(node),
            flags=("abstract",),
        )


def _declare_fields(draft: Draft, node: Node, owner: str, scope: int) -> None:
    written = node.child_by_field_name("type")
    chain = type_chain(written)
    signature = draft.signature(node, None)
    for name in node.children_by_field_name("name"):
        if text_of(name) != "_":
            draft.declare(name, "field", node, scope=scope, parent=owner, signature=signature, annotation=chain)
    if not node.children_by_field_name("name") and chain != UNTOLD and written is not None:
        bare = chain[: chain.index("<")] if "<" in chain else chain
        called = bare[-1].lstrip(".")
        if called.isidentifier():
            draft.declare(called, "field", node, scope=scope, parent=owner, name_at=written,
                          signature=signature, annotation=chain, flags=("embedded",))  # fmt: skip
