"""What breaks in a Java repository, asked from the Java compiler: its errors before and after a change."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Any
PROGRAM = Path(__file__).with_name("OracleJava.java")
INSIDE = "jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED"


@dataclass(frozen=True, slots=True)
class Error:
    """An error of the compiler: 1-based line, 0-based column."""

    path: str
    line: int
    column: int
    code: str
    text: str


class JavaOracle:
    """A compiler that stays; the environment's CLASSPATH names the jars that the repository needs, if there are any.

    What stands on jars that are missing gives the same errors before and after, and only the difference counts.
    """

    def __init__(self, checkout: Path, paths: list[str]) -> None:
        jars = os.environ.get("CLASSPATH", "")
        command = ["java", "-Xmx3g", "--add-exports", INSIDE, str(PROGRAM), str(checkout), jars, *paths]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self._before = Counter((e.path, e.line, e.code) for e in self._errors({}))

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()

    def candidates(self) -> Json:
        """Every definition with its uses."""
        return self._put("candidates")

    def known(self) -> Counter[str]:
        """How many errors each file had before."""
        return Counter(path for path, _, _ in self._before.elements())

    def new_errors(self, files: Mapping[str, str]) -> list[Error]:
        """The errors that come with these texts; lines must stay where they were for old errors to be known again."""
        left = Counter(self._before)
        fresh = []
        for error in self._errors(files):
            key = (error.path, error.line, error.code)
            if left[key] > 0:
                left[key] -= 1
            else:
                fresh.append(error)
        return fresh

    def _errors(self, files: Mapping[str, str]) -> list[Error]:
        texts = (f" {path}={base64.b64encode(text.encode()).decode()}" for path, text in files.items())
        rows = self._put("errors" + "".join(texts))
        return [Error(r["path"], r["line"], max(r["column"] - 1, 0), r["code"], r["text"]) for r in rows]

    def _put(self, line: str) -> Json:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise EOFError("the Java oracle ended")
        return json.loads(answer)
