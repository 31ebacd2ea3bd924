"""Imports and exports of ECMAScript modules and CommonJS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from indexer.outline.javascript.chains import CLASSES, FUNCTIONS, inner, string_of, text_of
from indexer.outline.javascript.classes import declare_class
from indexer.outline.javascript.draft import Draft, Frame, name_of, span_of
from indexer.outline.javascript.functions import declare_function
from indexer.outline.javascript.patterns import names_in
from indexer.outline.javascript.unwrap import beside, unwrapped
from indexer.outline.javascript.variables import declare_object, is_tried
from indexer.types import Binding

# What is handed out is only known when the program runs.
COMPUTED_EXPORTS = re.compile(
    rb"exports\s*\["
    rb"|Object\s*\.\s*(?:assign\s*\(\s*(?:module\s*\.\s*)?exports\b"
    rb"|defineProperty\s*\(\s*(?:module\s*\.\s*)?exports\s*,\s*+(?!['\"]__esModule))"
    rb"|__exportStar\s*\("
)


def imports(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`import …`."""
    module = string_of(frame.node.child_by_field_name("source"))
    clause = next((child for child in frame.node.named_children if child.type.startswith("import_")), None)
    if clause is not None and clause.type == "import_require_clause":
        source, name = clause.child_by_field_name("source"), inner(clause)
        if name is not None:
            _import(draft, frame, name, string_of(source), "*", name)
    elif clause is not None:
        for part in clause.named_children:
            _imported_part(draft, frame, part, module)
    yield from ()


def _imported_part(draft: Draft, frame: Frame, part: Node, module: str | None) -> None:
    if part.type == "identifier":
        _import(draft, frame, part, module, "default", part)
    elif part.type == "namespace_import":
        name = inner(part)
        if name is not None:
            _import(draft, frame, name, module, "*", name)
    elif part.type == "named_imports":
        for specifier in part.named_children:
            name = specifier.child_by_field_name("name")
            if name is not None:
                _import(draft, frame, specifier.child_by_field_name("alias") or name, module, name_of(name), name)


def _import(draft: Draft, frame: Frame, name: Node, module: str | None, imported: str, at: Node) -> None:
    if module is None:
        return
    line = at.start_point.row + 1
    guarded = is_tried(frame)
    draft.bind(
        Binding(
            text_of(name),
            frame.scope,
            "import",
            line,
            module=module,
            imported=imported,
            guarded=guarded,
            span=span_of(at),
        )
    )


def import_alias(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`import x = ns.y`."""
    parts = [child for child in frame.node.named_children if child.type != "comment"]
    if len(parts) == 2:
        line = parts[0].start_point.row + 1
        value = draft.chain(parts[1], frame)
        draft.bind(Binding(text_of(parts[0]), frame.scope, "value", line, value=value))
        if draft.mentioned(parts[1]):
            yield frame.down(parts[1])


def exports(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`export …`."""
    node = frame.node
    module = string_of(node.child_by_field_name("source"))
    declaration = node.child_by_field_name("declaration")
    tokens = {child.type: child for child in node.children if not child.is_named}
    for child in node.named_children:
        if child.type == "export_clause":
            _export_clause(draft, child, module)
        elif child.type == "namespace_export":
            name = inner(child)
            if name is not None:
                _reexported_namespace(draft, frame, name, module)
        elif child.type == "decorator" and draft.mentioned(child):
            yield frame.down(child)
    if "*" in tokens and module is not None and not any(c.type == "namespace_export" for c in node.named_children):
        draft.export("*", None, module, tokens["*"])
    if declaration is not None:
        yield from _exported_declaration(draft, frame, declaration, tokens.get("default"))
        return
    value = node.child_by_field_name("value")
    if value is None and "=" in tokens:
        value = node.named_children[-1] if node.named_children else None
    if value is not None:
        yield from default_export(draft, frame.down(value), node)


def _reexported_namespace(draft: Draft, frame: Frame, name: Node, module: str | None) -> None:
    """`export * as ns from 'm'` hands out a whole module, as the export of an import of it would."""
    local = f"* as {text_of(name)}"
    draft.export(name_of(name), local, None, name)
    if module is not None:
        line, span = name.start_point.row + 1, span_of(name)
        draft.bind(Binding(local, frame.scope, "import", line, module=module, imported="*", span=span))


def _export_clause(draft: Draft, clause: Node, module: str | None) -> None:
    for specifier in clause.named_children:
        name = specifier.child_by_field_name("name")
        if name is None:
            name = next((child for child in specifier.children if child.type == "default"), None)
        if name is not None:
            alias = specifier.child_by_field_name("alias") or name
            draft.export(name_of(alias), name_of(name), module, name)


def _exported_declaration(draft: Draft, frame: Frame, declaration: Node, default: Node | None) -> Iterator[Frame]:
    below = frame.down(declaration)
    if declaration.type == "ambient_declaration":
        declaration = inner(declaration) or declaration
    name = declaration.child_by_field_name("name")
    if default is not None:
        draft.export("default", text_of(name) or "default", None, name or default)
    elif name is not None:
        draft.export(text_of(name), text_of(name), None, name)
    else:
        _export_variables(draft, declaration)
    yield below


def _export_variables(draft: Draft, declaration: Node) -> None:
    for declarator in declaration.named_children:
        pattern = declarator.child_by_field_name("name")
        if declarator.type == "variable_declarator" and pattern is not None:
            for bound, _ in names_in(pattern):
                draft.export(text_of(bound), text_of(bound), None, bound)


def default_export(draft: Draft, frame: Frame, whole: Node) -> Iterator[Frame]:
    """What `export default …` and `module.exports = …` hand out."""
    value = unwrapped(frame.node)
    if value is None:
        return
    if value.type == "identifier":
        draft.export("default", text_of(value), None, value)
        if draft.mentioned(frame.node):
            yield frame
        return
    named = value.child_by_field_name("name") if value.type in FUNCTIONS | CLASSES else None
    name: Node | str = named if named is not None else "default"
    draft.export("default", text_of(named) or "default", None, named or value)
    at = frame.to(value)
    if value.type in FUNCTIONS | CLASSES | {"object"} and whole.type == "export_statement":
        yield from beside(draft, frame, value)
    if value.type in FUNCTIONS:
        yield from declare_function(draft, at, name, whole, scope=0, parent="")
    elif value.type in CLASSES:
        yield from declare_class(draft, at, name, whole, scope=0, parent="")
    elif value.type == "object":
        yield from declare_object(draft, at, name, whole, 0, parent="")
    else:
        chain = draft.chain(frame.node, frame)
        draft.declare(frame, "default", "variable", whole, scope=0, parent="", values=(chain,))
        draft.alias("default", chain)
        if draft.mentioned(frame.node):
            yield frame
