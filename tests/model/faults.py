"""What can go wrong with a server, one line each: what it does, and the slug of the problem that it has to end in.

    @pytest.mark.parametrize("fault", FAULTS, ids=str)
    def test_…(fault, certificates):
        with fault.played(certificates) as (server, backend):     # certificates: an Authority; backend leads to the fault
            … ask …; the problem has fault.slug, the exit code fault.exit, the sentence fault.says

FAULTS end without an answer. ODDITIES look odd and are answers all the same. `tools` says that the fault needs TOOLS.
"""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from agents.model.types import Backend, Tool
from tests.model.certificates import Authority, authority
from tests.model.proxy import Proxy
from tests.model.server import (
    CUT,
    DONE,
    END,
    KEY,
    MODEL,
    RESET,
    STALL,
    STOP,
    USED,
    Drip,
    Forever,
    Raw,
    Reply,
    Say,
    Server,
    Status,
    Stream,
    Whole,
    chunk,
    data,
    envelope,
    event,
    head,
)

TOOLS = (
    Tool(
        "read",
        "Read a file.",
        {
            "type": "object",
            "properties": {"path": {"type": "string"}},
            "required": ["path"],
            "additionalProperties": False,
        },
    ),
)
QUICK: Mapping[str, Any] = {"first_token_s": 0.3, "idle_s": 0.3}
BRIEF: Mapping[str, Any] = {"total_s": 0.4}


