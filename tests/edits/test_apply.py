"""An answer becomes files: all of its edits or none, byte for byte."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.edits import apply_answer, apply_tool_call, undo
from agents.edits.disk import Disk
from agents.edits.types import Request
from indexer.errors import StateProblem, UsageProblem
from tests.edits.trees import answering, block, many, planted, tree_of

LINES = ["alpha", "beta", "gamma", "", "    indented", "\ttab", "한글 줄", "x = 1  ", "=======", "<<<<<<< HEAD"]


def test_one_answer_edits_makes_deletes_and_renames(tmp_path: Path) -> None:
    files, modes, answer = many(8)
    root = planted(tmp_path / "root", files, modes)
    outcome = apply_answer(root, answer)
    assert outcome.applied
    assert {one.status for one in outcome.blocks} == {"applied"}
    tree = tree_of(root)
    assert tree["dir0/file0.txt"] == (0o755, b"head 0\r\nchanged 0\r\nand grown\r\ntail")
    assert tree["made1/deep/file1.txt"][1] == b"new 1\n"
    assert "dir2/file2.txt" not in tree
    assert tree["moved/file3.txt"] == (0o755, files["dir0/file3.txt"])
    assert "dir0/file3.txt" not in tree
    assert tree["dir2"] == (0o755, None)


def test_one_refused_block_and_nothing_is_written(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", "b.txt": b"two\n"})
    before = tree_of(root)
    answer = (
        block("a.txt", "one\n", "uno\n") + block("b.txt", "entirely different\n", "x\n") + block("c.txt", "", "c\n")
    )
    outcome = apply_answer(root, answer)
    assert [(one.n, one.status, one.reason) for one in outcome.blocks] == [
        (1, "held", None),
        (2, "refused", "NOT_FOUND"),
        (3, "held", None),
    ]
    assert not outcome.applied
    assert outcome.operation is None
    assert "send ONLY block 2 again" in outcome.feedback
    assert tree_of(root) == before
    assert not (root / ".qcode").exists()


@pytest.mark.parametrize("finish_reason", ["length", "content_filter"])
def test_an_answer_that_was_cut_off_is_not_used(tmp_path: Path, finish_reason: str) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n"})
    outcome = apply_answer(root, block("a.txt", "one\n", "uno\n"), finish_reason=finish_reason)
    assert {(one.status, one.reason) for one in outcome.blocks} == {("refused", "TRUNCATED")}
    assert (root / "a.txt").read_bytes() == b"one\n"


@pytest.mark.parametrize("answer", ["", "Nothing has to be done.\n", "```py\nprint()\n```\n"])
def test_an_answer_without_edits_does_nothing_and_says_so(tmp_path: Path, answer: str) -> None:
    outcome = apply_answer(tmp_path, answer)
    assert (outcome.applied, outcome.blocks) == (False, ())
    assert outcome.notices == ("There is no edit in this answer.",)


def test_the_lines_of_a_block_are_those_of_the_file_afterwards(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"".join(b"line %d\n" % n for n in range(1, 31))})
    answer = (
        block("a.txt", "line 3\n", "3a\n3b\n3c\n")
        + block("a.txt", "line 20\n", "")
        + block("a.txt", "line 25\n", "25\n")
    )
    assert [one.lines for one in apply_answer(root, answer).blocks] == [(3, 5), (22, 22), (26, 26)]


def test_a_tool_call_goes_through_the_same_engine(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\r\ntwo\r\n"})
    outcome = apply_tool_call(root, {"path": "a.txt", "old_string": "one\n", "new_string": "uno\n"})
    assert outcome.applied
    assert (root / "a.txt").read_bytes() == b"uno\r\ntwo\r\n"
    assert undo(root).applied
    assert not apply_tool_call(root, '{"path": "a.txt", "old_string": "one').applied


def test_a_file_is_renamed_and_edited_in_one_answer(tmp_path: Path) -> None:
    for path in ("a.txt", "b.txt"):
        root = planted(tmp_path / path, {"a.txt": b"one\n"}, {"a.txt": 0o755})
        answer = "*** Rename File: a.txt -> b.txt\n\n" + block(path, "one\n", "uno\n")
        assert apply_answer(root, answer).applied
        assert tree_of(root) == {"b.txt": (0o755, b"uno\n")}
        assert undo(root).applied
        assert tree_of(root) == {"a.txt": (0o755, b"one\n")}


def test_a_file_is_made_and_then_edited_in_one_answer(tmp_path: Path) -> None:
    answer = block("a.txt", "", "one\ntwo\n") + block("a.txt", "two\n", "dos\n")
    assert apply_answer(tmp_path, answer).applied
    assert (tmp_path / "a.txt").read_bytes() == b"one\ndos\n"


@pytest.mark.parametrize(
    "answer",
    [
        "*** Delete File: a.txt\n\n" + block("a.txt", "one\n", "uno\n"),
        "*** Delete File: a.txt\n*** Rename File: a.txt -> c.txt\n",
        "*** Rename File: a.txt -> b.txt\n",
        "*** Rename File: a.txt -> c.txt\n*** Rename File: b.txt -> c.txt\n",
        "*** Rename File: a.txt -> c.txt\n\n" + block("c.txt", "", "new\n"),
        "*** Delete File: a.txt\n*** Delete File: a.txt\n",
        block("a.txt", "", "other\n"),
        block("a.txt", "", "one\n"),
    ],
)
def test_edits_that_contradict_each_other_or_the_disk_are_refused(tmp_path: Path, answer: str) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", "b.txt": b"two\n"})
    before = tree_of(root)
    assert not apply_answer(root, answer).applied
    assert tree_of(root) == before


def test_an_empty_file_takes_a_whole_text_and_keeps_its_mode(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b""}, {"a.txt": 0o600})
    assert apply_answer(root, block("a.txt", "", "one\n")).applied
    assert tree_of(root) == {"a.txt": (0o600, b"one\n")}


def test_an_empty_block_makes_an_empty_file(tmp_path: Path) -> None:
    assert apply_answer(tmp_path, block("a.txt", "", "")).applied
    assert (tmp_path / "a.txt").read_bytes() == b""


def test_a_text_in_another_file_of_the_answer_is_pointed_to(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", "b.txt": b"a rather long line\nand another one\n"})
    answer = block("b.txt", "a rather long line\n", "x\n") + block(
        "a.txt", "a rather long line\nand another one\n", "y\n"
    )
    assert [one.reason for one in apply_answer(root, answer).blocks] == [None, "IN_OTHER_FILE"]


@pytest.mark.parametrize("data", [b"a\0b\n", "한글\n".encode("utf-16")])
def test_a_binary_file_is_not_edited(tmp_path: Path, data: bytes) -> None:
    root = planted(tmp_path / "root", {"a.bin": data})
    assert apply_answer(root, block("a.bin", "a\n", "b\n")).blocks[0].reason == "ENCODING"
    assert apply_answer(root, "*** Delete File: a.bin\n").applied
    assert undo(root).applied
    assert (root / "a.bin").read_bytes() == data


def test_a_text_that_the_file_s_encoding_can_not_write_is_refused(tmp_path: Path) -> None:
    data = "한글 파일입니다\n두번째 줄\n".encode("cp949")
    root = planted(tmp_path / "root", {"a.txt": data})
    assert apply_answer(root, block("a.txt", "두번째 줄\n", "🙂\n")).blocks[0].reason == "ENCODING"
    assert apply_answer(root, block("a.txt", "두번째 줄\n", "셋째\n")).applied
    assert (root / "a.txt").read_bytes() == "한글 파일입니다\n셋째\n".encode("cp949")


# ---------------------------------------------------------------- syntax


@pytest.mark.parametrize(("syntax", "applied"), [("tell", True), ("hold", False)])
def test_a_file_that_would_no_longer_parse_is_told_or_held(
    tmp_path: Path, syntax: Literal["tell", "hold"], applied: bool
) -> None:
    root = planted(tmp_path / "root", {"a.py": b"def f():\n    return 1\n", "b.txt": b"one\n"})
    answer = block("a.py", "    return 1\n", "    return (1\n") + block("b.txt", "one\n", "uno\n")
    outcome = apply_answer(root, answer, syntax=syntax)
    assert outcome.applied is applied
    assert outcome.blocks[0].reason == (None if applied else "SYNTAX")
    assert "a.py parsed before these edits and does not after them" in outcome.notices[0]
    assert "a.py parsed before" in outcome.feedback


def test_a_file_that_did_not_parse_before_is_not_held(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.py": b"def f(:\n    return 1\n"})
    assert apply_answer(root, block("a.py", "    return 1\n", "    return (1\n"), syntax="hold").applied


def test_a_person_may_say_yes_to_a_file_that_does_not_parse(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.py": b"x = 1\n"})
    asked: list[Request] = []
    answer = block("a.py", "x = 1\n", "x = (1\n")
    assert apply_answer(root, answer, syntax="hold", approve=answering("yes", asked)).applied
    assert [request.kind for request in asked] == ["syntax", "apply"]
    assert "+x = (1" in asked[0].diff


# ---------------------------------------------------------------- asking, and what happens meanwhile


def test_a_no_writes_nothing_and_holds_the_blocks(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n"})
    outcome = apply_answer(root, block("a.txt", "one\n", "uno\n"), approve=lambda request: "no")
    assert (outcome.applied, outcome.blocks[0].status) == (False, "held")
    assert not (root / ".qcode").exists()


def test_a_dry_run_writes_nothing_and_shows_the_diff(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n"})
    outcome = apply_answer(root, block("a.txt", "one\n", "uno\n"), dry_run=True)
    assert outcome.diff == "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+uno\n"
    assert outcome.blocks[0].status == "held"
    assert not (root / ".qcode").exists()


def test_a_file_that_changes_while_a_person_is_asked_is_stale(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", "b.txt": b"two\n"})

    def approve(request: Request) -> Literal["yes"]:
        (root / "b.txt").write_bytes(b"mine\n")
        return "yes"

    outcome = apply_answer(root, block("a.txt", "one\n", "uno\n") + block("b.txt", "two\n", "dos\n"), approve=approve)
    assert [(one.status, one.reason) for one in outcome.blocks] == [("held", None), ("refused", "STALE")]
    assert tree_of(root) == {"a.txt": (0o644, b"one\n"), "b.txt": (0o644, b"mine\n")}


class Meddling(Disk):
    """A disk on which somebody else changes a file just before the first rename."""

    def __init__(self, act) -> None:
        self._act = act

    def rename(self, name: str, new_name: str, folder: int) -> None:
        act, self._act = self._act, None
        if act:
            act()
        super().rename(name, new_name, folder)


@pytest.mark.parametrize("meddle", ["change", "delete", "link", "chmod", "create"])
def test_what_somebody_else_does_meanwhile_is_never_overwritten(tmp_path: Path, meddle: str) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", "b.txt": b"two\n"})
    outside = planted(tmp_path, {"outside.txt": b"two\n"}) / "outside.txt"
    victim = root / ("c.txt" if meddle == "create" else "b.txt")

    def act() -> None:
        if meddle in ("change", "create"):
            victim.write_bytes(b"mine\n")
        elif meddle == "chmod":
            victim.chmod(0o600)
        else:
            victim.unlink()
        if meddle == "link":
            victim.symlink_to(outside)

    answer = block("a.txt", "one\n", "uno\n") + block("b.txt", "two\n", "dos\n") + block("c.txt", "", "new\n")
    outcome = apply_answer(root, answer, approve=lambda request: "yes", disk=Meddling(act))
    assert not outcome.applied
    assert [one.reason for one in outcome.blocks if one.status == "refused"] == ["STALE"]
    assert (root / "a.txt").read_bytes() == b"one\n"
    assert outside.read_bytes() == b"two\n"
    left = {"change": b"mine\n", "create": b"mine\n", "chmod": b"two\n", "delete": None, "link": b"two\n"}[meddle]
    assert (victim.read_bytes() if victim.exists() else None) == left
    assert not [name for name in tree_of(root) if name.endswith(".tmp")]


def test_without_a_person_the_answer_is_planned_again_on_the_changed_file(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", "b.txt": b"two\n"})
    answer = block("a.txt", "one\n", "uno\n") + block("b.txt", "two\n", "dos\n")
    outcome = apply_answer(root, answer, disk=Meddling(lambda: (root / "b.txt").write_bytes(b"two\nmine\n")))
    assert outcome.applied
    assert (root / "b.txt").read_bytes() == b"dos\nmine\n"


# ---------------------------------------------------------------- modes, links, permissions


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o444, 0o640, 0o4755])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n"}, {"a.txt": mode})
    assert apply_answer(root, block("a.txt", "one\n", "uno\n")).applied
    assert tree_of(root) == {"a.txt": (mode, b"uno\n")}
    assert undo(root).applied
    assert tree_of(root) == {"a.txt": (mode, b"one\n")}


def test_a_new_file_gets_the_mode_that_the_system_gives(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        assert apply_answer(tmp_path, block("a.txt", "", "one\n")).applied
    finally:
        os.umask(old)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_another_name_of_the_file_keeps_its_text(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n"})
    outside = tmp_path / "outside.txt"
    outside.hardlink_to(root / "a.txt")
    outcome = apply_answer(root, block("a.txt", "one\n", "uno\n"))
    assert outcome.applied
    assert "hard links" in outcome.notices[0]
    assert outside.read_bytes() == b"one\n"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_the_owner_is_kept(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", "b.txt": b"two\n"})
    os.chown(root / "a.txt", 1234, 2345)
    os.chown(root / "b.txt", 1234, 2345)
    apply_answer(root, block("a.txt", "one\n", "uno\n") + "*** Delete File: b.txt\n")
    undo(root)
    assert {(path.stat().st_uid, path.stat().st_gid) for path in root.glob("*.txt")} == {(1234, 2345)}


@pytest.mark.skipif(os.getuid() == 0, reason="root writes where nobody else can")
def test_a_read_only_folder_is_a_problem_and_changes_nothing(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", "sub/b.txt": b"two\n"})
    (root / "sub").chmod(0o555)
    before = tree_of(root)
    with pytest.raises(StateProblem, match="Permission denied"):
        apply_answer(root, block("a.txt", "one\n", "uno\n") + block("sub/b.txt", "two\n", "dos\n"))
    assert tree_of(root) == before


def test_a_root_that_is_no_folder_is_a_usage_problem(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem):
        apply_answer(tmp_path / "absent", block("a.txt", "", "x\n"))


def test_a_very_long_name_has_room_for_the_file_beside_it(tmp_path: Path) -> None:
    name = "n" * 251 + ".txt"
    assert apply_answer(tmp_path, block(name, "", "x\n")).applied
    assert (tmp_path / name).exists()


# ---------------------------------------------------------------- properties

line = st.sampled_from(LINES)
ending = st.sampled_from(["\n", "\r\n"])


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, bytes], dict[str, int], str]:
    """Files in any encoding, with any line ends, and an answer of some blocks, some of which may not fit."""
    files: dict[str, bytes] = {}
    modes: dict[str, int] = {}
    parts = []
    for n in range(draw(st.integers(1, 4))):
        lines = draw(st.lists(line, min_size=1, max_size=8))
        end = draw(ending)
        text = end.join([f"first {n}", *lines, f"last {n}"]) + draw(st.sampled_from(["", end]))
        name = draw(st.sampled_from(["", "sub/", "한/"])) + f"f{n}.txt"
        files[name] = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()
        modes[name] = draw(st.sampled_from([0o644, 0o755, 0o600, 0o444]))
        kind = draw(st.sampled_from(["edit", "edit", "miss", "delete", "rename", "create"]))
        if kind == "edit":
            parts.append(block(name, f"last {n}\n", "changed\n" * draw(st.integers(0, 3))))
        elif kind == "miss":
            parts.append(block(name, "there is no such line anywhere\n", "x\n"))
        elif kind == "delete":
            parts.append(f"*** Delete File: {name}\n")
        elif kind == "rename":
            parts.append(f"*** Rename File: {name} -> moved/f{n}.txt\n")
        else:
            parts.append(block(f"new/deep{n}/f.txt", "", f"new {n}\n"))
    return files, modes, "\n".join(parts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees())
def test_refused_leaves_the_tree_and_undo_brings_it_back(tmp_path_factory: pytest.TempPathFactory, drawn) -> None:
    files, modes, answer = drawn
    place = tmp_path_factory.mktemp("trees")
    outside = planted(place, {"outside.txt": b"mine"})
    one, two = (planted(place / name, files, modes) for name in ("one", "two"))
    before = tree_of(one)
    outcome = apply_answer(one, answer)
    again = apply_answer(two, answer)
    assert (again.applied, again.blocks, tree_of(two)) == (outcome.applied, outcome.blocks, tree_of(one))
    if outcome.applied:
        assert tree_of(one) != before
        assert undo(one).applied
    assert tree_of(one) == before
    assert {path.name for path in outside.iterdir()} == {"outside.txt", "one", "two"}
