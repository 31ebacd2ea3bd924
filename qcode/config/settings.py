"""What the settings are once they have been read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from indexer.errors import PolicyProblem, UsageProblem

EmbeddingKind = Literal["none", "embedded", "local", "served"]


@dataclass(frozen=True, slots=True)
class Backend:
    """The server with the model. `base_url` is None where no model takes part."""

    base_url: str | None
    model: str | None
    profile: str | None
    api_key_env: str | None
    api_key_file: str | None
    ca_file: str | None
    client_cert: str | None
    proxy: str | None
    admin_base_url: str | None
    first_token_s: float
    idle_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class KoreanEmbedding:
    """Where the embeddings of Korean text come from, if not from the same place as all others."""

    kind: EmbeddingKind
    base_url: str | None
    model: str | None
    path: str | None


@dataclass(frozen=True, slots=True)
class Embedding:
    """Where embeddings come from."""

    kind: EmbeddingKind
    base_url: str | None
    model: str | None
    path: str | None
    korean: KoreanEmbedding


@dataclass(frozen=True, slots=True)
class Rerank:
    """The server that ranks passages."""

    base_url: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """How `qcode review` answers."""

    fail_on: Literal["none", "info", "low", "medium", "high", "critical"]
    language: Literal["en", "ko"]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a model may do: entries `tool` or `tool:glob`."""

    allow: tuple[str, ...]
    ask: tuple[str, ...]
    deny: tuple[str, ...]
    unsafe_run: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit log keeps."""

    thinking: Literal["keep", "hash", "drop"]


@dataclass(frozen=True, slots=True)
class Ui:
    """How screens look and speak."""

    language: Literal["en", "ko"]
    theme: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from; `where` is a file or the name of a variable, empty for a default."""

    layer: Literal["default", "system", "user", "repository", "environment"]
    where: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A settings file that was looked for."""

    layer: Literal["system", "user", "repository"]
    path: Path
    found: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, handed down to whoever needs it. `origins` says for each dotted key where its value came from."""

    backend: Backend
    embedding: Embedding
    rerank: Rerank
    review: Review
    tools: Tools
    audit: Audit
    ui: Ui
    ignore: tuple[str, ...]
    values: Mapping[str, object]
    """The same values by dotted key."""
    origins: Mapping[str, Origin]
    sources: tuple[Source, ...]
    notices: tuple[str, ...] = ()
    """Sentences for the user: a value that was not used because the system's settings lock it."""
    caches: Path | None = field(default=None)
    """The folder of all programs' caches; None where there is no home folder. Use `cache_dir`, which says so."""
    data: Path | None = field(default=None)

    @property
    def cache_dir(self) -> Path:
        """qcode's own cache folder, which may not exist yet; UsageProblem where the user has no home folder."""
        return _present(self.caches, "QCODE_CACHE_DIR", "cache") / "qcode"

    @property
    def index_dir(self) -> Path:
        """The folder of the indexes, the `store_dir` of `indexer.index.open_index`."""
        return self.cache_dir / "index"

    @property
    def data_dir(self) -> Path:
        """qcode's own folder for transcripts and the audit log, which may not exist yet."""
        return _present(self.data, "QCODE_DATA_DIR", "data") / "qcode"

    def allow_override(self, key: str, option: str) -> None:
        """Raise PolicyProblem if the command line may not override `key`, which `option` would do."""
        origin = self.origins[key]
        if origin.locked:
            raise PolicyProblem(
                f"{option} can't change `{key}`: {origin.where} locks it.",
                "Leave the option out, or ask the administrator.",
            )


def _present(folder: Path | None, variable: str, what: str) -> Path:
    if folder is None:
        raise UsageProblem(
            f"There is no {what} folder, because HOME is not set and this user has no home folder.",
            f"Set {variable} to a folder that qcode may write to.",
        )
    return folder
