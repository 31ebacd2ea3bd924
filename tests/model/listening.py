"""A socket on this machine that serves every connection in a thread of its own, until its context ends."""

from __future__ import annotations

import select
import socket
import threading
from typing import Self

SECONDS = 60.0
"""The longest that anything here waits: a hang of the code under test ends in a failed test, not in a hung run."""


class Listening:
    """A context manager; whoever inherits says what `serve` does with a connection, and watches `wake`."""

    def __init__(self, family: socket.AddressFamily = socket.AF_INET) -> None:
        self.host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self.stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._socket = socket.create_server((self.host, 0), family=family, backlog=64)
        self.wake, self._waker = socket.socketpair()
        """Readable from the moment that the context ends."""
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(threading.Thread(target=self._accept, daemon=True))
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._waker.close()
        for thread in self._threads:
            thread.join(SECONDS)
        self._socket.close()
        self.wake.close()

    def serve(self, connection: socket.socket) -> None:
        """Talk to a client and close the connection."""
        raise NotImplementedError

    def _start(self, thread: threading.Thread) -> None:
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while self.wake not in select.select([self._socket, self.wake], [], [])[0]:
            connection, _ = self._socket.accept()
            connection.settimeout(SECONDS)
            self._start(threading.Thread(target=self.serve, args=(connection,), daemon=True))
