"""Every setting as data: its key, what it may be, its default, and what it is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from indexer.types import SEVERITIES

LANGUAGES = ("en", "ko")
FAIL_ON = ("none", *SEVERITIES)
REPOSITORY_SECTIONS = ("review", "ui")
LONGEST_S = 7 * 24 * 3600
TOOLS = ("read", "outline", "search", "symbols", "log", "diff", "edit", "run")
"""What a model may call, by the names of `agents.tools`."""
_ENTRY = rf"(\*|{'|'.join(TOOLS)})(:.+)?"
_USED = frozenset({"ignore", "review.fail_on", "ui.theme"})
_USED_SECTIONS = ("backend.", "tools.")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be: `says` completes "it must be …"; `accept` returns the value kept, or None if it is wrong."""

    says: str
    accept: Callable[[Any, Path], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. `name` is dotted: `backend.base_url` is `base_url` in the section `[backend]`."""

    name: str
    kind: Kind
    default: Any
    help: str
    variable: str | None = None

    @property
    def is_used(self) -> bool:
        """Whether anything depends on it yet; the others are read, checked and shown."""
        return self.name in _USED or self.name.startswith(_USED_SECTIONS)

    @property
    def open_to_repositories(self) -> bool:
        """Whether a repository's own file may set it."""
        return self.name == "ignore" or self.name.split(".")[0] in REPOSITORY_SECTIONS


def choice(*values: str) -> Kind:
    """One of these words."""
    return Kind("one of " + ", ".join(f'"{v}"' for v in values), lambda v, _: v if v in values else None)


def _text(value: object, _: Path) -> str | None:
    return value if isinstance(value, str) and value.strip() and value.isprintable() else None


def _url(value: object, base: Path) -> str | None:
    text = _text(value, base)
    if (
        text is None
        or not text.startswith(("http://", "https://"))
        or " " in text
        or not text.split("//", 1)[1].strip("/")
    ):
        return None
    return text


def _path(value: object, base: Path) -> str | None:
    text = _text(value, base)
    return None if text is None else str(base / Path(text))


def _variable(value: object, _: Path) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) else None


def _seconds(value: object, _: Path) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value <= LONGEST_S else None


def _flag(value: object, _: Path) -> bool | None:
    return value if isinstance(value, bool) else None


def _entries(value: object, base: Path) -> tuple[str, ...] | None:
    globs = _globs(value, base)
    return globs if globs is not None and all(re.fullmatch(_ENTRY, each) for each in globs) else None


def _globs(value: object, base: Path) -> tuple[str, ...] | None:
    if not isinstance(value, list) or any(_text(v, base) is None for v in value):
        return None
    return tuple(value)


TEXT = Kind("a text that is not empty", _text)
URL = Kind("a URL that begins with http:// or https://", _url)
PATH = Kind("the path of a file or folder", _path)
VARIABLE = Kind("the name of a variable, never the key itself", _variable)
SECONDS = Kind(f"a number of seconds above 0 and at most {LONGEST_S}", _seconds)
FLAG = Kind("true or false", _flag)
ENTRIES = Kind("a list of `tool` and `tool:glob`; the tools are " + ", ".join(TOOLS), _entries)
GLOBS = Kind("a list of glob patterns", _globs)

_KEYS = (
    Key("ignore", GLOBS, (), "globs of files that are never looked at, beside .gitignore and .qcodeignore"),
    Key("backend.base_url", URL, None, "the OpenAI-compatible server; none: no model takes part", "QCODE_BASE_URL"),
    Key("backend.model", TEXT, None, "the model's name at that server", "QCODE_MODEL"),
    Key("backend.profile", TEXT, None, "how the model wants to be asked"),
    Key("backend.api_key_env", VARIABLE, None, "the environment variable that holds the key"),
    Key("backend.api_key_file", PATH, None, "the file that holds the key", "QCODE_API_KEY_FILE"),
    Key("backend.ca_file", PATH, None, "certificates of the authorities to trust (PEM)", "QCODE_CA_FILE"),
    Key("backend.client_cert", PATH, None, "our own certificate and key (PEM)", "QCODE_CLIENT_CERT"),
    Key("backend.proxy", URL, None, "the proxy on the way to the server"),
    Key("backend.admin_base_url", URL, None, "the server's own address, where a gateway stands before it"),
    Key("backend.first_token_s", SECONDS, 120.0, "how long to wait for the first token"),
    Key("backend.idle_s", SECONDS, 60.0, "how long to wait between two tokens"),
    Key("backend.total_s", SECONDS, 1800.0, "how long one answer may take"),
    Key("embedding.kind", choice("none", "embedded", "local", "served"), "none", "where embeddings come from"),
    Key("embedding.base_url", URL, None, "the embedding server, for the kind `served`"),
    Key("embedding.model", TEXT, None, "the embedding model's name"),
    Key("embedding.path", PATH, None, "the embedding model's folder, for the kind `local`"),
    Key("embedding.korean.kind", choice("none", "embedded", "local", "served"), "none", "the same for Korean text"),
    Key("embedding.korean.base_url", URL, None, "the embedding server for Korean text"),
    Key("embedding.korean.model", TEXT, None, "the embedding model for Korean text"),
    Key("embedding.korean.path", PATH, None, "the folder of the embedding model for Korean text"),
    Key("rerank.base_url", URL, None, "the server that ranks passages"),
    Key("rerank.model", TEXT, None, "the ranking model's name"),
    Key("review.fail_on", choice(*FAIL_ON), "high", "the severity from which `qcode review` exits with 1"),
    Key("review.language", choice(*LANGUAGES), "en", "the language that findings are written in", "QCODE_LANGUAGE"),
    Key("tools.allow", ENTRIES, (), "what a model may do without asking"),
    Key("tools.ask", ENTRIES, (), "what it must ask for"),
    Key("tools.deny", ENTRIES, (), "what it may never do"),
    Key("tools.unsafe_run", FLAG, False, "run commands without a sandbox where there is none"),
    Key("audit.thinking", choice("keep", "hash", "drop"), "hash", "what the audit log keeps of a model's thinking"),
    Key("ui.language", choice(*LANGUAGES), "en", "the language of screens and messages", "QCODE_LANGUAGE"),
    Key("ui.theme", TEXT, "auto", "the colours of the screens: auto, light, dark, or a theme's name"),
)  # fmt: skip

KEYS: Mapping[str, Key] = MappingProxyType({key.name: key for key in _KEYS})
SECTIONS = frozenset(name.rsplit(".", 1)[0] for name in KEYS if "." in name)
EXCLUSIVE = ("backend.api_key_env", "backend.api_key_file")
"""Two ways to say the same thing: a file may use one of them, the stronger source's way wins, and a lock holds both."""
