"""Whatever bytes a commit holds, its review ends with a receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.review import review
from agents.types import Done, Target
from indexer.index import open_index
from tests.conftest import GitRepo, Repo

PATHS = ("a.py", "pkg/__init__.py", "pkg/b.py", "tests/test_a.py", "c.ts", "src/index.ts", "e.tsx", "f.js")
WORDS = (
    *(
        "def f(x):",
        "def f(x, y=1, *, z):",
        "async def f():",
        "class f(g):",
        "class C(f): pass",
        "    return f(1)",
        "f(1, z=2)",
    ),
    *(
        "from pkg.b import f as g",
        "from .b import *",
        "import pkg",
        "from . import a",
        "__all__ = ['f']",
        "f = g",
        "del f",
    ),
    *(
        "@f",
        "try:",
        "except:",
        "    pass",
        "lambda f: f",
        "self.f()",
        "x: f = f()",
        "f.g.h()",
        "await f()",
        "def test_f(): assert f",
    ),
    *(
        "export function f(x: number) {}",
        "export const f = (a, b = 1) => a",
        "import { f as g } from '../c'",
        "export * from './c'",
    ),
    *(
        "export default class f extends g {",
        "  constructor(x) { super(x) }",
        "  static f() {}",
        "}",
        "new f(1)",
        "<f x={1} />",
    ),
    *(
        "<<<<<<< a",
        "=======",
        ">>>>>>> b",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "`",
        "${",
        "/*",
        "*/",
        "#",
        "//",
        "\\",
        "\t",
    ),
    *("\0", "\r", "\u202e", "\ufeff", "가", "\ud800", "AKIA" + "QYLPMN5HHHFPZAM2"),
)
LINES = st.lists(st.sampled_from(WORDS), max_size=12)
PIECES = st.tuples(LINES, st.sampled_from(["\n", " ", "\r\n", ""])).map(lambda drawn: drawn[1].join(drawn[0]))
TEXTS = st.one_of(PIECES.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=200))
TREES = st.dictionaries(st.sampled_from(PATHS), TEXTS)


@pytest.fixture(scope="module")
def any_repo(lasting_git_repo: GitRepo) -> Repo:
    return lasting_git_repo({"README": "any\n"})


def commit(repo: Repo, files: dict[str, bytes]) -> None:
    gone = [path for path in PATHS if path not in files and (repo.root / path).exists()]
    repo.commit({**files, **dict.fromkeys(gone)})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TREES, TREES)
def test_any_bytes_end_with_a_receipt(
    any_repo: Repo, tmp_path: Path, before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    commit(any_repo, before)
    commit(any_repo, after)
    with open_index(any_repo.root, tmp_path / "store", any_repo.environment) as index:
        *_, last = review(index, Target("range", "HEAD~1"))
        assert isinstance(last, Done)
        *_, last = review(index, Target("worktree", "HEAD~1"))
        assert isinstance(last, Done)
