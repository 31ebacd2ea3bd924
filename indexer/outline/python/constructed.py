"""Constructors that are written by a decorator or base class: the fields of a class as parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer.outline.python.annotations import annotation_chain, wrapper_of
from indexer.outline.python.chains import chain_of, dotted
from indexer.outline.python.decorators import generates
from indexer.outline.python.text import text_of
from indexer.types import Chain, Param

if TYPE_CHECKING:
    from tree_sitter import Node

Style = Literal["dataclass", "attrs", "tuple", "dict", "model", "struct"]
BASES: dict[str, Style] = {
    "NamedTuple": "tuple",
    "TypedDict": "dict",
    "BaseModel": "model",
    "BaseSettings": "model",
    "SQLModel": "model",
    "Struct": "struct",
}
ATTRS_PREFIXES = ("attr.", "attrs.")
ATTRS_NAMES = frozenset({"define", "frozen", "mutable", "attrs"})
FIELD_CALLS = frozenset({"field", "Field", "ib", "attrib", "attr", "PrivateAttr"})
WITHOUT_ANNOTATION = frozenset({"ib", "attrib"})
DEFAULTS = frozenset({"default", "default_factory", "factory"})
NAMED_TUPLES = frozenset({"namedtuple", "NamedTuple"})
NOT_FIELDS = frozenset({"ClassVar"})
LATER_KEYWORD_ONLY = "KW_ONLY"


@dataclass(frozen=True, slots=True)
class Constructor:
    """How the constructor of a class is written for it."""

    style: Style
    keyword_only: bool = False
    frozen: bool = False
    automatic: bool = True
    """Whether an annotation alone makes a field."""


def constructor_of(
    decorators: list[Node], bases: tuple[Chain, ...], superclasses: Node | None, source: bytes
) -> Constructor | None:
    """How a class gets its constructor from its fields, None if it does not."""
    for decorator in decorators:
        expression = next((child for child in decorator.named_children if child.type != "comment"), None)
        name = dotted(chain_of(expression, source))
        if expression is not None and generates(name):
            return _decorated(name, _keywords(expression, source))
    style = next((BASES[last] for base in bases if (last := base[-1].lstrip(".")) in BASES), None)
    if style is None:
        return None
    words = _argument_words(superclasses, source) if superclasses is not None else {}
    return Constructor(
        style, style in ("dict", "model") or words.get("kw_only") == "True", words.get("frozen") == "True"
    )


def fields_of(body: Node, how: Constructor, source: bytes) -> tuple[Param, ...] | None:
    """The constructor's parameters in order; None where the class writes its own constructor."""
    params: list[Param] = []
    keyword_only = how.keyword_only
    for statement in body.named_children:
        if _defines_constructor(statement, source):
            return None
        assignment = _assignment(statement)
        if assignment is None:
            continue
        if _annotation_text(assignment, source).rpartition(".")[2] == LATER_KEYWORD_ONLY:
            keyword_only = True
            continue
        param = _field(assignment, how, keyword_only, source)
        if param is not None:
            params = [known for known in params if known.name != param.name]
            params.append(param)
    return _ordered(params, how)


def named_tuple_fields(call: Node, source: bytes) -> tuple[Param, ...] | None:
    """The fields of `namedtuple("X", "a b")` or `NamedTuple("X", [("a", int)])`, None for another call."""
    called = dotted(chain_of(call.child_by_field_name("function"), source)).rpartition(".")[2]
    arguments = call.child_by_field_name("arguments")
    if called not in NAMED_TUPLES or arguments is None:
        return None
    listed = [child for child in arguments.named_children if child.type not in ("comment", "keyword_argument")]
    if len(listed) != 2 or listed[1].type not in ("string", "list", "tuple"):
        return None
    words = _argument_words(arguments, source)
    names = _written_names(listed[1], source)
    if not names or "rename" in words or not all(name.isidentifier() for name in names):
        return None
    return tuple(Param(name, "positional", "defaults" not in words) for name in names)


def tuple_base_fields(superclasses: Node | None, source: bytes) -> tuple[Param, ...] | None:
    """The fields of a class whose base is `namedtuple("X", …)`, None for other classes."""
    for child in superclasses.named_children if superclasses is not None else ():
        fields = named_tuple_fields(child, source) if child.type == "call" else None
        if fields is not None:
            return fields
    return None


def writes_constructor(body: Node, source: bytes) -> bool:
    """Whether a class defines `__init__` or `__new__` itself."""
    return any(_defines_constructor(statement, source) for statement in body.named_children)


