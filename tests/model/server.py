"""A scripted OpenAI-compatible server: real HTTP on 127.0.0.1, every answer and every fault a line of data.

    with Server() as server:                                    # answers "Hello." to every question
    with Server(Say("yes", thinking="hm")) as server:           # streamed or whole, as it is asked
    with Server(Status(503, retry_after="0"), Say("now")) as server:   # a reply a question; the last one stays
    with Server(Stream(data(text="Hel"), RESET)) as server:     # frames and what happens between them
    with Server(Raw(b"HTTP/1.1 200 OK\\r\\n", STALL)) as server:   # bytes, without any help

    server.backend(idle_s=0.2)     a Backend that leads here        server.asked       the questions, bodies parsed
    server.left.wait(5)            the client went away early       server.url         http://127.0.0.1:PORT

A step is bytes, or one of: STALL (until the client goes), CUT (close without a proper end), RESET, Forever(piece),
Drip(data). The list of models is answered by `kind`; a list that has to fail is `models=Status(404)`.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import struct
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Protocol

from agents.model.types import Backend
from tests.model.listening import SECONDS, Listening

MODEL = "qwen3.6-27b"
KEY = "sk-a-key-that-nobody-may-see-5f2c9a"

USAGE = {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}
TLS_HELLO = b"\x16\x03"
OWNERS = {"vllm": "vllm", "sglang": "sglang", "llama.cpp": "llamacpp", "ollama": "library", "litellm": "openai"}


class Do(Enum):
    STALL = "nothing more until the client goes away"
    CUT = "close now, without a proper end"
    RESET = "reset the connection"


STALL, CUT, RESET = Do.STALL, Do.CUT, Do.RESET


@dataclass(frozen=True)
class Forever:
    """The same piece again and again until the client goes away."""

    piece: bytes
    every_s: float = 0.02


@dataclass(frozen=True)
class Drip:
    """Bytes one at a time."""

    data: bytes
    every_s: float = 0.02


Step = bytes | Do | Forever | Drip


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed

    @property
    def streamed(self) -> bool:
        return b'"stream":true' in self.body.replace(b" ", b"")


class Reply(Protocol):
    def steps(self, asked: Asked) -> Sequence[Step]: ...


# ---------------------------------------------------------------- replies


@dataclass(frozen=True)
class Raw:
    """Steps exactly as they stand, status line and headers included."""

    of: tuple[Step, ...]

    def __init__(self, *steps: Step) -> None:
        object.__setattr__(self, "of", steps)

    def steps(self, asked: Asked) -> Sequence[Step]:
        return self.of


@dataclass(frozen=True)
class Stream:
    """An event stream of these frames. `framing` is how HTTP tells its end: chunked, or by closing the connection."""

    of: tuple[Step, ...]
    framing: str = "chunked"
    headers: tuple[str, ...] = ()
    content_type: str = "text/event-stream; charset=utf-8"

    def __init__(
        self,
        *frames: Step,
        framing: str = "chunked",
        headers: Sequence[str] = (),
        content_type: str = "text/event-stream; charset=utf-8",
    ) -> None:
        object.__setattr__(self, "of", frames)
        object.__setattr__(self, "framing", framing)
        object.__setattr__(self, "headers", tuple(headers))
        object.__setattr__(self, "content_type", content_type)

    def steps(self, asked: Asked) -> Sequence[Step]:
        chunked = self.framing == "chunked"
        extra = ["Transfer-Encoding: chunked"] if chunked else []
        begin = head(200, f"Content-Type: {self.content_type}", *extra, *self.headers)
        frames = [chunk(step) if chunked and isinstance(step, bytes) else step for step in self.of]
        return [begin, *frames, *([b"0\r\n\r\n"] if chunked else [])]


@dataclass(frozen=True)
class Whole:
    """One JSON object, or whatever bytes the body is, under a status."""

    body: bytes | Mapping[str, Any]
    status: int = 200
    headers: tuple[str, ...] = ()
    content_type: str = "application/json"

    def steps(self, asked: Asked) -> Sequence[Step]:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        length = f"Content-Length: {len(body)}"
        return [head(self.status, f"Content-Type: {self.content_type}", length, *self.headers) + body]


def Status(status: int, message: str = "no", *, retry_after: str | None = None, **fields: Any) -> Whole:
    """A refusal with an error object, as vLLM writes it."""
    error = {"message": message, "type": "Error", "param": None, "code": status, **fields}
    return Whole({"error": error}, status, () if retry_after is None else (f"Retry-After: {retry_after}",))


@dataclass(frozen=True)
class Say:
    """A good answer, streamed word by word or whole, as it is asked for."""

    text: str = "Hello."
    thinking: str = ""
    calls: tuple[tuple[str, Any], ...] = ()
    """Name and arguments of each call; arguments that are a str are sent as they stand."""
    reason: str | None = None
    usage: Mapping[str, Any] | None = field(default_factory=lambda: USAGE)
    model: str = MODEL
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the answer: timings, metrics, system_fingerprint."""
    reasoning: str = "reasoning"
    """The name of the field of thoughts."""
    headers: tuple[str, ...] = ()

    def steps(self, asked: Asked) -> Sequence[Step]:
        if asked.streamed:
            return Stream(*self.frames(), headers=self.headers).steps(asked)
        return Whole(self.whole(), headers=self.headers).steps(asked)

    def frames(self) -> list[bytes]:
        """The frames of the stream, `[DONE]` included."""
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{self.reasoning: word} for word in words(self.thinking)]
        deltas += [{"content": word} for word in words(self.text)]
        for index, call in enumerate(self._calls()):
            arguments = call["function"]["arguments"]
            begin = {**call, "index": index, "function": {**call["function"], "arguments": ""}}
            deltas.append({"tool_calls": [begin]})
            deltas += [{"tool_calls": [{"index": index, "function": {"arguments": each}}]} for each in words(arguments)]
        frames = [data(delta, model=self.model) for delta in deltas]
        frames.append(data({}, self._reason(), model=self.model))
        end = {"usage": self.usage, **self.fields} if self.usage is not None else dict(self.fields)
        if end:
            frames.append(event({**envelope(self.model), "choices": [], **end}))
        return [*frames, DONE]

    def whole(self) -> dict[str, Any]:
        """The answer in one object."""
        message: dict[str, Any] = {"role": "assistant", "content": self.text or None}
        if self.thinking:
            message[self.reasoning] = self.thinking
        if self.calls:
            message["tool_calls"] = self._calls()
        choice = {"index": 0, "message": message, "finish_reason": self._reason()}
        usage = {} if self.usage is None else {"usage": self.usage}
        return {**envelope(self.model, "chat.completion"), "choices": [choice], **usage, **self.fields}

    def _reason(self) -> str:
        return self.reason or ("tool_calls" if self.calls else "stop")

    def _calls(self) -> list[dict[str, Any]]:
        return [
            {
                "id": f"call-{number}",
                "type": "function",
                "function": {"name": name, "arguments": each if isinstance(each, str) else json.dumps(each)},
            }
            for number, (name, each) in enumerate(self.calls)
        ]


