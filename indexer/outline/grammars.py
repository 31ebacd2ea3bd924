"""The grammars and our queries, loaded when a language is first met."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import tree_sitter

from indexer.languages import LANGUAGES, Language

QUERIES = Path(__file__).resolve().parent.parent / "queries"
REACH = 2
"""How many levels below the node that it is run on a query looks for the start of a match."""
MATCHES_AT_ONCE = 4096
"""How many unfinished matches the query may hold: text that is mostly open brackets would hold one each."""


Captures = dict[str, list[tree_sitter.Node]]


class Role(NamedTuple):
    """What a pattern of a query is for, told from the names of its captures."""

    imports: bool
    holds: bool
    """Whether a part of the match is looked into for more."""
    named: bool
    definition: str
    """The capture that is the definition; empty where the match is none."""
    kind: str


@dataclass(slots=True)
class Grammar:
    """A language made ready: its parser, and the cursor that runs our query over a tree."""

    language: Language
    parser: tree_sitter.Parser
    query: tree_sitter.Query
    cursor: tree_sitter.QueryCursor
    roles: dict[int, Role] = field(default_factory=dict)
    """What each pattern that ever matched is for."""


@cache
def grammar(name: str) -> Grammar:
    """The grammar of one of `LANGUAGES`; a KeyError for any other name."""
    language = LANGUAGES[name]
    module, function = language.grammar
    with warnings.catch_warnings():
        # Some grammars still hand out a number where tree-sitter now wants a capsule.
        warnings.simplefilter("ignore", DeprecationWarning)
        loaded = tree_sitter.Language(getattr(import_module(module), function)())
    query = tree_sitter.Query(loaded, "\n".join(_query_text(file) for file in language.queries))
    cursor = tree_sitter.QueryCursor(query, match_limit=MATCHES_AT_ONCE)
    cursor.set_max_start_depth(REACH)
    return Grammar(language, tree_sitter.Parser(loaded), query, cursor)


def _query_text(file: str) -> str:
    return (QUERIES / f"{file}.scm").read_text(encoding="utf-8")
