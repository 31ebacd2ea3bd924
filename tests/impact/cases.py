"""How a case of the impact suite is written down: two states of a few files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import dedent

Files = Mapping[str, str]
Check = Callable[[Files, Files], None]
Case = tuple[dict[str, str], dict[str, str]]


def case(base: Mapping[str, str], head: Mapping[str, str | None]) -> Case:
    """Files that `head` does not mention stay as they are; None deletes.

    A file that only `head` has, and that holds a mark, is a caller: it was there before the change as well.
    """
    callers = {path: text for path, text in head.items() if path not in base and text and (" !" in text)}
    before = {path: dedent(text).lstrip("\n") for path, text in {**callers, **base}.items()}
    changed = {path: dedent(text).lstrip("\n") for path, text in head.items() if text is not None}
    return before, {path: text for path, text in {**before, **changed}.items() if head.get(path, "") is not None}
