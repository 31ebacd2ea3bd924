"""The formats of GitLab's Code Quality and of reviewdog."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from indexer.types import Finding
from qcode.report.codequality import codequality
from qcode.report.rdjsonl import rdjsonl
from tests.review.samples import CLEAN, EVERY, GROUPED, HANGUL, HOSTILE, LONG, MISSING, TEST_GONE, report


def issues(*findings: Finding, **options: Any) -> list[dict[str, Any]]:
    return json.loads(codequality(report(*findings, **options)))


def diagnostics(*findings: Finding, **options: Any) -> list[dict[str, Any]]:
    lines = rdjsonl(report(*findings, **options)).split("\n")
    assert lines.pop() == ""
    return [json.loads(line) for line in lines]


def test_an_issue_has_what_code_quality_asks_for() -> None:
    (issue,) = issues(MISSING)
    assert issue["description"].startswith("`total` is called without `currency`. The change made")
    assert {name: issue[name] for name in issue if name != "description"} == {
        "check_name": "call/missing-argument",
        "fingerprint": MISSING.fingerprint,
        "severity": "critical",
        "location": {"path": "shop/report.py", "lines": {"begin": 14}},
    }


@pytest.mark.parametrize(
    ("severity", "told"),
    [("critical", "blocker"), ("high", "critical"), ("medium", "major"), ("low", "minor"), ("info", "info")],
)
def test_every_severity_has_its_word(severity: str, told: str) -> None:
    (issue,) = issues(replace(MISSING, severity=severity), everything=True)  # type: ignore[arg-type]
    assert issue["severity"] == told


def test_no_findings_are_an_empty_array_and_no_lines() -> None:
    assert codequality(report(done=CLEAN)) == "[]\n"
    assert rdjsonl(report(done=CLEAN)) == ""


@pytest.mark.parametrize("draw", [codequality, rdjsonl])
def test_nothing_of_the_repository_is_written_raw(draw: Any) -> None:
    text = draw(report(*EVERY, *GROUPED, everything=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\ud800-\udfff]", text)


def test_columns_of_a_diagnostic_are_bytes() -> None:
    (one,) = diagnostics(HANGUL)
    before = len('\treturn {"안녕 여러분": '.encode())
    assert one["location"]["range"] == {
        "start": {"line": 21, "column": before + 1},
        "end": {"line": 21, "column": before + 1 + len("total")},
    }


def test_a_masked_secret_keeps_the_columns_it_has_in_the_file() -> None:
    masked = replace(MISSING, rule="secret/token", evidence="k = 'sk…9f'  # 열쇠 열쇠", columns=(6, 46))
    (one,) = diagnostics(masked)
    assert (one["location"]["range"]["start"]["column"], one["location"]["range"]["end"]["column"]) == (6, 46)


def test_what_is_only_at_the_base_has_no_range() -> None:
    (one,) = diagnostics(TEST_GONE)
    assert one["location"] == {"path": "tests/test_price.py"} and "line 1 before" in one["message"]
    assert issues(TEST_GONE)[0]["location"]["lines"] == {"begin": 1}


def test_a_message_that_is_posted_makes_no_link_image_tag_or_mention() -> None:
    (one,) = diagnostics(HOSTILE)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(one["message"])
    kinds = {inner.type for token in tokens for inner in [token, *(token.children or [])]}
    assert kinds.isdisjoint({"link_open", "image", "html_inline", "html_block"})
    assert not re.search(r"@\w|#\d|https?://\w", re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", one["message"]))


def test_a_path_that_is_not_utf_8_is_readable() -> None:
    assert issues(LONG)[0]["location"]["path"] == diagnostics(LONG)[0]["location"]["path"] == "\\xb0\\xa1.py"
