"""What an `if`, `try` or `with` says about the statements under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.outline.python.annotations import annotation_chain
from indexer.outline.python.chains import chain_of, dotted, is_path
from indexer.outline.python.text import text_of
from indexer.types import Chain

if TYPE_CHECKING:
    from tree_sitter import Node

MISSING_IMPORT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException", ""})
MISSING_NAME = frozenset({"AttributeError", "NameError", "ImportError", "ModuleNotFoundError", "TypeError"})
EXPECTING = frozenset({"raises", "suppress", "assertRaises", "assertRaisesRegex"})
PLATFORM = re.compile(rb"\bsys\s*\.\s*(?:version_info|version|platform|implementation|hexversion)\b|\bos\s*\.\s*name\b"
                      rb"|\bversion_info\b|\bplatform\s*\.\s*\w+|\bfind_spec\b|\bPY[23]\w*\b")  # fmt: skip
MAIN = re.compile(rb"__name__\s*==\s*[\"']__main__[\"']|[\"']__main__[\"']\s*==\s*__name__")
NAME = re.compile(rb"[\w\x80-\xff]+")
MOST_OPERANDS = 20
LONGEST_TEST = 2000


def is_platform_test(condition: bytes) -> bool:
    """Whether a condition asks which Python, platform or module there is."""
    return PLATFORM.search(condition[:LONGEST_TEST]) is not None


def is_main_test(condition: bytes) -> bool:
    """Whether a condition is `__name__ == "__main__"`."""
    return MAIN.search(condition[:LONGEST_TEST]) is not None


def caught(statement: Node, source: bytes) -> frozenset[str]:
    """The last names of the exceptions that a `try` handles; the empty name for a bare `except`."""
    names: set[str] = set()
    for clause in statement.children:
        if clause.type == "except_clause":
            value = clause.child_by_field_name("value")
            names.update(_exceptions(value, source) if value is not None else {""})
    return frozenset(names)


def expects_missing(item: Node, source: bytes) -> bool:
    """Whether a context (`pytest.raises(TypeError)`, `suppress(AttributeError)`) expects what is not there."""
    value = item.child_by_field_name("value")
    if value is not None and value.type == "as_pattern" and value.named_children:
        value = value.named_children[0]
    if value is None or value.type != "call":
        return False
    called = dotted(chain_of(value.child_by_field_name("function"), source)).rpartition(".")[2]
    arguments = value.child_by_field_name("arguments")
    return called in EXPECTING and arguments is not None and bool(_exceptions(arguments, source) & MISSING_NAME)


def narrowings(condition: Node, source: bytes, negated: bool = False) -> Iterator[tuple[Node, str, Chain]]:
    """What `isinstance` says of names where a condition holds (or, negated, where it does not)."""
    if b"isinstance" not in source[condition.start_byte : condition.end_byte]:
        return
    waiting = [(condition, negated)]
    for _ in range(MOST_OPERANDS):
        if not waiting:
            return
        node, turned = waiting.pop()
        if node.type == "parenthesized_expression" and node.named_children:
            waiting.append((node.named_children[0], turned))
        elif node.type == "not_operator" and node.named_children:
            waiting.append((node.named_children[-1], not turned))
        elif node.type == "boolean_operator":
            operator = node.child_by_field_name("operator")
            sides = [node.child_by_field_name("left"), node.child_by_field_name("right")]
            # `a and b` holds if both do, `a or b` fails if both do.
            if operator is not None and operator.type == ("or" if turned else "and"):
                waiting.extend((side, turned) for side in sides if side is not None)
        elif node.type == "call" and not turned:
            yield from _isinstance(node, source)


def _isinstance(call: Node, source: bytes) -> Iterator[tuple[Node, str, Chain]]:
    function, listed = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or listed is None or text_of(function, source) != "isinstance":
        return
    arguments = [child for child in listed.named_children if child.type != "comment"]
    if len(arguments) != 2:
        return
    chain = chain_of(arguments[0], source)
    if is_path(chain):
        yield arguments[0], dotted(chain), annotation_chain(_alternatives(arguments[1], source))


def _alternatives(classes: Node, source: bytes) -> str:
    """The classes of `isinstance(x, (A, B))` as the type `A | B`."""
    if classes.type != "tuple":
        return text_of(classes, source)
    return " | ".join(text_of(child, source) for child in classes.named_children if child.type != "comment")


def _exceptions(node: Node, source: bytes) -> set[str]:
    if node.type == "as_pattern" and node.named_children:
        node = node.named_children[0]
    return {match[0].decode("utf-8", "replace") for match in NAME.finditer(source, node.start_byte, node.end_byte)}
