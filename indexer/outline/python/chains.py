"""Expressions as chains: a root name and the steps from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.outline.python.text import text_of
from indexer.types import Chain

if TYPE_CHECKING:
    from tree_sitter import Node

UNKNOWN: Chain = ("<?>",)
LONGEST = 60
MOST_ALTERNATIVES = 8
ROOTS = {
    "string": "<str>",
    "concatenated_string": "<str>",
    "integer": "<int>",
    "float": "<float>",
    "true": "<bool>",
    "false": "<bool>",
    "comparison_operator": "<bool>",
    "not_operator": "<bool>",
    "none": "<none>",
    "list": "<list>",
    "list_comprehension": "<list>",
    "dictionary": "<dict>",
    "dictionary_comprehension": "<dict>",
    "set": "<set>",
    "set_comprehension": "<set>",
    "tuple": "<tuple>",
    "expression_list": "<tuple>",
    "generator_expression": "<generator>",
    "lambda": "<lambda>",
}
# Where the expression goes on inside: the field that holds it, and the step it leaves behind.
# Functions of the language that give the object they are handed, its items or one of them.
PASSING = frozenset(
    {"list", "sorted", "iter", "aiter", "reversed", "set", "frozenset", "tuple", "next", "anext", "enumerate"}
    | {"copy.copy", "copy.deepcopy", "deepcopy", "dataclasses.replace", "replace"}
)
PASSED = frozenset({"identifier", "attribute", "call", "subscript", "await", "list"})
LISTS = frozenset({"list", "set", "list_comprehension", "set_comprehension", "generator_expression"})
MOST_ITEMS = 6
LONGEST_ITEM = 12
INNER = {
    "call": ("function", "()"),
    "subscript": ("value", "[]"),
    "named_expression": ("value", ""),
}


def chain_of(node: Node | None, source: bytes) -> Chain:
    """The expression as a chain; `("<?>",)` where it is no path or a very long one."""
    steps: list[str] = []
    while node is not None and len(steps) <= LONGEST:
        kind = node.type
        if kind == "identifier":
            return (text_of(node, source), *reversed(steps))
        if kind == "attribute":
            name = node.child_by_field_name("attribute")
            if name is None:
                return UNKNOWN
            steps.append("." + text_of(name, source))
            node = node.child_by_field_name("object")
        elif kind in INNER:
            step, node = _inner(node, kind, source)
            steps += [step] if step else []
        elif kind == "await":
            steps.append("await")
            node = _only_child(node)
        elif kind in ("parenthesized_expression", "type"):
            node = _only_child(node)
        elif kind == "dotted_name":
            first, *rest = text_of(node, source).replace(" ", "").split(".")
            return (first, *(f".{name}" for name in rest), *reversed(steps))
        else:
            return (_root(node, source), *(_items(node, source) if kind in LISTS else ()), *reversed(steps))
    return UNKNOWN


def _inner(node: Node, kind: str, source: bytes) -> tuple[str, Node | None]:
    """The step that a call, subscript or walrus is, and the expression that it goes on with."""
    passed = _passed(node, source) if kind == "call" else None
    if passed is not None:
        return f"({passed[0]})", passed[1]
    field, step = INNER[kind]
    return step, node.child_by_field_name(field)


def _passed(call: Node, source: bytes) -> tuple[str, Node] | None:
    """The function of the language that is called, and the value that it is handed."""
    function = call.child_by_field_name("function")
    if function is None or function.end_byte - function.start_byte > LONGEST:
        return None
    name = text_of(function, source)
    if name not in PASSING:
        return None
    arguments = call.child_by_field_name("arguments")
    given = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
    if not given or given[0].type not in PASSED or any(child.type != "keyword_argument" for child in given[1:]):
        return None
    return name.rpartition(".")[2], given[0]


def _items(node: Node, source: bytes) -> Chain:
    """What a list holds that is written out, between `<` and `>`; nothing where that says nothing."""
    if node.type in ("list", "set"):
        parts = [child for child in node.named_children[: MOST_ITEMS + 1] if child.type != "comment"]
        chains = [chain_of(part, source) for part in parts] if len(parts) <= MOST_ITEMS else []
    else:
        body = node.child_by_field_name("body")
        chains = [chain_of(body, source)]
        if any(chains[0][0] in text_of(clause, source) for clause in node.named_children[1:]):
            return ()
    chains = list(dict.fromkeys(chains))
    if not any(not chain[0].startswith("<") and len(chain) <= LONGEST_ITEM for chain in chains):
        return ()
    return ("<", *[step for chain in chains for step in (",", *chain)][1:], ">")


def alternatives(node: Node | None, source: bytes) -> tuple[Chain, ...]:
    """The chains of all values an expression may have: both sides of `a or b` and of `a if c else b`."""
    found: list[Chain] = []
    waiting = [node]
    while waiting:
        expression = waiting.pop()
        parts = _choices(expression) if expression is not None else []
        if parts and len(waiting) + len(found) < MOST_ALTERNATIVES:
            waiting.extend(reversed(parts))
        else:
            chain = chain_of(expression, source)
            if chain not in found:
                found.append(chain)
    return tuple(found)


def is_path(chain: Chain) -> bool:
    """Whether a chain is only names: `a.b.c`."""
    return not chain[0].startswith("<") and all(step.startswith(".") for step in chain[1:])


def dotted(chain: Chain) -> str:
    """A chain's names as they are written: `a.b`; steps that are not names end it."""
    names = [chain[0]]
    for step in chain[1:]:
        if not step.startswith("."):
            break
        names.append(step)
    return "".join(names)


def _choices(node: Node) -> list[Node]:
    kind = node.type
    if kind == "conditional_expression":
        parts = [child for child in node.named_children if child.type != "comment"]
        return [parts[0], parts[2]] if len(parts) == 3 else []
    if kind == "boolean_operator":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return []
        operator = node.child_by_field_name("operator")
        # `a and b` is b wherever it is worth using.
        return [left, right] if operator is None or operator.type == "or" else [right]
    if kind in ("parenthesized_expression", "named_expression"):
        inner = node.child_by_field_name("value") if kind == "named_expression" else _only_child(node)
        return [inner] if inner is not None else []
    return []


def _only_child(node: Node) -> Node | None:
    children = [child for child in node.named_children if child.type != "comment"]
    return children[0] if len(children) == 1 else None


def _root(node: Node, source: bytes) -> str:
    root = ROOTS.get(node.type, "<?>")
    if root == "<str>":
        prefix = source[node.start_byte : node.start_byte + 3].lower().partition(b'"')[0].partition(b"'")[0]
        return "<bytes>" if b"b" in prefix else root
    return root
