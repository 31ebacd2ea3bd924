"""Expressions and types as chains."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from indexer.types import Chain


def kinds(text: str) -> frozenset[str]:
    """A set of node types, or of other words, written in a row."""
    return frozenset(text.split())


MOST_STEPS = 64
MOST_TYPE_DEPTH = 24
UNKNOWN: Chain = ("<?>",)
LIST: Chain = ("<list>",)
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function", "function"})
CLASSES = frozenset({"class"})
LITERALS = {
    "string": "<str>",
    "template_string": "<str>",
    "number": "<num>",
    "array": "<list>",
    "object": "<object>",
    "regex": "<regex>",
    "true": "<bool>",
    "false": "<bool>",
    "null": "null",
    "undefined": "undefined",
    "class": "<class>",
} | dict.fromkeys(FUNCTIONS, "<function>")
PREDEFINED_TYPES = {"string": "<str>", "number": "<num>", "boolean": "<bool>"}
TYPE_LITERALS = {
    "array_type": "<list>",
    "tuple_type": "<tuple>",
    "function_type": "<function>",
    "object_type": "<object>",
    "template_literal_type": "<str>",
    "type_predicate": "<bool>",
    "this_type": "this",
}
# What these hold is what a caller gets, or has the same members.
TRANSPARENT_TYPES = frozenset(
    {"Promise", "PromiseLike", "Awaited", "Readonly", "Partial", "Required", "NonNullable", "DeepReadonly"}
)
LIST_TYPES = frozenset({"Array", "ReadonlyArray"})
# What these hold is kept: an item, a key or a value is taken out of them.
HOLDING_TYPES = LIST_TYPES | kinds(
    "Map WeakMap ReadonlyMap Record Set ReadonlySet WeakSet Iterable Iterator IterableIterator AsyncIterable "
    "AsyncIterator Generator AsyncGenerator AsyncIterableIterator"
)
MOST_HELD = 8
LONGEST_HELD = 64
MOST_ITEMS = 6
LONGEST_ITEM = 12
# `Object.values(x)` and its like give what is in the value that they are handed.
PASSING = {
    "Object.values": "(values)",
    "Object.entries": "(entries)",
    "Object.keys": "(keys)",
    "Array.from": "(from)",
}
WRAPPERS = frozenset(
    {"parenthesized_expression", "non_null_expression", "satisfies_expression", "instantiation_expression"}
)
ANY = "<any>"
"""The root of `x as any`."""
CASTS = frozenset({"as_expression", "type_assertion"})


def text_of(node: Node | None) -> str:
    """The node's source text, empty for no node."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def string_of(node: Node | None) -> str | None:
    """What a string literal says, None where it is none or computed."""
    if node is None or node.type not in ("string", "template_string"):
        return None
    if node.type == "template_string" and any(child.type == "template_substitution" for child in node.named_children):
        return None
    return text_of(node)[1:-1]


def inner(node: Node) -> Node | None:
    """The first named child that is not a comment."""
    for child in node.named_children:
        if child.type != "comment":
            return child
    return None


def module_of_call(node: Node) -> str | None:
    """The module that `require('m')` or `import('m')` names, None for any other call."""
    function = node.child_by_field_name("function")
    if function is None or not (
        function.type == "import" or (function.type == "identifier" and function.text == b"require")
    ):
        return None
    arguments = node.child_by_field_name("arguments")
    return string_of(inner(arguments)) if arguments is not None else None


def module_root(node: Node) -> str | None:
    """The name under which the result of `require('m')` or `import('m')` is the root of a chain."""
    module = module_of_call(node)
    return None if module is None else f"{text_of(node.child_by_field_name('function'))}('{module}')"


class Roots:
    """Chain roots that are no names of the source: modules loaded in place, and values cast to a type."""

    __slots__ = ("casts", "modules")

    def __init__(self) -> None:
        self.modules: dict[str, tuple[str, Node]] = {}
        self.casts: dict[str, tuple[Chain, Node]] = {}

    def module(self, node: Node) -> str | None:
        """The root for `require('m')` and `import('m')`, remembered; None for another call."""
        root = module_root(node)
        if root is not None:
            self.modules.setdefault(root, (module_of_call(node) or "", node))
        return root

    def cast(self, node: Node) -> str | None:
        """The root for `x as C`."""
        return self.typed(cast_type(node), node)

    def typed(self, chain: Chain, node: Node) -> str | None:
        """The root for a value of a type, remembered; None where the type says nothing."""
        if chain[0].startswith("<") and "<" not in chain:
            return None
        root = f"(as {''.join(chain)})"
        self.casts.setdefault(root, (chain, node))
        return root


