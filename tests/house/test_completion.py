"""The completion scripts know what the parsers know."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from qcode import arguments
from qcode.commands.review import FORMATS, THRESHOLDS
from qcode.completion import SHELLS, places, script
from tests.conftest import Qcode, console_script

ASK_BASH = """
source <("$0" completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_qcode
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(qcode: Qcode, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    command = ["bash", "--norc", "-c", ASK_BASH, str(console_script()), *words]
    done = subprocess.run(command, env=qcode.environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("qcode", "re"), ["review"]),
        (("qcode", "config", ""), ["show", "init", "-h", "--help"]),
        (("qcode", "config", "show", "--j"), ["--json"]),
        (("qcode", "completion", ""), ["bash", "zsh", "fish", "-h", "--help"]),
        (("qcode", "review", "HEAD~1", "--fail-on", "hi"), ["high"]),
        (("qcode", "review", "--format", ""), list(FORMATS)),
        (("qcode", "review", "--format", "="), list(FORMATS)),
        (("qcode", "review", "--format", "=", "m"), ["markdown"]),
        (("qcode", "--ver"), ["--version"]),
    ],
)
def test_bash_offers_what_may_follow(words: tuple[str, ...], offered: list[str], qcode: Qcode) -> None:
    assert complete(qcode, *words) == offered


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_of_every_command_is_in_every_script(shell: str) -> None:
    text = script(shell)
    for place in places(arguments.build_parser(arguments.VERBS)):
        assert place.words in text
        for option in place.options:
            for spelling in option.spellings:
                assert (spelling if shell != "fish" else spelling.lstrip("-")) in text


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_offers_the_values_of_an_option(shell: str) -> None:
    text = script(shell)
    for place in places(arguments.build_parser(arguments.VERBS)):
        for option in place.options:
            assert " ".join(option.values or ()) in text
    assert all(" ".join(values) in text for values in (FORMATS, THRESHOLDS))


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_is_valid_in_its_shell(shell: str, qcode: Qcode) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([program, "-n"], input=qcode("completion", shell).stdout, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
