"""The screens that `qcode` alone opens on a terminal. Only this package imports textual, and only once it is asked for.

types        what the screens are given: where they work, a conversation, kept sessions
safe         the one way of text from files, git, models and tools to a widget
desk, feed   threads of their own for slow work, and the way of their events to the screen
library      the index and what is asked of it      turns      the conversation with the model
slash        the `/` commands                       figures    what answers took
widgets/     a file each                            screens/   a file each, dialogs return typed values
"""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qcode.config import Settings


def run(arguments: Namespace, settings: Settings) -> int:
    """Open the screens in the current folder and return the exit code when they are closed."""
    from qcode.tui.start import open_screens

    return open_screens(settings)
