"""What is built and installed: one folder in site-packages, with everything in it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from qcode import __version__
from tests.conftest import Qcode

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {".py", ".scm", ".json", ".tcss"}
PROBE = "import qcode, agents.types, indexer.types, sys; print(agents.__file__, indexer.__file__, sep='\\n')"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our wheel and our source archive."""
    folder = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that has our wheel and nothing else."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    words = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        str(wheel(built)),
    ]
    subprocess.run(words, check=True, capture_output=True)
    return python.parent


def wheel(folder: Path) -> Path:
    return next(folder.glob("*.whl"))


def test_the_wheel_has_one_folder_beside_its_metadata(built: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel(built)).namelist()}
    assert top == {"qcode", f"qcode_agent-{__version__}.dist-info"}


def test_the_wheel_holds_every_module_query_and_schema(built: Path) -> None:
    places = {"qcode": "qcode", "agents": "qcode/_lib/agents", "indexer": "qcode/_lib/indexer"}
    wanted = {
        f"{place}/{path.relative_to(ROOT / name).as_posix()}"
        for name, place in places.items()
        for path in (ROOT / name).rglob("*")
        if path.suffix in SHIPPED
    }
    names = set(zipfile.ZipFile(wheel(built)).namelist())
    assert wanted <= names
    assert {"qcode/schemas/config.json", f"qcode_agent-{__version__}.dist-info/licenses/LICENSE"} <= names
    assert any(name.startswith("qcode/_lib/indexer/queries/") and name.endswith(".scm") for name in names)


def test_the_source_archive_holds_what_a_build_and_the_tests_need(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    wanted = "pyproject.toml Makefile README.md LICENSE qcode/cli.py agents/types.py tests/conftest.py .ci/run"
    assert set(wanted.split()) <= names
    assert not any(name.startswith((".venv", ".git/")) for name in names)


@pytest.mark.parametrize("editable", [True, False])
def test_the_libraries_are_importable_after_qcode(editable: bool, installed: Path, tmp_path: Path) -> None:
    python = sys.executable if editable else str(installed / "python")
    done = subprocess.run([python, "-c", PROBE], cwd=tmp_path, capture_output=True, text=True, check=True)
    inside = str(ROOT) if editable else str(Path("qcode") / "_lib")
    assert all(inside in line for line in done.stdout.splitlines())


def test_the_installed_command_is_not_led_astray_by_a_repository(installed: Path, tmp_path: Path, qcode: Qcode) -> None:
    for name in ("agents", "indexer"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the repository ran')\n")
    environment = qcode.environment | {"PYTHONPATH": str(tmp_path)}
    for words in (["--version"], ["config", "show"]):
        done = subprocess.run(
            [installed / "qcode", *words], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.real
@pytest.mark.timeout(600)
def test_a_machine_without_a_network_installs_from_the_wheelhouse(tmp_path: Path) -> None:
    subprocess.run(["make", "wheelhouse"], cwd=ROOT, check=True, capture_output=True)
    venv.create(tmp_path / "fresh", with_pip=True, symlinks=True)
    scripts = tmp_path / "fresh" / "bin"
    words = ["-m", "pip", "install", "-q", "--no-index", "--find-links", str(ROOT / "wheelhouse"), "qcode-agent"]
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null"}
    subprocess.run([scripts / "python", *words], env=bare, check=True, capture_output=True)
    done = subprocess.run([scripts / "qcode", "--version"], env=bare, capture_output=True, text=True, check=True)
    assert done.stdout == f"qcode {__version__}\n"
    sample = tmp_path / "sample"
    subprocess.run([scripts / "python", ROOT / "examples" / "make_sample.py", sample], env=bare, check=True)
    done = subprocess.run([scripts / "qcode", "review", "HEAD~1"], cwd=sample, env=bare, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "secret/aws-key" in done.stdout
