"""One look at a server before its first question: what kind is it, and how long is its context."""

from __future__ import annotations

from collections.abc import Callable

from agents.model.server import Server, from_models
from agents.model.types import Backend
from indexer.net import NetProblem, Route, Stream, TimeUp, fetch

_LONGEST_S = 3.0
_LARGEST_LIST = 1 << 20


def look(route: Route, backend: Backend, opened: Callable[[Stream], None] | None = None) -> Server:
    """What the list of models tells of the server; what is wrong with it, the question itself will say."""
    seconds = min(_LONGEST_S, backend.first_token_s, backend.total_s)
    try:
        head, listed = fetch(route, "/models", seconds=seconds, largest=_LARGEST_LIST, opened=opened)
    except (NetProblem, TimeUp):
        return Server()
    return from_models(head.headers, listed if head.status == 200 else b"", backend.model)
