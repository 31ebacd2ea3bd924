"""How often the rules for secrets see one in code that holds none, and how many kinds they know when there is one."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import machine, table
from indexer.secrets import find_secrets, hint, mask
from tests.checks.secret_samples import SAMPLES
from tests.hostile.texts import SECRET_KINDS

LARGEST = 1 << 20
TEXT = """\
Command: `python -m benchmarks secrets --repos DIR`. {machine}

{known} of {kinds} kinds of synthetic secrets are found and {masked} masked. Then every text file up to 1 MB of the
repositories at the given commit: lines in which a review would report a secret, and lines that masking changes (it is
bolder, as a wrong guess costs little there). Nobody has sorted out which of them are real secrets: all count as false,
so the shares are upper bounds. The aim is ≤ 1 %."""


@dataclass(slots=True)
class Counted:
    """A repository's lines, and those with a secret by kind."""

    name: str
    commit: str
    lines: int = 0
    found: Counter[str] = field(default_factory=Counter)
    masked: int = 0
    shown: list[tuple[str, str, str]] = field(default_factory=list)


def run(folders: list[tuple[str, Path]]) -> str:
    """The section of the results; each repository by its name and the folder it is checked out in."""
    before = machine()
    every = [_count(name, folder) for name, folder in folders]
    rows = [_row(f"{one.name} {one.commit}", [one]) for one in every] + [_row("all", every)]
    columns = ("repository", "lines", "reported", "share", "masked", "share of masked", "kinds")
    places = [shown for one in every for shown in one.shown]
    known = [kind for kind in SECRET_KINDS if kind in {one.kind for one in find_secrets(SAMPLES[kind], "a.py")}]
    hidden = [kind for kind in SECRET_KINDS if SAMPLES[kind] not in mask(SAMPLES[kind])[0]]
    text = TEXT.format(machine=before, known=len(known), kinds=len(SECRET_KINDS), masked=len(hidden))
    return f"{text}\n\n{table(columns, rows)}\n{table(('place', 'kind', 'hint'), places) if places else ''}"


def _count(name: str, root: Path) -> Counted:
    asked = ["git", "-C", str(root)]
    commit = subprocess.run([*asked, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout[:12]
    listed = subprocess.run([*asked, "ls-files", "-z"], check=True, capture_output=True).stdout
    counted = Counted(name, commit)
    for path in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        file = root / path
        if file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST:
            continue
        data = file.read_bytes()
        if b"\0" not in data:
            _look(counted, path, data.decode("utf-8", "replace"))
    return counted


def _look(counted: Counted, path: str, text: str) -> None:
    lines = text.count("\n") + (not text.endswith("\n"))
    counted.lines += lines
    found = {secret.line: secret for secret in find_secrets(text, path)}
    for line, secret in found.items():
        counted.found[secret.kind] += 1
        counted.shown.append((f"{counted.name} `{path}:{line}`", secret.kind, hint(text[slice(*secret.offsets)])))
    counted.masked += min(mask(text)[1], lines)


def _row(name: str, counted: list[Counted]) -> tuple[object, ...]:
    lines = sum(one.lines for one in counted)
    kinds = sum((one.found for one in counted), Counter[str]())
    masked = sum(one.masked for one in counted)
    share, hidden = (f"{100 * number / lines:.4f} %" if lines else "–" for number in (kinds.total(), masked))
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return name, f"{lines:,}", kinds.total(), share, masked, hidden, told
