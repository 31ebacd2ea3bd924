"""What is known of a server: its kind, and how long a context it serves the model with.

One GET of /v1/models before a model's first question tells both; every answer may tell the kind better. A server that
does not say stays `unknown`, which costs nothing but the two exceptions made for Ollama.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["vllm", "sglang", "llama.cpp", "ollama", "litellm", "unknown"]

_OWNERS: Mapping[str, Kind] = {"vllm": "vllm", "sglang": "sglang", "llamacpp": "llama.cpp", "library": "ollama"}
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Server:
    """What is known of a server; `context` is in tokens, None where it does not say."""

    kind: Kind = "unknown"
    context: int | None = None


def from_models(headers: Mapping[str, str], body: bytes, model: str) -> Server:
    """What a list of models tells; unknown for anything that is none."""
    entry = _entry(body, model)
    kind = _by_headers(headers) or _OWNERS.get(str(entry.get("owned_by", "")).lower(), "unknown")
    meta = entry.get("meta")
    limits = (
        entry.get("max_model_len"),
        meta.get("n_ctx") if isinstance(meta, Mapping) else None,
        entry.get("max_input_tokens"),
    )
    known = (each for each in limits if isinstance(each, int) and not isinstance(each, bool) and 512 <= each <= 10**8)
    return Server(kind, next(known, None))


def with_answer(server: Server, headers: Mapping[str, str], fingerprint: str = "") -> Server:
    """What an answer's headers and fingerprint add."""
    kind = _by_headers(headers)
    if fingerprint == "fp_ollama":
        kind = "ollama"
    elif fingerprint.startswith("vllm-"):
        kind = kind or "vllm"
    return replace(server, kind=kind) if kind else server


def _by_headers(headers: Mapping[str, str]) -> Kind | None:
    if any(name.startswith("x-litellm-") for name in headers):
        return "litellm"
    return "llama.cpp" if headers.get("server", "").lower().startswith("llama.cpp") else None


def _entry(body: bytes, model: str) -> Mapping[str, Any]:
    try:
        found = json.loads(body[:_LARGEST])
    except (ValueError, RecursionError):
        return {}
    listed = found.get("data") if isinstance(found, Mapping) else None
    entries = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    named = [each for each in entries if each.get("id") == model]
    return next(iter(named or entries[:1]), {})
