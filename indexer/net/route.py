"""Where a server is and how to get there: address, key, trust and proxy, checked before anything is sent."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from indexer.errors import UsageProblem

if TYPE_CHECKING:
    import ssl

_PORTS = {"http": 80, "https": 443}
_SHORTEST_SECRET = 8
_NO_SECRETS = frozenset(
    {"no-key-required", "sk-no-key-required", "not-needed", "not_needed", "not-required", "placeholder", "lm-studio"}
)
_ENDPOINTS = ("/chat/completions", "/completions", "/embeddings", "/models")


@dataclass(frozen=True, slots=True)
class Route:
    """A server's base URL and the way to it. Made by `route_to`, which checks every part; the key is never shown."""

    base_url: str
    """Ends in `/v1`, without a slash behind it."""
    origin: str
    """Scheme, host and port: what messages name."""
    host: str
    key: str | None = field(default=None, repr=False)
    client_cert: str | None = None
    proxy: str | None = field(default=None, repr=False)
    proxy_origin: str = ""
    proxy_host: str = ""
    trust: ssl.SSLContext | None = field(default=None, repr=False, compare=False)

    @property
    def secret(self) -> str:
        """The key where it is one: servers without keys are shown a word that may stand in any text."""
        key = self.key or ""
        return key if len(key) >= _SHORTEST_SECRET and key.lower() not in _NO_SECRETS else ""

    def to_root(self) -> Route:
        """The route to what the server has beside `/v1`."""
        return replace(self, base_url=self.base_url.removesuffix("/v1"))


def route_to(
    base_url: str,
    *,
    key: str | None = None,
    ca_file: str | None = None,
    client_cert: str | None = None,
    proxy: str | None = None,
) -> Route:
    """The route to an OpenAI-compatible server; `base_url` may stand with or without `/v1`.

    Raises UsageProblem for an address, a key or a file that can't be used.
    """
    url = _address(base_url, "base_url")
    if url.username is not None or url.query or url.fragment:
        raise UsageProblem(
            "base_url holds more than an address.", "Leave out user, `?` and `#`; the key goes to api_key_file."
        )
    through = _address(proxy, "proxy") if proxy else None
    tls = url.scheme == "https" or (through is not None and through.scheme == "https")
    return Route(
        base_url=_origin(url) + _prefix(url.path),
        origin=_origin(url),
        host=url.hostname or "",
        key=_sendable(key),
        client_cert=client_cert,
        proxy=proxy or None,
        proxy_origin=_origin(through) if through else "",
        proxy_host=(through.hostname or "") if through else "",
        trust=_trust(ca_file, client_cert) if tls else None,
    )


def same_origin(one: str, other: str) -> bool:
    """Whether two absolute URLs lead to the same scheme, host and port; False for what is no http(s) URL."""
    try:
        return _origin(_address(one, "")) == _origin(_address(other, ""))
    except UsageProblem:
        return False


def _address(text: str, setting: str) -> SplitResult:
    try:
        url = urlsplit(text.strip())
        usable = url.scheme in _PORTS and bool(url.hostname) and url.port != 0
        if ":" not in (url.hostname or ""):
            (url.hostname or "").encode("idna")  # a label that is empty or too long can't be looked up
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in text.strip()):
        raise UsageProblem(
            f"{setting} is not an http:// or https:// address.", f"Write {setting} as in http://127.0.0.1:8000."
        )
    return url


def _origin(url: SplitResult) -> str:
    host = url.hostname or ""
    name = f"[{host}]" if ":" in host else host
    port = url.port or _PORTS[url.scheme]
    return f"{url.scheme}://{name}" + ("" if port == _PORTS[url.scheme] else f":{port}")


def _prefix(path: str) -> str:
    bare = path.rstrip("/")
    for endpoint in _ENDPOINTS:
        bare = bare.removesuffix(endpoint)
    return bare if bare.endswith("/v1") else f"{bare}/v1"


def _sendable(key: str | None) -> str | None:
    stripped = (key or "").strip()
    for place, character in enumerate(stripped, 1):
        if not "!" <= character <= "~":
            raise UsageProblem(
                f"The API key can't be sent: its character {place} is no printable ASCII character.",
                "Copy the key again; a file with the key holds nothing else.",
            )
    return stripped or None


def _trust(ca_file: str | None, client_cert: str | None) -> ssl.SSLContext:
    for setting, name in (("ca_file", ca_file), ("client_cert", client_cert)):
        if name and not Path(name).is_file():
            raise UsageProblem(f"{setting} names a file that isn't there: {name}.", f"Correct {setting}.")
    context = _verifying(by_hand=bool(ca_file))
    if ca_file:
        _trust_file(context, ca_file)
    else:
        _trust_system(context)
    if client_cert:
        _show(context, client_cert)
    return context


def _verifying(*, by_hand: bool) -> ssl.SSLContext:
    """A context that verifies, made by hand: the standard library's default obeys SSL_CERT_FILE and SSLKEYLOGFILE."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    if sys.version_info >= (3, 13):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if not by_hand:  # authorities made by hand often lack extensions that the strict check insists on
            context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def _trust_file(context: ssl.SSLContext, ca_file: str) -> None:
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ValueError) as error:
        raise UsageProblem(f"ca_file holds no certificate that can be read: {ca_file}.", "It must be PEM.") from error


def _trust_system(context: ssl.SSLContext) -> None:
    """Trust the system's authorities, as OpenSSL was built to find them; without any, no server is accepted."""
    import ssl

    places = ssl.get_default_verify_paths()
    with suppress(OSError):
        context.load_verify_locations(cafile=places.openssl_cafile)
    if Path(places.openssl_capath).is_dir():
        with suppress(OSError):
            context.load_verify_locations(capath=places.openssl_capath)


def _show(context: ssl.SSLContext, client_cert: str) -> None:
    def no_password() -> str:
        raise ValueError

    try:
        context.load_cert_chain(client_cert, password=no_password)
    except ValueError as error:
        raise UsageProblem(
            f"The key in client_cert is locked with a password: {client_cert}.", "Store it without one, mode 600."
        ) from error
    except OSError as error:
        raise UsageProblem(
            f"client_cert can't be used: {client_cert}.", "It must be PEM and hold the certificate and its key."
        ) from error