def head(status: int, *headers: str, version: str = "1.1") -> bytes:
    """A status line and headers."""
    return f"HTTP/{version} {status} X\r\n{''.join(f'{each}{chr(13)}{chr(10)}' for each in headers)}\r\n".encode()


def chunk(piece: bytes) -> bytes:
    """A piece as one chunk of the chunked encoding."""
    return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""


def event(found: Mapping[str, Any]) -> bytes:
    """An object as an event."""
    return b"data: " + json.dumps(found, ensure_ascii=False).encode() + b"\n\n"


def data(
    delta: Mapping[str, Any] | None = None,
    reason: str | None = None,
    *,
    text: str | None = None,
    model: str = MODEL,
    **fields: Any,
) -> bytes:
    """An event with one delta: `data(text="Hel")`, `data({}, "stop")`."""
    said = {"content": text} if text is not None else delta
    choice = {"index": 0, "delta": said, "finish_reason": reason}
    return event({**envelope(model), "choices": [choice], **fields})


def envelope(model: str = MODEL, kind: str = "chat.completion.chunk") -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1767571200, "model": model}


def words(text: str) -> list[str]:
    """The text in pieces of a few characters, as a stream brings it."""
    return [text[at : at + 5] for at in range(0, len(text), 5)]


DONE = b"data: [DONE]\n\n"
USED = event({**envelope(), "choices": [], "usage": USAGE})
STOP = data({}, "stop")
END = (STOP, USED, DONE)
"""How a good stream ends."""


