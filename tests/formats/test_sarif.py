"""The SARIF log is valid, and is what code-scanning services read."""

from __future__ import annotations

import gzip
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError

from indexer.types import Finding, Related, Skipped
from qcode.report.rules import RULES
from qcode.report.sarif import sarif, uri
from tests.formats.schema import VALIDATOR, log_of
from tests.review.samples import (
    AMBIGUOUS,
    CLEAN,
    DONE,
    EVERY,
    GONE,
    GROUPED,
    HANGUL,
    HEAD,
    HOSTILE,
    LONG,
    MISSING,
    TEST_GONE,
    report,
)

ROOT = Path(__file__).resolve().parents[2]


def run_of(*findings: Finding, **options: Any) -> dict[str, Any]:
    """The one run of the log over these findings."""
    (run,) = log_of(sarif(report(*findings, **options)))["runs"]
    return run


def result_of(finding: Finding) -> dict[str, Any]:
    (result,) = run_of(finding)["results"]
    return result


def region_of(finding: Finding) -> dict[str, int]:
    return result_of(finding)["locations"][0]["physicalLocation"]["region"]


@pytest.mark.parametrize("findings", [EVERY, GROUPED, ()])
def test_a_log_follows_the_official_schema(findings: tuple[Finding, ...]) -> None:
    assert len(run_of(*findings, everything=True)["results"]) == len(findings)
    assert run_of(done=CLEAN)["results"] == []


def test_the_schema_is_one_that_refuses() -> None:
    with pytest.raises(ValidationError):
        VALIDATOR.validate({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "qcode", "rulez": []}}}]})


