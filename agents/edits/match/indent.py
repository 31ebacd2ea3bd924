"""Indentation that a whole block has otherwise than the file: found as a map, and used only where it is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Reindent = Callable[[str, int], str | None]
"""A line of the REPLACE half and its number to the line as the file would indent it; None: the map does not tell."""


def indent_of(line: str) -> str:
    """The blanks at the start of a line."""
    return line[: len(line) - len(line.lstrip())]


def reindent(search: Sequence[str], lines: Sequence[str]) -> Reindent | None:
    """How the file indents what SEARCH indents in its way; None where that is not one to one."""
    pairs = [(indent_of(s), indent_of(f)) for s, f in zip(search, lines, strict=True) if s.strip()]
    known = dict(pairs)
    if len(set(pairs)) != len(known) or len(set(known.values())) != len(known):
        return None
    uniform = _shift(known) or _units(known)
    if uniform is not None:
        return _by_rule(uniform)
    return _by_table(known, pairs)


def _by_rule(rule: Callable[[str], str | None]) -> Reindent:
    def apply(line: str, at: int) -> str | None:
        if not line.strip():
            return line
        indent = rule(indent_of(line))
        return None if indent is None else indent + line.lstrip()

    return apply


def _by_table(known: dict[str, str], pairs: Sequence[tuple[str, str]]) -> Reindent:
    """No rule covers all lines. If only the first one is odd, its indentation says nothing of later lines."""
    first = pairs[0][0]
    only_first_odd = all(s == f for s, f in pairs[1:])

    def apply(line: str, at: int) -> str | None:
        if not line.strip():
            return line
        indent = indent_of(line)
        if only_first_odd and at > 0:
            return None if indent == first else line
        new = known.get(indent)
        return None if new is None else new + line.lstrip()

    return apply


def _shift(known: dict[str, str]) -> Callable[[str], str | None] | None:
    """The file is deeper, or less deep, by the same blanks everywhere."""
    s, f = next(iter(known.items()))
    more, less = f.removesuffix(s), s.removesuffix(f)
    if f.endswith(s) and all(file == more + mine for mine, file in known.items()):
        return lambda indent: more + indent
    if s.endswith(f) and all(mine == less + file for mine, file in known.items()):
        return lambda indent: indent[len(less) :] if indent.startswith(less) else None
    return None


def _units(known: dict[str, str]) -> Callable[[str], str | None] | None:
    """Tabs for so many spaces, the other way round, or more spaces for fewer."""
    signs = _only_sign(known), _only_sign({f: s for s, f in known.items()})
    sizes = {len(s): len(f) for s, f in known.items() if s or f}
    if None in signs or not sizes or 0 in sizes or 0 in sizes.values():
        return None
    mine, file = next(iter(sizes.items()))
    if any(m * file != f * mine for m, f in sizes.items()):
        return None
    sign, new = signs

    def convert(indent: str) -> str | None:
        if set(indent) - {sign} or len(indent) * file % mine:
            return None
        return str(new) * (len(indent) * file // mine)

    return convert


def _only_sign(indents: dict[str, str]) -> str | None:
    signs = set("".join(indents))
    return signs.pop() if len(signs) == 1 else None
