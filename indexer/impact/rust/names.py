"""Paths → what they stand for, as Rust resolves names: scopes, `use`, globs, modules, crates, associated items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from indexer.impact.rust.language import CRATES, PRELUDE
from indexer.impact.rust.values import Module, Named, Within
from indexer.impact.source import Source
from indexer.impact.values import OUTSIDE, UNKNOWN, Gone, Outside, Place, Thing, Unknown
from indexer.types import Binding, Chain, Declaration

if TYPE_CHECKING:
    from indexer.impact.rust import Rust

Space = Literal["type", "value", "any"]
TYPES = frozenset({"namespace", "struct", "enum", "trait", "type"})
VALUES = frozenset({"function", "constant", "variable", "method", "field"})
TYPE_PARAM = ("<type>",)
MACRO = ("<macro>",)
MOST_DEPTH = 40


def segments(chain: Chain) -> tuple[list[str], int]:
    """The segments of the path that a chain begins with, and how many of its steps they take (with type arguments)."""
    found = [chain[0]]
    at = 1
    while at < len(chain):
        if chain[at] == "<":
            at = closing(chain, at) + 1
        elif chain[at].startswith("::"):
            found.append(chain[at][2:])
            at += 1
        else:
            break
    return found, at


def closing(chain: Chain, at: int) -> int:
    """Where the `>` for the `<` at a place stands."""
    depth = 0
    for number in range(at, len(chain)):
        depth += (chain[number] == "<") - (chain[number] == ">")
        if depth == 0:
            return number
    return len(chain) - 1


def resolve(rust: Rust, source: Source, scope: int, path: list[str], space: Space, depth: int = 0) -> Named:
    """What a path stands for, read in a scope of a file."""
    if depth > MOST_DEPTH or not path:
        return UNKNOWN
    first, rest = path[0], path[1:]
    value = _first(rust, source, scope, first, "type" if rest else space, depth + 1)
    return _along(rust, value, rest, space, depth)


def _along(rust: Rust, value: Named, rest: list[str], space: Space, depth: int) -> Named:
    for number, name in enumerate(rest):
        if isinstance(value, Gone | Outside | Unknown):
            return value
        value = step(rust, value, name, space if number == len(rest) - 1 else "type", depth + 1)
    return value


def step(rust: Rust, value: Named, name: str, space: Space, depth: int) -> Named:
    """What a name stands for inside of a module or a type."""
    if isinstance(value, Within):
        if name == "self":
            return value
        if name == "super":
            return _best(_above(rust, value.module))
        return member(rust, value.module, name, space, depth + 1)
    if isinstance(value, Thing):
        return rust.associated(value.place, name, depth + 1)
    return value


def _first(rust: Rust, source: Source, scope: int, name: str, space: Space, depth: int) -> Named:
    if name.startswith("::"):
        return crate(rust, source.path, name[2:])
    if name.startswith("<"):
        return UNKNOWN
    if name in ("crate", "$crate"):
        module = enclosing(source, scope)
        return _best(Within(root, root.place) for root in rust.modules.roots(module))
    if name == "self":
        return _itself(enclosing(source, scope))
    if name == "super":
        return _best(_above(rust, enclosing(source, scope)))
    if name == "Self":
        return rust.own(source, scope, depth + 1)
    return lexical(rust, source, scope, name, space, depth)


def lexical(rust: Rust, source: Source, scope: int | None, name: str, space: Space, depth: int) -> Named:
    """What a bare name stands for in a scope: in the blocks and items around it, in its module, or everywhere."""
    while scope is not None and source.facts.scopes[scope].kind != "module":
        found = _in_block(rust, source, scope, name, space, depth)
        if found is not None:
            return found
        scope = source.facts.scopes[scope].parent
    module = Module(source.path, source.facts.scopes[scope or 0].owner or "")
    if rust.world.source(source.path) is not source:
        imported_here = _imported(rust, source, [scope or 0], name, space, depth, set())
        if isinstance(imported_here, Thing | Within | Outside):
            return imported_here
    value = member(rust, module, name, space, depth)
    if isinstance(value, Gone):
        return _everywhere(rust, source.path, name, value)
    return value


def _in_block(rust: Rust, source: Source, scope: int, name: str, space: Space, depth: int) -> Named | None:
    bindings = source.bound.get((scope, name), [])
    if space != "value" and any(b.kind == "param" and b.value == TYPE_PARAM for b in bindings):
        return UNKNOWN
    if source.facts.scopes[scope].kind == "class":
        return None
    declared = [d for d in source.declared.get((scope, name), []) if fits(d, space)]
    if declared:
        return Thing(Place(source.path, declared[0].qualified))
    if not any(b.kind == "import" for b in source.facts.bindings if b.scope == scope):
        return None
    found = _imported(rust, source, [scope], name, space, depth, set())
    return None if isinstance(found, Gone) else found


def _everywhere(rust: Rust, path: str, name: str, gone: Gone) -> Named:
    if rust.modules.has_crate(path, name):
        return crate(rust, path, name)
    return OUTSIDE if name in PRELUDE or name in CRATES else gone


def crate(rust: Rust, path: str, name: str) -> Named:
    """What the name of a crate stands for in a file."""
    if name in CRATES:
        return OUTSIDE
    found = rust.modules.crate(path, name)
    if isinstance(found, Module):
        return Within(found, found.place)
    return UNKNOWN if found == "" else OUTSIDE


# ---------------------------------------------------------------- modules


def member(
    rust: Rust, module: Module, name: str, space: Space, depth: int, seen: set[tuple[Module, str]] | None = None
) -> Named:
    """What a name stands for in a module: its own items, what it imports, and what its globs bring."""
    seen = seen if seen is not None else set()
    if (module, name) in seen or depth > MOST_DEPTH:
        return Gone(module.path, name)
    if seen:
        return _member(rust, module, name, space, depth, seen)
    key = (module, name, space)
    if key not in rust.members:
        rust.members[key] = Gone(module.path, name)
        rust.members[key] = _member(rust, module, name, space, depth, seen)
    return rust.members[key]


def _member(rust: Rust, module: Module, name: str, space: Space, depth: int, seen: set[tuple[Module, str]]) -> Named:
    source = rust.world.source(module.path)
    if source is None:
        return UNKNOWN
    place = module.member(name)
    scopes = rust.scopes(source, module.inner)
    declared = [d for d in source.qualified.get(place.qualified, []) if d.scope in scopes and fits(d, space)]
    for declaration in declared:
        if declaration.kind != "namespace":
            return Thing(place)
    if declared:
        children = rust.modules.children(module, name)
        return Within(children[0], place) if children else UNKNOWN
    seen = {*seen, (module, name)}
    found = _imported(rust, source, scopes, name, space, depth, seen)
    if isinstance(found, Gone) and rust.by_macro(module, name):
        return UNKNOWN
    return found


def _imported(
    rust: Rust,
    source: Source,
    scopes: Iterable[int],
    name: str,
    space: Space,
    depth: int,
    seen: set[tuple[Module, str]],
) -> Named:
    """What the imports of some scopes bind a name to."""
    found: list[Named] = []
    for scope in scopes:
        for binding in source.bound.get((scope, name), []):
            if binding.kind == "import":
                found.append(imported(rust, source, binding, space, depth + 1, seen))
    direct = _best(found)
    if isinstance(direct, Thing | Within | Outside):
        return direct
    for star in source.stars:
        if star.scope in scopes:
            target = imported(rust, source, star, "type", depth + 1, seen)
            if isinstance(target, Within):
                found.append(member(rust, target.module, name, space, depth + 1, seen))
            elif isinstance(target, Thing):
                inside = rust.associated(target.place, name, depth + 1)
                found.append(inside if isinstance(inside, Thing) else Gone(source.path, name))
            elif isinstance(target, Unknown):
                found.append(UNKNOWN)
    best = _best(found)
    return best if found else Gone(source.path, name)


def imported(
    rust: Rust, source: Source, binding: Binding, space: Space, depth: int, seen: set[tuple[Module, str]] | None = None
) -> Named:
    """What an import stands for."""
    path = use_path(binding)
    if depth > MOST_DEPTH:
        return UNKNOWN
    first, rest = path[0], path[1:]
    narrow: Space = "type" if rest else space
    start: Named
    if first.startswith("::"):
        start = crate(rust, source.path, first[2:])
    elif first in ("crate", "$crate", "self", "super", "Self"):
        start = _first(rust, source, binding.scope, first, narrow, depth)
    else:
        start = _used(rust, source, binding, first, narrow, depth, seen or set())
    for number, name in enumerate(rest):
        if isinstance(start, Gone | Outside | Unknown):
            return start
        inner: Space = space if number == len(rest) - 1 else "type"
        if isinstance(start, Within) and name not in ("self", "super"):
            start = member(rust, start.module, name, inner, depth + 1, seen)
        else:
            start = step(rust, start, name, inner, depth + 1)
    return start


def use_path(binding: Binding) -> list[str]:
    """The segments of an import's path; those of a glob are the module's."""
    text = binding.module or ""
    absolute = text.startswith("::")
    path = [part for part in text.split("::") if part]
    if binding.imported not in (None, "*"):
        path.append(str(binding.imported))
    if absolute and path:
        path[0] = "::" + path[0]
    return path or ["self"]


def _used(
    rust: Rust, source: Source, binding: Binding, name: str, space: Space, depth: int, seen: set[tuple[Module, str]]
) -> Named:
    """The first name of a `use`: of its module, of a crate, or (as in 2015) of the crate's root."""
    module = enclosing(source, binding.scope)
    scopes = source.facts.scopes
    if scopes[binding.scope].kind != "module" and binding.name != name:
        found = _in_block(rust, source, binding.scope, name, space, depth)
        if found is not None:
            return found
    value = member(rust, module, name, space, depth, {*seen, (module, binding.name)} if binding.name != name else seen)
    own = binding.name == name
    if own:
        value = _declared_only(rust, module, name, space)
    if isinstance(value, Thing | Within | Unknown):
        return value
    everywhere = _everywhere(rust, source.path, name, Gone(source.path, name))
    if not isinstance(everywhere, Gone):
        return everywhere
    for root in rust.modules.roots(module):
        if root != module:
            at_root = _declared_only(rust, root, name, space) if own else member(rust, root, name, space, depth, seen)
            if not isinstance(at_root, Gone):
                return at_root
    return value


