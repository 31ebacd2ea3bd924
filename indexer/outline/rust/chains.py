"""Expressions → chains, as `indexer.types.Chain` says, with what a constructor was given.

`Some(x)`, `Ok(x)`, `Arc::new(x)` and their like are `("<made>", "<", "Some", ",", …x…, ">")`, `x as T` and a thing of a
known type are `("<as>", "<", "T", ">")`, `(a, b)` is `("<tupleof>", "<", "a", ",", "b", ">")`, `[a]` and `vec![a]` are
`("<listof>", "<", "a", ">")`.
"""

from __future__ import annotations

from tree_sitter import Node

from indexer.outline.rust.draft import UNKNOWN, Draft, field, parts
from indexer.outline.rust.written import NAMES, PATHS, path_chain, type_chain
from indexer.types import Chain

DEEPEST = 60
MAKERS = frozenset(
    {"Some", "Ok", "Err", "Box::new", "Arc::new", "Rc::new", "RefCell::new", "Cell::new", "Mutex::new", "RwLock::new"}
    | {"Cow::Borrowed", "Cow::Owned", "Pin::new", "Box::pin", "Reverse", "Peekable::new"}
)
"""Constructors of the standard library whose type says what they hold."""
INNER = frozenset({"reference_expression", "parenthesized_expression", "unsafe_block"})
PATHLIKE = NAMES | PATHS | {"generic_function"}


def chain_of(node: Node | None, draft: Draft, depth: int = 0) -> Chain:
    """The chain of an expression."""
    if node is None or depth > DEEPEST:
        return UNKNOWN
    kind = node.type
    if kind in PATHLIKE:
        if kind == "generic_function":
            inner = field(node, "function")
            if inner is not None and inner.type == "field_expression":
                return chain_of(inner, draft, depth + 1)
        return path_chain(node, draft)
    read = _READERS.get(kind)
    if read is not None:
        return read(node, draft, depth)
    if kind in INNER:
        inner = field(node, "value") or next(
            iter(child for child in parts(node) if child.type != "mutable_specifier"), None
        )
        return chain_of(inner, draft, depth + 1)
    return UNKNOWN


def written_as(annotation: Chain) -> Chain:
    """A value of a type that is written down."""
    return ("<as>", "<", *annotation, ">")


def _field(node: Node, draft: Draft, depth: int) -> Chain:
    name = field(node, "field")
    if name is None:
        return UNKNOWN
    return (*chain_of(field(node, "value"), draft, depth + 1), "." + draft.name(name))


def _call(node: Node, draft: Draft, depth: int) -> Chain:
    function, arguments = field(node, "function"), field(node, "arguments")
    given = list(parts(arguments)) if arguments is not None else []
    callee = chain_of(function, draft, depth + 1)
    if len(given) == 1 and "".join(callee[-2:]) in MAKERS:
        return ("<made>", "<", "".join(callee[-2:]), ",", *chain_of(given[0], draft, depth + 1), ">")
    return (*callee, *_turbofish(function, draft), "()")


def _turbofish(function: Node | None, draft: Draft) -> Chain:
    """`.collect::<Vec<T>>()` says what it gives."""
    if function is None or function.type != "generic_function":
        return ()
    inner, written = field(function, "function"), field(function, "type_arguments")
    if inner is None or inner.type != "field_expression" or written is None:
        return ()
    first = next(iter(parts(written)), None)
    chain = type_chain(first, draft)
    return ("<", *chain, ">") if chain else ()


def _try(node: Node, draft: Draft, depth: int) -> Chain:
    return (*chain_of(next(iter(parts(node)), None), draft, depth + 1), "?")


def _await(node: Node, draft: Draft, depth: int) -> Chain:
    return (*chain_of(next(iter(parts(node)), None), draft, depth + 1), "await")


def _index(node: Node, draft: Draft, depth: int) -> Chain:
    inner = list(parts(node))
    if not inner:
        return UNKNOWN
    step = "[..]" if len(inner) > 1 and inner[1].type == "range_expression" else "[]"
    return (*chain_of(inner[0], draft, depth + 1), step)


def _unary(node: Node, draft: Draft, depth: int) -> Chain:
    inner = next(iter(parts(node)), None)
    if draft.source[node.start_byte : node.start_byte + 1] != b"*":
        return UNKNOWN
    return chain_of(inner, draft, depth + 1)


def _struct(node: Node, draft: Draft, depth: int) -> Chain:
    name = field(node, "name")
    return (*path_chain(name, draft), "{}") if name is not None else UNKNOWN


def _cast(node: Node, draft: Draft, depth: int) -> Chain:
    chain = type_chain(field(node, "type"), draft)
    return written_as(chain) if chain else UNKNOWN


def _string(node: Node, draft: Draft, depth: int) -> Chain:
    return written_as(("str",))


def _several(node: Node, draft: Draft, depth: int) -> Chain:
    inner = [chain_of(child, draft, depth + 1) for child in parts(node)]
    if node.type == "array_expression":
        return ("<listof>", "<", *inner[0], ">") if inner else UNKNOWN
    flat: list[str] = []
    for number, chain in enumerate(inner):
        flat += [",", *chain] if number else chain
    return ("<tupleof>", "<", *flat, ">")


def _block(node: Node, draft: Draft, depth: int) -> Chain:
    """The value of a block that holds nothing else."""
    inner = list(parts(node))
    return chain_of(inner[0], draft, depth + 1) if len(inner) == 1 else UNKNOWN


def _if(node: Node, draft: Draft, depth: int) -> Chain:
    first = chain_of(field(node, "consequence"), draft, depth + 1)
    if first != UNKNOWN:
        return first
    otherwise = field(node, "alternative")
    return chain_of(next(iter(parts(otherwise)), None), draft, depth + 1) if otherwise is not None else UNKNOWN


def _match(node: Node, draft: Draft, depth: int) -> Chain:
    """What the first arm gives that no variable of the arm has a part in."""
    body = field(node, "body")
    for arm in parts(body) if body is not None else ():
        chain = chain_of(field(arm, "value"), draft, depth + 1)
        if len(chain) > 1 and chain[1].startswith("::"):
            return chain
    return UNKNOWN


def _macro(node: Node, draft: Draft, depth: int) -> Chain:
    macro = field(node, "macro")
    return written_as(("String",)) if macro is not None and draft.text(macro) == "format" else UNKNOWN


_READERS = {
    "field_expression": _field,
    "call_expression": _call,
    "try_expression": _try,
    "await_expression": _await,
    "index_expression": _index,
    "unary_expression": _unary,
    "struct_expression": _struct,
    "type_cast_expression": _cast,
    "string_literal": _string,
    "raw_string_literal": _string,
    "array_expression": _several,
    "tuple_expression": _several,
    "block": _block,
    "if_expression": _if,
    "match_expression": _match,
    "macro_invocation": _macro,
}
