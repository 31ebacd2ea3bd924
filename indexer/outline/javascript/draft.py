"""The facts of one file while they are collected, and the frames of the walk that collects them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tree_sitter import Node

from indexer.outline.javascript.chains import Roots, chain_of, type_chain
from indexer.outline.javascript.mentions import Mentions
from indexer.types import Binding, Chain, Declaration, Export, Kind, Param, Scope, Site, Span

LONGEST_SIGNATURE = 2_000
LONGEST_VALUE = 300
"""What a name is bound to may be a table of a thousand lines."""
EXTENDS = re.compile(rb"extends\s+(?:[\w$]+\.)*([\w$]+)")
PROTOTYPED = re.compile(rb"\.prototype\s*(?:=|\.\s*[\w$]+\s*=)(?![=>])")
INHERITS = re.compile(rb"inherits\s*\(\s*([\w$]+)\s*,\s*([\w$]+)\s*\)")
CREATES = re.compile(rb"\.prototype\s*=\s*Object\.create\s*\(\s*([\w$]+)\.prototype")
NAME_BEFORE = re.compile(rb"(?<![\w$.])[A-Za-z_$][\w$]*$")
LONGEST_NAME = 80
LONGEST_OWNER = 1000
BLANKS = re.compile(rb"\s+")
# These are looked for beside the asked-for names: what they stand for is a fact wherever it is.
ALWAYS = ("require", "import", "exports")


class Frame:
    """A node on the way from the root to what is looked for, with what is known about its surroundings."""

    __slots__ = ("complete", "flags", "function", "guards", "node", "receiver", "scope", "up", "within")

    def __init__(self, node: Node, up: Frame | None, scope: int) -> None:
        self.node = node
        self.up = up
        self.scope = scope
        self.function: int = up.function if up else scope
        """The scope that `var` and function declarations are hoisted to."""
        self.within: str | None = up.within if up else None
        self.receiver: bool = up.receiver if up else False
        """Whether `this` is an instance of the nearest class scope's owner."""
        self.complete: bool = up.complete if up else True
        """Whether statements are read even if no name is mentioned in them (the module level)."""
        self.guards: frozenset[str] = up.guards if up else frozenset()
        """Names whose presence was tested on the way."""
        self.flags: frozenset[str] = up.flags if up else frozenset()
        """Flags for the declarations in here."""

    def down(self, node: Node) -> Frame:
        """The frame of a child."""
        return Frame(node, self, self.scope)

    def inside(self, scope: int) -> Frame:
        """The same node, seen from a scope that it opens."""
        frame = Frame(self.node, self, scope)
        frame.up = self.up
        return frame

    def to(self, node: Node) -> Frame:
        """The frame of a descendant."""
        frame = self
        while frame.node != node:
            child = frame.node.child_with_descendant(node)
            if child is None:
                return frame
            frame = frame.down(child)
        return frame


