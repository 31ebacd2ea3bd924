"""What the reports look like. `UPDATE_GOLDEN=1 pytest tests/review` writes the golden files anew: read their diff."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from indexer.types import Related
from qcode.output import to_json
from qcode.report import json as as_json
from qcode.report.colour import Style
from qcode.report.markdown import markdown
from qcode.report.text import text
from qcode.report.width import cells
from tests.review.samples import (
    CLEAN,
    EVERY,
    GONE,
    GROUPED,
    HANGUL,
    HOSTILE,
    LONG,
    MISSING,
    SCHEMA,
    TEST_GONE,
    UNTESTED,
    report,
)

GOLDEN = Path(__file__).parent / "golden"
ACTS_ON_A_TERMINAL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)

DRAWN = {
    "everything.txt": lambda: text(report(*EVERY, everything=True), Style(width=100)),
    "default.txt": lambda: text(report(*EVERY), Style(width=100)),
    "narrow.txt": lambda: text(report(MISSING, HANGUL, LONG), Style(width=48)),
    "ascii.txt": lambda: text(report(MISSING, GONE, TEST_GONE), Style(unicode=False)),
    "colour.txt": lambda: text(report(MISSING, HANGUL, UNTESTED), Style(colour=True)),
    "clean.txt": lambda: text(report(done=CLEAN), Style()),
    "none.txt": lambda: text(report(), Style()),
    "grouped.txt": lambda: text(report(*GROUPED), Style(width=80)),
    "grouped_narrow.txt": lambda: text(report(*GROUPED), Style(width=60)),
    "everything.md": lambda: markdown(report(*EVERY, everything=True)),
    "default.md": lambda: markdown(report(*EVERY)),
    "clean.md": lambda: markdown(report(done=CLEAN)),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_report_looks_as_it_did(name: str) -> None:
    drawn = DRAWN[name]()
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / name).write_text(drawn, encoding="utf-8")
    assert drawn == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 48, 100, 120])
def test_nothing_of_the_repository_reaches_the_terminal_raw(width: int) -> None:
    assert not ACTS_ON_A_TERMINAL.search(text(report(*EVERY, everything=True), Style(width=width)))


@pytest.mark.parametrize("width", [40, 48, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = text(report(*EVERY, *GROUPED, everything=True), Style(width=width)).splitlines()
    assert [line for line in lines if cells(line) > width] == []


def test_what_a_changed_definition_breaks_is_told_once_with_every_place() -> None:
    drawn = text(report(*GROUPED), Style(width=80))
    for once in (
        "memo: str) -> Entry",
        "`Ledger.record` is called without",
        "has no default",
        "The module `payments.r",
    ):
        assert drawn.count(once) == 1, once
    assert drawn.count("    payments/batch.py\n") == 1
    assert [line.split()[0] for line in drawn.splitlines() if ".record(" in line and "│" in line] == [
        "8",
        "14",
        "25",
        "131",
    ]


def test_what_differs_between_places_stays_with_its_place() -> None:
    lines = text(report(*GROUPED), Style(width=80)).splitlines()
    at = next(n for n, line in enumerate(lines) if "2 more places in it use" in line)
    assert lines[at - 3].strip() == "payments/service.py"
    assert lines[at - 1].endswith("^^^^^^^^^^^^^^")


LONG_HEAD = f"def request(self, {', '.join(f'option_{n}: dict[str, str] | None = None' for n in range(20))}"


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize(("before", "after"), [(")", ", *, tenant: str)"), (", a: int)", ", b: int)")])
def test_a_long_definition_is_shown_where_it_differs(width: int, before: str, after: str) -> None:
    places = (
        Related("a.py", (3, 3), "before", LONG_HEAD + before + " -> Response"),
        Related("a.py", (3, 3), "definition", LONG_HEAD + after + " -> Response"),
    )
    drawn = " ".join(text(report(replace(MISSING, related=places)), Style(width=width)).split())
    _, removed, added = re.split(r" [−+] ", drawn)
    assert removed.startswith("def request(…") and added.startswith("def request(…")
    assert f"{after} -> Response" in added and f"{before} -> Response" in removed
    assert f"{after} -> Response" in markdown(report(replace(MISSING, related=places)))


def test_a_definition_that_is_cut_says_so() -> None:
    places = (Related("a.py", (3, 3), "definition", "x = [" + "12345, " * 300),)
    assert "…" in text(report(replace(MISSING, related=places)), Style(width=100)).rpartition("x = [")[2]


def test_of_many_places_in_a_file_the_first_are_quoted_and_the_others_counted_by_their_lines() -> None:
    places = [replace(MISSING, lines=(n, n), evidence=f"    call_{n}(rows)") for n in range(11, 31)]
    drawn = text(report(*places), Style(width=100))
    assert "20 places" in drawn
    assert len(re.findall(r"call_\d+", drawn)) == 5
    assert "and lines 16, 17, 18" in drawn and "30" in drawn
    assert len(as_object(*places)["findings"]) == 20


def test_the_caret_stands_under_the_name_also_behind_hangul_and_tabs() -> None:
    lines = text(report(HANGUL), Style()).splitlines()
    at = next(n for n, line in enumerate(lines) if "total(rows)" in line)
    caret = lines[at + 1]
    before = lines[at].partition("total")[0]
    assert (caret.index("^"), caret.count("^")) == (cells(before), len("total"))


def test_markdown_makes_no_link_image_or_tag_of_repository_text() -> None:
    drawn = markdown(report(*EVERY, everything=True))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(drawn)
    kinds = {inner.type for token in tokens for inner in [token, *(token.children or [])]}
    assert kinds.isdisjoint({"link_open", "image", "html_inline", "html_block", "table_open"})


def test_markdown_mentions_and_references_do_nothing() -> None:
    outside_code = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown(report(HOSTILE)), flags=re.DOTALL)
    assert not re.search(r"@\w|#\d|GH-\d|https?://\w|www\.\w|^/close", outside_code, re.MULTILINE)


def as_object(*findings: object, **options: object) -> dict[str, Any]:
    drawn = report(*findings, **options)  # type: ignore[arg-type]
    return json.loads(to_json(as_json.SCHEMA, as_json.body(drawn), drawn.exit, as_json.skipped(drawn)))


@pytest.mark.parametrize("everything", [False, True])
def test_json_follows_its_schema(everything: bool) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(as_object(*EVERY, everything=everything))
    Draft202012Validator(SCHEMA).validate(as_object(done=CLEAN))


def test_json_says_what_it_holds_back() -> None:
    held = [one for one in as_object(*EVERY)["skipped"] if "--all" in one["why"]]
    assert [one["count"] for one in held] == [1]
    assert [one for one in as_object(*EVERY, everything=True)["skipped"] if "--all" in one["why"]] == []


def test_json_gives_the_bytes_of_a_path_that_is_not_utf_8() -> None:
    (finding,) = as_object(LONG)["findings"]
    assert (finding["path"], finding["path_bytes"]) == ("\\xb0\\xa1.py", "sKEucHk=")


def test_json_keeps_the_evidence_to_the_character() -> None:
    (finding,) = as_object(HOSTILE)["findings"]
    assert finding["evidence"] == HOSTILE.evidence
