"""Who uses a Python definition, asked from a language server (basedpyright) over its own protocol."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from benchmarks.nouns import Place

Json = Any
READY = "source file"
"""What the server logs once it knows its files (`Found 79 source files`); asked earlier, it finds nothing."""
ROOTS = ("src", "lib", ".")
"""Where the packages of a repository lie."""


class PythonOracle:
    """A language server that has read a checkout; use as a context manager. Answers are kept in `remembered`."""

    def __init__(self, command: Path, checkout: Path, remembered: Path) -> None:
        self.checkout, self.remembered = checkout, remembered
        self._answers: dict[str, list[list[Json]]] = {}
        if remembered.exists():
            self._answers = json.loads(remembered.read_text("utf-8"))
        self._lines: dict[str, list[str]] = {}
        self._command = command
        self._server: _Server | None = None

    def __enter__(self) -> PythonOracle:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the server and keep its answers for the next run."""
        self.remembered.parent.mkdir(parents=True, exist_ok=True)
        self.remembered.write_text(json.dumps(self._answers), "utf-8")
        if self._server is not None:
            self._server.close()

    def references(self, place: Place) -> list[Place]:
        """Every use of what is named there, without its definition."""
        return self._ask("references", place, {"context": {"includeDeclaration": False}})

    def definition(self, place: Place) -> list[Place]:
        """Where what is named there is defined; a path outside of the checkout is absolute."""
        return self._ask("definition", place, {})

    def type_definition(self, place: Place) -> list[Place]:
        """Where the class of what is named there is defined; of something that holds a class, that class."""
        return self._ask("typeDefinition", place, {})

    def _ask(self, what: str, place: Place, more: Json) -> list[Place]:
        key = f"{what} {place.path} {place.line} {place.column}"
        if key not in self._answers:
            if self._server is None:
                self._server = _Server([str(self._command), "--stdio"], self.checkout)
            asked = {
                "textDocument": {"uri": (self.checkout / place.path).as_uri()},
                "position": {"line": place.line - 1, "character": self._units(place.path, place.line, place.column)},
                **more,
            }
            found = self._server.request(f"textDocument/{what}", asked) or []
            self._answers[key] = sorted(self._place(f) for f in ([found] if isinstance(found, dict) else found))
        return [Place(*answer) for answer in self._answers[key]]

    def _place(self, found: Json) -> list[Json]:
        path = Path(unquote(urlsplit(found.get("uri") or found["targetUri"]).path))
        start = (found.get("range") or found["targetSelectionRange"])["start"]
        shown = path.relative_to(self.checkout).as_posix() if path.is_relative_to(self.checkout) else str(path)
        line = start["line"] + 1
        return [shown, line, self._characters(shown, line, start["character"])]

    def _characters(self, path: str, line: int, units: int) -> int:
        """The protocol counts UTF-16 units."""
        text = self._line(path, line)
        return units if text.isascii() else len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "replace"))

    def _units(self, path: str, line: int, characters: int) -> int:
        text = self._line(path, line)
        return characters if text.isascii() else len(text[:characters].encode("utf-16-le")) // 2

    def _line(self, path: str, line: int) -> str:
        if path not in self._lines:
            self._lines[path] = (self.checkout / path).read_text("utf-8", "replace").split("\n")
        return self._lines[path][line - 1] if line <= len(self._lines[path]) else ""


def configure(checkout: Path, environment: Path) -> None:
    """Tell the server what to read, and the environment that has the libraries; the repository's own settings for it
    are put aside."""
    roots = [root for root in ROOTS if (checkout / root).is_dir()]
    settings = {
        "include": ["."],
        "exclude": ["**/node_modules", "**/.*"],
        "extraPaths": roots,
        "typeCheckingMode": "off",
        "useLibraryCodeForTypes": True,
        "ignore": ["**"],
        "venvPath": str(environment.parent),
        "venv": environment.name,
    }
    (checkout / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")


class _Server:
    """Requests and answers, one at a time."""

    def __init__(self, command: list[str], root: Path) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        self._last = 0
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
                "capabilities": {"workspace": {"configuration": True, "workspaceFolders": True}},
            },
        )
        self._send({"method": "initialized", "params": {}})
        while READY not in str(self._receive_and_reply().get("params", {}).get("message", "")):
            pass

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()

    def request(self, method: str, params: Json) -> Json:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._receive_and_reply()
            if "method" not in message and message.get("id") == self._last:
                return message.get("result")

    def _receive_and_reply(self) -> Json:
        message = self._receive()
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._reply(message)})
        return message

    def _reply(self, message: Json) -> Json:
        """The server asks for settings; ours are in the checkout's file."""
        if message["method"] == "workspace/configuration":
            return [None for _ in message["params"]["items"]]
        return None

    def _send(self, message: Json) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._process.stdin.flush()

    def _receive(self) -> Json:
        assert self._process.stdout is not None
        length = 0
        while True:
            line = self._process.stdout.readline()
            if not line:
                raise EOFError("the language server ended")
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            if line == b"\r\n":
                return json.loads(self._process.stdout.read(length))


def by_path(places: Iterable[Place]) -> dict[str, list[Place]]:
    """Places grouped by their file."""
    found: dict[str, list[Place]] = {}
    for place in places:
        found.setdefault(place.path, []).append(place)
    return found
