"""Types as chains. Pointers are not written: what a pointer's type has, the pointer has."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.go.draft import parts, text_of
from indexer.types import Chain

NOTHING = "<nothing>"
"""A struct or interface without members."""
UNTOLD: Chain = ("<?>",)
DEEPEST = 40
CONTAINERS = {"slice_type": "element", "array_type": "element", "implicit_length_array_type": "element",
              "channel_type": "value"}  # fmt: skip


def type_chain(node: Node | None, depth: int = 0) -> Chain:
    """A type as a chain; `("<?>",)` where it can't be written as one."""
    while node is not None and node.type in ("pointer_type", "parenthesized_type", "type_elem", "type_constraint"):
        inner = parts(node)
        if len(inner) != 1:
            return UNTOLD
        node = inner[0]
    if node is None or depth > DEEPEST:
        return UNTOLD
    if node.type in ("type_identifier", "identifier"):
        return (text_of(node),)
    if node.type in ("struct_type", "interface_type"):
        return (unnamed(node),)
    return _composed(node, depth)


def _composed(node: Node, depth: int) -> Chain:
    kind = node.type
    if kind == "qualified_type":
        package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
        return (text_of(package), f".{text_of(name)}") if package and name else UNTOLD
    if kind in CONTAINERS:
        root = "chan" if kind == "channel_type" else "[]"
        return (root, *bracketed([type_chain(node.child_by_field_name(CONTAINERS[kind]), depth + 1)]))
    if kind == "map_type":
        fields = [type_chain(node.child_by_field_name(name), depth + 1) for name in ("key", "value")]
        return ("map", *bracketed(fields))
    if kind == "function_type":
        return function_chain(node, depth + 1)
    return _generic(node, depth) if kind == "generic_type" else UNTOLD


def _generic(node: Node, depth: int) -> Chain:
    arguments = parts(node.child_by_field_name("type_arguments"))
    generic = type_chain(node.child_by_field_name("type"), depth + 1)
    return (*generic, *bracketed([type_chain(argument, depth + 1) for argument in arguments]))


def unnamed(node: Node) -> str:
    """The name by which a struct or interface without a name is declared."""
    if not parts(node) or (len(parts(node)) == 1 and not parts(parts(node)[0])):
        return NOTHING
    return f"<{node.type.partition('_')[0]} {node.start_point.row + 1} {node.start_point.column}>"


def bracketed(chains: list[Chain]) -> Chain:
    """Chains as the parts of a container."""
    written: list[str] = ["<"]
    for number, chain in enumerate(chains):
        written += [",", *chain] if number else chain
    return (*written, ">")


def function_chain(node: Node, depth: int = 0) -> Chain:
    """The type of a function: what it takes, then what it gives."""
    taken: list[Chain] = []
    for part in parts(node.child_by_field_name("parameters")):
        chain = type_chain(part.child_by_field_name("type"), depth)
        if part.type.startswith("variadic"):
            chain = ("...", *bracketed([chain]))
        taken += [chain] * max(1, len(part.children_by_field_name("name")))
    return ("func", *bracketed([("<()>", *bracketed(taken)), *results(node, depth)]))


def results(node: Node, depth: int = 0) -> list[Chain]:
    """The types that a function gives."""
    result = node.child_by_field_name("result")
    if result is None:
        return []
    if result.type != "parameter_list":
        return [type_chain(result, depth)]
    found: list[Chain] = []
    for part in parts(result):
        chain = type_chain(part.child_by_field_name("type"), depth)
        found += [chain] * max(1, len(part.children_by_field_name("name")))
    return found


def result_chain(node: Node) -> Chain | None:
    """What a function gives as one chain: None for nothing, several as `("<()>", "<", …, ">")`."""
    found = results(node)
    if not found:
        return None
    return found[0] if len(found) == 1 else ("<()>", *bracketed(found))
