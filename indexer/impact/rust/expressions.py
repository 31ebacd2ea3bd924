"""The types of what expressions give: variables, calls, fields, what a pattern takes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.impact.rust import standard
from indexer.impact.rust.language import CALLED, LISTS, MAPS, SMART
from indexer.impact.rust.names import MACRO, TYPE_PARAM, closing, fits, resolve, segments
from indexer.impact.rust.typing import Given, associated_type, given_to, parameters, split, typed
from indexer.impact.rust.values import Type
from indexer.impact.source import Source
from indexer.impact.values import Outside, Place, Thing
from indexer.types import Binding, Chain, Declaration

if TYPE_CHECKING:
    from indexer.impact.rust import Rust

At = tuple[int, int]
"""A line and a column."""
MOST_DEPTH = 40


def value(rust: Rust, source: Source, scope: int, chain: Chain, at: At, depth: int = 0) -> Type | None:
    """The type of what a chain gives, read in a scope at a line and column."""
    if depth > MOST_DEPTH or not chain:
        return None
    found, number = _start(rust, source, scope, chain, at, depth + 1)
    while number < len(chain) and found is not None:
        found, number = _next(rust, source, scope, found, chain, number, depth + 1)
    return found


def _start(rust: Rust, source: Source, scope: int, chain: Chain, at: At, depth: int) -> tuple[Type | None, int]:
    root = chain[0]
    if root.startswith("<"):
        if len(chain) < 2:
            return None, 1
        return _written(rust, source, scope, chain, at, depth)
    path, end = segments(chain)
    if len(path) == 1:
        local = variable(rust, source, scope, root, at, depth)
        if local is not None:
            return local[0], end
    return _named(rust, source, scope, chain, path, end, depth)


def _written(rust: Rust, source: Source, scope: int, chain: Chain, at: At, depth: int) -> tuple[Type | None, int]:
    """A value whose chain begins with what it is made of."""
    inner, end = split(chain)
    if chain[0] == "<as>":
        # The commas of a type are inside of its own brackets, so that there is one part.
        return typed(rust, source, scope, chain[2 : end - 1], None, depth), end
    if chain[0] == "<made>" and len(inner) == 2:
        held = value(rust, source, scope, inner[1], at, depth)
        name = inner[0][0]
        made = {"Some": "Option", "Ok": "Result", "Err": "Result"}.get(name, name.partition("::")[0])
        arguments = (None, held) if name == "Err" else (held,)
        return Type(None, made, arguments), end
    if chain[0] == "<tupleof>":
        return Type(None, "<tuple>", tuple(value(rust, source, scope, part, at, depth) for part in inner)), end
    if chain[0] == "<listof>":
        return Type(None, "<list>", (value(rust, source, scope, inner[0], at, depth) if inner else None,)), end
    return None, len(chain)


def variable(rust: Rust, source: Source, scope: int | None, name: str, at: At, depth: int) -> tuple[Type | None] | None:
    """The type of a local variable or parameter, in a tuple; None where the name is none."""
    while scope is not None and source.facts.scopes[scope].kind not in ("module", "class"):
        bindings = [b for b in source.bound.get((scope, name), []) if b.kind in ("value", "param")]
        bindings = [b for b in bindings if b.value != TYPE_PARAM and b.value != MACRO]
        reached = [b for b in bindings if b.span is None or (b.span.end_line, b.span.end_column) <= at]
        if reached:
            return (_bound(rust, source, scope, reached[-1], depth + 1),)
        scope = source.facts.scopes[scope].parent
    return None


def _bound(rust: Rust, source: Source, scope: int, binding: Binding, depth: int) -> Type | None:
    if depth > MOST_DEPTH:
        return None
    if binding.annotation:
        annotated = typed(rust, source, scope, binding.annotation, None, depth + 1)
        if annotated is not None:
            return annotated
    if binding.value is None or binding.value == ("<?>",):
        return None
    if binding.span is not None:
        start = (binding.span.start_line, binding.span.start_column)
        return value(rust, source, scope, binding.value, start, depth + 1)
    parent = source.facts.scopes[scope].parent
    if parent is None:
        return None
    # What is read there is what stood before the scope: its own line is as late as that can be.
    return value(rust, source, parent, binding.value, (binding.line, 0), depth + 1)


def _named(
    rust: Rust, source: Source, scope: int, chain: Chain, path: list[str], end: int, depth: int
) -> tuple[Type | None, int]:
    """A value that a path names: a function that is called, a constant, a struct written out, a variant."""
    step = chain[end] if end < len(chain) else ""
    if step == "{}":
        return _constructed(rust, source, scope, chain[:end], path, depth), end + 1
    found = resolve(rust, source, scope, path, "value", depth + 1)
    if isinstance(found, Outside):
        return _outside(rust, source, scope, chain[:end], path, step, depth), end + (step == "()")
    if not isinstance(found, Thing):
        return None, len(chain)
    declarations = [d for d in rust.world.declarations(found.place) if fits(d, "value") and d.kind != "field"]
    if not declarations:
        return None, len(chain)
    first = declarations[0]
    owner = rust.world.source(found.place.path)
    if owner is None:
        return None, len(chain)
    if "variant" in first.flags:
        return Type(Place(found.place.path, first.parent or ""), (first.parent or "").rpartition(".")[2]), end + (
            step == "()"
        )
    if first.kind == "struct":
        return Type(found.place, found.place.name), end + (step == "()")
    if first.kind in ("constant", "variable"):
        annotation = first.annotation
        return (typed(rust, owner, first.scope, annotation, None, depth + 1) if annotation else None), end
    if first.kind in ("function", "method") and step == "()":
        of = _owner_of(rust, source, scope, chain, path, depth)
        return result(rust, owner, first, of, depth + 1), end + 1
    return None, len(chain)


def _owner_of(rust: Rust, source: Source, scope: int, chain: Chain, path: list[str], depth: int) -> Type | None:
    """The type in front of `::function`, with its arguments where they are written."""
    if len(path) < 2:
        return None
    last = max(number for number, step in enumerate(chain) if step == "::" + path[-1])
    return typed(rust, source, scope, chain[:last], None, depth + 1)


def _constructed(rust: Rust, source: Source, scope: int, chain: Chain, path: list[str], depth: int) -> Type | None:
    found = resolve(rust, source, scope, path, "any", depth + 1)
    if isinstance(found, Thing):
        declarations = rust.world.declarations(found.place)
        if declarations and "variant" in declarations[0].flags:
            return Type(found.place, found.place.name)
    return typed(rust, source, scope, chain, None, depth + 1)


def _outside(
    rust: Rust, source: Source, scope: int, chain: Chain, path: list[str], step: str, depth: int
) -> Type | None:
    """A value of the standard library or of another crate: `Vec::new()` is a `Vec`."""
    if len(path) < 2 or not path[-2][:1].isupper():
        return None
    last = max(number for number, one in enumerate(chain) if one == "::" + path[-1])
    of = typed(rust, source, scope, chain[:last], None, depth + 1)
    known = of is not None and (of.name in LISTS or of.name in MAPS or of.name in SMART)
    return of if known and path[-1] in ("new", "with_capacity", "default", "from", "pin") else None


# ---------------------------------------------------------------- steps


def _next(
    rust: Rust, source: Source, scope: int, of: Type, chain: Chain, number: int, depth: int
) -> tuple[Type | None, int]:
    """The type after one step, and where the next one is; a method and its call are one."""
    step = chain[number]
    if step.startswith("."):
        return _member(rust, source, scope, of, chain, number, depth)
    if step == "()":
        bound = next((b for b in (of, *of.arguments) if b is not None and b.name in ("<fn>", *CALLED)), None)
        return (bound.arguments[-1] if bound is not None and bound.arguments else None), number + 1
    if step in ("await", "[..]"):
        return of, number + 1
    if step in ("?", "each", "[]"):
        return _item(rust, of, step, depth), number + 1
    if step.startswith("(|"):
        name, _, which = step[2:-1].partition("|")
        held = iterated(rust, of, depth)
        return standard.handed(held or of, name, int(which)), number + 1
    if step.startswith("("):
        return _taken(rust, source, scope, of, step[1:-1], depth), number + 1
    if step.startswith("["):
        place = int(step[1:-1])
        return (of.arguments[place] if of.name == "<tuple>" and place < len(of.arguments) else None), number + 1
    return None, len(chain)


def _item(rust: Rust, of: Type, step: str, depth: int) -> Type | None:
    """What a value holds: of an `Option` or a `Result`, in a loop, under an index."""
    if step == "?":
        return of.arguments[0] if of.name in standard.OPTIONAL and of.arguments else None
    return each(rust, of, depth) if step == "each" else _indexed(rust, of, depth)


def _member(
    rust: Rust, source: Source, scope: int, of: Type, chain: Chain, number: int, depth: int
) -> tuple[Type | None, int]:
    name = chain[number][1:]
    after = number + 1
    wanted: Chain = ()
    if after < len(chain) and chain[after] == "<":
        end = closing(chain, after)
        wanted = chain[after + 1 : end]
        after = end + 1
    if after >= len(chain) or chain[after] != "()":
        return _field(rust, of, name, depth), after
    if wanted and name in ("collect", "into", "parse", "sum", "downcast_ref", "downcast"):
        kept = typed(rust, source, scope, wanted, None, depth + 1)
        return (Type(None, "Result", (kept,)) if name == "parse" else kept), after + 1
    found = rust.method(of, name, depth + 1)
    if isinstance(found, Thing):
        owner = rust.world.source(found.place.path)
        declarations = [d for d in rust.world.declarations(found.place) if d.kind in ("method", "function")]
        if owner is None or not declarations:
            return None, after + 1
        return result(rust, owner, declarations[0], _held_in(of), depth + 1), after + 1
    if of.place is None:
        return standard.result_of(of, name), after + 1
    if name in ("clone", "by_ref", "to_owned", "borrow", "as_ref", "as_mut"):
        return of, after + 1
    items = iterated(rust, of, depth)
    return (standard.result_of(items, name) if items is not None else None), after + 1


def _held_in(of: Type) -> Type:
    """What a smart pointer points to."""
    while of.place is None and of.name in SMART and of.arguments and of.arguments[0] is not None:
        of = of.arguments[0]
    return of


def result(rust: Rust, source: Source, declaration: Declaration, of: Type | None, depth: int) -> Type | None:
    """What a call of a function gives, called on or through a value of a type."""
    if declaration.annotation is None or declaration.body is None or depth > MOST_DEPTH:
        return None
    block = rust.blocks(source).get(declaration.scope)
    given: Given = {}
    if block is not None and of is not None:
        given = given_to(rust, source, block.body, block.type, of)
    if of is not None and block is None and _says_self(declaration.annotation):
        return _with_self(rust, source, declaration, of, depth)
    return typed(rust, source, declaration.body, declaration.annotation, given, depth + 1)


def _says_self(annotation: Chain) -> bool:
    return "Self" in annotation


def _with_self(rust: Rust, source: Source, declaration: Declaration, of: Type, depth: int) -> Type | None:
    """A trait's method that gives `Self`: the type that it was called on."""
    annotation = declaration.annotation or ()
    if annotation == ("Self",):
        return of
    if (
        annotation[:2] == ("Self", annotation[1] if len(annotation) > 1 else "")
        and annotation[1:2]
        and (annotation[1].startswith("::"))
    ):
        return associated_type(rust, of, annotation[1][2:], depth + 1) if len(annotation) == 2 else None
    if annotation[0] in ("Option", "Result") and annotation[1:3] == ("<", "Self"):
        rest = annotation[3:4]
        if rest in ((">",), (",",)):
            return Type(None, annotation[0], (of,))
        if rest and rest[0].startswith("::"):
            return Type(None, annotation[0], (associated_type(rust, of, rest[0][2:], depth + 1),))
    return typed(rust, source, declaration.body or 0, annotation, None, depth + 1)


