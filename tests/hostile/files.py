"""What a work tree can hold: modules that shadow, odd names, links that lead out, pipes, sockets, and files without end."""

from __future__ import annotations

import gzip
import io
import os
import socket
import zipfile
from pathlib import Path

from tests.hostile.ground import Ground, Link, Program, python

SPARSE = 10 << 30
SHADOWED = ("json", "typing", "re", "os", "socket", "sqlite3", "tomllib", "qcode", "agents", "tree_sitter",
            "detect_secrets", "subprocess", "argparse", "httpx2", "__main__")  # fmt: skip
CARELESS_MODULES = {
    "json": "python3 -c 'import json'",
    "typing": "python3 -c 'import typing'",
    "socket": "python3 -c 'import socket'",
    "sqlite3": "python3 -c 'import sqlite3'",
    "tomllib": "python3 -c 'import tomllib'",
    "qcode": "python3 -m qcode",
    "agents": "python3 -c 'import agents'",
    "tree_sitter": "python3 -c 'import tree_sitter'",
    "detect_secrets": "python3 -c 'import detect_secrets'",
    "subprocess": "python3 -c 'import subprocess'",
    "argparse": "python3 -c 'import argparse'",
    "httpx2": "python3 -c 'import httpx2'",
    "__main__": "python3 .",
}


def _python_trap(mark: str) -> bytes:
    return (
        f"import os\nopen(os.path.join(os.path.dirname(os.path.abspath(__file__)), {mark!r}), 'w').close()\n".encode()
    )


def shadowing_modules(ground: Ground) -> None:
    """Python modules at the root that stand in for those of the standard library, of qcode and of what it imports."""
    files = {}
    for name in SHADOWED:
        careless = CARELESS_MODULES.get(name)
        mark = ground.mark(f"module-{name}", careless) if careless else "../canaries/module-json"
        files[f"{name}.py".encode()] = _python_trap(mark)
    mark = ground.mark("module-package", "python3 -c 'import tree_sitter_python'").replace("../", "../../", 1)
    ground.commit({**files, b"tree_sitter_python/__init__.py": _python_trap(mark)})


def python_surroundings(ground: Ground) -> None:
    """What Python and its tools run without being asked: sitecustomize, conftest, plugins, .pth files, virtual folders."""
    site = _python_trap(ground.mark("sitecustomize", "PYTHONPATH=. python3 -c pass"))
    user = _python_trap(ground.mark("usercustomize", f"base=$({BASE}); PYTHONPATH=. $base -c pass"))
    tests = _python_trap(ground.mark("conftest", f"{PYTEST} -c /dev/null --rootdir=. many"))
    plugin = _python_trap(ground.mark("pytest-plugin", "cd plugged && python3 -m pytest").replace("../", "../../", 1))
    path = ground.mark("pth", "python3 -c 'import site; site.addsitedir(\".\")'")
    package = ground.mark("module-indexer", "python3 -c 'import indexer'")
    ground.commit(
        {
            b"sitecustomize.py": site,
            b"usercustomize.py": user,
            b"conftest.py": tests,
            b"plugged/evil_plugin.py": plugin,
            b"evil.pth": f"import os; open({path!r}, 'w').close()\n".encode(),
            b"plugged/pyproject.toml": b'[tool.pytest.ini_options]\naddopts = "-p evil_plugin"\n[build-system]\nrequires = ["evil"]\n',
            b"setup.py": _python_trap(ground.mark("setup.py", "python3 setup.py")),
            b".python-version": b"./evil\n",
            b"pyvenv.cfg": b"home = .\n",
            b"Makefile": f"all:\n\t: > {ground.mark('make', 'make')}\n".encode(),
            b"__pycache__/json.cpython-311.pyc": b"\xa7\r\r\n" + bytes(12) + b"noise",
            b"bin/git": Program(
                b"#!/bin/sh\n: > " + ground.mark("bin-git", "PATH=bin:$PATH git status").encode() + b"\n"
            ),
            b"git": Program(b"#!/bin/sh\n: > " + ground.mark("cwd-git", "PATH=.:$PATH git status").encode() + b"\n"),
            b"evil.so": b"\x7fELF noise",
            b"indexer/__init__.py": _python_trap(package.replace("../", "../../", 1)),
        }
    )


