"""The parsers of `qcode` and its verbs. Only the verb that was asked for is imported."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import NoReturn

from indexer.errors import UsageProblem
from qcode import __version__
from qcode.output import LONGEST_NAME, shortened

VERBS: Mapping[str, str] = MappingProxyType(
    {
        "review": "review a change: what it breaks, and what else a reader should look at",
        "index": "read the repository into the index, or bring the index up to date",
        "symbols": "where a name is defined, and what uses it",
        "map": "an overview of the repository's definitions",
        "ask": "ask the model a question and print its answer",
        "chat": "talk with the model about this repository; it may look, edit and run, each as you allow",
        "apply": "put the edits of an answer into the files, all of them or none",
        "undo": "take an operation back, byte for byte",
        "history": "what was applied and can be undone, and the space that takes",
        "config": "show the settings and where they come from, or write a settings file",
        "completion": "print a completion script for bash, zsh or fish",
    }
)
DESCRIPTION = (
    "Reviews and understands a repository without sending it anywhere. Alone, on a terminal, it opens its screens."
)
EPILOG = (
    "`qcode VERB --help` explains a verb. Exit codes: 0 nothing to report, 1 findings or an edit that does not fit, \
2 usage, 3 failure, 4 incomplete, 5 refused, 6 state, 130 interrupted, 141 the reader of a pipe went away."
)
DID_YOU_MEAN = 0.6


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are sentences with a remedy, and exit code 2."""

    def error(self, message: str) -> NoReturn:
        raise UsageProblem(_sentence(message), f"Run `{self.prog} --help` to see what it takes.")


def parse(argv: list[str]) -> tuple[ModuleType, argparse.Namespace]:
    """Return the verb's module and its arguments; UsageProblem where they can't be understood.

    Without any, on a terminal, the screens are what is asked for.
    """
    if not argv and _on_terminal():
        return import_module("qcode.tui"), argparse.Namespace()
    verb = next((word for word in argv if not word.startswith("-")), None)
    if verb is not None and verb not in VERBS:
        raise UsageProblem(
            f"There is no command `{shortened(verb, LONGEST_NAME)}`{_near(verb)}",
            "Run `qcode --help` to see the commands.",
        )
    arguments = build_parser([verb] if verb else []).parse_args(argv)
    if verb is None:
        raise UsageProblem("No command was given.", "Run `qcode --help` to see the commands.")
    return load(verb), arguments


def build_parser(verbs: Iterable[str]) -> Parser:
    """The whole parser, in which only `verbs` know their arguments; the other verbs have their line of help."""
    parser = Parser(prog="qcode", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"qcode {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="VERB", dest="verb")
    wanted = frozenset(verbs)
    for verb, line in VERBS.items():
        child = commands.add_parser(verb, help=line, description=_sentence(line), allow_abbrev=False)
        if verb in wanted:
            load(verb).add_arguments(child)
    return parser


def load(verb: str) -> ModuleType:
    """The module of a verb, with `HELP`, `add_arguments` and `run`."""
    return import_module(f"qcode.commands.{verb}")


def from_root(path: str, root: Path) -> str:
    """What `--paths` names relative to the current folder, as the repository writes it; nothing for its root."""
    if not path:
        raise UsageProblem("--paths was given an empty name.", "Name files or folders, or leave it out.")
    inside = os.path.relpath(os.path.normpath(Path.cwd() / path), root)
    if inside == os.pardir or inside.startswith(f"{os.pardir}{os.sep}"):
        raise UsageProblem(f"--paths {path} is outside of the repository.", "Name files or folders inside it.")
    return "" if inside == os.curdir else inside


def _on_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _near(verb: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(verb, VERBS, n=1, cutoff=DID_YOU_MEAN)
    return f"; did you mean `{close[0]}`?" if close else "."


def _sentence(message: str) -> str:
    text = re.sub(r"\s+", " ", message).strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
