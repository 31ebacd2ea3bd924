"""The JSON schemas say what the commands print and what a settings file holds."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import qcode as package
from qcode.commands.config import template
from qcode.config.keys import KEYS
from tests.conftest import Qcode

SCHEMAS = Path(package.__file__).parent / "schemas"
SETTINGS_FILE = "config"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", sorted(path.stem for path in SCHEMAS.glob("*.json")))
def test_every_schema_is_one_and_names_the_output_it_is_for(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    if name != SETTINGS_FILE:
        assert schema(name)["properties"]["schema"]["const"] == f"qcode.{name}/1"


def test_the_schema_of_a_settings_file_knows_exactly_our_keys() -> None:
    def keys(node: dict[str, Any], prefix: str = "") -> set[str]:
        return set().union(
            *(
                keys(child, f"{prefix}{name}.") if "properties" in child else {f"{prefix}{name}"}
                for name, child in node["properties"].items()
            )
        )

    assert keys(schema("config")) == set(KEYS) | {"locked"}


def test_the_schema_of_a_settings_file_accepts_what_we_accept_and_refuses_what_we_refuse() -> None:
    check = jsonschema.Draft202012Validator(schema("config"))
    lines = [line.removeprefix("#") for line in template().splitlines(True) if not line.startswith("# ")]
    assert check.is_valid(tomllib.loads("".join(line for line in lines if not line.endswith('= ""\n'))))
    assert check.is_valid(tomllib.loads('locked = ["ui"]\n[backend]\nbase_url = "http://model.test/v1"\n'))
    for wrong in (
        "x = 1",
        "[ui]\nlanguage = 'fr'",
        "[backend]\ntotal_s = 0",
        "[backend]\ntotal_s = 604801",
        "[backend]\napi_key_env = 'sk-a'",
        "[backend]\napi_key_env = 'a'\napi_key_file = 'b'",
    ):
        assert not check.is_valid(tomllib.loads(wrong)), wrong


@pytest.mark.parametrize(
    ("words", "name"), [(("config", "show", "--json"), "config-show"), (("nonsense", "--json"), "error")]
)
def test_what_is_printed_fits_its_schema(words: tuple[str, ...], name: str, qcode: Qcode) -> None:
    jsonschema.validate(json.loads(qcode(*words).stdout), schema(name))
