"""The package level of a Go file: its package, imports, functions, methods, types, constants and variables."""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.go.bodies import enter
from indexer.outline.go.chains import chain_of, value_chains
from indexer.outline.go.draft import At, Draft, parts, span_of, text_of
from indexer.outline.go.kinds import result_chain, type_chain
from indexer.outline.go.members import (
    SHAPES,
    bind_params,
    bind_type_params,
    declare_shape,
    declare_unnamed,
    embedded,
    params_of,
)
from indexer.types import Binding, Chain, Kind

TESTS = ("Test", "Benchmark", "Example", "Fuzz")


def declare(draft: Draft) -> None:
    """Collect the facts of the file."""
    top = draft.open(None, "module")
    for node in parts(draft.root):
        _statement(draft, At(node, top, None))


def _statement(draft: Draft, at: At) -> None:
    kind = at.node.type
    if kind == "package_clause":
        draft.package = text_of(parts(at.node)[0]) if parts(at.node) else ""
    elif kind == "import_declaration":
        _imports(draft, at.node)
    elif kind == "function_declaration":
        _function(draft, at)
    elif kind == "method_declaration":
        _method(draft, at)
    elif kind == "type_declaration":
        _types(draft, at)
    elif kind in ("const_declaration", "var_declaration"):
        _values(draft, at)
    elif draft.mentioned(at.node):
        enter(draft, at)


# ---------------------------------------------------------------- imports


def _imports(draft: Draft, node: Node) -> None:
    specs = parts(node)
    if specs and specs[0].type == "import_spec_list":
        specs = parts(specs[0])
    for spec in specs:
        path = spec.child_by_field_name("path")
        if spec.type != "import_spec" or path is None:
            continue
        module = text_of(path).strip('"`')
        alias = spec.child_by_field_name("name")
        name = text_of(alias) if alias is not None else guessed_name(module)
        bound = "*" if name == "." else name
        line = spec.start_point.row + 1
        draft.bindings.append(Binding(bound, 0, "import", line, module=module, imported="*", span=span_of(path)))


def guessed_name(module: str) -> str:
    """What a package is called most likely: the last part of its path that is no version."""
    *before, last = module.split("/")
    if before and last[:1] == "v" and last[1:].isdigit():
        last = before[-1]
    stem, dot, version = last.rpartition(".")
    return stem if dot and version[:1] == "v" and version[1:].isdigit() else last


# ---------------------------------------------------------------- functions


def _function(draft: Draft, at: At) -> None:
    node, name = at.node, at.node.child_by_field_name("name")
    if name is None:
        return
    scope = draft.open(at.scope, "function", text_of(name))
    flags = ("test",) if text_of(name).startswith(TESTS) and len(params_of(node)) < 2 else ()
    _callable(draft, at, name, scope, None, "function", flags)


def _method(draft: Draft, at: At) -> None:
    node, name = at.node, at.node.child_by_field_name("name")
    receiver = parts(node.child_by_field_name("receiver"))
    if name is None or not receiver:
        return
    written = receiver[0].child_by_field_name("type")
    chain = type_chain(written)
    owner = chain[0]
    scope = draft.open(at.scope, "function", f"{owner}.{text_of(name)}")
    _bind_receiver_types(draft, chain, receiver[0], scope)
    for called in receiver[0].children_by_field_name("name"):
        draft.bind(called, scope, annotation=chain)
    pointer = written is not None and written.type == "pointer_type"
    _callable(draft, at, name, scope, owner, "method", ("pointer",) if pointer else ())


def _bind_receiver_types(draft: Draft, chain: Chain, receiver: Node, scope: int) -> None:
    """`func (l *List[T]) …` binds `T`."""
    for word in chain[2:-1]:
        if word not in ("<", ",", ">"):
            line = receiver.start_point.row + 1
            draft.bindings.append(Binding(word, scope, "param", line, annotation=("<type>", "<?>")))


