"""`.qcodeignore`: patterns as in `.gitignore`, for files that git tracks too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_STAR = "*"
_FOLDERS = "**"


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    negated: bool
    folders_only: bool


class IgnoreRules:
    """The rules of an ignore file: the last one that fits decides, and nothing below an ignored folder returns."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules = [rule for line in lines if (rule := _rule(line)) is not None]
        self._folders: dict[str, bool] = {"": False}

    def matches(self, path: str) -> bool:
        """Whether the file `path` is ignored."""
        if not self._rules:
            return False
        folder = path.rpartition("/")[0]
        return self._ignores_folder(folder) or self._decides(path, is_folder=False)

    def _ignores_folder(self, folder: str) -> bool:
        unknown = []
        while folder not in self._folders:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        ignored = self._folders[folder]
        for inner in reversed(unknown):
            ignored = self._folders[inner] = ignored or self._decides(inner, is_folder=True)
        return ignored

    def _decides(self, path: str, *, is_folder: bool) -> bool:
        for rule in reversed(self._rules):
            if (is_folder or not rule.folders_only) and rule.pattern.fullmatch(path):
                return not rule.negated
        return False


@lru_cache(maxsize=8)
def rules_of(text: str) -> IgnoreRules:
    """The rules that `text`, the content of an ignore file, holds."""
    return IgnoreRules(text.removeprefix("\ufeff").split("\n"))


def _rule(line: str) -> _Rule | None:
    line = _without_blanks(line.removesuffix("\r"))
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[1:] if negated else line
    folders_only = line.endswith("/")
    line = line.removesuffix("/")
    glob = line.removeprefix("/")
    parts = _parts(glob)
    if not line or parts is None or glob.startswith("/"):
        return None
    anchored = "/" in line
    try:
        pattern = re.compile(_expression(parts if anchored else [_FOLDERS, *parts]), re.DOTALL)
    except re.error:
        return None
    return _Rule(pattern, negated, folders_only)


def _without_blanks(line: str) -> str:
    """The line without blanks at its end, but for one that a backslash keeps."""
    bare = line.rstrip(" ")
    slashes = len(bare) - len(bare.rstrip("\\"))
    return line[: len(bare) + 1] if slashes % 2 else bare


def _parts(glob: str) -> list[str] | None:
    """For each part of a path the expression that fits it, `_FOLDERS` for `**`; None where the glob fits nothing."""
    parts: list[str] = []
    tokens: list[str] = []
    place = 0
    while place < len(glob):
        character = glob[place]
        if glob.startswith("**", place):
            stands_for_folders, place = _double_star(glob, place)
            if stands_for_folders:
                parts.append(_FOLDERS)
                tokens += [".+"] if glob.endswith("**") and place == len(glob) else []
            else:
                tokens.append(_STAR)
            continue
        place += 1
        if character == "\\":
            if place == len(glob):
                return None
            character = glob[place]
            place += 1
            tokens.append(re.escape(character))
        elif character == "[":
            token, place = _bracket(glob, place)
            if token is None:
                return None
            tokens.append(token)
        elif character != "/":
            tokens.append({"*": _STAR, "?": "[^/]"}.get(character) or re.escape(character))
        if character == "/":
            parts.append(_part(tokens[:-1] if tokens[-1:] == ["/"] else tokens))
            tokens = []
    return [*parts, _part(tokens)]


def _part(tokens: Sequence[str]) -> str:
    """The expression of one part. Every token but a star stands for one character, so what lies between two stars may
    be taken where it first fits: the atomic groups keep a rule of many stars from trying all other places."""
    runs = "".join("\0" if token == _STAR else token for token in tokens).split("\0")
    first, last = runs[0], runs[-1]
    between = "".join(f"(?>[^/]*?{run})" for run in runs[1:-1] if run)
    return f"{first}{between}[^/]*{last}" if len(runs) > 1 else first


def _expression(parts: Iterable[str]) -> str:
    """The expression of a whole path; with several `**`, what lies between two of them is taken where it first fits."""
    runs: list[list[str]] = [[]]
    for part in parts:
        if part == _FOLDERS:
            runs.append([])
        else:
            runs[-1].append(part)
    first, *others = ("/".join(run) for run in runs)
    if not others:
        return first
    between = "".join(f"(?>(?:[^/]+/)*?{run}/)" for run in others[:-1] if run)
    return (f"{first}/" if first else "") + between + "(?:[^/]+/)*" + others[-1]


def _double_star(glob: str, place: int) -> tuple[bool, int]:
    """Whether the stars at `place` stand for any folders, as `**` between slashes does, and where the glob goes on."""
    end = place
    while end < len(glob) and glob[end] == "*":
        end += 1
    starts = place == 0 or glob[place - 1] == "/"
    if not starts or glob[end : end + 1] not in ("", "/"):
        return False, end
    return True, min(end + 1, len(glob))


def _bracket(glob: str, place: int) -> tuple[str | None, int]:
    """A set of characters; it never stands for a slash."""
    end = place
    negated = end < len(glob) and glob[end] in "!^"
    end += negated
    members: list[str] = []
    first = True
    while end < len(glob) and (first or glob[end] != "]"):
        first = False
        if glob.startswith("[:", end) and (close := glob.find(":]", end)) > 0:
            named = _CLASSES.get(glob[end + 2 : close])
            if named is None:
                return None, end
            members.append(named)
            end = close + 2
            continue
        low, end = _member(glob, end)
        if end + 1 < len(glob) and glob[end] == "-" and glob[end + 1] != "]":
            high, end = _member(glob, end + 1)
            if low <= high:
                members.append(f"{re.escape(low)}-{re.escape(high)}")
        else:
            members.append(re.escape(low))
    if end >= len(glob):
        return None, end
    inside = "".join(members)
    if negated:
        return f"[^/{inside}]", end + 1
    return (f"(?!/)[{inside}]" if inside else "(?!)"), end + 1


def _member(glob: str, place: int) -> tuple[str, int]:
    if glob[place] == "\\" and place + 1 < len(glob):
        return glob[place + 1], place + 2
    return glob[place], place + 1


_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": re.escape("!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~") + re.escape("\\"),
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
