"""Edits that come as a tool call: JSON arguments, and the same written into the text by a server that missed them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from agents.edits.types import Answer, Edit, Unreadable

Arguments = Mapping[str, object]

_PATH = ("path", "file_path", "filepath", "filePath", "filename", "file", "target_file", "relative_path")
_OLD = ("old_string", "old_str", "old_text", "oldString", "oldText", "old", "search", "SEARCH")
_NEW = ("new_string", "new_str", "new_text", "newString", "newText", "new", "replace", "replacement", "REPLACE")
_WHOLE = ("content", "contents", "file_text", "text")
_ALL = ("replace_all", "replaceAll", "allow_multiple")
_CLOSINGS = ("</tool_call>", "</function>")
_FUNCTION = re.compile(r"<function=(?P<name>[^>\n]*)>(?P<body>.*)</function>", re.DOTALL)
_PARAMETER = "<parameter="
_PARAMETER_END = "</parameter>"


class Malformed(ValueError):
    """The arguments can't be read; the message is a sentence."""


class Cut(Malformed):
    """The arguments end too early."""


def from_tool_call(arguments: str | Mapping[str, object], first: int = 1, line: int = 0) -> Answer:
    """The edits of one tool call. JSON text is read whole or refused; `rejected` says why nothing of it may be used."""
    try:
        return Answer(tuple(_edits(_object(arguments), first, line)))
    except Malformed as problem:
        reason = Unreadable(first, _path_if_any(arguments), _reason(problem), str(problem), line)
        return Answer((reason,), reason)


def from_call_text(text: str, first: int, line: int) -> Answer:
    """The edits of a tool call that stands in the text, as Hermes writes it (JSON) or as Qwen does (XML)."""
    try:
        return from_tool_call(_call_arguments(text), first, line)
    except Malformed as problem:
        reason = Unreadable(first, "", _reason(problem), str(problem), line)
        return Answer((reason,), reason)


def ends_call(opening: str, line: str) -> bool:
    """Whether this line ends the tool call whose first line is `opening`."""
    wanted = _CLOSINGS[0] if "<tool_call>" in opening else _CLOSINGS[1]
    return line.rstrip().endswith(wanted)


def _reason(problem: Malformed) -> Literal["MALFORMED", "TRUNCATED"]:
    return "TRUNCATED" if isinstance(problem, Cut) else "MALFORMED"


# ---------------------------------------------------------------- JSON


def _object(arguments: object, depth: int = 0) -> Arguments:
    if isinstance(arguments, str) and depth <= 1:
        return _object(_loaded(arguments), depth + 1)
    if not isinstance(arguments, Mapping):
        raise Malformed("The arguments of the tool call are not a JSON object.")
    inner = arguments.get("arguments", arguments.get("parameters"))
    if "name" in arguments and isinstance(inner, Mapping | str) and depth <= 1:
        return _object(inner, depth + 1)
    return arguments


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False, object_pairs_hook=_without_twins)
    except json.JSONDecodeError as problem:
        if problem.pos >= len(text.rstrip()) or problem.msg.startswith("Unterminated string"):
            raise Cut("The JSON of the tool call ends too early.") from problem
        raise Malformed(f"The tool call is not JSON: {problem.msg} at character {problem.pos + 1}.") from problem
    except RecursionError as problem:
        raise Malformed("The JSON of the tool call is nested too deeply.") from problem


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise Malformed("The JSON of the tool call has the same key twice.")
    return dict(pairs)


def _edits(arguments: Arguments, first: int, line: int) -> Iterator[Edit]:
    many = arguments.get("edits")
    if isinstance(many, str):
        many = _loaded(many)
    if isinstance(many, Mapping):
        many = [many]
    if not many:
        yield _edit(arguments, None, first, line)
        return
    if not isinstance(many, list) or _any_of(arguments, (*_OLD, *_NEW)):
        raise Malformed("`edits` must be a list of objects, and stand alone beside `path`.")
    path = _string(arguments, _PATH, optional=True)
    for n, one in enumerate(many):
        if not isinstance(one, Mapping):
            raise Malformed(f"Edit {n + 1} of `edits` is not an object.")
        yield _edit(one, path, first + n, line)


