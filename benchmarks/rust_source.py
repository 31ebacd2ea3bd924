"""What a Rust file's own syntax says: the definitions that can be changed, and what stands around a place.

Read from the syntax tree alone, apart from the code that is measured; what a name means is asked from the compiler.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter
import tree_sitter_rust

from benchmarks.nouns import Arguments, Candidate, Form, Param, Place, Role

FORMS: dict[str, Form] = {
    "function_item": "function",
    "struct_item": "class",
    "enum_item": "class",
    "union_item": "class",
    "trait_item": "class",
    "type_item": "type",
    "const_item": "constant",
    "static_item": "constant",
    "field_declaration": "attribute",
    "enum_variant": "variant",
    "mod_item": "module",
    "function_signature_item": "method",
}
TOKENS = frozenset({"token_tree", "macro_definition", "attribute_item", "inner_attribute_item"})
TYPES = frozenset({"type_identifier", "scoped_type_identifier", "generic_type"})


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_rust.language()))


@dataclass
class Text:
    """A file with its syntax tree; places are characters, the tree's are bytes."""

    path: str
    text: str

    def __post_init__(self) -> None:
        self.data = self.text.encode()
        self.root = _parser().parse(self.data).root_node
        self.ascii = self.text.isascii()

    @property
    def broken(self) -> bool:
        return self.root.has_error

    def at(self, offset: int) -> int:
        """The character at a byte."""
        return offset if self.ascii else len(self.data[:offset].decode("utf-8", "replace"))

    def byte(self, line: int, column: int) -> int:
        """The byte at a line and a column, in characters."""
        lines = self.text.split("\n")
        before = "\n".join(lines[: line - 1])
        return len(before.encode()) + (line > 1) + len(lines[line - 1][:column].encode())

    def place(self, node: tree_sitter.Node) -> tuple[int, int]:
        """The line and the column of a node, in characters."""
        start = node.start_byte - node.start_point.column
        return node.start_point.row + 1, len(self.data[start : node.start_byte].decode("utf-8", "replace"))

    def node(self, line: int, column: int) -> tree_sitter.Node | None:
        """The name at a place."""
        start = self.byte(line, column)
        return self.root.descendant_for_byte_range(start, start + 1)


def candidates(text: Text) -> Iterator[Candidate]:
    """Every definition that can be changed; offsets are characters."""
    yield from _inside(text, text.root, (), "")


def _inside(text: Text, holder: tree_sitter.Node, owners: tuple[str, ...], of: str) -> Iterator[Candidate]:
    attributes: list[tree_sitter.Node] = []
    for node in holder.named_children:
        if node.type == "attribute_item":
            attributes.append(node)
            continue
        if "comment" in node.type:
            continue
        name = node.child_by_field_name("name")
        marks = " ".join(attribute.text.decode() for attribute in attributes if attribute.text)
        if node.type in FORMS and name is not None and of != "trait impl" and _is_plain(marks):
            yield _candidate(text, node, name, owners, of, attributes)
        attributes = []
        body = node.child_by_field_name("body")
        if body is None or not _is_plain(marks):
            continue
        if node.type == "impl_item":
            of_type = node.child_by_field_name("type")
            owner = (of_type.text or b"").decode().split("<")[0].split("::")[-1] if of_type is not None else ""
            kind = "trait impl" if node.child_by_field_name("trait") is not None else "impl"
            yield from _inside(text, body, (*owners, owner), kind)
        elif node.type in ("mod_item", "struct_item", "enum_item", "trait_item", "enum_variant") and name is not None:
            yield from _inside(text, body, (*owners, (name.text or b"").decode()), node.type)


def _is_plain(marks: str) -> bool:
    """Whether the compiler and test runners leave the definition to be called by name."""
    unfit = ("deprecated", "#[test", "#[bench", "no_mangle", "export_name", "macro_use", "proc_macro", "automock")
    return not any(mark in marks for mark in unfit)


def _candidate(
    text: Text,
    node: tree_sitter.Node,
    name: tree_sitter.Node,
    owners: tuple[str, ...],
    of: str,
    attributes: list[tree_sitter.Node],
) -> Candidate:
    form = FORMS[node.type]
    member = of in ("impl", "trait_item", "struct_item", "enum_item", "enum_variant")
    if form == "function" and member:
        form = "method"
    flags = {of.replace(" ", "-")} if of else set()
    params, span = _params(text, node)
    if form in ("function", "method") and not (params and params[0].name == "self"):
        flags.add("static")
    callable_ = form in ("function", "method")
    start, end = _whole(text, node, attributes)
    body = node.child_by_field_name("body")
    line, column = (
        name.start_point.row + 1,
        text.at(name.start_byte) - text.at(name.start_byte - name.start_point.column),
    )
    return Candidate(
        form,
        (name.text or b"").decode(),
        Place(text.path, line, column),
        ".".join(owners) if owners and member else None,
        (start, end),
        (text.at(name.start_byte), text.at(name.end_byte)),
        keyword_at=text.at(node.start_byte),
        params=params if callable_ else None,
        params_span=span,
        body_at=text.at(body.start_byte) + 1 if body is not None and node.type == "function_item" else 0,
        indent=" " * node.start_point.column,
        flags=frozenset(flags | ({"public"} if _is_public(node) else set())),
    )


