"""The one place that opens a socket: routes that were checked, answers that are handed out with a deadline."""

from indexer.net.problems import NetProblem, TimeUp
from indexer.net.route import Route, route_to
from indexer.net.stream import Head, Stream, fetch, load, open_stream

__all__ = ["Head", "NetProblem", "Route", "Stream", "TimeUp", "fetch", "load", "open_stream", "route_to"]
