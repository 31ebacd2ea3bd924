"""`.qcodeignore`: patterns as in `.gitignore`, for files that git tracks too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


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
        known = self._folders.get(folder)
        if known is None:
            known = self._ignores_folder(folder.rpartition("/")[0]) or self._decides(folder, is_folder=True)
            self._folders[folder] = known
        return known

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
    line = line.removesuffix("\r")
    line = re.sub(r"(?<!\\)((?:\\\\)*) +$", r"\1", line)
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[1:] if negated else line
    folders_only = line.endswith("/")
    line = line.removesuffix("/")
    anchored = "/" in line
    expression = _expression(line.removeprefix("/"))
    if not line or expression is None:
        return None
    try:
        pattern = re.compile(expression if anchored else "(?:.*/)?" + expression, re.DOTALL)
    except re.error:
        return None
    return _Rule(pattern, negated, folders_only)


def _expression(glob: str) -> str | None:
    """The regular expression of a glob; None where it can match nothing."""
    parts: list[str] = []
    place = 0
    while place < len(glob):
        if glob.startswith("**", place):
            piece, place = _double_star(glob, place)
            parts.append(piece)
            continue
        character = glob[place]
        place += 1
        if character == "*":
            parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "[":
            piece_or_none, place = _bracket(glob, place)
            if piece_or_none is None:
                return None
            parts.append(piece_or_none)
        elif character == "\\":
            if place == len(glob):
                return None
            parts.append(re.escape(glob[place]))
            place += 1
        else:
            parts.append(re.escape(character))
    return "".join(parts)


def _double_star(glob: str, place: int) -> tuple[str, int]:
    """`**` between slashes stands for any folders; elsewhere it is one star."""
    end = place
    while end < len(glob) and glob[end] == "*":
        end += 1
    starts = place == 0 or glob[place - 1] == "/"
    if end - place == 2 and starts:
        if end == len(glob):
            return ".+", end
        if glob[end] == "/":
            return "(?:.*/)?", end + 1
    return "[^/]*", end


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
