"""`qcode config show` and `qcode config init`."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import StateProblem, UsageProblem
from qcode.config import Settings, user_file
from qcode.config.keys import KEYS, Key
from qcode.output import Exit, emit_json, visible
from qcode.report.colour import style_of
from qcode.report.width import cells, wrapped

HELP = "show the settings and where they come from, or write a settings file"
NAMES = 25
WIDE_VALUES, NARROW_VALUES = 32, 8
"""Cells that a value takes at least, so that the origins stand in a column."""
WIDE = 80
WIDEST_SENTENCE = 120
_PLACE = re.compile(r"(?:\[[0-9A-Fa-f:.]*\]|[^:/\[\]]*)(?::\d{0,5})?(?:/|$)")
"""The beginning of a URL behind its scheme: host and port, and no colon that a password could follow."""
HEADING = """\
# Settings of qcode. A line that begins with # is a comment and shows the default; remove the # to change it.
# Stronger than this file: .qcode/config.toml of a repository ([review], [ui] and `ignore` only), QCODE_* variables, and
# the command line. `qcode config show` prints every value and where it came from.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `show` and `init`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="print every value and where it came from", allow_abbrev=False)
    show.add_argument("--json", action="store_true", help="print one JSON object")
    actions.add_parser("init", help="write a commented settings file for this user", allow_abbrev=False)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show the settings, or write the user's file; 6 where it exists."""
    if arguments.action == "init":
        return _init()
    if arguments.json:
        return _show_json(settings)
    sys.stdout.writelines(visible(f"{line}\n") for line in _lines(settings))
    return Exit.OK


# ---------------------------------------------------------------- show


def _show_json(settings: Settings) -> int:
    values = {}
    for name, value in settings.values.items():
        origin = settings.origins[name]
        where = origin.where or None
        values[name] = {"value": _printable(value), "origin": origin.layer, "where": where, "locked": origin.locked}
        values[name]["used"] = KEYS[name].is_used
    files = [{"origin": s.layer, "path": str(s.path), "found": s.found} for s in settings.sources]
    folders = {"cache": _text(settings.caches), "data": _text(settings.data)}
    emit_json("qcode.config-show/1", {"values": values, "files": files, "folders": folders}, Exit.OK, [])
    return Exit.OK


def _lines(settings: Settings) -> Iterator[str]:
    width = _width()
    values = WIDE_VALUES if width >= WIDE else NARROW_VALUES
    for name, value in settings.values.items():
        origin = settings.origins[name]
        where = (origin.where or "default") + (", locked" if origin.locked else "")
        if origin.layer != "default" and not KEYS[name].is_used:
            where += ", not used yet"
        yield from _row(name, f"{_toml(_printable(value)):{values}}", where, width)
    yield ""
    yield from _row("cache folder", str(settings.caches or "none: set QCODE_CACHE_DIR"), "", width)
    yield from _row("data folder", str(settings.data or "none: set QCODE_DATA_DIR"), "", width)
    for source in settings.sources:
        yield from _row(f"{source.layer} file", str(source.path), "" if source.found else "(not there)", width)
    yield ""
    *names, last = (name for name, key in KEYS.items() if key.is_used)
    used = f"{', '.join(names)} and {last}"
    yield from wrapped(
        f"This version uses {used}. The other keys are read and checked; nothing depends on them yet.",
        min(width, WIDEST_SENTENCE),
    )


def _row(name: str, value: str, note: str, width: int) -> Iterator[str]:
    """Name, value and note on one line, or, where a terminal has less room, on as many as it takes."""
    lines = [f"{name:{NAMES}} {one} {note}".rstrip() for one in (value, value.rstrip())]
    fitting = [line for line in lines if cells(line) <= width]
    if fitting:
        yield fitting[0]
    elif cells(value.rstrip()) <= width - NAMES - 1:
        yield f"{name:{NAMES}} {value}".rstrip()
        yield from _indented(note, width)
    else:
        yield name
        yield from _indented(value, width)
        yield from _indented(note, width)


def _indented(text: str, width: int) -> Iterator[str]:
    return (f"    {line}" for line in wrapped(text, width - 4))


def _width() -> int:
    """The cells a line may take: no end of them where nobody looks at a terminal."""
    return style_of(sys.stdout, os.environ).width if sys.stdout.isatty() else sys.maxsize


def _printable(value: object) -> object:
    """The value as it may be shown: a URL without the secrets in it, a tuple as a list."""
    if isinstance(value, tuple):
        return list(value)
    return _without_secrets(value) if isinstance(value, str) and "://" in value else value


def _without_secrets(url: str) -> str:
    """Scheme, host, port and path, with `…` for all else; a password may hold any character, so the last @ ends it."""
    scheme, _, rest = url.partition("://")
    _, user, address = rest.rpartition("@")
    place, mark, _ = re.split(r"([?#])", address, maxsplit=1) if re.search(r"[?#]", address) else (address, "", "")
    shown = place if _PLACE.match(place) else "…"
    return f"{scheme}://{user and '…@'}{shown}{mark and f'{mark}…'}"


def _toml(value: object) -> str:
    if value is None:
        return "-"
    return json.dumps(value, ensure_ascii=False)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


# ---------------------------------------------------------------- init


def _init() -> int:
    path = user_file(os.environ)
    if path is None:
        raise UsageProblem(
            "There is no place for a settings file, because HOME is not set and this user has no home folder.",
            "Set QCODE_CONFIG to the path of the file.",
        )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise StateProblem(
            f"{path} exists already, and is left as it is.", "Edit that file, or remove it first."
        ) from None
    sys.stdout.write(visible(f"Wrote {path}.\n"))
    return Exit.OK


def template() -> str:
    """A settings file in which every key is explained and commented out."""
    parts, section = [HEADING], ""
    for name, key in KEYS.items():
        table, _, last = name.rpartition(".")
        if table != section:
            parts.append(f"\n[{table}]\n")
            section = table
        parts.append(f"# {key.help}\n#{last} = {_example(key)}\n")
    return "".join(parts)


def _example(key: Key) -> str:
    return json.dumps("" if key.default is None else key.default)
