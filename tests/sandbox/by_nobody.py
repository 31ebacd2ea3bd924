"""All bad acts in a sandbox that this process makes, whoever it runs as; prints which ones were blocked."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from agents.sandbox import sandbox_of
from tests.sandbox.acts import ACTS, LIMITS, READABLE, world


def main(folder: Path) -> None:
    told: dict[str, list[str]] = {"blocked": [], "succeeded": []}
    (folder / "scratch").mkdir()
    with sandbox_of(scratch=folder / "scratch", readable=READABLE) as sandbox:
        for number, act in enumerate(ACTS):
            with world(folder / str(number)) as around:
                ran = sandbox.run(act.argv(around), around.tree, limits=LIMITS)
                told["succeeded" if act.succeeded(around, ran.stdout.decode()) else "blocked"].append(act.name)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
