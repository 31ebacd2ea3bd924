"""What the type checker of Go says of a repository, and of planted changes of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Json = Any


class GoOracle:
    """A process that answers one question a line; to be closed."""

    def __init__(self, program: Path, sources: Path, checkout: Path, others: list[Path]) -> None:
        environment = {**os.environ, "GOROOT": str(sources)}
        self._process = subprocess.Popen(
            [str(program), f"{checkout}{os.sep}", *(f"{other}{os.sep}" for other in others)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=environment,
        )

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()

    def candidates(self) -> list[Json]:
        """Every definition that can be changed, with byte offsets."""
        found: list[Json] = self._put({"ask": "candidates"})["candidates"]
        return found

    def errors(self, files: Mapping[str, str]) -> list[Json]:
        """What does not compile when these files have these texts: path, line, byte column, byte offset, message."""
        found: list[Json] = self._put({"ask": "errors", "files": dict(files)})["errors"]
        return found

    def uses(self, path: str, at: int) -> list[Json]:
        """Every place that names what is declared at a byte offset."""
        found: list[Json] = self._put({"ask": "uses", "path": path, "at": at})["uses"]
        return found

    def checked(self) -> frozenset[str]:
        """The files that belong to a build on this system."""
        return frozenset(self._put({"ask": "checked"})["paths"])

    def _put(self, question: Json) -> Json:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise EOFError("the Go oracle ended")
        return json.loads(answer)
