"""Facts of the languages whose names are followed, but neither their scopes nor their types: where a name stands.

Only what stands there as code counts, and only where its place says what it is. A place that gives the name a meaning
of its own (a parameter, a variable, a label, a string that is the name) is a site with the role `write`: in such a file
the bare name says nothing about a definition elsewhere. `guarded` on such a site says that it may be a definition that
other files see, though the outline, which enters neither functions nor text that does not parse, has none there.

c, c_sharp, kotlin, php, ruby   what a place is, by language
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tree_sitter import Node

from indexer.outline.grammars import grammar
from indexer.outline.tags import readable
from indexer.outline.uses import c, c_sharp, kotlin, php, ruby
from indexer.outline.uses.place import DEFINED, UNCLEAR, Place
from indexer.types import Binding, Facts, Scope, Site, Span

_LOOK_BACK = 60
_DEFINING = re.compile(
    rb"\b(?:class|interface|object|fun|val|var|typealias|trait|record|delegate|module|def|function|const|define|enum)\s+$"
)
"""Words before a name that make it a definition even where the grammar does not see one."""
_DECLARING = re.compile(rb"[\w>]\s*[*&]*\s+[*&]*$|[\w>]\s*[*&]+$|::$|~$")
_USING = re.compile(
    rb"\b(?:return|case|sizeof|else|do|goto|new|delete|throw|co_await|co_return|not|and|or)\s+[*&]*$|&&\s*$"
)
"""What stands before a name in text of C or C++ that does not parse, where it may be declared and where it is not."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What is asked of a language: what a name is at its place, what is imported, and the package of the file."""

    place: Callable[[Node], Place | None]
    imports: Callable[[Node], Iterator[Binding]]
    package: Callable[[Node], str | None]


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "c": Reader(c.place, c.imports, c.package),
        "cpp": Reader(c.place, c.imports, c.package),
        "c_sharp": Reader(c_sharp.place, c_sharp.imports, c_sharp.package),
        "kotlin": Reader(kotlin.place, kotlin.imports, kotlin.package),
        "php": Reader(php.place, php.imports, php.package),
        "ruby": Reader(ruby.place, ruby.imports, ruby.package),
    }
)


def facts(source: bytes, names: frozenset[str], language: str) -> Facts:
    """The imports of a source, and where it uses or binds one of `names`; its one scope is owned by its package."""
    reader = READERS[language]
    source = readable(source)
    root = grammar(language).parser.parse(source).root_node
    return Facts(
        language=language,
        scopes=(Scope(None, "module", reader.package(root)),),
        declarations=(),
        bindings=tuple(reader.imports(root)),
        exports=(),
        sites=tuple(_sites(root, source, names, reader)),
        issue_count=0,
    )


def _sites(root: Node, source: bytes, names: frozenset[str], reader: Reader) -> Iterator[Site]:
    words = sorted((name.encode() for name in names if name), key=len, reverse=True)
    if not words:
        return
    pattern = re.compile(rb"(?<!\w)(?:" + b"|".join(map(re.escape, words)) + rb")(?!\w)")
    for match in pattern.finditer(source):
        node = root.descendant_for_byte_range(match.start(), match.end())
        if node is None:
            continue
        is_name = node.byte_range == match.span() or node.text == b":" + match[0]
        place = reader.place(node) if is_name else None
        before = source[max(0, match.start() - _LOOK_BACK) : match.start()]
        if place is not None and place.role != "write" and _DEFINING.search(before):
            place = DEFINED
        elif place is UNCLEAR:
            place = DEFINED if _DECLARING.search(before) and not _USING.search(before) else None
        if place is not None:
            yield _site(node, match[0].decode(), place)


def _site(node: Node, name: str, place: Place) -> Site:
    span = span_of(node)
    chain = ("<?>", "." + name) if place.member else (name,)
    return Site(chain, place.role, 0, span, span, None, guarded=place.guarded)


def span_of(node: Node) -> Span:
    """Where a node stands."""
    (line, column), (last, end) = node.start_point, node.end_point
    return Span(line + 1, column, last + 1, end)
