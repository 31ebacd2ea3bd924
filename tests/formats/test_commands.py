"""Workflow commands: what a runner reads back is what was meant, whatever the repository holds."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.types import Finding, Skipped
from qcode.report.github import MOST_OF_A_KIND, github
from tests.review.samples import (
    AMBIGUOUS,
    CLEAN,
    DONE,
    EVERY,
    GONE,
    HANGUL,
    HOSTILE,
    LONG,
    MISSING,
    TEST_GONE,
    UNTESTED,
    report,
)


@dataclass(frozen=True)
class Command:
    kind: str
    properties: dict[str, str]
    message: str


def read_as_a_runner(output: str) -> list[Command]:
    """The commands in a step's output, read by the rules that a runner has for them."""
    found = []
    for line in re.split(r"\r\n|\r|\n", output):
        text = line.lstrip()
        end = text.find("::", 2)
        if not text.startswith("::") or end < 0:
            assert "##[" not in line, line
            continue
        kind, _, properties = text[2:end].partition(" ")
        pairs = (one.partition("=") for one in properties.split(",") if one)
        found.append(Command(kind, {name: unescaped(value) for name, _, value in pairs}, unescaped(text[end + 2 :])))
    return found


def unescaped(text: str) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text


def commands(*findings: Finding, **options: Any) -> list[Command]:
    return read_as_a_runner(github(report(*findings, **options)))


def test_a_finding_becomes_an_annotation_at_its_place() -> None:
    (one,) = commands(MISSING)
    assert (one.kind, one.properties) == (
        "error",
        {
            "file": "shop/report.py",
            "line": "14",
            "endLine": "14",
            "col": "14",
            "endColumn": "19",
            "title": "call/missing-argument",
        },
    )
    assert one.message.startswith("`total` is called without `currency`\n")


@pytest.mark.parametrize(("finding", "kind"), [(MISSING, "error"), (HANGUL, "warning"), (TEST_GONE, "notice")])
def test_the_kind_follows_the_severity(finding: Finding, kind: str) -> None:
    assert [one.kind for one in commands(finding)] == [kind]


def test_what_is_only_at_the_base_has_no_line() -> None:
    (one,) = commands(TEST_GONE)
    assert "line" not in one.properties and "line 1 before the change" in one.message


def test_percent_line_ends_colons_and_commas_come_back_as_they_were() -> None:
    (one,) = commands(replace(MISSING, path="a%0A,b:c=d\r\n%25.py", title="100 % of: a, b"))
    assert one.properties["file"] == "a%0A,b:c=d\r\n%25.py"
    assert one.message.startswith("100 % of: a, b\n")


PIECES = (*":%,=#[]\r\n\x1b\u202e\x85\u2028\t 가a", "::", "##[", "::error::", "::stop-commands::x", "%0A")
TEXT = st.lists(st.sampled_from(PIECES), min_size=1, max_size=20).map("".join)
BYTES = st.binary(min_size=1, max_size=30)


@settings(max_examples=200, deadline=None)
@given(TEXT, TEXT, TEXT, BYTES)
def test_nothing_in_a_repository_becomes_a_command_of_its_own(title: str, why: str, path: str, raw: bytes) -> None:
    hostile = replace(MISSING, title=title, why=why, suggestion=why, path=path, evidence=path)
    other = replace(hostile, path=os.fsdecode(raw))
    odd = replace(report(hostile, other), skipped=(Skipped(path, why),), done=replace(DONE, notices=(title,)))
    output = github(odd)
    assert [one.kind for one in read_as_a_runner(output)] == ["error", "error"]
    assert {"file", "line", "endLine", "col", "endColumn", "title"} == set(read_as_a_runner(output)[0].properties)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]", output)


def test_hostile_samples_give_one_command_each() -> None:
    assert len(commands(HOSTILE, LONG)) == 2


def test_no_more_annotations_than_the_service_shows_and_the_worst_come_first() -> None:
    many = [replace(HANGUL, lines=(n, n)) for n in range(1, 31)]
    given_out = commands(*many, MISSING)
    assert [one.kind for one in given_out] == ["error"] + ["warning"] * MOST_OF_A_KIND
    assert "20 findings more would be warnings" in github(report(*many))


def test_what_is_not_annotated_is_said() -> None:
    lines = github(report(*EVERY)).splitlines()
    assert "qcode: 1 info and 1 ambiguous not listed; --all lists them" in lines
    assert any(line.startswith("qcode: not read") and "binary" in line for line in lines)
    assert github(report(done=CLEAN)) == "qcode: nothing to review\n"
    assert len(commands(UNTESTED, AMBIGUOUS, GONE, everything=True)) == 3
