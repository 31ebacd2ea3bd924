"""A repository whose last commit breaks a caller, and how the tests read what `qcode review` answers."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from tests.review.samples import SCHEMA

BEFORE = {
    "shop/__init__.py": "",
    "shop/price.py": "def total(items):\n    return sum(items)\n\n\ndef tax(amount):\n    return amount\n",
    "shop/report.py": "from shop.price import tax, total\n\n\ndef show(rows):\n    return tax(total(rows))\n",
}
AFTER = {
    "shop/price.py": "def total(items, currency):\n    return sum(items)\n\n\ndef tax(amount):\n    return amount\n"
}


def answer(done: Any) -> dict[str, Any]:
    """The JSON object of a finished command, checked against the schema and against the exit code."""
    assert "Traceback" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(SCHEMA).validate(found)
    assert found["exit"] == done.returncode
    return found


def rules(done: Any) -> list[tuple[str, str, int]]:
    return [(one["rule"], one["path"], one["lines"][0]) for one in answer(done)["findings"]]


def sentence(done: Any, code: int) -> str:
    """What a command that could not do its work says: one sentence with a remedy, and nothing on stdout."""
    assert (done.returncode, done.stdout) == (code, "")
    said, *remedy = done.stderr.splitlines()
    assert said.startswith("qcode: ") and said.endswith(".") and len(remedy) <= 1
    return said.removeprefix("qcode: ")


MISSING = ("call/missing-argument", "shop/report.py", 5)