def _declared_only(rust: Rust, module: Module, name: str, space: Space) -> Named:
    """As `member`, without what the module imports: `use a::b as a` does not lead to itself."""
    source = rust.world.source(module.path)
    place = module.member(name)
    for declaration in source.qualified.get(place.qualified, []) if source is not None else ():
        if source is not None and declaration.scope in rust.scopes(source, module.inner) and fits(declaration, space):
            if declaration.kind != "namespace":
                return Thing(place)
            children = rust.modules.children(module, name)
            return Within(children[0], place) if children else UNKNOWN
    if source is not None:
        for binding in source.bound.get((next(iter(rust.scopes(source, module.inner)), 0), name), []):
            if binding.kind == "import" and binding.imported == "*" and (binding.module or "").startswith("::"):
                return crate(rust, source.path, (binding.module or "")[2:])
    return Gone(module.path, name)


def _above(rust: Rust, module: Module) -> list[Named]:
    return [Within(parent, parent.place) for parent in rust.modules.parents(module)]


def _itself(module: Module) -> Named:
    return Within(module, module.place)


def enclosing(source: Source, scope: int) -> Module:
    """The module that a scope is in."""
    at: int | None = scope
    while at is not None:
        here = source.facts.scopes[at]
        if here.kind == "module":
            return Module(source.path, here.owner or "")
        at = here.parent
    return Module(source.path)


def fits(declaration: Declaration, space: Space) -> bool:
    """Whether a definition can be what a name stands for in a place."""
    if space == "any":
        return True
    if space == "type":
        return declaration.kind in TYPES
    constructed = declaration.kind == "struct" and (declaration.params is not None or "unit" in declaration.flags)
    return declaration.kind in VALUES or constructed


def namespace(declaration: Declaration) -> str:
    """Where a name lives: a field, a macro, a type or module, and a value may share one."""
    if declaration.kind in ("field", "macro"):
        return declaration.kind
    return "type" if declaration.kind in TYPES else "value"


def callable_ones(declarations: list[Declaration]) -> list[Declaration]:
    """Of definitions that share a name those that a call can mean."""
    return [d for d in declarations if d.params is not None] or declarations


def _best(values: Iterable[Named]) -> Named:
    """Of several answers the one that says most."""
    last: Named = UNKNOWN
    rank = -1
    for value in values:
        own = 3 if isinstance(value, Thing | Within) else 2 if isinstance(value, Unknown) else 1
        own = 2 if isinstance(value, Outside) else own
        if own > rank:
            last, rank = value, own
    return last
