"""Where the repository comes from, as an address that may be shown to anybody."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

from indexer.repo.runner import Runner
from indexer.secrets import mask

_ORIGIN = "remote.origin.url"
_HOST = r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?|ssh|git)://(?:[^/?#@]*@)?{_HOST}(?P<port>:\d{{1,5}})?(?P<path>/[^?#@\s]*)?(?:[?#].*)?",
    re.IGNORECASE,
)
_SHORT = re.compile(rf"(?:[^/?#@:\s]+@)?{_HOST}:(?P<path>[^?#@\s/][^?#@\s]*)")
_LONGEST = 2_000


def origin(runner: Runner) -> str | None:
    """The address of the remote `origin` without user, password, query or fragment.

    None where there is none, where it is a folder, or where it can't be told that nothing in it is a secret.
    """
    result = runner.run("config", "--local", "--no-includes", "--get", _ORIGIN, ok=(0, 1, 2))
    return shown(os.fsdecode(result.output.removesuffix(b"\n")))


def shown(address: str) -> str | None:
    """The address as it may be shown, or None."""
    if len(address) > _LONGEST or not address.isprintable():
        return None
    found = _ADDRESS.fullmatch(address)
    if found is not None:
        start = f"{found['scheme'].lower()}://{found['host'].lower()}{found['port'] or ''}"
        path = found["path"] or ""
    else:
        found = _SHORT.fullmatch(address)
        if found is None or len(found["host"]) == 1:
            return None
        start, path = f"ssh://{found['host'].lower()}", f"/{found['path']}"
    plain = start + quote(path, safe="/%~")
    return None if any(mask(text)[1] for text in (plain, *path.split("/"))) else plain
