"""`qcode symbols NAME`: where a name is defined, and what uses it."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from qcode.config import Settings
from qcode.output import LONGEST_NAME, Exit, complain, emit_json, shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.types import Reference, Symbol

HELP = "where a name is defined, and what uses it"
SCHEMA = "qcode.symbols/1"
NEAR_NAMES = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode symbols` takes."""
    parser.add_argument("name", metavar="NAME", help="a name (`parse`) or a qualified one (`Parser.parse`)")
    parser.add_argument("--all", action="store_true", help="list the ambiguous uses too, which may mean something else")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print definitions and uses; 1, with near names on stderr, where nothing in the repository has that name."""
    from indexer.index import open_index
    from qcode.report.progress import Bar

    with open_index(Path.cwd(), settings.index_dir, os.environ) as index, Bar(sys.stderr, "qcode: reading") as bar:
        index.ignoring(None, settings.ignore)
        index.refresh(progress=bar.tell)
        bar.close()
        symbols, references = index.symbols(arguments.name)
        near = [] if symbols or references else index.near_names(arguments.name, NEAR_NAMES)
        skipped, notices = list(index.skipped), list(index.notices)
    for notice in notices:
        complain(notice)
    code = Exit.OK if symbols or references else Exit.FINDINGS
    if code:
        complain(f"Nothing in this repository is called `{shortened(arguments.name, LONGEST_NAME)}`{_near(near)}")
    if arguments.json:
        body = {"symbols": list(map(_symbol, symbols)), "references": list(map(_reference, references))}
        emit_json(SCHEMA, body, code, skipped)
    else:
        sys.stdout.writelines(visible(f"{line}\n") for line in _lines(symbols, references, arguments.all))
    return code


def _near(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"; near names: {', '.join(quoted)}." if quoted else "."


def _symbol(symbol: Symbol) -> dict[str, object]:
    from indexer.secrets import hidden

    return {
        "name": symbol.name,
        "qualified": symbol.qualified,
        "kind": symbol.kind,
        "path": symbol.path,
        "lines": list(symbol.lines),
        "signature": hidden(symbol.signature, symbol.path),
        "parent": symbol.parent,
    }


def _reference(reference: Reference) -> dict[str, object]:
    return {
        "path": reference.path,
        "line": reference.line,
        "kind": reference.kind,
        "confidence": reference.confidence,
    }


def _lines(symbols: Sequence[Symbol], references: Sequence[Reference], everything: bool) -> Iterator[str]:
    from indexer.secrets import hidden

    for symbol in symbols:
        yield f"{_flat(symbol.path)}:{symbol.lines[0]}  {symbol.kind} {symbol.qualified}"
        yield f"    {hidden(symbol.signature, symbol.path)}"
    if references:
        counts = Counter(reference.confidence for reference in references)
        yield f"used {len(references):,} times ({', '.join(f'{n:,} {name}' for name, n in sorted(counts.items()))})"
    listed = [one for one in references if everything or one.confidence != "ambiguous"]
    for reference in listed:
        yield f"  {_flat(reference.path)}:{reference.line}  {reference.kind}, {reference.confidence}"
    if len(listed) < len(references):
        yield f"{len(references) - len(listed):,} ambiguous not listed; --all lists them"


def _flat(path: str) -> str:
    from qcode.report.safe import readable_path

    return readable_path(path)