def _is_public(node: tree_sitter.Node) -> bool:
    return any(child.type == "visibility_modifier" for child in node.children)


def _params(text: Text, node: tree_sitter.Node) -> tuple[tuple[Param, ...], tuple[int, int]]:
    written = node.child_by_field_name("parameters")
    if written is None:
        return (), (0, 0)
    found = []
    for child in written.named_children:
        if child.type in ("parameter", "self_parameter"):
            pattern = child.child_by_field_name("pattern")
            name = "self" if child.type == "self_parameter" else (pattern.text or b"").decode() if pattern else "_"
            span = (text.at(child.start_byte), text.at(child.end_byte))
            found.append(Param(name, "positional", True, span))
    return tuple(found), (text.at(written.start_byte) + 1, text.at(written.end_byte) - 1)


def _whole(text: Text, node: tree_sitter.Node, attributes: list[tree_sitter.Node]) -> tuple[int, int]:
    """A definition with its attributes, to the end of its line, or behind its comma."""
    start, end = (attributes[0] if attributes else node).start_byte, node.end_byte
    data = text.data
    while data[end : end + 1] == b",":
        end += 1
    line = data.rfind(b"\n", 0, start) + 1
    if not data[line:start].strip():
        start = line
    if data[end : end + 1] == b"\n" and start == line:
        end += 1
    return text.at(start), text.at(end)


# ---------------------------------------------------------------- what stands around a use


def struct_fields(text: Text, lines: tuple[int, int]) -> set[tuple[str, str]]:
    """The fields that are given on some lines, each with the name of the struct or variant that is written out."""
    found = set()
    waiting = [text.root]
    while waiting:
        node = waiting.pop()
        if node.start_point.row + 1 > lines[1] or node.end_point.row + 1 < lines[0]:
            continue
        waiting.extend(node.named_children)
        above = node.parent.parent if node.parent is not None else None
        name = above.child_by_field_name("name") if above is not None and above.type == "struct_expression" else None
        if name is not None and node.type in ("field_initializer", "shorthand_field_initializer"):
            written = (node.text or b"").decode().partition(":")[0].strip()
            found.add((written, (name.text or b"").decode().rpartition("::")[2]))
    return found


def in_macro(node: tree_sitter.Node) -> bool:
    """Whether a name stands in the arguments of a macro, in a macro's own body or in an attribute."""
    return any(above.type in TOKENS for above in around(node))


def in_other_configuration(node: tree_sitter.Node) -> bool:
    """Whether a `cfg` may keep the compiler from seeing the place."""
    for above in around(node):
        attributes = [child for child in above.named_children if child.type == "attribute_item"]
        before = above.prev_named_sibling
        while before is not None and before.type == "attribute_item":
            attributes.append(before)
            before = before.prev_named_sibling
        written = [(attribute.text or b"").replace(b" ", b"") for attribute in _of(above, attributes)]
        if any(text.startswith(b"#[cfg(") and text != b"#[cfg(test)]" for text in written):
            return True
    return False


def _of(node: tree_sitter.Node, attributes: list[tree_sitter.Node]) -> list[tree_sitter.Node]:
    """Of attributes before a node and in it its own ones: those in a block belong to its parts."""
    return [a for a in attributes if a.parent != node or node.type == "match_arm"]


def around(node: tree_sitter.Node | None) -> Iterator[tree_sitter.Node]:
    """A node and all that it stands in."""
    while node is not None:
        yield node
        node = node.parent


def prefixes(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The names in front of a name in its path, or in the tree of its `use`."""
    at = node
    while at.parent is not None:
        above = at.parent
        path = above.child_by_field_name("path")
        if above.type in ("scoped_identifier", "scoped_type_identifier", "scoped_use_list") and path is not None:
            if at != path:
                yield from _names(path)
        elif above.type not in ("use_list", "use_as_clause", "generic_function", "generic_type"):
            return
        at = above


def _names(path: tree_sitter.Node | None) -> Iterator[tree_sitter.Node]:
    while path is not None:
        yield path.child_by_field_name("name") or path
        path = path.child_by_field_name("path")


def use_of(node: tree_sitter.Node) -> tuple[Role, Arguments | None, bool, bool]:
    """What is done with a name: its role, the arguments of a call, whether a value in front of it is the receiver,
    and whether the type of that value decides what the name means."""
    if any(above.type == "use_declaration" for above in around(node)):
        return "import", None, False, False
    at = node
    bound = False
    while at.parent is not None:
        above = at.parent
        if above.type == "field_expression" and above.child_by_field_name("field") == at:
            bound = True
        elif not (
            (above.type in ("scoped_identifier", "scoped_type_identifier") and above.child_by_field_name("name") == at)
            or (above.type == "generic_function" and above.child_by_field_name("function") == at)
        ):
            break
        at = above
    parent = at.parent
    if parent is not None and parent.type == "call_expression" and parent.child_by_field_name("function") == at:
        written = parent.child_by_field_name("arguments")
        count = sum("comment" not in child.type for child in written.named_children) if written is not None else 0
        return "call", Arguments(count), bound, bound
    field = parent is not None and parent.type in ("field_initializer", "shorthand_field_initializer", "field_pattern")
    role: Role = "annotation" if node.type in TYPES else "read"
    return role, None, bound, bound or field
