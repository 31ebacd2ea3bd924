"""What the documents say is so: commands run, targets exist, options and files are there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from qcode import arguments, output
from qcode.completion import places
from qcode.config.keys import KEYS
from tests.conftest import GitRepo, Qcode

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")
OTHER_PROGRAMS = frozenset({"--no-index", "--find-links"})


def shell_lines() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def stand_alone(line: str) -> bool:
    """Whether a line runs without a model and a terminal; tests of `ask`, `chat` and the screens have the others."""
    return line.startswith("qcode ") and not line.startswith(("qcode ask ", "qcode chat "))


@pytest.mark.parametrize("line", [line for line in shell_lines() if stand_alone(line)])
def test_every_command_of_the_readme_runs(line: str, qcode: Qcode) -> None:
    assert qcode(*shlex.split(line)[1:]).returncode == 0


def test_every_make_target_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    texts = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    named = set(re.findall(r"`make ([a-z-]+)", texts)) | {
        line.split()[1] for line in shell_lines() if line.startswith("make ")
    }
    assert {"demo", "test"} <= named <= targets
    assert {line.split()[0] for line in shell_lines()} == {"make", "qcode"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_option_of_a_document_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    known = {place.words: place for place in places(arguments.build_parser(arguments.VERBS))}
    spellings = {s for place in known.values() for option in place.options for s in option.spellings}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= spellings | OTHER_PROGRAMS
    for verb in re.findall(r"\bqcode ([a-z]+)\b", "\n".join(re.findall(r"`([^`\n]+)`", text))):
        assert f"qcode {verb}" in known


def test_the_readme_names_every_exit_code_variable_and_verb() -> None:
    table = dict(re.findall(r"^\| (\d+) \| (.+) \|$", README, re.MULTILINE))
    assert set(table) == {str(int(code)) for code in output.Exit}
    assert all(key.variable in README for key in KEYS.values() if key.variable)
    assert all(f"`qcode {verb}" in README for verb in arguments.VERBS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_points_to_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"\]\(([^)#:]+)\)", text))
    named |= set(re.findall(r"`((?:qcode|agents|indexer|tests|examples)/[\w./-]*)", text)) - {
        "qcode/index",
        "qcode/_lib",
    }
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_module_has_its_line_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {
        path.relative_to(ROOT).as_posix() + ("/" if path.is_dir() else "")
        for package in ("qcode", "agents", "indexer")
        for path in (ROOT / package).iterdir()
        if (path.suffix == ".py" and not path.stem.startswith("__")) or (path / "__init__.py").exists()
    }
    assert {module for module in modules if f"`{module}" not in text} == set()


def test_the_readme_shows_what_the_review_of_the_sample_prints(qcode: Qcode, tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "examples" / "make_sample.py", tmp_path / "sample"], check=True)
    printed = qcode("review", "HEAD~1", cwd=tmp_path / "sample", env={"COLUMNS": "100"}).stdout
    (shown,) = re.findall(r"^```text\n(qcode review.*?)^```", README, re.MULTILINE | re.DOTALL)
    parts = [part.strip("\n") for part in _timeless(shown).split("\n…\n")]
    assert len(parts) > 1
    assert all(part in _timeless(printed) for part in parts)


def test_the_edits_of_the_readme_can_be_applied(qcode: Qcode, git_repo: GitRepo) -> None:
    (answer,) = re.findall(r"^````text\n(.*?)^````$", README, re.MULTILINE | re.DOTALL)
    root = git_repo(
        {
            "shop/price.py": "def total(items):\n    return sum(items)\n",
            "shop/old.py": "OLD = 1\n",
            "shop/unused.py": "UNUSED = 1\n",
        }
    ).root
    done = qcode("apply", "--yes", cwd=root, stdin=answer)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name: path.read_text(encoding="utf-8") for path in (root / "shop").iterdir()} == {
        "price.py": "def total(items, currency):\n    return sum(items)\n",
        "currencies.py": 'KNOWN = ("EUR", "KRW")\n',
        "new.py": "OLD = 1\n",
    }


def _timeless(text: str) -> str:
    return re.sub(r"\d+\.\d+ s\b", "0.00 s", text)
