"""The part of JSON Schema that tools and answers use, checked without a library.

A keyword that is not known here is a ValueError when the schema is first seen, never a rule that is silently skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from agents.model.types import JSON

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
}
SILENT = frozenset({"$schema", "title", "description", "default", "examples"})
SHOWN = 60


def check_schema(schema: JSON) -> None:
    """A ValueError names a keyword that `faults` does not know."""
    unknown = schema.keys() - RULES.keys() - SILENT
    if unknown:
        raise ValueError(f"the schema keyword {min(unknown)!r} is not supported")
    types = schema.get("type", [])
    for name in [types] if isinstance(types, str) else types:
        if name not in TYPES:
            raise ValueError(f"the schema type {name!r} is not known")
    for inner in _inner(schema):
        check_schema(inner)


def fault(value: object, schema: JSON) -> str | None:
    """Why `value` does not fit, as one sentence without its full stop; None where it fits."""
    return next(_faults(value, schema, ""), None)


def _inner(schema: JSON) -> Iterator[JSON]:
    yield from schema.get("properties", {}).values()
    yield from schema.get("anyOf", ())
    yield from (each for key in ("items", "additionalProperties") if isinstance(each := schema.get(key), Mapping))


def _faults(value: object, schema: JSON, at: str) -> Iterator[str]:
    for keyword, rule in RULES.items():
        if keyword in schema:
            yield from rule(value, schema, at)


def _type(value: object, schema: JSON, at: str) -> Iterator[str]:
    types = schema["type"]
    allowed = [types] if isinstance(types, str) else types
    if not any(TYPES[name](value) for name in allowed):
        yield f"{at or 'the whole'} has to be {' or '.join(allowed)}, not {_shown(value)}"


def _enum(value: object, schema: JSON, at: str) -> Iterator[str]:
    if not any(_same(value, each) for each in schema["enum"]):
        yield f"{at or 'the whole'} has to be one of {json.dumps(schema['enum'])}, not {_shown(value)}"


def _const(value: object, schema: JSON, at: str) -> Iterator[str]:
    if not _same(value, schema["const"]):
        yield f"{at or 'the whole'} has to be {json.dumps(schema['const'])}, not {_shown(value)}"


def _any_of(value: object, schema: JSON, at: str) -> Iterator[str]:
    found = [next(_faults(value, each, at), None) for each in schema["anyOf"]]
    if all(found):
        yield f"{at or 'the whole'} fits none of the allowed forms ({found[0]})"


def _required(value: object, schema: JSON, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{_within(at, key)} is missing" for key in schema["required"] if key not in value)


def _properties(value: object, schema: JSON, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in schema["properties"].items():
            if key in value:
                yield from _faults(value[key], each, _within(at, key))


def _additional(value: object, schema: JSON, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    others, rule = value.keys() - schema.get("properties", {}).keys(), schema["additionalProperties"]
    for key in sorted(others):
        if rule is False:
            yield f"{_within(at, key)} is not known"
        elif rule is not True:
            yield from _faults(value[key], rule, _within(at, key))


def _items(value: object, schema: JSON, at: str) -> Iterator[str]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _faults(each, schema["items"], f"{at}[{number}]")


def _pattern(value: object, schema: JSON, at: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{at or 'the whole'} has to match {schema['pattern']}, not {_shown(value)}"


def _bound(
    keyword: str, holds: Callable[[Any, Any], bool], of: type | tuple[type, ...], words: str
) -> Callable[[Any, JSON, str], Iterator[str]]:
    def rule(value: object, schema: JSON, at: str) -> Iterator[str]:
        limit = schema[keyword]
        if isinstance(value, of) and not isinstance(value, bool) and not holds(value, limit):
            yield f"{at or 'the whole'} has to be {words.format(limit)}, not {_shown(value)}"

    return rule


RULES: Mapping[str, Callable[[Any, JSON, str], Iterator[str]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "additionalProperties": _additional,
    "properties": _properties,
    "items": _items,
    "anyOf": _any_of,
    "pattern": _pattern,
    "minimum": _bound("minimum", lambda value, limit: value >= limit, (int, float), "{} or more"),
    "maximum": _bound("maximum", lambda value, limit: value <= limit, (int, float), "{} or less"),
    "minLength": _bound("minLength", lambda value, limit: len(value) >= limit, str, "{} characters or more"),
    "maxLength": _bound("maxLength", lambda value, limit: len(value) <= limit, str, "{} characters or fewer"),
    "minItems": _bound("minItems", lambda value, limit: len(value) >= limit, list, "{} items or more"),
    "maxItems": _bound("maxItems", lambda value, limit: len(value) <= limit, list, "{} items or fewer"),
}


def _same(one: object, other: object) -> bool:
    """Equality as JSON has it: true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _within(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
