"""A stream of any length in a bounded space: its beginning, its end, and the length of what is between them."""

from __future__ import annotations


class Kept:
    """Keeps at most `room` bytes of what is added."""

    def __init__(self, room: int) -> None:
        self.total = 0
        self._head_room = room // 2
        self._tail_room = room - self._head_room
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, data: bytes) -> None:
        self.total += len(data)
        free = self._head_room - len(self._head)
        self._head += data[:free]
        self._tail += data[free:]
        if len(self._tail) > 2 * self._tail_room + len(data):
            self._shorten()

    @property
    def left_out(self) -> int:
        """How many bytes are not kept."""
        self._shorten()
        return self.total - len(self._head) - len(self._tail)

    def bytes(self) -> bytes:
        """What was kept, with a line in place of what was not."""
        left_out = self.left_out
        gap = b"\n[... %d bytes left out ...]\n" % left_out if left_out else b""
        return bytes(self._head) + gap + bytes(self._tail)

    def _shorten(self) -> None:
        del self._tail[: max(0, len(self._tail) - self._tail_room)]