def chain_of(node: Node | None, roots: Roots) -> Chain:
    """The expression as a chain; what is no path gets a root in angle brackets."""
    steps: list[str] = []
    while node is not None and len(steps) < MOST_STEPS:
        kind = node.type
        if kind in ("identifier", "this", "super", "shorthand_property_identifier"):
            return (text_of(node), *reversed(steps))
        if kind == "call_expression":
            root = roots.module(node)
            if root is not None:
                return (root, *reversed(steps))
            passed = _passed(node)
            if passed is not None:
                steps.append(passed[0])
                node = passed[1]
                continue
        elif kind in CASTS:
            root = roots.cast(node)
            return (root or (ANY if _is_any(node) else "<?>"), *reversed(steps))
        step = STEPS.get(kind)
        if step is None:
            return (LITERALS.get(kind, "<?>"), *(_items(node, roots) if kind == "array" else ()), *reversed(steps))
        awaited = awaited_callee(node) if kind == "call_expression" else None
        if awaited is not None:
            steps += ["await", "()"]
            node = inner(awaited)
            continue
        name, node = step(node)
        if name:
            steps.append(name)
    return ("<?>", *reversed(steps))


def _passed(call: Node) -> tuple[str, Node] | None:
    """The step that a function of the language makes of the one value it is handed, and that value."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or function.type != "member_expression" or arguments is None:
        return None
    step = PASSING.get(text_of(function)) if function.end_byte - function.start_byte < LONGEST_HELD else None
    given = [child for child in arguments.named_children if child.type != "comment"]
    return (step, given[0]) if step is not None and len(given) == 1 and given[0].type != "spread_element" else None


def _items(array: Node, roots: Roots) -> Chain:
    """What an array holds that is written out, between `<` and `>`; nothing where that says nothing."""
    parts = [child for child in array.named_children[: MOST_ITEMS + 1] if child.type != "comment"]
    chains = list(dict.fromkeys(chain_of(part, roots) for part in parts)) if len(parts) <= MOST_ITEMS else []
    if not any(not chain[0].startswith("<") and len(chain) <= LONGEST_ITEM for chain in chains):
        return ()
    return ("<", *_row(chains), ">")


def _row(chains: list[Chain]) -> Chain:
    return tuple(step for chain in chains for step in (",", *chain))[1:]


def awaited_callee(call: Node) -> Node | None:
    """The `await f` of a call `await f<T>(x)`, which the grammar takes for a call of what `f` resolves to."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "await_expression" or call.child_by_field_name("type_arguments") is None:
        return None
    return function


def cast_type(node: Node) -> Chain:
    """The type that `x as C` or `<C>x` gives its value."""
    children = node.named_children
    if len(children) < 2:
        return UNKNOWN
    return type_chain(children[1] if node.type == "as_expression" else children[0])


def _is_any(cast: Node) -> bool:
    """Whether a cast takes its value out of the checker's sight."""
    children = cast.named_children
    return len(children) > 1 and text_of(children[1] if cast.type == "as_expression" else children[0]) == ANY[1:-1]


def _member(node: Node) -> tuple[str, Node | None]:
    return "." + text_of(node.child_by_field_name("property")), node.child_by_field_name("object")


def _subscript(node: Node) -> tuple[str, Node | None]:
    key = string_of(node.child_by_field_name("index"))
    return ("[]" if key is None else "." + key), node.child_by_field_name("object")


STEPS: dict[str, Callable[[Node], tuple[str, Node | None]]] = {
    "member_expression": _member,
    "nested_identifier": _member,
    "subscript_expression": _subscript,
    "call_expression": lambda node: ("()", node.child_by_field_name("function")),
    "new_expression": lambda node: ("new", node.child_by_field_name("constructor")),
    "await_expression": lambda node: ("await", inner(node)),
    "assignment_expression": lambda node: ("", node.child_by_field_name("right")),
} | dict.fromkeys(WRAPPERS, lambda node: ("", inner(node)))


