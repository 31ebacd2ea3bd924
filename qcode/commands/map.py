"""`qcode map`: an overview of the repository's definitions, the most used files first, cut to a number of tokens."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import UsageProblem
from qcode.arguments import from_root
from qcode.config import Settings
from qcode.output import Exit, complain, emit_json, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.index import Index
    from indexer.overview import Overview

HELP = "an overview of the repository's definitions"
SCHEMA = "qcode.map/1"
TOKENS = 2000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode map` takes."""
    parser.add_argument(
        "--tokens",
        type=_positive,
        default=TOKENS,
        metavar="N",
        help=f"stop at about N tokens of 4 bytes, but show at least one file (default: {TOKENS})",
    )
    parser.add_argument(
        "--paths", nargs="+", action="extend", default=[], metavar="P", help="only these files, folders or globs"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the map, and how much of the repository it leaves out."""
    from indexer.index import open_index
    from qcode.report.progress import Bar

    with open_index(Path.cwd(), settings.index_dir, os.environ) as index, Bar(sys.stderr, "qcode: reading") as bar:
        index.ignoring(None, settings.ignore)
        index.refresh(progress=bar.tell)
        bar.close()
        prefixes = _prefixes(arguments.paths, index)
        overview = index.overview(arguments.tokens, prefixes)
        skipped, notices = list(index.skipped), list(index.notices)
    for notice in notices:
        complain(notice)
    if overview.tokens > arguments.tokens:
        complain(
            f"The map can't be as small as {arguments.tokens:,} tokens: it shows at least one file, and the first one "
            f"alone takes about {overview.tokens:,}."
        )
    if arguments.json:
        emit_json(SCHEMA, _body(overview, arguments.tokens), Exit.OK, skipped)
    else:
        sys.stdout.writelines(visible(f"{line}\n") for line in _fitted(_lines(overview)))
    return Exit.OK


def _prefixes(paths: list[str], index: Index) -> list[str]:
    """The paths as the repository writes them; UsageProblem for one that names no file of the work tree."""
    from indexer.overview import is_named

    prefixes = []
    for path in paths:
        inside = from_root(path, index.repo.root)
        if inside and not any(is_named(entry, inside) for entry in index.worktree.entries):
            raise UsageProblem(
                f"--paths {path} names no file of the repository.", "Check how it is written, and what git ignores."
            )
        prefixes.append(inside or os.curdir)
    return prefixes


def _body(overview: Overview, budget: int) -> dict[str, object]:
    from indexer.secrets import hidden

    files = [
        {
            "path": file.path,
            "score": round(file.score, 3),
            "symbols": [
                {
                    "qualified": d.qualified,
                    "kind": d.kind,
                    "lines": list(d.lines),
                    "signature": hidden(d.signature, file.path),
                }
                for d in file.definitions
            ],
            "left_out": file.left_out,
        }
        for file in overview.files
    ]
    left_out = {"files": overview.files_left_out, "symbols": overview.symbols_left_out}
    return {"files": files, "budget": budget, "tokens": overview.tokens, "left_out": left_out}


def _lines(overview: Overview) -> Iterator[str]:
    from indexer.secrets import hidden
    from qcode.report.safe import readable_path

    for file in overview.files:
        yield readable_path(file.path)
        for definition in file.definitions:
            depth = 1 + (definition.parent.count(".") + 1 if definition.parent else 0)
            yield f"{'  ' * depth}{definition.lines[0]}: {hidden(definition.signature, file.path)}"
        if file.left_out:
            yield f"  … {file.left_out} more"
    if not overview.files:
        yield "There is no definition to show."
    yield (
        f"About {overview.tokens:,} tokens (at 4 bytes each); left out: {overview.files_left_out:,} files and "
        f"{overview.symbols_left_out:,} symbols."
    )


def _fitted(lines: Iterator[str]) -> Iterator[str]:
    """The lines as they are, or on a terminal no wider than it; a path, which begins a line, stays whole."""
    from qcode.report.colour import style_of
    from qcode.report.width import cropped, wrapped

    width = style_of(sys.stdout, os.environ).width if sys.stdout.isatty() else None
    last = ""
    for line in lines:
        if last:
            yield cropped(last, width) if width and last.startswith(" ") else last
        last = line
    yield from wrapped(last, width) if width else (last,)


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 1")
    return number
