"""Every limit stops a command, and nothing of a stopped command is left."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agents.sandbox import Limits, sandbox_of
from indexer.errors import ToolProblem
from tests.sandbox.acts import PYTHON, READABLE

ROOT = Path(__file__).resolve().parents[2]
MARK = "31536000"
"""Seconds that a sleeping process of these tests sleeps, plus a number of the test's own."""
FORK_BOMB = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
ENDLESS = {
    "time": (["sleep", "1000"], Limits(seconds=0.3)),
    "output": (["yes"], Limits(output=1 << 20)),
    "memory": ([PYTHON, "-c", "kept = []\nwhile True: kept.append(b'x' * (1 << 20))"], Limits(memory=100 << 20)),
    "cpu": (["sh", "-c", "while :; do :; done"], Limits(cpu=1)),
    "file size": (["sh", "-c", "exec dd if=/dev/zero of=large bs=1M"], Limits(file_size=1 << 20)),
    "disk": (
        [PYTHON, "-c", "n = 0\nwhile True:\n    open(str(n), 'wb').write(bytes(1 << 20)); n += 1"],
        Limits(disk=64 << 20),
    ),
}


def processes_with(mark: str) -> list[int]:
    """The processes that have `mark` among their arguments."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.fixture
def mark(tmp_path: Path) -> str:
    return str(int(MARK) + abs(hash(tmp_path)) % 10**6)


@pytest.mark.parametrize("reason", ENDLESS)
def test_a_command_without_an_end_is_stopped_by_its_limit(reason, sandbox, git_repo):
    argv, limits = ENDLESS[reason]
    ran = sandbox.run(argv, git_repo({"a.txt": "a"}).root, limits=limits)
    assert (ran.stopped, ran.code) == (reason, None)


def test_a_fork_bomb_ends(sandbox, git_repo):
    limits = Limits(processes=40, seconds=5)
    ran = sandbox.run([PYTHON, "-c", FORK_BOMB], git_repo({"a.txt": "a"}).root, limits=limits)
    assert ran.stopped in ("processes", "time")


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/home/sandbox"])
def test_what_lies_in_memory_is_limited(folder, sandbox, git_repo):
    argv = ["dd", "if=/dev/zero", f"of={folder}/x", "bs=1M", "count=64"]
    ran = sandbox.run(argv, git_repo({"a.txt": "a"}).root, limits=Limits(scratch=8 << 20))
    assert ran.code == 1
    assert b"No space left" in ran.stderr


def test_the_beginning_and_the_end_of_a_long_output_are_kept(sandbox, git_repo):
    ran = sandbox.run(["seq", "100000"], git_repo({"a.txt": "a"}).root, limits=Limits(kept=1000))
    assert ran.stdout.startswith(b"1\n2\n3\n")
    assert ran.stdout.endswith(b"\n99999\n100000\n")
    assert ran.left_out == (588_895 - 1000, 0)
    assert b"\n[... 587895 bytes left out ...]\n" in ran.stdout
    assert ran.code == 0


def test_a_background_process_ends_with_the_command(sandbox, git_repo, mark):
    tree = git_repo({"a.txt": "a"}).root
    for script in (f"sleep {mark} &", f"setsid sleep {mark} > /dev/null 2>&1 < /dev/null & exit 0"):
        assert sandbox.run(["sh", "-c", script], tree).code == 0
        assert processes_with(mark) == []


def test_who_gives_up_is_heard_and_no_process_is_left(sandbox, git_repo, mark):
    tree = git_repo({"a.txt": "a"}).root
    cancelled = threading.Event()
    found = []
    script = f"trap '' TERM INT HUP; setsid sleep {mark} & sleep {mark}"
    running = threading.Thread(
        target=lambda: found.append(sandbox.run(["sh", "-c", script], tree, cancelled=cancelled))
    )
    running.start()
    while len(processes_with(mark)) < 2:
        assert running.is_alive()
    cancelled.set()
    running.join()
    assert found[0].stopped == "cancelled"
    assert processes_with(mark) == []


def test_what_was_given_up_before_is_not_started(sandbox, git_repo):
    cancelled = threading.Event()
    cancelled.set()
    assert sandbox.run(["true"], git_repo({"a.txt": "a"}).root, cancelled=cancelled).stopped == "cancelled"


def test_commands_run_beside_each_other_in_copies_of_their_own(sandbox, git_repo):
    tree = git_repo({"a.txt": "a"}).root
    found = []
    script = "echo $0 > a.txt; sleep 0.2; cat a.txt"
    threads = [
        threading.Thread(target=lambda name=name: found.append(sandbox.run(["sh", "-c", script, name], tree).stdout))
        for name in "xyz"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [b"x\n", b"y\n", b"z\n"]


CALLER = """
import sys
from pathlib import Path
from agents.sandbox import sandbox_of
readable = [Path(folder) for folder in sys.argv[4:]]
sandbox = sandbox_of(scratch=Path(sys.argv[2]), readable=readable)
sandbox.run(["sh", "-c", f"setsid sleep {sys.argv[3]} & sleep {sys.argv[3]}"], Path(sys.argv[1]))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_caller_is_killed(how, sandbox, git_repo, tmp_path, mark):
    tree = git_repo({"a.txt": "a"}).root
    scratch = tmp_path / "callers"
    scratch.mkdir()
    command = [sys.executable, "-c", CALLER, str(tree), str(scratch), mark, *map(str, READABLE)]
    caller = subprocess.Popen(command, cwd=ROOT)
    while len(processes := [pid for pid in processes_with(mark) if pid != caller.pid]) < 2:
        assert caller.poll() is None
    handles = [os.pidfd_open(pid) for pid in processes]
    caller.send_signal(how)
    caller.wait()
    for handle in handles:
        assert select.select([handle], [], [], 10)[0], "a process lives on"
        os.close(handle)
    assert list(scratch.iterdir()) != []
    sandbox_of(scratch=scratch).close()
    assert list(scratch.iterdir()) == []


def test_without_bubblewrap_commands_are_refused_with_a_remedy(tmp_path):
    with pytest.raises(ToolProblem, match=r"bubblewrap .* was not found in /nowhere/bwrap") as found:
        sandbox_of("/nowhere/bwrap", scratch=tmp_path)
    assert "apt-get install bubblewrap" in found.value.remedy


@pytest.mark.parametrize("name", ["bwrap", "./bwrap", "tools/bwrap"])
def test_a_bubblewrap_of_the_current_folder_is_never_taken(name, tmp_path):
    with pytest.raises(ToolProblem, match="no absolute path"):
        sandbox_of(name, scratch=tmp_path)


def test_where_bubblewrap_fails_its_reason_is_told(tmp_path):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace.' >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(ToolProblem, match="can't make a sandbox here: No permissions to create new namespace"):
        sandbox_of(str(program), scratch=tmp_path)


def test_a_bubblewrap_that_does_not_know_an_option_is_asked_without_it(tmp_path, git_repo, sandbox):
    program = tmp_path / "bwrap"
    program.write_text(
        '#!/bin/sh\nfor a; do [ "$a" = --disable-userns ] && echo "bwrap: Unknown option $a" >&2 && exit 1; done\n'
        'exec /usr/bin/bwrap "$@"\n'
    )
    program.chmod(0o755)
    with sandbox_of(str(program), scratch=tmp_path) as older:
        ran = older.run(["unshare", "-U", "true"], git_repo({"a.txt": "a"}).root)
    assert ran.isolated
    assert b"Operation not permitted" in ran.stderr
