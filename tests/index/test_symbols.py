"""Where a name is defined, what uses it, and what the map of a repository shows first."""

from __future__ import annotations

import pytest

from indexer.types import Reference
from tests.conftest import GitRepo
from tests.index.conftest import OpenAt

FILES = {
    "app/shapes.py": "class Shape:\n    def area(self): ...\n\n\ndef draw(shape): ...\n\n\ndef _hidden(): ...\n",
    "app/main.py": "from app.shapes import draw\n\ndraw(1)\n",
    "app/other.py": "def area(): ...\n\n\narea()\n",
    "tool.rb": "def draw\nend\ndraw\n",
}


def test_a_qualified_name_means_one_definition(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo(FILES).root)
    index.refresh()
    assert [(s.path, s.qualified) for s in index.symbols("area")[0]] == [
        ("app/other.py", "area"),
        ("app/shapes.py", "Shape.area"),
    ]
    assert [(s.path, s.lines) for s in index.symbols("Shape.area")[0]] == [("app/shapes.py", (2, 2))]
    assert index.symbols("Shape.nothing") == ((), ())


def test_a_use_is_resolved_through_its_import_or_its_file(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({**FILES, "app/more.py": "import app.shapes as s\n\ns.draw(2)\nx.draw(3)\n"}).root)
    index.refresh()
    symbols, references = index.symbols("draw")
    assert len(symbols) == 2
    assert references == (
        Reference("app/main.py", 1, "import", "resolved"),
        Reference("app/main.py", 3, "call", "resolved"),
        Reference("app/more.py", 3, "call", "resolved"),
        Reference("app/more.py", 4, "call", "ambiguous"),
        Reference("tool.rb", 3, "read", "ambiguous"),
    )


def test_a_use_of_the_only_definition_is_unique(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({"a.py": "def only(): ...\n", "b.py": "x.only\n"}).root)
    index.refresh()
    assert index.symbols("only")[1] == (Reference("b.py", 1, "read", "unique"),)


@pytest.mark.parametrize(("asked", "near"), [("Shaep", "Shape"), ("drew", "draw"), ("zzzzzz", None)])
def test_near_names_are_offered(git_repo: GitRepo, open_at: OpenAt, asked: str, near: str | None) -> None:
    index = open_at(git_repo(FILES).root)
    index.refresh()
    assert index.near_names(asked, 1) == ([near] if near else [])


def test_the_map_shows_the_most_used_file_first(git_repo: GitRepo, open_at: OpenAt) -> None:
    users = {f"u{n}.py": "from app.shapes import Shape\n" for n in range(5)}
    index = open_at(git_repo(FILES | users).root)
    index.refresh()
    overview = index.overview(1000)
    assert overview.files[0].path == "app/shapes.py"
    assert [d.qualified for d in overview.files[0].definitions] == ["Shape", "Shape.area", "draw", "_hidden"]
    assert (overview.files_left_out, overview.symbols_left_out) == (0, 0)


def test_the_map_is_cut_to_its_tokens_and_paths(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({f"d{n % 2}/m{n}.py": f"def function_{n}(): ...\n" for n in range(100)}).root)
    index.refresh()
    overview = index.overview(200)
    assert 0 < overview.tokens <= 200
    assert len(overview.files) + overview.files_left_out == 100
    below = index.overview(100_000, ["d1"])
    assert len(below.files) == 50
    assert {file.path[:3] for file in below.files} == {"d1/"}


def test_a_use_in_go_is_resolved_in_its_package_and_through_an_import_of_it(git_repo: GitRepo, open_at: OpenAt) -> None:
    repo = git_repo(
        {
            "bank/pay.go": "package bank\n\nfunc Pay() {}\n",
            "bank/use.go": "package bank\n\nfunc use() { Pay() }\n",
            "till/till.go": 'package till\n\nimport "x/bank"\n\nfunc use() { bank.Pay() }\n',
            "till/other.go": "package till\n\nfunc other(x any) { x.Pay() }\n",
        }
    )
    index = open_at(repo.root)
    index.refresh()
    _, found = index.symbols("Pay")
    assert [(r.path, r.line, r.kind, r.confidence) for r in found] == [
        ("bank/use.go", 3, "call", "resolved"),
        ("till/other.go", 3, "call", "unique"),
        ("till/till.go", 5, "call", "resolved"),
    ]
