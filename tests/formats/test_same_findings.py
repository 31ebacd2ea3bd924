"""Every format is written from the same findings: each is read back here, and all of them say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from qcode.commands.review import FORMATS
from tests.conftest import GitRepo, Qcode, Repo
from tests.formats.schema import log_of
from tests.formats.test_commands import read_as_a_runner

Found = set[tuple[str, str, int]]
"""Rule, path, and line; the line is 0 where the format tells none."""

SECRET = "AKIA" + "QYLPMN5HHHFPZAM2"
BEFORE = {
    "shop/__init__.py": "",
    "shop/price.py": "def total(items):\n    return sum(items)\n\n\ndef tax(amount):\n    return amount\n",
    "shop/report.py": "from shop.price import tax, total\n\n\ndef show(rows):\n    return tax(total(rows))\n",
    "shop/상점 [1].py": "from shop import price\n\nTOTAL = price.total([1])\nMORE = price.total([2])\n",
    "tests/test_price.py": "def test_kept():\n    assert 1 + 1 == 2\n\n\ndef test_sum():\n    assert sum([1]) == 1\n",
    "web/app.ts": "export const price = (n: number) => n\n",
    "web/cart.ts": "import { price } from './app'\n\nconsole.log('😀', price(1))\n",
}
AFTER = {
    "shop/price.py": f'def total(items, currency):\n    return sum(items)\n\n\nKEY = "{SECRET}"\n',
    "tests/test_price.py": "def test_kept():\n    assert 1 + 1 == 2\n",
    "web/app.ts": "export const cost = (n: number) => n\n",
}
HOSTILE = {
    "::error::x.py": "from shop.price import total\nX = total([1])\n",
    "a\n::set-output name=x::y.py": "from shop.price import total\nX = total([1])\n",
    "b\x1b[31m\u202e%0A,c:d.py": "from shop.price import total\nX = total([1]) # ##[add-mask]x ](http://evil.test)\n",
    "`c`|<b>.py": "from shop.price import total\nX = total([1])\n",
}


def of_json(text: str) -> Found:
    return {(one["rule"], one["path"], _line(one)) for one in json.loads(text)["findings"]}


def _line(finding: dict[str, Any]) -> int:
    return 0 if finding["side"] == "base" else finding["lines"][0]


def of_sarif(text: str) -> Found:
    (run,) = log_of(text)["runs"]
    found = set()
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        line = 0 if result["properties"]["side"] == "base" else place["region"]["startLine"]
        found.add((result["ruleId"], unquote(place["artifactLocation"]["uri"]), line))
    return found


def of_commands(text: str) -> Found:
    read = (command.properties for command in read_as_a_runner(text))
    return {(one["title"], one["file"], int(one.get("line", 0))) for one in read}


def of_issues(text: str) -> Found:
    found = set()
    for one in json.loads(text):
        gone = "before the change." in one["description"]
        found.add((one["check_name"], one["location"]["path"], 0 if gone else one["location"]["lines"]["begin"]))
    return found


def of_diagnostics(text: str) -> Found:
    found = set()
    for one in map(json.loads, text.splitlines()):
        place = one["location"].get("range")
        found.add((one["code"]["value"], one["location"]["path"], place["start"]["line"] if place else 0))
    return found


def of_markdown(text: str) -> Found:
    found, path = set(), ""
    for line in text.split("\n"):
        if heading := re.fullmatch(r"#### (`+) ?(.+?) ?\1", line):
            path = heading[2]
        elif told := re.match(r"\*\*\w+\*\* · line (\d+)( of the base)? · `([^`]+)`", line):
            found.add((told[3], path, 0 if told[2] else int(told[1])))
    return found


def of_text(text: str) -> Found:
    """By hand: a rule's line is followed by its places, which are lines with a number before a bar."""
    found, path, rule = set(), "", ""
    for line in text.split("\n"):
        if told := re.match(r"  \S \w+ +(?:line (\d+)( of the base)?|\d+ places?)  ?(?: *)(\S+)", line):
            rule = told[3]
            if told[1]:
                found.add((rule, path, 0 if told[2] else int(told[1])))
                rule = ""
        elif rule and (quoted := re.match(r" +(\d+) │", line)):
            found.add((rule, path, int(quoted[1])))
        elif re.fullmatch(r"(?:    )?\S.*\.\w+", line) and " now " not in line and "changed" not in line:
            path = line.strip()
    return found


