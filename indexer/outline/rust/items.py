"""The items of a Rust file: what it declares, and the scopes that this opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tree_sitter import Node

from indexer.outline.rust.bodies import body_sites
from indexer.outline.rust.chains import chain_of
from indexer.outline.rust.draft import DEEPEST, UNKNOWN, Draft, field, line_of, parts, span_of
from indexer.outline.rust.patterns import bind_pattern
from indexer.outline.rust.sites import Here, path_sites, type_sites
from indexer.outline.rust.uses import extern_crate, use
from indexer.outline.rust.written import bounds_chain, path_chain, type_chain
from indexer.types import Binding, Chain, Declaration, Impl, Kind, Param

ATTRIBUTES = frozenset({"attribute_item", "inner_attribute_item"})
TEST_ATTRIBUTES = ("test", "bench", "rstest", "quickcheck", "test_case")
TYPE_PARAM: Chain = ("<type>",)
PATH_ATTRIBUTE = "path"


@dataclass(frozen=True, slots=True)
class Around:
    """Where items stand."""

    scope: int
    owner: str | None
    """Qualified name of what they are in."""
    of: str = ""
    """`impl`, `trait impl`, `trait`, or nothing."""
    within: str | None = None
    depth: int = 0

    def qualify(self, name: str) -> str:
        return f"{self.owner}.{name}" if self.owner else name


def items(draft: Draft, holder: Node, around: Around) -> None:
    """Everything that the items of a file, a block of items or a body declare."""
    if around.depth > DEEPEST:
        return
    attributes: list[Node] = []
    for node in holder.children:
        if node.type in ATTRIBUTES:
            attributes.append(node)
        elif node.is_named and not node.type.endswith("comment"):
            item(draft, node, around, attributes)
            attributes = []


def item(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> bool:
    """Take in one item; False where the node is none."""
    take = _TAKERS.get(node.type)
    if take is not None:
        take(draft, node, around, attributes)
    return take is not None


# ---------------------------------------------------------------- what can be an item


def _function(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name = field(node, "name")
    if name is None:
        return
    qualified = around.qualify(draft.name(name))
    scope = draft.open_scope(around.scope, "function", qualified)
    here = Here(scope, qualified)
    generics(draft, node, scope, here)
    params = _params(draft, field(node, "parameters"), scope, here)
    result = field(node, "return_type")
    type_sites(draft, result, here)
    flags = _flags(draft, node, attributes)
    if around.of == "trait" and field(node, "body") is None:
        flags.add("abstract")
    if around.of == "trait impl":
        flags.add("trait_impl")
    if any(child.type == "function_modifiers" and "async" in draft.text(child) for child in node.children):
        flags.add("async")
    kind: Kind = "method" if around.of else "function"
    annotation = type_chain(result, draft) or ("<unit>",)
    _declare(draft, node, name, kind, around, flags, scope, params, annotation)
    body = field(node, "body")
    if body is not None:
        body_sites(draft, body, here, items_in_body)


def items_in_body(draft: Draft, node: Node, here: Here, attributes: list[Node]) -> bool:
    """Take in a node of a body if it is an item."""
    return item(draft, node, Around(here.scope, here.within, within=here.within, depth=here.depth + 1), attributes)


def _params(draft: Draft, written: Node | None, scope: int, here: Here) -> tuple[Param, ...]:
    found: list[Param] = []
    for node in parts(written) if written is not None else ():
        if node.type == "self_parameter":
            draft.bindings.append(Binding("self", scope, "param", line_of(node), annotation=("Self",)))
            found.append(Param("self", "positional_only", True, ("Self",)))
        elif node.type == "parameter":
            pattern, of_type = field(node, "pattern"), field(node, "type")
            annotation = type_chain(of_type, draft) or UNKNOWN
            type_sites(draft, of_type, here)
            if pattern is not None:
                bind_pattern(draft, pattern, scope, None, annotation)
            name = draft.name(_bare(pattern)) if pattern is not None else "_"
            found.append(Param(name, "positional_only", True, annotation))
        elif node.type == "variadic_parameter":
            found.append(Param("", "rest", False))
    return tuple(found)


def _bare(pattern: Node) -> Node:
    """The name in `mut x`."""
    return next(iter(parts(pattern)), pattern) if pattern.type == "mut_pattern" else pattern


def generics(draft: Draft, node: Node, scope: int, here: Here) -> None:
    """The type parameters of an item, with the bounds that the `where` gives them too."""
    written = field(node, "type_parameters")
    for one in parts(written) if written is not None else ():
        name = field(one, "name")
        if one.type == "const_parameter" and name is not None:
            type_sites(draft, field(one, "type"), here)
            annotation = type_chain(field(one, "type"), draft)
            draft.bindings.append(Binding(draft.name(name), scope, "param", line_of(one), annotation=annotation))
        elif one.type == "type_parameter" and name is not None:
            bounds = field(one, "bounds")
            _type_param(draft, name, bounds, scope)
            type_sites(draft, bounds, here)
            type_sites(draft, field(one, "default_type"), here)
    where = next((child for child in node.named_children if child.type == "where_clause"), None)
    for predicate in parts(where) if where is not None else ():
        left, bounds = field(predicate, "left"), field(predicate, "bounds")
        if left is not None and left.type == "type_identifier":
            _type_param(draft, left, bounds, scope)
        type_sites(draft, left, here)
        type_sites(draft, bounds, here)


def _type_param(draft: Draft, name: Node, bounds: Node | None, scope: int) -> None:
    annotation = bounds_chain(bounds, draft) if bounds is not None else None
    draft.bindings.append(
        Binding(draft.name(name), scope, "param", line_of(name), value=TYPE_PARAM, annotation=annotation)
    )


def _struct(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name = field(node, "name")
    if name is None:
        return
    scope, here = _opened(draft, node, name, around)
    body = field(node, "body")
    flags = _flags(draft, node, attributes) | _derived(draft, attributes)
    params = None
    if body is None:
        flags.add("unit")
    elif body.type == "ordered_field_declaration_list":
        params = _ordered(draft, body, here)
    _declare(draft, node, name, "struct", around, flags, scope, params)
    if body is not None and body.type == "field_declaration_list":
        _fields(draft, body, replace(around, scope=scope, owner=here.within, of=""), here)


def _opened(draft: Draft, node: Node, name: Node, around: Around) -> tuple[int, Here]:
    qualified = around.qualify(draft.name(name))
    scope = draft.open_scope(around.scope, "class", qualified)
    here = Here(scope, qualified)
    generics(draft, node, scope, here)
    return scope, here


def _ordered(draft: Draft, body: Node, here: Here) -> tuple[Param, ...]:
    """The fields of a tuple struct: its constructor's parameters."""
    found: list[Param] = []
    for child in body.children_by_field_name("type"):
        type_sites(draft, child, here)
        found.append(Param(str(len(found)), "positional_only", True, type_chain(child, draft)))
    return tuple(found)


