"""What each query finds: samples/LANGUAGE.source in, samples/LANGUAGE.outline out.

The expected files are read and judged by people; `python tests/outline/test_queries.py` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.languages import LANGUAGES
from indexer.outline.tags import outline
from indexer.types import Definition, Outline

SAMPLES = Path(__file__).parent / "samples"

NAMING = ("go", "rust", "cpp", "swift", "lua")
"""Languages in which a definition names what it belongs to, instead of standing in it."""


def drawn(of: Outline) -> str:
    """An outline as text: a line a definition, an import or an issue."""
    definitions = (
        f"{one.kind:<11} {one.qualified:<24} {one.lines[0]}-{one.lines[1]}  {one.signature}" for one in of.definitions
    )
    imports = (f"import      {one.module:<24} {one.line}  {one.name} as {one.alias}" for one in of.imports)
    issues = (f"issue       {one.line}:{one.column} {one.text}" for one in of.issues)
    return "\n".join([*definitions, *imports, *issues]) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_query_finds_what_stands_beside_its_sample(language: str) -> None:
    source = (SAMPLES / f"{language}.source").read_bytes()
    assert drawn(outline(source, language)) == (SAMPLES / f"{language}.outline").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parent_is_a_definition_around_it_or_a_type_it_names(language: str) -> None:
    found = outline((SAMPLES / f"{language}.source").read_bytes(), language).definitions
    for one in found:
        assert one.qualified == (f"{one.parent}.{one.name}" if one.parent else one.name)
        parents = [other for other in found if other.qualified == one.parent]
        assert not parents or any(encloses(parent, one) for parent in parents) or language in NAMING


def encloses(outer: Definition, inner: Definition) -> bool:
    return outer.lines[0] <= inner.lines[0] and inner.lines[1] <= outer.lines[1]


if __name__ == "__main__":
    for name in LANGUAGES:
        text = drawn(outline((SAMPLES / f"{name}.source").read_bytes(), name))
        (SAMPLES / f"{name}.outline").write_text(text, encoding="utf-8")
