"""Uses of the asked-for names: each mention, looked at from the statement that it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer.outline.python.chains import chain_of
from indexer.outline.python.descent import child_at
from indexer.outline.python.inner import inner_scope
from indexer.outline.python.strings import literal_attribute, quoted_type
from indexer.outline.python.text import one_line, span_of, text_of
from indexer.outline.python.usage import Usage, is_handed_on, usage_of
from indexer.types import Arguments, Chain, Site

if TYPE_CHECKING:
    from tree_sitter import Node

    from indexer.outline.python.draft import Draft, Place

Role = Literal["call", "new", "read", "write", "delete", "decorator", "base", "type", "reference"]
DEEPEST = 400
LONGEST_TEXT = 400
IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
# A name directly in one of these is bound or declared there, it is not a use.
BINDERS = frozenset(
    {
        "function_definition",
        "class_definition",
        "parameters",
        "lambda_parameters",
        "typed_parameter",
        "list_splat_pattern",
        "dictionary_splat_pattern",
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
        "as_pattern_target",
        "global_statement",
        "nonlocal_statement",
        "splat_pattern",
        "ERROR",
    }
)
# Here the first child is bound or a keyword, the others are uses.
BINDS_FIRST = frozenset(
    {"default_parameter", "typed_default_parameter", "keyword_argument", "named_expression", "assignment"}
)
STORES = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "as_pattern_target"})
LEFT_STORES = frozenset({"assignment", "augmented_assignment", "for_statement", "for_in_clause", "named_expression"})


@dataclass(frozen=True, slots=True)
class _Use:
    """A used name with the expression that it ends, and where that stands on the path."""

    path: list[Node]
    at: int
    """Index in the path of the expression: the attribute, or the name itself."""

    @property
    def expression(self) -> Node:
        return self.path[self.at]

    @property
    def parent(self) -> Node:
        return self.path[self.at - 1]


def collect_sites(draft: Draft, statement: Node, start: int, end: int, place: Place) -> None:
    """Add the uses between two offsets of a statement (or of a clause of it) to the draft."""
    offsets = draft.marks.mentions.between(start, end)
    path = [statement]
    for offset in offsets:
        path = _path(path, offset)
        site = _site(draft, path, offset, place) if len(path) > 1 else None
        if site is not None:
            draft.sites.append(site)


def _path(path: list[Node], offset: int) -> list[Node]:
    """The nodes down to an offset, but not beyond `DEEPEST`; the part that leads there already is kept."""
    kept = 1
    while kept < len(path) and path[kept].end_byte > offset:
        kept += 1
    path = path[:kept]
    while len(path) < DEEPEST:
        child = child_at(path[-1], offset)
        if child is None:
            return path
        path.append(child)
    return path


def _site(draft: Draft, path: list[Node], offset: int, place: Place) -> Site | None:
    leaf, end = path[-1], draft.marks.ends[offset]
    if leaf.type != "identifier" or leaf.start_byte != offset or leaf.end_byte != end:
        return _in_string(draft, path, offset, end, place)
    if path[1].type in IMPORTS or path[0].type in IMPORTS:
        return None
    if path[-2].type == "dotted_name":
        return _in_pattern(draft, path, place)
    return _in_expression(draft, path, place)


def _in_expression(draft: Draft, path: list[Node], place: Place) -> Site | None:
    at = len(path) - 1
    leaf, parent = path[at], path[at - 1]
    if parent.type == "attribute" and leaf.end_byte == parent.end_byte:
        at -= 1
    elif parent.type == "keyword_pattern" and leaf.start_byte == parent.start_byte:
        return _matched_attribute(draft, path, place)
    elif _is_bound(leaf, parent) or _is_entered(path):
        return None
    use = _Use(path, at)
    role, whole_at = _role(use)
    usage = usage_of(path, whole_at, draft.source) if role in ("call", "reference", "read") else Usage()
    if role == "decorator":
        usage = Usage("decorator")
    if role == "read" and is_handed_on(usage):
        role = "reference"
    whole = path[whole_at]
    arguments = _arguments(whole, draft.source) if role == "call" else None
    chain = chain_of(use.expression, draft.source)
    return _build(draft, place, path, chain, role, leaf, whole, usage, arguments)


def _is_bound(leaf: Node, parent: Node) -> bool:
    """Whether a name is not used but bound, declared or a keyword."""
    kind = parent.type
    if kind in ("for_statement", "for_in_clause"):
        return _is_left(leaf, parent)
    return kind in BINDERS or (kind in BINDS_FIRST and leaf.start_byte == parent.start_byte)


def _is_entered(path: list[Node]) -> bool:
    """Whether a name is one of those in `with … as (a, b)`, which are written like a tuple's items."""
    above = len(path) - 2
    while above > 0 and path[above].type in ("tuple", "list", "parenthesized_expression"):
        above -= 1
    return path[above].type == "as_pattern_target"


def _build(
    draft: Draft,
    place: Place,
    path: list[Node],
    chain: Chain,
    role: Role,
    leaf: Node,
    whole: Node,
    usage: Usage,
    arguments: Arguments | None = None,
    guarded: bool = False,
) -> Site:
    name = draft.source[leaf.start_byte : leaf.end_byte]
    scope = inner_scope(draft, path, place)
    return Site(
        chain=chain,
        role=role,
        scope=scope,
        span=span_of(leaf),
        whole=span_of(whole),
        within=place.owner if scope == place.scope else draft.scopes[scope].owner or place.owner,
        arguments=arguments,
        usage=usage.kind,
        consumer=usage.consumer,
        text=one_line(draft.source, whole.start_byte, whole.end_byte, LONGEST_TEXT),
        guarded=guarded or place.shielded or _is_tested(draft, name, place.region or path[0].byte_range),
    )


