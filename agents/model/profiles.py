"""Models as data: context, reserves, sampling, thinking and control tokens, one TOML file a model.

`profile_for` picks the profile by the served model's name, or the one that the settings name. A profile file is
checked strictly: a key that is missing, unknown or of the wrong type is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from agents.model.types import Mode
from indexer.errors import UsageProblem

FALL_BACK = "generic"
MODES: Mapping[Mode, str] = {"think": "code", "plain": "plain"}
SAMPLING_SETS = frozenset({"think", "code", "plain"})


@dataclass(frozen=True, slots=True)
class Sampling:
    """All six values, because a server fills in its own where one is left out."""

    temperature: float
    top_p: float
    top_k: int
    min_p: float
    presence_penalty: float
    repetition_penalty: float


@dataclass(frozen=True, slots=True)
class Fim:
    """The tokens of fill-in-the-middle, and where a completion has to stop."""

    prefix: str
    suffix: str
    middle: str
    repo: str
    file: str
    stop: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What has to be known of a model to ask it well; token figures are of its own tokenizer."""

    name: str
    matches: tuple[str, ...]
    """Patterns on the served model's name, in small letters; the first profile that fits is taken."""
    context: int
    output_think: int
    output_plain: int
    sampling: Mapping[str, Sampling]
    """`think` (general), `code` (thinking, precise coding), `plain` (no thinking)."""
    thinking_default: bool
    """Whether the model thinks where nothing is said."""
    thinking_switch: str | None
    """The template argument that turns thinking on and off, None where there is none."""
    preserve_thinking: bool
    """Whether the thoughts of earlier turns are replayed and kept by the template."""
    reasoning_effort: tuple[str, ...] | None
    roles: tuple[str, ...]
    one_system_message: bool
    """Whether the template takes one system message only, and only as the first."""
    control_tokens: tuple[str, ...]
    """What the tokenizer reads as one special token wherever it stands in a text."""
    fim: Fim | None
    completion_output: int
    tokenizer: str | None
    """The tokenizer's name, None where it is not known and counts are estimates."""
    counts_exactly: bool
    """Whether tokenizer and template were compared with the model's own."""
    template_extra: int
    """Tokens that the template may put into a prompt by itself."""
    tools_preamble: int
    """Tokens of what the template says about calling tools, wherever there is one."""

    def sampling_for(self, mode: Mode) -> Sampling:
        """The set to send: precise coding where the model thinks, else the plain one."""
        return self.sampling[MODES[mode]]

    def output_for(self, mode: Mode) -> int:
        """The tokens to keep free for the answer, thinking included."""
        return self.output_think if mode == "think" else self.output_plain


def profile_for(model: str, named: str | None = None) -> Profile:
    """The profile that the settings name, else the one whose pattern fits `model`, else the generic one.

    Raises a UsageProblem for a name that there is no profile of.
    """
    known = profiles()
    if named is not None:
        if named not in known:
            raise UsageProblem(
                f"There is no model profile {named!r}.", f"Set backend.profile to one of: {', '.join(known)}."
            )
        return known[named]
    asked = model.casefold()
    fitting = (each for each in known.values() if any(fnmatchcase(asked, pattern) for pattern in each.matches))
    return next(fitting, known[FALL_BACK])


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by its name, in order of name."""
    folder = files("agents.model").joinpath("profiles")
    found = [read_profile(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    return MappingProxyType({each.name: each for each in sorted(found, key=lambda each: each.name)})


def read_profile(toml: str) -> Profile:
    """The profile that a TOML text describes; a ValueError says which key is missing, unknown or of the wrong type."""
    return _profile(tomllib.loads(toml))


def _profile(table: Mapping[str, Any]) -> Profile:
    read: dict[str, Callable[[Any], object]] = {
        "name": _text, "matches": _texts, "context": _count, "output_think": _count, "output_plain": _count,
        "sampling": _sets, "thinking_default": _flag, "thinking_switch": _text, "preserve_thinking": _flag,
        "reasoning_effort": _texts, "roles": _texts, "one_system_message": _flag, "control_tokens": _texts,
        "fim": _fim, "completion_output": _count, "tokenizer": _text,
        "counts_exactly": _flag, "template_extra": _count, "tools_preamble": _count,
    }  # fmt: skip
    optional = {"thinking_switch", "reasoning_effort", "fim", "tokenizer"}
    values = _read(table, read, optional, "the profile")
    return Profile(**values)


def _read(table: object, read: Mapping[str, Callable[[Any], object]], optional: set[str], where: str) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise ValueError(f"{where} is not a table")
    unknown, missing = table.keys() - read.keys(), read.keys() - table.keys() - optional
    if unknown or missing:
        raise ValueError(f"{where}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return {key: None if key not in table else _value(table[key], check, key) for key, check in read.items()}


def _value(value: object, check: Callable[[Any], object], key: str) -> object:
    try:
        return check(value)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error


def _sets(table: object) -> Mapping[str, Sampling]:
    sets = _read(table, {key: _sampling for key in SAMPLING_SETS}, set(), "sampling")
    return MappingProxyType(sets)


def _sampling(table: object) -> Sampling:
    whole = {"top_k"}
    checks = {each.name: _count if each.name in whole else _number for each in fields(Sampling)}
    return Sampling(**_read(table, checks, set(), "a sampling set"))


def _fim(table: object) -> Fim:
    checks = {each.name: _texts if each.name == "stop" else _text for each in fields(Fim)}
    return Fim(**_read(table, checks, set(), "fim"))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("is not a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("is not a list")
    return tuple(_text(each) for each in value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is not true or false")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("is not a whole number from 0 on")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10:
        raise ValueError("is not a number from 0 to 10")
    return float(value)
