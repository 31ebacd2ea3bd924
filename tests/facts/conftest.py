"""Fixtures that parse a text and read its facts."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest
import tree_sitter
import tree_sitter_python

from indexer.outline import python
from indexer.types import Facts

PythonFacts = Callable[..., Facts]


@pytest.fixture(scope="session")
def python_facts() -> PythonFacts:
    """Facts of a Python text (dedented) or of bytes (as they are), with the sites of the names that follow."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))

    def read(source: str | bytes, *names: str) -> Facts:
        data = dedent(source).encode() if isinstance(source, str) else source
        return python.facts(parser.parse(data).root_node, data, frozenset(names))

    return read
