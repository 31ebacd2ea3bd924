"""The twenty bad acts: blocked in the sandbox, and real without it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from agents.sandbox import sandbox_of
from tests.conftest import open_to_everybody
from tests.sandbox.acts import ACTS, LIMITS, PYTHON, world

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
by_name = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)


def test_there_are_twenty_acts():
    assert len({act.name for act in ACTS}) == 20


@by_name
def test_the_act_is_blocked_in_the_sandbox(act, sandbox, tmp_path):
    with world(tmp_path / "world") as around:
        ran = sandbox.run(act.argv(around), around.tree, limits=LIMITS)
        assert ran.isolated
        assert not act.succeeded(around, ran.stdout.decode()), ran


@by_name
def test_the_act_succeeds_without_a_sandbox(act, tmp_path):
    with world(tmp_path / "world") as around:
        done = subprocess.run(act.argv(around), cwd=around.tree, capture_output=True, timeout=60)
        if act.name == "use io_uring" and done.stdout.strip() in (b"1", b"38"):
            pytest.skip("io_uring is switched off on this machine")
        if act.name == "make a user namespace" and os.getuid() != 0 and b"done" not in done.stdout:
            pytest.skip("only chosen programs may make user namespaces on this machine")
        assert act.succeeded(around, done.stdout.decode()), done


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_every_act_is_blocked_for_a_user_without_any_rights(sandbox, tmp_path):
    open_to_everybody(tmp_path)
    for name in ("agents", "indexer", "tests"):
        shutil.copytree(ROOT / name, tmp_path / "code" / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", NOBODY, NOBODY)
    done = subprocess.run(
        [PYTHON, "-B", "-m", "tests.sandbox.by_nobody", str(tmp_path / "theirs")],
        cwd=tmp_path / "code",
        env={"PATH": "/usr/bin:/bin", "PYTEST_CURRENT_TEST": "this"},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert len(told["blocked"]) == 20, told


def test_without_isolation_every_result_says_so(tmp_path):
    with world(tmp_path / "world") as around, sandbox_of(unsafe=True, scratch=tmp_path) as bare:
        ran = bare.run([PYTHON, "-c", "print(open('a.txt').read())"], around.tree)
    assert (ran.code, ran.stdout, ran.isolated) == (0, b"a\nb\n\n", False)
    assert ran.notes == ("This command was not isolated: the settings let commands run without a sandbox.",)
