"""From the settings to what a model may work on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import Problem
from qcode.config import Settings

if TYPE_CHECKING:
    from agents.tools import Workshop
    from indexer.index import Index


def workshop_of(settings: Settings, root: Path, index: Index) -> Workshop:
    """The repository with the user's own rules, and a sandbox where one can run."""
    from agents.sandbox import sandbox_of
    from agents.tools import Rules, Workshop

    tools = settings.tools
    rules = Rules(tools.allow, tools.ask, tools.deny)
    try:
        sandbox = sandbox_of(unsafe=tools.unsafe_run, readable=_readable(root), environ=os.environ)
    except Problem as problem:
        return Workshop(root, index, rules, None, f"{problem} {problem.remedy}")
    return Workshop(root, index, rules, sandbox)


def _readable(root: Path) -> list[Path]:
    """What commands need beside the system's programs: the environment that the repository keeps beside its code."""
    return [root / name for name in (".venv", "node_modules") if (root / name).is_dir()]
