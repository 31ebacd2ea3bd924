"""Definitions of a Python file that can be changed, found with Python's own `ast`."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.nouns import Candidate, Form, Param, Place

Function = ast.FunctionDef | ast.AsyncFunctionDef
TRANSPARENT = frozenset({"staticmethod", "classmethod", "abstractmethod", "override", "final"})
"""Decorators that leave the signature as it is written."""
PROPERTIES = frozenset({"property", "cached_property"})
NOT_JUDGED = frozenset({"overload", "setter", "deleter", "getter", "fixture", "singledispatch", "register"})
"""Decorated like this, a name stands for several definitions, or is used without being named."""


class Text:
    """A file's text with its tree; turns the tree's byte columns into characters and offsets."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.tree = ast.parse(text)
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def column(self, line: int, column: int) -> int:
        """Characters for the bytes of the tree's column."""
        text = self.lines[line - 1]
        return column if text.isascii() else len(text.encode()[:column].decode("utf-8", "replace"))

    def offset(self, line: int, column: int) -> int:
        """Characters before the tree's place."""
        return self.starts[line - 1] + self.column(line, column)

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        """A node's text."""
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A body that definitions stand in."""

    body: list[ast.stmt]
    owner: str | None
    fields: bool = False
    """Assignments there generate the constructor, or are members of an enumeration."""


def candidates(text: Text, left_out: Counter[str]) -> Iterator[Candidate]:
    """What can be changed in the file; `left_out` counts what is not judged, by reason."""
    for block in _blocks(text.tree):
        bound = Counter(name for statement in block.body for name in _bound(statement))
        for statement in block.body:
            found = _candidate(text, block, statement)
            for candidate in found:
                decorators = _decorators(statement)
                if decorators & NOT_JUDGED:
                    left_out["overloads, accessors and fixtures"] += 1
                elif bound[candidate.name] > 1:
                    left_out["defined more than once in its scope"] += 1
                elif candidate.name.startswith("__") and candidate.form != "constructor":
                    left_out["called by the language itself"] += 1
                else:
                    if "opaque" in candidate.flags:
                        left_out["signature behind a decorator (only renamed, removed, moved)"] += 1
                    yield candidate
            if isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
                left_out["defined conditionally"] += sum(1 for _ in _inner_definitions(statement))


def _blocks(tree: ast.Module) -> Iterator[Block]:
    yield Block(tree.body, None)
    waiting = [(node, "") for node in tree.body]
    while waiting:
        node, prefix = waiting.pop(0)
        if isinstance(node, ast.ClassDef):
            bases = {name_of(base) for base in node.bases}
            generated = bool(_decorators(node) & {"dataclass", "define", "attrs", "s", "frozen"}) or bool(
                bases
                & {"NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "BaseModel", "Protocol"}
            )
            yield Block(node.body, prefix + node.name, generated)
            waiting += [(inner, f"{prefix}{node.name}.") for inner in node.body]


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, Function | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield (alias.asname or alias.name).partition(".")[0]
    elif isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
        for inner in ast.walk(statement):
            if isinstance(inner, ast.stmt) and inner is not statement:
                yield from (
                    _bound(inner) if not isinstance(inner, ast.If | ast.Try | ast.With | ast.For | ast.While) else ()
                )
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
                yield node.id


def _inner_definitions(statement: ast.stmt) -> Iterator[ast.stmt]:
    for node in ast.walk(statement):
        if isinstance(node, Function | ast.ClassDef):
            yield node


def _candidate(text: Text, block: Block, statement: ast.stmt) -> Iterator[Candidate]:
    if isinstance(statement, Function):
        yield _function(text, block, statement)
    elif isinstance(statement, ast.ClassDef):
        name_at = text.text.index(statement.name, text.offset(statement.lineno, statement.col_offset) + len("class"))
        yield _plain(text, block, statement, "class", statement.name, name_at)
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and not block.fields:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if len(targets) == 1 and isinstance(targets[0], ast.Name) and statement.value is not None:
            form: Form = "attribute" if block.owner else "constant"
            name_at = text.span(targets[0])[0]
            yield _plain(text, block, statement, form, targets[0].id, name_at)
    elif isinstance(statement, ast.ImportFrom) and text.path.endswith("__init__.py") and block.owner is None:
        yield from _reexports(text, block, statement)


def _function(text: Text, block: Block, node: Function) -> Candidate:
    at = text.offset(node.lineno, node.col_offset)
    name_at = text.text.index(node.name, text.text.index("def", at) + len("def"))
    decorators = _decorators(node)
    form: Form = "function"
    if block.owner:
        form = "constructor" if node.name == "__init__" else "method"
    if decorators & PROPERTIES:
        form = "property"
    flags = set()
    if "staticmethod" in decorators:
        flags.add("static")
    if "classmethod" in decorators:
        flags.add("classmethod")
    result = ast.unparse(node.returns) if node.returns else ""
    if isinstance(node, ast.AsyncFunctionDef) or re.search("Awaitable|Coroutine|Future|Task", result):
        flags.add("async")
    if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own_nodes(node)):
        flags.add("generator")
    if decorators - TRANSPARENT - PROPERTIES:
        flags.add("opaque")
    opening = text.text.index("(", name_at)
    return Candidate(
        form,
        node.name,
        _place(text, name_at, node.name),
        block.owner,
        _whole(text, node),
        (name_at, name_at + len(node.name)),
        keyword_at=at,
        params=tuple(_params(text, node.args)),
        params_span=(opening + 1, _closing(text, node, opening)),
        body_at=text.offset(node.body[0].lineno, node.body[0].col_offset),
        indent=" " * node.col_offset,
        only=len(block.body) == 1,
        flags=frozenset(flags),
    )


def _plain(text: Text, block: Block, node: ast.stmt, form: Form, name: str, name_at: int) -> Candidate:
    return Candidate(
        form,
        name,
        _place(text, name_at, name),
        block.owner,
        _whole(text, node),
        (name_at, name_at + len(name)),
        indent=" " * node.col_offset,
        only=len(block.body) == 1,
    )


def _reexports(text: Text, block: Block, node: ast.ImportFrom) -> Iterator[Candidate]:
    if node.module == "__future__" or any(alias.name == "*" for alias in node.names):
        return
    for alias in node.names:
        name = alias.asname or alias.name
        kept = [_written(other) for other in node.names if other is not alias]
        statement = f"from {'.' * node.level}{node.module or ''} import {', '.join(kept)}" if kept else ""
        name_at = text.offset(alias.lineno, alias.col_offset)
        if alias.asname:
            name_at = text.offset(alias.end_lineno or alias.lineno, alias.end_col_offset or 0) - len(name)
        yield Candidate(
            "re-export",
            name,
            _place(text, name_at, name),
            None,
            _whole(text, node),
            (name_at, name_at + len(name)),
            only=len(block.body) == 1,
            statement=statement,
        )


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _params(text: Text, args: ast.arguments) -> Iterator[Param]:
    places = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [*([None] * (len(places) - len(args.defaults))), *args.defaults]
    for at, (arg, default) in enumerate(zip(places, defaults, strict=True)):
        kind = "positional_only" if at < len(args.posonlyargs) else "positional"
        yield _param(text, arg, kind, default)
    if args.vararg:
        yield Param(args.vararg.arg, "rest", False, text.span(args.vararg))
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _param(text, arg, "keyword_only", default)
    if args.kwarg:
        yield Param(args.kwarg.arg, "keywords", False, text.span(args.kwarg))


def _param(text: Text, arg: ast.arg, kind: str, default: ast.expr | None) -> Param:
    start, end = text.span(arg)
    if default is not None:
        end = text.span(default)[1]
        if text.text[end : end + 1] == ")" and text.text.count("(", start, end) > text.text.count(")", start, end):
            end += 1
    return Param(arg.arg, kind, default is None, (start, end))  # type: ignore[arg-type]


def _closing(text: Text, node: Function, opening: int) -> int:
    """The parenthesis that closes the parameters: the last one before the result's annotation or the body."""
    end = text.offset(node.body[0].lineno, node.body[0].col_offset)
    if node.returns is not None:
        end = text.text.rindex("->", 0, text.span(node.returns)[0])
    else:
        last = [text.span(arg)[1] for arg in ast.walk(node.args) if isinstance(arg, ast.arg | ast.expr)]
        start = max(last, default=opening + 1)
        return text.text.index(")", start)
    return text.text.rindex(")", 0, end)


def _whole(text: Text, node: ast.stmt) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    last = node.end_lineno or node.lineno
    return text.starts[first - 1], min(text.starts[last], len(text.text))


def _place(text: Text, offset: int, name: str) -> Place:
    line = text.text.count("\n", 0, offset) + 1
    return Place(text.path, line, offset - text.starts[line - 1])


def _decorators(node: ast.stmt) -> set[str]:
    return {name_of(d) for d in getattr(node, "decorator_list", [])}


def name_of(node: ast.expr) -> str:
    """The last name of an expression: `f` of `a.f(x)`, `C` of `a.C[int]`."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _own_nodes(node: Function) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(inner)
