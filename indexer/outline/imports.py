"""From the matches of a query to imports."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.definitions import text_of
from indexer.outline.grammars import Captures
from indexer.outline.rows import ImportRow


def imported(captures: Captures, source: bytes) -> list[tuple[int, ImportRow]]:
    """The imports of one match as rows, each with the byte that it is sorted by."""
    if "import.tree" in captures:
        return use_tree(captures["import.tree"][0], source)
    node = captures["import.module"][0]
    module = text_of(node, source)
    line = node.start_point[0] + 1
    if "import.specifier" in captures:
        at, one, other = _specified(captures["import.specifier"][0], source)
        return [(at, (module, one, other, line))]
    if "import.binding" in captures:
        bound = _bound(captures["import.binding"][0], source)
        return [(at, (module, name, alias, line)) for at, name, alias in bound]
    for capture, name in (("import.default", "default"), ("import.namespace", "*")):
        if capture in captures:
            local = captures[capture][0]
            return [(local.start_byte, (module, name, text_of(local, source), line))]
    return [
        (
            node.start_byte,
            (module, _first("import.name", captures, source), _first("import.alias", captures, source), line),
        )
    ]


def use_tree(node: Node, source: bytes, before: str = "") -> list[tuple[int, ImportRow]]:
    """The rows of a `use` tree: `a::{b, c as d, e::*}` is three."""
    waiting = [(node, before)]
    rows: list[tuple[int, ImportRow]] = []
    while waiting:
        part, path = waiting.pop()
        kind = part.type
        if kind in ("use_list", "scoped_use_list"):
            inner = part.child_by_field_name("list") if kind == "scoped_use_list" else part
            own = part.child_by_field_name("path")
            path = f"{path}{text_of(own, source)}::" if own is not None else path
            waiting += [(child, path) for child in inner.named_children] if inner is not None else []
            continue
        alias = part.child_by_field_name("alias")
        written = part.child_by_field_name("path") if kind == "use_as_clause" else part
        text = path + ("".join(text_of(written, source).split()) if written is not None else "")
        module, _, name = text.rpartition("::")
        if name == "self" and module:
            module, _, name = module.rpartition("::")
        if "comment" not in kind:
            row = (module, name, text_of(alias, source) if alias is not None else None, part.start_point[0] + 1)
            rows.append((part.start_byte, row))
    return rows


def _first(capture: str, captures: Captures, source: bytes) -> str | None:
    return text_of(captures[capture][0], source) if capture in captures else None


def _specified(node: Node, source: bytes) -> tuple[int, str, str | None]:
    if node.type == "dotted_name":
        return node.start_byte, text_of(node, source), None
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    return node.start_byte, text_of(name or node, source), text_of(alias, source) if alias else None


def _bound(binding: Node, source: bytes) -> Iterator[tuple[int, str | None, str | None]]:
    """What `const X = require("m")` binds: the module to one name, or names of it to themselves or to others."""
    if binding.type == "identifier":
        yield binding.start_byte, None, text_of(binding, source)
    for part in binding.named_children:
        key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
        if key and value:
            yield part.start_byte, text_of(key, source), text_of(value, source)
        elif part.type == "shorthand_property_identifier_pattern":
            yield part.start_byte, text_of(part, source), None
