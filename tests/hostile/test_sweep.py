"""Every command over the hostile repository: nothing fires, nothing is written, nothing crashes, nothing goes unsaid."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from indexer.languages import language_of
from indexer.refresh import HEAD_BYTES
from tests.checks.secret_samples import SAMPLES
from tests.hostile import commands
from tests.hostile.commands import Command
from tests.hostile.repository import Hostile
from tests.hostile.sweep import SECONDS, Sweep, run, sweep
from tests.hostile.texts import SECRET_KINDS

MOST_MEMORY = 1 << 30
EVERY = 15
"""How many of them are run in the core suite: one in so many."""
KINDS: tuple[Callable[[Hostile], Iterable[Command]], ...] = (
    commands.reading,
    commands.every_commit,
    commands.every_branch,
    commands.every_broken_repository,
    commands.hostile_answers,
)


def harmless(hostile: Hostile, done: Sweep) -> bool:
    assert done.faults == []
    assert done.written == {}
    assert hostile.fired == set()
    assert done.peak <= MOST_MEMORY
    return len(done.ran) > 0


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_some_of_every_kind_of_command_do_no_harm(
    hostile: Hostile, kind: Callable[[Hostile], Iterable[Command]]
) -> None:
    some = list(islice(kind(hostile), 0, None, EVERY))
    assert harmless(hostile, sweep(hostile, some))


@pytest.mark.real
@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_all_commands_do_no_harm(hostile: Hostile, kind: Callable[[Hostile], Iterable[Command]]) -> None:
    assert harmless(hostile, sweep(hostile, kind(hostile)))


def answer(hostile: Hostile, *arguments: str) -> Any:
    return json.loads(run(hostile, Command(arguments)).out)


def test_every_source_of_the_work_tree_is_read_or_counted_as_skipped(hostile: Hostile) -> None:
    told = answer(hostile, "index", "--json")
    assert all(one["why"] for one in told["skipped"])
    reasons = {one["why"]: one["count"] for one in told["skipped"] if one["what"] == "files"}
    named = {one["what"] for one in told["skipped"] if one["why"] not in reasons}
    assert told["files"] + sum(reasons.values()) == len(list(sources(hostile.root, named)))


def sources(root: Path, named: set[str]) -> Iterable[str]:
    """The regular files that may be source, but for those that the index names as skipped and repositories of their own."""
    for place, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in (".git", "nested", "redirected")]
        for name in files:
            path = os.path.relpath(f"{place}/{name}", root)
            whole = Path(place, name)
            if path in named or whole.is_symlink() or not whole.is_file():
                continue
            with whole.open("rb") as file:
                if language_of(path, file.read(HEAD_BYTES)):
                    yield path


def test_every_file_of_a_commit_is_reviewed_or_skipped_with_a_reason(hostile: Hostile) -> None:
    assert len(hostile.added) >= 20
    parents = dict(hostile.commits)
    for oid, count in [item for item in hostile.added.items() if parents[item[0]]][::EVERY]:
        told = answer(hostile, "review", "--json", f"{oid}~1..{oid}")
        coverage, skipped = told["coverage"], [one for one in told["skipped"] if one["what"] != "files"]
        assert (coverage["files"], all(one["why"] for one in skipped)) == (count, True)
        assert coverage["files"] - coverage["reviewed"] <= len(skipped)


def test_an_overview_shows_no_secret(hostile: Hostile) -> None:
    done = run(hostile, Command(("map", "--tokens", "100000", "--paths", "keys")))
    assert b"keys/password.py" in done.out
    assert [kind for kind in SECRET_KINDS if SAMPLES[kind] in done.out.decode()] == []


def test_the_review_finds_twenty_two_kinds_of_secrets_and_shows_none_of_them(hostile: Hostile) -> None:
    done = run(hostile, Command(("review", "--json", f"{hostile.heads['secrets']}~1..{hostile.heads['secrets']}")))
    found = {
        one["rule"].removeprefix("secret/") for one in json.loads(done.out)["findings"] if "secret/" in one["rule"]
    }
    assert found >= set(SECRET_KINDS)
    assert [kind for kind in SECRET_KINDS if SAMPLES[kind] in done.out.decode()] == []
