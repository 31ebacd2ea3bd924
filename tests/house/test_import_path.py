"""The folder that qcode runs in, most often a repository under review, lends it no module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qcode import __version__
from qcode.cli import keep_path_clean
from tests.conftest import Qcode

SHADOWS = (
    "agents",
    "indexer",
    "json",
    "argparse",
    "tomllib",
    "tree_sitter",
    "dataclasses",
    "pathlib",
    "typing",
    "errno",
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder in which every module writes its name into a file when it is imported."""
    folder = tmp_path / "hostile"
    for name in SHADOWS:
        package = folder / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name + ' '!r})\n")
    return folder


def ran(hostile: Path) -> str:
    seen = hostile.parent / "ran"
    return seen.read_text() if seen.exists() else ""


@pytest.mark.parametrize("pythonpath", [None, "", ".", "{folder}", "{folder}:/nowhere"])
@pytest.mark.parametrize("words", [("--version",), ("config", "show")])
def test_the_command_runs_no_module_of_the_current_folder(
    words: tuple[str, ...], pythonpath: str | None, hostile: Path, qcode: Qcode
) -> None:
    path = pythonpath and pythonpath.format(folder=hostile)
    done = qcode(*words, cwd=hostile, env={"PYTHONPATH": path})
    assert (done.returncode, ran(hostile)) == (0, ""), done.stderr


def test_the_command_runs_no_module_of_a_folder_named_from_below(hostile: Path, qcode: Qcode) -> None:
    done = qcode("config", "show", cwd=hostile / "json", env={"PYTHONPATH": str(hostile)})
    assert (done.returncode, ran(hostile)) == (0, "")


def test_python_m_qcode_runs_no_module_of_the_current_folder(hostile: Path, qcode: Qcode) -> None:
    words = [sys.executable, "-m", "qcode", "--version"]
    done = subprocess.run(words, cwd=hostile, env=qcode.environment, capture_output=True, text=True)
    assert (done.stdout, ran(hostile)) == (f"qcode {__version__}\n", ""), done.stderr


@pytest.mark.parametrize(
    ("path", "pythonpath", "left"),
    [
        (["/own", "/repo", "/lib"], "", ["/own", "/lib"]),
        (["/own", "/repo", "/tools", "/lib"], "/repo:/tools", ["/own", "/lib", "/tools"]),
        (["/own", "/lib", "/own"], "", ["/own", "/lib", "/own"]),
        (["/own", "/lib", "/repo/.venv/site-packages"], "", ["/own", "/lib", "/repo/.venv/site-packages"]),
    ],
)
def test_only_what_a_stranger_could_have_written_leaves_the_path(
    path: list[str], pythonpath: str, left: list[str]
) -> None:
    keep_path_clean(path, pythonpath, "/repo")
    assert path == left
