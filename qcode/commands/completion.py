"""`qcode completion bash|zsh|fish`."""

from __future__ import annotations

import argparse
import sys

from qcode.completion import SHELLS, script
from qcode.config import Settings
from qcode.output import Exit

HELP = "print a completion script for bash, zsh or fish"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the shell."""
    parser.add_argument("shell", choices=SHELLS, help="the shell to complete in")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the script."""
    sys.stdout.write(script(arguments.shell))
    return Exit.OK
