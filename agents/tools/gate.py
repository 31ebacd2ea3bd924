"""The one place where it is decided whether a call may be carried out: paths, ignore rules, secrets, permissions."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from agents.stop import Stop
from agents.tools.rules import Verdict, holds_secrets
from agents.tools.types import Refused, Workshop
from agents.types import Answered, Approve, Asked, Decision, Event, Question
from indexer.secrets import mask

LONGEST = 30_000
"""Characters that a tool tells the model at most."""


@dataclass
class Gate:
    """Stands between a model's calls and the repository for one conversation.

    `always` holds what a person allowed for good: (tool, path) pairs, with an empty path for a command line.
    """

    workshop: Workshop
    approve: Approve
    stop: Stop = field(default_factory=Stop)
    always: set[tuple[str, str]] = field(default_factory=set)
    edits: int = 0
    """How many edits were written so far."""

    def path(self, written: str, tool: str) -> str:
        """A path as the repository names it. Refused where it leads outside, is ignored, or holds secrets."""
        path = _relative(written, str(self.workshop.root))
        if self.workshop.rules.verdict(tool, [path]) == "deny":
            why = "holds secrets by its name" if holds_secrets(path) else "is closed by the user's rules"
            raise Refused(f"{path} {why}; it can't be used with `{tool}`.")
        return path

    def file(self, written: str, tool: str) -> str:
        """As `path`, for a file that is there and belongs to the work tree: tracked, or new and not ignored."""
        path = self.path(written, tool)
        if path not in self.workshop.index.worktree.entries:
            raise Refused(self._why_absent(path))
        if self.workshop.index.repo.ignored([path]):
            raise Refused(f"{path} is named by .qcodeignore: it is kept from the model.")
        return path

    def open_paths(self, tool: str) -> list[str]:
        """Every file of the work tree that the tool may look into."""
        entries = self.workshop.index.worktree.entries
        closed = self.workshop.index.repo.ignored(entries)
        verdict = self.workshop.rules.verdict
        return [path for path in sorted(entries) if path not in closed and verdict(tool, [path]) != "deny"]

    def admit(self, question: Question, *, at_least: Verdict = "allow") -> Generator[Event, None, Decision]:
        """The decision about a call, by rule or by a person; Refused where a rule forbids it.

        `at_least` makes it stricter than the rules do: what is "ask" here can't be allowed by a rule, nor for good.
        """
        verdict = self.workshop.rules.verdict(question.tool, question.paths)
        if verdict == "deny":
            raise Refused(f"The user's rules do not allow `{question.tool}` here.")
        if at_least == "allow" and (verdict == "allow" or self._is_granted(question)):
            decision = Decision("once")
            yield Answered(decision, "rule")
            return decision
        yield Asked(question)
        decision = self.approve(question)
        yield Answered(decision, "person")
        if decision.verdict == "always" and question.lasting:
            self.always |= _grants(question)
        return decision

    def told(self, text: str) -> str:
        """The text as a model may see it: without secrets, and not longer than it can use."""
        masked, _ = mask(text)
        if len(masked) <= LONGEST:
            return masked
        head, tail = masked[: LONGEST * 2 // 3], masked[-LONGEST // 3 :]
        return f"{head}\n[… {len(masked) - LONGEST:,} characters left out …]\n{tail}"

    def _is_granted(self, question: Question) -> bool:
        return question.lasting and _grants(question) <= self.always

    def _why_absent(self, path: str) -> str:
        if os.path.lexists(self.workshop.root / path):
            return f"{path} is no file of the work tree: it is a folder, a link, or ignored by git."
        name = path.rpartition("/")[2]
        near = [each for each in self.workshop.index.worktree.entries if each.rpartition("/")[2] == name][:3]
        return f"There is no file {path}." + (f" Did you mean {', '.join(near)}?" if near else "")


def _grants(question: Question) -> set[tuple[str, str]]:
    if question.kind == "run":
        return {(question.tool, question.text)}
    return {(question.tool, path) for path in question.paths}


def _relative(written: str, root: str) -> str:
    inside = written.removeprefix(root + "/") if written.startswith("/") else written
    path = PurePosixPath(inside.removeprefix("./") or ".")
    if path.is_absolute() or ".." in path.parts or "\0" in written:
        raise Refused(f"{written!r} leads outside the repository.")
    if path.parts and path.parts[0] in (".git", ".qcode"):
        raise Refused(f"{path} belongs to git or to qcode: it is kept from the model.")
    return str(path)
