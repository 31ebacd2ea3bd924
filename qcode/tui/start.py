"""From the settings to the open screens, and back to the shell."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.repo import open_repo
from qcode.tui.app import Qcode
from qcode.tui.conversing import Room
from qcode.tui.messages import Terminated
from qcode.tui.theme import is_light
from qcode.tui.types import Workplace

if TYPE_CHECKING:
    from qcode.config import Settings

PATIENCE = 2.0
"""Seconds that closing waits for a thread."""
SWITCH = 0.001
"""Seconds after which a thread that computes lets the screen have its turn."""


def open_screens(settings: Settings) -> int:
    """Open the screens in the current folder; the exit code. Raises what ended them, where that was not foreseen."""
    return run(Qcode(workplace_of(settings, Path.cwd())))


def run(app: Qcode) -> int:
    """Run the screens to their end."""
    sys.setswitchinterval(SWITCH)
    with _obeying_termination(app):
        code = app.run()
    app.main.close(PATIENCE)
    if app.failure is not None:
        raise app.failure
    return code or 0


def workplace_of(settings: Settings, folder: Path) -> Workplace:
    """Where the screens work. Raises UsageProblem where there is no repository."""
    environment = dict(os.environ)
    with open_repo(folder, environment) as repo:
        room = Room(settings, environment, repo.root)
    return Workplace(
        root=room.root,
        open_index=room.open_index,
        begin=room.begin,
        shelf=room,
        model=settings.backend.model if settings.backend.base_url else None,
        mode=room.mode,
        theme=settings.ui.theme,
        light=is_light(environment),
        ignore=settings.ignore,
    )


@contextmanager
def _obeying_termination(app: Qcode) -> Iterator[None]:
    """Let a signal to end close the screens, so that the terminal is left as it was found."""

    def end(number: int, frame: object) -> None:
        # From another thread, because only that wakes a loop that waits for keys.
        threading.Thread(target=app.post_message, args=(Terminated(),), daemon=True).start()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
