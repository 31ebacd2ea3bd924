"""The sample repository of `make demo`: always the same, and broken where it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Qcode

MAKER = Path(__file__).resolve().parents[2] / "examples" / "make_sample.py"

BREAKAGES = {
    "a constant that was removed is still imported": ("payments/statement.py", "import DAILY_LIMIT"),
    "a function was renamed": ("payments/statement.py", "money.format_amount(entry.amount)"),
    "a method of a field needs one more argument": ("payments/service.py", "self.ledger.record(target, amount)"),
    "a function became asynchronous": ("payments/exchange.py", "fetch_rate(currency)"),
    "an override was left behind": ("payments/channels.py", "def send(self, account: str, text: str)"),
    "an exported function was renamed": ("web/src/checkout.ts", "import { formatAmount }"),
    "a method of an object needs one more argument": ("web/src/checkout.ts", "client.transfer("),
    "a key was committed": ("payments/rates.py", "ACCESS_KEY"),
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "payments"
    subprocess.run([sys.executable, str(MAKER), str(folder)], check=True)
    return folder


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def test_it_has_two_commits_and_is_clean(sample: Path) -> None:
    assert git(sample, "rev-list", "--count", "HEAD") == "2"
    assert git(sample, "status", "--porcelain") == ""


def test_it_is_the_same_every_time(sample: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(MAKER), str(tmp_path / "again")], check=True)
    assert git(tmp_path / "again", "rev-parse", "HEAD") == git(sample, "rev-parse", "HEAD")


def test_its_key_stands_in_no_file_of_this_project(sample: Path) -> None:
    key = (sample / "payments" / "rates.py").read_text(encoding="utf-8").split('ACCESS_KEY = "')[1].split('"')[0]
    assert len(key) == 20
    texts = [path.read_bytes() for path in MAKER.parent.rglob("*") if path.is_file()]
    assert not any(key.encode() in text for text in texts)


def test_the_review_finds_every_planted_breakage(sample: Path, qcode: Qcode) -> None:
    done = qcode("review", "HEAD~1", "--format", "json", cwd=sample)
    found = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    high = [(finding["path"], finding["evidence"]) for finding in found if finding["severity"] == "high"]
    missed = [what for what, (path, code) in BREAKAGES.items() if not any(p == path and code in e for p, e in high)]
    assert missed == []
