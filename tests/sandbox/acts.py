"""Twenty bad acts as small programs, and a world outside of the sandbox in which each of them leaves a trace."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.sandbox import Limits

PYTHON = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else os.path.realpath(sys.executable)
READABLE = () if PYTHON.startswith("/usr/") else (Path(sys.base_prefix),)
SECRET = "canary-3f9b61"
LIMITS = Limits(seconds=30, memory=512 << 20, processes=64)
GIT = ("-c", "user.name=Kim Minseo", "-c", "user.email=minseo@example.com", "-c", "init.defaultBranch=main")


@dataclass(frozen=True)
class World:
    """What lies around a work tree, each part of it watched."""

    folder: Path
    victim: subprocess.Popen[bytes]
    tcp: socket.socket
    udp: socket.socket
    named: socket.socket
    abstract: socket.socket

    @property
    def tree(self) -> Path:
        return self.folder / "tree"

    @property
    def sibling(self) -> Path:
        return self.folder / "sibling"

    @property
    def arguments(self) -> list[str]:
        """What a program needs to know to find the world."""
        ports = [str(self.tcp.getsockname()[1]), str(self.udp.getsockname()[1])]
        return [str(self.folder), *ports, self.abstract_name, str(self.victim.pid)]

    @property
    def abstract_name(self) -> str:
        return f"qcode-{self.victim.pid}"

    def reached(self, one: socket.socket) -> bool:
        """Whether anybody wrote or connected to the socket."""
        return bool(select.select([one], [], [], 0)[0])

    def victim_died(self) -> bool:
        return self.victim.poll() is not None


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """The world in `folder`; everything in it ends with the block."""
    for name in ("tree", "sibling", "home/.ssh"):
        (folder / name).mkdir(parents=True)
    (folder / "home/.ssh/id_ed25519").write_text(SECRET)
    (folder / "sibling/linked.txt").write_text("as it was")
    tree = folder / "tree"
    (tree / "a.txt").write_text("a\n")
    (tree / "out").symlink_to(folder / "sibling")
    (tree / "linked.txt").hardlink_to(folder / "sibling/linked.txt")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "GIT_CONFIG_NOSYSTEM": "1"}
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *GIT, *command], cwd=tree, env=environment, check=True)
    (tree / "a.txt").write_text("a\nb\n")
    victim = subprocess.Popen(["sleep", "600"], env={"TOKEN": SECRET, "PATH": os.environ["PATH"]})
    sockets = [
        socket.create_server(("127.0.0.1", 0)),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        socket.socket(socket.AF_UNIX),
        socket.socket(socket.AF_UNIX),
    ]
    sockets[1].bind(("127.0.0.1", 0))
    sockets[2].bind(str(folder / "s"))
    sockets[3].bind(f"\0qcode-{victim.pid}")
    for one in sockets[2:]:
        one.listen()
    try:
        yield World(folder, victim, *sockets)
    finally:
        victim.kill()
        victim.wait()
        for one in sockets:
            one.close()


@dataclass(frozen=True)
class Act:
    """A program, and whether the world shows that it did what it wanted. It may print `done` as evidence."""

    name: str
    program: str
    succeeded: Callable[[World, str], bool]

    def argv(self, around: World) -> list[str]:
        return [PYTHON, "-c", _HEAD + self.program, *around.arguments]


_HEAD = """
import ctypes, os, signal, socket, sys
from pathlib import Path
folder, tcp, udp, abstract, victim = sys.argv[1:]
folder, victim = Path(folder), int(victim)
libc = ctypes.CDLL(None, use_errno=True)
"""


def _done(_: World, printed: str) -> bool:
    return "done" in printed


def _tells(_: World, printed: str) -> bool:
    return SECRET in printed


ACTS = (
    Act(
        "write to a sibling folder",
        "(folder / 'sibling/new').write_text('x')",
        lambda w, _: (w.sibling / "new").exists(),
    ),
    Act(
        "write to the home folder",
        "(folder / 'home/.bashrc').write_text('x')",
        lambda w, _: (w.folder / "home/.bashrc").exists(),
    ),
    Act(
        "write through a link",
        "Path('out/through').write_text('x')",
        lambda w, _: (w.sibling / "through").exists(),
    ),
    Act(
        "write through another name of a file",
        "Path('linked.txt').write_text('x')",
        lambda w, _: (w.sibling / "linked.txt").read_text() == "x",
    ),
    Act(
        "move a file out",
        "os.rename('a.txt', folder / 'sibling/moved')",
        lambda w, _: (w.sibling / "moved").exists(),
    ),
    Act(
        "plant a git hook",
        "Path('.git/hooks').mkdir(exist_ok=True); Path('.git/hooks/post-checkout').write_text('x')",
        lambda w, _: (w.tree / ".git/hooks/post-checkout").exists(),
    ),
    Act("read a key", "print((folder / 'home/.ssh/id_ed25519').read_text())", _tells),
    Act(
        "connect by TCP",
        "socket.create_connection(('127.0.0.1', int(tcp)), 5)",
        lambda w, _: w.reached(w.tcp),
    ),
    Act(
        "send by UDP",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', int(udp)))",
        lambda w, _: w.reached(w.udp),
    ),
    Act(
        "connect to an abstract socket",
        "socket.socket(socket.AF_UNIX).connect('\\0' + abstract)",
        lambda w, _: w.reached(w.abstract),
    ),
    Act(
        "connect to a socket file",
        "socket.socket(socket.AF_UNIX).connect(str(folder / 's'))",
        lambda w, _: w.reached(w.named),
    ),
    Act("signal a process", "os.kill(victim, signal.SIGKILL)", lambda w, _: _dies(w)),
    Act("read another process's environment", "print(Path(f'/proc/{victim}/environ').read_text())", _tells),
    Act(
        "trace a process",
        "print('done' if libc.ptrace(16, victim, 0, 0) == 0 or libc.ptrace(0, 0, 0, 0) == 0 else '')",
        _done,
    ),
    Act(
        "use io_uring",
        "print('done' if libc.syscall(425, 8, ctypes.create_string_buffer(256)) >= 0 else ctypes.get_errno())",
        _done,
    ),
    Act("make a user namespace", "print('done' if libc.unshare(0x10020000) == 0 else '')", _done),
    Act(
        "read the caller's environment",
        "print('done' if 'PYTEST_CURRENT_TEST' in os.environ else '')",
        _done,
    ),
    Act(
        "make a file of 10 GB",
        "Path('large').open('wb').truncate(10 << 30); print('done')",
        _done,
    ),
    Act(
        "start 300 processes",
        """
started = []
try:
    for _ in range(300):
        child = os.fork()
        if not child:
            signal.pause()
        started.append(child)
    print('done', flush=True)
finally:
    for child in started:
        os.kill(child, signal.SIGKILL)
""",
        _done,
    ),
    Act("take 1 GB of memory", "kept = [b'x' * (16 << 20) for _ in range(64)]; print('done')", _done),
)


def _dies(around: World) -> bool:
    ended = os.pidfd_open(around.victim.pid)
    try:
        return bool(select.select([ended], [], [], 0.05)[0])
    finally:
        os.close(ended)
