"""A Backend as the user writes it down: a settings file, and the key in its variable."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

from agents.model import Backend
from tests.conftest import bare_environment


def configured(home: Path, backend: Backend) -> dict[str, str]:
    """The environment of somebody whose settings, in `home`, lead to this backend."""
    values = {each.name: getattr(backend, each.name) for each in fields(backend) if each.name != "api_key"}
    file = home / "qcode.toml"
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in values.items() if value is not None]
    file.write_text("[backend]\n" + "".join(lines), encoding="utf-8")
    key = {} if backend.api_key is None else {"QCODE_API_KEY": backend.api_key}
    return bare_environment(home) | {"QCODE_CONFIG": str(file)} | key
