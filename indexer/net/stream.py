"""One request, read in a thread of its own, handed out with a deadline a call.

The thread may hang in a name look-up, a handshake or a read for as long as the server likes; whoever waits for it does
not. `abort` shuts the connection, so that the thread ends and the server sees that nobody listens any more.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from indexer.net.problems import NetProblem, TimeUp, explained, proxy_status
from indexer.net.route import Route, same_origin
from indexer.net.unpack import Unpacker

if TYPE_CHECKING:
    import socket

    import httpx2

_HELD_BYTES = 1 << 20
_REDIRECTS = 3
_REPEATABLE = (307, 308)
_PROXY_WANTS_PASSWORD = 407
_JOIN_SECONDS = 1.0
_CONNECT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers of an answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]

    @property
    def framed(self) -> bool:
        """Whether HTTP itself tells the body's end, so that a cut can't go unnoticed."""
        return "content-length" in self.headers or "chunked" in self.headers.get("transfer-encoding", "").lower()


class Stream:
    """An answer on its way. Made by `open_stream`; close it with `abort`, also after its end."""

    def __init__(self, route: Route, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> None:
        self._route = route
        self._head: Head | None = None
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._failure: NetProblem | None = None
        self._ended = False
        self._aborted = False
        self._changed = threading.Condition()
        self._wire: socket.socket | None = None
        work = (method, url, dict(headers), body)
        self._thread = threading.Thread(target=self._run, args=work, name="qcode-net", daemon=True)
        self._thread.start()

    def head(self, seconds: float) -> Head:
        """Status and headers; raises TimeUp after so many seconds and NetProblem where there are none."""
        with self._changed:
            self._wait_for(lambda: self._head is not None, seconds)
            assert self._head is not None  # noqa: S101
            return self._head

    def take(self, seconds: float) -> bytes:
        """The next bytes of the body, empty at its end; raises TimeUp and NetProblem."""
        with self._changed:
            self._wait_for(lambda: bool(self._pieces) or self._ended, seconds)
            if not self._pieces:
                return b""
            piece = self._pieces.popleft()
            self._held -= len(piece)
            self._changed.notify_all()
            return piece

    def abort(self) -> None:
        """End the request now: the server's next write fails. May be called at any time, and more than once."""
        self.cut()
        self._thread.join(_JOIN_SECONDS)

    def cut(self) -> None:
        """As `abort`, but wait for nothing; who waits for the answer in another thread gets a NetProblem."""
        with self._changed:
            self._aborted = True
            self._pieces.clear()
            self._shut()
            self._changed.notify_all()

    def _wait_for(self, ready: Callable[[], bool], seconds: float) -> None:
        over = self._changed.wait_for(lambda: ready() or self._failure is not None or self._aborted, max(seconds, 0))
        if not over:
            raise TimeUp
        if self._aborted:
            raise NetProblem("aborted", "The request was broken off.")
        if not ready() and self._failure is not None:
            raise self._failure

    # ------------------------------------------------------------ in the thread

    def _run(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        failure: NetProblem | None = None
        try:
            with client_for(self._route) as client:
                self._exchange(client, method, url, headers, body)
        except NetProblem as problem:
            failure = problem
        except Exception as error:  # noqa: BLE001 - whatever the transport raises becomes a sentence for the reader
            failure = explained(error, self._route, begun=self._head is not None)
        finally:
            with self._changed:
                self._failure = failure
                self._ended = failure is None
                self._shut()
                if self._wire is not None:
                    self._wire.close()
                    self._wire = None
                self._changed.notify_all()

    def _exchange(
        self, client: httpx2.Client, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> None:
        for _ in range(_REDIRECTS + 1):
            extensions = {"trace": self._trace}
            with client.stream(method, url, headers=headers, content=body, extensions=extensions) as response:
                if not response.is_redirect:
                    self._hand_over(response)
                    return
                url = self._next_place(url, response)
        raise NetProblem(
            "redirected", f"{self._route.origin} redirects in a circle.", "Set base_url to where the model is served."
        )

    def _next_place(self, url: str, response: httpx2.Response) -> str:
        place = urljoin(url, response.headers.get("location", ""))
        if response.status_code in _REPEATABLE and same_origin(url, place):
            return place
        plain = place.partition("?")[0]
        shown = (plain.replace(self._route.secret, "[key]") if self._route.secret else plain)[:200]
        why = "" if same_origin(url, place) else ", another server: the key and the prompt are not sent there"
        raise NetProblem(
            "redirected",
            f"{self._route.origin} redirects to {shown!r} ({response.status_code}){why}.",
            "Set base_url to where the model is served, if that is the right place.",
        )

    def _hand_over(self, response: httpx2.Response) -> None:
        if response.status_code == _PROXY_WANTS_PASSWORD and self._route.proxy:
            raise proxy_status("407", self._route)
        headers = {name.lower(): value for name, value in response.headers.items()}
        unpacker = Unpacker(headers.get("content-encoding", ""), self._route.origin)
        with self._changed:
            self._head = Head(response.status_code, headers)
            self._changed.notify_all()
        for raw in response.iter_raw():
            self._keep(unpacker.pieces(raw))
            if self._aborted:
                return
        unpacker.finish()

    def _keep(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            with self._changed:
                self._changed.wait_for(lambda: self._aborted or self._held < _HELD_BYTES)
                if self._aborted:
                    return
                self._pieces.append(piece)
                self._held += len(piece)
                self._changed.notify_all()

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event != "connection.connect_tcp.complete":
            return
        # A second handle on the same connection: it stays valid when TLS takes the first one over.
        wire = info["return_value"].get_extra_info("socket").dup()
        with self._changed:
            if self._wire is not None:
                self._wire.close()
            self._wire = wire
            if self._aborted:
                self._shut()

    def _shut(self) -> None:
        import socket

        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)


def load() -> None:
    """Import what the first request needs, so that no clock runs while Python reads files."""
    importlib.import_module("httpx2")
    importlib.import_module("httpcore2")


def open_stream(
    route: Route,
    path: str,
    body: bytes | None = None,
    *,
    accept: str = "application/json",
) -> Stream:
    """Ask for `path` below the route's base URL (POST where there is a body) and return at once."""
    headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "qcode"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if route.key:
        headers["Authorization"] = f"Bearer {route.key}"
    return Stream(route, "GET" if body is None else "POST", route.base_url + path, headers, body)


def fetch(
    route: Route,
    path: str,
    body: bytes | None = None,
    *,
    seconds: float,
    largest: int,
    opened: Callable[[Stream], None] | None = None,
) -> tuple[Head, bytes]:
    """A small answer with its first `largest` bytes at least, or all there are; raises TimeUp and NetProblem.

    `opened` is handed the stream, so that another thread can cut it.
    """
    end = perf_counter() + seconds
    stream = open_stream(route, path, body)
    try:
        if opened is not None:
            opened(stream)
        head, received = stream.head(seconds), bytearray()
        while len(received) < largest and (piece := stream.take(end - perf_counter())):
            received += piece
            if perf_counter() > end:  # a server that always has more to send is never waited for
                raise TimeUp
        return head, bytes(received)
    finally:
        stream.abort()


def client_for(route: Route) -> httpx2.Client:
    """A client that looks at no variable of the environment, follows no redirect and waits for ever."""
    import ssl

    import httpx2

    proxy = None
    if route.proxy:
        secure = route.proxy_origin.startswith("https:")
        proxy = httpx2.Proxy(route.proxy, ssl_context=route.trust if secure else None)
    # Where no TLS is planned, none may come about: a context that knows no authority trusts nobody.
    trust = route.trust or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    timeout = httpx2.Timeout(None, connect=_CONNECT_SECONDS)
    return httpx2.Client(verify=trust, proxy=proxy, trust_env=False, timeout=timeout, follow_redirects=False)
