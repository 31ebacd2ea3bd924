"""Records of the journal that a fault or a stranger has written: believed as a whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.edits import apply_answer, history, recover, undo
from indexer.errors import Problem
from tests.edits.trees import Tree, block, many, planted, tree_of

State = Path
OUTSIDE = ("../outside.txt", "/outside.txt", "link/outside.txt", "sub/../../outside.txt", ".git/hooks/x", "a\0b", "")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with two operations on it, beside a file that is none of its business."""
    files, modes, answer = many(4)
    planted(tmp_path, {"outside.txt": b"mine"})
    root = planted(tmp_path / "root", {**files, "a.txt": b"one\n", ".git/hooks/x": b"mine"}, modes)
    (root / "link").symlink_to(tmp_path)
    assert apply_answer(root, answer).applied
    assert apply_answer(root, block("a.txt", "one\n", "two\n")).applied
    return root


def records(root: Path) -> list[Path]:
    return sorted((root / ".qcode/state").glob("*.done"))


def everything(root: Path) -> Tree:
    return tree_of(root.parent) | tree_of(root)


def body_of(record: Path) -> tuple[dict[str, Any], bytes]:
    line, _, body = record.read_bytes().partition(b"\n")
    length = int(line.split(b" ")[1])
    return json.loads(body[:length]), body[length:]


def forge(record: Path, head: object, rest: bytes) -> None:
    """Write a record whose lengths and digest are right whatever its head says."""
    header = json.dumps(head).encode()
    body = header + rest
    digest = hashlib.sha256(body).hexdigest().encode()
    record.write_bytes(b"qcode-journal-2 %d %d %s\n%s" % (len(header), len(body), digest, body))


def outcome_of(root: Path, act: Callable[[Path], object]) -> str:
    """One clear sentence where it is refused."""
    try:
        act(root)
    except Problem as problem:
        assert str(problem).strip().endswith(".") and "\n" not in str(problem).strip()
        return str(problem)
    return ""


def refuses_whole(root: Path, record: Path) -> None:
    """Neither reading, undoing nor recovering such a record changes anything of the tree or beside it."""
    before = {path: content for path, content in everything(root).items() if ".qcode" not in path}
    id = record.name.split(".")[1]
    assert id in history(root).damaged
    assert "damaged" in outcome_of(root, lambda root: undo(root, id))
    record.rename(record.with_suffix(".pending"))
    recover(root)
    assert {path: content for path, content in everything(root).items() if ".qcode" not in path} == before
    assert not record.with_suffix(".pending").exists()


def test_any_changed_byte_of_a_record_is_noticed(root: Path) -> None:
    chance = random.Random(20261122)
    record = records(root)[0]
    good = record.read_bytes()
    before = tree_of(root)
    for _ in range(150):
        spoilt = bytearray(good)
        spoilt[chance.randrange(len(good))] ^= 1 << chance.randrange(8)
        record.write_bytes(bytes(spoilt))
        assert len(history(root).damaged) == 1
        assert outcome_of(root, lambda root: undo(root, record.name.split(".")[1]))
        assert tree_of(root) == before