def _role(use: _Use) -> tuple[Role, int]:
    """The role of a use, and where on the path the whole of it stands: the call, else the expression."""
    at = use.at
    path = use.path
    while at > 1 and path[at - 1].type == "parenthesized_expression":
        at -= 1
    child, parent = path[at], path[at - 1]
    kind = parent.type
    starts = child.start_byte == parent.start_byte
    if kind == "call" and starts:
        return "call", at - 1
    if kind == "decorator":
        return "decorator", use.at
    if _is_stored(use):
        return "write", use.at
    if _is_deleted(path, use.at):
        return "delete", use.at
    if _is_base(path, use.at):
        return "base", use.at
    if _is_type(path, use.at):
        return "type", use.at
    return "read", use.at


def _is_stored(use: _Use) -> bool:
    kind = use.parent.type
    if kind in STORES:
        return True
    if kind in LEFT_STORES:
        return _is_left(use.expression, use.parent)
    # `with f() as (a.b, c.d)` writes its targets as a tuple.
    return kind in ("tuple", "list") and use.path[use.at - 2].type == "as_pattern_target"


def _is_left(node: Node, parent: Node) -> bool:
    left = parent.child_by_field_name("left") or parent.child_by_field_name("name")
    return left is not None and left.start_byte <= node.start_byte < left.end_byte


def _is_deleted(path: list[Node], at: int) -> bool:
    above = at - 1
    while above > 0 and path[above].type in ("expression_list", "tuple", "list", "parenthesized_expression"):
        above -= 1
    return path[above].type == "delete_statement"


def _is_base(path: list[Node], at: int) -> bool:
    """Whether it is listed as a base class, maybe with a subscript: `class A(f[int])`."""
    above = at - 1
    if above >= 2 and path[above].type == "subscript" and path[above].start_byte == path[at].start_byte:
        above -= 1
    return above >= 1 and path[above].type == "argument_list" and path[above - 1].type == "class_definition"


def _is_type(path: list[Node], at: int) -> bool:
    for node in reversed(path[:at]):
        if node.type == "type":
            return True
        if node.type in ("call", "block", "argument_list"):
            return False
    return False


def _arguments(call: Node, source: bytes) -> Arguments:
    listed = call.child_by_field_name("arguments")
    if listed is None or listed.type != "argument_list":
        # `f(x for x in xs)`: the generator stands in the place of the list.
        return Arguments(1 if listed is not None else 0)
    positional, keywords, rest, keywords_rest = 0, [], False, False
    for child in listed.named_children:
        kind = child.type
        if kind == "keyword_argument":
            name = child.child_by_field_name("name")
            keywords.append(text_of(name, source) if name is not None else "")
        elif kind == "list_splat" or kind == "parenthesized_list_splat":
            rest = True
        elif kind == "dictionary_splat":
            keywords_rest = True
        elif kind not in ("comment", "ERROR"):
            positional += 1
    return Arguments(positional, tuple(keywords), rest, keywords_rest)


def _in_pattern(draft: Draft, path: list[Node], place: Place) -> Site | None:
    """A name in `case m.C(…)` or `case m.X`; a single name alone is a capture."""
    leaf, dotted_name = path[-1], path[-2]
    names = [child for child in dotted_name.named_children if child.type == "identifier"]
    is_class = len(path) > 2 and path[-3].type == "class_pattern"
    if len(names) == 1 and not is_class:
        return None
    before = [text_of(name, draft.source) for name in names if name.start_byte <= leaf.start_byte]
    chain = (before[0], *(f".{name}" for name in before[1:]))
    return _build(draft, place, path, chain, "read", leaf, path[-3] if is_class else dotted_name, Usage())


def _matched_attribute(draft: Draft, path: list[Node], place: Place) -> Site | None:
    """`case C(name=x)` reads the attribute `name` of a C."""
    owner = next((node for node in reversed(path) if node.type == "class_pattern"), None)
    if owner is None or not owner.named_children:
        return None
    chain = (*chain_of(owner.named_children[0], draft.source), "()", "." + text_of(path[-1], draft.source))
    return _build(draft, place, path, chain, "read", path[-1], path[-2], Usage())


def _in_string(draft: Draft, path: list[Node], offset: int, end: int, place: Place) -> Site | None:
    """A name in a quoted annotation, or the literal name given to `getattr`."""
    if path[-1].type != "string_content":
        return None
    literal = literal_attribute(path, offset, end, draft.source)
    if literal is not None:
        usage = usage_of(path, literal.at, draft.source)
        if literal.role == "read" and path[literal.at - 1].type == "call":
            usage = Usage("member")
        whole = path[literal.at]
        return _build(draft, place, path, literal.chain, literal.role, path[-1], whole, usage, guarded=literal.guarded)
    quoted = quoted_type(path, offset, end, draft.source)
    if quoted is None:
        return None
    chain, span, whole_span = quoted
    return Site(
        chain, "type", inner_scope(draft, path, place), span, whole_span, place.owner,
        text=dotted_text(chain), guarded=place.shielded,
    )  # fmt: skip


def dotted_text(chain: Chain) -> str:
    """A chain of names as it is written."""
    return "".join(chain)


def _is_tested(draft: Draft, name: bytes, region: tuple[int, int]) -> bool:
    start, end = region
    return any(tested == name and start <= offset < end for offset, tested in draft.marks.tested)
