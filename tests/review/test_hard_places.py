"""Checkouts that git can make and few people meet, through the installed command: a correct review, or one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import GitRepo, Qcode, Repo, open_to_everybody
from tests.review.asking import AFTER, BEFORE, MISSING, answer, rules, sentence

Place = Callable[[Repo, Path], Path]
TAX = "def tax(amount):"
ANOTHER = 12345


def listing(root: Path) -> dict[str, tuple[int, int, int]]:
    """Every path under the root, git's own among them, with its size, mode and time of change.

    Whenever git reads the shared half of a split index it touches it, so that it is not taken for an old one.
    """
    return {
        str(path): (status.st_size, status.st_mode, 0 if path.name.startswith("sharedindex.") else status.st_ctime_ns)
        for path in root.rglob("*")
        for status in [path.lstat()]
    }


def clone(broken: Repo, to: Path, *options: str) -> Path:
    broken.git("config", "uploadpack.allowFilter", "true")
    broken.git("clone", "--quiet", *options, f"file://{broken.root}", str(to))
    return to


# ---------------------------------------------------------------- whole checkouts: a review like any other


def borrowed(broken: Repo, folder: Path) -> Path:
    broken.git("clone", "--quiet", "--shared", str(broken.root), str(folder / "here"))
    return folder / "here"


def linked(broken: Repo, folder: Path) -> Path:
    broken.git("worktree", "add", "--quiet", str(folder / "here"))
    return folder / "here"


def sparse_by_folder(broken: Repo, folder: Path) -> Path:
    return clone(broken, folder / "here", "--sparse")


def sparse_by_pattern(broken: Repo, folder: Path) -> Path:
    here = clone(broken, folder / "here", "--no-checkout")
    broken.git("-C", str(here), "sparse-checkout", "set", "--no-cone", "/shop/price.py")
    broken.git("-C", str(here), "checkout", "--quiet")
    assert not (here / "shop" / "report.py").exists()
    return here


def of_sha256(broken: Repo, _: Path) -> Path:
    shutil.rmtree(broken.root / ".git")
    broken.git("init", "--quiet", "--object-format=sha256")
    broken.commit(BEFORE)
    broken.commit(AFTER)
    return broken.root


def with_a_table_of_references(broken: Repo, _: Path) -> Path:
    shutil.rmtree(broken.root / ".git")
    command = ["git", "init", "--quiet", "--ref-format=reftable"]
    if subprocess.run(command, cwd=broken.root, env=broken.environment, capture_output=True).returncode:
        pytest.skip("this git does not know reftable")
    broken.commit(BEFORE)
    broken.commit(AFTER)
    return broken.root


def with_a_split_index(broken: Repo, _: Path) -> Path:
    broken.git("update-index", "--split-index")
    assert list((broken.root / ".git").glob("sharedindex.*"))
    return broken.root


def with_an_untracked_cache(broken: Repo, _: Path) -> Path:
    broken.git("update-index", "--force-untracked-cache")
    broken.git("status")
    assert b"UNTR" in (broken.root / ".git" / "index").read_bytes()
    return broken.root


def with_a_monitor(broken: Repo, folder: Path) -> Path:
    program = folder / "monitor"
    program.write_text(f"#!/bin/sh\ntouch {folder}/canary\nprintf 'token\\0'\n")
    program.chmod(0o755)
    broken.git("config", "core.fsmonitor", str(program))
    broken.git("update-index", "--fsmonitor")
    broken.git("status")
    assert b"FSMN" in (broken.root / ".git" / "index").read_bytes()
    (folder / "canary").unlink()
    return broken.root


def without_an_index(broken: Repo, _: Path) -> Path:
    (broken.root / ".git" / "index").unlink()
    return broken.root


def while_git_writes_the_index(broken: Repo, _: Path) -> Path:
    (broken.root / ".git" / "index.lock").touch()
    return broken.root


PLACES = (
    borrowed,
    linked,
    sparse_by_folder,
    sparse_by_pattern,
    of_sha256,
    with_a_table_of_references,
    with_a_split_index,
    with_an_untracked_cache,
    with_a_monitor,
    without_an_index,
    while_git_writes_the_index,
)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_every_command_answers_here_as_anywhere_and_leaves_no_trace(
    broken: Repo, qcode: Qcode, tmp_path: Path, place: Place
) -> None:
    root = place(broken, tmp_path)
    before = listing(root)
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=root))
    assert answer(qcode("review", "--json", cwd=root))["findings"] == []
    assert json.loads(qcode("index", "--json", cwd=root).stdout)["files"] == 3
    assert "shop/report.py:5" in qcode("symbols", "total", cwd=root).stdout
    assert (listing(root) == before, (tmp_path / "canary").exists()) == (True, False)


def with_a_module(broken: Repo, folder: Path) -> Path:
    broken.git("clone", "--quiet", "--bare", str(broken.root), str(folder / "module.git"))
    here = clone(broken, folder / "here")
    allowed = ("-c", "protocol.file.allow=always", "-C", str(here))
    broken.git(*allowed, "submodule", "--quiet", "add", str(folder / "module.git"), "module")
    broken.git("-C", str(here / "module"), "checkout", "--quiet", "HEAD~1")
    broken.git(*allowed, "commit", "--quiet", "--all", "-m", "a module")
    return here


@pytest.mark.parametrize("state", ["absent", "moved on", "broken"])
def test_a_submodule_is_named_and_left_alone(broken: Repo, qcode: Qcode, tmp_path: Path, state: str) -> None:
    here = with_a_module(broken, tmp_path)
    module = here / "module"
    if state == "absent":
        broken.git("-C", str(here), "submodule", "--quiet", "deinit", "--force", "module")
        shutil.rmtree(here / ".git" / "modules")
    elif state == "moved on":
        broken.git("-C", str(module), "checkout", "--quiet", "main")
        broken.git("-C", str(here), "commit", "--quiet", "--all", "-m", "a later module")
    elif state == "broken":
        (module / ".git").write_text("gitdir: ../nowhere\n")
    (here / "shop" / "price.py").write_text(AFTER["shop/price.py"].replace(TAX, "def tax(amount, rate):"))
    before = listing(here)
    found = answer(qcode("review", "HEAD~1", "--json", cwd=here))
    assert ("module", "a submodule") in [(one["what"], one["why"]) for one in found["skipped"]]
    on_disk = rules(qcode("review", "--json", cwd=here))
    assert [one for one in on_disk if one[0] == MISSING[0]] == [MISSING]
    assert {one[1].partition("/")[0] for one in on_disk} == {"shop"}
    assert json.loads(qcode("index", "--json", cwd=here).stdout)["files"] == 3
    assert listing(here) == before


@pytest.mark.parametrize("filter_", ["blob:none", "tree:0"])
def test_what_a_partial_clone_has_is_reviewed(broken: Repo, qcode: Qcode, tmp_path: Path, filter_: str) -> None:
    root = clone(broken, tmp_path / "here", f"--filter={filter_}")
    (root / "shop" / "price.py").write_text(AFTER["shop/price.py"].replace(TAX, "def tax(amount, rate):"))
    before = listing(root)
    assert MISSING in rules(qcode("review", "--json", cwd=root))
    assert "partial clone" in sentence(qcode("review", "HEAD~1", cwd=root), 2)
    assert listing(root) == before


# ---------------------------------------------------------------- damage: one sentence with its remedy


def borrowed_from_nowhere(broken: Repo, folder: Path) -> Path:
    here = borrowed(broken, folder)
    broken.root.rename(folder / "moved")
    return here


def without_its_last_commit(broken: Repo, _: Path) -> Path:
    oid = broken.git("rev-parse", "HEAD")
    (broken.root / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    return broken.root


def with_an_empty_branch_file(broken: Repo, _: Path) -> Path:
    (broken.root / ".git" / "refs" / "heads" / "main").write_text("")
    return broken.root


def of_a_later_git(broken: Repo, _: Path) -> Path:
    broken.git("config", "core.repositoryFormatVersion", "1")
    broken.git("config", "extensions.ofTomorrow", "true")
    return broken.root


@pytest.mark.parametrize(
    ("place", "said", "remedy"),
    [
        (borrowed_from_nowhere, "the commit", "alternates"),
        (without_its_last_commit, "the commit", "git fsck"),
        (with_an_empty_branch_file, "“main” names no commit", "git fsck"),
        (of_a_later_git, "oftomorrow", "newer git"),
    ],
)
def test_damage_is_not_taken_for_a_branch_without_a_commit(
    broken: Repo, qcode: Qcode, tmp_path: Path, place: Place, said: str, remedy: str
) -> None:
    root = place(broken, tmp_path)
    before = listing(root)
    done = qcode("review", "HEAD~1", cwd=root)
    assert said in sentence(done, 3)
    assert remedy in done.stderr.splitlines()[1]
    assert listing(root) == before


def test_a_table_of_references_without_a_commit_is_no_damage(git_repo: GitRepo, qcode: Qcode) -> None:
    repo = git_repo()
    shutil.rmtree(repo.root / ".git" / "refs" / "heads")
    (repo.root / ".git" / "refs" / "heads").write_text("this repository uses the reftable format\n")
    (repo.root / ".git" / "HEAD").write_text("ref: refs/heads/.invalid\n")
    assert sentence(qcode("review", cwd=repo.root), 2) == "HEAD has no commit yet."


# ---------------------------------------------------------------- names


def test_names_as_long_as_the_disk_allows_are_reviewed(broken: Repo, qcode: Qcode) -> None:
    long = "\N{HANGUL SYLLABLE GA}" * 84 + ".py"
    deep = "/".join(["d" * 250] * 12) + "/" + "e" * 252 + ".py"
    assert len(long.encode()) == 255
    broken.commit({long: "def f(:\n", deep: "def f(:\n"})
    for form in ("json", "text", "markdown"):
        done = qcode("review", "HEAD~1", "--format", form, cwd=broken.root)
        assert (done.returncode, done.stderr) == (1, "")
    broken_files = [one[1] for one in rules(qcode("review", "HEAD~1", "--json", cwd=broken.root))]
    assert {long, deep} <= set(broken_files)


def test_a_symbol_in_a_file_with_a_strange_name_is_found(broken: Repo, qcode: Qcode) -> None:
    names = [b"new\nline.py", b"\xb0\xa1.py", b"-dash.py", b"\xff\xfe.py", "한글.py".encode()]
    for name in names:
        (broken.root / os.fsdecode(name)).write_text("def unheard_of(): pass\n")
    for verb in (["symbols", "unheard_of"], ["map"], ["index"]):
        done = qcode(*verb, cwd=broken.root)
        assert (done.returncode, done.stderr, "Traceback" in done.stdout) == (0, "", False)
    found = json.loads(qcode("symbols", "unheard_of", "--json", cwd=broken.root).stdout)
    assert len(found["symbols"]) == len(names)


# ---------------------------------------------------------------- other users, and no room


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_user_without_a_name_reviews_a_checkout_that_is_not_theirs(broken: Repo, qcode: Qcode) -> None:
    for path in [broken.root, *broken.root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    open_to_everybody(broken.root.parent)
    before = listing(broken.root)
    identity = ["setpriv", f"--reuid={ANOTHER}", f"--regid={ANOTHER}", "--clear-groups"]
    program = f"import sys; sys.path[:0] = {sys.path!r}; from qcode.cli import main; sys.exit(main())"
    pythons = (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}")
    usable = [python for python in pythons if can_be_started(identity, python)]
    if not usable:
        pytest.skip("another user can't start this Python")
    done = subprocess.run(
        [*identity, usable[0], "-I", "-B", "-c", program, "review", "HEAD~1", "--json"],
        cwd=broken.root,
        env={"PATH": os.environ["PATH"], "HOME": "/"},
        capture_output=True,
        text=True,
    )
    assert MISSING in rules(done)
    assert listing(broken.root) == before


def can_be_started(identity: list[str], python: str) -> bool:
    """Also from a process that has become this user already."""
    again = f"import subprocess; subprocess.run([{python!r}, '-c', ''], check=True)"
    return subprocess.run([*identity, python, "-c", again], capture_output=True).returncode == 0


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk without a free byte, where the tests may mount one."""
    folder = tmp_path / "full"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not let the tests mount a small disk")
    room = os.statvfs(folder)
    (folder / "filler").write_bytes(b"x" * (room.f_bavail * room.f_frsize))
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_under_the_cache_is_told_and_no_obstacle(broken: Repo, qcode: Qcode, full_disk: Path) -> None:
    cache = {"QCODE_CACHE_DIR": str(full_disk / "cache")}
    done = qcode("review", "HEAD~1", "--json", cwd=broken.root, env=cache)
    assert MISSING in rules(done)
    assert "works in memory" in done.stderr
    for verb in (["index"], ["symbols", "total"], ["map"]):
        done = qcode(*verb, cwd=broken.root, env=cache)
        assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)
