"""A real HTTP proxy on 127.0.0.1: tunnels CONNECT, forwards plain requests, or refuses."""

from __future__ import annotations

import contextlib
import select
import socket
from urllib.parse import urlsplit

from tests.model.listening import SECONDS, Listening
from tests.model.server import head


class Proxy(Listening):
    """Lets through whoever shows `password` (user:password in base64), or everyone; `status` refuses everyone."""

    def __init__(self, *, password: str | None = None, status: int | None = None) -> None:
        super().__init__()
        self.asked: list[bytes] = []
        """The first lines of the requests."""
        self._password = password
        self._status = status
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """Tunnel, forward or refuse."""
        with connection as client, contextlib.suppress(OSError):
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
                ready, _, _ = select.select([client, server, self.wake], [], [], SECONDS)
                for one, other in ((client, server), (server, client)):
                    if one in ready:
                        piece = one.recv(65536)
                        if not piece:
                            return
                        other.sendall(piece)
                if self.wake in ready or not ready:
                    return