@dataclass(frozen=True)
class Fault:
    """A server that does `replies`, reached by `scene`, and what has to come of it."""

    name: str
    replies: Reply | tuple[Reply, ...]
    slug: str
    says: str = ""
    """Words that the sentence holds."""
    exit: int = 3
    streamed: bool = True
    tools: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the Backend is given beside its address."""
    scene: str = "plain"
    kind: str = "vllm"
    times: int | None = None
    """How often the question arrives, where that is certain."""

    def __str__(self) -> str:
        return self.name.replace(" ", "-")

    @contextmanager
    def played(self, certificates: Authority) -> Iterator[tuple[Server, Backend]]:
        """The server, and a Backend that leads into the fault."""
        with ExitStack() as stack:
            replies = self.replies if isinstance(self.replies, tuple) else (self.replies,)
            scene = SCENES[self.scene](certificates)
            server = stack.enter_context(Server(*replies, kind=self.kind, tls=scene.get("tls")))
            settings = dict(scene.get("settings", {})) | dict(self.settings)
            if "proxy" in scene:
                settings["proxy"] = stack.enter_context(scene["proxy"]).url
            backend = server.backend(**settings)
            if "base_url" in scene:
                backend = server.backend(**settings, base_url=scene["base_url"].format(port=server.port))
            yield server, backend


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _other_authority(certificates: Authority) -> str:
    folder = certificates.folder / "other"
    return (Authority(folder) if (folder / "ca.pem").exists() else authority(folder)).ca_file


SCENES: Mapping[str, Any] = {
    "plain": lambda ca: {},
    "refused": lambda ca: {"base_url": f"http://127.0.0.1:{_free_port()}/v1"},
    "no such host": lambda ca: {"base_url": "http://no-such-host.invalid:8000/v1"},
    "unknown authority": lambda ca: {"tls": ca.server()},
    "another authority": lambda ca: {"tls": ca.server(), "settings": {"ca_file": _other_authority(ca)}},
    "expired": lambda ca: {"tls": ca.server("expired", days=-1), "settings": {"ca_file": ca.ca_file}},
    "wrong host": lambda ca: {
        "tls": ca.server("elsewhere", names="DNS:model.example"),
        "settings": {"ca_file": ca.ca_file},
    },
    "https to plain": lambda ca: {"base_url": "https://127.0.0.1:{port}/v1"},
    "plain to https": lambda ca: {"tls": ca.server(), "base_url": "http://127.0.0.1:{port}/v1"},
    "tls": lambda ca: {"tls": ca.server(), "settings": {"ca_file": ca.ca_file}},
    "certificate demanded": lambda ca: {
        "tls": ca.server("demanding", demands=True),
        "settings": {"ca_file": ca.ca_file},
    },
    "proxy refused": lambda ca: {"settings": {"proxy": f"http://127.0.0.1:{_free_port()}"}},
    "proxy unknown": lambda ca: {"settings": {"proxy": "http://no-such-proxy.invalid:3128"}},
    "proxy 407": lambda ca: {"proxy": Proxy(password="dXNlcjpwYXNz")},
    "proxy 407 tunnel": lambda ca: {
        "tls": ca.server(),
        "settings": {"ca_file": ca.ca_file},
        "proxy": Proxy(password="x"),
    },
    "proxy 403 tunnel": lambda ca: {
        "tls": ca.server(),
        "settings": {"ca_file": ca.ca_file},
        "proxy": Proxy(status=403),
    },
    "proxy 502 tunnel": lambda ca: {
        "tls": ca.server(),
        "settings": {"ca_file": ca.ca_file},
        "proxy": Proxy(status=502),
    },
}

HEL = data(text="Hel")
HTML = b"<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
HEAD = head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked")
GOOD = Say().whole()
GONE = "model 'qwen3.6-27b' not found"


def _whole(**changes: Any) -> Whole:
    """A good answer in one object with a few things changed."""
    return Whole({**GOOD, **changes})


def _choice(message: Any, reason: Any = "stop", **fields: Any) -> dict[str, Any]:
    return {"index": 0, "message": message, "finish_reason": reason, **fields}


def _in(**delay: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**delay), usegmt=True)


def _bomb() -> Stream:
    packed = gzip.compress(b"data: " + bytes(80 << 20))
    return Stream(packed, framing="close", headers=("Content-Encoding: gzip",))


CONNECTION = [
    Fault("refused", Say(), "refused", "127.0.0.1", scene="refused", times=0),
    Fault("no such host", Say(), "no-such-host", "no-such-host.invalid", scene="no such host", times=0),
    Fault("unknown authority", Say(), "tls-untrusted", scene="unknown authority", times=0),
    Fault("another authority", Say(), "tls-untrusted", scene="another authority", times=0),
    Fault("expired certificate", Say(), "tls-expired", "expired", scene="expired", times=0),
    Fault("certificate of another host", Say(), "tls-wrong-host", "127.0.0.1", scene="wrong host", times=0),
    Fault("https to a plain port", Say(), "tls-not-spoken", "TLS", scene="https to plain", times=0),
    Fault("http to a TLS port", Say(), "connection-lost", scene="plain to https", times=0),
    Fault("http to nginx's TLS port", Whole({"error": "The plain HTTP request was sent to HTTPS port"}, 400), "tls-needed"),
    Fault("client certificate demanded", Say(), "tls-client-certificate", scene="certificate demanded", times=0),
    Fault("proxy refused", Say(), "proxy-refused", scene="proxy refused", times=0),
    Fault("proxy unknown", Say(), "proxy-no-such-host", "no-such-proxy.invalid", scene="proxy unknown", times=0),
    Fault("proxy wants a password", Say(), "proxy-denied", "407", scene="proxy 407", times=0),
    Fault("proxy wants a password for the tunnel", Say(), "proxy-denied", "407", scene="proxy 407 tunnel", times=0),
    Fault("proxy forbids the tunnel", Say(), "proxy-failed", "403", scene="proxy 403 tunnel", times=0),
    Fault("proxy finds no server", Say(), "proxy-failed", "502", scene="proxy 502 tunnel", times=0),
    Fault("reset before the headers", Raw(RESET), "connection-lost", times=3),
    Fault("closed before the headers", Raw(CUT), "connection-lost", times=3),
    Fault("reset in the headers", Raw(b"HTTP/1.1 200 OK\r\nContent-", RESET), "connection-lost", times=3),
    Fault("reset after the headers", Stream(RESET), "connection-lost", times=3),
    Fault("reset in the middle", Stream(HEL, RESET), "connection-lost", times=1),
    Fault("reset after the reason", Stream(HEL, STOP, RESET), "connection-lost", times=1),
    Fault("reset over TLS", Stream(HEL, RESET), "connection-lost", scene="tls"),
    Fault("closed over TLS", Stream(HEL, CUT), "connection-lost", scene="tls", times=1),
    Fault("reset in a whole answer", Raw(head(200, "Content-Length: 500") + b'{"choices": [', RESET), "connection-lost", streamed=False),
    Fault("cut whole answer", Raw(head(200, "Content-Length: 500") + b'{"choices": [', CUT), "connection-lost", streamed=False),
    Fault("not HTTP", Raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", CUT), "not-http", times=1),
    Fault("a greeting of another protocol", Raw(b"220 mail.example ESMTP\r\n", CUT), "connection-lost"),
    Fault("garbage for a status", Raw(b"HTTP/1.1 abc OK\r\n\r\n", CUT), "not-http"),
    Fault("headers without end", Raw(b"HTTP/1.1 200 OK\r\n", Forever(b"X-A: " + b"b" * 8000 + b"\r\n", 0)), "headers-too-large"),
    Fault("damaged chunk size", Raw(HEAD + chunk(HEL) + b"zz\r\nxx\r\n", CUT), "connection-lost", times=1),
    Fault("cut chunk", Raw(HEAD + chunk(HEL) + b"ff\r\ndata: {", CUT), "connection-lost", times=1),
    Fault("no last chunk", Raw(HEAD + chunk(HEL) + chunk(STOP), CUT), "connection-lost", times=1),
    Fault("two lengths", Raw(head(200, "Content-Length: 5", "Content-Length: 7") + b"{}", CUT), "not-http"),
]  # fmt: skip

CLOCKS = [
    Fault("silence before the headers", Raw(STALL), "first-token-late", "0.3 s", settings=QUICK, times=1),
    Fault("headers byte by byte", Raw(Drip(HEAD)), "first-token-late", settings=QUICK, times=1),
    Fault("silence after the headers", Stream(STALL), "first-token-late", settings=QUICK),
    Fault("role and then silence", Stream(data({"role": "assistant"}), STALL), "first-token-late", settings=QUICK),
    Fault("comments for ever", Stream(Forever(b"5\r\n: hi\n\r\n")), "first-token-late", "sends nothing", settings=QUICK),
    Fault("empty deltas for ever", Stream(Forever(chunk(data({"content": ""})))), "first-token-late", settings=QUICK),
    Fault("blank lines for ever", Stream(Forever(b"1\r\n\n\r\n")), "first-token-late", settings=QUICK),
    Fault("an event byte by byte", Raw(HEAD, Drip(chunk(HEL * 9))), "first-token-late", settings=QUICK),
    Fault("silence in the middle", Stream(HEL, STALL), "stalled", "in the middle", settings=QUICK, times=1),
    Fault("silence inside an event", Stream(HEL, HEL[:20], STALL), "stalled", settings=QUICK),
    Fault("comments for ever in the middle", Stream(HEL, Forever(chunk(b": hi\n\n"))), "stalled", settings=QUICK),
    Fault("silence after the reason", Stream(HEL, STOP, STALL), "stalled", settings=QUICK),
    Fault("silence over TLS", Stream(HEL, STALL), "stalled", settings=QUICK, scene="tls"),
    Fault("slow for ever", Stream(Forever(chunk(data(text="word ")), 0.05)), "out-of-time", "0.4 s", exit=4, settings=BRIEF),
    Fault("out of time before the headers", Raw(STALL), "out-of-time", exit=4, settings=BRIEF),
    Fault("out of time after the headers", Stream(STALL), "out-of-time", exit=4, settings=BRIEF),
    Fault("out of time, whole", Raw(STALL), "out-of-time", exit=4, settings=BRIEF, streamed=False),
    Fault("a whole answer byte by byte", Raw(head(200, "Content-Length: 999"), Drip(b'{"choices": [{"message": {"content": "Hello"}'*4)), "out-of-time", exit=4, settings=BRIEF, streamed=False),
    Fault("a refusal that never ends", Raw(head(401, "Content-Length: 99") + b"no", STALL), "key-refused", settings=QUICK),
]  # fmt: skip

STREAMS = [
    Fault("cut frame", Stream(HEL, HEL[:30]), "cut-off", times=1),
    Fault("cut frame, closed connection", Stream(HEL, HEL[:30], framing="close"), "cut-off", times=1),
    Fault("cut character", Stream(data(text="가").removesuffix(b'"}, "finish_reason": null}]}\n\n')[:-1]), "cut-off"),
    Fault("no reason, no end", Stream(HEL), "cut-off", times=1),
    Fault("no reason, end", Stream(HEL, DONE), "cut-off", times=1),
    Fault("reason, no end, closed connection", Stream(HEL, STOP, USED, framing="close"), "cut-off", times=1),
    Fault("end only", Stream(DONE), "cut-off", times=3),
    Fault("nothing at all", Stream(), "empty-body", times=3),
    Fault("usage only", Stream(USED, DONE), "cut-off"),
    Fault("invalid UTF-8", Stream(HEL, b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n', *END), "bad-stream", "UTF-8"),
    Fault("half a surrogate in UTF-8", Stream(b"data: \xed\xa0\x80\n\n", *END), "bad-stream"),
    Fault("UTF-16", Stream(HEL.decode().encode("utf-16")), "not-json"),
    Fault("damaged JSON", Stream(HEL, b'data: {"choices": [{"delta": {"con\n\n', *END), "bad-stream", "JSON"),
    Fault("glued frames", Stream(HEL, HEL.strip() + HEL.removeprefix(b"data: "), *END), "bad-stream", "glued"),
    Fault("glued frames with a field name", Stream(HEL.strip() + HEL, *END), "bad-stream"),
    Fault("an event without its blank line", Stream(HEL.strip() + b"\n" + STOP.strip() + b"\n\n", DONE), "bad-stream"),
    Fault("no field name", Stream(HEL, b'{"choices": []}\n\n', *END), "bad-stream"),
    Fault("HTML in the middle", Stream(HEL, HTML + b"\n\n"), "bad-stream"),
    Fault("a number for an event", Stream(b"data: 17\n\n", *END), "bad-stream"),
    Fault("a list for an event", Stream(b"data: []\n\n", *END), "bad-stream"),
    Fault("not a number", Stream(b'data: {"choices": [], "usage": {"prompt_tokens": NaN}}\n\n', *END), "bad-stream"),
    Fault("JSON without end", Stream(b"data: " + b'{"a":' * 60000 + b"\n\n", *END), "bad-stream"),
    Fault("a line of 17 MB", Stream(b"data: " + b"x" * (17 << 20)), "oversized", "16 MB"),
    Fault("an event of many lines", Stream(*[b"data: " + b"x" * (1 << 20) + b"\n"] * 18), "oversized"),
    Fault("packed bomb", _bomb(), "oversized"),
    Fault("an object of 17 MB", Whole(b'{"x":[' + b"[]," * (6 << 20)), "oversized", "16 MB"),
    Fault("300 calls in one event", Stream(data({"tool_calls": [{"index": number} for number in range(300)]}), *END), "oversized", "256"),
    Fault("300 calls", Stream(*[data({"tool_calls": [{"index": number}]}) for number in range(300)], *END), "oversized", "256"),
    Fault("arguments of 9 million characters", Stream(*[data({"tool_calls": [{"index": 0, "function": {"arguments": "[]," * 1_000_000}}]})] * 3, *END), "oversized"),
    Fault("damaged packing", Stream(gzip.compress(HEL + STOP + DONE)[:-12], framing="close", headers=("Content-Encoding: gzip",)), "bad-compression"),
    Fault("packing that is none", Stream(HEL, *END, headers=("Content-Encoding: gzip",)), "bad-compression"),
    Fault("unknown packing", Stream(HEL, *END, headers=("Content-Encoding: br",)), "bad-compression"),
    Fault("error event", Stream(b'event: error\ndata: {"message": "engine died"}\n\n'), "server-said-error", "engine died"),
    Fault("error in the middle", Stream(HEL, event({"error": {"message": "engine died", "code": 500}}), DONE), "server-said-error", "engine died", times=1),
    Fault("error as a text", Stream(event({"error": "engine died"})), "server-said-error", "engine died"),
    Fault("overflow in the stream", Stream(event({"error": {"message": "The input (9000 tokens) is longer than the model's context length (4096 tokens)."}})), "context-overflow", "9,000"),
    Fault("choices that are no list", Stream(event({**envelope(), "choices": {}})), "odd-answer"),
    Fault("choice that is no object", Stream(event({**envelope(), "choices": ["Hello"]})), "odd-answer"),
    Fault("two choices", Stream(event({**envelope(), "choices": [_choice({}), _choice({})]})), "odd-answer", "several"),
    Fault("second choice only", Stream(event({**envelope(), "choices": [{"index": 1, "delta": {"content": "x"}}]})), "odd-answer"),
    Fault("delta that is a list", Stream(event({**envelope(), "choices": [{"index": 0, "delta": ["x"]}]})), "odd-answer"),
    Fault("content that is a number", Stream(data({"content": 7})), "odd-answer"),
    Fault("calls that are no list", Stream(data({"tool_calls": {"a": 1}})), "odd-answer"),
    Fault("call that is no object", Stream(data({"tool_calls": ["read"]}), *END), "odd-answer"),
    Fault("text after the reason", Stream(HEL, STOP, HEL, DONE), "odd-answer"),
    Fault("an object that is nothing", Stream(event({"hello": "world"})), "odd-answer"),
    Fault("unknown reason", Stream(HEL, data({}, "abort"), DONE), "gave-up", "abort"),
    Fault("reason that is no text", Stream(HEL, data({}, {"type": "stop"}), DONE), "gave-up"),  # type: ignore[arg-type]
    Fault("filter", Stream(HEL, data({}, "content_filter"), DONE), "withheld"),
    Fault("repetition seen by the server", Stream(HEL, data({}, "repetition"), DONE), "repetition"),
    Fault("wrong model", Say(model="gpt-4o-mini"), "wrong-model", "gpt-4o-mini", times=1),
    Fault("a model named like the key", Say(model=KEY), "wrong-model", "[key]"),
    Fault("another model in the middle", Stream(HEL, data(text="lo", model="qwen3-8b"), *END), "wrong-model", "qwen3-8b"),
    Fault("a fallback of the proxy", Say(headers=("x-litellm-attempted-fallbacks: 1",)), "wrong-model", kind="litellm", times=1),
    Fault("thoughts only", Say("", thinking="Let me see."), "no-answer", times=1),
    Fault("empty answer", Say("", usage={"prompt_tokens": 20, "completion_tokens": 1}), "empty-answer", times=2),
    Fault("blanks only", Stream(data(text="\n\n"), *END), "empty-answer"),
    Fault("endless repetition", Stream(*[data(text="the same again and ")] * 4000, *END), "endless-repetition", times=1),
    Fault("endless thoughts", Stream(*[data({"reasoning": "But wait, let me check. "})] * 4000, *END), "endless-repetition"),
]  # fmt: skip

BODIES = [
    Fault("HTML", Whole(HTML, content_type="text/html"), "not-json", "web page", times=1),
    Fault("HTML that says it is a stream", Whole(HTML, content_type="text/event-stream"), "not-json"),
    Fault("plain text", Whole(b"It works!", content_type="text/plain"), "not-json"),
    Fault("a picture", Whole(b"\x89PNG\r\n\x1a\n", content_type="image/png"), "not-json"),
    Fault("empty", Whole(b""), "empty-body", times=3),
    Fault("blank", Whole(b"\r\n\r\n"), "empty-body"),
    Fault("no content", Raw(head(204)), "odd-status", "204"),
    Fault("created", Whole(GOOD, 201), "odd-status", "201"),
    Fault("error under 200", Whole({"error": {"message": "CUDA out of memory", "code": 500}}), "server-said-error", "CUDA"),
    Fault("error under 200, old shape", Whole({"object": "error", "message": "CUDA out of memory"}), "server-said-error", "CUDA"),
    Fault("error under 200, detail", Whole({"detail": "CUDA out of memory"}), "server-said-error", "CUDA"),
    Fault("cut JSON", Whole(json.dumps(GOOD).encode()[:-9]), "bad-stream", "cut", streamed=False),
    Fault("two objects", Whole(json.dumps(GOOD).encode() * 2), "bad-stream", "glued", streamed=False),
    Fault("a list", Whole(b"[]"), "not-json", streamed=False),
    Fault("nothing", Whole(b"null"), "not-json", streamed=False),
    Fault("whole answer in invalid UTF-8", Whole(b'{"choices": "\xff"}'), "bad-stream", streamed=False),
    Fault("whole answer without a reason", _whole(choices=[_choice({"content": "Hello"}, None)]), "cut-off", streamed=False),
    Fault("whole answer without a choice", _whole(choices=[]), "cut-off", streamed=False),
    Fault("whole answer, two choices", _whole(choices=[_choice({"content": "a"}), _choice({"content": "b"}, index=1)]), "odd-answer", streamed=False),
    Fault("whole answer of another model", Say(model="gpt-4o-mini"), "wrong-model", streamed=False),
    Fault("whole answer, empty", Say(""), "empty-answer", streamed=False, times=2),
    Fault("whole answer, thoughts only", Say("", thinking="Let me see."), "no-answer", streamed=False),
    Fault("error to a whole answer", Whole({"error": {"message": "engine died"}}), "server-said-error", streamed=False),
    Fault("HTML for a whole answer", Whole(HTML, content_type="text/html"), "not-json", streamed=False),
    Fault("a model's list", Whole({"object": "list", "data": []}), "odd-answer", streamed=False),
    Fault("redirect to another host", Whole(b"", 307, ("Location: http://127.0.0.2:9/v1/chat/completions",)), "redirected", "127.0.0.2", times=1),
    Fault("redirect to https", Whole(b"", 308, ("Location: https://127.0.0.1:9/v1/chat/completions",)), "redirected", "https"),
    Fault("redirect to a page", Whole(b"", 302, ("Location: /login",)), "redirected", "/login", times=1),
    Fault("redirect in a circle", Whole(b"", 307, ("Location: /v1/chat/completions",)), "redirected", "circle", times=4),
    Fault("redirect to another scheme", Whole(b"", 307, ("Location: ftp://127.0.0.1/x",)), "redirected"),
    Fault("redirect with the key", Whole(b"", 307, (f"Location: http://127.0.0.2:9/{KEY}",)), "redirected", "[key]"),
]  # fmt: skip

STATUSES = [
    Fault("400", Status(400, "temperature must be positive"), "bad-request", "temperature must be positive", times=1),
    Fault("400 empty", Whole(b"", 400), "bad-request", "400"),
    Fault("400 HTML", Whole(HTML, 400, content_type="text/html"), "bad-request", "400"),
    Fault("400 not UTF-8", Whole(b'{"error": "\xff"}', 400), "bad-request", "400"),
    Fault("400 that shows the key", Status(400, f"bad header Bearer {KEY}"), "bad-request", "[key]"),
    Fault("400 with escapes", Status(400, "\x1b]52;c;AAAA\x07\x1b[2Jbad"), "bad-request", "bad"),
    Fault("400 with a novel", Status(400, "never " * 4000), "bad-request", "…"),
    Fault("400 for a field of ours", Status(400, "Extra inputs are not permitted: disable_fallbacks"), "field-refused"),
    Fault("400 unknown model (LiteLLM)", Status(400, "Invalid model name passed in model=qwen3.6-27b"), "no-such-model", MODEL),
    Fault("401", Status(401, "Incorrect API key provided"), "key-refused", "401", times=1),
    Fault("401 that shows the key", Status(401, f"Incorrect API key provided: {KEY}"), "key-refused", "[key]"),
    Fault("401 empty", Whole(b"", 401), "key-refused"),
    Fault("403", Status(403), "forbidden", times=1),
    Fault("403 HTML", Whole(HTML, 403, content_type="text/html"), "forbidden"),
    Fault("404", Whole({"detail": "Not Found"}, 404), "no-such-path", "Not Found", times=1),
    Fault("404 HTML", Whole(HTML, 404, content_type="text/html"), "no-such-path"),
    Fault("404 unknown model (vLLM)", Status(404, "The model `qwen3.6-27b` does not exist."), "no-such-model", MODEL),
    Fault("404 unknown model (Ollama)", Status(404, GONE), "no-such-model", MODEL, kind="ollama"),
    Fault("405", Whole({"detail": "Method Not Allowed"}, 405), "no-such-path", times=1),
    Fault("408", Status(408, retry_after="0"), "server-timeout", times=3),
    Fault("409", Status(409), "conflict", times=1),
    Fault("413", Whole(HTML, 413, content_type="text/html"), "too-large", times=1),
    Fault("422", Whole({"detail": [{"loc": ["body"], "msg": "bad"}]}, 422), "bad-request", "422", times=1),
    Fault("418", Status(418), "bad-request", "418", times=1),
    Fault("429", Status(429, "slow down", retry_after="0"), "rate-limited", "slow down", times=3),
    Fault("429 for an hour", Status(429, retry_after="3600"), "rate-limited", times=1),
    Fault("429 without a time", Status(429), "rate-limited", times=3),
    Fault("429 with a bad time", Status(429, retry_after="soon"), "rate-limited", times=3),
    Fault("429 with a negative time", Status(429, retry_after="-5"), "rate-limited", times=3),
    Fault("429 until a date that is over", Status(429, retry_after=_in(hours=-1)), "rate-limited", times=3),
    Fault("429 until tomorrow", Status(429, retry_after=_in(days=1)), "rate-limited", times=1),
    Fault("429 until a date that is none", Status(429, retry_after="Xyz, 99 Abc 2026"), "rate-limited", times=3),
    Fault("429 beyond the time we have", Status(429, retry_after="30"), "rate-limited", settings=BRIEF, times=1),
    Fault("500", Status(500, "engine died", retry_after="0"), "server-error", "engine died", times=3),
    Fault("500 HTML", Whole(HTML, 500, content_type="text/html"), "server-error", times=3),
    Fault("501", Status(501), "server-error", "501", times=1),
    Fault("502 HTML", Whole(HTML, 502, ("Retry-After: 0",), "text/html"), "bad-gateway", times=3),
    Fault("503", Status(503, "Loading model", retry_after="0"), "overloaded", "Loading model", times=3),
    Fault("503 for ever", Status(503, retry_after="86400"), "overloaded", times=1),
    Fault("503 empty", Whole(b"", 503), "overloaded", times=3),
    Fault("504", Whole(HTML, 504, content_type="text/html"), "bad-gateway", times=3),
    Fault("504 not UTF-8", Whole(b"\xff\xfe\x00", 504), "bad-gateway", times=3),
    Fault("529", Status(529, retry_after="0"), "overloaded", times=3),
    Fault("599", Status(599), "server-error", "599", times=1),
    Fault("unavailable, then the key is refused", (Status(503, retry_after="0"), Status(401)), "key-refused", times=2),
    Fault("401 to a whole answer", Status(401), "key-refused", streamed=False, times=1),
    Fault("503 to a whole answer", Status(503, retry_after="0"), "overloaded", streamed=False, times=3),
]  # fmt: skip

OVERFLOWS = [
    Fault("overflow, vLLM 0.33", Status(400, "This model's maximum context length is 4096 tokens. However, your prompt contains at least 9000 input tokens, which exceeds this limit even without any output tokens. Please reduce the length of the input prompt. (parameter=input_tokens, value=9000)"), "context-overflow", "9,000", times=1),
    Fault("overflow, vLLM 0.19", Status(400, "This model's maximum context length is 4096 tokens. However, you requested 9200 tokens (9000 in the messages, 200 in the completion). Please reduce the length of the messages or completion."), "context-overflow", "9,000", times=1),
    Fault("overflow, vLLM, by the output", Status(400, "max_tokens=32768 cannot be greater than max_model_len=4096. Please request fewer output tokens."), "context-overflow", "4,096", times=1),
    Fault("overflow, vLLM, by characters", Status(400, "This model's maximum context length is 4096 tokens. However, your request has too many characters.", param="input_text"), "context-overflow", "4,096"),
    Fault("overflow, SGLang, input", Status(400, "The input (9000 tokens) is longer than the model's context length (4096 tokens)."), "context-overflow", "9,000", kind="sglang"),
    Fault("overflow, SGLang, total", Status(400, "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 9200 tokens: 9000 tokens from the input messages and 200 tokens for the completion."), "context-overflow", "9,000", kind="sglang"),
    Fault("overflow, llama.cpp", Status(400, "the request exceeds the available context size, try increasing it", type="exceed_context_size_error", n_prompt_tokens=9000, n_ctx=4096), "context-overflow", "9,000", kind="llama.cpp"),
    Fault("overflow, LiteLLM", Status(400, "litellm.ContextWindowExceededError: litellm.BadRequestError: Hosted_vllmException - This model's maximum context length is 4096 tokens. However, your prompt contains 9000 input tokens."), "context-overflow", "9,000", kind="litellm"),
    Fault("overflow, LiteLLM, without numbers", Status(400, "litellm.ContextWindowExceededError: too long"), "context-overflow", kind="litellm"),
    Fault("overflow, by its code", Status(400, "too long", code="context_length_exceeded"), "context-overflow"),
    Fault("overflow to a whole answer", Status(400, "The input (9000 tokens) is longer than the model's context length (4096 tokens)."), "context-overflow", "9,000", streamed=False),
]  # fmt: skip

CALLS = [
    Fault("cut arguments", Say("", calls=(("read", '{"path": "a'),)), "bad-tool-call", tools=True, times=2),
    Fault("cut arguments, whole answer", Say("", calls=(("read", '{"path": "a'),)), "bad-tool-call", tools=True, streamed=False, times=2),
    Fault("unknown tool", Say("", calls=(("delete", {"path": "a"}),)), "bad-tool-call", tools=True, times=2),
    Fault("wrong argument", Say("", calls=(("read", {"path": 7}),)), "bad-tool-call", tools=True, times=2),
    Fault("missing argument", Say("", calls=(("read", {}),)), "bad-tool-call", tools=True, times=2),
    Fault("arguments that are a list", Say("", calls=(("read", "[1]"),)), "bad-tool-call", tools=True, times=2),
    Fault("a call without a name", Say("", calls=(("", {"path": "a"}),)), "bad-tool-call", tools=True, times=2),
    Fault("announced and missing", Say("<tool_call>\n<function=read>"), "bad-tool-call", tools=True, times=2),
    Fault("announced in thoughts", Say("", thinking="<tool_call><function=read>"), "bad-tool-call", tools=True, times=2),
    Fault("the reason alone", Say("Reading.", reason="tool_calls"), "bad-tool-call", tools=True, times=2),
    Fault("a call that was not offered", Say("", calls=(("read", {"path": "a"}),)), "bad-tool-call", times=2),
    Fault("two calls, one is cut", Say("", calls=(("read", {"path": "a"}), ("read", '{"pa'))), "bad-tool-call", tools=True, times=2),
]  # fmt: skip

FAULTS = [*CONNECTION, *CLOCKS, *STREAMS, *BODIES, *STATUSES, *OVERFLOWS, *CALLS]


@dataclass(frozen=True)
class Oddity:
    """A server that is odd and gives an answer: `text`, and a note that says `notes`."""

    name: str
    replies: Reply | tuple[Reply, ...]
    text: str = "Hello."
    notes: str = ""
    streamed: bool = True
    kind: str = "vllm"

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


HELLO = (data({"role": "assistant", "content": ""}), HEL, data(text="lo."), *END)
ALL = b"".join(HELLO)
LONG = "".join(f"{number:x} " for number in range(1_220_000))


def _with_usage(**usage: Any) -> Say:
    return Say(usage={"prompt_tokens": 20, "completion_tokens": 5, **usage})


ODDITIES = [
    Oddity("CRLF", Stream(ALL.replace(b"\n", b"\r\n"))),
    Oddity("CR", Stream(ALL.replace(b"\n", b"\r"))),
    Oddity("CRLF cut between its two", Stream(*[part for frame in HELLO for part in (frame.replace(b"\n", b"\r\n")[:-1], b"\n")])),
    Oddity("no blank after the colon", Stream(ALL.replace(b"data: ", b"data:"))),
    Oddity("byte by byte", Stream(*[ALL[at : at + 1] for at in range(len(ALL))])),
    Oddity("all in one", Stream(ALL)),
    Oddity("data of several lines", Stream(ALL.replace(b', "choices"', b'\ndata: , "choices"'))),
    Oddity("byte order mark", Stream(b"\xef\xbb\xbf" + ALL)),
    Oddity("comments, ids and names", Stream(b": hi\n\nid: 7\nretry: 10\nevent: message\n" + ALL)),
    Oddity("line separator in a text", Stream(data(text="Hel\u2028\x85lo."), *END), "Hel\u2028\x85lo."),
    Oddity("a line of 8 MB", Stream(data(text=LONG), *END), LONG),
    Oddity("gzip", Stream(gzip.compress(ALL), framing="close", headers=("Content-Encoding: gzip",))),
    Oddity("data after the end", Stream(ALL, b"data: {broken\n\n", HTML)),
    Oddity("no end, but HTTP tells it", Stream(*HELLO[:-1])),
    Oddity("closed connection as its end", Stream(ALL, framing="close")),
    Oddity("HTTP 1.0", Raw(head(200, "Content-Type: text/event-stream", version="1.0") + ALL)),
    Oddity("wrong content type", Stream(ALL, content_type="text/html")),
    Oddity("a whole answer to a streamed question", Whole(GOOD)),
    Oddity("a stream to a whole question", Stream(ALL), streamed=False),
    Oddity("a whole answer without a type", Whole(GOOD, content_type=""), streamed=False),
    Oddity("delta null", Stream(event({**envelope(), "choices": [{"index": 0, "delta": None}]}), *HELLO)),
    Oddity("no index", Stream(ALL.replace(b'"index": 0, ', b""))),
    Oddity("content as parts", Stream(data({"content": [{"type": "text", "text": "Hello."}]}), *END)),
    Oddity("the reason with the last text", Stream(HEL, data({"content": "lo."}, "stop"), USED, DONE)),
    Oddity("usage on every event", Stream(data(text="Hello.", usage={"prompt_tokens": 20, "completion_tokens": 1}), *END)),
    Oddity("a split emoji", Stream(b'data: {"model": "qwen3.6-27b", "choices": [{"index": 0, "delta": {"content": "\\ud83d\\ude00\\ud83d"}}]}\n\n', *END), "😀\N{REPLACEMENT CHARACTER}"),
    Oddity("a redirect on the same server", (Whole(b"", 307, ("Location: /v1/chat/completions",)), Say())),
    Oddity("unavailable once", (Status(503, retry_after="0"), Say()), notes="503"),
    Oddity("a date that is over", (Status(429, retry_after=_in(hours=-1)), Say()), notes="429"),
    Oddity("reset once", (Raw(RESET), Say()), notes="Asking again"),
    Oddity("empty once", (Say("", usage={"completion_tokens": 1}), Say()), notes="empty"),
    Oddity("an organisation's prefix", Say(model="Qwen/Qwen3.6-27B")),
    Oddity("a provider's prefix", Say(model="hosted_vllm/qwen3.6-27b")),
    Oddity("a tag", Say(model="qwen3.6-27b:latest"), kind="ollama"),
    Oddity("no model named", Stream(ALL.replace(b'"model": "qwen3.6-27b", ', b"")), notes="which model"),
    Oddity("no usage", Say(usage=None), notes="how many tokens"),
    Oddity("usage null", Stream(*HELLO[:3], STOP, event({**envelope(), "choices": [], "usage": None}), DONE), notes="how many tokens"),
    Oddity("negative usage", _with_usage(prompt_tokens=-1), notes="prompt_tokens"),
    Oddity("usage in texts", _with_usage(completion_tokens="5"), notes="completion_tokens"),
    Oddity("absurd usage", _with_usage(prompt_tokens=10**15), notes="prompt_tokens"),
    Oddity("usage in fractions", _with_usage(completion_tokens=5.5), notes="completion_tokens"),
    Oddity("more cached than asked", _with_usage(prompt_tokens_details={"cached_tokens": 99}), notes="cached"),
    Oddity("more thought than said", _with_usage(completion_tokens_details={"reasoning_tokens": 99}), notes="thoughts"),
    Oddity("more accepted than drafted", Say(fields={"timings": {"draft_n": 3, "draft_n_accepted": 9}}), notes="drafted"),
    Oddity("lying usage of a whole answer", _with_usage(prompt_tokens=True), notes="prompt_tokens", streamed=False),
]  # fmt: skip
