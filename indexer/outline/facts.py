"""Facts of one source: the dispatch to the languages that have them."""

from __future__ import annotations

from indexer.languages import LANGUAGES
from indexer.outline.grammars import grammar
from indexer.types import Facts


def facts(source: bytes, language: str, names: frozenset[str]) -> Facts:
    """The declarations, bindings and exports of a source, and its uses of `names`.

    A ValueError for a language whose depth is "definitions".
    """
    depth = LANGUAGES[language].depth
    if depth == "definitions":
        raise ValueError(f"no facts are read from {language} yet")
    if depth == "names":
        from indexer.outline import uses

        return uses.facts(source, names, language)
    root = grammar(language).parser.parse(source).root_node
    if language == "python":
        from indexer.outline import python

        return python.facts(root, source, names)
    if language == "go":
        from indexer.outline import go

        return go.facts(root, source, names)
    if language == "rust":
        from indexer.outline import rust

        return rust.facts(root, source, names)
    if language == "java":
        from indexer.outline import java

        return java.facts(root, source, names)
    from indexer.outline import javascript

    return javascript.facts(root, source, names, language)
