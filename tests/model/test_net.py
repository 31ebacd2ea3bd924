"""The way to a server: addresses, trust, client certificates, proxies and keys, over real sockets."""

from __future__ import annotations

import base64
import contextlib
import gzip
import os
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agents.model import Backend, Finished, Message, ModelProblem, connect, profile_for
from indexer.errors import UsageProblem
from indexer.net import NetProblem, TimeUp, fetch, open_stream, route_to
from tests.model.certificates import Authority, authority
from tests.model.proxy import Proxy
from tests.model.server import KEY, MODEL, STALL, Forever, Raw, Say, Server, Stream, Whole

QUESTION = [Message("user", "Say hello.")]
ROOT = Path(__file__).resolve().parents[2]
PASSWORD = base64.b64encode(b"kim:geheim").decode()


def answered(backend: Backend) -> bool:
    *_, last = connect(profile_for(MODEL), backend).stream(QUESTION)
    return isinstance(last, Finished)


@pytest.mark.parametrize(
    ("written", "reached"),
    [
        ("http://h:8000", "http://h:8000/v1"),
        ("http://h:8000/", "http://h:8000/v1"),
        ("http://h:8000/v1", "http://h:8000/v1"),
        ("http://h:8000/v1/", "http://h:8000/v1"),
        ("http://h:8000/v1/chat/completions", "http://h:8000/v1"),
        ("https://h/llm/qwen", "https://h/llm/qwen/v1"),
        ("https://h/llm/qwen/v1//", "https://h/llm/qwen/v1"),
        ("  http://h  ", "http://h/v1"),
        ("HTTP://H:80/v1", "http://h/v1"),
        ("https://h:443", "https://h/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
    ],
)
def test_an_address_leads_to_one_place_however_it_is_written(written: str, reached: str) -> None:
    assert route_to(written).base_url == reached


@pytest.mark.parametrize(
    "address",
    [
        "", "localhost:8000", "ftp://h", "http://", "http:///v1", "http://h:99999", "http://h:x", "//h/v1",
        "http://user:secret@h", "http://h/v1?key=secret", "http://h/#x", "http://h h/v1", "http://[::1", "file:///etc",
        "http://h:0", "http://a..b", f"http://{'a' * 70}.example",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_and_its_secrets_are_not_shown(address: str) -> None:
    with pytest.raises(UsageProblem) as raised:
        route_to(address)
    assert "base_url" in str(raised.value) and raised.value.remedy
    assert "secret" not in str(raised.value) + raised.value.remedy


@pytest.mark.parametrize("key", ["sk-schlüssel-x", "sk-two\nlines", "sk-with blank", "sk-…", "sk-\x00", "sk-\x7f"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(UsageProblem) as raised:
        route_to("http://h", key=key)
    assert "sk-" not in str(raised.value) + repr(raised.value)


def test_a_key_is_stripped_sent_and_not_shown() -> None:
    with Server() as server:
        backend = server.backend(api_key=f"  {KEY}\n")
        assert answered(backend)
        assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
        assert server.looked[0].headers["authorization"] == f"Bearer {KEY}"
        assert KEY not in repr(route_to(server.url, key=KEY)) + repr(connect(profile_for(MODEL), backend))


def test_without_a_key_no_header_is_sent() -> None:
    with Server() as server:
        assert answered(server.backend(api_key=None))
        assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/", "/team/qwen", "/team/qwen/v1"])
def test_a_server_is_reached_below_its_prefix(end: str) -> None:
    with Server() as server:
        assert answered(server.backend(base_url=server.url + end))
        prefix = "/team/qwen" if "team" in end else ""
        assert [asked.path for asked in server.looked + server.asked] == [
            f"{prefix}/v1/models",
            f"{prefix}/v1/chat/completions",
        ]


def test_an_IPv6_host_is_reached() -> None:
    with Server(family=socket.AF_INET6) as server:
        assert answered(server.backend())


def test_a_private_authority_is_trusted_where_it_is_named(certificates: Authority) -> None:
    with Server(tls=certificates.server()) as server:
        assert answered(server.backend(ca_file=certificates.ca_file))


def test_a_client_certificate_is_shown(certificates: Authority) -> None:
    with Server(tls=certificates.server("demanding", demands=True)) as server:
        mine = certificates.certificate("kim")
        assert answered(server.backend(ca_file=certificates.ca_file, client_cert=mine))


def test_a_client_certificate_of_a_stranger_is_not_accepted(certificates: Authority, tmp_path: Path) -> None:
    stranger = authority(tmp_path / "stranger").certificate("eve")
    with Server(tls=certificates.server("demanding", demands=True)) as server:
        backend = server.backend(ca_file=certificates.ca_file, client_cert=stranger)
        with pytest.raises(ModelProblem) as raised:
            answered(backend)
    assert raised.value.slug == "tls-client-certificate"
    assert "the one it was shown" in str(raised.value)


@pytest.mark.parametrize("setting", ["ca_file", "client_cert"])
@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_that_is_no_certificate_is_refused_before_anything_is_sent(
    setting: str, content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "file.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageProblem, match=setting):
        connect(profile_for(MODEL), Backend("https://127.0.0.1:9", MODEL, **{setting: str(file)}))  # type: ignore[arg-type]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tunnel"])
@pytest.mark.parametrize("password", [None, PASSWORD], ids=["open", "password"])
def test_a_proxy_is_the_only_way_that_is_taken(tls: bool, password: str | None, certificates: Authority) -> None:
    with Server(tls=certificates.server() if tls else None) as server, Proxy(password=password) as proxy:
        url = proxy.url.replace("//", "//kim:geheim@") if password else proxy.url
        assert answered(server.backend(ca_file=certificates.ca_file, proxy=url))
        assert len(proxy.asked) == 2
        assert all(line.startswith(b"CONNECT " if tls else (b"GET ", b"POST ")) for line in proxy.asked)


def test_the_password_of_a_proxy_is_not_shown() -> None:
    with Server() as server:
        backend = server.backend(proxy="http://kim:geheim@127.0.0.1:9")
        with pytest.raises(ModelProblem) as raised:
            answered(backend)
    assert raised.value.slug == "proxy-refused"
    assert (
        "geheim"
        not in f"{raised.value} {raised.value!r} {raised.value.remedy} {connect(profile_for(MODEL), backend)!r}"
    )


def test_the_environment_names_no_proxy() -> None:
    asking = "import sys; from indexer.net import *; print(open_stream(route_to(sys.argv[1]), '/x').head(20).status)"
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), "http://127.0.0.1:9")
    with Server() as server:
        words = [sys.executable, "-c", asking, server.url]
        done = subprocess.run(words, env=os.environ | proxies, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "200\n", done.stderr


def asked_under(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    asking = (
        "import sys; from indexer.net import *\n"
        "route = route_to(sys.argv[1], ca_file=(sys.argv[2:] or [None])[0])\n"
        "print(open_stream(route, '/x').head(20).status)"
    )
    words = (sys.executable, "-c", asking, *words)
    return subprocess.run(words, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_the_environment_names_no_authority(certificates: Authority) -> None:
    named = {"SSL_CERT_FILE": certificates.ca_file, "SSL_CERT_DIR": str(certificates.folder)}
    with Server(tls=certificates.server()) as server:
        done = asked_under(named, server.url)
        assert (done.returncode, done.stdout, server.asked) == (1, "", [])
    assert "certificate" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("log", ["keys.log", "there/is/none"])
def test_the_environment_gets_no_secrets_of_a_session(log: str, certificates: Authority, tmp_path: Path) -> None:
    with Server(tls=certificates.server()) as server:
        done = asked_under({"SSLKEYLOGFILE": str(tmp_path / log)}, server.url, certificates.ca_file)
    assert done.stdout == "200\n", done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_authorities_of_the_system_are_trusted_as_they_were_built_in() -> None:
    places = ssl.get_default_verify_paths()
    trust = route_to("https://h").trust
    assert trust is not None
    assert (trust.verify_mode, trust.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert trust.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert bool(trust.get_ca_certs()) == Path(places.openssl_cafile).is_file()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "127.0.0.1:3128", "http://"])
def test_a_proxy_that_is_none_is_refused(proxy: str) -> None:
    with pytest.raises(UsageProblem, match="proxy"):
        route_to("http://h", proxy=proxy)


@pytest.mark.parametrize("reply", [Raw(STALL), Stream(STALL), Stream(Forever(b"5\r\n: hi\n\r\n"))])
def test_an_aborted_request_is_seen_by_the_server(reply: Raw | Stream) -> None:
    with Server(reply) as server:
        stream = open_stream(route_to(server.url), "/chat/completions", b"{}")
        with contextlib.suppress(TimeUp):
            stream.head(0.1)
            stream.take(0.1)
        stream.abort()
        stream.abort()
        assert server.left.wait(20)


def test_an_aborted_request_over_TLS_is_seen_by_the_server(certificates: Authority) -> None:
    with Server(Stream(STALL), tls=certificates.server()) as server:
        stream = open_stream(route_to(server.url, ca_file=certificates.ca_file), "/chat/completions", b"{}")
        stream.head(20)
        stream.abort()
        assert server.left.wait(20)


def test_a_server_that_never_reads_is_left_in_time_and_no_thread_stays() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        route = route_to(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        stream = open_stream(route, "/chat/completions", b"x" * (64 << 20))
        with pytest.raises(TimeUp):
            stream.head(0.2)
        stream.abort()
    assert not [thread for thread in threading.enumerate() if thread.name == "qcode-net"]


def test_a_server_that_floods_is_read_no_faster_than_it_is_listened_to() -> None:
    with Server(Stream(*[b"40000\r\n" + b"x" * 0x40000 + b"\r\n"] * 40, framing="close")) as server:
        stream = open_stream(route_to(server.url), "/chat/completions", b"{}")
        stream.head(20)
        size = 0
        while piece := stream.take(20):
            assert len(piece) <= 1 << 16
            size += len(piece)
        stream.abort()
    assert size == 40 * (0x40000 + 9)


def test_a_small_answer_that_has_no_end_is_left_in_time() -> None:
    with Server(Stream(Forever(b"10000\r\n" + b"x" * 0x10000 + b"\r\n", every_s=0.0), framing="close")) as server:
        with pytest.raises(TimeUp):
            fetch(route_to(server.url), "/tokenize", b"{}", seconds=0.5, largest=1 << 40)
        assert server.left.wait(20)


def test_headers_come_in_lower_case_and_a_body_to_its_end() -> None:
    with Server(Whole(b"abc", 418, ("X-Two: 2",))) as server:
        stream = open_stream(route_to(server.url), "/x", b"{}")
        head = stream.head(20)
        assert (head.status, head.headers["x-two"], head.framed) == (418, "2", True)
        assert (stream.take(20), stream.take(20), stream.take(20)) == (b"abc", b"", b"")
        stream.abort()


@pytest.mark.parametrize("more", [gzip.compress(b"data: {}\n\n"), b"garbage"])
def test_what_stands_behind_a_packed_body_is_not_left_out_in_silence(more: bytes) -> None:
    packed = Stream(gzip.compress(Say().frames()[0]), more, headers=("Content-Encoding: gzip",))
    with Server(packed) as server:
        stream = open_stream(route_to(server.url), "/chat/completions", b"{}")
        stream.head(20)
        with pytest.raises(NetProblem, match="is damaged"):
            while stream.take(20):
                pass
        stream.abort()
