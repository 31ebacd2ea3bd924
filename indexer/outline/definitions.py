"""From the matches of a query to definitions: how they nest, what they are called, and their one-line signatures."""

from __future__ import annotations

from tree_sitter import Node

from indexer.languages import OWN_NAME, Language
from indexer.outline.grammars import Captures
from indexer.outline.rows import Row

SIGNATURE_CHARACTERS = 1_000
VALUE_CHARACTERS = 160
"""A definition without a body is as long as its value: a table of a thousand lines is not a signature."""
BYTES_A_CHARACTER = 8
"""How much text is looked at for a signature, blanks and comments included."""

Match = tuple[int, int, int, int, str, Node, Node, Captures]
"""Start, end (negated), start of the name, pattern, kind, definition, name, captures: sorted, outer ones come first."""

_TYPES = frozenset({"class", "interface", "enum", "struct", "trait", "module", "scope"})
_CALLABLES = frozenset({"function", "method", "constructor", "property"})
_LOCALS = frozenset({"variable", "constant", "field", "method", "property", "constructor"})
"""Kinds that are nobody's business inside a function's body."""
_DECORATORS = ("decorator", "annotation", "modifiers", "attribute_list", "attribute_item")
_NO_OWNER = frozenset({"exports", "module.exports", "module", "this", "self"})


def definitions(matches: list[Match], language: Language, source: bytes) -> list[Row]:
    """The definitions as rows, in the order of the text."""
    found: list[Row] = []
    around: list[tuple[int, int, str | None, str]] = [(-1, len(source) + 1, None, "")]
    for start, inverse_end, _, _, kind, node, name_node, captures in matches:
        end = -inverse_end
        # Two names that one statement binds (`A, B = 1, 2`) have the same place: neither is inside the other.
        while around[-1][1] < end or around[-1][1] <= start or around[-1][:2] == (start, end):
            around.pop()
        _, _, parent, outer = around[-1]
        if outer in _CALLABLES and kind in _LOCALS:
            continue
        name = text_of(name_node, source)
        if len(captures) > 1:
            kind, parent, outer = _adjusted(kind, parent, outer, captures, source)
        if "::" in name:
            owner, _, name = name.rpartition("::")
            parent, outer = owner.replace("::", "."), "class"
        kind = _kind(kind, name, parent, outer, language)
        qualified = f"{parent}.{name}" if parent else name
        around.append((start, end, qualified, kind))
        if kind != "scope":
            first, signature = _signature(node, start, end, captures, source)
            row, column = node.end_point
            # A definition that ends with its line's end has its last line before that.
            last = row + 1 if column else max(first, row)
            found.append((name, qualified, kind, parent, first, last, signature))
    return found


def text_of(node: Node, source: bytes) -> str:
    """A name as it stands there, or the text of a quoted one."""
    text = source[node.start_byte : node.end_byte].decode("utf-8", "replace")
    return text if text.isidentifier() else " ".join(text.strip("'\"`:").split())


def _adjusted(
    kind: str, parent: str | None, outer: str, captures: Captures, source: bytes
) -> tuple[str, str | None, str]:
    """The kind and what it is in, where the match says something else than the place does."""
    if "value" in captures and captures["value"][0].type == "class":
        kind = "class"
    owner = None
    if "parent" in captures:
        owner = captures["parent"][0]
    elif "member" in captures:
        owner = captures["member"][0].child_by_field_name("object")
    if owner is not None:
        name = text_of(owner, source).removesuffix(".prototype")
        if name not in _NO_OWNER:
            return kind, name, "class"
    return kind, parent, outer


def _kind(kind: str, name: str, parent: str | None, outer: str, language: Language) -> str:
    if kind == "function" and outer in _TYPES:
        kind = "method"
    if kind == "method" and language.constructor:
        own = (parent or "").rpartition(".")[2] if language.constructor == OWN_NAME else language.constructor
        return "constructor" if name == own else kind
    if kind == "variable" and outer in _TYPES:
        return "field"
    if kind == "variable" and language.capitals and name.isupper():
        return "constant"
    return kind


# ---------------------------------------------------------------- signatures


def _signature(node: Node, start: int, end: int, captures: Captures, source: bytes) -> tuple[int, str]:
    """The line a definition starts on, past its decorators, and its text up to its body on one line."""
    first = node.start_point[0] + 1
    if source[start] in b"@[#":
        start, first = _past_decorators(node, start, first)
    body = _body(node, captures)
    most = SIGNATURE_CHARACTERS if body else VALUE_CHARACTERS
    if body:
        end = body.start_byte
    text = source[start : min(end, start + BYTES_A_CHARACTER * most)]
    if b"//" in text or b"/*" in text or b"#" in text:
        text = _without_comments(node, start, start + len(text), source)
    line = text.decode("utf-8", "replace").strip()
    if "\n" in line:
        line = " ".join(line.split()).replace("( ", "(").replace(" )", ")").replace(",)", ")")
    elif "  " in line or "\t" in line:
        line = " ".join(line.split())
    line = line.removesuffix("=>").rstrip(" :;") if body else line.rstrip(";")
    if "keyword" in captures:
        line = f"{text_of(captures['keyword'][0], source)} {line}"
    return first, line if len(line) <= most else line[: most - 1] + "…"


def _body(node: Node, captures: Captures) -> Node | None:
    for capture in ("body", "inside"):
        if capture in captures:
            return captures[capture][0]
    if "value" in captures:
        node = captures["value"][0]
    return node.child_by_field_name("body")


def _past_decorators(node: Node, start: int, first: int) -> tuple[int, int]:
    """Where a definition starts whose text begins with decorators, annotations or attributes."""
    parts = node.children
    while parts and parts[0].type.endswith(_DECORATORS):
        parts[:1] = parts[0].children if parts[0].type == "modifiers" else []
    return (parts[0].start_byte, parts[0].start_point[0] + 1) if parts else (start, first)


def _without_comments(node: Node, start: int, end: int, source: bytes) -> bytes:
    """The text from `start` to `end` without the comments in it."""
    comments = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part.start_byte >= end or part.end_byte <= start:
            continue
        if part.type.endswith("comment"):
            comments.append(part.byte_range)
        else:
            waiting += part.children
    pieces = []
    for comment_start, comment_end in sorted(comments):
        pieces.append(source[start:comment_start])
        start = comment_end
    return b" ".join([*pieces, source[start:end]])
