"""Real code, an edit of it, and the ways in which a model quotes what it edits not quite right."""

from __future__ import annotations

import random
import re
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Lines = list[str]
SIZES = (4, 14)


@dataclass(frozen=True)
class Case:
    """A file, an edit of it, and the file that the edit must give; None: it must be refused."""

    file: str
    search: str
    replace: str
    after: str | None


@dataclass(frozen=True)
class Draw:
    """Lines `start:end` of real code; `changed`, one of them counted from `start`, becomes the lines `new`."""

    lines: Lines
    start: int
    end: int
    changed: int
    new: Lines

    @property
    def search(self) -> Lines:
        return self.lines[self.start : self.end]

    @property
    def replace(self) -> Lines:
        return [*self.search[: self.changed], *self.new, *self.search[self.changed + 1 :]]

    @property
    def after(self) -> Lines:
        return [*self.lines[: self.start], *self.replace, *self.lines[self.end :]]

    def in_replace(self, at: int) -> int:
        """Where line `at` of SEARCH, which is not the changed one, stands in REPLACE."""
        return at if at < self.changed else at + len(self.new) - 1


def cases(kind: str, seed: int, count: int) -> Iterator[Case]:
    """`count` cases of a kind, always the same for a seed."""
    chance = random.Random(f"{kind} {seed}")
    mutate = KINDS[kind]
    while count:
        drawn = _draw(chance)
        case = mutate(drawn, chance) if drawn else None
        if case and case.search != case.replace:
            count -= 1
            yield case


def _draw(chance: random.Random) -> Draw | None:
    lines = _read(chance.choice(_files()))
    size = chance.randint(*SIZES)
    if len(lines) < 2 * size:
        return None
    start = chance.randrange(len(lines) - size)
    block = lines[start : start + size]
    full = [at for at, line in enumerate(block) if line.strip()]
    if not full or full[0] != 0 or full[-1] != size - 1 or _again(lines, block):
        return None
    changed = chance.choice(full)
    indent = re.match(r"\s*", block[changed])[0]  # type: ignore[index]
    fresh = [f"{indent}changed = {chance.randrange(10**9)}", f"{indent}more({chance.randrange(10**9)})"]
    return Draw(lines, start, start + size, changed, chance.choice([fresh[:1], fresh, [], [block[changed], fresh[1]]]))


@cache
def _files() -> tuple[Path, ...]:
    every = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    return tuple(path for path in every if 3_000 < path.stat().st_size < 100_000)


@cache
def _read(path: Path) -> Lines:
    text = path.read_bytes().decode("utf-8", "replace")
    plain = text.endswith("\n") and not re.search("[\r\f\ufffd\t]", text)
    return text.split("\n")[:-1] if plain else []


def _again(lines: Lines, block: Lines) -> bool:
    """Whether the block stands in the file more than once but for its blanks, so that no one could choose."""
    bare, sought = [line.strip() for line in lines], [line.strip() for line in block]
    return sum(bare[at : at + len(sought)] == sought for at in range(len(bare))) > 1


def _case(draw: Draw, search: Lines, replace: Lines) -> Case:
    return Case(_text(draw.lines), _text(search), _text(replace), _text(draw.after))


def _text(lines: Lines) -> str:
    return "".join(line + "\n" for line in lines)


def _both(change: Callable[[str], str]) -> Callable[[Draw, random.Random], Case]:
    return lambda draw, chance: _case(draw, [change(one) for one in draw.search], [change(one) for one in draw.replace])


