"""Variables: functions, classes and objects under a name, loaded modules, and plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.javascript.chains import (
    CASTS,
    CLASSES,
    FUNCTIONS,
    cast_type,
    inner,
    module_of_call,
    text_of,
    type_chain,
)
from indexer.outline.javascript.classes import declare_class, declare_members_of_object
from indexer.outline.javascript.draft import Draft, Frame, qualify, span_of
from indexer.outline.javascript.functions import declare_function
from indexer.outline.javascript.patterns import names_in
from indexer.outline.javascript.prototypes import declare_constructor_function
from indexer.outline.javascript.unwrap import MOST_WRAPPERS, beside, unwrapped
from indexer.types import Binding, Chain

MODULE_EXPORTS = re.compile(rb"\bmodule\s*\.\s*exports\s*=")
CREATED = ("Object", ".create")


def variables(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`const`, `let` and `var`."""
    scope = frame.function if frame.node.type == "variable_declaration" else frame.scope
    for declarator in frame.node.named_children:
        if declarator.type == "variable_declarator":
            yield from _variable(draft, frame.down(declarator), scope)


def is_global(draft: Draft, scope: int) -> bool:
    """Whether variables of this scope are definitions of the module or of a namespace."""
    opened = draft.scopes[scope]
    return opened.kind == "module" or (opened.kind == "block" and opened.owner is not None)


def _variable(draft: Draft, frame: Frame, scope: int) -> Iterator[Frame]:
    node = frame.node
    name, written = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None:
        return
    value = unwrapped(written)
    annotation = node.child_by_field_name("type")
    if annotation is not None and draft.mentioned(annotation):
        yield frame.down(annotation)
    if name.type != "identifier" and draft.mentioned(name):
        yield frame.down(name)
    whole = frame.up.node if frame.up is not None and frame.up.node.named_child_count == 1 else node
    if written is not None and value is not None and name.type == "identifier":
        inside = _named_value(draft, frame, scope, name, value, whole)
        if inside is not None:
            yield from inside
            yield from beside(draft, frame.down(written), _last_value(value))
            return
    if value is None or not _loads(draft, frame, scope, name, value):
        _plain(draft, frame, scope, name, written, annotation, whole)
    if written is not None and draft.mentioned(written):
        yield frame.down(written)


def _named_value(draft: Draft, frame: Frame, scope: int, name: Node, value: Node, whole: Node) -> list[Frame] | None:
    """The parts of a function, class or module-level object that is bound to a name; None for other values."""
    last = _last_value(value)
    if last != value:
        if is_global(draft, scope) and MODULE_EXPORTS.search(draft.source, value.start_byte, last.start_byte):
            draft.export("default", text_of(name), None, name)
        value = last
    if value.type in FUNCTIONS:
        if scope == 0 and text_of(name) in draft.prototyped:
            return declare_constructor_function(draft, frame.to(value), name, whole)
        typed = frame.node.child_by_field_name("type")
        return declare_function(draft, frame.to(value), name, whole, scope=scope, typed=typed)
    if value.type in CLASSES:
        return declare_class(draft, frame.to(value), name, whole, scope=scope)
    if not is_global(draft, scope):
        return None
    if value.type == "call_expression" and draft.chain(value.child_by_field_name("function"), frame) == CREATED:
        _declare_created(draft, frame.to(value), name, whole, scope)
        return [frame.to(value)] if draft.mentioned(value) else []
    if value.type == "object":
        annotation = frame.node.child_by_field_name("type")
        chain = type_chain(annotation) if annotation is not None else None
        return declare_object(draft, frame.to(value), name, whole, scope, chain)
    return None


def _last_value(assignment: Node) -> Node:
    """What `a = b = …` assigns in the end."""
    last = assignment
    for _ in range(MOST_WRAPPERS):
        right = last.child_by_field_name("right") if last.type == "assignment_expression" else None
        if right is None:
            break
        last = right
    return last


def _declare_created(draft: Draft, frame: Frame, name: Node, whole: Node, scope: int) -> None:
    """`const x = Object.create(C.prototype)`: an object that is given members later."""
    arguments = frame.node.child_by_field_name("arguments")
    chain = draft.chain(inner(arguments), frame) if arguments is not None else ("null",)
    base = chain[:-1] if chain[-1] == ".prototype" else chain
    opened = draft.open(frame.scope, "class", qualify(frame.within, text_of(name)))
    bases = () if base == ("null",) else (base,)
    draft.declare(frame, name, "variable", whole, scope=scope, body=opened, flags={"object"}, bases=bases)


