"""`doc/stale`: documents that still name what was removed."""

from __future__ import annotations

import pytest

from indexer.types import Finding
from tests.checks.world import Files, checked

CODE = """def load_config(path):
    return path


def load(path):
    return path


class HttpClient:
    def send_all(self):
        return 1
"""


def stale(before: Files, after: Files) -> list[Finding]:
    return [found for found in checked(before, after) if found.rule == "doc/stale"]


def about(path: str, document: str, code: str = "") -> list[Finding]:
    """What is stale when all of CODE becomes `code` and the document stays."""
    return stale({"a.py": CODE, path: document}, {"a.py": code, path: document})


def test_a_removed_function_that_a_document_names_is_reported_there() -> None:
    [found] = about("README.md", "# Title\n\nCall `load_config(path)` first.\n")
    assert (found.rule, found.severity, found.path) == ("doc/stale", "low", "README.md")
    assert (found.lines, found.columns, found.evidence) == ((3, 3), (7, 18), "Call `load_config(path)` first.")
    assert (found.related[0].path, found.related[0].role) == ("a.py", "before")


NAMED = {
    "code font": ("a.md", "Use `load_config` for it.\n"),
    "literal of rst": ("a.rst", "Use ``load_config`` for it.\n"),
    "a role of rst": ("a.rst", "Use :func:`load_config` for it.\n"),
    "a dotted path": ("a.txt", "Use a.load_config for it.\n"),
    "a call": ("a.adoc", "Use load_config() for it.\n"),
    "a fenced block": ("a.md", "```python\nx = load_config\n```\n"),
    "a class": ("docs/a.md", "The `HttpClient` class\n"),
    "a method": ("docs/a.md", "Then `client.send_all()`\n"),
    "an ordinary word as a call": ("docs/a.md", "Then `load(path)`\n"),
    "in Korean": ("docs/ko/a.md", "`load_config`를 부릅니다.\n"),
}


@pytest.mark.parametrize("how", NAMED)
def test_a_name_in_code_is_found_as(how: str) -> None:
    assert len(about(*NAMED[how])) == 1


SILENT = {
    "plain words": ("a.md", "We load config files and http clients.\n"),
    "an ordinary word in code font": ("a.md", "The `load` of a machine.\n"),
    "a changelog": ("CHANGELOG.md", "`load_config` is gone\n"),
    "history": ("docs/history.rst", "``load_config``\n"),
    "release notes": ("docs/releases/1.0.md", "`load_config`\n"),
    "a migration guide": ("docs/migration-v2.md", "`load_config`\n"),
    "documents of an old version": ("docs/v1.2/a.md", "`load_config`\n"),
    "a line that tells of it": ("a.md", "`load_config` was removed.\n"),
    "a line beside one that tells of it": ("a.md", "Deprecated since 2:\n\n- `load_config`\n"),
    "a Korean line that tells of it": ("a.md", "`load_config`는 삭제되었습니다.\n"),
    "a longer name": ("a.md", "`load_config_file` and `my-load_config`\n"),
    "a namesake of something imported": ("a.md", "from redis import asyncio as redis\n\n`redis.send_all()`\n"),
    "ignored": ("ignored/a.md", "`load_config`\n"),
    "a test's document": ("tests/a.md", "`load_config`\n"),
    "code": ("b.py", "# `load_config`\n"),
}


@pytest.mark.parametrize("why", SILENT)
def test_it_stays_silent_for(why: str) -> None:
    assert about(*SILENT[why]) == []


def test_what_moved_to_another_file_is_not_gone() -> None:
    document = {"README.md": "`load_config`\n"}
    assert stale({"a.py": CODE, **document}, {"b.py": CODE, **document}) == []


def test_what_its_file_still_mentions_is_not_gone() -> None:
    assert about("README.md", "`load_config`\n", "def __getattr__(name):\n    return {'load_config': 1}[name]\n") == []


def test_a_private_name_is_nobodys_business() -> None:
    before = {"a.py": "def _load_config():\n    pass\n", "a.md": "`_load_config`\n"}
    assert stale(before, {**before, "a.py": ""}) == []


def test_a_file_that_no_longer_parses_removed_nothing() -> None:
    assert about("README.md", "`load_config`\n", "def f((:\n") == []


def test_a_deleted_file_removed_all_it_had() -> None:
    before = {"a.py": CODE, "README.md": "`load_config()` and `HttpClient`\n"}
    assert len(stale(before, {"README.md": before["README.md"]})) == 2


def test_each_document_names_a_symbol_once() -> None:
    assert len(about("a.md", "`load_config`\n\n\n\n`load_config`\n")) == 1


def test_a_document_changed_with_the_code_is_not_stale() -> None:
    assert stale({"a.py": CODE, "a.md": "`load_config`\n"}, {"a.py": "", "a.md": "`other`\n"}) == []


def test_a_cp949_document_is_read() -> None:
    document = {"a.txt": "설정은 load_config() 로 읽는다\n".encode("cp949")}
    assert len(stale({"a.py": CODE, **document}, {"a.py": "", **document})) == 1
