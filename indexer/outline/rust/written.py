"""Types as they are written → chains.

References, pointers and lifetimes are left out: `&'a mut Foo` is `("Foo",)`. `Option<Foo>` is `("Option", "<", "Foo",
">")`, `(A, B)` is `("<tuple>", "<", "A", ",", "B", ">")`, `[A]` and `[A; 3]` are `("<list>", "<", "A", ">")`,
`dyn A + B` and `impl A + B` are `("<dyn>", "<", "A", ",", "B", ">")`, `Iterator<Item = A>` is that with `A`,
`fn(A) -> B` is `("<fn>", "<", "B", ">")`.
"""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from indexer.outline.rust.draft import UNKNOWN, Draft, field, parts
from indexer.types import Chain

TRANSPARENT = frozenset({"reference_type", "pointer_type", "bounded_type", "parenthesized_type", "type_arguments"})
PATHS = frozenset({"scoped_identifier", "scoped_type_identifier"})
NAMES = frozenset(
    {"identifier", "type_identifier", "self", "super", "crate", "primitive_type", "field_identifier", "metavariable"}
)
UNNAMED = frozenset({"lifetime", "mutable_specifier", "use_bounds", "for_lifetimes", "higher_ranked_trait_bound"})


def type_chain(node: Node | None, draft: Draft, depth: int = 0) -> Chain | None:
    """The type that a node writes; None where there is no node."""
    if node is None:
        return None
    if depth > 40:
        return UNKNOWN
    kind = node.type
    if kind in NAMES or kind in PATHS:
        return path_chain(node, draft)
    if kind == "generic_type":
        return _generic(node, draft, depth)
    if kind in TRANSPARENT:
        return _around(node, draft, depth)
    if kind in ("dynamic_type", "abstract_type"):
        inner = type_chain(field(node, "trait"), draft, depth + 1) or UNKNOWN
        return inner if inner[0] == "<dyn>" else _held("<dyn>", [inner])
    return _structural(node, draft, depth)


def _around(node: Node, draft: Draft, depth: int) -> Chain:
    """The type in a reference, a pointer, parentheses or bounds with a lifetime."""
    inner = [child for child in parts(node) if child.type not in UNNAMED]
    if node.type == "bounded_type" and len(inner) > 1:
        return bounds_chain(node, draft, depth)
    written = field(node, "type") or (inner[0 if node.type == "bounded_type" else -1] if inner else None)
    return type_chain(written, draft, depth + 1) or UNKNOWN


def _structural(node: Node, draft: Draft, depth: int) -> Chain:
    kind = node.type
    if kind == "tuple_type":
        return _held("<tuple>", [type_chain(child, draft, depth + 1) or UNKNOWN for child in parts(node)])
    if kind == "array_type":
        return _held("<list>", [type_chain(field(node, "element"), draft, depth + 1) or UNKNOWN])
    if kind in ("function_type", "function_signature_item"):
        return _held("<fn>", [type_chain(field(node, "return_type"), draft, depth + 1) or ("<unit>",)])
    if kind == "unit_type":
        return ("<unit>",)
    return UNKNOWN


def bounds_chain(node: Node, draft: Draft, depth: int = 0) -> Chain:
    """The traits of `A + B`, or of a parameter's bounds."""
    found = [type_chain(child, draft, depth + 1) for child in parts(node) if child.type not in UNNAMED]
    flat: list[Chain] = []
    for chain in found:
        if chain is not None and chain[0] == "<dyn>":
            flat.extend(arguments_of(chain))
        elif chain is not None:
            flat.append(chain)
    return _held("<dyn>", flat)


def path_chain(node: Node, draft: Draft) -> Chain:
    """A path's segments: `a::b::<T>::c` is `("a", "::b", "<", "T", ">", "::c")`, `::a` is `("::a",)`."""
    segments: list[str] = []
    at: Node | None = node
    while at is not None:
        if at.type in PATHS:
            name = field(at, "name")
            if name is None:
                return UNKNOWN
            segments[:0] = ["::" + draft.name(name)]
            at = field(at, "path")
        elif at.type in ("generic_type", "generic_type_with_turbofish", "generic_function"):
            segments[:0] = list(_arguments(at, draft))
            at = field(at, "type") or field(at, "function")
        elif at.type == "bracketed_type":
            return (*_bracketed(at, draft), *segments)
        elif at.type in NAMES:
            return (draft.name(at), *segments)
        else:
            return UNKNOWN
    return tuple(segments)


def arguments_of(chain: Chain) -> list[Chain]:
    """The chains between the first `<` of a chain and its `>`."""
    if "<" not in chain:
        return []
    found: list[list[str]] = [[]]
    depth = 0
    for step in chain[chain.index("<") + 1 :]:
        depth += (step == "<") - (step == ">")
        if depth < 0:
            break
        if step == "," and depth == 0:
            found.append([])
        else:
            found[-1].append(step)
    return [tuple(part) for part in found if part]


def _bracketed(node: Node, draft: Draft) -> Chain:
    """`<T as Trait>` stands for the trait, `<T>` for the type."""
    for child in parts(node):
        if child.type == "qualified_type":
            return type_chain(field(child, "alias"), draft, 1) or UNKNOWN
        return type_chain(child, draft, 1) or UNKNOWN
    return UNKNOWN


def _generic(node: Node, draft: Draft, depth: int) -> Chain:
    base = field(node, "type")
    return (*(path_chain(base, draft) if base is not None else UNKNOWN), *_arguments(node, draft, depth))


def _arguments(node: Node, draft: Draft, depth: int = 0) -> Chain:
    written = field(node, "type_arguments")
    if written is None:
        return ()
    found = []
    for child in parts(written):
        if child.type == "type_binding":
            found.append(type_chain(field(child, "type"), draft, depth + 1) or UNKNOWN)
        elif child.type not in UNNAMED:
            found.append(type_chain(child, draft, depth + 1) or UNKNOWN)
    return _held("", found)[1:] if found else ()


def _held(root: str, inner: Iterable[Chain]) -> Chain:
    found: list[str] = [root, "<"]
    for number, chain in enumerate(inner):
        found += [",", *chain] if number else chain
    return (*found, ">")
