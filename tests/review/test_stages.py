"""`agents.review` without the command line: findings get their identity, and no stage takes the others with it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from agents.review.identity import Identity, fingerprint
from agents.review.scope import without_repeats
from indexer.types import Definition, Finding, Outline, Related, Skipped
from tests.review.samples import AFTER, AMBIGUOUS, BEFORE, GONE, MISSING

OUTLINE = Outline(
    language="python",
    lines=30,
    definitions=(
        Definition("Shop", "Shop", "class", None, (1, 20), "class Shop"),
        Definition("show", "Shop.show", "method", "Shop", (10, 18), "def show(self)"),
    ),
    imports=(),
    identifiers=(),
    issues=(),
    issue_count=0,
)


def settled(*findings: Finding) -> list[Finding]:
    return Identity({("head", "shop/report.py"): OUTLINE}).settle(findings)


def test_the_fingerprint_is_the_one_the_contract_names() -> None:
    (one,) = settled(MISSING)
    text = "\0".join(["call/missing-argument", "shop/report.py", "show", "amount = total(rows) # 합계", "0"])
    assert one.fingerprint == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_equal_findings_are_told_apart_by_their_order_of_lines() -> None:
    later = replace(MISSING, lines=(17, 17))
    first, second = settled(later, MISSING)
    same = ("call/missing-argument", "shop/report.py", "show", "amount = total(rows) # 합계")
    assert [one.lines[0] for one in (first, second)] == [14, 17]
    assert [one.fingerprint for one in (first, second)] == [fingerprint(*same, 0), fingerprint(*same, 1)]


def test_a_finding_without_a_symbol_gets_the_innermost_one_around_it() -> None:
    assert [one.symbol for one in settled(replace(MISSING, symbol=""))] == ["Shop.show"]
    assert [one.symbol for one in settled(replace(MISSING, symbol="", lines=(25, 25)))] == [""]


def test_the_same_said_twice_of_the_same_lines_is_one_finding() -> None:
    identity = Identity({})
    doubtful = replace(
        MISSING, confidence="ambiguous", severity="low", related=(AFTER, Related("b.py", (1, 1), "caller", "x"))
    )
    (one,) = identity.settle([doubtful, MISSING])
    assert (one.severity, one.confidence, identity.duplicates) == ("high", "resolved", 1)
    assert one.related == (BEFORE, AFTER, Related("b.py", (1, 1), "caller", "x"))


def test_two_names_missing_from_one_line_stay_two_findings() -> None:
    other = replace(GONE, title="`total` no longer exists", columns=(4, 9))
    assert len(settled(GONE, other)) == 2


def test_findings_of_broken_text_have_a_fingerprint_too() -> None:
    assert len(settled(replace(AMBIGUOUS, path="\udcb0.py", evidence="\ud800"))[0].fingerprint) == 32


@pytest.mark.parametrize(
    ("skipped", "left"),
    [
        ([Skipped("a", "binary"), Skipped("a", "large")], [Skipped("a", "binary")]),
        (
            [Skipped("a", "minified"), Skipped("files", "minified", 3)],
            [Skipped("a", "minified"), Skipped("files", "minified", 2)],
        ),
        ([Skipped("a", "minified"), Skipped("files", "minified", 1)], [Skipped("a", "minified")]),
        ([Skipped("files", "minified", 2), Skipped("files", "large", 1)],) * 2,
    ],
)
def test_nothing_is_told_twice(skipped: list[Skipped], left: list[Skipped]) -> None:
    assert list(without_repeats(skipped)) == left
