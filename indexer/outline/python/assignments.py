"""Assignments: declarations in modules and classes, bindings in functions, fields through the receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.python.annotations import annotation_chain
from indexer.outline.python.chains import UNKNOWN, alternatives, chain_of, dotted
from indexer.outline.python.constructed import named_tuple_fields
from indexer.outline.python.definitions import (
    alias_chain,
    declare_attribute,
    declare_lambda,
    declare_tuple,
    declare_value,
)
from indexer.outline.python.descent import child_at
from indexer.outline.python.exports import NAME as ALL
from indexer.outline.python.exports import export_value
from indexer.outline.python.imports import loaded
from indexer.outline.python.inner import lambda_scope
from indexer.outline.python.targets import leaves
from indexer.outline.python.text import text_of
from indexer.types import Chain

if TYPE_CHECKING:
    from tree_sitter import Node

    from indexer.outline.python.draft import Draft, Place

DEEPEST = 400
MOST_TARGETS = 50
FUNCTIONS = frozenset({"lambda", "function_definition"})


def assign(draft: Draft, node: Node, statement: Node, place: Place) -> None:
    """Declare or bind what an assignment assigns: `a = b = c`, `a, self.b = …`, `a: T`."""
    targets, value, written = _chained(node)
    annotation = annotation_chain(text_of(written, draft.source)) if written is not None else None
    annotation = annotation or _cast(value, draft.source)
    for target in targets:
        if value is not None and target.type == "identifier" and _definition(draft, target, value, statement, place):
            continue
        for leaf, values in leaves(target, value, draft.source):
            _store(draft, leaf, _type_alias(value, draft.source) or values, annotation, statement, place)
            if place.kind == "module" and text_of(leaf, draft.source) == ALL:
                # `a, __all__ = attach()` gives no list to read.
                export_value(draft, value if leaf == target else target)


def augment(draft: Draft, node: Node, place: Place) -> None:
    """`x += …` binds x anew."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or left.type != "identifier":
        return
    name = text_of(left, draft.source)
    draft.bind(name, left, place.scope)
    if place.kind == "module" and name == ALL:
        export_value(draft, right)


def store_attribute(
    draft: Draft, leaf: Node, values: tuple[Chain, ...], annotation: Chain | None, statement: Node, place: Place
) -> None:
    """Declare the field that a method assigns to its own object; other targets declare nothing."""
    on = leaf.child_by_field_name("object") if leaf.type == "attribute" and place.receiver else None
    if on is not None and on.type == "identifier" and text_of(on, draft.source) == place.receiver:
        declare_attribute(draft, leaf, statement, place, values, annotation)


def type_alias(draft: Draft, statement: Node, place: Place) -> None:
    """`type X = C` makes X another name for C."""
    left, right = statement.child_by_field_name("left"), statement.child_by_field_name("right")
    name = left
    while name is not None and name.type != "identifier":
        name = name.named_children[0] if name.named_children else None
    if name is None or right is None:
        return
    chain = alias_chain(right, draft.source)
    if place.kind == "function":
        draft.bind(text_of(name, draft.source), name, place.scope, (chain,))
    else:
        declare_value(draft, name, statement, place, (chain,), None)


def bind_walruses(draft: Draft, root: Node, start: int, end: int, place: Place) -> None:
    """Bind what `(x := …)` assigns between two offsets; comprehensions let it through, lambdas do not."""
    for offset in draft.marks.walruses.between(start, end):
        node = _walrus(root, offset)
        name = node.child_by_field_name("name") if node is not None else None
        if node is not None and name is not None and name.type == "identifier":
            values = alternatives(node.child_by_field_name("value"), draft.source)
            draft.bind(text_of(name, draft.source), name, place.scope, values)


def _type_alias(value: Node | None, source: bytes) -> tuple[Chain, ...]:
    """`X = Union[A, B]` makes X another name for either."""
    head = value.child_by_field_name("value") if value is not None and value.type == "subscript" else None
    if value is None or head is None or dotted(chain_of(head, source)).rpartition(".")[2] not in ("Union", "Optional"):
        return ()
    return (annotation_chain(text_of(value, source)),)


def _chained(node: Node) -> tuple[list[Node], Node | None, Node | None]:
    """The targets of `a = b = value`, the value, and the annotation."""
    targets: list[Node] = []
    written: Node | None = None
    value: Node | None = node
    while value is not None and value.type == "assignment" and len(targets) < MOST_TARGETS:
        left = value.child_by_field_name("left")
        if left is not None:
            targets.append(left)
        written = written or value.child_by_field_name("type")
        value = value.child_by_field_name("right")
    return targets, value, written


def _store(
    draft: Draft, leaf: Node, values: tuple[Chain, ...], annotation: Chain | None, statement: Node, place: Place
) -> None:
    if leaf.type == "identifier":
        if place.kind == "function":
            draft.bind(text_of(leaf, draft.source), leaf, place.scope, values or (UNKNOWN,), annotation)
        else:
            declare_value(draft, leaf, statement, place, values, annotation)
    else:
        store_attribute(draft, leaf, values, annotation, statement, place)


def _definition(draft: Draft, target: Node, value: Node, statement: Node, place: Place) -> bool:
    """Declare what a name is assigned if that is as good as a `def` or `class`."""
    module = loaded(target, value, draft.source, place.scope) if place.kind != "class" else None
    if module is not None:
        draft.bindings.append(module)
        return True
    if value.type == "lambda":
        scope = lambda_scope(draft, value, place.scope, place.qualify(text_of(target, draft.source)))
        declare_lambda(draft, target, value, statement, place, scope)
        return True
    fields = named_tuple_fields(value, draft.source) if value.type == "call" and place.kind != "function" else None
    if fields is not None:
        declare_tuple(draft, target, fields, statement, place)
    return fields is not None


def _cast(value: Node | None, source: bytes) -> Chain | None:
    """The class that `cast(C, x)` says its value has."""
    if value is None or value.type != "call":
        return None
    called = dotted(chain_of(value.child_by_field_name("function"), source))
    arguments = value.child_by_field_name("arguments")
    if called not in ("cast", "typing.cast", "t.cast") or arguments is None or not arguments.named_children:
        return None
    return annotation_chain(text_of(arguments.named_children[0], source))


def _walrus(root: Node, offset: int) -> Node | None:
    node = root
    for _ in range(DEEPEST):
        child = child_at(node, offset)
        if child is None or child.type in FUNCTIONS:
            return None
        if child.child_count == 0:
            return node if node.type == "named_expression" and child.type == ":=" else None
        node = child
    return None