def _fields(draft: Draft, body: Node, around: Around, here: Here) -> None:
    attributes: list[Node] = []
    for node in parts(body):
        if node.type in ATTRIBUTES:
            attributes.append(node)
        elif node.type == "field_declaration":
            name, of_type = field(node, "name"), field(node, "type")
            type_sites(draft, of_type, here)
            if name is not None:
                flags = _flags(draft, node, attributes)
                _declare(draft, node, name, "field", around, flags, None, None, type_chain(of_type, draft))
            attributes = []


def _enum(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name = field(node, "name")
    if name is None:
        return
    scope, here = _opened(draft, node, name, around)
    _declare(draft, node, name, "enum", around, _flags(draft, node, attributes) | _derived(draft, attributes), scope)
    body = field(node, "body")
    inner = replace(around, scope=scope, owner=here.within, of="")
    own: list[Node] = []
    for variant in parts(body) if body is not None else ():
        if variant.type in ATTRIBUTES:
            own.append(variant)
        elif variant.type == "enum_variant":
            _variant(draft, variant, inner, own)
            own = []


def _variant(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name, body = field(node, "name"), field(node, "body")
    if name is None:
        return
    qualified = around.qualify(draft.name(name))
    here = Here(around.scope, qualified)
    flags = _flags(draft, node, attributes) | {"variant"}
    params = None
    if body is None:
        flags.add("unit")
    elif body.type == "ordered_field_declaration_list":
        params = _ordered(draft, body, here)
    _declare(draft, node, name, "constant", around, flags, None, params)
    if body is not None and body.type == "field_declaration_list":
        scope = draft.open_scope(around.scope, "class", qualified)
        _fields(draft, body, replace(around, scope=scope, owner=qualified), here)
    body_sites(draft, field(node, "value"), here, items_in_body)


def _trait(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name = field(node, "name")
    if name is None:
        return
    scope, here = _opened(draft, node, name, around)
    bounds = field(node, "bounds")
    type_sites(draft, bounds, here)
    bases = tuple(_split(bounds_chain(bounds, draft))) if bounds is not None else ()
    _declare(draft, node, name, "trait", around, _flags(draft, node, attributes), scope, bases=bases)
    body = field(node, "body")
    if body is not None:
        items(draft, body, Around(scope, here.within, "trait", here.within, around.depth + 1))


def _split(bounds: Chain) -> list[Chain]:
    from indexer.outline.rust.written import arguments_of

    return arguments_of(bounds)


def _impl(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    of_type, trait, body = field(node, "type"), field(node, "trait"), field(node, "body")
    chain = type_chain(of_type, draft) or UNKNOWN
    owner = around.qualify(_owner_name(chain))
    scope = draft.open_scope(around.scope, "class", owner)
    here = Here(scope, owner)
    generics(draft, node, scope, here)
    type_sites(draft, of_type, here)
    type_sites(draft, trait, here)
    negative = any(child.type == "!" for child in node.children)
    if not negative:
        draft.impls.append(Impl(chain, type_chain(trait, draft), around.scope, scope, line_of(node)))
    if body is not None:
        kind = "trait impl" if trait is not None else "impl"
        items(draft, body, Around(scope, owner, kind, owner, around.depth + 1))


def _owner_name(chain: Chain) -> str:
    """The name that an outline gives the members of an `impl`: the last one of its type's path."""
    path = chain[: chain.index("<")] if "<" in chain else chain
    if path[0].startswith("<"):
        return "impl"
    return path[-1].removeprefix("::")


def _alias(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name = field(node, "name")
    if name is None:
        return
    scope, here = _opened(draft, node, name, around)
    written = field(node, "type")
    type_sites(draft, written, here)
    bounds = field(node, "bounds")
    type_sites(draft, bounds, here)
    annotation = type_chain(written, draft)
    if annotation is None and bounds is not None:
        annotation = bounds_chain(bounds, draft)
    flags = _flags(draft, node, attributes) | ({"associated"} if around.of else set())
    if around.of == "trait impl":
        flags.add("trait_impl")
    _declare(draft, node, name, "type", around, flags, scope, None, annotation)


def _constant(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name, of_type, value = field(node, "name"), field(node, "type"), field(node, "value")
    if name is None:
        return
    here = Here(around.scope, around.qualify(draft.name(name)))
    type_sites(draft, of_type, here)
    kind: Kind = "constant" if node.type == "const_item" else "variable"
    flags = _flags(draft, node, attributes)
    if around.of == "trait impl":
        flags.add("trait_impl")
    values = (chain_of(value, draft),) if value is not None else ()
    _declare(draft, node, name, kind, around, flags, None, None, type_chain(of_type, draft), values=values)
    body_sites(draft, value, here, items_in_body)


def _module(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name, body = field(node, "name"), field(node, "body")
    if name is None:
        return
    flags = _flags(draft, node, attributes)
    paths = [path for attribute in attributes if (path := _path_attribute(draft, attribute))]
    values: tuple[Chain, ...] = tuple((path,) for path in paths)
    if body is None:
        _declare(draft, node, name, "namespace", around, flags | {"elsewhere"}, None, values=values)
        return
    qualified = around.qualify(draft.name(name))
    scope = draft.open_scope(around.scope, "module", qualified)
    _declare(draft, node, name, "namespace", around, flags, scope, values=values)
    items(draft, body, Around(scope, qualified, "", qualified, around.depth + 1))


def _path_attribute(draft: Draft, attribute: Node) -> str:
    for child in parts(attribute):
        name, value = next(iter(parts(child)), None), field(child, "value")
        if name is not None and value is not None and draft.text(name) == PATH_ATTRIBUTE:
            return draft.text(value).strip('"')
    text = draft.text(attribute)
    if "cfg_attr" in text and "path" in text:
        _, _, rest = text.partition("path")
        return rest.partition('"')[2].partition('"')[0]
    return ""


def _use(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    use(draft, node, around.scope, around.within, False)


def _extern(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    extern_crate(draft, node, around.scope)


def _foreign(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    body = field(node, "body")
    if body is not None:
        items(draft, body, replace(around, depth=around.depth + 1))


def _macro(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    name = field(node, "name")
    if name is not None:
        _declare(draft, node, name, "macro", around, _flags(draft, node, attributes) | {"opaque"}, None)


def _statement(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    inner = next(iter(parts(node)), None)
    if inner is not None and inner.type == "macro_invocation":
        _invocation(draft, inner, around, attributes)


def _invocation(draft: Draft, node: Node, around: Around, attributes: list[Node]) -> None:
    """Whatever words stand in the arguments of a macro between items may be defined by it."""
    macro = field(node, "macro")
    if macro is not None:
        path_sites(draft, macro, Here(around.scope, around.within), "macro")
        if path_chain(macro, draft)[-1].removeprefix("::") == "include":
            draft.flags.add("includes")
    words: set[str] = set()
    waiting = [child for child in node.named_children if child.type == "token_tree"]
    while waiting:
        part = waiting.pop()
        waiting.extend(part.named_children)
        if part.type in ("identifier", "type_identifier", "metavariable"):
            words.add(draft.name(part))
    line = line_of(node)
    for word in sorted(words):
        draft.bindings.append(Binding(word, around.scope, "value", line, value=("<macro>",), guarded=True))


# ---------------------------------------------------------------- what they have in common


def _declare(
    draft: Draft,
    node: Node,
    name: Node,
    kind: Kind,
    around: Around,
    flags: set[str],
    body: int | None,
    params: tuple[Param, ...] | None = None,
    annotation: Chain | None = None,
    bases: tuple[Chain, ...] = (),
    values: tuple[Chain, ...] = (),
) -> None:
    draft.declarations.append(
        Declaration(
            draft.name(name),
            around.qualify(draft.name(name)),
            kind,
            around.owner,
            around.scope,
            body,
            span_of(node),
            span_of(name),
            _signature(draft, node),
            params,
            frozenset(flags),
            bases=bases,
            annotation=annotation,
            values=values,
        )
    )


def _signature(draft: Draft, node: Node) -> str:
    body = field(node, "body")
    opens = body is not None and body.type != "ordered_field_declaration_list"
    end = body.start_byte if body is not None and opens else node.end_byte
    text = draft.source[node.start_byte : min(end, node.start_byte + 1_000)].decode("utf-8", "replace")
    line = " ".join(text.split()).rstrip(" ;")
    return line.replace("( ", "(").replace(", )", ")").replace(",)", ")")


def _flags(draft: Draft, node: Node, attributes: list[Node]) -> set[str]:
    flags = set()
    if not any(child.type == "visibility_modifier" for child in node.children):
        flags.add("private")
    for attribute in attributes:
        text = draft.text(attribute).lstrip("#![ ").rstrip("] ")
        name = text.partition("(")[0].partition("=")[0].strip().rpartition("::")[2]
        if name in TEST_ATTRIBUTES and not text.startswith("cfg"):
            flags.add("test")
        elif name == "cfg" and text.replace(" ", "") != "cfg(test)":
            flags.add("cfg")
    return flags


def _derived(draft: Draft, attributes: list[Node]) -> set[str]:
    return {"derives" for attribute in attributes if "derive" in draft.text(attribute)}


_TAKERS: dict[str, Callable[[Draft, Node, Around, list[Node]], None]] = {
    "function_item": _function,
    "function_signature_item": _function,
    "struct_item": _struct,
    "union_item": _struct,
    "enum_item": _enum,
    "trait_item": _trait,
    "impl_item": _impl,
    "type_item": _alias,
    "associated_type": _alias,
    "const_item": _constant,
    "static_item": _constant,
    "mod_item": _module,
    "use_declaration": _use,
    "extern_crate_declaration": _extern,
    "foreign_mod_item": _foreign,
    "macro_definition": _macro,
    "macro_invocation": _invocation,
    "expression_statement": _statement,
}