# ---------------------------------------------------------------- the server


class Server(Listening):
    """Plays replies, one a question. A context manager; its port is free for as long as it is open."""

    def __init__(
        self,
        *replies: Reply,
        kind: str = "vllm",
        context: int | None = 32768,
        models: Reply | None = None,
        tls: ssl.SSLContext | None = None,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> None:
        super().__init__(family)
        self.asked: list[Asked] = []
        """The questions; looking at the list of models is not one."""
        self.looked: list[Asked] = []
        """Looks at the list of models."""
        self.left = threading.Event()
        """A client went away before its answer was complete."""
        self._replies = replies or (Say(),)
        self._models = models or Whole(listing(kind, context))
        self._tls = tls

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    def backend(self, **settings: Any) -> Backend:
        """A Backend that leads here, with clocks that a test can wait for."""
        usual = Backend(f"{self.url}/v1", MODEL, api_key=KEY, first_token_s=20.0, idle_s=20.0, total_s=40.0)
        return replace(usual, **settings)

    def serve(self, connection: socket.socket) -> None:
        """Play the next reply."""
        with contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            try:
                wire = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
                stack.callback(wire.close)
                asked = read_request(wire)
                if asked is not None:
                    self._play(wire, asked)
            except OSError:
                self.left.set()

    def _play(self, connection: socket.socket, asked: Asked) -> None:
        if asked.method == "GET" and asked.path.endswith("/models"):
            self.looked.append(asked)
            reply = self._models
        else:
            self.asked.append(asked)
            reply = self._replies[min(len(self.asked), len(self._replies)) - 1]
        for step in reply.steps(asked):
            if not self._step(connection, step):
                return
        # Without this, bytes of the request that were not read would turn the end into a reset.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
            self._until_gone(connection)

    def _step(self, connection: socket.socket, step: Step) -> bool:
        """Do one step; False where the connection is over."""
        if isinstance(step, bytes):
            connection.sendall(step)
            return True
        if isinstance(step, Drip):
            pieces = (step.data[at : at + 1] for at in range(len(step.data)))
            return all(self._unless_gone(connection, piece, step.every_s) for piece in pieces)
        if isinstance(step, Forever):
            while self._unless_gone(connection, step.piece, step.every_s):
                pass
            return False
        if step is STALL:
            self._until_gone(connection)
            self.left.set()
        elif step is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def _unless_gone(self, connection: socket.socket, piece: bytes, every_s: float) -> bool:
        connection.sendall(piece)
        return not self.stopped.wait(every_s)

    def _until_gone(self, connection: socket.socket) -> None:
        while True:
            ready, _, _ = select.select([connection, self.wake], [], [], SECONDS)
            if connection not in ready or not connection.recv(65536):
                return


def read_request(connection: socket.socket) -> Asked | None:
    """The next request; None where the client went away before its end."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return None
        received += piece
        if received.startswith(TLS_HELLO):
            connection.sendall(head(400, "Content-Length: 0"))
            return None
    begin, _, body = received.partition(b"\r\n\r\n")
    first, *lines = begin.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        piece = connection.recv(65536)
        if not piece:
            return None
        body += piece
    return Asked(method, path, headers, body)


def listing(kind: str, context: int | None) -> dict[str, Any]:
    """The list of models as a server of this kind writes it."""
    entry: dict[str, Any] = {"id": MODEL, "object": "model", "owned_by": OWNERS.get(kind, "someone")}
    if context is not None and kind in ("vllm", "sglang"):
        entry["max_model_len"] = context
    elif context is not None and kind == "llama.cpp":
        entry["meta"] = {"n_ctx": context, "n_ctx_train": 2 * context}
    elif context is not None and kind == "litellm":
        entry["max_input_tokens"] = context
    return {"object": "list", "data": [entry]}