def _field(rust: Rust, of: Type, name: str, depth: int) -> Type | None:
    if name.isdigit():
        return _numbered(rust, of, int(name), depth)
    found = rust.field(of, name, depth + 1)
    if not isinstance(found, Thing):
        return None
    source = rust.world.source(found.place.path)
    declarations = [d for d in rust.world.declarations(found.place) if d.kind == "field"]
    if source is None or not declarations or declarations[0].annotation is None:
        return None
    first = declarations[0]
    given = dict(zip(parameters(source, first.scope), _held_in(of).arguments, strict=False))
    return typed(rust, source, first.scope, first.annotation or (), given, depth + 1)


def _numbered(rust: Rust, of: Type, number: int, depth: int) -> Type | None:
    of = _held_in(of)
    if of.name == "<tuple>":
        return of.arguments[number] if number < len(of.arguments) else None
    return _payload(rust, of.place, number, of, depth) if of.place is not None else None


def _payload(rust: Rust, place: Place, number: int, of: Type, depth: int) -> Type | None:
    """A part of a tuple struct or of a variant."""
    source = rust.world.source(place.path)
    declarations = rust.world.declarations(place)
    params = declarations[0].params if declarations else None
    if source is None or not params or number >= len(params) or params[number].annotation is None:
        return None
    scope = declarations[0].body if declarations[0].body is not None else declarations[0].scope
    given = dict(zip(parameters(source, scope), of.arguments, strict=False))
    return typed(rust, source, scope, params[number].annotation or (), given, depth + 1)


