"""`qcode index`, `qcode symbols` and `qcode map`, run as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import Files, GitRepo, Qcode
from tests.terminal import on_terminal

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


def test_a_map_that_cannot_be_so_small_says_how_small_it_can_be(git_repo: GitRepo, qcode: Qcode) -> None:
    root = git_repo(FILES).root
    done = qcode("map", "--tokens", "3", cwd=root)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "a.py")
    assert done.stderr == (
        "qcode: The map can't be as small as 3 tokens: it shows at least one file, and the first one alone takes "
        "about 7.\n"
    )
    assert qcode("map", "--tokens", "7", cwd=root).stderr == ""


@pytest.mark.parametrize("path", ["nothing", "a", "../elsewhere", "a.py/x"])
def test_a_map_of_what_is_not_there_is_refused(git_repo: GitRepo, qcode: Qcode, path: str) -> None:
    done = qcode("map", "--paths", "a.py", path, cwd=git_repo(FILES).root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"qcode: --paths {path} ")


@pytest.mark.parametrize("path", [".", "c.py", "../sub", ".."])
def test_the_paths_of_a_map_are_read_from_the_current_folder(git_repo: GitRepo, qcode: Qcode, path: str) -> None:
    root = git_repo({"sub/c.py": "def third(): ...\n"}).root
    assert qcode("map", "--paths", path, cwd=root / "sub").stdout.startswith("sub/c.py\n")


def test_a_map_without_definitions_says_so(git_repo: GitRepo, qcode: Qcode) -> None:
    done = qcode("map", "--paths", "b.py", cwd=git_repo(FILES).root)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "There is no definition to show.")


def test_a_map_breaks_no_line_on_a_narrow_terminal(git_repo: GitRepo, qcode: Qcode) -> None:
    parameters = ", ".join(f"parameter_{n}: int" for n in range(9))
    repo = git_repo({"a.py": f"def first({parameters}) -> None: ...\n"})
    lines = on_terminal(qcode, 60, "map", cwd=repo.root).splitlines()
    assert lines[1].startswith("  1: def first(parameter_0: int") and lines[1].endswith("…")
    assert max(map(len, lines)) <= 60
    assert lines[-1].endswith("symbols.")


@pytest.mark.parametrize(
    ("files", "full", "said"),
    [
        (None, False, "all of it is new to the index"),
        ({}, False, "nothing changed since the index was last brought up to date"),
        (
            {"a.py": "def second(): ...\n", "d.py": "", "b.py": None},
            False,
            "files since the index was last brought up to date: 1 new, 1 changed, 1 gone",
        ),
        ({}, True, "everything was read again"),
    ],
)
def test_the_receipt_says_what_is_new_since_when(
    git_repo: GitRepo, qcode: Qcode, files: Files | None, full: bool, said: str
) -> None:
    repo = git_repo(FILES)
    if files is not None:
        qcode("index", cwd=repo.root)
        repo.write(files)
    assert qcode("index", *(["--full"] if full else []), cwd=repo.root).stdout.splitlines()[1] == said


def test_a_name_without_end_is_not_said_back_whole(git_repo: GitRepo, qcode: Qcode) -> None:
    done = qcode("symbols", "a" * 100_000, cwd=git_repo(FILES).root)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr) < 200


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


def test_a_member_is_used_behind_a_dot_only(git_repo: GitRepo, qcode: Qcode) -> None:
    here = "class Session:\n    def request(self): ...\n    def get(self):\n        self.request()\n\n\n"
    here += "def prepare(request):\n    return log(request)\n"
    there = "def other(request, adapter):\n    adapter.request(request)\n"
    twin = "class Other:\n    def request(self): ...\n"
    root = git_repo({"a.py": here, "b.py": there, "c.py": twin}).root
    found = json.loads(qcode("symbols", "Session.request", "--json", cwd=root).stdout)["references"]
    assert [(one["path"], one["line"], one["confidence"]) for one in found] == [
        ("a.py", 4, "resolved"),
        ("b.py", 2, "ambiguous"),
    ]
    short = qcode("symbols", "Session.request", cwd=root).stdout
    assert "  b.py:2" not in short and "1 ambiguous not listed; --all lists them" in short
    assert "  b.py:2  call, ambiguous" in qcode("symbols", "Session.request", "--all", cwd=root).stdout


def test_a_map_of_one_file_shows_as_much_of_it_as_fits(git_repo: GitRepo, qcode: Qcode) -> None:
    root = git_repo({"a.py": "".join(f"def name_{n}(): ...\n" for n in range(35))}).root
    assert "left out: 0 files and 0 symbols" in qcode("map", "--paths", "a.py", "--tokens", "20000", cwd=root).stdout
    few = json.loads(qcode("map", "--tokens", "120", "--json", cwd=root).stdout)
    assert 12 < len(few["files"][0]["symbols"]) < 35
    assert few["tokens"] <= 120


def test_a_map_takes_globs(git_repo: GitRepo, qcode: Qcode) -> None:
    root = git_repo({"src/a.py": "def first(): ...\n", "src/b.js": "function second() {}\n"}).root
    shown = qcode("map", "--paths", "*.py", cwd=root).stdout
    assert "src/a.py" in shown and "src/b.js" not in shown
    assert qcode("map", "--paths", "*.go", cwd=root).returncode == 2
    assert qcode("map", "--paths", "", cwd=root).returncode == 2