def type_chain(node: Node | None) -> Chain:
    """The type as a chain: the class a value of that type has, as far as one name says it."""
    for _ in range(MOST_TYPE_DEPTH):
        if node is None:
            return UNKNOWN
        held = HELD_TYPES.get(node.type)
        if held is None:
            return _plain_type(node)
        if node.type == "generic_type" and text_of(node.child_by_field_name("name")) in HOLDING_TYPES:
            return _held_types(node)
        below = held(node)
        if below is None and node.type == "union_type":
            return _union(node)
        node = below
    return UNKNOWN


def _held_types(node: Node) -> Chain:
    """A container with the types of what is in it."""
    arguments = node.child_by_field_name("type_arguments")
    name = text_of(node.child_by_field_name("name"))
    outer = LIST if name in LIST_TYPES else (name,)
    return holding(outer, arguments.named_children) if arguments is not None else outer


def holding(outer: Chain, types: list[Node]) -> Chain:
    """The chain of a container with the chains of the types in it; without them where they say nothing."""
    chains = [type_chain(node) for node in types[:MOST_HELD] if node.type != "comment"]
    row = _row(chains)
    if not chains or len(row) > LONGEST_HELD or all(chain == UNKNOWN for chain in chains):
        return outer
    return (*outer, "<", *row, ">")


def _union(union: Node) -> Chain:
    """A union of several types, `("<?>",)` where they say nothing."""
    parts = [node for node in _members_of(union) if text_of(node) not in ("null", "undefined")]
    joined = holding(("<|>",), parts) if len(parts) <= MOST_HELD else ("<|>",)
    return joined if len(joined) > 1 else UNKNOWN


def _members_of(union: Node) -> list[Node]:
    found: list[Node] = []
    pending = [union]
    while pending and len(found) < MOST_STEPS:
        node = pending.pop()
        if node.type == "union_type":
            pending.extend(reversed(node.named_children))
        elif node.type != "comment":
            found.append(node)
    return found


def _plain_type(node: Node) -> Chain:
    kind = node.type
    if kind in ("type_identifier", "identifier"):
        return (text_of(node),)
    if kind in ("nested_type_identifier", "nested_identifier"):
        return _nested_type(node)
    if kind == "predefined_type":
        return (PREDEFINED_TYPES.get(text_of(node), "<?>"),)
    if kind == "literal_type":
        literal = inner(node)
        return (LITERALS.get(literal.type, "<?>") if literal is not None else "<?>",)
    if kind == "array_type":
        element = inner(node)
        return holding(LIST, [element]) if element is not None else LIST
    if kind == "tuple_type":
        return holding(("<tuple>",), node.named_children)
    return (TYPE_LITERALS.get(kind, "<?>"),)


def _generic(node: Node) -> Node | None:
    """The name of a generic type, or what it holds if that is all that counts."""
    name = node.child_by_field_name("name")
    if text_of(name) not in TRANSPARENT_TYPES:
        return name
    arguments = node.child_by_field_name("type_arguments")
    return inner(arguments) if arguments is not None else None


def _nested_type(node: Node) -> Chain:
    steps: list[str] = []
    at: Node | None = node
    while at is not None and at.type in ("nested_type_identifier", "nested_identifier") and len(steps) < MOST_STEPS:
        steps.append("." + text_of(at.child_by_field_name("name") or at.child_by_field_name("property")))
        at = at.child_by_field_name("module") or at.child_by_field_name("object")
    return (text_of(at) if at is not None and at.type == "identifier" else "<?>", *reversed(steps))


def _only_member(union: Node) -> Node | None:
    """The one member of a union that is neither `null` nor `undefined`."""
    found: Node | None = None
    pending = [union]
    while pending:
        node = pending.pop()
        if node.type == "union_type" and len(pending) < MOST_STEPS:
            pending.extend(node.named_children)
        elif text_of(node) not in ("null", "undefined") and node.type != "comment":
            if found is not None:
                return None
            found = node
    return found


HELD_TYPES: dict[str, Callable[[Node], Node | None]] = {
    "generic_type": _generic,
    "union_type": _only_member,
} | dict.fromkeys(("type_annotation", "parenthesized_type", "readonly_type", "asserts_annotation"), inner)
