"""The hostile repository itself: the same for the same seed, of many kinds, and its traps are live."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.careless import be_careless
from tests.hostile.conftest import SEED
from tests.hostile.repository import Hostile, hostile_repository
from tests.hostile.texts import SECRET_KINDS


def test_it_has_more_than_twenty_categories_and_each_says_what_it_tries(hostile: Hostile) -> None:
    assert len(hostile.categories) >= 20
    assert all(sentence.endswith(".") for sentence in hostile.categories.values())
    assert {category for category, _ in hostile.items} == set(hostile.categories)
    assert len(hostile.items) >= 532
    assert len(SECRET_KINDS) == 22


def test_the_same_seed_makes_the_same_objects_and_another_seed_others(hostile: Hostile, tmp_path: Path) -> None:
    again, other = (hostile_repository(tmp_path / name, seed) for name, seed in (("again", SEED), ("other", SEED + 1)))
    assert (again.branches, again.commits, again.items) == (hostile.branches, hostile.commits, hostile.items)
    assert other.commits != hostile.commits


def test_every_trap_fires_under_careless_hands(scratch: Path) -> None:
    made = hostile_repository(scratch, SEED)
    assert made.fired == set()
    be_careless(made)
    assert {trap.name for trap in made.traps} - made.fired == set()
