"""What can go wrong, as sentences a user can act on.

    Problem
    ├── UsageProblem    2  the arguments, the settings, or the repository are not what was needed
    │   └── Unborn         a branch without a commit
    ├── ToolProblem     3  git or another program failed
    ├── PolicyProblem   5  refused: a path, a settings file, a trust rule
    └── StateProblem    6  locked, stale, changed since, disk full

`str(problem)` is one sentence that says what happened and why; `remedy` says what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class Problem(Exception):
    """Base of every failure that is shown to the user as a sentence instead of a traceback."""

    exit_code: ClassVar[int] = 3

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.remedy = remedy


class UsageProblem(Problem):
    """The arguments, the settings or the repository are not what was needed."""

    exit_code = 2


class Unborn(UsageProblem):
    """The repository has no commit yet."""


class ToolProblem(Problem):
    """A program that qcode runs (git) failed."""

    exit_code = 3


class PolicyProblem(Problem):
    """Refused by a rule: a path, a settings file, trust."""

    exit_code = 5


class StateProblem(Problem):
    """qcode's own files can't be used now: locked, damaged beyond repair, disk full."""

    exit_code = 6
