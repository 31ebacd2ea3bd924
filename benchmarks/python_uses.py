"""What the syntax around a name in a Python file says: its role, its arguments, whether it is awaited or guarded."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from benchmarks.nouns import Arguments, Candidate, Place, Role, Use
from benchmarks.python_source import Function, Text, name_of

RUNNERS = frozenset(
    [
        "run",
        "create_task",
        "ensure_future",
        "gather",
        "wait",
        "wait_for",
        "shield",
        "run_until_complete",
        "as_completed",
        "start_soon",
        "start",
        "run_coroutine_threadsafe",
        "run_sync",
        "spawn",
        "iscoroutine",
        "isawaitable",
        "await_me_maybe",
    ]
)
CAUGHT = frozenset(
    ["ImportError", "ModuleNotFoundError", "AttributeError", "NameError", "TypeError", "Exception", "BaseException"]
)
TEXT = 200


class Uses:
    """The uses in one file."""

    def __init__(self, text: Text, classes: frozenset[str]) -> None:
        self.text, self.classes = text, classes
        self.parents: dict[ast.AST, ast.AST] = {}
        self.nodes: dict[tuple[int, int], ast.AST] = {}
        self.strings: list[ast.Constant] = []
        for node in ast.walk(text.tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            for place in self._places(node):
                self.nodes[place] = node

    def at(self, places: Iterable[Place]) -> Iterator[Use]:
        """A use for each place where a name stands; a place that is none is left out."""
        for place in places:
            node = self.nodes.get((place.line, place.column)) or self._string(place)
            if node is not None:
                yield self._use(place, node)

    def imports(self, name: str) -> Iterator[ast.ImportFrom]:
        """The statements of the file that import something under that name."""
        for node in ast.walk(self.text.tree):
            if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == name for a in node.names):
                yield node

    def node(self, place: Place) -> ast.AST | None:
        """The node whose name stands there."""
        return self.nodes.get((place.line, place.column))

    def owner_of(self, candidate: Candidate) -> ast.ClassDef | None:
        """The class that a member stands in."""
        return self.class_at(candidate.place.line, candidate.name if candidate.form == "class" else "")

    def class_at(self, line: int, other_than: str = "") -> ast.ClassDef | None:
        """The innermost class around a line."""
        around = [
            n for n in ast.walk(self.text.tree)
            if isinstance(n, ast.ClassDef) and n.lineno <= line <= (n.end_lineno or n.lineno) and n.name != other_than
        ]  # fmt: skip
        return max(around, key=lambda n: n.lineno, default=None)

    def _places(self, node: ast.AST) -> Iterator[tuple[int, int]]:
        column = self.text.column
        if isinstance(node, ast.Name):
            yield node.lineno, column(node.lineno, node.col_offset)
        elif isinstance(node, ast.Attribute):
            line = node.end_lineno or node.lineno
            yield line, column(line, node.end_col_offset or 0) - len(node.attr)
        elif isinstance(node, ast.alias):
            yield node.lineno, column(node.lineno, node.col_offset)
            if node.asname:
                line = node.end_lineno or node.lineno
                yield line, column(line, node.end_col_offset or 0) - len(node.asname)
        elif isinstance(node, Function | ast.ClassDef):
            keyword = "class" if isinstance(node, ast.ClassDef) else "def"
            at = self.text.text.index(keyword, self.text.offset(node.lineno, node.col_offset)) + len(keyword)
            at = self.text.text.index(node.name, at)
            line = self.text.text.count("\n", 0, at) + 1
            yield line, at - self.text.starts[line - 1]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.strings.append(node)

    def _string(self, place: Place) -> ast.AST | None:
        """A forward reference or an entry of `__all__`."""
        for node in self.strings:
            if node.lineno <= place.line <= (node.end_lineno or node.lineno):
                start = self.text.column(node.lineno, node.col_offset)
                end = self.text.column(node.end_lineno or node.lineno, node.end_col_offset or 0)
                if node.lineno != node.end_lineno or start <= place.column < end:
                    return node
        return None

    def _use(self, place: Place, node: ast.AST) -> Use:
        role = self._role(node)
        call = self._call(node)
        arguments = _arguments(call) if call is not None else Arguments(1) if role == "decorator" else None
        receiver = node.value if isinstance(node, ast.Attribute) else None
        inferred = receiver is not None and self._is_instance(receiver)
        return Use(
            place,
            role,
            self.text.lines[place.line - 1].strip()[:TEXT],
            arguments,
            settled=self._settled(call) if call is not None else False,
            guarded=self._guarded(node),
            bound=inferred,
            inferred=inferred,
            alias=isinstance(node, ast.alias) and bool(node.asname) and node.asname != node.name,
        )

    def _is_instance(self, receiver: ast.expr) -> bool:
        """Neither a module nor a class by its spelling: an object whose class must be found out."""
        name = name_of(receiver) if isinstance(receiver, ast.Name | ast.Attribute | ast.Subscript) else ""
        if name in self.classes and name not in ("self", "cls"):
            return False
        return not (isinstance(receiver, ast.Name | ast.Attribute) and self._is_module(receiver))

    def _is_module(self, receiver: ast.expr) -> bool:
        root = receiver
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return False
        imported = {
            (a.asname or a.name).partition(".")[0]
            for n in ast.walk(self.text.tree)
            if isinstance(n, ast.Import | ast.ImportFrom)
            for a in n.names
        }
        return root.id in imported and name_of(receiver).islower()

    def _role(self, node: ast.AST) -> Role:
        if isinstance(node, ast.alias):
            return "import"
        if isinstance(node, Function | ast.ClassDef):
            return "definition"
        if isinstance(node, ast.Constant):
            return "export" if self._in_all(node) else "annotation"
        if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
            return "write"
        parent = self.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            return "call"
        if isinstance(parent, Function | ast.ClassDef) and node in parent.decorator_list:
            return "decorator"
        if isinstance(parent, ast.ClassDef) and node in parent.bases:
            return "base"
        return "annotation" if self._in_annotation(node) else "read"

    def is_exported(self, node: ast.Constant) -> bool:
        """An entry of `__all__`."""
        return self._in_all(node)

    def _in_all(self, node: ast.AST) -> bool:
        return any(
            isinstance(above, ast.Assign | ast.AugAssign) and "__all__" in ast.unparse(above)[:20]
            for above in self._above(node)
        )

    def _in_annotation(self, node: ast.AST) -> bool:
        below: ast.AST = node
        for above in self._above(node):
            if isinstance(above, ast.arg | ast.AnnAssign) and above.annotation is below:
                return True
            if isinstance(above, Function):
                return above.returns is below
            if isinstance(above, ast.stmt):
                return False
            below = above
        return False

    def _call(self, node: ast.AST) -> ast.Call | None:
        parent = self.parents.get(node)
        return parent if isinstance(parent, ast.Call) and parent.func is node else None

    def _above(self, node: ast.AST) -> Iterator[ast.AST]:
        above = self.parents.get(node)
        while above is not None:
            yield above
            above = self.parents.get(above)

    def _settled(self, call: ast.Call) -> bool | None:
        """Awaited, handed to a runner, or (None) kept in a name that is awaited later on."""
        below: ast.AST = call
        for above in self._above(call):
            if isinstance(above, ast.Await):
                return True
            if isinstance(above, ast.Call) and below is not above.func:
                return name_of(above.func) in RUNNERS
            if isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name):
                return None if self._awaited_later(above, above.targets[0].id) else False
            if not isinstance(above, ast.Starred | ast.List | ast.Tuple | ast.ListComp | ast.GeneratorExp | ast.IfExp):
                return False
            below = above
        return False

    def _awaited_later(self, statement: ast.AST, name: str) -> bool:
        function = next((a for a in self._above(statement) if isinstance(a, Function)), self.text.tree)
        for node in ast.walk(function):
            if isinstance(node, ast.Await) and name in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
                return True
            runs = isinstance(node, ast.Call) and name_of(node.func) in RUNNERS
            if runs and any(isinstance(a, ast.Name) and a.id == name for a in node.args):  # type: ignore[attr-defined]
                return True
        return False

    def _guarded(self, node: ast.AST) -> bool:
        below: ast.AST = node
        for above in self._above(node):
            if isinstance(above, ast.Try) and below in above.body and any(_catches(h) for h in above.handlers):
                return True
            if (
                isinstance(above, ast.If | ast.IfExp)
                and below is not above.test
                and "hasattr(" in ast.unparse(above.test)
            ):
                return True
            if isinstance(above, ast.With | ast.AsyncWith) and below in above.body and _suppresses(above):
                return True
            below = above
        return False


def _arguments(call: ast.Call) -> Arguments:
    return Arguments(
        sum(1 for a in call.args if not isinstance(a, ast.Starred)),
        tuple(k.arg for k in call.keywords if k.arg),
        any(isinstance(a, ast.Starred) for a in call.args),
        any(k.arg is None for k in call.keywords),
    )


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return bool({name_of(kind) for kind in kinds} & CAUGHT)


def _suppresses(statement: ast.With | ast.AsyncWith) -> bool:
    """`contextlib.suppress(AttributeError)`, `pytest.raises(TypeError)`."""
    for item in statement.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and name_of(call.func) in ("suppress", "raises"):
            names = {name_of(n) for a in call.args for n in (a.elts if isinstance(a, ast.Tuple) else [a])}
            if names & CAUGHT:
                return True
    return False
