"""Import statements as bindings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.outline.python.text import span_of, text_of
from indexer.types import Binding

if TYPE_CHECKING:
    from tree_sitter import Node

LOADERS = frozenset({"import_module", "importorskip"})
PLAIN_MODULE = re.compile(r"[\"']([A-Za-z_][\w.]*)[\"']")
STATEMENTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})


def import_bindings(node: Node, source: bytes, scope: int, guarded: bool) -> Iterator[Binding]:
    """One binding a name; `import a.b` gives `a` and, so that the submodule is seen, `a.b`."""
    if node.type == "import_statement":
        for child in node.children_by_field_name("name"):
            yield from _module(child, source, scope, guarded)
        return
    module = _module_name(node, source)
    for child in node.named_children:
        if child.type == "wildcard_import":
            yield _binding("*", child, scope, guarded, module, "*")
    for child in node.children_by_field_name("name"):
        name, alias = _renamed(child)
        if name is not None:
            imported = text_of(name, source)
            yield _binding(text_of(alias, source) if alias else imported, name, scope, guarded, module, imported)


def loaded(target: Node, value: Node, source: bytes, scope: int) -> Binding | None:
    """The binding that `m = import_module("a.b")` makes, and pytest's `importorskip`; None for another value."""
    if value.type != "call":
        return None
    called, arguments = value.child_by_field_name("function"), value.child_by_field_name("arguments")
    if called is None or arguments is None:
        return None
    loader = text_of(called, source).rpartition(".")[2]
    name = arguments.named_children[0] if loader in LOADERS and arguments.named_children else None
    if name is None or name.type != "string":
        return None
    match = PLAIN_MODULE.fullmatch(text_of(name, source))
    skips = loader == "importorskip"
    return _binding(text_of(target, source), name, scope, skips, match[1], "*") if match else None


def _module(node: Node, source: bytes, scope: int, guarded: bool) -> Iterator[Binding]:
    name, alias = _renamed(node)
    if name is None:
        return
    module = _joined(name, source)
    if alias is not None:
        yield _binding(text_of(alias, source), name, scope, guarded, module, "*")
        return
    first = name.named_children[0] if name.named_children else name
    top = text_of(first, source)
    yield _binding(top, first, scope, guarded, top, "*")
    if module != top:
        yield _binding(module, name, scope, guarded, module, "*")


def _renamed(node: Node) -> tuple[Node | None, Node | None]:
    if node.type == "aliased_import":
        return node.child_by_field_name("name"), node.child_by_field_name("alias")
    return (node, None) if node.type == "dotted_name" else (None, None)


def _module_name(node: Node, source: bytes) -> str:
    if node.type == "future_import_statement":
        return "__future__"
    module = node.child_by_field_name("module_name")
    return _joined(module, source) if module is not None else ""


def _joined(node: Node, source: bytes) -> str:
    """A dotted name without the blanks and line continuations that may stand around its dots."""
    return "".join(text_of(node, source).replace("\\", " ").split())


def _binding(name: str, where: Node, scope: int, guarded: bool, module: str, imported: str) -> Binding:
    return Binding(
        name,
        scope,
        "import",
        where.start_point.row + 1,
        module=module,
        imported=imported,
        guarded=guarded,
        span=span_of(where),
    )
