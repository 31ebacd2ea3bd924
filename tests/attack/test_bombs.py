"""Small inputs made to take for ever, or all memory, or the whole stack: the review still comes, and says what it must.

A case that lost its bound does not fail an assertion: it runs into the time limit of the `qcode` fixture.
"""

from __future__ import annotations

import os
import subprocess
from itertools import permutations

import pytest

from indexer.repo.ignore import rules_of
from tests.conftest import GitRepo, Qcode
from tests.review.asking import AFTER, BEFORE, MISSING, answer, rules, sentence

WEB = list(permutations(range(14), 2))
"""Every name leads to every other one."""


def each(line: str) -> str:
    return "".join(line.format(a, b) for a, b in WEB)


PYTHON_WEBS = {
    "aliases of aliases": each("v{} = v{}\n") + "v0.total(1)\n",
    "results of results": each("def g{0}(x):\n    if x: return g{1}(x)\n    return g{1}(1)\n") + "g0(1).total(1)\n",
    "attributes of attributes": "class C:\n    def __init__(self):\n"
    + each("        self.a{} = self.a{}\n")
    + "    def m(self):\n        self.a0.total(1)\n",
    "variables of variables": "def h():\n" + each("    v{} = v{}\n") + "    v0.total(1)\n",
    "a class that inherits from itself": "class A(A): pass\nclass B(C): pass\nclass C(B): pass\nA().total(1)\n",
    "bases that are members of each other": "class A(B.x): pass\nclass B(A.x): pass\nA().total(1)\n",
    "a body that asks for its own class": "class A:\n    with A.y as x: pass\n    with A.x as y: pass\nA.x.total(1)\n",
    "a thousand bases": "".join(f"class A{n}(A{n + 1}.x): pass\n" for n in range(1000)) + "A0().total(1)\n",
}


@pytest.mark.parametrize("name", PYTHON_WEBS)
def test_a_web_of_python_names_ends(git_repo: GitRepo, qcode: Qcode, name: str) -> None:
    repo = git_repo({**BEFORE, "shop/web.py": "from shop.price import total\n" + PYTHON_WEBS[name]})
    repo.commit(AFTER)
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=repo.root))


@pytest.mark.parametrize(
    ("suffix", "star", "use"),
    [
        ("py", "from m{} import *\n", "from m3 import *\nlost(1)\nfrom m5 import lost as again\n"),
        ("ts", "export * from './m{}'\n", "import { lost } from './m3'\nlost(1)\n"),
    ],
)
def test_modules_that_all_re_export_each_other_end(
    git_repo: GitRepo, qcode: Qcode, suffix: str, star: str, use: str
) -> None:
    modules = {f"m{n}.{suffix}": "".join(star.format(m) for m in range(14) if m != n) for n in range(14)}
    define = "def lost(x): pass\n" if suffix == "py" else "export function lost(x: number) {}\n"
    repo = git_repo({**BEFORE, **modules, f"m0.{suffix}": modules[f"m0.{suffix}"] + define, f"use.{suffix}": use})
    repo.commit({**AFTER, f"m0.{suffix}": modules[f"m0.{suffix}"]})
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=repo.root))


def test_thousands_of_subclasses_in_the_wrong_order_are_followed(git_repo: GitRepo, qcode: Qcode) -> None:
    heirs = "".join(f"class S{n}(S{n - 1}): pass\n" for n in range(3000, 0, -1))
    base = "class S0:\n    def __init__(self, x{}): pass\nS1(1)\n"
    repo = git_repo({"a.py": heirs + base.format("")})
    repo.commit({"a.py": heirs + base.format(", y")})
    assert ("call/missing-argument", "a.py", 3003) in rules(qcode("review", "HEAD~1", "--json", cwd=repo.root))


def test_thousands_of_renamed_functions_are_paired(git_repo: GitRepo, qcode: Qcode) -> None:
    old = "".join(f"def old_{n}(x):\n    return x + {n}\n" for n in range(2000))
    calls = "from a import *\n" + "".join(f"old_{n}(1)\n" for n in range(2000))
    repo = git_repo({"a.py": old, "b.py": calls})
    repo.commit({"a.py": old.replace("old_", "new_")})
    found = answer(qcode("review", "HEAD~1", "--json", cwd=repo.root))["findings"]
    assert sum(one["rule"] == "name/renamed" and f"new_{one['lines'][0] - 2}`" in one["title"] for one in found) == 2000


