"""Tables, and the file of results with a section a benchmark."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

HEADING = "# Results\n\nWhat `python -m benchmarks` measured; every section says how. Nothing here gates anything.\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers are set to the right."""
    lines = [[_shown(cell) for cell in row] for row in rows]
    right = [
        bool(lines) and all(re.fullmatch(r"[-–\d.,%× ]*", line[at]) for line in lines) for at in range(len(columns))
    ]
    rule = ["---:" if is_right else "---" for is_right in right]
    return "\n".join("| " + " | ".join(line) + " |" for line in [list(columns), rule, *lines]) + "\n"


def ratio(part: int, whole: int) -> str:
    """A share with three digits; a dash where there is nothing to share."""
    return f"{part / whole:.3f}" if whole else "–"


def machine() -> str:
    """The state of the machine, as a sentence."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores, load average {load}."


def write_section(file: Path, title: str, text: str) -> None:
    """Put the section into the file, in place of one with the same title."""
    old = file.read_text("utf-8") if file.exists() else HEADING
    section = f"## {title}\n\n{text.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    if pattern.search(old):
        new = pattern.sub(lambda _: section + "\n", old).rstrip() + "\n"
    else:
        new = old.rstrip() + "\n\n" + section
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(new, "utf-8")


def _shown(cell: object) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell).replace("|", "\\|").replace("\n", " ")
