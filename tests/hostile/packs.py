"""Objects that are small on disk and huge in memory."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

BASE = 1 << 20
_PIECE = bytes(1 << 20)


def loose_zeros(size: int, keep: Callable[[str, bytes], object]) -> str:
    """A loose blob of so many zeros; `keep` is given its id and its bytes on disk."""
    head = b"blob %d\0" % size
    digest, packer = hashlib.sha1(head), zlib.compressobj(1)
    parts = [packer.compress(head)]
    for _ in range(size // len(_PIECE)):
        digest.update(_PIECE)
        parts.append(packer.compress(_PIECE))
    keep(digest.hexdigest(), b"".join([*parts, packer.flush()]))
    return digest.hexdigest()


def swollen_delta(folder: Path, size: int) -> str:
    """A pack of a base and of a delta that copies it until it is `size` bytes; gives the id the delta claims to have."""
    base = bytes(BASE)
    copies = size // BASE
    delta = _varint(BASE) + _varint(size) + b"\xc0\x10" * copies  # copy 0x100000 bytes from offset 0
    first = _header(3, BASE) + zlib.compress(base, 9)
    offset = len(first)
    second = _header(6, len(delta)) + _distance(offset) + zlib.compress(delta, 9)
    body = b"PACK" + struct.pack(">II", 2, 2) + first + second
    body += hashlib.sha1(body).digest()
    oids = [hashlib.sha1(b"blob %d\0" % BASE + base).digest(), hashlib.sha1(b"swollen").digest()]
    entries = sorted(zip(oids, (first, second), (12, 12 + offset), strict=True))
    name = hashlib.sha1(b"".join(oids)).hexdigest()
    folder.mkdir(exist_ok=True)
    (folder / f"pack-{name}.pack").write_bytes(body)
    (folder / f"pack-{name}.idx").write_bytes(_index(entries, body[-20:]))
    return oids[1].hex()


def _index(entries: list[tuple[bytes, bytes, int]], checksum: bytes) -> bytes:
    fanout = [sum(oid[0] <= first for oid, _, _ in entries) for first in range(256)]
    text = b"\377tOc" + struct.pack(">I", 2) + struct.pack(">256I", *fanout)
    text += b"".join(oid for oid, _, _ in entries)
    text += b"".join(struct.pack(">I", zlib.crc32(data)) for _, data, _ in entries)
    text += b"".join(struct.pack(">I", offset) for _, _, offset in entries) + checksum
    return text + hashlib.sha1(text).digest()


def _header(kind: int, size: int) -> bytes:
    first, size = (kind << 4) | (size & 15), size >> 4
    out = bytearray()
    while size:
        out.append(first | 0x80)
        first, size = size & 0x7F, size >> 7
    return bytes(out) + bytes([first])


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append((value & 0x7F) | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def _distance(offset: int) -> bytes:
    out = [offset & 0x7F]
    while offset := offset >> 7:
        offset -= 1
        out.insert(0, 0x80 | (offset & 0x7F))
    return bytes(out)