def _edit(arguments: Arguments, path: str | None, number: int, line: int) -> Edit:
    own = _string(arguments, _PATH, optional=path is not None) or path
    if not own:
        raise Malformed("The tool call names no `path`.")
    edit = Edit(number, "create", own, line=line)
    if not _any_of(arguments, _OLD) and _any_of(arguments, _WHOLE):
        return replace(edit, replace=_string(arguments, _WHOLE) or "")
    old, new = _string(arguments, _OLD) or "", _string(arguments, _NEW) or ""
    every = _flag(arguments)
    kind = edit.kind if not old.strip() and not every else "replace"
    return replace(edit, kind=kind, search=old if kind == "replace" else "", replace=new, replace_all=every)


def _any_of(arguments: Arguments, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if arguments.get(name) is not None]


def _string(arguments: Arguments, names: tuple[str, ...], optional: bool = False) -> str | None:
    there = _any_of(arguments, names)
    if not there and optional:
        return None
    if len(there) != 1:
        what = f"both `{there[0]}` and `{there[1]}`" if there else f"no `{names[0]}`"
        raise Malformed(f"The tool call has {what}.")
    return _text_of(arguments[there[0]], there[0]).replace("\r\n", "\n")


def _text_of(value: object, name: str) -> str:
    """A string; a list of lines and an object with one text are read too, because they can mean only one thing."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        texts = [one for key, one in value.items() if key != "type"]
        if len(texts) == 1 and isinstance(texts[0], str):
            return texts[0]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        ended = [one.endswith("\n") for one in value]
        if not any("\n" in one for one in value):
            return "\n".join(value)
        if all(ended[:-1]) and all("\n" not in one[:-1] for one in value):
            return "".join(value)
    raise Malformed(f"`{name}` must be a string.")


def _flag(arguments: Arguments) -> bool:
    there = _any_of(arguments, _ALL)
    value = arguments[there[0]] if there else False
    if isinstance(value, str) and value.strip().lower() in ("true", "false", ""):
        return value.strip().lower() == "true"
    if not isinstance(value, bool):
        raise Malformed("`replace_all` must be true or false.")
    return value


def _path_if_any(arguments: object) -> str:
    path = arguments.get("path") if isinstance(arguments, Mapping) else None
    return path if isinstance(path, str) else ""


# ---------------------------------------------------------------- text


def _call_arguments(text: str) -> Arguments:
    inner = text.strip().removeprefix("<tool_call>")
    inner = inner.removesuffix("</tool_call>").strip()
    if inner.startswith("<function="):
        return _xml_arguments(inner)
    called = _loaded(inner)
    if not isinstance(called, Mapping) or not isinstance(
        called.get("arguments", called.get("parameters")), Mapping | str
    ):
        raise Malformed("A tool call stands in the text, and it is not an edit.")
    return called


def _xml_arguments(text: str) -> Arguments:
    call = _FUNCTION.fullmatch(text)
    if call is None or "<function=" in call["body"]:
        raise Malformed("A tool call stands in the text and is not whole; use SEARCH/REPLACE blocks.")
    arguments: dict[str, object] = {}
    for part in call["body"].split(_PARAMETER)[1:]:
        name, sign, rest = part.partition(">")
        value, end, after = rest.partition(_PARAMETER_END)
        if not sign or not end or after.strip() or name.strip() in arguments:
            raise Malformed(
                "The parameters of the tool call in the text can't be told apart; use SEARCH/REPLACE blocks."
            )
        arguments[name.strip()] = value.removeprefix("\n").removesuffix("\n")
    return arguments
