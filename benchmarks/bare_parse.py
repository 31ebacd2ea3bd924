"""Parse files with tree-sitter and nothing else; print the CPU seconds of the parses. Arguments: folder, listing."""

from __future__ import annotations

import sys
import time
import warnings
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import tree_sitter

from indexer.languages import LANGUAGES, language_of


def main(folder: Path, listing: Path) -> None:
    """Everything is read first, so that only parsing is measured."""
    warnings.simplefilter("ignore", DeprecationWarning)
    parsers: dict[str, tree_sitter.Parser] = {}
    work: list[tuple[tree_sitter.Parser, bytes]] = []
    for name in listing.read_text("utf-8").split("\n")[:-1]:
        data = (folder / name).read_bytes()
        language = language_of(name, data[:200])
        if language is not None:
            if language not in parsers:
                module, function = LANGUAGES[language].grammar
                parsers[language] = tree_sitter.Parser(tree_sitter.Language(getattr(import_module(module), function)()))
            work.append((parsers[language], data))
    begun = time.process_time()
    for parser, data in work:
        parser.parse(data)
    print(time.process_time() - begun)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
