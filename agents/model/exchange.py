"""One request on the wire: bytes in, chunks out, under three clocks, whole or not at all."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, TypeVar

from agents.model.chunks import Chunk, read_chunk
from agents.model.errors import ModelProblem, OutOfTime, TooLate
from agents.model.events import LONGEST_EVENT, Events, broken, whole_object
from agents.model.refusals import refusal
from agents.model.types import Backend
from indexer.net import Head, NetProblem, Route, Stream, TimeUp, open_stream

LARGEST_ANSWER = 64 << 20
"""Bytes of one answer, unpacked; one that comes in one object may be as long as an event."""
_LARGEST_REFUSAL = 1 << 16
_REPEATABLE = frozenset({"connection-lost"})
_OK = 200
_FALLBACKS = "x-litellm-attempted-fallbacks"
_BLANK = b" \t\r\n\xef\xbb\xbf"
_STREAM_STARTS = b":deir"
Got = TypeVar("Got")


@dataclass
class Clocks:
    """When it has to have happened: the first token, the next one, the whole. Times are seconds of perf_counter."""

    backend: Backend
    deadline: float
    """Of the whole, retries and repairs included."""
    streamed: bool
    started: float
    last: float | None = None
    first: float | None = None
    heard: bool = False
    """Whether any byte came."""

    def token(self) -> None:
        """The model said something."""
        self.last = perf_counter()
        self.first = self.first or self.last

    def left(self) -> float:
        """Seconds until the next clock runs out."""
        return min(self.deadline, self._next()) - perf_counter()

    def problem(self) -> ModelProblem:
        """Which clock ran out, as a sentence."""
        if self.deadline <= self._next():
            return OutOfTime(
                "out-of-time",
                f"The answer was not complete after {self.backend.total_s:g} s.",
                "Raise total_s in the backend settings, or ask for less.",
            )
        if self.last is None:
            how = "the server keeps the line open and sends nothing" if self.heard else "the server says nothing"
            return TooLate(
                "first-token-late",
                f"No token came within {self.backend.first_token_s:g} s: {how}.",
                "See how busy the server is, or raise first_token_s in the backend settings.",
            )
        return TooLate(
            "stalled",
            f"The answer stopped in the middle: nothing came for {self.backend.idle_s:g} s.",
            "See whether the server still runs, or raise idle_s in the backend settings.",
        )

    def _next(self) -> float:
        if self.last is not None:
            return self.last + self.backend.idle_s
        # Without a stream nothing comes before everything does.
        return self.started + self.backend.first_token_s if self.streamed else self.deadline


@dataclass
class Wire:
    """A request that was sent. Iterate `chunks`, then `close`; the chunks end only where the answer is whole."""

    stream: Stream
    clocks: Clocks
    model: str
    hide: Callable[[str], str]
    headers: Mapping[str, str]
    reason_seen: bool = False

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk of the answer; raises ModelProblem for whatever is not a whole one."""
        head = self._in_time(self.stream.head)
        self.headers = head.headers
        if head.status != _OK:
            raise refusal(head.status, head.headers, self._reasons(), self.model, self.hide, datetime.now(UTC))
        self._no_fallback()
        begin = self._beginning(head)
        if begin.lstrip(_BLANK)[:1] == b"{":
            yield from self._whole(begin)
        else:
            yield from self._stream(begin, head)
        if not self.reason_seen:
            raise broken("cut-off", "The answer ended without a reason for its end: it was cut.", again=True)

    def close(self) -> None:
        """End the request; the server sees it."""
        self.stream.abort()

    def _no_fallback(self) -> None:
        """A proxy may give another model the name that was asked for; a header tells."""
        if self.headers.get(_FALLBACKS, "0").strip() not in ("", "0"):
            raise ModelProblem(
                "wrong-model",
                f"The proxy let another model than {self.model!r} answer.",
                "Take the fallbacks out of the proxy's settings.",
            )

    def _in_time(self, wait: Callable[[float], Got]) -> Got:
        try:
            return wait(self.clocks.left())
        except TimeUp:
            raise self.clocks.problem() from None
        except NetProblem as problem:
            raise ModelProblem(
                problem.slug, str(problem), problem.remedy, again=problem.slug in _REPEATABLE
            ) from problem

    def _take(self) -> bytes:
        if self.clocks.left() <= 0:  # a server that always has more to send is never waited for
            raise self.clocks.problem()
        piece = self._in_time(self.stream.take)
        self.clocks.heard = True
        return piece

    def _beginning(self, head: Head) -> bytes:
        """Enough of the body to see what it is; what a header says of it is often wrong."""
        begin = b""
        while not begin.lstrip(_BLANK) and len(begin) < _LARGEST_REFUSAL:
            piece = self._take()
            if not piece:
                raise broken("empty-body", "The server answered with nothing.", again=True)
            begin += piece
        first = begin.lstrip(_BLANK)[:1]
        if first and first in b"{" + _STREAM_STARTS:
            return begin
        what = "a web page" if first == b"<" else "something that is no answer of a model"
        raise ModelProblem("not-json", f"The server answered with {what}.", "Correct base_url; it usually ends in /v1.")

    def _whole(self, begin: bytes) -> Iterator[Chunk]:
        body = self._rest(begin)
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise broken("bad-stream", "The answer holds bytes that are not UTF-8.") from error
        yield self._read(whole_object(text, "The server sent an answer"))

    def _stream(self, begin: bytes, head: Head) -> Iterator[Chunk]:
        events, piece, size = Events(), begin, 0
        while piece and not events.done:
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise _oversized(LARGEST_ANSWER)
            for found in events.feed(piece):
                chunk = self._read(found)
                yield chunk
                if chunk.said:  # the time that the listener took is not the server's
                    self.clocks.token()
            piece = b"" if events.done else self._take()
        events.finish()
        if not events.done and not head.framed:
            raise broken("cut-off", "The stream ended without its closing mark: it may have been cut.", again=True)

    def _read(self, found: Mapping[str, Any]) -> Chunk:
        chunk = read_chunk(found, self.model, self.hide)
        self.reason_seen = self.reason_seen or chunk.reason is not None
        if chunk.said:
            self.clocks.token()
        return chunk

    def _rest(self, begin: bytes) -> bytes:
        pieces, size = [begin], len(begin)
        while piece := self._take():
            pieces.append(piece)
            size += len(piece)
            if size > LONGEST_EVENT:
                raise _oversized(LONGEST_EVENT)
        return b"".join(pieces)

    def _reasons(self) -> bytes:
        """The body of a refusal as far as it comes: its status says enough."""
        body = b""
        with contextlib.suppress(ModelProblem):
            while len(body) < _LARGEST_REFUSAL and (piece := self._take()):
                body += piece
        return body


def send(route: Route, request: Mapping[str, Any], clocks: Clocks, model: str, hide: Callable[[str], str]) -> Wire:
    """Send a request for a chat and return at once."""
    body = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
    accept = "text/event-stream" if request.get("stream") else "application/json"
    return Wire(open_stream(route, "/chat/completions", body, accept=accept), clocks, model, hide, {})


def _oversized(most: int) -> ModelProblem:
    return broken("oversized", f"The server sends more than {most >> 20} MB for one answer.")
