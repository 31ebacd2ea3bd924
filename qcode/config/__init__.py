"""Settings: defaults < system file < user's file < repository's file < QCODE_* < command line.

`load` reads them once, at the edge; everything below is handed the `Settings` value.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from indexer.errors import UsageProblem
from qcode.config.files import Layer, accept, read_repository, read_system, read_user
from qcode.config.keys import EXCLUSIVE, KEYS
from qcode.config.settings import (
    Audit,
    Backend,
    Embedding,
    KoreanEmbedding,
    Origin,
    Rerank,
    Review,
    Settings,
    Source,
    Tools,
    Ui,
)

__all__ = ["Settings", "find_root", "load", "user_file"]

SYSTEM_FILE = Path("/etc/qcode/config.toml")
REPOSITORY_FILE = Path(".qcode") / "config.toml"
KEY_VARIABLE = "QCODE_API_KEY"


@dataclass
class _Values:
    """Values while the sources are laid over each other, weakest first."""

    values: dict[str, Any]
    origins: dict[str, Origin]
    locked: frozenset[str]
    notices: list[str]

    def put(
        self, name: str, value: object, layer: Literal["system", "user", "repository", "environment"], where: str
    ) -> None:
        if name in self.locked and layer != "system":
            if value != self.values[name]:
                lock = self.origins[name].where
                self.notices.append(f"`{name}` from {where} is not used, because {lock} locks it.")
            return
        self.values[name] = value
        self.origins[name] = Origin(layer, where, name in self.locked)
        if name in EXCLUSIVE:
            self._retire(EXCLUSIVE[1 - EXCLUSIVE.index(name)])

    def _retire(self, name: str) -> None:
        if name not in self.locked:
            self.values[name], self.origins[name] = None, Origin("default")


def load(environment: Mapping[str, str], folder: Path, system: Path = SYSTEM_FILE) -> Settings:
    """The settings that hold in `folder`; UsageProblem naming file and key where one of them is wrong."""
    home = home_folder(environment)
    root = find_root(folder)
    top = read_system(system)
    locked = top.locked if top else frozenset()
    values = _Values(
        {name: key.default for name, key in KEYS.items()},
        {name: Origin("system", str(system), True) if name in locked else Origin("default") for name in KEYS},
        locked,
        [],
    )
    sources = [_put(values, "system", system, top)]
    mine = user_file(environment)
    if mine is not None:
        if environment.get("QCODE_CONFIG") and not mine.exists():
            values.notices.append(f"QCODE_CONFIG names {mine}, and there is no such file.")
        sources.append(_put(values, "user", mine, read_user(mine)))
    if root is not None:
        sources.append(_put(values, "repository", root / REPOSITORY_FILE, read_repository(root / REPOSITORY_FILE)))
    for name, value, variable in _from_environment(environment, folder):
        values.put(name, value, "environment", variable)
    caches = _folder(environment, "QCODE_CACHE_DIR", "XDG_CACHE_HOME", home and home / ".cache")
    data = _folder(environment, "QCODE_DATA_DIR", "XDG_DATA_HOME", home and home / ".local" / "share")
    return _settings(values, tuple(sources), caches, data)


def find_root(folder: Path) -> Path | None:
    """The nearest folder at or above `folder` that holds `.git`; None outside of a repository."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def user_file(environment: Mapping[str, str]) -> Path | None:
    """Where the user's own settings file is or would be; None where there is no home folder."""
    if environment.get("QCODE_CONFIG"):
        return Path(environment["QCODE_CONFIG"]).absolute()
    home = home_folder(environment)
    folder = _absolute(environment.get("XDG_CONFIG_HOME")) or (home and home / ".config")
    return folder / "qcode" / "config.toml" if folder else None


def home_folder(environment: Mapping[str, str]) -> Path | None:
    """HOME, else what the system's list of users says; None where neither names a folder."""
    home = _absolute(environment.get("HOME"))
    if home is not None:
        return home
    try:
        listed = Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None
    return listed if listed.is_absolute() and listed.is_dir() else None


def _put(values: _Values, layer: Literal["system", "user", "repository"], path: Path, read: Layer | None) -> Source:
    for name, value in (read.values if read else {}).items():
        values.put(name, value, layer, str(path))
    return Source(layer, path, read is not None)


def _from_environment(environment: Mapping[str, str], folder: Path) -> Iterator[tuple[str, Any, str]]:
    for name, key in KEYS.items():
        text = environment.get(key.variable or "")
        if key.variable and text:
            yield name, accept(key, text, folder, f"{key.variable} sets `{name}`"), key.variable
    if environment.get(KEY_VARIABLE):
        yield "backend.api_key_env", KEY_VARIABLE, KEY_VARIABLE


def _folder(environment: Mapping[str, str], own: str, shared: str, otherwise: Path | None) -> Path | None:
    if text := environment.get(own):
        if not Path(text).is_absolute():
            raise UsageProblem(
                f"{own} is `{text}`, which is not an absolute path, so what it names would change with the folder "
                "qcode is run in.",
                "Write the whole path, which begins with /.",
            )
        return Path(text)
    return _absolute(environment.get(shared)) or otherwise


def _absolute(text: str | None) -> Path | None:
    """The path, or None where it is unset, empty or relative, as the XDG rules want it."""
    return Path(text) if text and Path(text).is_absolute() else None


def _settings(values: _Values, sources: tuple[Source, ...], caches: Path | None, data: Path | None) -> Settings:
    def section(name: str) -> dict[str, Any]:
        start = f"{name}."
        return {
            k[len(start) :]: v for k, v in values.values.items() if k.startswith(start) and "." not in k[len(start) :]
        }

    return Settings(
        backend=Backend(**section("backend")),
        embedding=Embedding(**section("embedding"), korean=KoreanEmbedding(**section("embedding.korean"))),
        rerank=Rerank(**section("rerank")),
        review=Review(**section("review")),
        tools=Tools(**section("tools")),
        audit=Audit(**section("audit")),
        ui=Ui(**section("ui")),
        ignore=values.values["ignore"],
        values=MappingProxyType(values.values),
        origins=MappingProxyType(values.origins),
        sources=sources,
        notices=tuple(values.notices),
        caches=caches,
        data=data,
    )
