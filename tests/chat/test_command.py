"""`qcode chat` against a scripted server: its forms, exit codes, approvals and sessions."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import qcode as package
from agents.events import type_names
from tests.conftest import GitRepo, console_script
from tests.model.certificates import authority
from tests.model.faults import FAULTS, Fault
from tests.model.forking import Forks, Ran
from tests.model.server import KEY, Say, Server, Status
from tests.model.settings import configured

PRICE = "def total(items):\n    return sum(items)\n"
READ = Say("", calls=(("read", {"path": "price.py"}),))
CHANGE = {"path": "price.py", "old_string": "sum(items)", "new_string": "sum(items) + 1"}
EDIT = Say("", calls=(("edit", CHANGE),))
DONE = Say("It is done.")
BLOCK = "price.py\n<<<<<<< SEARCH\n{}\n=======\n    return max(items)\n>>>>>>> REPLACE\n"

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as forking:
        yield forking


class Chat:
    """Runs `qcode chat` in a small repository."""

    def __init__(self, forks: Forks, root: Path, home: Path) -> None:
        self.forks, self.root, self.home = forks, root, home

    def __call__(self, server: Server, *words: str, settings: str = "", **more: Any) -> Ran:
        environment = configured(self.home, server.backend())
        if settings:
            with Path(environment["QCODE_CONFIG"]).open("a") as file:
                file.write(settings)
        return self.forks.run("chat", *words, environment=environment, folder=self.root, **more)

    def text(self) -> str:
        return (self.root / "price.py").read_text()


@pytest.fixture
def chat(forks: Forks, git_repo: GitRepo, tmp_path: Path) -> Chat:
    files = {"price.py": PRICE, ".gitignore": "stdin\nstdout\nstderr\n"}
    home = tmp_path / "home"
    home.mkdir()
    return Chat(forks, git_repo(files).root, home)


def test_the_answer_goes_to_stdout_and_the_steps_to_stderr(chat: Chat) -> None:
    with Server(READ, DONE) as server:
        ran = chat(server, "What does it do?")
    assert (ran.code, ran.out) == (0, "It is done.\n")
    assert "read price.py" in ran.err and "first token" in ran.err and "This is session" in ran.err


def test_an_edit_is_written_with_yes_and_undone(chat: Chat) -> None:
    with Server(EDIT, DONE) as server:
        ran = chat(server, "--yes", "Change it.")
    assert ran.code == 0 and "+ 1" in chat.text()
    assert "edit 1 written: price.py" in ran.err
    environment = {**os.environ, "QCODE_DATA_DIR": str(chat.home), "QCODE_CACHE_DIR": str(chat.home)}
    subprocess.run([console_script(), "undo"], cwd=chat.root, env=environment, check=True, capture_output=True)
    assert chat.text() == PRICE


def test_without_anybody_to_ask_nothing_is_written_and_that_is_said(chat: Chat) -> None:
    with Server(EDIT, DONE) as server:
        ran = chat(server, "Change it.")
    assert ran.code == 5 and chat.text() == PRICE
    assert "had to be asked for" in ran.err and "--yes" in ran.err


def test_the_user_s_settings_can_allow_and_deny(chat: Chat) -> None:
    with Server(EDIT, DONE, EDIT, DONE) as server:
        denied = chat(server, "--yes", "Change it.", settings='[tools]\ndeny = ["edit:price.py"]\n')
        assert (denied.code, chat.text()) == (0, PRICE)
        allowed = chat(server, "Change it.", settings='[tools]\nallow = ["edit"]\n')
    assert allowed.code == 0 and "+ 1" in chat.text()


def test_a_repository_can_t_allow_anything(chat: Chat) -> None:
    (chat.root / ".qcode").mkdir()
    (chat.root / ".qcode" / "config.toml").write_text('[tools]\nallow = ["run"]\n')
    with Server(DONE) as server:
        ran = chat(server, "Hello.")
        assert server.asked == []
    assert ran.code == 2 and "tools" in ran.err


def test_edits_that_do_not_fit_are_repaired_once(chat: Chat) -> None:
    wrong, right = Say(BLOCK.format("    return summed(things)")), Say(BLOCK.format("    return sum(items)"))
    with Server(wrong, right) as server:
        ran = chat(server, "--yes", "Change it.")
        assert "sum(items)" in server.asked[1].json["messages"][-1]["content"]
    assert ran.code == 0 and "max(items)" in chat.text()


# ---------------------------------------------------------------- forms


def test_json_is_one_object(chat: Chat) -> None:
    with Server(READ, EDIT, DONE) as server:
        ran = chat(server, "--yes", "--json", "Change it.")
    told = json.loads(ran.out)
    schema = Path(package.__file__).parent / "schemas" / "chat.json"
    jsonschema.validate(told, json.loads(schema.read_text(encoding="utf-8")))
    assert (told["text"], told["answers"], told["calls"], told["ended"]) == ("It is done.", 3, 2, "answered")
    assert len(told["operations"]) == 1 and told["usage"]["output"] == 15


def test_stream_json_is_an_event_a_line(chat: Chat) -> None:
    with Server(READ, Say("한글 \x1b]0;x\x07 ok")) as server:
        ran = chat(server, "--output-format", "stream-json", "What?")
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert {event["type"] for event in events} <= type_names()
    assert [event["at"] for event in events] == list(range(1, len(events) + 1))
    assert "\x1b" not in ran.out and "".join(e["text"] for e in events if e["type"] == "text").endswith(
        "\x1b]0;x\x07 ok"
    )
    assert events[-1]["type"] == "done"


def test_what_is_hostile_reaches_no_terminal_raw(chat: Chat) -> None:
    (chat.root / "odd\x1b[31m.py").write_text("x = 1\n")
    call = Say("", calls=(("read", {"path": "odd\x1b[31m.py"}), ("search", {"texts": ["\x1b]52;c;aGk=\x07"]})))
    with Server(call, DONE) as server:
        ran = chat(server, "Look.")
    assert ran.code == 0 and "\x1b" not in ran.err


# ---------------------------------------------------------------- sessions


def test_a_session_goes_on_forks_is_listed_and_exported(chat: Chat) -> None:
    with Server(Say("One."), Say("Two."), Say("Three.")) as server:
        first = chat(server, "First?")
        id = re.findall(r"session (\S+);", first.err)[0]
        assert chat(server, "--continue", "Second?").out == "Two.\n"
        assert [m["content"] for m in server.asked[1].json["messages"] if m["role"] == "user"] == ["First?", "Second?"]
        forked = chat(server, "--fork", id, "Third?")
        assert forked.out == "Three.\n"
        listed = chat(server, "--list").out.splitlines()
        assert len(listed) == 2 and all(line.endswith("First?") for line in listed) and listed[1].startswith(id)
        assert "Second?" in chat(server, "--export", id).out
        assert len(json.loads(chat(server, "--export", id, "--json").out)["messages"]) == 5
        missing = chat(server, "--resume", "nothing", "Hello?")
    assert missing.code == 2 and "There is no session" in missing.err


def test_an_interrupt_leaves_a_session_that_goes_on(chat: Chat) -> None:
    environment = configured(chat.home, (server := Server(EDIT, Say("Later."))).backend())
    with server:
        words = [str(console_script()), "chat", "Change it."]
        ours, theirs = os.openpty()
        child = subprocess.Popen(
            words, cwd=chat.root, env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(theirs)
        seen = b""
        while b"[y]es" not in seen:
            seen += os.read(ours, 4096)
        os.write(ours, b"\x03")
        child.communicate(timeout=60)
        os.close(ours)
        assert (child.returncode, chat.text()) == (130, PRICE)
        after = chat(server, "--continue", "Go on.")
    assert (after.code, after.out) == (0, "Later.\n")


@pytest.mark.parametrize(
    ("key", "written"), [(b"y\n", True), (b"a\n", True), (b"n\n", False), (b"\n", False), ("예\n".encode(), True)]
)
def test_a_person_decides_at_the_terminal(key: bytes, written: bool, chat: Chat) -> None:
    with Server(EDIT, DONE) as server:
        shown, code = at_a_terminal(chat, server, key)
    assert code == 0 and ("+ 1" in chat.text()) == written
    assert "+    return sum(items) + 1" in shown


def at_a_terminal(chat: Chat, server: Server, key: bytes) -> tuple[str, int]:
    """What is shown on a terminal where somebody presses these keys when asked, and the exit code."""
    environment = configured(chat.home, server.backend()) | {"NO_COLOR": "1", "TERM": "dumb"}
    program = (
        "import os, pty, sys\n"
        "key = os.fsencode(sys.argv[1])\n"
        "def read(fd):\n    data = os.read(fd, 4096)\n"
        "    if b'[y]es' in data: os.write(fd, key)\n    return data\n"
        "status = pty.spawn(sys.argv[2:], read)\nsys.exit(os.waitstatus_to_exitcode(status))\n"
    )
    words = [sys.executable, "-c", program, os.fsdecode(key), str(console_script()), "chat", "Change it."]
    done = subprocess.run(
        words, cwd=chat.root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    return done.stdout.decode("utf-8", "replace").replace("\r\n", "\n"), done.returncode


# ---------------------------------------------------------------- documents

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def test_every_conversation_of_the_readme_can_be_held(chat: Chat) -> None:
    lines = [line for line in README.splitlines() if line.startswith("qcode chat ")]
    (chat.root / "README.md").write_text("Undo takes it back.\n")
    with Server(DONE) as server:
        for line in lines:
            ran = chat(server, *shlex.split(line)[2:])
            assert (ran.code, "Traceback" in ran.err) == (0, False), line
    assert len(lines) == 4


def test_the_rules_of_the_readme_are_accepted(chat: Chat) -> None:
    [rules] = re.findall(r"^```toml\n(\[tools\].*?)^```", README, re.MULTILINE | re.DOTALL)
    with Server(DONE) as server:
        assert chat(server, "Hello.", settings=rules).code == 0


# ---------------------------------------------------------------- faults of the server


@pytest.mark.parametrize("case", [each for each in FAULTS if not each.tools and each.scene == "plain"][::6], ids=str)
def test_a_fault_of_the_server_is_told_and_nothing_is_written(case: Fault, chat: Chat, tmp_path: Path) -> None:
    with case.played(authority(tmp_path / "authority")) as (_, backend):
        environment = configured(chat.home, backend)
        ran = chat.forks.run("chat", "--yes", "Change it.", environment=environment, folder=chat.root)
    assert ran.code == case.exit, ran
    assert "Traceback" not in ran.err and KEY not in ran.out + ran.err
    assert chat.text() == PRICE


def test_a_refusal_is_one_failure_and_the_session_goes_on(chat: Chat) -> None:
    with Server(Status(401), DONE) as server:
        assert chat(server, "Hello?").code == 3
        assert chat(server, "--continue", "Hello?").out == "It is done.\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [((), "no question"), (("--plain",), "asks on a terminal"), (("--resume", "x", "--continue", "y"), "not allowed")],
)
def test_wrong_usage_is_explained(words: tuple[str, ...], says: str, chat: Chat) -> None:
    with Server(DONE) as server:
        ran = chat(server, *words)
        assert server.asked == []
    assert ran.code == 2 and says in ran.err
