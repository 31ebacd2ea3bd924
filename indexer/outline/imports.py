"""From the matches of a query to imports."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.definitions import text_of
from indexer.outline.grammars import Captures
from indexer.outline.rows import ImportRow


def imported(captures: Captures, source: bytes) -> list[tuple[int, ImportRow]]:
    """The imports of one match as rows, each with the byte that it is sorted by."""
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
