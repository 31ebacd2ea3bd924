"""`qcode index`, `qcode symbols` and `qcode map`, run as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import GitRepo, Qcode

SCHEMAS = Path(__file__).parents[2] / "qcode" / "schemas"
FILES = {"a.py": "def first(x):\n    return x\n", "b.py": "from a import first\n\nfirst(1)\n", "g.py": "# @generated\n"}


@pytest.mark.parametrize(
    "command", ["index", "symbols first", "symbols nothing", "map", "map --tokens 10 --paths a.py"]
)
def test_json_fits_its_schema(git_repo: GitRepo, qcode: Qcode, command: str) -> None:
    done = qcode(*command.split(), "--json", cwd=git_repo(FILES).root)
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, json.loads((SCHEMAS / f"{command.split()[0]}.json").read_text()))
    assert answer["exit"] == done.returncode == (1 if "nothing" in command else 0)
    assert answer["skipped"] == [{"what": "files", "why": "generated", "count": 1}]


def test_the_index_counts_what_it_holds(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo(FILES)
    first = json.loads(qcode("index", "--json", cwd=repo.root).stdout)
    assert {name: first[name] for name in ("files", "symbols", "references", "added")} == {
        "files": 2,
        "symbols": 1,
        "references": 8,
        "added": 3,
    }
    assert first["cpu_s"] > 0 < first["bytes"]
    (repo.root / "sub").mkdir()
    repo.write({"a.py": "def second(): ...\n"})
    again = json.loads(qcode("index", "--json", "--jobs", "2", cwd=repo.root / "sub").stdout)
    assert (again["added"], again["changed"], again["removed"]) == (0, 1, 0)


def test_the_receipt_is_short(git_repo: GitRepo, qcode: Qcode) -> None:
    done = qcode("index", "--full", cwd=git_repo(FILES).root)
    assert done.stdout.splitlines()[0] == "2 files, 1 symbols, 8 names mentioned"
    assert done.stdout.splitlines()[-1] == "not read: files (generated)"
    assert done.stderr == ""


def test_symbols_prints_places(git_repo: GitRepo, qcode: Qcode) -> None:
    done = qcode("symbols", "first", cwd=git_repo(FILES).root)
    assert done.stdout.splitlines() == [
        "a.py:1  function first",
        "    def first(x)",
        "used 2 times (2 resolved)",
        "  b.py:1  import, resolved",
        "  b.py:3  call, resolved",
    ]


def test_an_unknown_symbol_is_exit_1_and_names_what_is_near(git_repo: GitRepo, qcode: Qcode) -> None:
    done = qcode("symbols", "frist", cwd=git_repo(FILES).root)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "qcode: Nothing in this repository is called `frist`; near names: `first`.\n"


def test_the_map_says_what_it_leaves_out(git_repo: GitRepo, qcode: Qcode) -> None:
    done = qcode("map", cwd=git_repo(FILES).root)
    assert done.stdout.splitlines()[:2] == ["a.py", "  1: def first(x)"]
    assert done.stdout.splitlines()[-1].endswith("left out: 0 files and 0 symbols.")


@pytest.mark.parametrize("command", ["index", "symbols x", "map"])
def test_outside_a_repository_it_is_exit_2(qcode: Qcode, command: str) -> None:
    done = qcode(*command.split())
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["index", "map"])
def test_a_repository_without_commits_is_read_as_it_is_on_disk(git_repo: GitRepo, qcode: Qcode, command: str) -> None:
    repo = git_repo()
    repo.write({"a.py": "def first(): ...\n"})
    assert qcode(command, cwd=repo.root).returncode == 0


def test_a_damaged_index_is_exit_0_with_a_notice(git_repo: GitRepo, qcode: Qcode) -> None:
    root = git_repo(FILES).root
    qcode("index", cwd=root)
    path = next(qcode.cache.rglob("*.db"))
    path.write_bytes(b"damaged" * 1000)
    done = qcode("index", cwd=root)
    assert done.returncode == 0
    assert done.stderr.count("was damaged and is built again") == 1


@pytest.mark.parametrize("jobs", ["0", "-1", "x"])
def test_jobs_is_a_number_of_at_least_one(git_repo: GitRepo, qcode: Qcode, jobs: str) -> None:
    assert qcode("index", f"--jobs={jobs}", cwd=git_repo(FILES).root).returncode == 2
