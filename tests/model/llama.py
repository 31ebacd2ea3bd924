"""A real llama.cpp server in a process of its own, with a small model, on one thread.

with llama() as server:                     # the toy, as `make demo-model` serves it
with llama("--ngram") as server:            # options of examples/serve_model.py

server.backend()            a Backend that leads here
server.get("/slots")        what the server says of itself
server.until_idle()         waits for the end of what it is at, and tells how that ended
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agents.model import Backend

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-llm" / "bin" / "python"
SERVER = ROOT / "examples" / "serve_model.py"
MODEL = "smollm2-135m"
KEY = "sk-a-key-for-a-real-server-77d1"
CONTEXT = 1024
PATIENCE = 10.0


@dataclass(frozen=True)
class Llama:
    """A server that runs. `url` is its address without a path."""

    url: str
    model: str

    def backend(self, **settings: Any) -> Backend:
        """A Backend that leads here."""
        return replace(Backend(f"{self.url}/v1", self.model, api_key=KEY), **settings)

    def get(self, path: str) -> Any:
        """The JSON that the server answers to a GET."""
        return self._ask(path, None)

    def post(self, path: str, body: Any) -> Any:
        """The JSON that the server answers to a POST of this JSON."""
        return self._ask(path, json.dumps(body).encode())

    def busy(self) -> bool:
        """Whether the server is at an answer."""
        return bool(self.get("/slots")[0]["is_processing"])

    def until_idle(self) -> bool:
        """Wait until the server is at nothing; whether its last answer was broken off before its end."""
        while self.busy():
            pass  # the kill switch of every test ends this, where it has no end
        return bool(self.get("/slots")[0]["next_token"][0]["has_next_token"])

    def _ask(self, path: str, body: bytes | None) -> Any:
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers)) as answer:
            return json.load(answer)


@contextmanager
def llama(*options: str, model: str = MODEL) -> Iterator[Llama]:
    """A server that runs as long as the block does, and not longer than this process."""
    if not PYTHON.exists():
        pytest.fail("The small model and its server are not installed; `make test-real` does it.")
    command = [str(PYTHON), str(SERVER), "--alias", model, "--context", str(CONTEXT), "--key", KEY, *options]
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        assert process.stdin is not None and process.stdout is not None
        try:
            ready, _, url = process.stdout.readline().decode().strip().partition(" ")
            if ready != "READY":
                log.seek(0)
                pytest.fail(f"The server did not start: {log.read().decode(errors='replace')}")
            yield Llama(url, model)
        finally:
            process.stdin.close()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