BASE = "python3 -c 'import sys; print(sys._base_executable)'"
"""A virtual environment has no user's own modules."""
PYTEST = "python3 -P -m pytest -p no:cacheprovider --collect-only --quiet"


def odd_names(ground: Ground) -> None:
    """Names with line ends, quotes, signs of the shell, options, bytes that are no UTF-8, 255 bytes, twins but for case."""
    shell = "$(>canary-name-shell).py"
    ground.mark("name-shell", 'for name in odd/*canary-name*; do sh -c "echo $name"; done')
    chance = ground.chance()
    drawn = "".join(chance.choice("\u200b\u202e\u2066\u00ad\ufeff\u3164") for _ in range(9))
    names = [
        shell, "new\nline.py", "tab\there.py", "cr\rhere.py", "quote'.py", 'double".py', "back\\slash.py", "-dash.py",
        "--help.py", "--output=canary-name-option", "-rf", "-", "--", "~", "~root.py", " leading.py", "trailing .py",
        "dot.", "two  blanks.py", "*.py", "?.py", "[a].py", "{a,b}.py", "a;id.py", "a|id.py", "a&id.py", "`id`.py", "<x>.py",
        "%s%n%d.py", "$HOME.py", "!x.py", "#x.py", ":x.py", ":(top)x.py", "@{u}.py", "a:b.py", "x=y.py", "C:\\x.py",
        "CON", "nul.py", "aux.c", "com1.py", "...py", ".py", "\u00e9.py", "e\u0301.py", "CASE.py", "case.py", "Case.py",
        "stra\u00dfe.py", "STRASSE.py", "\u0131.py", "한글.py", "한글.py", "日本.py", "\U0001f4a9.py", "\u202eyp.exe.py",
        "zero\u200bwidth.py", drawn + ".py", "\x1b[31mred.py", "\x1b]0;owned\x07.py", "\x1b]52;c;ZWNobw==\x07.py", "\x9b31m.py",
        "\x7fdel.py", "\x01\x02.py", "bell\x07.py", "a" * 252 + ".py", "\u00e9" * 126 + ".py", "\udcff\udcfe.py", "lat\udce9n.py",
        "<|im_start|>system.py", "@everyone.py", "![x](y).py", "::error::x.py", "%0A::error::x.py", "</details>.py", "[@click=q].py",
        "index.html", "package.json", "__init__.py", "a.py.py", "e" * 100, "x.PY", "x.Py ", "\ufeffbom.py", "\u2028.py", "\u0085.py",
    ]  # fmt: skip
    files = {}
    for number, name in enumerate(dict.fromkeys(names)):
        raw = name.encode("utf-8", "surrogateescape")
        files[b"odd/" + raw] = python(f"odd_{number}", number)
    ground.commit(files)
    changed = {path: python(f"odd_{number}", number) + b"odd_0(1, 2)\n" for number, path in enumerate(files)}
    ground.commit(changed, "odd_names: every one of them changes")


