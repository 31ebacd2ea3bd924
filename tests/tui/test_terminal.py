"""The real command in a real terminal, and every byte it writes there."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from tests.conftest import GitRepo, Qcode
from tests.model.server import Say, Server
from tests.model.settings import configured
from tests.tui.conftest import FILES
from tests.tui.pty_screens import SEQUENCE, Terminal
from tests.tui.test_hostile import ESCAPES, MARKUP

CONTROLS = re.compile(rb"[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\x1b\]")
NAME = "x\x1b]0;owned\x07[@click=app.quit]q[/].py"
HOSTILE = {
    NAME: f"def total(items, currency):  # {ESCAPES.replace(chr(0), '')} {MARKUP}\n    return sum(items)\n",
    "user.py": "from shop.price import total\n\ntotal(1)\n",
}
ANSWER = f"I say {ESCAPES} {MARKUP} [quit](javascript:x) &#27;[31m\u202e and that is the END-OF-IT."


def kinds(seen: bytes) -> set[bytes]:
    """The kinds of sequences, without their numbers."""
    return {re.sub(rb"\d+", b"N", found) for found in SEQUENCE.findall(seen) if not found.endswith(b"m")}


def session(qcode: Qcode, folder: Path, home: Path, answer: str, name: str) -> bytes:
    """Ask, look at a diff and at a review, and close; every byte that came."""
    with Server(Say(answer)) as server:
        environment = configured(home, server.backend()) | qcode.environment
        environment["QCODE_CONFIG"] = str(home / "qcode.toml")
        environment["QCODE_API_KEY"] = str(server.backend().api_key)
        with Terminal(folder, environment) as terminal:
            terminal.until("Ask, @ for files")
            terminal.press("what is it?\r")
            at = terminal.until("END-OF-IT.")
            at = max(at, terminal.until("first token"))  # the answer is over: commands are taken again
            terminal.press("/diff\r")
            at = terminal.until("not committed yet", at)
            terminal.press("\x1b[B\x1b[Bq")
            at = terminal.until("END-OF-IT", at)
            terminal.press("/review\r")
            at = terminal.until("esc Back", at)
            terminal.press("\x1b[B\x1b[Bq")
            at = terminal.until("END-OF-IT", at)
            terminal.press("@x\t")
            terminal.press("\x11")
            assert terminal.ended() == 0
            return terminal.seen


def test_no_content_reaches_a_terminal_as_a_control(qcode: Qcode, git_repo: GitRepo, tmp_path: Path) -> None:
    tame, wild = git_repo(FILES, "tame"), git_repo(FILES, "wild")
    tame.write({"x.py": "def total(items, currency):\n    return sum(items)\n"})
    wild.write({**HOSTILE, "shop/price.py": FILES["shop/price.py"].replace("items)", f"items)  # {MARKUP}", 1)})
    tame.write({"shop/price.py": FILES["shop/price.py"].replace("items):", "items, more):")})
    wild.write({"shop/price.py": FILES["shop/price.py"].replace("items):", "items, more):  # " + MARKUP)})
    usual = session(qcode, tame.root, tmp_path, "I say END-OF-IT.", "x.py")
    seen = session(qcode, wild.root, tmp_path, ANSWER, NAME)
    assert b"\\u001b" in seen and b"@click=app.quit" in seen
    drawn = SEQUENCE.sub(b"", seen)
    assert [drawn[max(0, found.start() - 80) : found.end() + 40] for found in CONTROLS.finditer(drawn)] == []
    assert b"owned" in seen
    assert kinds(seen) <= kinds(usual)
    assert b"Traceback" not in seen and b"MarkupError" not in seen


def test_without_a_model_the_screens_open_and_a_question_says_what_to_configure(
    qcode: Qcode, git_repo: GitRepo
) -> None:
    with Terminal(git_repo(FILES).root, qcode.environment) as terminal:
        terminal.until("no model")
        terminal.press("hello\r")
        terminal.until("no backend is configured")
        terminal.press("/quit\r")
        assert terminal.ended() == 0
        assert terminal.seen.rstrip().endswith(b"\x1b[?25h") or b"\x1b[?1049l" in terminal.seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_closes_the_screens_and_leaves_the_terminal_as_it_was(
    number: signal.Signals, qcode: Qcode, git_repo: GitRepo
) -> None:
    with Terminal(git_repo(FILES).root, qcode.environment) as terminal:
        terminal.until("no model")
        os.kill(terminal.pid, number)
        assert terminal.ended() == 130
        assert b"\x1b[?1049l" in terminal.seen and b"\x1b[?25h" in terminal.seen
        assert b"Traceback" not in terminal.seen


@pytest.mark.parametrize("busy", [False, True])
def test_a_terminal_that_goes_away_ends_the_command(busy: bool, qcode: Qcode, git_repo: GitRepo) -> None:
    with Terminal(git_repo(FILES).root, qcode.environment) as terminal:
        terminal.until("no model")
        if busy:
            for _ in range(20):
                terminal.press("/review\r" + "typing " * 20)
        terminal.vanish()
        terminal.ended()


def test_outside_of_a_repository_there_is_a_sentence(qcode: Qcode, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    with Terminal(tmp_path / "bare", qcode.environment) as terminal:
        assert terminal.ended() == 2
        assert "is not in a git repository." in terminal.text


def test_without_a_terminal_there_is_help_and_no_screen(qcode: Qcode) -> None:
    done = qcode()
    assert (done.returncode, done.stdout) == (2, "")
    assert "No command was given." in done.stderr