def test_random_bytes_in_place_of_a_record_are_refused(root: Path) -> None:
    chance = random.Random(20261123)
    record = records(root)[0]
    before = tree_of(root)
    for n in range(100):
        line = b"qcode-journal-2 %d %d " % (chance.randrange(60), chance.randrange(60)) if n % 2 else b""
        for name in (record, record.with_name("00000007.20260101T000000Z-beef.pending")):
            name.write_bytes(line + chance.randbytes(chance.randrange(200)))
        assert len(history(root).damaged) == 1
        recover(root)
        assert tree_of(root) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda head, rest: (head, rest[:-1]),
        lambda head, rest: (head, rest + b"x"),
        lambda head, rest: (head | {"steps": [[p, b and [b[0], b[1] + 1, *b[2:]], a] for p, b, a in head["steps"]]},
                            rest),
        lambda head, rest: (head | {"steps": [[p, b and [b[0], -b[1], *b[2:]], a] for p, b, a in head["steps"]]}, rest),
        lambda head, rest: (head | {"steps": [[p, b and ["0" * 64, *b[1:]], a] for p, b, a in head["steps"]]}, rest),
        lambda head, rest: (head | {"steps": [[p, b, a and [*a[:2], 1 << 40, a[3]]] for p, b, a in head["steps"]]},
                            rest),
        lambda head, rest: (head | {"steps": [[p, b, a and [*a[:3], [-1, -1]]] for p, b, a in head["steps"]]}, rest),
        lambda head, rest: (head | {"steps": [*head["steps"], [head["steps"][0][0], None, None]]}, rest),
        lambda head, rest: (head | {"steps": [[[p], b, a] for p, b, a in head["steps"]]}, rest),
        lambda head, rest: (head | {"steps": "abc"}, rest),
        lambda head, rest: (head | {"number": head["number"] + 1}, rest),
        lambda head, rest: (head | {"id": "20260101T000000Z-beef"}, rest),
        lambda head, rest: (head | {"kind": "sneeze"}, rest),
        lambda head, rest: (head | {"undoes": 5}, rest),
        lambda head, rest: ({key: value for key, value in head.items() if key != "made"}, rest),
        lambda head, rest: ([head], rest),
        lambda head, rest: (None, rest),
        lambda head, rest: (1e308, rest),
    ],
)  # fmt: skip
def test_a_record_whose_parts_do_not_fit_is_refused_whole(root: Path, change: Callable[[Any, bytes], Any]) -> None:
    record = records(root)[0]
    forge(record, *change(*body_of(record)))
    refuses_whole(root, record)


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("where", ["steps", "made", "removed"])
def test_a_record_never_reaches_out_of_the_root(root: Path, where: str, path: str) -> None:
    record = records(root)[1]
    head, rest = body_of(record)
    (step,) = head["steps"]
    mine = [hashlib.sha256(b"mine").hexdigest(), 4, 0o644, None]
    head |= {"steps": [[path, step[1], mine]]} if where == "steps" else {where: [path]}
    forge(record, head, rest)
    before = (root.parent / "outside.txt").read_bytes(), (root / ".git/hooks/x").read_bytes()
    outcome_of(root, lambda root: undo(root, record.name.split(".")[1]))
    record.exists() and record.rename(record.with_suffix(".pending"))
    recover(root)
    assert ((root.parent / "outside.txt").read_bytes(), (root / ".git/hooks/x").read_bytes()) == before
    assert sorted(path.name for path in root.parent.iterdir()) == ["outside.txt", "root"]
    assert not list((root / ".qcode/state").glob("*.pending"))


def test_records_that_changed_places_are_refused(root: Path) -> None:
    one, other = records(root)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    before = tree_of(root)
    assert len(history(root).damaged) == 2
    assert outcome_of(root, undo)
    assert tree_of(root) == before


def test_a_record_that_was_copied_is_no_second_operation(root: Path) -> None:
    record = records(root)[1]
    record.with_name(record.name.replace("00000002", "00000009")).write_bytes(record.read_bytes())
    assert len(history(root).damaged) == 1
    assert undo(root).applied
    assert (root / "a.txt").read_bytes() == b"one\n"


def test_a_record_that_undoes_itself_or_its_future_ends(root: Path) -> None:
    first, second = records(root)
    for record, undoes in ((first, second), (second, first)):
        head, rest = body_of(record)
        forge(record, head | {"kind": "undo", "undoes": undoes.name.split(".")[1]}, rest)
    assert len(history(root).operations) == 2


def test_deeply_nested_json_is_a_damaged_record(root: Path) -> None:
    record = records(root)[1]
    header = b"[" * 100_000
    digest = hashlib.sha256(header).hexdigest().encode()
    record.write_bytes(b"qcode-journal-2 %d %d %s\n%s" % (len(header), len(header), digest, header))
    refuses_whole(root, record)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/passwd")])
@pytest.mark.parametrize("state", ["pending", "done"])
def test_what_is_no_file_is_no_record(root: Path, make: Callable[[Path], None], state: str) -> None:
    make(root / f".qcode/state/00000009.20260101T000000Z-beef.{state}")
    assert len(history(root).operations) == 2
    assert undo(root).applied
    assert (root / "a.txt").read_bytes() == b"one\n"


@pytest.mark.parametrize("name", ["000000009.20260101T000000Z-beef.pending", "٠٠٠٠٠٠٠٩.20260101T000000Z-beef.pending"])
def test_a_name_that_this_journal_does_not_give_is_no_record(root: Path, name: str) -> None:
    (root / ".qcode/state" / name).write_bytes(b"junk")
    assert undo(root).applied


def test_a_damaged_record_of_an_interrupted_operation_is_told(root: Path) -> None:
    record = records(root)[1]
    record.write_bytes(record.read_bytes()[:-1] + b"!")
    pending = record.rename(record.with_suffix(".pending"))
    before = tree_of(root)
    (said,) = recover(root)
    assert record.name.split(".")[1] in said and "damaged" in said
    assert tree_of(root) == before
    assert not pending.exists()