def _written_names(node: Node, source: bytes) -> list[str]:
    if node.type == "string":
        return text_of(node, source).strip("\"'").replace(",", " ").split()
    items = [child for child in node.named_children if child.type != "comment"]
    firsts = [item.named_children[0] if item.type == "tuple" and item.named_children else item for item in items]
    return [text_of(first, source).strip("\"'") if first.type == "string" else "" for first in firsts]


def _ordered(params: list[Param], how: Constructor) -> tuple[Param, ...]:
    positional = [param for param in params if param.kind == "positional"]
    named = [param for param in params if param.kind != "positional"]
    # A model takes and drops what it does not know, unless it is told otherwise.
    others = [Param("data", "keywords", False)] if how.style == "model" else []
    mapping = [Param("mapping", "rest", False), Param("items", "keywords", False)] if how.style == "dict" else []
    return (*positional, *mapping[:1], *named, *mapping[1:], *others)


def _decorated(name: str, words: dict[str, str]) -> Constructor | None:
    if words.get("init") == "False":
        return None
    attrs = name.startswith(ATTRS_PREFIXES) or name in ATTRS_NAMES
    frozen = words.get("frozen") == "True" or name.endswith("frozen")
    old_style = name in ("attr.s", "attr.attrs", "attrs")
    automatic = not old_style or words.get("auto_attribs") == "True"
    return Constructor("attrs" if attrs else "dataclass", words.get("kw_only") == "True", frozen, automatic)


def _field(assignment: Node, how: Constructor, keyword_only: bool, source: bytes) -> Param | None:
    left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
    if left is None or left.type != "identifier":
        return None
    written = _annotation_text(assignment, source)
    called = dotted(chain_of(right.child_by_field_name("function"), source)) if right and right.type == "call" else ""
    call = called.rpartition(".")[2] if called.rpartition(".")[2] in FIELD_CALLS else ""
    if not _is_field(written, call, how):
        return None
    words = _keywords(right, source) if right is not None and call else {}
    if words.get("init") == "False" or call == "PrivateAttr":
        return None
    return Param(
        _parameter_name(text_of(left, source), words, how),
        "keyword_only" if words.get("kw_only", str(keyword_only)) == "True" else "positional",
        _is_required(right, call, words, how, source),
        annotation_chain(written) if written else None,
    )


def _is_field(written: str, call: str, how: Constructor) -> bool:
    if not written:
        return how.style == "attrs" and call in WITHOUT_ANNOTATION
    return wrapper_of(written) not in NOT_FIELDS and (how.automatic or call in WITHOUT_ANNOTATION)


def _parameter_name(name: str, words: dict[str, str], how: Constructor) -> str:
    alias = words.get("alias", "").strip("\"'")
    if how.style == "attrs":
        return alias or name.lstrip("_")
    return alias or name


def _is_required(right: Node | None, call: str, words: dict[str, str], how: Constructor, source: bytes) -> bool:
    if how.style == "dict":
        return False
    if right is None:
        return True
    if not call:
        return False
    if DEFAULTS & words.keys():
        return False
    first = _first_argument(right, source)
    # `Field(1)` and `attr.ib(1)` have their default first, `Field(...)` has none; dataclasses.field takes none so.
    return first in ("", "...")


def _annotation_text(assignment: Node, source: bytes) -> str:
    written = assignment.child_by_field_name("type")
    return text_of(written, source) if written is not None else ""


def _assignment(statement: Node) -> Node | None:
    if statement.type != "expression_statement" or not statement.named_children:
        return None
    inner = statement.named_children[0]
    return inner if inner.type == "assignment" else None


def _defines_constructor(statement: Node, source: bytes) -> bool:
    if statement.type == "decorated_definition":
        definition = statement.child_by_field_name("definition")
        statement = definition if definition is not None else statement
    name = statement.child_by_field_name("name") if statement.type == "function_definition" else None
    return name is not None and text_of(name, source) in ("__init__", "__new__")


def _first_argument(call: Node, source: bytes) -> str:
    arguments = call.child_by_field_name("arguments")
    for child in arguments.named_children if arguments is not None else ():
        if child.type not in ("comment", "keyword_argument"):
            return text_of(child, source)
    return ""


def _keywords(expression: Node, source: bytes) -> dict[str, str]:
    arguments = expression.child_by_field_name("arguments") if expression.type == "call" else None
    return _argument_words(arguments, source) if arguments is not None else {}


def _argument_words(arguments: Node, source: bytes) -> dict[str, str]:
    return dict(_pairs(arguments, source))


def _pairs(arguments: Node, source: bytes) -> Iterator[tuple[str, str]]:
    for child in arguments.named_children:
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            yield text_of(name, source), text_of(value, source)
