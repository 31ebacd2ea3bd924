"""Findings written by hand: every shape that a report has to draw."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from agents.types import Done, Target
from indexer.types import Finding, Related, Skipped
from qcode.report.types import Report, compose

SCHEMA = json.loads((Path(__file__).parents[2] / "qcode" / "schemas" / "review.json").read_text())
BASE = "1f0c2d3e4b5a69788796a5b4c3d2e1f001234567"
HEAD = "9a8b7c6d5e4f30211203f4e5d6c7b8a998877665"

BEFORE = Related("shop/price.py", (3, 3), "before", "def total(items):")
AFTER = Related("shop/price.py", (3, 4), "definition", "def total(items,\n          currency):")

MISSING = Finding(
    rule="call/missing-argument",
    severity="high",
    confidence="resolved",
    source="impact",
    path="shop/report.py",
    lines=(14, 14),
    columns=(14, 19),
    side="head",
    title="`total` is called without `currency`",
    why="The change made `currency` a required parameter, and this call does not give it.",
    evidence="    amount = total(rows)  # 합계",
    symbol="show",
    related=(BEFORE, AFTER),
    fingerprint="0123456789abcdef0123456789abcdef",
)
HANGUL = Finding(
    rule="call/missing-argument",
    severity="medium",
    confidence="unique",
    source="impact",
    path="shop/report.py",
    lines=(21, 21),
    columns=(20, 25),
    side="head",
    title="`total` is called without `currency`",
    why="The change made `currency` a required parameter, and this call does not give it.",
    evidence='\treturn {"안녕 여러분": total(rows)}',
    symbol="other",
    related=(BEFORE, AFTER),
    fingerprint="1123456789abcdef0123456789abcdef",
)
GONE = Finding(
    rule="name/removed",
    severity="high",
    confidence="resolved",
    source="impact",
    path="shop/__init__.py",
    lines=(2, 5),
    columns=(1, 2),
    side="head",
    title="`gone` no longer exists",
    why="",
    evidence="from shop.price import (\n    gone,\n    total,\n)\n",
    related=(
        Related("shop/price.py", (9, 9), "before", "def gone(x):"),
        *(Related(f"shop/use{n}.py", (n, n), "caller", f"gone({n})") for n in range(1, 6)),
    ),
    suggestion="Import `kept` instead.",
    fingerprint="2123456789abcdef0123456789abcdef",
)
HOSTILE = Finding(
    rule="text/bidi",
    severity="medium",
    confidence="resolved",
    source="check",
    path="evil\x1b[2J\n`<b>`@admin.py",
    lines=(1, 1),
    columns=(5, 12),
    side="head",
    title="`a``b` \x1b]52;c;eA==\x07 <script>alert(1)</script> @team fixes #12 [x](https://evil.example) ![i](http://e)",
    why="/close\u202e | ``` www.evil.example GH-7 org/repo#3 $1 &lt;",
    evidence="x = '\u202e\u200b\x1b[31m' ``` @root <img src=x>",
    related=(Related("evil.py", (1, 1), "definition", "```\n<b>@all</b>"),),
    fingerprint="3123456789abcdef0123456789abcdef",
)
LONG = Finding(
    rule="syntax/broken",
    severity="high",
    confidence="resolved",
    source="check",
    path=os.fsdecode(b"\xb0\xa1.py"),
    lines=(1, 1),
    columns=(5001, 5004),
    side="head",
    title="This file no longer parses",
    why="한국어로 된 아주 긴 설명은 낱말 사이에서 줄이 바뀌어야 하고, 한 글자는 두 칸을 차지한다. " * 3,
    evidence="a" * 5000 + "+++" + "b" * 5000,
    fingerprint="4123456789abcdef0123456789abcdef",
)
TEST_GONE = Finding(
    rule="test/removed",
    severity="low",
    confidence="resolved",
    source="check",
    path="tests/test_price.py",
    lines=(1, 9),
    columns=(1, 1),
    side="base",
    title="`test_total` was removed",
    why="What it checked is checked no more.",
    evidence="def test_total():\n" + "".join(f"    assert total([{n}]) == {n}\n" for n in range(8)),
    fingerprint="5123456789abcdef0123456789abcdef",
)
UNTESTED = Finding(
    rule="test/none",
    severity="info",
    confidence="resolved",
    source="check",
    path="shop/price.py",
    lines=(3, 3),
    columns=(5, 10),
    side="head",
    title="No test mentions `total`",
    why="",
    evidence="def total(items, currency):",
    fingerprint="6123456789abcdef0123456789abcdef",
)
AMBIGUOUS = Finding(
    rule="name/removed",
    severity="low",
    confidence="ambiguous",
    source="impact",
    path="shop/other.py",
    lines=(8, 8),
    columns=(3, 7),
    side="head",
    title="`gone` may be the one that was removed",
    why="",
    evidence="x.gone()",
    fingerprint="7123456789abcdef0123456789abcdef",
)
RECORD = (
    Related("payments/ledger.py", (16, 16), "before", "def record(self, account: str, amount: int) -> Entry"),
    Related(
        "payments/ledger.py", (17, 17), "definition", "def record(self, account: str, amount: int, memo: str) -> Entry"
    ),
)
CALLS = tuple(
    replace(
        MISSING,
        path=path,
        lines=(line, line + evidence.count("\n")),
        columns=(columns, columns + len("record")),
        title="`Ledger.record` is called without `memo`, which it now requires",
        why="`memo` has no default, and this call, which fitted before, does not pass it.",
        evidence=evidence,
        related=RECORD,
        fingerprint=f"{number}8{'0' * 30}",
    )
    for number, (path, line, columns, evidence) in enumerate(
        (
            ("payments/service.py", 25, 21, "        self.ledger.record(target, amount)"),
            ("payments/service.py", 131, 21, "        self.ledger.record(source, -amount)"),
            ("payments/batch.py", 8, 12, "    ledger.record(\n        account,\n        amount,\n    )"),
            ("payments/batch.py", 14, 12, "    ledger.record(account, amount)  # 정산"),
        )
    )
)
OVERRIDE = replace(
    CALLS[0],
    rule="override/signature",
    path="payments/audit.py",
    lines=(30, 30),
    columns=(9, 15),
    title="`AuditedLedger.record` no longer fits `Ledger.record`, which it overrides",
    why="Code that calls `Ledger.record` the way it has to be called now can't call this override.",
    evidence="    def record(self, account: str, amount: int) -> Entry:",
)
MODULES = tuple(
    replace(
        GONE,
        rule="import/missing",
        path=path,
        lines=(line, line),
        columns=(6, 20),
        title="The module `payments.rates` no longer exists: now `payments/exchange.py`",
        why="This import names `payments.rates`, which this change took away." + more,
        evidence="from payments.rates import fetch_rate",
        related=(),
        suggestion=None,
    )
    for path, line, more in (
        ("payments/service.py", 3, " 2 more places in it use what came from there."),
        ("tests/test_service.py", 1, ""),
    )
)
GROUPED = (*CALLS, OVERRIDE, *MODULES, MISSING)
EVERY = (MISSING, HANGUL, GONE, HOSTILE, LONG, TEST_GONE, UNTESTED, AMBIGUOUS)

SKIPPED = (
    Skipped("logo.png", "binary"),
    Skipped("a.png", "binary"),
    Skipped("vendor/app.min.js", "minified"),
    Skipped("deep.py", "the parser ran out of time"),
    Skipped("changed files outside --paths", "not asked for", 3),
)
DONE = Done(
    base=BASE,
    head=HEAD,
    files=12,
    reviewed=9,
    ms={"index": 40.04, "diff": 3.0, "impact": 12.26, "checks": 4.7, "model": None},
    dropped={"duplicate": 1},
    notices=("The index was damaged and has been built again.",),
    symbols=5,
)
CLEAN = Done(base=BASE, head=None, files=0, reviewed=0, ms={"index": 8.0, "model": None}, symbols=0)


def report(*findings: Finding, done: Done = DONE, **options: object) -> Report:
    """A report over these findings, with the usual receipt."""
    return compose(Target("range", "HEAD~1"), findings, SKIPPED if done is DONE else (), done, **options)  # type: ignore[arg-type]
