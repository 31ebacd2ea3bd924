"""Fixtures that every part of the suite shares: real git repositories and the real console script."""

from __future__ import annotations

import os
import signal
import subprocess
import sysconfig
import tempfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

FIRST_COMMIT = 1767571200  # 2026-01-05 00:00:00 UTC
SECONDS_BETWEEN_COMMITS = 3600
Files = Mapping[str, str | bytes | None]

for _number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:  # by `nohup`, or by a shell that started the tests beside others
        signal.signal(_number, signal.default_int_handler if _number == signal.SIGINT else signal.SIG_DFL)


@dataclass
class Repo:
    """A git repository in a scratch folder; names and dates are fixed, so its object ids are always the same."""

    root: Path
    environment: dict[str, str]
    commits: Iterator[int] = field(default_factory=count)

    def commit(self, files: Files | None = None, message: str = "change") -> str:
        """Write `files` (None deletes), commit the whole work tree, and return the commit's object id."""
        self.write(files or {})
        when = f"{FIRST_COMMIT + next(self.commits) * SECONDS_BETWEEN_COMMITS} +0000"
        self.git("add", "--all")
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message, **dates)
        return self.git("rev-parse", "HEAD")

    def write(self, files: Files) -> None:
        """Write `files` to the work tree without committing; None deletes."""
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def git(self, *arguments: str, **environment: str) -> str:
        """Run git in the work tree and return what it printed, without the last line end."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
        )
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
        return done.stdout.removesuffix("\n")


def open_to_everybody(folder: Path) -> None:
    """Let every user into a folder of a test: into those above it as well, up to the one for temporary files."""
    for place in (folder, *folder.parents):
        if place == Path(tempfile.gettempdir()):
            return
        place.chmod(place.stat().st_mode | 0o055)


class GitRepo(Protocol):
    """Makes a repository whose first commit holds `files`; without files it has no commit yet."""

    def __call__(self, files: Files | None = None, name: str = "repo") -> Repo: ...


@dataclass(frozen=True)
class Qcode:
    """Runs the installed `qcode` command with a home, configuration, cache and data folder of its own."""

    home: Path
    environment: dict[str, str]
    directory: Path

    @property
    def config(self) -> Path:
        """The user's configuration file; it does not exist until a test writes it."""
        return self.home / "config" / "qcode" / "config.toml"

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    def __call__(
        self,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str | None] | None = None,
        stdin: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run `qcode` with these arguments; `env` is added to the environment, None removes a variable."""
        environment = {k: v for k, v in {**self.environment, **(env or {})}.items() if v is not None}
        return subprocess.run(
            [str(console_script()), *arguments],
            cwd=cwd or self.directory,
            env=environment,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=120,
        )


def console_script() -> Path:
    """The `qcode` command of the environment that runs the tests."""
    return Path(sysconfig.get_path("scripts")) / "qcode"


def bare_environment(home: Path) -> dict[str, str]:
    """An environment that knows nothing of the person who runs the tests."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Kim Minseo",
        "GIT_AUTHOR_EMAIL": "minseo@example.com",
        "GIT_COMMITTER_NAME": "Kim Minseo",
        "GIT_COMMITTER_EMAIL": "minseo@example.com",
    }


def repository_maker(folder: Path) -> GitRepo:
    """A factory that makes its repositories in `folder`."""

    def make(files: Files | None = None, name: str = "repo") -> Repo:
        taken = sum(1 for _ in folder.glob(f"{name}*"))
        root = folder / (f"{name}{taken + 1}" if taken else name)
        root.mkdir(parents=True)
        home = folder / ".home"
        home.mkdir(exist_ok=True)
        repo = Repo(root, bare_environment(home))
        repo.git("init", "--quiet", "--initial-branch=main")
        if files is not None:
            repo.commit(files, "first")
        return repo

    return make


@pytest.fixture
def git_repo(tmp_path: Path) -> GitRepo:
    """`git_repo({"a.py": "…"})` makes a real repository in the test's own folder."""
    return repository_maker(tmp_path)


@pytest.fixture(scope="session")
def lasting_git_repo(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """As `git_repo`, for repositories that fixtures of a wider scope share and no test changes."""
    return repository_maker(tmp_path_factory.mktemp("lasting"))


@pytest.fixture
def qcode(tmp_path: Path) -> Qcode:
    """`qcode("review", "HEAD~1", cwd=repo.root)` runs the real command, away from anyone's own settings."""
    home = tmp_path / "home"
    home.mkdir()
    folders = {
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(home / "data"),
    }
    return Qcode(home, bare_environment(home) | folders, tmp_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test of a real part fails where that part is missing, instead of being skipped, unless it is optional."""
    report = yield
    if report.skipped and item.get_closest_marker("real") and not item.get_closest_marker("optional"):
        report.outcome = "failed"
        report.longrepr = f"A test of a real part may not be skipped: {report.longrepr}"
    return report
