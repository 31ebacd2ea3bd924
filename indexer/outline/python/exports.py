"""`__all__`: what a module says that it hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.python.text import span_of, text_of
from indexer.types import Export

if TYPE_CHECKING:
    from tree_sitter import Node

    from indexer.outline.python.draft import Draft

NAME = "__all__"
COMPUTED = "dynamic_exports"
COLLECTIONS = frozenset({"list", "tuple", "set"})
ADDING = frozenset({"extend", "append", "insert"})


def export_value(draft: Draft, value: Node | None) -> None:
    """Add the names that are assigned or added to `__all__`; whatever is not written out makes it computed."""
    waiting = [value] if value is not None else []
    while waiting:
        node = waiting.pop()
        if node.type == "string":
            _export(draft, node)
        elif node.type in COLLECTIONS or node.type in ("parenthesized_expression", "expression_list"):
            waiting.extend(child for child in reversed(node.named_children) if child.type != "comment")
        elif node.type == "binary_operator":
            sides = [node.child_by_field_name("right"), node.child_by_field_name("left")]
            waiting.extend(side for side in sides if side is not None)
        else:
            draft.flags.add(COMPUTED)


def export_call(draft: Draft, call: Node) -> None:
    """`__all__.extend([…])`, `__all__.append("…")`."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "attribute":
        return
    on, method = function.child_by_field_name("object"), function.child_by_field_name("attribute")
    if on is None or method is None or text_of(on, draft.source) != NAME:
        return
    arguments = call.child_by_field_name("arguments")
    if text_of(method, draft.source) not in ADDING or arguments is None or not arguments.named_children:
        draft.flags.add(COMPUTED)
    else:
        export_value(draft, arguments.named_children[-1])


def _export(draft: Draft, string: Node) -> None:
    content = [child for child in string.children if child.type == "string_content"]
    if len(content) != 1 or any(child.type == "interpolation" for child in string.children):
        draft.flags.add(COMPUTED)
        return
    name = text_of(content[0], draft.source)
    draft.exports.append(Export(name, name, None, span_of(content[0])))