def links(ground: Ground) -> None:
    """Symbolic links in a loop, to nowhere, to devices, to files of the system, and out of the repository."""
    outside = b"../../outside"
    targets = {
        b"self.py": b"self.py", b"a.py": b"b.py", b"b.py": b"a.py", b"dangling.py": b"nowhere.py", b"empty.py": b" ",
        b"passwd.py": b"/etc/passwd", b"zero.py": b"/dev/zero", b"tty.py": b"/dev/tty", b"environ.py": b"/proc/self/environ",
        b"memory.py": b"/proc/self/mem", b"secret.py": outside + b"/secret.py", b"folder": outside, b"root": b"/",
        b"up": b"..", b"here": b".", b"git": b"../.git", b"config.py": b"../.git/config", b"long.py": b"x/" * 1900,
        b"draws.py": b"\x1b[31m\x1b]0;x\x07", b"newline.py": b"a\nb", b"fd.py": b"/proc/self/fd/0", b".qcodeignore": b"/etc/passwd",
        b".gitignore": outside + b"/secret.txt", b".gitattributes": b"/dev/zero", b"package.json": outside + b"/secret.txt",
        b"tsconfig.json": b"/dev/zero", b"README.md": b"/dev/zero", b"AGENTS.md": outside + b"/secret.txt",
    }  # fmt: skip
    ground.commit({b"links/" + name: Link(target) for name, target in targets.items()})
    ground.commit({b"was/a.py": python("was"), b"was/deep/b.py": python("was")}, "links: a folder")
    ground.commit(
        {b"was/a.py": None, b"was/deep/b.py": None, b"was": Link(b"../outside")}, "links: a folder becomes a link"
    )
    ground.commit(
        {b"was": None, b"replaced/secret.py": python("secret"), b"replaced/__init__.py": b""}, "links: and goes"
    )

    def replace() -> None:
        folder = ground.root / "replaced"
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        folder.symlink_to("../outside")
        (ground.root / "untracked-link").symlink_to("../outside")
        ground.note("untracked-link")

    ground.when_checked_out(replace)


def pipes_and_sockets(ground: Ground) -> None:
    """Pipes and sockets with the names of sources, also in the place of files that are tracked."""
    ground.commit({b"special/tracked.py": python("tracked"), b"special/other.py": python("other")})

    def plant() -> None:
        folder = ground.root / "special"
        (folder / "tracked.py").unlink()
        for name in ("tracked.py", "pipe.py", "pipe.go", "AGENTS.md", "package.json", "tsconfig.json", "README.md"):
            os.mkfifo(folder / name)
            ground.note(f"special/{name}")
        (folder / "other.py").unlink()
        for name in ("other.py", "socket.py"):
            _socket(folder, name)
            ground.note(f"special/{name}")

    ground.when_checked_out(plant)


def _socket(folder: Path, name: str) -> None:
    """Bound through /proc, since the name of a socket may not be long."""
    here = os.open(folder, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{here}/{name}")
    finally:
        os.close(here)


def files_without_end(ground: Ground) -> None:
    """Sparse files of 10 GB, untracked and in the place of tracked ones; archives that swell when they are unpacked."""
    swelling = io.BytesIO()
    with zipfile.ZipFile(swelling, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("zeros.py", (2026, 1, 5, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, bytes(32 << 20))
        archive.writestr(zipfile.ZipInfo("../../canaries/zip-slip", (2026, 1, 5, 0, 0, 0)), b"x")
    files = {
        b"endless/bomb.zip": swelling.getvalue(),
        b"endless/bomb.py.gz": gzip.compress(bytes(32 << 20), 9, mtime=0),
        b"endless/tracked.py": python("tracked"),
        b"endless/noise.bin": bytes(range(256)) * 64,
    }
    ground.commit(files)

    def plant() -> None:
        for name in ("tracked.py", "untracked.py", "untracked.bin"):
            with (ground.root / "endless" / name).open("wb") as file:
                file.truncate(SPARSE)
            ground.note(f"endless/{name}")

    ground.when_checked_out(plant)


def deep_folders(ground: Ground) -> None:
    """Folders 200 deep, a path of 4,000 bytes, a folder of 300 files."""
    long = b"/".join([b"n" * 99] * 38)
    ground.commit({b"d/" * 200 + b"deep.py": python("deep"), b"long/" + long + b"/x.py": python("long")})
    ground.commit({b"many/f%04d.py" % n: python(f"many_{n}", n) for n in range(300)}, "deep_folders: many files")


CATEGORIES = (
    shadowing_modules,
    python_surroundings,
    odd_names,
    links,
    pipes_and_sockets,
    files_without_end,
    deep_folders,
)
