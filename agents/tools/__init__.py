"""What a model may call: each tool described in Markdown beside the code, checked, and let through one gate.

offered(workshop)            the tools as a model is told of them, in an order that never changes
perform(call, gate)          events, and in the end a Result
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from functools import cache
from importlib.resources import files

from agents.model.types import JSON, Tool, ToolCall
from agents.tools import editing, finding, history, reading, running
from agents.tools.gate import Gate
from agents.tools.rules import Rules
from agents.tools.types import Perform, Refused, Result, Workshop
from agents.types import Event
from indexer.errors import Problem

__all__ = ["Gate", "Refused", "Result", "Rules", "Workshop", "offered", "perform"]

_TEXT: JSON = {"type": "string", "minLength": 1}
_PATH: JSON = {"type": "string", "minLength": 1, "description": "from the repository's root"}
_LINE: JSON = {"type": "integer", "minimum": 1}
_NEW: JSON = {"type": "string"}

_PERFORM: Mapping[str, Perform] = {
    "diff": history.diff,
    "edit": editing.edit,
    "log": history.log,
    "outline": reading.outline,
    "read": reading.read,
    "run": running.run,
    "search": finding.search,
    "symbols": finding.symbols,
}
_ARGUMENTS: Mapping[str, tuple[Mapping[str, JSON], tuple[str, ...]]] = {
    "diff": ({"base": _TEXT, "head": _TEXT, "path": _PATH}, ()),
    "edit": ({"path": _PATH, "old_string": _NEW, "new_string": _NEW}, ("path", "old_string", "new_string")),
    "log": ({"path": _PATH, "most": _LINE}, ()),
    "outline": ({"path": _PATH}, ("path",)),
    "read": ({"path": _PATH, "first": _LINE, "last": _LINE}, ("path",)),
    "run": ({"command": {"type": "array", "items": {"type": "string"}, "minItems": 1}}, ("command",)),
    "search": ({"texts": {"type": "array", "items": _TEXT, "minItems": 1}, "paths": _TEXT}, ("texts",)),
    "symbols": ({"name": _TEXT}, ("name",)),
}


def offered(workshop: Workshop) -> tuple[Tool, ...]:
    """The tools for this workshop, sorted by name: `run` only where there is a sandbox, none that a rule forbids."""
    return tuple(
        Tool(name, _description(name), _schema(name))
        for name in sorted(_PERFORM)
        if (name != "run" or workshop.sandbox is not None) and workshop.rules.verdict(name) != "deny"
    )


def perform(call: ToolCall, gate: Gate) -> Generator[Event, None, Result]:
    """Carry a call out; what is refused and what fails is told to the model as a sentence."""
    work = _PERFORM.get(call.name)
    if work is None:
        return Result(False, f"There is no tool {call.name}.")
    try:
        if gate.workshop.rules.verdict(call.name) == "deny":
            raise Refused(f"The user's rules do not allow `{call.name}`.")
        result = yield from work(gate, call.arguments)
    except Refused as refused:
        return Result(False, str(refused))
    except Problem as problem:
        return Result(False, f"{problem} {problem.remedy}".strip())
    return Result(result.ok, gate.told(result.text), result.operations)


def _schema(name: str) -> JSON:
    properties, required = _ARGUMENTS[name]
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


@cache
def _description(name: str) -> str:
    return files("agents.tools").joinpath("texts", f"{name}.md").read_text("utf-8").strip()