READ: dict[str, Callable[[str], Found]] = {
    "json": of_json,
    "sarif": of_sarif,
    "github": of_commands,
    "codequality": of_issues,
    "rdjsonl": of_diagnostics,
    "markdown": of_markdown,
    "text": of_text,
}


@pytest.fixture(scope="module")
def changed(lasting_git_repo: GitRepo) -> Repo:
    repo = lasting_git_repo(BEFORE)
    repo.commit(AFTER)
    return repo


def drawn(qcode: Qcode, repo: Repo, form: str) -> str:
    done = qcode("review", "HEAD~1", "--all", "--format", form, cwd=repo.root, env={"COLUMNS": "200"})
    assert done.returncode == 1, done.stderr
    return done.stdout


def test_there_is_a_reader_for_every_format() -> None:
    assert set(READ) == set(FORMATS)


def test_every_format_tells_the_same_findings(changed: Repo, qcode: Qcode) -> None:
    told = {form: read(drawn(qcode, changed, form)) for form, read in READ.items()}
    expected = told["json"]
    assert {rule for rule, _, _ in expected} >= {
        "call/missing-argument",
        "import/missing",
        "secret/aws-key",
        "test/removed",
    }
    assert {path for _, path, _ in expected} >= {"shop/상점 [1].py", "web/cart.ts", "tests/test_price.py"}
    for form, found in told.items():
        assert found == expected, form


def test_every_format_tells_the_same_of_hostile_names(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo({path: text for path, text in {**BEFORE, **HOSTILE}.items() if not path.startswith("web/")})
    repo.commit({"shop/price.py": AFTER["shop/price.py"]})
    exact = of_json(drawn(qcode, repo, "json"))
    assert set(HOSTILE) <= {path for _, path, _ in exact}
    for form in ("sarif", "codequality", "rdjsonl"):
        assert READ[form](drawn(qcode, repo, form)) == exact
    for form in ("text", "markdown", "github"):
        output = drawn(qcode, repo, form)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", output)
        assert len(READ[form](output)) == len(exact)
    assert not [line for line in drawn(qcode, repo, "text").split("\n") if line.lstrip().startswith("::")]


def test_a_secret_is_in_no_format(changed: Repo, qcode: Qcode) -> None:
    assert [form for form in FORMATS if SECRET in drawn(qcode, changed, form)] == []


def test_the_log_names_the_remote_without_its_password(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo(BEFORE)
    repo.commit(AFTER)
    repo.git("remote", "add", "origin", "https://kim:hunter2@forge.test/shop")
    text = drawn(qcode, repo, "sarif")
    assert "hunter2" not in text
    (run,) = log_of(text)["runs"]
    assert run["versionControlProvenance"][0]["repositoryUri"] == "https://forge.test/shop"


@pytest.mark.parametrize("form", ["sarif", "github", "codequality", "rdjsonl"])
def test_a_format_for_programs_is_utf_8_in_any_locale_and_the_same_in_a_file(
    form: str, changed: Repo, qcode: Qcode
) -> None:
    words = ("review", "HEAD~1", "--format", form)
    printed = qcode(*words, cwd=changed.root, env={"LANG": "C", "PYTHONUTF8": "0"}).stdout
    written = qcode.directory / "report"
    done = qcode(*words, "--output", str(written), cwd=changed.root)
    assert (done.returncode, done.stdout) == (1, "")
    assert written.read_text(encoding="utf-8") == printed