def test_more_findings_than_anyone_reads_are_cut_and_told(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo({"a.py": "def f(x): pass\n", "b.py": "from a import f\n" + "f(1)\n" * 12_000})
    repo.commit({"a.py": "def f(x, y): pass\n"})
    found = answer(qcode("review", "HEAD~1", "--json", cwd=repo.root))
    assert sum(one["rule"] == "call/missing-argument" for one in found["findings"]) == 10_000
    assert "what else the impact stage would find" in [one["what"] for one in found["skipped"]]


def test_findings_do_not_quote_more_than_fits(git_repo: GitRepo, qcode: Qcode) -> None:
    long = ("f(1); " * 600 + "\n" + "x\n" * 20) * 40
    repo = git_repo({"a.py": "def f(x): pass\n" + long})
    repo.commit({"a.py": "def f(x, y): pass\n" + long})
    found = answer(qcode("review", "HEAD~1", "--json", cwd=repo.root))["findings"]
    assert 0 < sum(len(one["evidence"]) for one in found) <= 8 << 20


# ---------------------------------------------------------------- settings and manifests

MANIFESTS = {
    "a string that never ends": '"' + '\\"' * 400_000,
    "comments that never end": "/*" * 400_000,
    "many stars": '{"compilerOptions": {"paths": {"' + "*a" * 30 + 'b": ["x"]}}}',
    "a target of stars": '{"compilerOptions": {"paths": {"*": ["' + "*" * 200_000 + '"]}}}',
    "deep": '{"a":' * 100_000,
    "no object": "[]",
    "odd values": '{"name": 3, "compilerOptions": {"paths": {"a": 3, "": [null, {}]}, "baseUrl": "../../.."}}',
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests_of_any_kind_do_no_harm(git_repo: GitRepo, qcode: Qcode, name: str) -> None:
    text = MANIFESTS[name]
    use = "import { f } from './a'\nimport { g } from '" + "a" * 3000 + "'\nf(1)\ng(1)\n"
    before = {"a.ts": "export function f(x: number) {}\n", "b.ts": use, "tsconfig.json": text, "package.json": text}
    repo = git_repo(before)
    repo.commit({"a.ts": "export function f(x: number, y: number) {}\n"})
    assert ("call/missing-argument", "b.ts", 3) in rules(qcode("review", "HEAD~1", "--json", cwd=repo.root))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 30 + "b", "a" * 200),
        ("**/a/" * 20 + "b", "a/" * 60 + "x"),
        ("*a*" * 40 + "/" + "**/*a*/" * 20 + "b", "a" * 100 + "/a" * 60),
        ("x" + " " * 60_000 + "y", "x"),
    ],
)
def test_patterns_of_many_stars_end(pattern: str, path: str) -> None:
    assert not rules_of(pattern).matches(path)


def test_an_ignore_file_of_no_human_size_ignores_nothing(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo({**BEFORE, ".qcodeignore": "shop/\n" * 20_000})
    repo.commit(AFTER)
    done = qcode("review", "HEAD~1", "--json", cwd=repo.root)
    assert MISSING in rules(done)
    assert ".qcodeignore" in [one["what"] for one in answer(done)["skipped"]]


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 100_000 + " = 1",
        '"!"' + '."!"' * 100_000 + " = 1",
        "x = {a" + ".a" * 100_000 + " = 1}",
        "a = " + "1" * 500_000,
        'a = "' + '\\"' * 400_000,
    ],
)
def test_settings_that_nest_or_never_end_are_refused(git_repo: GitRepo, qcode: Qcode, text: str) -> None:
    repo = git_repo({**BEFORE, ".qcode/config.toml": text})
    assert ".qcode/config.toml" in sentence(qcode("review", cwd=repo.root), 2)


# ---------------------------------------------------------------- texts and folders

LONG = 19_000
LINES = {
    "underscores.py": "_",
    "templates.py": "{{",
    "default.py": "def f[===",
    "quotes.py": '\\"',
    "comments.py": "/*",
    "ticks.md": "`",
    "words.md": "tax",
}


@pytest.mark.parametrize("name", LINES)
def test_lines_that_a_pattern_could_choke_on_end(git_repo: GitRepo, qcode: Qcode, name: str) -> None:
    unit = LINES[name]
    long = '"' * (unit == '\\"') + (unit * LONG)[:LONG] + "\n" + "x\n" * 45
    repo = git_repo({**BEFORE, "gone.py": "def tax_of(x): pass\n"})
    repo.commit({**AFTER, "gone.py": None, name: "def (:\n" + long * 30})
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=repo.root))


def test_a_file_of_empty_lines_ends(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo({**BEFORE, "test_a.py": "def test_a():\n    assert 1\n"})
    empty = "\n" * 300_000
    repo.commit({**AFTER, "new.py": empty + "def (:\n", "test_a.py": f"def test_a():\n{empty}    pass\n"})
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=repo.root))


@pytest.mark.parametrize("arguments", [["review", "HEAD~1", "--json"], ["review", "--json"], ["index", "--json"]])
def test_folders_deeper_than_the_stack_are_read(git_repo: GitRepo, qcode: Qcode, arguments: list[str]) -> None:
    repo = git_repo({**BEFORE, ".qcodeignore": "*.txt\n"})
    here = os.open(repo.root, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("deep.py", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    repo.commit(AFTER)
    try:
        done = qcode(*arguments, cwd=repo.root)
    finally:
        # pytest clears its folders by recursion, and would fail on this one.
        subprocess.run(["rm", "-rf", repo.root / "d"], check=True)
    assert (done.returncode, done.stderr) == (1 if "HEAD~1" in arguments else 0, "")
