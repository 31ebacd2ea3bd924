"""Uses through pytest's fixtures: a language server does not know what a test is handed under a parameter's name."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator, Mapping

from benchmarks.nouns import Place
from benchmarks.python_source import Text, name_of

Function = ast.FunctionDef | ast.AsyncFunctionDef


def attribute_places(texts: Mapping[str, Text], name: str, class_name: str) -> Iterator[tuple[Place, Place]]:
    """Each `fixture.name` in a test, with the place of the class that the fixture says, by its name, that it gives.

    The class is only a name here: whoever asks finds out from that place what it means.
    """
    givers = {path: dict(_fixtures(text, class_name)) for path, text in texts.items() if "fixture" in text.text}
    for path, text in texts.items():
        if f".{name}" not in text.text:
            continue
        seen = _seen_from(path, givers)
        for function in ast.walk(text.tree):
            if not isinstance(function, Function):
                continue
            handed = {a.arg: seen[a.arg] for a in _parameters(function) if a.arg in seen and a.annotation is None}
            for node, receiver in _attributes(function, name) if handed else ():
                if receiver in handed and not _rebinds(function, receiver):
                    line = node.end_lineno or node.lineno
                    column = text.column(line, node.end_col_offset or 0) - len(name)
                    yield Place(path, line, column), handed[receiver]


def _attributes(function: Function, name: str) -> Iterator[tuple[ast.Attribute, str]]:
    """Each `x.name` in a function, with `x`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.value, ast.Name):
            yield node, node.value.id


def _fixtures(text: Text, class_name: str) -> Iterator[tuple[str, Place]]:
    """The fixtures of a file that give `class_name(…)`, by name, with the place where that name stands."""
    for node in ast.walk(text.tree):
        if isinstance(node, Function) and any(_is_fixture(d) for d in node.decorator_list):
            given = [n.value for n in ast.walk(node) if isinstance(n, ast.Return | ast.Yield) and n.value is not None]
            calls = [value.func for value in given if isinstance(value, ast.Call)]
            if given and len(calls) == len(given) and all(name_of(call) == class_name for call in calls):
                called = calls[0]
                line = called.end_lineno or called.lineno
                yield node.name, Place(text.path, line, text.column(line, called.end_col_offset or 0) - len(class_name))


def _seen_from(path: str, givers: Mapping[str, Mapping[str, Place]]) -> dict[str, Place]:
    """The fixtures that tests of a file can ask for: those of every `conftest.py` above it, then its own."""
    folders = [""]
    for part in posixpath.dirname(path).split("/"):
        folders.append(posixpath.join(folders[-1], part))
    seen: dict[str, Place] = {}
    for folder in folders:
        seen |= givers.get(posixpath.join(folder, "conftest.py"), {})
    return seen | dict(givers.get(path, {}))


def _is_fixture(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return name_of(called) == "fixture"


def _parameters(function: Function) -> list[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def _rebinds(function: Function, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in ast.walk(function))
