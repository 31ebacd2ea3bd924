"""The layers of the three packages are kept, and the contracts notice when they are not."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sysconfig.get_path("scripts")) / "lint-imports"

BREACHES = {
    "agents/types.py": ("import qcode.output", "qcode asks agents, agents ask indexer BROKEN"),
    "indexer/types.py": ("import indexer.languages", "indexer, highest first BROKEN"),
    "indexer/stray.py": ("", "indexer, highest first BROKEN"),
    "qcode/output.py": ("import tree_sitter_python", "tree-sitter only in indexer.outline BROKEN"),
    "qcode/config/keys.py": ("import socket", "sockets only in indexer.net BROKEN"),
    "agents/__init__.py": (
        "import subprocess",
        "programs are started only by indexer.repo, indexer.outline and agents.sandbox BROKEN",
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the packages and their contracts."""
    for name in ("qcode", "agents", "indexer"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run([LINT, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True)


def test_the_contracts_are_kept(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


def test_every_breach_is_noticed(copy: Path) -> None:
    for name, (line, _) in BREACHES.items():
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1
    assert [said for _, said in BREACHES.values() if said not in done.stdout] == []
