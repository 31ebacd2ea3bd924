"""Bodies: the variables they bind, and the uses of the names that were asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tree_sitter import Node

from indexer.outline.rust.chains import PATHLIKE, chain_of
from indexer.outline.rust.draft import DEEPEST, UNKNOWN, Draft, field, parts, span_of, written_parts
from indexer.outline.rust.patterns import bind_pattern, pattern_sites
from indexer.outline.rust.sites import Here, path_sites, site, token_sites, type_sites
from indexer.outline.rust.written import PATHS, path_chain, type_chain
from indexer.types import Arguments, Chain

ITEMS = frozenset(
    {"function_item", "struct_item", "enum_item", "union_item", "trait_item", "impl_item", "type_item", "const_item"}
    | {"static_item", "mod_item", "use_declaration", "extern_crate_declaration", "macro_definition", "foreign_mod_item"}
)
TYPES = frozenset({"type_arguments", "reference_type", "generic_type", "bracketed_type", "scoped_type_identifier"})
TakeItem = Callable[[Draft, Node, Here, list[Node]], bool]


def body_sites(draft: Draft, node: Node | None, here: Here, take_item: TakeItem) -> None:
    """Everything in a body, if it holds a name that was asked for."""
    if node is not None and draft.mentions(node):
        _Body(draft, take_item).expression(node, here)


class _Body:
    """The walk over one body."""

    def __init__(self, draft: Draft, take_item: TakeItem) -> None:
        self.draft = draft
        self.take_item = take_item

    def expression(self, node: Node, here: Here) -> None:
        """The uses in an expression or a statement."""
        draft = self.draft
        if not draft.mentions(node) or here.depth > DEEPEST:
            return
        here = replace(here, depth=here.depth + 1)
        kind = node.type
        if kind in PATHLIKE and kind != "generic_function":
            path_sites(draft, node, here, "reference")
        elif kind in ITEMS:
            self.take_item(draft, node, here, [])
        elif kind in TYPES:
            type_sites(draft, node, here)
        elif kind == "macro_invocation":
            token_sites(draft, node, here)
        else:
            walk = _WALKS.get(kind)
            if walk is not None:
                walk(self, node, here)
            else:
                self.children(node, here)

    def children(self, node: Node, here: Here) -> None:
        for child in parts(node):
            self.expression(child, here)

    def block(self, node: Node, here: Here) -> None:
        inner = replace(here, scope=self.draft.open_scope(here.scope, "block"))
        for child in parts(node):
            if child.type == "let_declaration":
                self.let(child, inner)
            elif child.type == "use_declaration":
                self.take_item(self.draft, child, inner, [])
            else:
                self.expression(child, inner)

    def let(self, node: Node, here: Here) -> None:
        pattern, written, value = field(node, "pattern"), field(node, "type"), field(node, "value")
        for part in (value, field(node, "alternative")):
            if part is not None:
                self.expression(part, here)
        type_sites(self.draft, written, here)
        if pattern is not None:
            pattern_sites(self.draft, pattern, here)
            chain = chain_of(value, self.draft) if value is not None else None
            bind_pattern(
                self.draft, pattern, here.scope, chain, type_chain(written, self.draft), span_of(node), here.depth
            )

    def let_condition(self, node: Node, here: Here) -> None:
        """`if let`: the scope is that of the condition and what it guards."""
        pattern, value = field(node, "pattern"), field(node, "value")
        if value is not None:
            self.expression(value, here)
        if pattern is not None:
            pattern_sites(self.draft, pattern, here)
            bind_pattern(self.draft, pattern, here.scope, chain_of(value, self.draft), None, span_of(node))

    def conditional(self, node: Node, here: Here) -> None:
        inner = replace(here, scope=self.draft.open_scope(here.scope, "block"))
        condition = field(node, "condition")
        if condition is not None:
            self.condition(condition, inner)
        for name, at in (("consequence", inner), ("body", inner), ("alternative", here)):
            part = field(node, name)
            if part is not None:
                self.expression(part, at)

    def condition(self, node: Node, here: Here) -> None:
        """A condition binds names even where it uses none that were asked for."""
        if node.type == "let_condition":
            self.let_condition(node, here)
        elif node.type == "let_chain":
            for child in parts(node):
                self.condition(child, here)
        else:
            self.expression(node, here)

    def loop(self, node: Node, here: Here) -> None:
        pattern, value, body = field(node, "pattern"), field(node, "value"), field(node, "body")
        if value is not None:
            self.expression(value, here)
        inner = replace(here, scope=self.draft.open_scope(here.scope, "block"))
        if pattern is not None:
            pattern_sites(self.draft, pattern, inner)
            chain = chain_of(value, self.draft)
            bind_pattern(self.draft, pattern, inner.scope, (*chain, "each") if chain != UNKNOWN else UNKNOWN)
        if body is not None:
            self.expression(body, inner)

    def match(self, node: Node, here: Here) -> None:
        value, body = field(node, "value"), field(node, "body")
        if value is not None:
            self.expression(value, here)
        chain = chain_of(value, self.draft)
        for arm in parts(body) if body is not None else ():
            if arm.type == "match_arm" and self.draft.mentions(arm):
                self.arm(arm, here, chain)

    def arm(self, node: Node, here: Here, value: Chain) -> None:
        inner = replace(here, scope=self.draft.open_scope(here.scope, "block"))
        pattern, result = field(node, "pattern"), field(node, "value")
        if pattern is not None:
            guard = field(pattern, "condition")
            for child in parts(pattern):
                if child != guard:
                    pattern_sites(self.draft, child, inner)
            bind_pattern(self.draft, pattern, inner.scope, value)
            if guard is not None:
                self.condition(guard, inner)
        if result is not None:
            self.expression(result, inner)

    def closure(self, node: Node, here: Here, given: Chain = UNKNOWN, method: str = "") -> None:
        """A closure; where a method is handed it, its parameters are what that method hands to closures."""
        inner = replace(here, scope=self.draft.open_scope(here.scope, "block"))
        written, body = field(node, "parameters"), field(node, "body")
        for number, param in enumerate(written_parts(written) if written is not None else ()):
            pattern = field(param, "pattern") if param.type == "parameter" else param
            of_type = field(param, "type") if param.type == "parameter" else None
            type_sites(self.draft, of_type, inner)
            value = (*given, f"(|{method}|{number})") if method and given != UNKNOWN else UNKNOWN
            if pattern is not None:
                pattern_sites(self.draft, pattern, inner)
                bind_pattern(self.draft, pattern, inner.scope, value, type_chain(of_type, self.draft))
        type_sites(self.draft, field(node, "return_type"), inner)
        if body is not None:
            self.expression(body, inner)

    def call(self, node: Node, here: Here) -> None:
        function, arguments = field(node, "function"), field(node, "arguments")
        if function is None:
            return
        given = list(parts(arguments)) if arguments is not None else []
        shape = Arguments(len(given))
        callee = function
        if function.type == "generic_function":
            type_sites(self.draft, field(function, "type_arguments"), here)
            callee = field(function, "function") or function
        receiver: Chain = UNKNOWN
        method = ""
        if callee.type == "field_expression":
            receiver, method = self.method(callee, here, node, shape)
        elif callee.type in PATHLIKE:
            path_sites(self.draft, callee, here, "call", node, shape)
        else:
            self.expression(callee, here)
        for argument in given:
            if argument.type == "closure_expression" and self.draft.mentions(argument):
                self.closure(argument, replace(here, depth=here.depth + 1), receiver, method)
            else:
                self.expression(argument, here)

    def method(self, node: Node, here: Here, call: Node, shape: Arguments) -> tuple[Chain, str]:
        value, name = field(node, "value"), field(node, "field")
        if value is not None:
            self.expression(value, here)
        chain = chain_of(value, self.draft)
        if name is None:
            return UNKNOWN, ""
        if self.draft.name(name) in self.draft.names:
            site(self.draft, name, (*chain, "." + self.draft.name(name)), "call", here, call, shape)
        return chain, self.draft.name(name)

    def member(self, node: Node, here: Here) -> None:
        value, name = field(node, "value"), field(node, "field")
        if value is not None:
            self.expression(value, here)
        if name is not None and self.draft.name(name) in self.draft.names:
            chain = chain_of(value, self.draft)
            site(self.draft, name, (*chain, "." + self.draft.name(name)), "read", here, node)

    def struct(self, node: Node, here: Here) -> None:
        name, body = field(node, "name"), field(node, "body")
        if name is None:
            return
        path_sites(self.draft, name, here, "new", node)
        chain = path_chain(name, self.draft)
        for part in parts(body) if body is not None else ():
            written, value = field(part, "field"), field(part, "value")
            if part.type == "shorthand_field_initializer":
                written = next((child for child in parts(part) if child.type == "identifier"), None)
                value = written
            if written is not None and self.draft.name(written) in self.draft.names:
                own = (*chain, "{}", "." + self.draft.name(written))
                site(self.draft, written, own, "read", here, part)
            if value is not None and part.type == "field_initializer":
                self.expression(value, here)
            elif part.type == "base_field_initializer":
                self.children(part, here)

    def cast(self, node: Node, here: Here) -> None:
        value = field(node, "value")
        if value is not None:
            self.expression(value, here)
        type_sites(self.draft, field(node, "type"), here)

    def generic(self, node: Node, here: Here) -> None:
        inner = field(node, "function")
        if inner is not None and inner.type in PATHS:
            path_sites(self.draft, inner, here, "reference")
        elif inner is not None:
            self.expression(inner, here)
        type_sites(self.draft, field(node, "type_arguments"), here)


_WALKS: dict[str, Callable[[_Body, Node, Here], None]] = {
    "block": _Body.block,
    "let_declaration": _Body.let,
    "let_condition": _Body.let_condition,
    "if_expression": _Body.conditional,
    "while_expression": _Body.conditional,
    "for_expression": _Body.loop,
    "match_expression": _Body.match,
    "closure_expression": _Body.closure,
    "call_expression": _Body.call,
    "field_expression": _Body.member,
    "struct_expression": _Body.struct,
    "type_cast_expression": _Body.cast,
    "generic_function": _Body.generic,
}
