"""What can be said of a file's bytes alone."""

from __future__ import annotations

import re

IN_LFS = "kept in Git LFS"
"""Why such a file is skipped."""
POINTER_SIZE = 1024
"""No Git LFS pointer is longer."""
_HEAD = 8000
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)


def is_binary(data: bytes) -> bool:
    """Git's own test: a zero byte near the start."""
    return b"\0" in data[:_HEAD]


def pointed_at(data: bytes) -> tuple[str, int] | None:
    """SHA-256 and size of the content that a Git LFS pointer stands for; None where `data` is no pointer."""
    found = _POINTER.match(data) if len(data) <= POINTER_SIZE else None
    return (found[1].decode(), int(found[2])) if found else None


def with_line_feeds(data: bytes) -> bytes:
    """`data` with lines that end in LF instead of CR LF; unchanged where it is not text."""
    return data if is_binary(data) else data.replace(b"\r\n", b"\n")