def test_every_rule_is_explained_with_what_a_service_shows() -> None:
    for rule in run_of(*EVERY)["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
        assert len(rule["fullDescription"]["text"]) <= 1024 and len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["precision"] in ("very-high", "high", "medium", "low")
        assert ("security-severity" in rule["properties"]) == ("security" in rule["properties"]["tags"])


def test_the_explained_rules_are_those_of_the_page_with_its_severities() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z]+/[a-z-]+)` \| (\w+)", page, re.MULTILINE))
    assert {name: rule.severity for name, rule in RULES.items()} == rows


def test_a_secret_is_a_security_finding_under_the_rule_of_its_kind() -> None:
    run = run_of(replace(MISSING, rule="secret/aws-key", source="check"), MISSING)
    by_name = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert float(by_name["secret/aws-key"]["properties"]["security-severity"]) >= 7
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize(
    ("severity", "level"),
    [("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "note"), ("info", "note")],
)
def test_the_level_follows_the_severity_of_the_finding(severity: str, level: str) -> None:
    assert result_of(replace(MISSING, severity=severity))["level"] == level  # type: ignore[arg-type]


def test_a_finding_keeps_its_identity_where_lines_above_it_change() -> None:
    moved = replace(MISSING, lines=(99, 99))
    assert result_of(moved)["partialFingerprints"] == result_of(MISSING)["partialFingerprints"]
    assert set(result_of(MISSING)["partialFingerprints"].values()) == {MISSING.fingerprint}
    assert "primaryLocationLineHash" in result_of(MISSING)["partialFingerprints"]


def test_a_region_is_the_name_and_its_context_the_whole_statement() -> None:
    assert region_of(GONE) == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2}
    context = result_of(GONE)["locations"][0]["physicalLocation"]["contextRegion"]
    assert (context["startLine"], context["endLine"], context["snippet"]["text"]) == (2, 5, GONE.evidence)


def test_columns_are_counted_as_the_log_declares() -> None:
    assert run_of(MISSING)["columnKind"] == "utf16CodeUnits"
    assert region_of(HANGUL)["startColumn"] == 20
    pictured = replace(MISSING, evidence="    '😀😀', total(rows)", columns=(11, 16))
    assert (region_of(pictured)["startColumn"], region_of(pictured)["endColumn"]) == (13, 18)


def test_a_finding_that_marks_no_token_has_all_its_lines_for_a_region() -> None:
    whole = replace(GONE, columns=(1, 1), evidence="one\ntwo\nthree\nfour")
    assert region_of(whole) == {"startLine": 2, "startColumn": 1, "endLine": 5, "endColumn": 5}


def test_what_is_only_at_the_base_points_to_no_line_of_the_head() -> None:
    assert region_of(TEST_GONE)["startLine"] == 1
    assert "line 1 before the change" in result_of(TEST_GONE)["message"]["text"]
    (was,) = result_of(TEST_GONE)["relatedLocations"]
    assert was["physicalLocation"]["artifactLocation"]["uriBaseId"] == "%BASEROOT%"
    assert was["physicalLocation"]["region"] == {"startLine": 1, "endLine": 9}


def test_related_places_say_which_side_they_are_of() -> None:
    places = result_of(MISSING)["relatedLocations"]
    assert [place["physicalLocation"]["artifactLocation"]["uriBaseId"] for place in places] == [
        "%BASEROOT%",
        "%SRCROOT%",
    ]
    assert [place["id"] for place in places] == [0, 1]


def test_a_flow_leads_from_the_definition_to_the_use_where_both_are_there() -> None:
    (flow,) = result_of(MISSING)["codeFlows"]
    steps = [step["location"]["physicalLocation"] for step in flow["threadFlows"][0]["locations"]]
    assert [(step["artifactLocation"]["uri"], step["region"]["startLine"]) for step in steps] == [
        ("shop/price.py", 3),
        ("shop/report.py", 14),
    ]
    assert "codeFlows" not in result_of(GONE)


def test_a_path_of_any_bytes_becomes_an_address_inside_the_root() -> None:
    assert uri("한글/[id] #1?.tsx") == "%ED%95%9C%EA%B8%80/%5Bid%5D%20%231%3F.tsx"
    assert uri(LONG.path) == "%B0%A1.py"
    assert uri("javascript:alert(1).js").startswith("javascript%3A")


SEGMENTS = st.binary(min_size=1, max_size=12).filter(lambda part: b"/" not in part and b"\0" not in part)


@settings(max_examples=200, deadline=None)
@given(st.lists(SEGMENTS, min_size=1, max_size=4))
def test_an_address_gives_the_path_back_and_names_nothing_else(segments: list[bytes]) -> None:
    path = b"/".join(segments)
    address = uri(os.fsdecode(path))
    split = urlsplit(address)
    assert (split.scheme, split.netloc, split.query, split.fragment) == ("", "", "", "")
    assert unquote_to_bytes(address) == path and address.isascii() and address.isprintable()


def test_no_text_of_the_repository_becomes_a_link_or_acts_on_a_terminal() -> None:
    text = sarif(report(*EVERY, everything=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff]", text)
    assert text.count("\n") == 1
    for result in log_of(text)["runs"][0]["results"]:
        assert not re.search(r"\]\(", result["message"]["text"])
        assert result["message"]["text"].isprintable()


def test_the_run_says_how_it_ended_and_what_it_did_not_look_at() -> None:
    (invocation,) = run_of(MISSING)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)
    told = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert "logo.png: binary" in told and any("built again" in text for text in told)
    (invocation,) = log_of(sarif(replace(report(MISSING), exit=3)))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False


def test_what_is_held_back_is_said() -> None:
    (invocation,) = run_of(AMBIGUOUS)["invocations"]
    assert any("--all" in note["message"]["text"] for note in invocation["toolExecutionNotifications"])
    (invocation,) = run_of(AMBIGUOUS, everything=True)["invocations"]
    assert not any("--all" in note["message"]["text"] for note in invocation["toolExecutionNotifications"])


def test_many_skipped_files_do_not_make_the_log_endless() -> None:
    many = replace(report(), skipped=tuple(Skipped(f"{n}.bin", "binary") for n in range(5000)))
    (invocation,) = log_of(sarif(many))["runs"][0]["invocations"]
    assert len(invocation["toolExecutionNotifications"]) < 1100
    assert "more" in invocation["toolExecutionNotifications"][-1]["message"]["text"]


def test_a_log_stays_within_what_a_service_takes_and_says_what_it_left_out() -> None:
    noise = [replace(AMBIGUOUS, confidence="resolved", evidence=os.urandom(2000).hex()) for _ in range(40)]
    titled = [replace(one, title=one.evidence[:3000]) for one in noise]
    for findings, left in ((noise, 0), (titled, 21)):
        text = sarif(report(MISSING, *findings), most_bytes=50_000)
        run = log_of(text)["runs"][0]
        assert len(gzip.compress(text.encode())) <= 50_000
        assert run["results"][0]["ruleId"] == MISSING.rule and len(run["results"]) == 41 - left
        told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
        assert told.startswith(f"{left} findings, the least severe") == bool(left)


def test_more_results_than_a_service_takes_are_cut_to_the_worst() -> None:
    run = json.loads(sarif(report(*[AMBIGUOUS] * 25_010, MISSING, everything=True)))["runs"][0]
    assert len(run["results"]) == 25_000 and run["results"][0]["level"] == "error"


def test_related_places_are_few_enough() -> None:
    busy = replace(GONE, related=tuple(Related("a.py", (n, n), "caller", "f()") for n in range(1, 3000)))
    assert len(result_of(busy)["relatedLocations"]) <= 1000


def test_both_sides_and_where_they_come_from_are_named() -> None:
    run = run_of(MISSING, remote="https://forge.test/shop")
    assert [(one["repositoryUri"], one["revisionId"]) for one in run["versionControlProvenance"]] == [
        ("https://forge.test/shop", HEAD),
        ("https://forge.test/shop", DONE.base),
    ]
    assert "versionControlProvenance" not in run_of(MISSING)


def test_the_same_findings_give_the_same_bytes() -> None:
    assert sarif(report(*EVERY, HOSTILE)) == sarif(report(HOSTILE, *reversed(EVERY)))
    assert json.loads(sarif(report()))["version"] == "2.1.0"
