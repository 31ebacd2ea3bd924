"""Start a small model on this machine and ask it something: `make demo-model`."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER = Path(__file__).with_name("serve_model.py")
MODEL = "smollm2-135m"
QUESTION = "What does a compiler do? Answer in one sentence."
CONTEXT = "1024"
INCOMPLETE = 4
PATIENCE = 10.0
"""Seconds that the server has for its own end, before it is ended."""
TOY = """
This model is a toy of 135 million parameters, so take what it says with a smile: it shows the way that a question and
its answer go. For work, name a server of your own with QCODE_BASE_URL and QCODE_MODEL; README.md says how.
"""


def main(python: str) -> int:
    """Ask one question, streamed; `python` has xllamacpp. 0 where an answer came, be it cut at its longest length."""
    with tempfile.TemporaryDirectory(prefix="qcode-demo-") as home, served(python) as address:
        settings = {"QCODE_BASE_URL": f"{address}/v1", "QCODE_MODEL": MODEL}
        spelled = " ".join(f"{name}={value}" for name, value in settings.items())
        print(f'$ {spelled} qcode ask "{QUESTION}"', flush=True)
        program = Path(sysconfig.get_path("scripts")) / "qcode"
        ended = subprocess.run([program, "ask", QUESTION], cwd=home, env=_environment(home) | settings).returncode
    print(TOY, end="")
    return 0 if ended == INCOMPLETE else ended


@contextmanager
def served(python: str) -> Iterator[str]:
    """The address of a server that runs as long as the block does; it ends when this process does, however it ends."""
    with tempfile.TemporaryFile() as log:
        command = [python, str(SERVER), "--alias", MODEL, "--context", CONTEXT]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log) as server:
            try:
                yield _address(server, log.fileno())
            finally:
                _end(server)


def _address(server: subprocess.Popen[bytes], log: int) -> str:
    assert server.stdout is not None
    ready, _, address = server.stdout.readline().decode().strip().partition(" ")
    if ready != "READY":
        os.lseek(log, 0, os.SEEK_SET)
        sys.exit(f"The model server did not start:\n{os.read(log, 1 << 16).decode(errors='replace')}")
    return address


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()


def _environment(home: str) -> dict[str, str]:
    """The environment without settings that would lead elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QCODE_")}
    return kept | {"XDG_CONFIG_HOME": home}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
