"""docs/rules.md names every rule that the code can report, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = "call|name|import|export|override|interface|syntax|conflict|text|test|doc"


def test_the_rules_of_the_code_and_of_the_page_are_the_same() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "indexer").rglob("*.py"))
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    reported = set(re.findall(rf'"((?:{FAMILIES})/[a-z-]+)"', code))
    assert len(reported) > 15
    assert reported == set(re.findall(rf"^\| `((?:{FAMILIES})/[a-z-]+)`", page, re.MULTILINE))
