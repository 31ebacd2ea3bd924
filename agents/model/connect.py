"""From settings to a model that can be asked."""

from __future__ import annotations

from agents.model.client import Client, Retries
from agents.model.profiles import Profile
from agents.model.types import Backend, Record
from indexer.net import route_to

_RETRIES = Retries()


def connect(
    profile: Profile,
    backend: Backend,
    record: Record | None = None,
    *,
    retries: Retries = _RETRIES,
    streamed: bool = True,
) -> Client:
    """The model that `backend` serves. Nothing is sent before it is asked.

    `record` is handed an Exchange for every request, whatever became of it; `streamed=False` asks for the answer in one
    piece. Raises UsageProblem for an address, a key or a file that can't be used.
    """
    route = route_to(
        backend.base_url,
        key=backend.api_key,
        ca_file=backend.ca_file,
        client_cert=backend.client_cert,
        proxy=backend.proxy,
    )
    return Client(profile, backend, route, record, retries, streamed)