def _taken(rust: Rust, source: Source, scope: int, of: Type, step: str, depth: int) -> Type | None:
    """What a pattern takes out of a value: `Some#0`, `Shape::Circle#radius`."""
    written, _, part = step.rpartition("#")
    of = _held_in(of)
    if of.place is None:
        if written in ("Some", "Ok") and of.name in standard.OPTIONAL:
            return of.arguments[0] if of.arguments else None
        if written == "Err" and of.name == "Result":
            return of.arguments[1] if len(of.arguments) > 1 else None
    first, *rest = written.split("::")
    found = resolve(rust, source, scope, [first, *rest], "any", depth + 1)
    if not isinstance(found, Thing):
        return None
    place = found.place
    declarations = rust.world.declarations(place)
    if declarations and declarations[0].kind == "type":
        alias = rust.type_of_alias(place, depth + 1)
        if alias is None or alias.place is None:
            return None
        place = alias.place
    if part.isdigit():
        return _payload(rust, place, int(part), of, depth)
    return _field(rust, Type(place, place.name, of.arguments), part, depth)


def each(rust: Rust, of: Type, depth: int) -> Type | None:
    """What a loop over a value gives."""
    if of.place is None:
        return standard.item_of(of)
    held = iterated(rust, of, depth)
    return standard.item_of(held) if held is not None else None


def iterated(rust: Rust, of: Type, depth: int) -> Type | None:
    """A type of the tree as the iterator that it is, or that it can be made."""
    if of.place is None:
        return None
    item = associated_type(rust, of, "Item", depth + 1)
    return standard.iterator_of(item) if item is not None else None


def _indexed(rust: Rust, of: Type, depth: int) -> Type | None:
    of_held = _held_in(of)
    if of_held.place is not None:
        return associated_type(rust, of_held, "Output", depth + 1)
    if of_held.name in MAPS and len(of_held.arguments) > 1:
        return of_held.arguments[1]
    return standard.first_of(of_held) if of_held.name in LISTS else None
