"""The walk over the statements of a module, and of those functions that hold something that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from indexer.outline.python.assignments import assign, augment, bind_walruses, store_attribute, type_alias
from indexer.outline.python.chains import UNKNOWN, alternatives
from indexer.outline.python.conditions import (
    MISSING_IMPORT,
    MISSING_NAME,
    caught,
    expects_missing,
    is_main_test,
    is_platform_test,
)
from indexer.outline.python.definitions import declare_class, declare_function
from indexer.outline.python.draft import Draft, Head, Place
from indexer.outline.python.exports import export_call
from indexer.outline.python.imports import STATEMENTS, import_bindings
from indexer.outline.python.inner import bind_parameters
from indexer.outline.python.matching import bind_captures
from indexer.outline.python.narrowing import narrow, narrow_after
from indexer.outline.python.parameters import Written, parameters_with_defaults
from indexer.outline.python.sites import collect_sites
from indexer.outline.python.targets import leaves
from indexer.outline.python.text import text_of
from indexer.types import Binding, Chain

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 80
MODULE_SCOPE = 0
SKIPPED = frozenset({"comment", "pass_statement", "break_statement", "continue_statement", ";"})


def walk_module(draft: Draft, root: Node) -> None:
    """Collect the facts of a whole module."""
    scope = draft.open_scope(root, None, "module", None)
    _block(draft, root, Place("module", scope, None, None, root))


def _block(draft: Draft, block: Node, place: Place) -> None:
    if place.depth > DEEPEST:
        return
    outer, draft.block = draft.block, (block.start_point.row + 1, block.end_point.row + 1)
    _in_block(draft, block, place)
    draft.block = outer


def _in_block(draft: Draft, block: Node, place: Place) -> None:
    for statement in block.children:
        kind = statement.type
        if kind in SKIPPED:
            continue
        if not place.complete and not _has_landmark(draft, statement):
            continue
        walk = _COMPOUND.get(kind)
        if walk is None:
            _simple(draft, statement, place)
        elif place.region is None:
            walk(draft, statement, replace(place, region=statement.byte_range))
        else:
            walk(draft, statement, place)


def _has_landmark(draft: Draft, statement: Node) -> bool:
    start, end = statement.start_byte, statement.end_byte
    return draft.marks.nested.any_in(start, end) or draft.marks.stores.any_in(start, end)


def _simple(draft: Draft, statement: Node, place: Place) -> None:
    """A statement without a block: its bindings, then its uses."""
    binder = _BINDING.get(statement.type)
    if binder is not None:
        binder(draft, statement, place)
    if statement.type not in STATEMENTS:
        _expressions(draft, statement, statement.start_byte, statement.end_byte, place)


def _import(draft: Draft, statement: Node, place: Place) -> None:
    draft.bindings.extend(import_bindings(statement, draft.source, place.scope, place.guarded))


def _expression(draft: Draft, statement: Node, place: Place) -> None:
    for child in statement.children:
        if child.type == "assignment":
            assign(draft, child, statement, place)
        elif child.type == "augmented_assignment":
            augment(draft, child, place)
        elif child.type == "call" and place.kind == "module":
            export_call(draft, child)


def _outer(draft: Draft, statement: Node, place: Place) -> None:
    for child in statement.named_children:
        if child.type == "identifier":
            _name(draft, child, place, "outer")
            if statement.type == "global_statement" and place.scope != MODULE_SCOPE:
                draft.bind(text_of(child, draft.source), child, MODULE_SCOPE)


def _delete(draft: Draft, statement: Node, place: Place) -> None:
    for child in statement.named_children:
        for leaf, _ in leaves(child, None, draft.source):
            if leaf.type == "identifier":
                _name(draft, leaf, place, "deleted")


def _assert(draft: Draft, statement: Node, place: Place) -> None:
    if statement.named_children:
        narrow_after(draft, statement.named_children[0], statement, place)


def _expressions(draft: Draft, root: Node, start: int, end: int, place: Place) -> None:
    """The uses and the walruses between two offsets, seen from the statement `root`."""
    if place.complete:
        bind_walruses(draft, root, start, end, place)
    collect_sites(draft, root, start, end, place)


def _function(
    draft: Draft, node: Node, place: Place, decorators: list[Node] | None = None, whole: Node | None = None
) -> None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        _simple(draft, node, place)
        return
    whole = whole or node
    qualified = place.qualify(text_of(name, draft.source))
    scope = draft.open_scope(node, place.scope, "function", qualified)
    params = parameters_with_defaults(node, draft.source)
    declaration = declare_function(draft, Head(node, name, whole, decorators or [], scope), place, params)
    start = body.start_byte if body is not None else node.end_byte
    _head(draft, whole, start, place, qualified)
    if body is None:
        return
    complete = declaration.name in draft.names or _is_read_whole(draft, start, body.end_byte)
    if not complete and not draft.marks.nested.any_in(start, body.end_byte):
        return
    bind_parameters(draft, params, scope)
    has_receiver = place.kind == "class" and "static" not in declaration.flags and bool(params)
    inside = Place(
        "function",
        scope,
        qualified,
        (whole.start_byte, whole.end_byte),
        body,
        receiver=params[0][0].name if has_receiver else _kept_receiver(place, params),
        receiver_class=(place.owner or "") if has_receiver else place.receiver_class,
        params=declaration.params or (),
        complete=complete,
        depth=place.depth + 1,
    )
    _block(draft, body, inside)


def _is_read_whole(draft: Draft, start: int, end: int) -> bool:
    """Whether a body holds a mention, or a field whose values are read in the scope of the body."""
    return draft.marks.mentions.any_in(start, end) or draft.marks.stores.any_in(start, end)


def _kept_receiver(place: Place, params: list[Written]) -> str:
    """The receiver that a function in a method still sees."""
    hidden = any(param.name == place.receiver for param, _, _ in params)
    return "" if hidden or place.kind == "class" else place.receiver


def _class(
    draft: Draft, node: Node, place: Place, decorators: list[Node] | None = None, whole: Node | None = None
) -> None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        _simple(draft, node, place)
        return
    whole = whole or node
    qualified = place.qualify(text_of(name, draft.source))
    scope = draft.open_scope(node, place.scope, "class", qualified)
    declare_class(draft, Head(node, name, whole, decorators or [], scope), place)
    start = body.start_byte if body is not None else node.end_byte
    _head(draft, whole, start, place, qualified)
    if body is not None:
        region = place.region if place.kind == "function" else (whole.start_byte, whole.end_byte)
        inside = Place("class", scope, qualified, region, body, depth=place.depth + 1)
        _block(draft, body, replace(inside, guarded=place.guarded, shielded=place.shielded))


def _head(draft: Draft, whole: Node, end: int, place: Place, qualified: str) -> None:
    """The uses in the decorators, parameters and bases of a definition: they are in it, but in the scope around it."""
    if draft.marks.mentions.any_in(whole.start_byte, end):
        collect_sites(draft, whole, whole.start_byte, end, replace(place, owner=qualified))


def _decorated(draft: Draft, node: Node, place: Place) -> None:
    definition = node.child_by_field_name("definition")
    decorators = [child for child in node.children if child.type == "decorator"]
    if definition is None:
        _simple(draft, node, place)
    elif definition.type == "class_definition":
        _class(draft, definition, place, decorators, node)
    else:
        _function(draft, definition, place, decorators, node)


def _if(draft: Draft, statement: Node, place: Place) -> None:
    condition = statement.child_by_field_name("condition")
    text = draft.source[condition.start_byte : condition.end_byte] if condition is not None else b""
    inner = _under(place, guarded=is_platform_test(text), conditional=not is_main_test(text))
    _branch(draft, statement, place, inner)
    for clause in statement.children_by_field_name("alternative"):
        if clause.type == "elif_clause":
            _branch(draft, clause, place, inner)
        else:
            _parts(draft, clause, place, inner)
    if condition is not None:
        _narrow_rest(draft, statement, condition, place)


def _branch(draft: Draft, statement: Node, place: Place, inner: Place) -> None:
    """An `if`, `elif` or `while`: its condition, and its block where the condition holds."""
    condition = statement.child_by_field_name("condition")
    block = statement.child_by_field_name("consequence") or statement.child_by_field_name("body")
    if condition is not None:
        _expressions(draft, statement, condition.start_byte, condition.end_byte, place)
        if block is not None:
            narrow(draft, condition, block, place.scope)
    if block is not None:
        _block(draft, block, inner)


def _narrow_rest(draft: Draft, statement: Node, condition: Node, place: Place) -> None:
    """`if not isinstance(x, C): return` says what x is from there on."""
    block = statement.child_by_field_name("consequence")
    last = block.named_children[-1].type if block is not None and block.named_children else ""
    if last in ("return_statement", "raise_statement", "continue_statement", "break_statement"):
        narrow_after(draft, condition, statement, place, negated=True)


def _while(draft: Draft, statement: Node, place: Place) -> None:
    inner = _under(place)
    _branch(draft, statement, place, inner)
    for clause in statement.children_by_field_name("alternative"):
        _parts(draft, clause, place, inner)


def _for(draft: Draft, statement: Node, place: Place) -> None:
    left, right = statement.child_by_field_name("left"), statement.child_by_field_name("right")
    if left is not None:
        items = tuple((*chain, "each") for chain in alternatives(right, draft.source))
        _bind_leaves(draft, left, items, statement, place)
    _parts(draft, statement, place, _under(place))


def _with(draft: Draft, statement: Node, place: Place) -> None:
    clauses = [child for child in statement.children if child.type == "with_clause"]
    items = [item for clause in clauses for item in clause.children if item.type == "with_item"]
    for item in items:
        value = item.child_by_field_name("value")
        alias = value.child_by_field_name("alias") if value is not None and value.type == "as_pattern" else None
        if value is not None and alias is not None and value.named_children:
            entered = tuple((*chain, "with") for chain in alternatives(value.named_children[0], draft.source))
            _bind_leaves(draft, alias, entered, statement, place)
    shielded = any(expects_missing(item, draft.source) for item in items)
    _parts(draft, statement, place, _under(place, shielded=shielded))


def _try(draft: Draft, statement: Node, place: Place) -> None:
    names = caught(statement, draft.source)
    guarded = bool(names & MISSING_IMPORT)
    inner = _under(place, guarded=guarded, shielded=bool(names & MISSING_NAME))
    handler = _under(place, guarded=guarded)
    for child in statement.children:
        if child.type == "block":
            _block(draft, child, inner)
        elif child.type == "except_clause":
            _except(draft, child, place, handler)
        elif child.is_named:
            _parts(draft, child, place, _under(place))


def _except(draft: Draft, clause: Node, place: Place, inner: Place) -> None:
    value = clause.child_by_field_name("value")
    alias = value.child_by_field_name("alias") if value is not None and value.type == "as_pattern" else None
    if value is not None and alias is not None and value.named_children:
        kinds = alternatives(value.named_children[0], draft.source)
        annotation = kinds[0] if len(kinds) == 1 and not kinds[0][0].startswith("<") else None
        for leaf, _ in leaves(alias, None, draft.source):
            draft.bind(text_of(leaf, draft.source), leaf, place.scope, (UNKNOWN,), annotation)
    _parts(draft, clause, place, inner)


def _match(draft: Draft, statement: Node, place: Place) -> None:
    subject = statement.child_by_field_name("subject")
    inner = _under(place)
    for child in statement.children:
        if child.type != "block":
            _expressions(draft, statement, child.start_byte, child.end_byte, place)
            continue
        for clause in child.children:
            if clause.type == "case_clause":
                bind_captures(draft, clause, subject, place)
                _parts(draft, clause, place, inner)


def _parts(draft: Draft, node: Node, place: Place, inner: Place) -> None:
    """The blocks of a statement or clause, walked, and the uses in its head."""
    for child in node.children:
        if child.type == "block":
            _block(draft, child, inner)
        elif child.type in ("else_clause", "finally_clause"):
            _parts(draft, child, place, inner)
        elif child.is_named:
            _expressions(draft, node, child.start_byte, child.end_byte, place)


def _error(draft: Draft, node: Node, place: Place) -> None:
    """What does not parse may still hold statements."""
    _block(draft, node, replace(place, depth=place.depth + 1))


def _bind_leaves(draft: Draft, target: Node, chains: tuple[Chain, ...], statement: Node, place: Place) -> None:
    for leaf, values in leaves(target, None, draft.source, chains):
        if leaf.type == "identifier":
            draft.bind(text_of(leaf, draft.source), leaf, place.scope, values)
        else:
            store_attribute(draft, leaf, values, None, statement, place)


def _name(draft: Draft, node: Node, place: Place, kind: Literal["outer", "deleted"]) -> None:
    draft.bindings.append(Binding(text_of(node, draft.source), place.scope, kind, node.start_point.row + 1))


def _under(place: Place, guarded: bool = False, shielded: bool = False, conditional: bool = True) -> Place:
    return replace(
        place,
        conditional=place.conditional or conditional,
        guarded=place.guarded or guarded,
        shielded=place.shielded or shielded,
        depth=place.depth + 1,
    )


_BINDING: dict[str, Callable[[Draft, Node, Place], None]] = {
    **dict.fromkeys(STATEMENTS, _import),
    "expression_statement": _expression,
    "type_alias_statement": type_alias,
    "global_statement": _outer,
    "nonlocal_statement": _outer,
    "delete_statement": _delete,
    "assert_statement": _assert,
}
_COMPOUND: dict[str, Callable[[Draft, Node, Place], None]] = {
    "function_definition": _function,
    "class_definition": _class,
    "decorated_definition": _decorated,
    "if_statement": _if,
    "while_statement": _while,
    "for_statement": _for,
    "with_statement": _with,
    "try_statement": _try,
    "match_statement": _match,
    "ERROR": _error,
    "block": _error,
}
