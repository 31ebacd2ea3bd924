"""A session as a document: Markdown for people, JSON for programs. Secrets are masked in both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from agents.model import Message
from indexer.secrets import mask
from qcode.output import visible
from qcode.session.kept import read_file

FORMS = ("md", "json")
_NAMES = {"user": "Question", "assistant": "Answer", "tool": "Result", "system": "Instructions"}
_FENCE = "`"


def exported(folder: Path, id: str, form: str) -> str:
    """The session as Markdown (`md`) or as one JSON object (`json`)."""
    found = read_file(folder, id)
    if form == "json":
        body = {
            "schema": "qcode.session/1",
            **{key: found.head[key] for key in ("id", "root", "model", "begun", "parent")},
            "messages": [asdict(each) for each in found.messages],
            "events": found.events,
        }
        return _masked(json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True)) + "\n"
    head = f"# {id}\n\n{visible(str(found.head['model']))}, {found.head['begun']}\n"
    return _masked(head + "".join(_sections(found.messages)))


def _sections(messages: list[Message]) -> Iterator[str]:
    for message in messages:
        if message.role == "system":
            continue
        yield f"\n## {_NAMES[message.role]}\n"
        if message.text.strip():
            text = visible(message.text).strip()
            yield f"\n{text if message.role == 'assistant' else _fenced(text)}\n"
        for call in message.calls:
            arguments = json.dumps(call.arguments, ensure_ascii=False)
            yield f"\n`{call.name.replace('`', '')}`\n\n{_fenced(visible(arguments))}\n"


def _fenced(text: str) -> str:
    """The text in a fence that is longer than every one inside it."""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    fence = _FENCE * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _masked(text: str) -> str:
    return mask(text)[0]
