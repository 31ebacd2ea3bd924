"""Fixtures that parse a text and read its facts."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest
import tree_sitter
import tree_sitter_go
import tree_sitter_java
import tree_sitter_javascript
import tree_sitter_python
import tree_sitter_rust
import tree_sitter_typescript

from indexer.outline import go, java, javascript, python, rust
from indexer.types import Facts

PythonFacts = Callable[..., Facts]
JavaScriptFacts = Callable[..., Facts]
GoFacts = Callable[..., Facts]
RustFacts = Callable[..., Facts]
JavaFacts = Callable[..., Facts]


@pytest.fixture(scope="session")
def python_facts() -> PythonFacts:
    """Facts of a Python text (dedented) or of bytes (as they are), with the sites of the names that follow."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))

    def read(source: str | bytes, *names: str) -> Facts:
        data = dedent(source).encode() if isinstance(source, str) else source
        return python.facts(parser.parse(data).root_node, data, frozenset(names))

    return read


@pytest.fixture(scope="session")
def javascript_facts() -> JavaScriptFacts:
    """Facts of a TypeScript text, or of one in the given language, with the sites of the names that follow."""
    grammars = {
        "javascript": tree_sitter_javascript.language(),
        "typescript": tree_sitter_typescript.language_typescript(),
        "tsx": tree_sitter_typescript.language_tsx(),
    }
    parsers = {name: tree_sitter.Parser(tree_sitter.Language(grammar)) for name, grammar in grammars.items()}

    def read(source: str | bytes, *names: str, language: str = "typescript") -> Facts:
        data = dedent(source).encode() if isinstance(source, str) else source
        return javascript.facts(parsers[language].parse(data).root_node, data, frozenset(names), language)

    return read


def reader(language: object, facts: Callable[..., Facts]) -> Callable[..., Facts]:
    """Reads facts of a text (dedented) or of bytes (as they are), with the sites of the names that follow."""
    parser = tree_sitter.Parser(tree_sitter.Language(language))

    def read(source: str | bytes, *names: str) -> Facts:
        data = dedent(source).encode() if isinstance(source, str) else source
        return facts(parser.parse(data).root_node, data, frozenset(names))

    return read


@pytest.fixture(scope="session")
def go_facts() -> GoFacts:
    return reader(tree_sitter_go.language(), go.facts)


@pytest.fixture(scope="session")
def rust_facts() -> RustFacts:
    return reader(tree_sitter_rust.language(), rust.facts)


@pytest.fixture(scope="session")
def java_facts() -> JavaFacts:
    return reader(tree_sitter_java.language(), java.facts)
