"""What has to work in the sandbox, and what else of the outside is out of reach."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agents.sandbox import Limits, sandbox_of
from tests.sandbox.acts import PYTHON

WORKS = {
    "write in the tree": "open('new', 'w').write('x'); assert open('new').read() == 'x'",
    "write in a new folder": "import os; os.makedirs('b/c'); open('b/c/d', 'w').write('x')",
    "temporary files": "import os, tempfile; f = tempfile.NamedTemporaryFile(dir=os.environ['TMPDIR']); f.write(b'x')",
    "a home folder": "import pathlib; (pathlib.Path.home() / 'x').write_text('x')",
    "a pair of sockets": "import socket; a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'",
    "/dev/null": "open('/dev/null', 'w').write('x'); assert open('/dev/null').read() == ''",
    "multiprocessing": "import multiprocessing as m\nwith m.Pool(2) as p: assert p.map(abs, [-1, -2]) == [1, 2]",
    "threads": "from concurrent.futures import *; assert list(ThreadPoolExecutor(8).map(abs, [-1])) == [1]",
    "a server on 127.0.0.1": """
import sys, threading, urllib.request
from http.server import HTTPServer, SimpleHTTPRequestHandler
sys.stderr = sys.stdout
server = HTTPServer(('127.0.0.1', 0), SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
assert urllib.request.urlopen(f'http://127.0.0.1:{server.server_port}/a.txt').read() == b'a'
""",
    "the user's name": "import getpass, pwd; getpass.getuser()",
    "text in UTF-8": "import sys; assert sys.getfilesystemencoding() == 'utf-8'; print('한글')",
}
REFUSED = {
    "write to the kernel's settings": "open('/proc/sys/kernel/core_pattern', 'w')",
    "change its own limits on memory scoring": "open('/proc/self/oom_score_adj', 'w')",
    "write to /": "open('/x', 'w')",
    "write to /usr": "open('/usr/x', 'w')",
    "write to /etc": "open('/etc/x', 'w')",
    "write to /dev": "open('/dev/x', 'w')",
    "write to .git": "open('.git/config', 'w')",
    "remove .git": "import os; os.rename('.git', 'git')",
    "open a connection to the host (vsock)": "import socket; socket.socket(40, socket.SOCK_STREAM)",
    "send raw packets": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "mount": "import ctypes; assert ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, 0) == 0",
    "change the root": "import os; os.chroot('/tmp')",
    "read the keys of the session": "import ctypes; assert ctypes.CDLL(None).syscall({keyctl}, 0, -3, 1) > 0",
    "load a program into the kernel": "import ctypes; assert ctypes.CDLL(None).syscall({bpf}, 0, 0, 0) != -1",
    "type into the terminal": "import fcntl, pty; fcntl.ioctl(pty.openpty()[1], 0x5412, b'x')",
    "become somebody else": "import os; os.setuid(1)",
    "make a device": "import os, stat; os.mknod('device', stat.S_IFCHR | 0o666, os.makedev(1, 3))",
    "reach another machine": "import socket; socket.create_connection(('192.0.2.1', 80), 5)",
    "raise a limit": "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (1 << 19, 1 << 19))",
    "see the container socket": "open('/var/run/docker.sock')",
    "read passwords": "open('/etc/shadow')",
    "read the log": "open('/var/log/dpkg.log')",
    "see the machine's first process": "import os; assert 'bwrap' not in open('/proc/1/comm').read()",
}
NUMBERS = {"x86_64": {"keyctl": "250", "bpf": "321"}, "aarch64": {"keyctl": "219", "bpf": "280"}}


@pytest.mark.parametrize("program", WORKS.values(), ids=WORKS.keys())
def test_this_works(program, sandbox, git_repo):
    ran = sandbox.run([PYTHON, "-c", program], git_repo({"a.txt": "a"}).root)
    assert (ran.code, ran.stderr) == (0, b"")


@pytest.mark.parametrize("program", REFUSED.values(), ids=REFUSED.keys())
def test_this_is_refused(program, sandbox, git_repo):
    for name, number in NUMBERS[os.uname().machine].items():
        program = program.replace(f"{{{name}}}", number)
    ran = sandbox.run([PYTHON, "-c", program], git_repo({"a.txt": "a"}).root)
    assert ran.code == 1
    assert b"Error" in ran.stderr


@pytest.mark.parametrize(
    "folder", ["/root", "/home", "/run", "/var", "/srv", "/mnt", "/media", "/sys", "/boot", "/opt"]
)
def test_nothing_is_seen_of(folder, sandbox, git_repo):
    ran = sandbox.run(["find", folder, "-type", "f"], git_repo({"a.txt": "a"}).root)
    assert ran.stdout == b""


def test_git_tells_the_state_and_the_history(sandbox, git_repo):
    repo = git_repo({"a.txt": "a", "b.txt": "b"})
    repo.write({"a.txt": "changed", "new.txt": "n"})
    tree = repo.root
    assert sandbox.run(["git", "status", "--short"], tree).stdout == b" M a.txt\n?? new.txt\n"
    assert sandbox.run(["git", "log", "--format=%s"], tree).stdout == b"first\n"
    assert b"+changed" in sandbox.run(["git", "diff"], tree).stdout


def test_the_work_tree_is_copied_as_it_is_on_the_disk_without_what_is_ignored(sandbox, git_repo):
    repo = git_repo({"a.txt": "a", "gone.txt": "g", ".gitignore": "*.log\n.venv/\n"})
    repo.write({"a.txt": "changed", "new.txt": "n", "x.log": "l", ".venv/x": "v", "gone.txt": None})
    ran = sandbox.run(["find", ".", "-path", "./.git", "-prune", "-o", "-type", "f", "-print"], repo.root)
    assert sorted(ran.stdout.decode().split()) == ["./.gitignore", "./a.txt", "./new.txt"]


def test_a_folder_that_is_readable_is_read_only_and_first_on_the_path(tmp_path, git_repo, sandbox):
    repo = git_repo({"a.txt": "a", ".gitignore": ".venv\n"})
    repo.write({".venv/bin/hello": "#!/bin/sh\necho hello\n"})
    (repo.root / ".venv/bin/hello").chmod(0o755)
    with sandbox_of(scratch=tmp_path, readable=[repo.root / ".venv"]) as wider:
        ran = wider.run(["hello"], repo.root)
        assert (ran.stdout, ran.changed) == (b"hello\n", ())
        assert wider.run(["touch", ".venv/x"], repo.root).code == 1
    assert sandbox.run(["hello"], repo.root).code == 127


def test_the_environment_holds_nothing_of_the_callers(sandbox, git_repo):
    ran = sandbox.run(["env"], git_repo({"a.txt": "a"}).root)
    names = {line.split("=")[0] for line in ran.stdout.decode().splitlines()}
    assert "PYTEST_CURRENT_TEST" not in names
    assert names - {"PWD"} == {
        *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "TERM", "NO_COLOR", "USER", "LOGNAME"),
        *("PYTHONDONTWRITEBYTECODE", "GIT_OPTIONAL_LOCKS", "GIT_TERMINAL_PROMPT", "GIT_PAGER", "GIT_CONFIG_COUNT"),
        *(f"GIT_CONFIG_{part}_{at}" for part in ("KEY", "VALUE") for at in range(3)),
    }


def test_a_token_in_the_settings_of_git_is_not_shown(sandbox, git_repo):
    repo = git_repo({"a.txt": "a"})
    repo.git("config", "http.https://git.example/.extraheader", "AUTHORIZATION: basic c2VjcmV0")
    repo.git("remote", "add", "origin", "https://user:c2VjcmV0@git.example/x")
    ran = sandbox.run(["grep", "-r", "c2VjcmV0", "."], repo.root)
    assert (ran.code, ran.stdout) == (1, b"")
    assert sandbox.run(["git", "status", "--short"], repo.root).code == 0


def test_a_hook_and_a_program_in_the_settings_stay_inside(sandbox, git_repo, tmp_path):
    repo = git_repo({"a.txt": "a"})
    canary = tmp_path / "canary"
    repo.git("config", "core.fsmonitor", f"touch {canary}; true")
    (repo.root / ".git/hooks").mkdir(exist_ok=True)
    hook = repo.root / ".git/hooks/post-index-change"
    hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
    hook.chmod(0o755)
    repo.write({"a.txt": "changed"})
    sandbox.run(["git", "status"], repo.root)
    assert not canary.exists()


def test_a_command_is_never_one_string(sandbox, git_repo):
    with pytest.raises(TypeError, match="a list of arguments"):
        sandbox.run("ls -l", git_repo({"a.txt": "a"}).root)


def test_an_argument_that_looks_like_an_option_is_none_of_ours(sandbox, git_repo):
    ran = sandbox.run(["--bind"], git_repo({"a.txt": "a"}).root)
    assert ran.code == 127
    assert ran.stderr.startswith(b"prlimit: failed to execute --bind")


def test_a_command_may_begin_in_a_folder_of_the_tree(sandbox, git_repo):
    repo = git_repo({"src/a.txt": "a"})
    assert sandbox.run(["ls"], repo.root / "src").stdout == b"a.txt\n"


def test_text_is_handed_to_the_command(sandbox, git_repo):
    ran = sandbox.run(["wc", "-c"], git_repo({"a.txt": "a"}).root, stdin=b"x" * 1_000_000)
    assert ran.stdout == b"1000000\n"


def test_a_command_that_does_not_read_what_it_is_handed_ends(sandbox, git_repo):
    assert sandbox.run(["true"], git_repo({"a.txt": "a"}).root, stdin=b"x" * 1_000_000).code == 0


@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -TERM $$", 143)])
def test_the_exit_code_is_the_commands(script, code, sandbox, git_repo):
    assert sandbox.run(["sh", "-c", script], git_repo({"a.txt": "a"}).root).code == code


def test_a_lower_limit_of_the_kernel_is_kept(sandbox, git_repo):
    ran = sandbox.run(["sh", "-c", "ulimit -n"], git_repo({"a.txt": "a"}).root, limits=Limits(open_files=77))
    assert ran.stdout == b"77\n"


def test_descriptors_of_the_caller_are_not_inherited(sandbox, git_repo, tmp_path):
    with (tmp_path / "secret").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        ran = sandbox.run(["ls", "/proc/self/fd"], git_repo({"a.txt": "a"}).root)
    assert ran.stdout.split() == [b"0", b"1", b"2", b"3"]


def test_the_work_tree_may_lie_anywhere(sandbox, git_repo):
    repo = git_repo({"a.txt": "a"}, name="a tree\nof 한글 $(x)")
    assert sandbox.run(["cat", str(Path(repo.root) / "a.txt")], repo.root).stdout == b"a"
