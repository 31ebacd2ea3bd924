"""The system calls that are refused inside of the sandbox, as a program for the kernel's filter (classic BPF).

Namespaces keep a command away from what is outside; the filter keeps it away from those parts of the kernel that tests
and tools do not need and that weaknesses are found in, and from what no namespace covers: other machines of the same
host (vsock), the keys of the user, and input that is put into a terminal.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24
"""Where the kernel puts the call's number, the machine, and the low halves of the first two arguments."""
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000
_NEW_NAMESPACES = 0x7E020000
_NEW_TIME = 0x80
_TERMINAL_INPUT = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: text that the terminal takes for typed."""
_FAMILIES = (1, 2, 10, 16)
"""unix, IPv4, IPv6 and netlink, which all end at the sandbox's own network."""

_REFUSED_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "process_madvise": 440,
    "mount_setattr": 442, "quotactl_fd": 443,
}  # fmt: skip
_CLONE3 = 435


@dataclass(frozen=True, slots=True)
class _Machine:
    audit: int
    socket: int
    socketpair: int
    clone: int
    unshare: int
    ioctl: int
    refused: dict[str, int]


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 41, 53, 56, 272, 16, {
        "ptrace": 101, "syslog": 103, "vhangup": 153, "pivot_root": 155, "_sysctl": 156, "adjtimex": 159,
        "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168,
        "reboot": 169, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175,
        "delete_module": 176, "quotactl": 179, "lookup_dcookie": 212, "clock_settime": 227, "kexec_load": 246,
        "add_key": 248, "request_key": 249, "keyctl": 250, "perf_event_open": 298, "fanotify_init": 300,
        "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308,
        "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313,
        "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
    }),
    "aarch64": _Machine(0xC00000B7, 198, 199, 220, 97, 29, {
        "lookup_dcookie": 18, "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "vhangup": 58,
        "quotactl": 60, "acct": 89, "kexec_load": 104, "init_module": 105, "delete_module": 106,
        "clock_settime": 112, "syslog": 116, "ptrace": 117, "reboot": 142, "sethostname": 161, "setdomainname": 162,
        "settimeofday": 170, "adjtimex": 171, "add_key": 217, "request_key": 218, "keyctl": 219, "swapon": 224,
        "swapoff": 225, "perf_event_open": 241, "fanotify_init": 262, "name_to_handle_at": 264,
        "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270,
        "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "bpf": 280, "userfaultfd": 282,
        "kexec_file_load": 294,
    }),
}  # fmt: skip


def program(machine: str) -> bytes | None:
    """The filter for this machine (`os.uname().machine`); None where its system calls are not known here."""
    known = _MACHINES.get(machine)
    if known is None:
        return None
    denied = _step(_RETURN, _FAIL | errno.EPERM)
    absent = _step(_RETURN, _FAIL | errno.ENOSYS)
    no_family = _step(_RETURN, _FAIL | errno.EAFNOSUPPORT)
    steps = [
        _step(_LOAD, _ARCHITECTURE), _step(_EQUAL, known.audit, 1, 0), _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER), _step(_AT_LEAST, _X32, 0, 1), absent,
        _step(_EQUAL, _CLONE3, 0, 1), absent,
    ]  # fmt: skip
    for number in sorted({**known.refused, **_REFUSED_EVERYWHERE}.values()):
        steps += [_step(_EQUAL, number, 0, 1), denied]
    any_new = [_step(_LOAD, _FIRST), _step(_ANY_BIT, _NEW_NAMESPACES, 0, 1), denied]
    steps += _for(known.clone, any_new)
    steps += _for(known.unshare, [*any_new, _step(_ANY_BIT, _NEW_TIME, 0, 1), denied])
    steps += _for(known.ioctl, [
        _step(_LOAD, _SECOND), *(part for ask in _TERMINAL_INPUT for part in (_step(_EQUAL, ask, 0, 1), denied))
    ])  # fmt: skip
    allowed = [_step(_EQUAL, family, len(_FAMILIES) - at, 0) for at, family in enumerate(_FAMILIES)]
    for number in (known.socket, known.socketpair):
        steps += _for(number, [_step(_LOAD, _FIRST), *allowed, no_family])
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _for(number: int, steps: list[bytes]) -> list[bytes]:
    """These steps for one call only; whoever comes through them is allowed."""
    return [_step(_EQUAL, number, 0, len(steps) + 1), *steps, _step(_RETURN, _ALLOW)]


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, value)
