"""What a model may do: by tool and path, allowed, asked for, or refused.

An entry is `tool` or `tool:glob`; `*` stands for every tool. A user's `deny` wins over everything, then what holds
secrets is refused unless the user's `allow` names it, then `ask`, then `allow`, then the tool's own habit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

Verdict = Literal["allow", "ask", "deny"]

HABITS: Mapping[str, Verdict] = {
    "read": "allow",
    "outline": "allow",
    "search": "allow",
    "symbols": "allow",
    "log": "allow",
    "diff": "allow",
    "edit": "ask",
    "run": "ask",
}
SECRET_FILES = (
    ".env", ".env.*", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk", "id_rsa",
    "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", "_netrc", ".pgpass", ".pypirc", ".npmrc", ".htpasswd",
    ".git-credentials", "credentials", "credentials.json", "secrets.*", "*.tfstate",
)  # fmt: skip
SAMPLES = ("*.example", "*.sample", "*.template", "*.dist")


@dataclass(frozen=True, slots=True)
class Rules:
    """The user's own entries; a repository never has any."""

    allow: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    def verdict(self, tool: str, paths: Iterable[str] = ()) -> Verdict:
        """The strictest verdict over the paths; a tool without paths is judged by the entries without a glob."""
        verdicts = {self._of(tool, path) for path in (tuple(paths) or ("",))}
        return next(each for each in ("deny", "ask", "allow") if each in verdicts)

    def _of(self, tool: str, path: str) -> Verdict:
        if _named(self.deny, tool, path):
            return "deny"
        if holds_secrets(path) and not _named([each for each in self.allow if ":" in each], tool, path):
            return "deny"
        if _named(self.ask, tool, path):
            return "ask"
        return "allow" if _named(self.allow, tool, path) else HABITS.get(tool, "ask")


def holds_secrets(path: str) -> bool:
    """Whether files of this name hold keys and passwords by custom."""
    name = path.rpartition("/")[2].lower()
    if any(fnmatchcase(name, sample) for sample in SAMPLES):
        return False
    return any(fnmatchcase(name, pattern) for pattern in SECRET_FILES)


def _named(entries: Iterable[str], tool: str, path: str) -> bool:
    return any(_matches(entry, tool, path) for entry in entries)


def _matches(entry: str, tool: str, path: str) -> bool:
    named, _, glob = entry.partition(":")
    if named not in ("*", tool):
        return False
    return not glob or (bool(path) and (fnmatchcase(path, glob) or fnmatchcase(path.rpartition("/")[2], glob)))