def _callable(
    draft: Draft, at: At, name: Node, scope: int, owner: str | None, kind: Kind, flags: tuple[str, ...]
) -> None:
    node, body = at.node, at.node.child_by_field_name("body")
    bind_type_params(draft, node, scope)
    bind_params(draft, node, scope)
    for field in ("parameters", "result"):
        declare_unnamed(draft, node.child_by_field_name(field), scope)
    declaration = draft.declare(
        name,
        kind,
        node,
        scope=at.scope,
        parent=owner,
        body=scope,
        signature=draft.signature(node, body),
        params=params_of(node),
        annotation=result_chain(node),
        flags=flags,
    )
    if draft.mentioned(node):
        enter(draft, At(node, scope, declaration.qualified))


# ---------------------------------------------------------------- types


def _types(draft: Draft, at: At) -> None:
    for spec in parts(at.node):
        name, written = spec.child_by_field_name("name"), spec.child_by_field_name("type")
        if spec.type in ("type_spec", "type_alias") and name is not None and written is not None:
            _type(draft, At(spec, at.scope, text_of(name)), name, written)


def _type(draft: Draft, at: At, name: Node, written: Node) -> None:
    spec, scope = at.node, at.scope
    body: int | None = None
    if spec.child_by_field_name("type_parameters") is not None:
        body = draft.open(scope, "block", text_of(name))
        bind_type_params(draft, spec, body)
    inner = scope if body is None else body
    shape = written.type in SHAPES and spec.type != "type_alias"
    kind: Kind = "type" if not shape else "struct" if written.type == "struct_type" else "interface"
    draft.declare(
        name,
        kind,
        spec,
        scope=scope,
        body=body,
        signature=_type_signature(draft, spec, written, shape),
        flags=("alias",) if spec.type == "type_alias" else (),
        bases=embedded(written) if shape else (),
        annotation=None if shape else type_chain(written),
    )
    if shape:
        declare_shape(draft, written, text_of(name), inner)
    else:
        declare_unnamed(draft, written, inner)
    if draft.mentioned(spec):
        enter(draft, At(written if shape else spec, inner, at.within))


def _type_signature(draft: Draft, spec: Node, written: Node, shape: bool) -> str:
    if not shape:
        return draft.signature(spec, None, "type")
    word = "struct" if written.type == "struct_type" else "interface"
    return f"{draft.signature(spec, written, 'type')} {word}"


# ---------------------------------------------------------------- constants and variables


def _values(draft: Draft, at: At) -> None:
    kind: Kind = "constant" if at.node.type == "const_declaration" else "variable"
    before: tuple[Chain | None, list[Node]] = (None, [])
    for spec in _specs(at.node):
        written, values = spec.child_by_field_name("type"), parts(spec.child_by_field_name("value"))
        annotation = type_chain(written) if written is not None else None
        if kind == "constant" and written is None and not values:
            annotation, values = before  # `iota` lists: what the line above says is said again
        before = annotation, values
        _value(draft, at, spec, kind, annotation, values)
        declare_unnamed(draft, written, at.scope)
        if draft.mentioned(spec) or _has_shapes(values):
            names = [text_of(name) for name in spec.children_by_field_name("name")]
            enter(draft, At(spec, at.scope, names[0] if names and names[0] != "_" else None))


def _specs(node: Node) -> list[Node]:
    specs = parts(node)
    return parts(specs[0]) if specs and specs[0].type.endswith("_list") else specs


def _value(draft: Draft, at: At, spec: Node, kind: Kind, annotation: Chain | None, values: list[Node]) -> None:
    names = spec.children_by_field_name("name")
    chains = value_chains(values, len(names)) if values and annotation is None else [None] * len(names)
    word = "const" if kind == "constant" else "var"
    for number, (name, chain) in enumerate(zip(names, chains, strict=True)):
        if text_of(name) == "_":
            value = chain_of(values[number]) if number < len(values) else None
            draft.bind(name, at.scope, annotation=annotation, value=value, statement=spec)
            continue
        draft.declare(
            name,
            kind,
            spec,
            scope=at.scope,
            signature=draft.signature(spec, None, word),
            annotation=annotation,
            values=(chain,) if chain is not None else (),
        )


def _has_shapes(values: list[Node]) -> bool:
    """Whether a struct without a name stands in a value: variables are known by it."""
    return any(b"struct" in (value.text or b"") for value in values)
