"""Tests that are calls: `describe('…', () => {…})` and `it('…', () => {…})`."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.javascript.chains import FUNCTIONS, string_of, text_of
from indexer.outline.javascript.draft import Draft, Frame, qualify
from indexer.outline.javascript.functions import enter_function

GROUPS = frozenset({"describe", "suite", "context", "fdescribe", "xdescribe"})
TESTS = frozenset({"it", "test", "specify", "fit", "xit", "xtest"})
MOST_STEPS = 8


def test_call(draft: Draft, frame: Frame) -> list[Frame] | None:
    """Notes a test or a group of tests and comes back with the parts to look at; None for another call."""
    word, grouped = _called(frame.node)
    if word not in GROUPS and word not in TESTS:
        return None
    arguments = frame.node.child_by_field_name("arguments")
    if arguments is None:
        return None
    given = [child for child in arguments.named_children if child.type != "comment"]
    title = string_of(given[0]) if given else None
    callback = next((child for child in reversed(given) if child.type in FUNCTIONS), None)
    if title is None or callback is None:
        return None
    group = word in GROUPS or grouped
    inside = frame.down(arguments).down(callback)
    # A title is no name: it must neither be found as one nor be mistaken for a definition of one.
    aside = draft.open(frame.scope, "class")
    scope, frames = enter_function(draft, inside, qualify(frame.within, f'"{title}"'), complete=group)
    body = callback.child_by_field_name("body")
    flags = ("test", "empty") if _is_empty(body) else ("test",)
    draft.declare(
        frame,
        title,
        "namespace" if group else "function",
        frame.node,
        scope=aside,
        qualified=f'"{title}"',
        body=scope,
        flags=flags,
        name_at=given[0],
        signature_end=callback.start_byte,
    )
    others = [child for child in given if child != callback and draft.mentioned(child)]
    callee = frame.node.child_by_field_name("function")
    if callee is not None and draft.mentioned(callee):
        frames.append(frame.down(callee))
    return [*frames, *(frame.down(arguments).down(child) for child in others)]


def _called(call: Node) -> tuple[str, bool]:
    """The first word of the callee, and whether a later one makes a group of it (`test.describe`)."""
    node = call.child_by_field_name("function")
    grouped = False
    for _ in range(MOST_STEPS):
        if node is None:
            break
        if node.type == "identifier":
            return text_of(node), grouped
        if node.type == "member_expression":
            grouped = grouped or text_of(node.child_by_field_name("property")) in GROUPS
            node = node.child_by_field_name("object")
        elif node.type == "call_expression":
            node = node.child_by_field_name("function")
        else:
            break
    return "", False


def _is_empty(body: Node | None) -> bool:
    return body is not None and body.type == "statement_block" and all(c.type == "comment" for c in body.named_children)
