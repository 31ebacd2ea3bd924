"""Compressed bodies, unpacked piece by piece so that a bomb never becomes one large string."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from indexer.net.problems import NetProblem

_PIECE = 1 << 16
_OTHERS = ("br", "zstd", "compress", "x-compress", "lzma", "xz")
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class Unpacker:
    """Undoes a body's Content-Encoding. Raises NetProblem for one that was not asked for or is damaged."""

    def __init__(self, encoding: str, origin: str) -> None:
        name = encoding.strip().lower()
        self._origin = origin
        self._inflate = zlib.decompressobj(_WINDOWS[name]) if name in _WINDOWS else None
        if self._inflate is None and name not in ("", "identity"):
            raise NetProblem(
                "bad-compression",
                f"{origin} packs its answers in a way that was not asked for"
                + (f" ({name})." if name in _OTHERS else "."),
                "Turn compression off on the way to the server.",
            )

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """The plain bytes of `data`, at most 64 KiB at a time."""
        if self._inflate is None:
            yield data
            return
        while data and not self._inflate.eof:
            try:
                plain = self._inflate.decompress(data, _PIECE)
            except zlib.error as error:
                raise self._damaged() from error
            if plain:
                yield plain
            data = self._inflate.unconsumed_tail
        if self._inflate.unused_data or data:
            raise self._damaged()  # what stands behind the end would be left out of the answer

    def finish(self) -> None:
        """Raise NetProblem where the packed body ended before its end."""
        if self._inflate is not None and not self._inflate.eof:
            raise self._damaged()

    def _damaged(self) -> NetProblem:
        return NetProblem(
            "bad-compression", f"The packed answer of {self._origin} is damaged.", "Look at what stands between."
        )
