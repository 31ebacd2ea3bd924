"""A real HTTP proxy on 127.0.0.1: tunnels CONNECT, forwards plain requests, or refuses."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import Self
from urllib.parse import urlsplit

from tests.model.server import SECONDS, head


class Proxy:
    """Lets through whoever shows `password` (user:password in base64), or everyone; `status` refuses everyone."""

    def __init__(self, *, password: str | None = None, status: int | None = None) -> None:
        self.asked: list[bytes] = []
        """The first lines of the requests."""
        self._password = password
        self._status = status
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._wake, self._waker = socket.socketpair()
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._waker.close()
        for thread in self._threads:
            thread.join(SECONDS)
        self._socket.close()
        self._wake.close()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while self._wake not in select.select([self._socket, self._wake], [], [])[0]:
            client, _ = self._socket.accept()
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(SECONDS)
        with client, contextlib.suppress(OSError):
            received = b""
            while b"\r\n\r\n" not in received:
                piece = client.recv(65536)
                if not piece:
                    return
                received += piece
            first = received.split(b"\r\n", 1)[0]
            self.asked.append(first)
            refused = self._status or (407 if self._password and self._password.encode() not in received else None)
            if refused:
                client.sendall(head(refused, "Content-Length: 0", 'Proxy-Authenticate: Basic realm="x"'))
                return
            method, target, _ = first.split(b" ")
            if method == b"CONNECT":
                host, _, port = target.decode().rpartition(":")
                self._join(client, host, int(port), b"", head(200))
            else:
                url = urlsplit(target.decode())
                begin = received.replace(target, url.path.encode(), 1)
                self._join(client, url.hostname or "", url.port or 80, begin, b"")

    def _join(self, client: socket.socket, host: str, port: int, there: bytes, back: bytes) -> None:
        with socket.create_connection((host, port), SECONDS) as server:
            server.sendall(there)
            client.sendall(back)
            while True:
                ready, _, _ = select.select([client, server, self._wake], [], [], SECONDS)
                for one, other in ((client, server), (server, client)):
                    if one in ready:
                        piece = one.recv(65536)
                        if not piece:
                            return
                        other.sendall(piece)
                if self._wake in ready or not ready:
                    return
