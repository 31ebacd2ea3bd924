"""The `/` commands as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Slash:
    """A command: its name with the `/`, what it takes, and what it does."""

    name: str
    takes: str
    help: str

    @property
    def usage(self) -> str:
        """How it is written."""
        return f"{self.name} {self.takes}".rstrip()


SLASHES = (
    Slash("/review", "[REV|A..B|A...B|--staged]", "review a change; without a revision, what is not committed"),
    Slash("/diff", "", "what is not committed yet"),
    Slash("/undo", "", "take back the conversation's last edit, or the newest operation"),
    Slash("/symbols", "NAME", "where a name is defined, and what uses it"),
    Slash("/model", "[think|plain|NAME]", "the model, whether it thinks first, or another one of the same server"),
    Slash("/sessions", "", "open a kept session"),
    Slash("/stats", "", "what the answers took"),
    Slash("/compact", "", "fold the oldest part of the conversation away"),
    Slash("/new", "", "begin a new conversation"),
    Slash("/help", "", "the commands and keys"),
    Slash("/quit", "", "close"),
)
BY_NAME: Mapping[str, Slash] = MappingProxyType({slash.name: slash for slash in SLASHES})
