"""What a server refuses and why: HTTP statuses, error objects, and the many ways to say that a prompt is too long."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from agents.model.errors import ContextOverflow, ModelProblem
from indexer.secrets import mask

RETRIED = frozenset({408, 429, 500, 502, 503, 504, 529})
"""Statuses after which the same request may be sent again. No other 4xx is: it would be refused again."""

_OVERFLOW_STATUSES = frozenset({200, 400, 413, 422, 500})
_LONGEST_QUOTE = 200
_LOG = "Look at the server's own log."

_CAUSES: Mapping[int, tuple[str, str, str]] = {
    401: ("key-refused", "The server does not accept the API key", "Correct it in api_key_file or QCODE_API_KEY."),
    403: ("forbidden", "The server forbids the request", "Ask who runs the server to allow this key and address."),
    404: ("no-such-path", "The server has no chat under this address", "Correct base_url; it usually ends in /v1."),
    405: (
        "no-such-path",
        "The server takes no question under this address",
        "Correct base_url; it usually ends in /v1.",
    ),
    408: (
        "server-timeout",
        "The server gave up waiting for the request",
        "Look at what stands between, and try again.",
    ),
    409: ("conflict", "The server is in a state that does not fit the request", _LOG),
    413: (
        "too-large",
        "The request is larger than the server takes",
        "Ask with less text, or raise the limit.",
    ),
    429: (
        "rate-limited",
        "The server has had too many requests",
        "Wait, or ask who runs the server for a higher limit.",
    ),
    500: ("server-error", "The server failed", _LOG),
    502: ("bad-gateway", "What stands before the model got no answer from it", "See whether the model server runs."),
    503: ("overloaded", "The server is not ready or overloaded", "Wait until the model is loaded, and try again."),
    504: (
        "bad-gateway",
        "What stands before the model waited in vain for it",
        "Raise its time limit, or ask for less.",
    ),
    529: ("overloaded", "The server is overloaded", "Try again later."),
}
_NUMBER = r"(\d[\d,]*)"
_OVERFLOWS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), prompt, limit)
    for pattern, prompt, limit in (
        (rf"maximum context length is {_NUMBER} tokens.*?prompt contains (?:at least )?{_NUMBER}", 2, 1),
        (rf"maximum context length is {_NUMBER} tokens.*?requested {_NUMBER} tokens \({_NUMBER} in the messages", 3, 1),
        (rf"maximum context length of {_NUMBER} tokens.*?{_NUMBER} tokens from the input", 2, 1),
        (rf"input \({_NUMBER} tokens\) is longer than the model's context length \({_NUMBER} tokens\)", 1, 2),
        (rf"request \({_NUMBER} tokens\) exceeds the available context size \({_NUMBER} tokens\)", 1, 2),
        (rf"maximum context length (?:is|of) {_NUMBER}", 0, 1),
        (rf"max_model_len={_NUMBER}", 0, 1),
    )
)
_OVERFLOW_WORDS = re.compile(
    r"maximum context length|context length of|exceeds the model's|longer than the model's context length"
    r"|exceeds? the available context size|exceed_context_size_error|context_length_exceeded"
    r"|ContextWindowExceededError|max_model_len=",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model\b.{0,120}\b(?:does not exist|not found|not exist)|invalid model name|no such model", re.I
)


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, model: str, hide: Callable[[str], str], now: datetime
) -> ModelProblem:
    """Why the server refused, whether it may be asked again, and how long it asks to wait.

    `hide` takes our own key out of the server's words.
    """
    error = _error_of(body)
    said = quotation(str(error.get("message", "")), hide)
    overflow = overflow_of(error) if status in _OVERFLOW_STATUSES else None
    if overflow is not None:
        return overflow
    known = _about_request(status, error, said, model)
    if known is not None:
        return known
    slug, sentence, remedy = _CAUSES.get(status) or _other(status)
    wait_s = retry_after(headers.get("retry-after"), now)
    return ModelProblem(slug, f"{sentence} ({status}){said}.", remedy, again=status in RETRIED, wait_s=wait_s)


def failure(error: object, model: str, hide: Callable[[str], str]) -> ModelProblem:
    """What an error object means that came under status 200, alone or in the middle of a stream."""
    known = error if isinstance(error, dict) else {"message": str(error)}
    said = quotation(str(known.get("message", "")), hide)
    problem = overflow_of(known) or _about_request(200, known, said, model)
    return problem or ModelProblem("server-said-error", f"The server broke off with an error{said}.", _LOG)


def overflow_of(error: Mapping[str, Any]) -> ContextOverflow | None:
    """The overflow that an error object tells of, with its numbers where it gives them."""
    text = str(error.get("message", ""))
    kinds = f"{error.get('type')} {error.get('code')}"
    if not _OVERFLOW_WORDS.search(f"{kinds} {text}"):
        return None
    prompt, limit = _whole(error.get("n_prompt_tokens")), _whole(error.get("n_ctx"))
    for pattern, prompt_group, limit_group in _OVERFLOWS if limit is None else ():
        match = pattern.search(text)
        if match:
            prompt = _whole(match[prompt_group]) if prompt_group else None
            limit = _whole(match[limit_group])
            break
    return too_long(prompt, limit)


def too_long(prompt: int | None, limit: int | None) -> ContextOverflow:
    """An overflow with as many numbers as are known."""
    how = f" of {prompt:,} tokens" if prompt else ""
    room = f": it has room for {limit:,}" if limit else ""
    return ContextOverflow(f"The prompt{how} does not fit the model's context{room}.", prompt, limit)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, a number or a date; None where it says nothing that can be used."""
    if value is None:
        return None
    text = value.strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", text):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
        return max((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now.timestamp(), 0.0)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # a server may write anything
        return None


def quotation(text: str, hide: Callable[[str], str]) -> str:
    """The server's words as the end of a sentence: printable, short, without secrets; empty where it said nothing."""
    masked = mask(hide(text))[0]
    words = " ".join("".join(each if each.isprintable() else " " for each in masked).split()).rstrip(".")
    if not words:
        return ""
    cut = words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE].rstrip() + "…"
    return f": {cut}"