def declare_object(
    draft: Draft,
    frame: Frame,
    name: Node | str,
    whole: Node,
    scope: int,
    annotation: Chain | None = None,
    parent: str | None = None,
) -> list[Frame]:
    """Notes a variable that is an object literal, and what it holds."""
    text = name if isinstance(name, str) else text_of(name)
    owner = qualify(frame.within if parent is None else parent, text)
    opened, dynamic, frames = declare_members_of_object(draft, frame, owner)
    draft.declare(
        frame,
        name,
        "variable",
        whole,
        scope=scope,
        parent=parent,
        body=opened,
        flags={"object", "dynamic"} if dynamic else {"object"},
        signature_end=frame.node.start_byte,
        annotation=annotation,
        values=(("<object>",),),
    )
    return frames


def _plain(
    draft: Draft, frame: Frame, scope: int, name: Node, written: Node | None, annotation: Node | None, whole: Node
) -> None:
    value = draft.chain(written, frame) if written is not None else None
    chain = type_chain(annotation) if annotation is not None else None
    if chain is None and written is not None and written.type in CASTS:
        cast = cast_type(written)
        chain = None if cast[0].startswith("<") else cast
    value = value if value is not None else _iterated(draft, frame)
    if name.type != "identifier":
        chain = None
        value = (draft.typed_root(annotation) if annotation is not None else None) or value
    for bound, steps in names_in(name):
        text, line = text_of(bound), bound.start_point.row + 1
        taken = (*value, *steps) if value is not None else None
        if is_global(draft, scope):
            known = draft.declared_in(scope, text)
            values = (taken,) if taken is not None else ()
            if known is not None and known.kind == "variable":
                draft.amend(known, values=values)
            else:
                draft.declare(frame, bound, "variable", whole, scope=scope, annotation=chain, values=values)
            if taken is not None:
                draft.alias(text, taken)
        else:
            draft.bind(Binding(text, scope, "value", line, value=taken or ("undefined",), annotation=chain))


def _iterated(draft: Draft, frame: Frame) -> Chain | None:
    """`for (const x of xs)` in grammars that write a declarator there."""
    loop = frame.up.up if frame.up is not None else None
    if loop is None or loop.node.type != "for_in_statement":
        return None
    return (*draft.chain(loop.node.child_by_field_name("right"), loop), "each")


def _loads(draft: Draft, frame: Frame, scope: int, name: Node, value: Node) -> bool:
    """Binds what is loaded by `require('m')` or `await import('m')`, if the value is that."""
    steps: list[str] = []
    call: Node | None = value
    for _ in range(MOST_WRAPPERS):
        if call is None or call.type not in ("member_expression", "await_expression", "parenthesized_expression"):
            break
        if call.type == "member_expression":
            steps.append("." + text_of(call.child_by_field_name("property")))
            call = call.child_by_field_name("object")
        else:
            call = inner(call)
    module = module_of_call(call) if call is not None and call.type == "call_expression" else None
    if module is None or len(steps) > 1 or call is None:
        return False
    loaded = call.child_by_field_name("function")
    if loaded is not None and loaded.type == "import" and "await_expression" not in _kinds_above(value, call):
        return False
    guarded = is_tried(frame)
    for bound, taken in names_in(name):
        path = (*reversed(steps), *taken)
        line = bound.start_point.row + 1
        if len(path) > 1:
            value_chain = (*draft.chain(call, frame), *path)
            draft.bind(Binding(text_of(bound), scope, "value", line, value=value_chain))
            continue
        imported = path[0].lstrip(".") if path else "*"
        at = _imported_at(bound, taken, value)
        if imported == "[]":
            imported = "*"
        draft.bind(
            Binding(
                text_of(bound),
                scope,
                "import",
                line,
                module=module,
                imported=imported,
                guarded=guarded,
                span=span_of(at),
            )
        )
    return True


def _kinds_above(outer: Node, node: Node) -> set[str]:
    kinds = set()
    at: Node | None = outer
    while at is not None and at != node:
        kinds.add(at.type)
        at = at.child_with_descendant(node)
    return kinds


def _imported_at(bound: Node, taken: Chain, value: Node) -> Node:
    """The node that says which name is imported."""
    if taken and bound.parent is not None and bound.parent.type == "pair_pattern":
        return bound.parent.child_by_field_name("key") or bound
    if not taken and value.type == "member_expression":
        return value.child_by_field_name("property") or bound
    return bound


def is_tried(frame: Frame) -> bool:
    """Whether it stands in a `try` that has a `catch`."""
    at: Frame | None = frame
    while at is not None and at.up is not None:
        if at.up.node.type == "try_statement" and at.node == at.up.node.child_by_field_name("body"):
            return at.up.node.child_by_field_name("handler") is not None
        if at.up.node.type == "program":
            return False
        at = at.up
    return False