def _tabs(line: str) -> str:
    return re.sub(r"^(?: {4})+", lambda found: "\t" * (len(found[0]) // 4), line)


def _trailing(draw: Draw, chance: random.Random) -> Case:
    return _case(draw, [line + chance.choice([" ", "  ", "\t", ""]) for line in draw.search], draw.replace)


def _dedent(draw: Draw, chance: random.Random) -> Case | None:
    depth = min(len(line) - len(line.lstrip()) for line in draw.search if line.strip())
    return _case(draw, [one[depth:] for one in draw.search], [one[depth:] for one in draw.replace]) if depth else None


def _blank_ends(draw: Draw, chance: random.Random) -> Case | None:
    above, below = draw.lines[draw.start - 1 : draw.start], draw.lines[draw.end : draw.end + 1]
    if not all(line.strip() for line in above + below):
        return None
    return _case(draw, ["", *draw.search, ""], ["", *draw.replace, ""])


def _typo(draw: Draw, chance: random.Random) -> Case | None:
    at = chance.choice([at for at in range(len(draw.search)) if at != draw.changed])
    line = draw.search[at]
    letters = [place for place, sign in enumerate(line) if sign.isalnum()]
    if not letters:
        return None
    place = chance.choice(letters)
    wrong = line[:place] + chance.choice(["", "q", line[place] * 2]) + line[place + 1 :]
    search, replace = draw.search, draw.replace
    search[at] = replace[draw.in_replace(at)] = wrong
    return _case(draw, search, replace)


def _dropped(draw: Draw, chance: random.Random) -> Case | None:
    inner = [at for at in range(1, len(draw.search) - 1) if at != draw.changed]
    at = chance.choice(inner)
    search, replace = draw.search, draw.replace
    del search[at], replace[draw.in_replace(at)]
    return _case(draw, search, replace)


def _stale(draw: Draw, chance: random.Random) -> Case | None:
    """The file has a line that came after it was shown."""
    at = chance.randrange(1, len(draw.search))
    line = f"        came_later = {chance.randrange(10**9)}"
    file = [*draw.lines[: draw.start + at], line, *draw.lines[draw.start + at :]]
    place = draw.start + (at if at <= draw.changed else draw.in_replace(at - 1) + 1 if at - 1 != draw.changed else
                          draw.changed + len(draw.new))  # fmt: skip
    after = [*draw.after[:place], line, *draw.after[place:]]
    return Case(_text(file), _text(draw.search), _text(draw.replace), _text(after))


def _twice(draw: Draw, chance: random.Random) -> Case | None:
    away = [at for at in range(len(draw.lines) + 1) if not draw.start < at < draw.end]
    at = chance.choice(away)
    file = [*draw.lines[:at], *draw.search, *draw.lines[at:]]
    return Case(_text(file), _text(draw.search), _text(draw.replace), None)


def _first_stripped(draw: Draw, chance: random.Random) -> Case | None:
    """The text was stripped as a whole, which takes the indentation of its first line alone."""
    if draw.changed == 0 or draw.search[0] == draw.search[0].lstrip() or draw.changed == 1:
        return None
    return _case(draw, [draw.search[0].lstrip(), *draw.search[1:]], [draw.replace[0].lstrip(), *draw.replace[1:]])


def _numbered(draw: Draw, chance: random.Random) -> Case:
    """Only the lines that stay carry their numbers in REPLACE."""
    search = [f"{draw.start + at + 1}| {line}" for at, line in enumerate(draw.search)]
    new = [search[draw.changed] if line == draw.search[draw.changed] else line for line in draw.new]
    return _case(draw, search, [*search[: draw.changed], *new, *search[draw.changed + 1 :]])


def _signed(draw: Draw, chance: random.Random) -> Case | None:
    if draw.search[draw.changed] in draw.new or not all(draw.search):
        return None
    search = [("-" if at == draw.changed else " ") + line for at, line in enumerate(draw.search)]
    new = ["+" + line for line in draw.new]
    return _case(draw, search, [*search[: draw.changed], *new, *search[draw.changed + 1 :]])


def _done(draw: Draw, chance: random.Random) -> Case | None:
    """The file has the edit already; what it replaced is gone."""
    if not draw.new or draw.search[draw.changed] in draw.new:
        return None
    return Case(_text(draw.after), _text(draw.search), _text(draw.replace), None)


KINDS: dict[str, Callable[[Draw, random.Random], Case | None]] = {
    "exact": _both(str),
    "trailing blanks": _trailing,
    "tabs for spaces": _both(_tabs),
    "indented less": _dedent,
    "indented more": _both(lambda line: f"    {line}" if line.strip() else line),
    "blank ends": _blank_ends,
    "typo in context": _typo,
    "dropped line": _dropped,
    "stale: a line came in": _stale,
    "stands twice": _twice,
    "first line stripped": _first_stripped,
    "line numbers": _numbered,
    "signs of a diff": _signed,
    "done already": _done,
}
