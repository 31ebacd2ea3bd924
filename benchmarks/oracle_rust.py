"""Who uses a Rust definition, asked from the compiler: every definition is marked as deprecated, with a number.

`rustc` warns wherever a deprecated thing is used, by paths as by method calls and field accesses, in every crate of the
workspace; the warnings are the uses. What it does not compile (another `cfg`, a package that is left out) it does not
know, and what stands in a macro is not asked for.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from benchmarks.nouns import Candidate

NOTE = re.compile(r"seeded (\d+)$")
TARGETS = ("--lib", "--bins", "--tests", "--examples")
Found = dict[int, list[tuple[str, int, int, int, int]]]
"""Candidates by number → the spans of their uses: path, first line, column, last line, column; columns from 0."""


class RustOracle:
    """The uses of all candidates of a checkout; `remembered` keeps them for the next run."""

    def __init__(self, checkout: Path, scratch: Path, left_out: Iterable[str], remembered: Path) -> None:
        self._checkout, self._scratch = checkout, scratch
        self._left_out = tuple(left_out)
        self._remembered = remembered
        self.failed: list[str] = []
        """Targets that do not compile."""

    def uses(self, candidates: list[Candidate], texts: dict[str, str]) -> Found:
        """The uses of each candidate, by its place in the list."""
        if self._remembered.exists():
            known = json.loads(self._remembered.read_text("utf-8"))
            if known["count"] == len(candidates):
                self.failed = known["failed"]
                return {int(number): [tuple(span) for span in spans] for number, spans in known["uses"].items()}
        inserted = self._mark(candidates, texts)
        found = self._compiled(candidates, inserted)
        self._remembered.parent.mkdir(parents=True, exist_ok=True)
        answer = {"count": len(candidates), "failed": self.failed, "uses": found}
        self._remembered.write_text(json.dumps(answer), "utf-8")
        return found

    def _mark(self, candidates: list[Candidate], texts: dict[str, str]) -> dict[tuple[str, int], list[tuple[int, int]]]:
        """Write the checkout with the marks; where they stand: path and line → column and length of each."""
        if self._scratch.exists():
            shutil.rmtree(self._scratch)
        shutil.copytree(self._checkout, self._scratch, symlinks=True)
        (self._scratch / "Cargo.lock").unlink(missing_ok=True)
        marks: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, candidate in enumerate(candidates):
            marks[candidate.path].append((candidate.keyword_at, f'#[deprecated(note = "seeded {number}")] '))
        inserted: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for path, places in marks.items():
            text = texts[path]
            pieces = []
            last = 0
            for at, mark in sorted(places):
                pieces += [text[last:at], mark]
                last = at
                line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1)
                inserted[path, line].append((column, len(mark)))
            (self._scratch / path).write_text("".join([*pieces, text[last:]]), "utf-8")
        return inserted

    def _compiled(self, candidates: list[Candidate], inserted: dict[tuple[str, int], list[tuple[int, int]]]) -> Found:
        excluded = [word for name in self._left_out for word in ("--exclude", name)]
        command = ["cargo", "check", "--workspace", *TARGETS, *excluded, "--keep-going", "--ignore-rust-version"]
        flags = "--force-warn deprecated --cap-lints warn"
        environment = {**os.environ, "RUSTFLAGS": flags, "CARGO_TARGET_DIR": str(self._scratch / "target")}
        done = subprocess.run(
            [*command, "--message-format=json"], cwd=self._scratch, env=environment, capture_output=True, check=False
        )
        found: dict[int, set[tuple[str, int, int, int, int]]] = defaultdict(set)
        for row in done.stdout.splitlines():
            message = json.loads(row)
            if message.get("reason") != "compiler-message":
                continue
            inner = message["message"]
            if inner["level"] == "error":
                self.failed.append(f"{message['target']['name']}: {inner['message'][:200]}")
            note = NOTE.search(inner["message"])
            if note is None or (inner.get("code") or {}).get("code") != "deprecated":
                continue
            number = int(note[1])
            if not re.search(rf"(^|[^\w]){re.escape(candidates[number].name)}`: ", inner["message"]):
                continue  # a part of what is marked
            for span in inner["spans"]:
                if span["is_primary"] and span["expansion"] is None:
                    found[number].add(_unmarked(span, inserted))
        if not found:
            raise EOFError(f"cargo said nothing: {done.stderr.decode('utf-8', 'replace')[-400:]}")
        return {number: sorted(spans) for number, spans in found.items()}


def _unmarked(
    span: dict[str, int | str], inserted: dict[tuple[str, int], list[tuple[int, int]]]
) -> tuple[str, int, int, int, int]:
    """A span as it stands in the text without marks."""
    path = str(span["file_name"])
    ends = []
    for which in ("start", "end"):
        line, column = int(span[f"line_{which}"]), int(span[f"column_{which}"]) - 1
        for at, length in sorted(inserted.get((path, line), ())):
            if column >= at + length:
                column -= length
        ends += [line, column]
    return (path, *ends)  # type: ignore[return-value]
