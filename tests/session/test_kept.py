"""Sessions in their files: whole lines, gone on with after anything, by one process at a time."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agents.chat import Conversation
from agents.model import Message, ToolCall
from agents.model.types import Part
from agents.types import Noticed, Said, TurnEnded
from indexer.errors import StateProblem, UsageProblem
from qcode.session import begin, exported, fork, listing, newest, reopen

ROOT = Path("/somewhere/repo")
TALK = [
    Message("system", "Be good."),
    Message("user", "What is\n@a.py?", parts=(Part("a.py", (1, 9), "0" * 40), Part("b.py"))),
    Message("assistant", "Let me see.", "hm 한글", (ToolCall("c1", "read", {"path": "a.py", "first": 1}),)),
    Message("tool", "x = 1 \ud800", call_id="c1"),
    Message("assistant", "It is one."),
]


def kept(folder: Path, *messages: Message, root: Path = ROOT) -> str:
    with begin(folder, root, "qwen") as session:
        session.conversation.messages += messages or TALK
        session.conversation.operations.append("op-1")
        session.conversation.always.add(("edit", "a.py"))
        session.conversation.used = 99
        return session.conversation.id


def same(one: Conversation, other: list[Message]) -> bool:
    return [each.text.replace("\ud800", "?") for each in other] == [each.text for each in one.messages]


def file_of(folder: Path, id: str) -> Path:
    return folder / f"{id}.jsonl"


# ---------------------------------------------------------------- keeping


def test_a_session_comes_back_as_it_was(tmp_path: Path) -> None:
    id = kept(tmp_path)
    with reopen(tmp_path, id) as session:
        found = session.conversation
        assert same(found, TALK) and found.messages[2] == TALK[2] and found.messages[1].parts == TALK[1].parts
        assert (found.operations, found.always, found.used) == (["op-1"], {("edit", "a.py")}, 99)
        assert session.notices == ()


def test_what_is_gone_on_with_is_added_and_nothing_rewritten(tmp_path: Path) -> None:
    id = kept(tmp_path)
    before = file_of(tmp_path, id).read_bytes()
    with reopen(tmp_path, id) as session:
        session.conversation.messages.append(Message("user", "And now?"))
        session.hear(Noticed("well"))
        session.hear(Said("not kept as an event"))
        session.hear(TurnEnded("answered", 1, 0))
    after = file_of(tmp_path, id).read_bytes()
    assert after.startswith(before)
    kinds = [json.loads(line)["is"] for line in after[len(before) :].splitlines()]
    assert kinds == ["event", "message", "event"]
    with reopen(tmp_path, id) as session:
        assert session.conversation.messages[-1].text == "And now?"


def test_a_folded_conversation_is_kept_folded(tmp_path: Path) -> None:
    id = kept(tmp_path)
    folded = [TALK[0], Message("user", "Notes: one."), Message("assistant", "Understood.")]
    with reopen(tmp_path, id) as session:
        session.conversation.messages[:] = folded
        session.conversation.dropped.append("Folded.")
    with reopen(tmp_path, id) as session:
        assert session.conversation.messages == folded and session.conversation.dropped == ["Folded."]


def test_files_are_the_user_s_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "sessions"
    id = kept(folder)
    assert stat.S_IMODE(file_of(folder, id).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_do_not_write_one_session(tmp_path: Path) -> None:
    id = kept(tmp_path)
    with reopen(tmp_path, id), pytest.raises(StateProblem, match="open in another process"):
        reopen(tmp_path, id)
    with reopen(tmp_path, id):
        pass


# ---------------------------------------------------------------- ends of every kind


def test_a_cut_last_line_is_told_and_left_out(tmp_path: Path) -> None:
    id = kept(tmp_path)
    path = file_of(tmp_path, id)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    ends = range(len(lines[0]) + 1, len(whole), 37)
    for end in ends:
        path.write_bytes(whole[:end])
        cut = whole[end - 1 : end] != b"\n"
        with reopen(tmp_path, id) as session:
            assert bool(session.notices) == cut
            texts = [each.text for each in session.conversation.messages]
            session.conversation.messages.append(Message("user", "on"))
        with reopen(tmp_path, id) as session:
            assert [each.text for each in session.conversation.messages] == [*texts, "on"]
            assert session.notices == ()


def test_a_killed_process_leaves_what_it_had_said(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\nfrom qcode.session import begin\nfrom agents.model import Message\n"
        "session = begin(pathlib.Path(sys.argv[1]), pathlib.Path('/r'), 'm')\n"
        "print(session.conversation.id, flush=True)\n"
        "while True:\n    session.conversation.messages.append(Message('user', 'x' * 5000))\n    session.keep()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        id = process.stdout.readline().strip()
        while file_of(tmp_path, id).stat().st_size < 100_000:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    with reopen(tmp_path, id) as session:
        assert len(session.conversation.messages) >= 19
        assert all(each.text == "x" * 5000 for each in session.conversation.messages)


def test_a_call_that_was_never_answered_is_answered(tmp_path: Path) -> None:
    id = kept(tmp_path, *TALK[:3])
    with reopen(tmp_path, id) as session:
        last = session.conversation.messages[-1]
    assert (last.role, last.call_id) == ("tool", "c1") and "ended before" in last.text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    id = kept(tmp_path)
    with pytest.raises(StateProblem, match="No space left"), reopen(tmp_path, id) as session:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, session._file.fileno())
        os.close(full)
        session.conversation.messages.append(Message("user", "x"))


# ---------------------------------------------------------------- files that are none


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "does not begin like a session"),
        (b"hello\n", "no JSON"),
        (b"[1]\n", "no JSON object"),
        (b'{"is": "message"}\n', "does not begin like a session"),
        (b'{"is": "head", "format": 99}\n', "its format is 99"),
        (b'{"is": "head", "format": 1, "id": "x"}\n{"is": "message"}\n', "lacks"),
        (b'{"is": "head", "format": 1, "id": "x"}\n{"is": "message", "message": 3}\n', "lacks"),
        (b"[" * 100_000 + b"\n", "no JSON"),
    ],
)
def test_a_file_that_is_no_session_is_refused_and_left_alone(data: bytes, why: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, "odd")
    path.write_bytes(data)
    with pytest.raises(StateProblem, match=why):
        reopen(tmp_path, "odd")
    assert path.read_bytes() == data
    assert listing(tmp_path) == []


@pytest.mark.parametrize("id", ["", "nothing", "../x", "a/b", "a\0b", "."])
def test_an_id_that_names_none_is_refused(id: str, tmp_path: Path) -> None:
    (tmp_path.parent / "x.jsonl").write_text("{}")
    with pytest.raises(UsageProblem, match="There is no session"):
        reopen(tmp_path, id)


# ---------------------------------------------------------------- lists, forks, documents


def test_sessions_are_listed_by_repository_newest_first(tmp_path: Path) -> None:
    first, other = kept(tmp_path), kept(tmp_path, root=Path("/other"))
    ids = [each.id for each in listing(tmp_path, ROOT)]
    assert ids == [first] and {each.id for each in listing(tmp_path)} == {first, other}
    assert listing(tmp_path, ROOT)[0].title == "What is @a.py?"
    assert newest(tmp_path, ROOT) == first
    with pytest.raises(UsageProblem, match="no session about"):
        newest(tmp_path, Path("/third"))
    assert listing(tmp_path / "nowhere") == []


def test_a_fork_goes_its_own_way(tmp_path: Path) -> None:
    id = kept(tmp_path)
    before = file_of(tmp_path, id).read_bytes()
    with fork(tmp_path, id) as session:
        assert same(session.conversation, TALK)
        assert session.conversation.operations == []
        session.conversation.messages.append(Message("user", "another way"))
        new = session.conversation.id
    assert file_of(tmp_path, id).read_bytes() == before
    [kept_of_it] = [each for each in listing(tmp_path, ROOT) if each.id == new]
    assert kept_of_it.parent == id


def test_an_export_breaks_out_of_nothing_and_holds_no_secret(tmp_path: Path) -> None:
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    hostile = f"````\n# not a heading\n```\n\x1b]52;c;aGk=\x07 {key}"
    id = kept(tmp_path, Message("user", hostile), Message("assistant", f"Fine {key}."))
    text = exported(tmp_path, id, "md")
    assert key not in text and "\x1b" not in text and "`````" in text
    found = json.loads(exported(tmp_path, id, "json"))
    assert found["schema"] == "qcode.session/1" and key not in json.dumps(found)
    assert [each["role"] for each in found["messages"]] == ["user", "assistant"]
