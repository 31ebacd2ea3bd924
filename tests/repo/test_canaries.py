"""A repository that tries to run programs: none runs, and nothing is written below it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.errors import Problem
from indexer.repo import open_repo

HOOKS = [
    "post-index-change",
    "reference-transaction",
    "post-checkout",
    "pre-commit",
    "fsmonitor-watchman",
    "pre-auto-gc",
]
ONE_PROGRAM = [
    "core.fsmonitor",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.sshCommand",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "credential.helper",
    "diff.external",
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "merge.evil.driver",
    "gpg.program",
    "gpg.ssh.program",
    "pager.ls-files",
    "pager.ls-tree",
    "pager.cat-file",
    "pager.config",
    "pager.for-each-ref",
    "sequence.editor",
    "interactive.diffFilter",
    "uploadpack.packObjectsHook",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
]
ALIASES = ["ls-files", "ls-tree", "cat-file", "merge-base", "for-each-ref", "config"]


@dataclass
class Trap:
    """A folder of programs that each leave a file when they are run."""

    folder: Path

    def program(self, name: str) -> str:
        path = self.folder / "programs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\ntouch "{self.folder}/fired-{name}"\n')
        path.chmod(0o755)
        return str(path)

    @property
    def fired(self) -> set[str]:
        return {path.name.removeprefix("fired-") for path in self.folder.glob("fired-*")}


@pytest.fixture
def trap(tmp_path):
    (tmp_path / "trap").mkdir()
    return Trap(tmp_path / "trap")


@pytest.fixture
def hostile(git_repo, trap):
    """Two commits, a staged and an unstaged change, a racily clean file, and every setting that names a program."""
    repo = git_repo({"a.py": "x = 1\n", "b.py": "y = 1\n", "data.bin": b"\0\1", "dir/c.py": "z = 1\n"})
    repo.commit({"a.py": "x = 2\n", ".gitattributes": "* filter=evil diff=evil merge=evil\n"})
    _add_hostile_submodule(repo, git_repo, trap)
    repo.write({"b.py": "y = 2\n"})
    repo.git("add", "b.py")
    repo.write({"a.py": "x = 3\n", "new.py": "n = 1\n", ".qcodeignore": "nothing\n"})
    _plant(repo, trap)
    os.utime(repo.root / "dir" / "c.py", ns=(1, 1))
    return repo


def _add_hostile_submodule(repo, git_repo, trap):
    inner = git_repo({"inner.py": "i = 1\n"}, name="inner")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub")
    repo.commit({}, "submodule")
    with (repo.root / ".git" / "modules" / "sub" / "config").open("a") as settings:
        settings.write(f"[core]\n\tfsmonitor = {trap.program('submodule-fsmonitor')}\n")
    (repo.root / "sub" / "inner.py").write_text("i = 2\n")


def _plant(repo, trap):
    git_dir = repo.root / ".git"
    lines = [_section(key, trap.program(key)) for key in ONE_PROGRAM]
    lines += [f'[alias]\n\t{name} = "!{trap.program("alias-" + name)}"\n' for name in ALIASES]
    lines.append('[filter "evil"]\n\trequired = true\n')
    lines.append(f'[submodule "sub"]\n\tupdate = "!{trap.program("submodule-update")}"\n')
    lines.append(f"[core]\n\thooksPath = {trap.folder}/hooks\n\tworktree = {trap.folder}/elsewhere\n")
    lines.append(f"[include]\n\tpath = {trap.folder}/included\n")
    lines.append(f'[includeIf "gitdir:{repo.root}/"]\n\tpath = {trap.folder}/included-if\n')
    lines.append("[extensions]\n\tworktreeConfig = true\n[core]\n\tattributesFile = hostile-attributes\n")
    with (git_dir / "config").open("a") as settings:
        settings.write("".join(lines))
    for file, name in (("included", "inc"), ("included-if", "incif")):
        (trap.folder / file).write_text(_section("filter.evil.clean", trap.program(f"{name}-clean")))
    (git_dir / "config.worktree").write_text(_section("core.fsmonitor", trap.program("worktree-fsmonitor")))
    (git_dir / "info").mkdir(exist_ok=True)
    (git_dir / "info" / "attributes").write_text("* filter=evil diff=evil text\n")
    (trap.folder / "elsewhere").mkdir()
    for folder in (git_dir / "hooks", trap.folder / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in HOOKS:
            (folder / hook).symlink_to(trap.program(f"hook-{hook}"))


def _section(key: str, value: str) -> str:
    first, _, rest = key.partition(".")
    middle, _, last = rest.rpartition(".")
    return f'[{first} "{middle}"]\n\t{last} = {value}\n' if middle else f"[{first}]\n\t{last} = {value}\n"


def use_everything(root: Path, environ: dict[str, str]) -> None:
    """Every operation of a Repo, also those that end in a Problem."""
    with open_repo(root, environ) as repo:
        head, before = repo.resolve("HEAD"), repo.resolve("HEAD~1")
        for rev in ("nowhere", "HEAD~99", "HEAD:a.py", "@{upstream}", "-x", "ext::sh"):
            with suppress(Problem):
                repo.resolve(rev)
        repo.parent(head)
        repo.merge_base(before, head)
        trees = [repo.empty_tree(), repo.commit_tree(before), repo.commit_tree(head), repo.staged(), repo.worktree()]
        for tree in trees:
            list(repo.read_many(tree, tree.entries))
            repo.ignored(tree.entries, tree)
            for other in trees:
                repo.diff(tree, other)


def snapshot(root: Path) -> dict[str, tuple[int, int, int, str]]:
    """Mode, size, time of the last change and content of everything below `root`."""
    found = {}
    for path in [root, *sorted(root.rglob("*"))]:
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
        found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns, content)
    return found


def test_no_program_of_the_repository_runs_and_nothing_is_written(hostile, trap):
    before = snapshot(hostile.root)
    use_everything(hostile.root, hostile.environment)
    assert trap.fired == set()
    assert snapshot(hostile.root) == before


def test_the_same_repository_runs_programs_under_plain_git(hostile, trap):
    hostile.git("config", "--unset", "core.worktree")
    run_plain_git(hostile)
    for key in ("filter.evil.process", "filter.evil.required", "diff.evil.command", "diff.external"):
        hostile.git("config", "--unset", key)
        run_plain_git(hostile)
    expected = {"worktree-fsmonitor", "diff.evil.command", "diff.external", "filter.evil.process", "incif-clean"}
    assert expected | {"diff.evil.textconv", "remote.origin.uploadpack", "submodule-fsmonitor"} <= trap.fired
    assert any(name.startswith("hook-") for name in trap.fired)


def run_plain_git(repo):
    for command in ("status", "diff", "diff HEAD~1", "log -p", "show", "fetch origin", "stash"):
        subprocess.run(
            ["git", *command.split()],
            cwd=repo.root,
            env=repo.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )


@pytest.mark.parametrize("driver", ["clean", "smudge", "process"])
def test_no_filter_runs_when_it_is_the_only_trap(driver, git_repo, trap):
    repo = git_repo({"a.py": "x = 1\n", ".gitattributes": "*.py filter=evil\n"})
    repo.commit({"a.py": "x = 2\n"})
    repo.git("config", f"filter.evil.{driver}", trap.program(driver))
    repo.git("config", "filter.evil.required", "true")
    repo.write({"a.py": "x = 3\n"})
    use_everything(repo.root, repo.environment)
    assert trap.fired == set()


def test_settings_in_the_environment_have_no_effect(git_repo, trap, tmp_path):
    repo = git_repo({"a.py": "x = 1\n"})
    repo.commit({"a.py": "x = 2\n"})
    other = git_repo({"other.py": "o = 1\n"}, name="other")
    environ = repo.environment | {
        "GIT_DIR": str(other.root / ".git"),
        "GIT_WORK_TREE": str(other.root),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "objects"),
        "GIT_EXTERNAL_DIFF": trap.program("external"),
        "GIT_PAGER": trap.program("pager"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": trap.program("fsmonitor"),
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_EXEC_PATH": str(trap.folder / "programs"),
        "LD_PRELOAD": str(tmp_path / "nothing.so"),
    }
    use_everything(repo.root, environ)
    with open_repo(repo.root, environ) as opened:
        assert set(opened.worktree().entries) == {"a.py"}
    assert trap.fired == set()
    assert not (tmp_path / "trace").exists()


def test_git_is_never_taken_from_the_repository_or_the_current_folder(git_repo, trap):
    repo = git_repo({"a.py": "x = 1\n"})
    repo.commit({"a.py": "x = 2\n"})
    (repo.root / "bin").mkdir()
    for place in (repo.root, repo.root / "bin"):
        (place / "git").symlink_to(trap.program("git"))
    environ = {"PATH": f".::bin:{repo.root}:{repo.root}/bin:{repo.environment['PATH']}"}
    use_everything(repo.root, environ)
    assert trap.fired == set()


@pytest.mark.parametrize("url", ["ext::{program}", "ssh://host/x", "file://{folder}", "{folder}"])
def test_a_partial_clone_that_lacks_objects_starts_no_transport(url, git_repo, trap):
    repo = git_repo({"a.py": "x = 1\n"})
    repo.commit({"a.py": "x = 2\n"})
    blob = repo.git("rev-parse", "HEAD~1:a.py")
    (repo.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": url.format(program=trap.program("url"), folder=repo.root),
        "remote.origin.uploadpack": trap.program("uploadpack"),
        "core.sshCommand": trap.program("ssh"),
        "core.gitProxy": trap.program("proxy"),
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        repo.git("config", key, value)
    with open_repo(repo.root, repo.environment) as opened:
        base = opened.commit_tree(opened.resolve("HEAD~1"))
        with pytest.raises(Problem, match="partial clone"):
            opened.read(base, "a.py")
    assert trap.fired == set()
