"""Classes as they were written before `class`: a function, its prototype, and functions put on an object."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from indexer.outline.javascript.chains import FUNCTIONS, text_of
from indexer.outline.javascript.classes import assigned_fields, declare_members_of_object
from indexer.outline.javascript.draft import Draft, Frame
from indexer.outline.javascript.functions import declare_function
from indexer.outline.javascript.unwrap import unwrapped
from indexer.types import Chain, Declaration

HAS_MEMBERS = frozenset({"class", "function", "variable"})


def declare_constructor_function(draft: Draft, frame: Frame, name: Node, whole: Node) -> list[Frame]:
    """Notes a module-level function whose prototype is given members: a class, and its constructor."""
    owner = text_of(name)
    scope = draft.open(0, "class", owner)
    base = draft.inherited.get(owner)
    body = frame.node.child_by_field_name("body")
    draft.declare(
        frame,
        name,
        "class",
        whole,
        scope=0,
        parent="",
        body=scope,
        signature_end=body.start_byte if body is not None else None,
        bases=((base,),) if base else (),
    )
    if base:
        draft.bases[scope] = (base,)
    return _declare_member(draft, frame, "constructor", name, frame.node, owner, scope, ())


def assigned_member(draft: Draft, target: Frame, chain: Chain, value: Frame) -> list[Frame] | None:
    """`C.prototype.m = …`, `C.prototype = {…}`, `C.m = …` for a `C` of this file; None for the rest."""
    root = draft.declared_in(0, chain[0])
    node = unwrapped(value.node)
    name = target.node.child_by_field_name("property")
    if root is None or node is None or name is None or root.kind not in HAS_MEMBERS:
        return None
    on_prototype = chain[1:2] == (".prototype",)
    if on_prototype and len(chain) == 2 and node.type == "object":
        return declare_members_of_object(draft, value.to(node), root.qualified)[2]
    if len(chain) != 2 + on_prototype or (root.kind == "variable" and "object" not in root.flags):
        return None
    whole = target.up.node if target.up is not None else value.node
    scope = _member_scope(draft, root)
    flags = () if on_prototype or root.kind == "variable" else ("static",)
    if node.type in FUNCTIONS:
        return _declare_member(draft, value.to(node), name, name, whole, root.qualified, scope, flags)
    if draft.declared_in(scope, text_of(name)) is None:
        values = (draft.chain(node, value),)
        draft.declare(value, name, "field", whole, scope=scope, parent=root.qualified, flags=flags, values=values)
    return None


def _declare_member(
    draft: Draft,
    frame: Frame,
    name: Node | str,
    name_at: Node,
    whole: Node,
    owner: str,
    scope: int,
    flags: Iterable[str],
) -> list[Frame]:
    inside = frame.inside(scope)
    inside.receiver = True
    frames = declare_function(
        draft,
        inside,
        name,
        whole,
        kind="constructor" if isinstance(name, str) else "method",
        scope=scope,
        parent=owner,
        flags=flags,
        receiver=True,
        asked=isinstance(name, str) and owner in draft.names,
        name_at=name_at,
    )
    inside.within = owner
    assigned_fields(draft, inside, functions=0)
    return frames


def _member_scope(draft: Draft, root: Declaration) -> int:
    """The class scope of what has members; a function without a prototype of its own gets one."""
    if root.body is not None and draft.scopes[root.body].kind == "class":
        return root.body
    known = draft.prototypes.get(root.qualified)
    if known is None:
        known = draft.prototypes[root.qualified] = draft.open(0, "class", root.qualified)
    return known
