"""Assignments that define: CommonJS exports, and values given to variables of outer scopes."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.javascript.chains import CLASSES, FUNCTIONS, chain_of, module_of_call, text_of
from indexer.outline.javascript.classes import declare_class
from indexer.outline.javascript.draft import Draft, Frame
from indexer.outline.javascript.functions import declare_function
from indexer.outline.javascript.modules import default_export
from indexer.outline.javascript.prototypes import assigned_member
from indexer.outline.javascript.unwrap import beside, unwrapped
from indexer.outline.javascript.variables import declare_object
from indexer.types import Binding, Chain

MOST_TARGETS = 16


def assignment(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`a = b = …` as a statement; comes back with the parts to look at."""
    targets: list[Frame] = []
    at = frame
    while at.node.type == "assignment_expression" and len(targets) < MOST_TARGETS:
        left, right = at.node.child_by_field_name("left"), at.node.child_by_field_name("right")
        if left is None or right is None:
            break
        targets.append(at.down(left))
        at = at.down(right)
    chains = [chain_of(target.node, draft.roots) for target in targets]
    for target in targets:
        if draft.mentioned(target.node):
            yield target
    frames: list[Frame] | None = None
    for target, chain in zip(targets, chains, strict=True):
        inside = _target(draft, target, chain, at, first=frames is None)
        frames = inside if frames is None else frames
    if frames is not None:
        yield from frames
        yield from beside(draft, at, unwrapped(at.node) or at.node)
    elif draft.mentioned(at.node):
        yield at


def _target(draft: Draft, target: Frame, chain: Chain, value: Frame, first: bool) -> list[Frame] | None:
    """What is defined by assigning to one target; None where the value is not looked at here."""
    if chain == ("module", ".exports") or (chain == ("exports",) and not first):
        return _module_exports(draft, target, value) if chain[0] == "module" else None
    if chain[:2] == ("module", ".exports") or (chain[0] == "exports" and len(chain) > 1):
        steps = chain[2:] if chain[0] == "module" else chain[1:]
        return _named_export(draft, target, steps[0].lstrip("."), value) if len(steps) == 1 else None
    if len(chain) == 1 and target.node.type == "identifier":
        _reassigned(draft, target, chain[0], value)
        return None
    if value.complete and target.node.type == "member_expression":
        return assigned_member(draft, target, chain, value)
    return None


def _module_exports(draft: Draft, target: Frame, value: Frame) -> list[Frame] | None:
    node = unwrapped(value.node)
    if node is None:
        return None
    draft.flags.add("commonjs")
    module = module_of_call(node) if node.type == "call_expression" else None
    if module is not None:
        draft.export("*", None, module, target.node)
        return None
    if node.type == "object":
        return list(_exported_object(draft, value.to(node)))
    return list(default_export(draft, value, target.up.node if target.up is not None else value.node))


def _exported_object(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """Every property of the object is a name of the module."""
    for child in frame.node.named_children:
        step = frame.down(child)
        key = child.child_by_field_name("key") or child.child_by_field_name("name")
        if child.type == "shorthand_property_identifier":
            draft.export(text_of(child), text_of(child), None, child)
            if draft.mentioned(child):
                yield step
        elif child.type == "pair" and key is not None and key.type != "computed_property_name":
            value = child.child_by_field_name("value")
            if value is not None:
                yield from _named_export(draft, step.down(key), _plain_key(key), step.down(value)) or ()
        elif child.type == "method_definition" and key is not None and key.type != "computed_property_name":
            draft.export(_plain_key(key), _plain_key(key), None, key)
            yield from declare_function(draft, step, key, child, scope=0, parent="")
        elif child.type == "spread_element":
            yield from _spread_exports(draft, step)
        elif child.type != "comment":
            draft.flags.add("dynamic_exports")
            if draft.mentioned(child):
                yield step


def _spread_exports(draft: Draft, frame: Frame) -> Iterator[Frame]:
    inside = frame.node.named_child(0)
    module = module_of_call(inside) if inside is not None and inside.type == "call_expression" else None
    if module is not None:
        draft.export("*", None, module, frame.node)
    else:
        draft.flags.add("dynamic_exports")
    if draft.mentioned(frame.node):
        yield frame


def _plain_key(key: Node) -> str:
    text = text_of(key)
    return text[1:-1] if key.type == "string" else text


def _named_export(draft: Draft, target: Frame, name: str, value: Frame) -> list[Frame] | None:
    node = unwrapped(value.node)
    if node is None:
        return None
    draft.flags.add("commonjs")
    at = target.node.child_by_field_name("property") or target.node
    if node.type == "identifier":
        draft.export(name, text_of(node), None, at)
        return [value] if draft.mentioned(value.node) else []
    draft.export(name, name, None, at)
    whole = target.up.node if target.up is not None else value.node
    inside = value.to(node)
    if node.type in FUNCTIONS:
        return declare_function(draft, inside, at, whole, scope=0, parent="")
    if node.type in CLASSES:
        return declare_class(draft, inside, at, whole, scope=0, parent="")
    if node.type == "object":
        return declare_object(draft, inside, at, whole, 0, parent="")
    known = draft.declared_in(0, name)
    chain = draft.chain(value.node, value)
    if known is not None:
        draft.amend(known, values=(chain,))
    else:
        draft.declare(value, at, "variable", whole, scope=0, parent="", values=(chain,))
    draft.alias(name, chain)
    return None


def _reassigned(draft: Draft, target: Frame, name: str, value: Frame) -> None:
    chain = draft.chain(value.node, value)
    known = draft.declared(target.scope, name)
    if known is not None and known.kind == "variable":
        draft.amend(known, values=(chain,))
    elif name not in ("exports", "module"):
        line = target.node.start_point.row + 1
        home = draft.home(target.scope, name)
        if not draft.is_annotated(home, name):
            draft.bind(Binding(name, home, "value", line, value=chain, block=_block(target)))


def _block(frame: Frame) -> tuple[int, int] | None:
    """The lines of the block that a statement stands in."""
    at: Frame | None = frame
    while at is not None and at.node.type not in ("statement_block", "switch_body", "program"):
        at = at.up
    return (at.node.start_point.row + 1, at.node.end_point.row + 1) if at is not None else None
