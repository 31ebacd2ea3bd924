"""How long a prompt is, counted twice: by ourselves, and by the server where it has a `/tokenize`.

vLLM         POST /tokenize {model, messages, tools, …}: its own template and tokenizer
llama.cpp    POST /apply-template {messages, …}, then /tokenize {content}: the same in two steps
SGLang       POST /tokenize {model, prompt}: its tokenizer over the prompt as we render it
Ollama, LiteLLM have none; the server behind a gateway is asked at `admin_base_url`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.model.chunks import MOST_TOKENS
from agents.model.errors import TooLate
from agents.model.look import look
from agents.model.profiles import Profile
from agents.model.request import Prepared, prepare, template_fields
from agents.model.server import Server
from agents.model.tokens import Count, count_messages, fixed_tokens, rendered
from agents.model.types import Backend, Message, Mode, Tool
from indexer.net import Route, TimeUp, fetch, load, route_to

_LONGEST_S = 20.0
_KEY_REFUSED = (401, 403)
_LARGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class Counted:
    """A prompt's tokens by both counts; `servers` is None for the reason `why_not`, and `context` where not said."""

    ours: Count
    servers: int | None
    why_not: str
    context: int | None

    @property
    def disagree(self) -> bool:
        """Whether the server counts otherwise than our exact count: it has another template or tokenizer."""
        return self.ours.exact and self.servers is not None and self.servers != self.ours.tokens


def count_prompt(
    profile: Profile, backend: Backend, messages: Sequence[Message], tools: Sequence[Tool] = (), mode: Mode = "think"
) -> Counted:
    """Both counts of a prompt as it would be sent, secrets masked.

    The key goes to the server of `base_url` alone, never to `admin_base_url`. Raises NetProblem and TooLate where the
    server can't be reached, and UsageProblem for settings that can't be used.
    """
    load()
    route = _route(backend)
    prepared = prepare(messages, tools, profile, route.secret)
    ours = count_messages(prepared.messages, prepared.tools, profile, mode)
    server = look(route, backend)
    asked = _Tokenizer(route.to_root(), server, backend)
    try:
        return Counted(ours, asked.count(prepared, profile, mode), "", server.context)
    except _NoCount as none:
        return Counted(ours, None, str(none), server.context)


def _route(backend: Backend) -> Route:
    admin = backend.admin_base_url
    return route_to(
        admin or backend.base_url,
        key=None if admin else backend.api_key,
        ca_file=backend.ca_file,
        client_cert=backend.client_cert,
        proxy=backend.proxy,
    )


class _NoCount(Exception):
    """The server does not count; the sentence says why."""


@dataclass(frozen=True, slots=True)
class _Tokenizer:
    """The tokenizer of a server; `route` leads to its root."""

    route: Route
    server: Server
    backend: Backend

    def count(self, prepared: Prepared, profile: Profile, mode: Mode) -> int:
        kind = self.server.kind
        if kind in ("ollama", "litellm"):
            remedy = "" if kind == "ollama" else "; admin_base_url can name the server behind it"
            raise _NoCount(f"{self.route.origin} ({kind}) has no /tokenize{remedy}.")
        if kind == "llama.cpp":
            prompt = self._post("/apply-template", template_fields(prepared, profile, self.server, mode)).get("prompt")
            if not isinstance(prompt, str):
                raise _NoCount(f"{self.route.origin}/apply-template gives no prompt.")
            return self._tokens({"content": prompt, "add_special": True, "parse_special": True})
        if kind == "sglang":
            prompt = rendered(prepared.messages, prepared.tools, profile, mode)
            tokens = self._tokens({"model": self.backend.model, "prompt": prompt, "add_special_tokens": False})
            return tokens + fixed_tokens(prepared.tools, profile)
        fields = template_fields(prepared, profile, self.server, mode)
        return self._tokens({"model": self.backend.model, **fields, "add_generation_prompt": True})

    def _tokens(self, body: Mapping[str, Any]) -> int:
        found = self._post("/tokenize", body)
        count, tokens = found.get("count"), found.get("tokens")
        if isinstance(count, int) and not isinstance(count, bool) and 0 < count <= MOST_TOKENS:
            return count
        if isinstance(tokens, list) and tokens:
            return len(tokens)
        raise _NoCount(f"{self.route.origin}/tokenize gives no count.")

    def _post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object that the server answers."""
        seconds = min(_LONGEST_S, self.backend.first_token_s, self.backend.total_s)
        sent = json.dumps(body, ensure_ascii=False).encode()
        try:
            head, answered = fetch(self.route, path, sent, seconds=seconds, largest=_LARGEST)
        except TimeUp:
            raise _late(self.route.origin + path) from None
        if head.status in _KEY_REFUSED:
            raise _NoCount(f"{self.route.origin}{path} does not accept the key ({head.status}).")
        if head.status != 200:
            raise _NoCount(f"{self.route.origin}{path} answered with status {head.status}.")
        try:
            found = json.loads(answered)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise _NoCount(f"What {self.route.origin}{path} answers is no JSON object.")
        return found


def _late(where: str) -> TooLate:
    return TooLate("first-token-late", f"{where} gave no count in time.", "Look at the server's log, and try again.")
