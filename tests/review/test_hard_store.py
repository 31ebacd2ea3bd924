"""The index's file under the installed command: damaged, or held by another process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Qcode, Repo
from tests.review.asking import MISSING, rules, sentence


def the_store(qcode: Qcode) -> Path:
    (store,) = qcode.cache.rglob("*.db")
    return store


def cut(store: Path) -> None:
    store.write_bytes(store.read_bytes()[:5000])


def blank(store: Path) -> None:
    store.write_bytes(b"\0" * store.stat().st_size)


def of_another_shape(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.executescript("DROP TABLE blob; CREATE TABLE blob (strange TEXT)")


@pytest.mark.parametrize(
    ("damage", "verb"),
    [
        (cut, ["review", "HEAD~1"]),
        (of_another_shape, ["review", "HEAD~1"]),
        (blank, ["symbols", "total"]),
        (cut, ["map"]),
    ],
)
def test_a_damaged_store_costs_a_notice_once(
    broken: Repo, qcode: Qcode, damage: Callable[[Path], None], verb: list[str]
) -> None:
    first = qcode(*verb, "--json", cwd=broken.root)
    damage(the_store(qcode))
    second = qcode(*verb, "--json", cwd=broken.root)
    third = qcode(*verb, "--json", cwd=broken.root)
    assert (first.returncode, first.stderr) == (third.returncode, third.stderr) == (int(verb[0] == "review"), "")
    assert (second.returncode, second.stderr.count("built again")) == (first.returncode, 1)
    assert "Traceback" not in second.stderr


HOLDING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(broken: Repo, qcode: Qcode) -> Iterator[Path]:
    """The store of the repository, filled, while another process holds it for writing."""
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=broken.root))
    store = the_store(qcode)
    command = [sys.executable, "-I", "-c", HOLDING, str(store)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield store
        holder.communicate("")


def test_a_store_that_another_process_writes_to_is_still_read(broken: Repo, qcode: Qcode, held: Path) -> None:
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=broken.root))


@pytest.mark.real
def test_a_store_that_stays_locked_is_named(broken: Repo, qcode: Qcode, held: Path) -> None:
    broken.write({"shop/new.py": "x = 1\n"})
    done = qcode("review", cwd=broken.root)
    assert str(held) in sentence(done, 6)
    assert "QCODE_CACHE_DIR" in done.stderr
