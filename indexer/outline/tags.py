"""What the index keeps of one source: definitions, imports, identifiers and the places that do not parse.

What a definition is stands in `indexer/queries/*.scm`; here the matches become rows, and the rows flat values.
A query is run on the root and on every node that it captures as @inside, each time down to `grammars.REACH` levels
below: bodies of functions are not entered, which is most of the text, and most of the time.
The captures a query may use:

    @definition.KIND   the definition's whole text (KIND as in `indexer.types.Kind`)
    @scope             no definition, but what stands inside belongs to it by name (Rust's `impl`)
    @inside            a part that is looked into for more; a signature ends before it
    @name              its name, where the grammar has no field `name`
    @member            `owner.name`, where that is how it is named
    @parent            the name of the type it belongs to, where it does not stand inside of it
    @keyword           the word before a definition that is only a part of its statement (`const`)
    @value             what it is bound to, where that holds the body; a class there makes it a class
    @body              where its signature ends, if neither @inside nor a field `body` says so
    @import.module  @import.name  @import.alias  @import.default  @import.namespace
    @import.specifier  a node with the fields `name` and `alias`, or a bare name
    @import.tree       a Rust `use` tree
    @import.binding    what the module is bound to: a name, or a pattern that takes names out of it

Names that begin with an underscore serve predicates only. Where two patterns match the same name, the later one counts.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from tree_sitter import Node

from indexer.outline.definitions import Match, definitions
from indexer.outline.grammars import Captures, Grammar, Role, grammar
from indexer.outline.identifiers import identifiers
from indexer.outline.imports import imported
from indexer.outline.issues import issues
from indexer.outline.rows import ImportRow, Rows, lines_of, packed, packed_definitions

if TYPE_CHECKING:
    from indexer.types import Outline

_first = itemgetter(0)


def outline(source: bytes, language: str) -> Outline:
    """The outline of a source in one of `LANGUAGES`. Any bytes give an outline; broken text gives one with issues."""
    from indexer.outline.unpack import outline_of  # a worker does without

    return outline_of(language, rows(source, language))


def rows(source: bytes, language: str) -> Rows:
    """The outline of a source as flat values."""
    source = readable(source)
    of = grammar(language)
    root = of.parser.parse(source).root_node
    matches, imports = _matched(root, of, source)
    found = definitions(matches, of.language, source)
    places, count = issues(root, source) if root.has_error else ([], 0)
    return Rows(
        lines=source.count(b"\n") + (source[-1:] not in (b"\n", b"")),
        names=lines_of([row[0].encode() for row in found]),
        definitions=packed_definitions(found),
        imports=packed(imports),
        identifiers=identifiers(source, of.language.letters),
        issues=packed(places),
        issue_count=count,
    )


def readable(source: bytes) -> bytes:
    """The source in UTF-8, if it is CP949 throughout; else as it is."""
    if source.isascii():
        return source
    try:
        source.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return source.decode("cp949").encode("utf-8")
        except UnicodeDecodeError:
            return source
    return source


def _matched(root: Node, of: Grammar, source: bytes) -> tuple[list[Match], list[ImportRow]]:
    """The definitions in the order in which they nest, and the imports in the order of the text."""
    found: dict[int, Match] = {}
    imports: list[tuple[int, ImportRow]] = []
    waiting = [root]
    entered = {root.id}
    while waiting:
        for pattern, captures in of.cursor.matches(waiting.pop()):
            role = of.roles.get(pattern)
            if role is None:
                role = of.roles[pattern] = _role(captures)
            if role.imports:
                imports += imported(captures, source)
                continue
            if role.holds:
                inside = _inside(captures)
                if inside is not None and inside.id not in entered:
                    entered.add(inside.id)
                    waiting.append(inside)
            if role.definition:
                _take(found, pattern, role, captures)
    imports.sort(key=_first)
    return sorted(found.values()), [row for _, row in imports]


def _role(captures: Captures) -> Role:
    of = next((name for name in captures if name == "scope" or name.startswith("definition.")), "")
    return Role(
        imports="import.module" in captures or "import.tree" in captures,
        holds="inside" in captures or "value" in captures,
        named="name" in captures,
        definition=of,
        kind=of.removeprefix("definition."),
    )


def _inside(captures: Captures) -> Node | None:
    """The part of a match that is looked into for more definitions."""
    if "inside" in captures:
        return captures["inside"][0]
    if "value" in captures and captures["value"][0].type == "class":
        return captures["value"][0].child_by_field_name("body")
    return None


def _take(found: dict[int, Match], pattern: int, role: Role, captures: Captures) -> None:
    """Note a definition under the place of its name, unless a later pattern has done so."""
    node = captures[role.definition][0]
    name = captures["name"][0] if role.named else _name(node, captures)
    if name is None:
        return
    name_start = name.start_byte
    earlier = found.get(name_start)
    if earlier is None or earlier[3] < pattern:
        found[name_start] = (node.start_byte, -node.end_byte, name_start, pattern, role.kind, node, name, captures)


def _name(node: Node, captures: Captures) -> Node | None:
    if "member" in captures:
        return captures["member"][0].child_by_field_name("property")
    return node.child_by_field_name("name")