class Draft:
    """The facts collected so far."""

    def __init__(self, root: Node, source: bytes, names: frozenset[str], language: str) -> None:
        self.root = root
        self.source = source
        self.names = names
        self.language = language
        self.typed = language != "javascript"
        self.mentions = Mentions(source, names.union(ALWAYS, _supers(source, names)))
        self.roots = Roots()
        self.scopes: list[Scope] = []
        self.declarations: list[Declaration] = []
        self.bindings: list[Binding] = []
        self.exports: list[Export] = []
        self.sites: list[Site] = []
        self.flags: set[str] = set()
        self.aliases: set[str] = set()
        self.bases: dict[int, Chain] = {}
        """The base class of a class scope."""
        self._leaves: dict[int, Node] = {}
        self.prototyped = frozenset(_prototyped(source))
        """Functions whose prototype is given members."""
        self.inherited: dict[str, str] = dict(_inheritances(source)) if self.prototyped else {}
        self.prototypes: dict[str, int] = {}
        self._bound: dict[tuple[int, str], bool] = {}
        self._declared: dict[tuple[int, str], int] = {}

    def mentioned(self, node: Node) -> bool:
        return self.mentions.inside(node.start_byte, node.end_byte)

    def mentioning(self, frame: Frame) -> Iterator[Frame]:
        """The children that hold a name."""
        node = frame.node
        end = node.end_byte
        offset = self.mentions.first(node.start_byte, end)
        while offset is not None:
            child = node.child_with_descendant(self._leaf(node, offset))
            if child is None:
                return
            if child.is_named:
                yield frame.down(child)
            offset = self.mentions.first(max(child.end_byte, offset + 1), end)

    def _leaf(self, node: Node, offset: int) -> Node:
        """The smallest node at a byte offset, looked for from an outer one down: from the root it may be far."""
        found = self._leaves.get(offset)
        if found is None:
            found = node.descendant_for_byte_range(offset, offset + 1) or node
            self._leaves[offset] = found
        return found

    def open(self, parent: int | None, kind: str, owner: str | None = None) -> int:
        self.scopes.append(Scope(parent, kind, owner))  # type: ignore[arg-type]
        return len(self.scopes) - 1

    def chain(self, node: Node | None, frame: Frame) -> Chain:
        """The expression as a chain, in which `this` is kept only where it means the enclosing class."""
        chain = chain_of(node, self.roots)
        return chain if frame.receiver or chain[0] != "this" else ("<?>", *chain[1:])

    def typed_root(self, annotation: Node) -> Chain | None:
        """A chain for a value that is known by its declared type only."""
        root = self.roots.typed(type_chain(annotation), annotation)
        return (root,) if root is not None else None

    def declare(
        self,
        frame: Frame,
        name: Node | str,
        kind: Kind,
        whole: Node,
        *,
        scope: int | None = None,
        parent: str | None = None,
        body: int | None = None,
        params: tuple[Param, ...] | None = None,
        flags: Iterable[str] = (),
        signature_end: int | None = None,
        name_at: Node | None = None,
        qualified: str | None = None,
        decorators: tuple[str, ...] = (),
        bases: tuple[Chain, ...] = (),
        implements: tuple[Chain, ...] = (),
        annotation: Chain | None = None,
        values: tuple[Chain, ...] = (),
    ) -> Declaration:
        """Notes a definition; its parent is the frame's unless one is given."""
        text = name if isinstance(name, str) else name_of(name)
        parent = frame.within if parent is None else parent
        declaration = Declaration(
            name=text,
            qualified=qualify(parent, qualified or text),
            kind=kind,
            parent=parent or None,
            scope=frame.scope if scope is None else scope,
            body=body,
            span=span_of(whole),
            name_span=span_of(name_at or (whole if isinstance(name, str) else name)),
            signature=self.signature(whole, signature_end),
            params=params,
            flags=frame.flags.union(flags),
            decorators=decorators,
            bases=bases,
            implements=implements,
            annotation=annotation,
            values=values,
        )
        self._declared[declaration.scope, text] = len(self.declarations)
        self.declarations.append(declaration)
        return declaration

    def declared(self, scope: int | None, name: str) -> Declaration | None:
        """The latest definition of a name that is visible from a scope."""
        while scope is not None:
            place = self._declared.get((scope, name))
            if place is not None:
                return self.declarations[place]
            scope = self.scopes[scope].parent
        return None

    def declared_in(self, scope: int, name: str) -> Declaration | None:
        """The latest definition of a name in one scope."""
        place = self._declared.get((scope, name))
        return self.declarations[place] if place is not None else None

    def amend(self, old: Declaration, *, values: Iterable[Chain] = (), flags: Iterable[str] = ()) -> None:
        """Adds values and flags to a definition noted earlier."""
        place = self._declared[old.scope, old.name]
        now = self.declarations[place]
        new = [value for value in values if value not in now.values]
        self.declarations[place] = replace(now, values=(*now.values, *new), flags=now.flags.union(flags))

    def home(self, scope: int, name: str) -> int:
        """The scope that a visible name belongs to; the given one if none is known to."""
        at: int | None = scope
        while at is not None:
            if (at, name) in self._declared or (at, name) in self._bound:
                return at
            at = self.scopes[at].parent
        return scope

    def is_annotated(self, scope: int, name: str) -> bool:
        """Whether a bound name has a declared type, which no assignment changes."""
        return self._bound.get((scope, name), False)

    def bind(self, binding: Binding) -> None:
        self.bindings.append(binding)
        key = (binding.scope, binding.name)
        self._bound[key] = self._bound.get(key, False) or binding.annotation is not None
        if binding.imported in self.names and binding.imported != "*":
            self.aliases.add(binding.name)
        elif binding.value is not None:
            self.alias(binding.name, binding.value)

    def alias(self, name: str, value: Chain) -> None:
        """Remembers a local name that stands for an asked-for one."""
        if value[-1].lstrip(".") in self.names:
            self.aliases.add(name)

    def export(self, name: str, local: str | None, module: str | None, at: Node) -> None:
        self.exports.append(Export(name, local, module, span_of(at)))

    def signature(self, whole: Node, end: int | None) -> str:
        start = whole.start_byte
        longest = LONGEST_VALUE if end is None else LONGEST_SIGNATURE
        text = self.source[start : min(whole.end_byte if end is None else end, start + 8 * longest)]
        line = BLANKS.sub(b" ", text).decode("utf-8", "replace").strip().removesuffix("=>").rstrip(" {;,")
        return line if len(line) <= longest else line[: longest - 1] + "…"


def _prototyped(source: bytes) -> Iterator[str]:
    """The functions whose prototype is assigned, or a member of it."""
    for match in PROTOTYPED.finditer(source):
        name = _name_before(source, match.start())
        if name is not None:
            yield name


def _name_before(source: bytes, at: int) -> str | None:
    match = NAME_BEFORE.search(source, max(0, at - LONGEST_NAME), at)
    return match.group().decode("utf-8", "replace") if match is not None else None


def _inheritances(source: bytes) -> Iterator[tuple[str, str]]:
    """Functions that inherit from others, each with its base."""
    for match in INHERITS.finditer(source):
        yield match.group(1).decode("utf-8", "replace"), match.group(2).decode("utf-8", "replace")
    for match in CREATES.finditer(source):
        heir = _name_before(source, match.start())
        if heir is not None:
            yield heir, match.group(1).decode("utf-8", "replace")


def _supers(source: bytes, names: frozenset[str]) -> tuple[str, ...]:
    """`super`, where one of the names may be constructed by it."""
    if "constructor" in names:
        return ("super",)
    bases = (match.group(1).decode("utf-8", "replace") for match in EXTENDS.finditer(source))
    return ("super",) if any(base in names for base in bases) else ()


def qualify(parent: str | None, name: str) -> str:
    """The dotted name; of what is nested absurdly deep only the first owners are kept."""
    return f"{parent[:LONGEST_OWNER]}.{name}" if parent else name


def name_of(node: Node) -> str:
    """The name that a name node says: strings without quotes, computed names as `[…]`."""
    text = (node.text or b"").decode("utf-8", "replace")
    return text[1:-1] if node.type == "string" else text


def span_of(node: Node) -> Span:
    start, end = node.start_point, node.end_point
    return Span(start.row + 1, start.column, end.row + 1, end.column)
