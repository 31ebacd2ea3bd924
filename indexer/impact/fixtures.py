"""Parameters of tests that pytest fills: what the fixture of that name gives."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexer.impact.source import NOTHING, Source
from indexer.impact.values import UNKNOWN, Group, Value, joined
from indexer.types import Declaration

if TYPE_CHECKING:
    from indexer.impact.world import World

CONFTEST = "conftest.py"
FIXTURE = "fixture"


def fixture(world: World, source: Source, asking: Declaration, name: str, depth: int) -> Value:
    """The value that a test or a fixture gets for the parameter `name`; `Unknown` for other functions."""
    if not asking.name.startswith("test") and not _is_fixture(asking):
        return UNKNOWN
    for home in _homes(world, source):
        for declaration in home.facts.declarations:
            if declaration.name == name and declaration is not asking and _is_fixture(declaration):
                return world.once(
                    ("fixture", home.path, declaration.qualified, depth),
                    lambda home=home, declaration=declaration: _given(world, home, declaration, depth),  # type: ignore[misc]
                )
    return UNKNOWN


def _is_fixture(declaration: Declaration) -> bool:
    return any(decorator.rpartition(".")[2] == FIXTURE for decorator in declaration.decorators)


def _homes(world: World, source: Source) -> Iterator[Source]:
    """The file itself, then every conftest.py from its folder up."""
    yield source
    folder = posixpath.dirname(source.path)
    while True:
        path = posixpath.join(folder, CONFTEST)
        found = world.source(path) if path != source.path else None
        if found is not None:
            yield found
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _given(world: World, home: Source, declaration: Declaration, depth: int) -> Value:
    scope = declaration.body if declaration.body is not None else declaration.scope
    if declaration.annotation:
        value = world.typed(home, scope, declaration.annotation, depth)
        yields = "generator" in declaration.flags and isinstance(value, Group)
        return value.parts[0] if yields and isinstance(value, Group) else value
    home, declaration = world.read(home, declaration)
    scope = declaration.body if declaration.body is not None else declaration.scope
    return joined(
        world.evaluate(home, scope, chain, 0, depth + 1) for chain in declaration.values if chain[0] not in NOTHING
    )
