"""`search` and `symbols`: where a text stands, and where a name is defined and used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from agents.model.types import JSON
from agents.tools.gate import Gate
from agents.tools.types import Refused, Result, Work
from indexer.repo.text import is_binary

MOST_PLACES = 100
MOST_USES = 60
LONGEST_LINE = 240


def search(gate: Gate, arguments: JSON) -> Work:
    """The lines that hold one of the texts. Texts, not patterns: a pattern of a model can take for ever."""
    yield from ()
    index = gate.workshop.index
    index.refresh()
    texts = [text for each in arguments["texts"] if (text := each.strip())]
    if not texts:
        raise Refused("No text to look for was given.")
    glob = str(arguments.get("paths", "*"))
    wanted = [path for path in gate.open_paths("search") if _is_named(path, glob)]
    pattern = re.compile("|".join(map(re.escape, texts)), re.IGNORECASE if _is_lower(texts) else 0)
    places: list[str] = []
    total = 0
    for path, data in index.repo.read_many(index.worktree, wanted):
        if gate.stop.asked:
            break
        for line in _lines_with(pattern, data):
            total += 1
            if len(places) < MOST_PLACES:
                places.append(f"{path}:{line}")
    if not total:
        return Result(True, f"Nothing in {len(wanted)} files.")
    more = f"\n… and {total - len(places)} lines more; narrow it with `paths`." if total > len(places) else ""
    return Result(True, "\n".join(places) + more)


def symbols(gate: Gate, arguments: JSON) -> Work:
    """Definitions and uses of a name."""
    yield from ()
    index = gate.workshop.index
    index.refresh()
    name = str(arguments["name"]).strip()
    definitions, uses = index.symbols(name)
    open_paths = set(gate.open_paths("symbols"))
    lines = [f"{d.path}:{d.lines[0]}-{d.lines[1]} defines {d.signature}" for d in definitions if d.path in open_paths]
    seen = [use for use in uses if use.path in open_paths]
    lines += [f"{use.path}:{use.line} {use.kind} ({use.confidence})" for use in seen[:MOST_USES]]
    if len(seen) > MOST_USES:
        lines.append(f"… and {len(seen) - MOST_USES} uses more.")
    if not lines:
        near = index.near_names(name, 3)
        return Result(True, f"Nothing is called {name}." + (f" Near names: {', '.join(near)}." if near else ""))
    return Result(True, "\n".join(lines))


def _lines_with(pattern: re.Pattern[str], data: bytes) -> Iterator[str]:
    if is_binary(data):
        return
    text = data.decode("utf-8", "replace")
    if not pattern.search(text):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.search(line):
            yield f"{number}: {line.strip()[:LONGEST_LINE]}"


def _is_named(path: str, glob: str) -> bool:
    below = path.startswith(glob.rstrip("/") + "/")
    return below or any(fnmatchcase(each, glob) for each in (path, path.rpartition("/")[2]))


def _is_lower(texts: list[str]) -> bool:
    return all(text == text.lower() for text in texts)
