"""From the settings to what a model is asked with: where it is served, how it wants to be asked, and the key."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import UsageProblem
from qcode.config import Settings

if TYPE_CHECKING:
    from agents.model import Backend, Profile

LARGEST_KEY_FILE = 1 << 16
CONFIGURE = (
    "Run `qcode config init` and write base_url and model into the [backend] section of that file, "
    "or set QCODE_BASE_URL and QCODE_MODEL."
)
_READABLE_BY_OTHERS = stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True, slots=True)
class Served:
    """A model that can be connected to. `notices` are sentences for the user."""

    profile: Profile
    backend: Backend
    notices: tuple[str, ...] = ()


def backend_of(settings: Settings, environment: Mapping[str, str]) -> Served:
    """What the settings say of the model; UsageProblem where they name none, or a key that is not there."""
    from agents.model import Backend, profile_for

    asked = settings.backend
    if asked.base_url is None or asked.model is None:
        raise UsageProblem(_missing(asked.base_url, asked.model), CONFIGURE)
    key, notices = _key(settings, environment)
    backend = Backend(
        base_url=asked.base_url,
        model=asked.model,
        api_key=key,
        ca_file=asked.ca_file,
        client_cert=asked.client_cert,
        proxy=asked.proxy,
        admin_base_url=asked.admin_base_url,
        first_token_s=asked.first_token_s,
        idle_s=asked.idle_s,
        total_s=asked.total_s,
    )
    return Served(profile_for(asked.model, asked.profile), backend, notices)


def _missing(base_url: str | None, model: str | None) -> str:
    if base_url is None and model is None:
        return "There is no model to ask: no backend is configured."
    left_out = "base_url" if base_url is None else "model"
    return f"There is no model to ask: `backend.{left_out}` is not set."


# ---------------------------------------------------------------- the key


def _key(settings: Settings, environment: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    if settings.backend.api_key_env is not None:
        return _key_of_variable(settings.backend.api_key_env, environment), ()
    if settings.backend.api_key_file is not None:
        return _key_of_file(Path(settings.backend.api_key_file))
    return None, ()


def _key_of_variable(name: str, environment: Mapping[str, str]) -> str:
    key = environment.get(name, "").strip()
    if not key:
        raise UsageProblem(
            f"`backend.api_key_env` names the variable {name}, which is not set or empty.",
            f"Put the key into {name}, or name another variable.",
        )
    return key


def _key_of_file(path: Path) -> tuple[str, tuple[str, ...]]:
    remedy = "Write the key, and nothing else, into that file, or correct `backend.api_key_file`."
    try:
        data, mode = _read(path)
    except OSError as error:
        # What names no file could be the key itself, put where its file's name belongs.
        which = str(path) if os.path.lexists(path) else f"that `backend.api_key_file` names in {path.parent}"
        raise UsageProblem(f"The key file {which} can't be read: {error.strerror}.", remedy) from None
    if not stat.S_ISREG(mode):
        raise UsageProblem(f"The key file {path} is not a regular file.", remedy)
    if len(data) > LARGEST_KEY_FILE:
        raise UsageProblem(f"The key file {path} is larger than {LARGEST_KEY_FILE >> 10} KiB.", remedy)
    try:
        key = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise UsageProblem(f"The key file {path} is not text.", remedy) from None
    if not key:
        raise UsageProblem(f"The key file {path} is empty.", remedy)
    notice = f"The key file {path} can be read by other users; `chmod 600` keeps the key to you."
    return key, (notice,) if mode & _READABLE_BY_OTHERS else ()


def _read(path: Path) -> tuple[bytes, int]:
    """The beginning of the file, and its mode; nothing is read from what is no regular file and could block."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:  # noqa: PTH123 - it is open already
        mode = os.fstat(handle).st_mode
        return (file.read(LARGEST_KEY_FILE + 1) if stat.S_ISREG(mode) else b""), mode
