"""Who uses a TypeScript or JavaScript definition, asked from the TypeScript compiler's language service."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

Json = Any
SCRIPT = Path(__file__).with_name("oracle_script.cjs")
MEGABYTES = 4096


class ScriptOracle:
    """A process that answers one question a line; use as a context manager. Answers are kept in `remembered`."""

    def __init__(self, compiler: Path, checkout: Path, remembered: Path) -> None:
        node = ["node", f"--max-old-space-size={MEGABYTES}"]
        self._command = [*node, str(SCRIPT), str(compiler.resolve()), str(checkout)]
        self._process: subprocess.Popen[str] | None = None
        self._remembered = remembered
        self._answers: dict[str, Json] = {}
        if remembered.exists():
            self._answers = json.loads(remembered.read_text("utf-8"))

    def __enter__(self) -> ScriptOracle:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process and keep its answers for the next run."""
        self._remembered.parent.mkdir(parents=True, exist_ok=True)
        self._remembered.write_text(json.dumps(self._answers), "utf-8")
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def ask(self, ask: str, **question: Json) -> Json:
        """The answer; raises ValueError where the question could not be answered."""
        key = json.dumps([ask, question], sort_keys=True)
        if key not in self._answers:
            answer = self._put(json.dumps({"ask": ask, **question}))
            if "error" in answer:
                raise ValueError(answer["error"])
            self._answers[key] = answer
        return self._answers[key]

    def parses(self, path: str, text: str) -> bool:
        """Whether the text has no syntax error; not remembered."""
        return bool(self._put(json.dumps({"ask": "parses", "path": path, "text": text}))["parses"])

    def _put(self, line: str) -> Json:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise EOFError("the TypeScript oracle ended")
        return json.loads(answer)
