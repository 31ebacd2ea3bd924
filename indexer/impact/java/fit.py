"""Does a call fit a Java method?"""

from __future__ import annotations

from indexer.types import Declaration, Param


def takes(declaration: Declaration, count: int) -> bool:
    """Whether a method takes so many arguments."""
    least, most = arity(declaration.params or ())
    return least <= count and (most is None or count <= most)


def arity(params: tuple[Param, ...]) -> tuple[int, int | None]:
    """The fewest and the most arguments that parameters take; None for any number."""
    fixed = sum(param.kind != "rest" for param in params)
    return fixed, None if any(param.kind == "rest" for param in params) else fixed
