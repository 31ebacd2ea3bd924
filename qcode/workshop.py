"""From the settings to what a model may work on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qcode.config import Settings

if TYPE_CHECKING:
    from agents.tools import Workshop
    from indexer.index import Index


def workshop_of(settings: Settings, root: Path, index: Index) -> Workshop:
    """The repository with the user's own rules, and a sandbox where one can run."""
    from agents.tools import Rules, Workshop

    tools = settings.tools
    return Workshop(root, index, Rules(tools.allow, tools.ask, tools.deny))
