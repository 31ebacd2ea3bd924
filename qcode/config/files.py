"""Settings files: found, read and checked. A file of the repository is read as something a stranger wrote."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from indexer.errors import UsageProblem
from qcode.config.keys import EXCLUSIVE, KEYS, REPOSITORY_SECTIONS, SECTIONS, Key

LARGEST_FILE = 1 << 20
LOCKED = "locked"
KEY_REMEDY = "`qcode config show` lists every key."
KEY_FILE_REMEDY = "Put the key into a file of its own and name it with `backend.api_key_file`, or use QCODE_API_KEY."
SECRET_KEYS = frozenset({"backend.api_key", "backend.key", "backend.token", "backend.password"})

_QUOTED = re.compile(rb"\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|\\.|#[^\n]*", re.DOTALL)
_LONG_KEY = re.compile(rb"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){32}")


@dataclass(frozen=True, slots=True)
class Layer:
    """The checked values of one file, by dotted key, and the keys that weaker sources may not override."""

    values: Mapping[str, Any]
    locked: frozenset[str] = frozenset()


def read_system(path: Path) -> Layer | None:
    """The administrator's file, which alone may lock keys; None where there is none."""
    table = _table(path, os.O_RDONLY)
    if table is None:
        return None
    locked = _locked(table.pop(LOCKED, []), path)
    return Layer(_checked(table, path), locked)


def read_user(path: Path) -> Layer | None:
    """The user's own file; None where there is none."""
    table = _table(path, os.O_RDONLY)
    return None if table is None else Layer(_checked(table, path))


def read_repository(path: Path) -> Layer | None:
    """The file that a repository brings along, which may set only [review], [ui] and `ignore`."""
    if path.parent.is_symlink():
        raise UsageProblem(
            f"{path.parent} is a symbolic link, which a repository's settings may not be.", f"Remove {path.parent}."
        )
    table = _table(path, os.O_RDONLY | os.O_NOFOLLOW)
    if table is None:
        return None
    for name in _leaves(table):
        if name != "ignore" and name.split(".")[0] not in REPOSITORY_SECTIONS:
            raise UsageProblem(
                f"{path} sets `{name}`, but a repository may set only [review], [ui] and `ignore`.",
                "Move that key to your own settings file; `qcode config show` says where it is.",
            )
    return Layer(_checked(table, path))


# ---------------------------------------------------------------- reading


def _table(path: Path, flags: int) -> dict[str, Any] | None:
    data = _bytes(path, flags)
    if data is None:
        return None
    try:
        if _LONG_KEY.search(_QUOTED.sub(b"x", data)):  # the parser's work and memory grow with the square of its parts
            raise RecursionError
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageProblem(f"{path} is not UTF-8 text (line {line}).", "Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(f"{path} is not valid TOML: {_with_line(error)}.", "Correct that line.") from None
    except ValueError:  # a number of more digits than Python converts
        raise UsageProblem(f"{path} has a number that is too long.", "Correct that number.") from None
    except RecursionError:
        raise UsageProblem(f"{path} nests its values too deeply.", "Write it without nested lists.") from None


def _bytes(path: Path, flags: int) -> bytes | None:
    try:
        descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = "it is a symbolic link" if path.is_symlink() and flags & os.O_NOFOLLOW else error.strerror
        raise UsageProblem(f"{path} can't be read: {reason}.", "Correct the file or its permissions.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageProblem(f"{path} is not a regular file.", "Replace it with a TOML file, or remove it.")
    with open(descriptor, "rb") as file:  # noqa: PTH123 - opened by descriptor, so that it is what was checked
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise UsageProblem(f"{path} is larger than {LARGEST_FILE >> 20} MiB.", "A settings file has a few lines.")
    return data


def _with_line(error: tomllib.TOMLDecodeError) -> str:
    """The parser's message as the end of a sentence, without text of the file, which could be a secret."""
    place = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(error))
    what = re.sub(r"\s*\(at .*\)", "", str(error), flags=re.DOTALL).strip()
    if not what.startswith("Expected "):  # what it expected is a sign of its own
        what = re.sub(r"[:;]? ?['\"].*", "", what, flags=re.DOTALL)
    return f"{what[:1].lower()}{what[1:]} at {place.group(1) if place else 'an unknown place'}"


# ---------------------------------------------------------------- checking


def _checked(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    values = {}
    for name, value in _flat(table, path):
        key = KEYS.get(name)
        if key is None:
            raise _unknown(name, path)
        values[name] = accept(key, value, path.parent, f"{path} sets `{name}`")
    if all(name in values for name in EXCLUSIVE):
        raise UsageProblem(f"{path} sets both `{EXCLUSIVE[0]}` and `{EXCLUSIVE[1]}`.", "Keep one of the two.")
    return values


def accept(key: Key, value: object, base: Path, who: str) -> object:
    """The value as it is kept; UsageProblem, which begins with `who`, if it is not what the key takes."""
    kept = key.kind.accept(value, base)
    if kept is None:
        raise UsageProblem(f"{who} to something it can't be: it must be {key.kind.says}.", "Correct the value.")
    return kept


def _flat(table: Mapping[str, Any], path: Path, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        dotted = f"{prefix}{name}"
        if dotted in SECTIONS:
            if not isinstance(value, dict):
                raise UsageProblem(
                    f"{path} sets `{dotted}` to a value, but it is a section.", f"Write it as [{dotted}]."
                )
            yield from _flat(value, path, f"{dotted}.")
        else:
            yield dotted, value


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Every dotted name that a file mentions, an empty section included."""
    for name, value in table.items():
        dotted = f"{prefix}{name}"
        if isinstance(value, dict) and value and dotted in SECTIONS:
            yield from _leaves(value, f"{dotted}.")
        else:
            yield dotted


def _locked(value: object, path: Path) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise UsageProblem(
            f"{path} sets `{LOCKED}` to something it can't be: it must be a list of keys.", "Correct the value."
        )
    names = set()
    for name in value:
        within = {key for key in KEYS if key == name or key.startswith(f"{name}.")}
        if not within:
            raise UsageProblem(f"{path} locks `{name}`, which is no key and no section.", KEY_REMEDY)
        names |= within
    return frozenset(names.union(EXCLUSIVE) if names.intersection(EXCLUSIVE) else names)


def _unknown(name: str, path: Path) -> UsageProblem:
    if name in SECRET_KEYS:
        return UsageProblem(f"{path} sets `{name}`, but a settings file never holds a key.", KEY_FILE_REMEDY)
    if name == LOCKED:
        return UsageProblem(f"{path} sets `{LOCKED}`, which only the system's file may.", "Remove that line.")
    close = get_close_matches(name, KEYS, n=1)
    hint = f"; did you mean `{close[0]}`?" if close else "."
    return UsageProblem(f"{path} sets `{name}`, which is no setting{hint}", KEY_REMEDY)
