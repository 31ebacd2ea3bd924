"""From the settings to the open screens, and back to the shell."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.repo import open_repo
from qcode.tui.app import TERMINATED, Qcode
from qcode.tui.conversing import Room
from qcode.tui.messages import Terminated
from qcode.tui.theme import is_light
from qcode.tui.types import Workplace

if TYPE_CHECKING:
    from qcode.config import Settings

INPUT = "textual-input"
"""The name of the thread in which textual reads keys."""
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
        code = app.run() or 0
        app.main.close(PATIENCE)
    if app.failure is not None:
        raise app.failure
    if any(thread.name == INPUT and thread.is_alive() for thread in threading.enumerate()):
        os._exit(code)  # textual's reader never ends where the terminal went away, and would keep the process alive
    return code


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
    ended = threading.Event()

    def obey(number: int, frame: object) -> None:
        # In another thread: only from there a loop that waits for keys is woken, and it may never wake again.
        threading.Thread(target=_end, args=(app, ended), daemon=True).start()

    before = {number: signal.signal(number, obey) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        ended.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(app: Qcode, ended: threading.Event) -> None:
    """Close the screens; where they can't be, since nobody takes what they draw, end what is at work, and the process.

    A terminal that went away stops textual's writer, and everything that waits for it.
    """
    with suppress(RuntimeError):  # the loop has ended meanwhile
        app.post_message(Terminated())
    if not ended.wait(2 * PATIENCE):
        app.main.close(PATIENCE)
        os._exit(TERMINATED)
