"""Why a server could not be reached or stopped talking: every failure of sockets, TLS and HTTP as one sentence.

Nothing here repeats what a request carried: a sentence is made of the address, of a status and of our own words.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.errors import Problem

if TYPE_CHECKING:
    from indexer.net.route import Route

_EXPIRED, _NOT_YET = 10, 9
_NO_NAME = (62, 64)
_UNTRUSTED_REMEDY = "Name the authority's certificate in ca_file (backend settings, or QCODE_CA_FILE)."
_NOWHERE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL)
_CLIENT_CERTIFICATE = (
    "CERTIFICATE_REQUIRED",
    "HANDSHAKE_FAILURE",
    "BAD_CERTIFICATE",
    "UNKNOWN_CA",
    "CERTIFICATE_UNKNOWN",
)
_START_IT = "Start the server, or correct base_url."
_RETURN_LATER = "Look at the server's own log, and try again."


class NetProblem(Problem):
    """A server could not be reached, or the connection broke. `slug` names the cause for programs."""

    def __init__(self, slug: str, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence, remedy)
        self.slug = slug


class TimeUp(Exception):
    """The server gave nothing within the time that the caller was willing to wait."""


def explained(error: BaseException, route: Route, *, begun: bool = False) -> NetProblem:
    """What a failure of the transport means for whoever set this route up; `begun` where the headers were fine."""
    chain = list(_causes(error))
    known = _tls(chain, route) or _proxy(chain, route) or _socket(chain, route)
    return known or (_lost(route) if begun else _protocol(error, route))


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _tls(chain: list[BaseException], route: Route) -> NetProblem | None:
    import ssl

    for error in chain:
        if isinstance(error, ssl.SSLCertVerificationError):
            return _certificate(error.verify_code, error.verify_message, route)
        if isinstance(error, ssl.SSLError):
            return _handshake(error.reason or "", route)
    return None


def _certificate(code: int, message: str, route: Route) -> NetProblem:
    if code in (_EXPIRED, _NOT_YET):
        when = "has expired" if code == _EXPIRED else "is not valid yet"
        return NetProblem(
            "tls-expired", f"The certificate of {route.origin} {when}.", "Renew it on the server; check both clocks."
        )
    if code in _NO_NAME:
        return NetProblem(
            "tls-wrong-host",
            f"The certificate of {route.origin} belongs to another name than {route.host}.",
            "Use the name in the certificate as the host of base_url.",
        )
    return NetProblem(
        "tls-untrusted", f"The certificate of {route.origin} is not trusted: {message}.", _UNTRUSTED_REMEDY
    )


def _handshake(reason: str, route: Route) -> NetProblem:
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE"):
        return NetProblem(
            "tls-not-spoken",
            f"{route.origin} does not speak TLS on this port.",
            "Write http:// in base_url if the server is meant to be plain, or correct the port.",
        )
    if any(word in reason for word in _CLIENT_CERTIFICATE):
        return NetProblem(
            "tls-client-certificate",
            f"{route.origin} wants a client certificate and did not accept "
            + ("the one it was shown." if route.client_cert else "a connection without one."),
            "Name a PEM file with certificate and key in client_cert (or QCODE_CLIENT_CERT).",
        )
    if "EOF" in reason:
        return _lost(route)
    said = reason.lower().replace("_", " ") or "no reason was given"
    return NetProblem(
        "tls-failed", f"TLS with {route.origin} failed: {said}.", "Check the server's TLS settings and the port."
    )


def _proxy(chain: list[BaseException], route: Route) -> NetProblem | None:
    import httpx2

    for error in chain:
        if isinstance(error, httpx2.ProxyError):
            return proxy_status(str(error)[:3], route)
    return None


def proxy_status(status: str, route: Route) -> NetProblem:
    """What a proxy's own refusal means; `status` is its three digits."""
    if status == "407":
        return NetProblem(
            "proxy-denied",
            f"The proxy {route.proxy_origin} wants a user name and password (407).",
            "Write them into proxy as http://user:password@host:port.",
        )
    return NetProblem(
        "proxy-failed",
        f"The proxy {route.proxy_origin} did not open the way to {route.origin} ({status}).",
        "Ask who runs the proxy to allow this server, or leave proxy empty.",
    )


def _socket(chain: list[BaseException], route: Route) -> NetProblem | None:
    import socket

    hop = f"the proxy {route.proxy_origin}" if route.proxy_origin else route.origin
    prefix = "proxy-" if route.proxy_origin else ""
    remedy = "Correct proxy in the backend settings." if route.proxy_origin else _START_IT
    for error in chain:
        if isinstance(error, socket.gaierror):
            host = route.proxy_host or route.host
            return NetProblem(f"{prefix}no-such-host", f"The name {host} can't be resolved.", remedy)
        if isinstance(error, ConnectionRefusedError):
            return NetProblem(f"{prefix}refused", f"Nothing listens at {hop}: the connection was refused.", remedy)
        if isinstance(error, ConnectionError):
            return _lost(route)
        if isinstance(error, TimeoutError):
            return NetProblem(f"{prefix}unreachable", f"No connection to {hop} came about in time.", remedy)
        if isinstance(error, OSError) and error.errno in _NOWHERE:
            return NetProblem(f"{prefix}unreachable", f"No network path leads to {hop}.", remedy)
    return None


def _protocol(error: BaseException, route: Route) -> NetProblem:
    import httpx2

    said = str(error)
    if isinstance(error, httpx2.RemoteProtocolError):
        if "without sending" in said or "incomplete" in said or "disconnected" in said:
            return _lost(route)
        if "too long" in said or "too large" in said or "too many" in said:
            return NetProblem(
                "headers-too-large",
                f"The answer of {route.origin} has headers without end.",
                "Is base_url the model server?",
            )
        return NetProblem(
            "not-http", f"What {route.origin} answers is not HTTP.", "Is base_url the model server, and the port right?"
        )
    if isinstance(error, httpx2.TransportError):
        return _lost(route)
    return NetProblem("not-http", f"The answer of {route.origin} can't be read.", "Is base_url the model server?")


def _lost(route: Route) -> NetProblem:
    perhaps = "" if route.origin.startswith("https:") else " If it speaks TLS, write https:// in base_url."
    return NetProblem(
        "connection-lost", f"{route.origin} closed the connection in the middle.", _RETURN_LATER + perhaps
    )
