"""What a command may take, and what it left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one command with everything it starts may take. Sizes are bytes."""

    seconds: float = 120.0
    """On the clock."""
    cpu: int = 600
    """Seconds of computing, for each process."""
    memory: int = 4 << 30
    """Of all processes together; looked at many times a second."""
    address_space: int = 32 << 30
    """Of each process. Far above `memory`: some runtimes reserve much more than they use."""
    file_size: int = 1 << 30
    disk: int = 4 << 30
    """By how much the copy of the work tree may grow."""
    scratch: int = 512 << 20
    """Of /tmp, of the home folder and of /dev/shm, each; they lie in memory."""
    processes: int = 512
    open_files: int = 4096
    kept: int = 256 << 10
    """Of each stream; what is cut out is its middle."""
    output: int = 64 << 20
    """Of each stream; a command that writes more is stopped."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ended."""

    code: int | None
    """The exit code, 128 + n where signal n ended the command; None where the command was stopped."""
    stdout: bytes
    stderr: bytes
    stopped: str | None
    """What stopped it: time, cpu, memory, processes, output, file size, disk, cancelled."""
    seconds: float
    changed: tuple[str, ...]
    """Files of the copy that the command added, changed or removed; nothing of it is in the work tree."""
    isolated: bool
    """False where the user's settings let commands run without a sandbox."""
    left_out: tuple[int, int] = (0, 0)
    """Bytes that were cut out of the middle of stdout and stderr."""
    notes: tuple[str, ...] = ()
    """Sentences about the run: that it was not isolated, that a file is not in the copy."""
