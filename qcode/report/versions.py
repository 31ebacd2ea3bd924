"""A definition before and after a change, in the room there is: where it does not fit, its middle is the difference."""

from __future__ import annotations

from collections.abc import Sequence

from qcode.report.width import ELLIPSIS, cells, cropped

_LONGEST_HEAD = 60
_LEAD = 4
"""A part in so many stands before the difference, for the reader to see where in the definition it is."""


def fitted(texts: Sequence[str], room: int, ellipsis: str = ELLIPSIS) -> list[str]:
    """Each text in at most `room` cells: whole if all of them are, else its head and what is around the difference.

    `texts` are one, or the text before and the text after.
    """
    if all(cells(text) <= room for text in texts):
        return list(texts)
    same = next((at for at, signs in enumerate(zip(*texts, strict=False)) if len(set(signs)) > 1), min(map(len, texts)))
    same = same if len(texts) > 1 else 0
    return [_around(text, same, room, ellipsis) for text in texts]


def _around(text: str, same: int, room: int, ellipsis: str) -> str:
    """The text, of which the first `same` characters are also the other one's."""
    head = _head(text)
    begin = min(same - room // _LEAD, len(text) - (room - len(head) - 2 * len(ellipsis)))
    if begin <= len(head):
        return cropped(text, room, ellipsis)
    start = head + ellipsis
    return start + cropped(text[begin:], room - cells(start), ellipsis)


def _head(text: str) -> str:
    """`def request(` of the whole definition, nothing where that is long itself."""
    return text[: text.find("(") + 1] if text.find("(") < _LONGEST_HEAD else ""
