"""Where bubblewrap is, whether it can run, and what a command sees of this machine.

A command sees the programs that the system brought, a few files of /etc, and nothing else: no home, no other project,
no socket, no mount. Everything of it is read-only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.errors import ToolProblem

PLACES = ("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap", "/run/current-system/sw/bin/bwrap")
PRLIMITS = ("/usr/bin/prlimit", "/bin/prlimit", "/run/current-system/sw/bin/prlimit")
HOME = "/home/sandbox"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NOBODY = "65534"
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store",
    "/run/current-system/sw",
)  # fmt: skip
_SETTINGS = (
    "alternatives", "ca-certificates", "debian_version", "fonts", "group", "hosts", "java*", "ld.so.cache",
    "ld.so.conf", "ld.so.conf.d", "localtime", "magic", "mime.types", "nsswitch.conf", "os-release", "passwd",
    "pki/tls/certs", "pki/ca-trust/extracted", "protocols", "python3*", "services", "ssl/certs", "ssl/openssl.cnf",
    "timezone",
)  # fmt: skip
_SECONDS = 20
_FAILS = "bubblewrap can't make a sandbox here"
_REMEDY = (
    "Allow user namespaces for it: see the sysctls user.max_user_namespaces and "
    "kernel.apparmor_restrict_unprivileged_userns, and in a container its seccomp profile."
)


@dataclass(frozen=True, slots=True)
class Isolation:
    """A bubblewrap that was seen to work."""

    command: tuple[str, ...]
    """The program with everything that is the same for every command, up to the mounts of the system."""
    prlimit: str


def isolation(named: str | None) -> Isolation:
    """The bubblewrap of this machine, tried once. Raises ToolProblem where there is none or it can't run."""
    program = _bubblewrap(named)
    prlimit = first_program(PRLIMITS)
    if prlimit is None:
        raise ToolProblem("Commands run under limits, and the program prlimit was not found.", "Install util-linux.")
    found = Isolation((program, *_namespaces(), *_system()), prlimit)
    complaint = _try(found)
    if "--disable-userns" in complaint:  # bubblewrap older than 0.8; the filter refuses user namespaces too
        found = Isolation(tuple(part for part in found.command if part != "--disable-userns"), prlimit)
        complaint = _try(found)
    if complaint:
        raise ToolProblem(f"{_FAILS}: {complaint}.", _REMEDY)
    return found


def first_program(places: Iterable[str]) -> str | None:
    """The first of these files that can be run."""
    return next((place for place in places if Path(place).is_file() and os.access(place, os.X_OK)), None)


def scratch_folders(size: int) -> list[str]:
    """The folders that a command may write to beside its copy, each with this many bytes in memory."""
    sized = ("--size", str(size), "--perms", "0700", "--tmpfs")
    return [*sized, "/tmp", *sized, "/home", "--dir", HOME, *sized, "/dev/shm"]  # noqa: S108


def with_settings(found: Isolation, folder: Path) -> Isolation:
    """The same with an /etc that is put together in `folder`: one mount instead of one a file, which took 8 ms more."""
    for pattern in _SETTINGS:
        for place in sorted(Path("/etc").glob(pattern)):
            target = folder / place.relative_to("/etc")
            target.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError, shutil.Error):  # what can't be read here is not shown
                if place.is_dir() and not place.is_symlink():
                    shutil.copytree(place, target, symlinks=True)
                else:
                    shutil.copyfile(place, target, follow_symlinks=False)
    return replace(found, command=(*found.command, "--ro-bind", str(folder), "/etc"))


def _bubblewrap(named: str | None) -> str:
    if named is not None and not named.startswith("/"):
        raise ToolProblem(
            f"The setting names bubblewrap as {named}, which is no absolute path.", "Give the whole path."
        )
    found = first_program((named,) if named else PLACES)
    if found is None:
        where = named or "any of the system's folders"
        raise ToolProblem(
            f"Commands run in a sandbox, and bubblewrap (bwrap) was not found in {where}.",
            "Install it, for example with `apt-get install bubblewrap`.",
        )
    return found


def _namespaces() -> Sequence[str]:
    # As root the ids of the outside stay in force behind the mapping: a /proc that can be written to would be the whole
    # machine's, so `sandbox` makes it read-only.
    identity = ("--uid", NOBODY, "--gid", NOBODY) if os.getuid() == 0 else ()
    return (
        "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--disable-userns", *identity, "--hostname", "sandbox", "--die-with-parent", "--new-session",
        "--cap-drop", "ALL", "--clearenv",
    )  # fmt: skip


def _system() -> list[str]:
    parts = []
    for place in _SYSTEM:
        if os.path.islink(place):  # noqa: PTH114
            parts += ["--symlink", os.readlink(place), place]  # noqa: PTH115
        elif os.path.isdir(place):  # noqa: PTH112
            parts += ["--ro-bind", place, place]
    return [*parts, "--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev"]


def _try(found: Isolation) -> str:
    """Why it does not work, as bubblewrap says it; empty where it does."""
    command = [
        *found.command,
        *scratch_folders(1 << 20),
        "--remount-ro",
        "/dev",
        "--remount-ro",
        "/",
        "--",
        found.prlimit,
        "-V",
    ]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env={}, cwd="/", timeout=_SECONDS, check=False
        )
    except OSError as error:
        return str(error.strerror or error)
    except subprocess.TimeoutExpired:
        return f"it did not answer within {_SECONDS} seconds"
    if done.returncode == 0:
        return ""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"]
    text = said[-1].removeprefix("bwrap: ").rstrip(".")
    return "".join(character if character.isprintable() else "?" for character in text)[:300]
