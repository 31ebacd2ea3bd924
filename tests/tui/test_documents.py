"""The pictures and the tour of the README are those of the screens."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import Qcode, console_script

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "screen-review.svg": ("review HEAD~1: 11 high, 1 low, 4 info", "rate = fetch_rate(currency)"),
    "screen-edit.svg": ("Write these edits?", "money.format_won(entry.amount)"),
    "screen-conversation.svg": ("DAILY_LIMIT", "first token 180 ms"),
}
KEYS = frozenset({"F1", "Escape", "Enter", "Down", "Tab", "C-u"})
ROW = re.compile(r"^\| (`.*`) \| (.*) \|$", re.MULTILINE)
SOCKET = "qcode-tour"
LOOKS = 300


def words_of(file: Path) -> str:
    """The text of a picture."""
    texts = ElementTree.parse(file).getroot().iter("{http://www.w3.org/2000/svg}text")
    return " ".join((text.text or "").replace("\xa0", " ") for text in texts)


def test_the_pictures_show_what_the_screens_show(tmp_path: Path) -> None:
    script = ROOT / "examples" / "make_screens.py"
    subprocess.run(
        [sys.executable, script, tmp_path], check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    for name, words in WORDS.items():
        drawn, kept = words_of(tmp_path / name), words_of(ROOT / "docs" / name)
        assert all(word in drawn and word in kept for word in words), name
        assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", (ROOT / "docs" / name).read_text("utf-8"))


@pytest.mark.real
def test_the_tour_of_the_readme_can_be_taken(qcode: Qcode, tmp_path: Path) -> None:
    sample = tmp_path / "payments"
    subprocess.run([sys.executable, ROOT / "examples" / "make_sample.py", sample], check=True)
    readme = (ROOT / "README.md").read_text("utf-8").partition("## The screens")[2].partition("## Install")[0]
    steps = [(re.findall(r"`([^`]+)`", keys), re.findall(r"`([^`]+)`", seen)) for keys, seen in ROW.findall(readme)]
    assert len(steps) > 5
    variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in qcode.environment.items())
    command = f"cd {shlex.quote(str(sample))} && env -i TERM=screen-256color {variables} {console_script()}"
    tmux("new-session", "-d", "-x", "120", "-y", "40", f"{command}; echo qcode exited with $?; read -r _")
    try:
        waits_for("Ask, @ for files")
        for keys, seen in steps:
            for key in keys:
                before = tmux("capture-pane", "-e", "-p")
                tmux("send-keys", *(() if key in KEYS else ("-l",)), key)
                waits_until(lambda shown: shown != before, "-e")  # noqa: B023 - asked at once
            for text in seen:
                waits_for(text)
    finally:
        tmux("kill-server")


def tmux(*words: str) -> str:
    done = subprocess.run(["tmux", "-L", SOCKET, *words], capture_output=True, text=True, check=True)
    return done.stdout


def waits_for(text: str) -> None:
    """Look at the screen until the text is there."""
    waits_until(lambda shown: text in shown)


def waits_until(holds: Callable[[str], bool], *options: str) -> None:
    """Look at the screen until it holds; fails with what is there where it never does."""
    for _ in range(LOOKS):
        if holds(tmux("capture-pane", "-p", *options)):
            return
        time.sleep(0.1)
    raise AssertionError(tmux("capture-pane", "-p"))