def _error_of(body: bytes) -> dict[str, Any]:
    """The error object of a body in any of the usual shapes; an empty one where there is none."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    inner = found.get("error", found)
    if isinstance(inner, dict):
        detail = inner.get("detail")
        return {"message": detail, **inner} if isinstance(detail, str) else inner
    return {"message": inner}


def _about_request(status: int, error: Mapping[str, Any], said: str, model: str) -> ModelProblem | None:
    message = str(error.get("message", ""))
    if status in (200, 400, 404) and _NO_MODEL.search(message):
        return ModelProblem(
            "no-such-model",
            f"The server does not serve the model {model!r}{said}.",
            "Correct model in the backend settings; the server lists its models under /v1/models.",
        )
    if "disable_fallbacks" in message:
        return ModelProblem(
            "field-refused",
            f"The server refuses the field disable_fallbacks{said}.",
            "Let the server ignore fields it does not know: without this one a proxy may answer with another model.",
        )
    if status == 400 and ("HTTPS port" in message or "HTTPS server" in message):
        return ModelProblem("tls-needed", "The server speaks only TLS.", "Write https:// in base_url.")
    return None


def _other(status: int) -> tuple[str, str, str]:
    if status >= 500:
        return "server-error", "The server failed", _LOG
    if status >= 400:
        return "bad-request", "The server refuses the request", _LOG
    return "odd-status", "The server answers with a status that is no answer", "Is base_url the model server?"


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 < value < 10**9 else None
    if isinstance(value, str) and re.fullmatch(r"[\d,]{1,12}", value):
        return int(value.replace(",", ""))
    return None
