"""The store's file under bad luck: damaged, locked, in a folder nobody may write, on a full disk, killed half way."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.store import Record, Store, open_store
from indexer.store.file import Database, translated
from tests.conftest import GitRepo, open_to_everybody
from tests.index.conftest import OpenAt

ROOT = Path(__file__).parents[2]
MANY = {f"m{n}.py": f"def f{n}(a, b):\n    return g{n}(a) + {'x' * (n % 40)}1\n" for n in range(1500)}
INDEXING = """
import os, sys
from pathlib import Path
from indexer.index import open_index
with open_index(Path(sys.argv[1]), Path(sys.argv[2]), os.environ) as index:
    def tell(done, of):
        if done == int(sys.argv[3]):
            os.kill(os.getpid(), 9)
    refreshed = index.refresh(progress=tell)
    found = index.definitions(index.worktree, ["f1", "f1499"])
    print(refreshed.files, refreshed.parsed, len(found), index.store.on_disk, *index.notices, sep="|")
"""


def indexing(root: Path, store_dir: Path, kill_at: int = -1, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Another process that indexes `root`, and kills itself when `kill_at` files are done."""
    command = [*before, sys.executable, "-c", INDEXING, str(root), str(store_dir), str(kill_at)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answer(process: subprocess.Popen[str]) -> list[str]:
    output, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors
    return output.strip().split("|")


@pytest.fixture(scope="module")
def many(lasting_git_repo: GitRepo) -> Path:
    repo = lasting_git_repo()
    repo.write(MANY)
    return repo.root


# ------------------------------------------------------------ damage


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def shred_all(path: Path) -> None:
    path.write_bytes(bytes(n * 37 % 251 for n in range(path.stat().st_size)))


def shred_all_but_the_head(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + bytes(n * 37 % 251 for n in range(len(data) - 4096)))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def put_a_folder_there(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "kept").write_text("kept")


def raise_the_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()


def drop_a_table(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE identifiers")
    connection.close()


def put_another_database_there(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE blob (strange TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("damage", "notices"),
    [
        (cut_off, 1),
        (shred_all, 1),
        (shred_all_but_the_head, 1),
        (empty, 0),
        (put_a_folder_there, 1),
        (raise_the_version, 1),
        (drop_a_table, 1),
        (put_another_database_there, 1),
    ],
)
def test_a_damaged_store_is_built_again_with_a_notice(
    git_repo: GitRepo, open_at: OpenAt, damage: Callable[[Path], None], notices: int
) -> None:
    root = git_repo({f"m{n}.py": f"def f{n}(): g{n}()\n" * 20 for n in range(40)}).root
    first = open_at(root)
    first.refresh()
    path = first.store.path
    first.close()
    damage(path)
    second = open_at(root)
    second.refresh()
    assert len(second.definitions(second.worktree, ["f7"])) == 20
    assert set(second.mentioning(second.worktree, ["g8"])) == {"m8.py"}
    assert second.outline("m9.py") is not None
    assert len(second.notices) == notices
    assert all("built again" in notice for notice in second.notices)
    second.close()
    third = open_at(root)
    assert third.refresh().parsed == 0
    assert third.notices == []


def test_a_folder_in_the_stores_place_is_moved_aside_whole(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({"a.py": "x = 1\n"}).root)
    index.close()
    put_a_folder_there(index.store.path)
    open_at(index.repo.root).refresh()
    kept = [path.read_text() for path in index.store.path.parent.glob("*.aside-*/kept")]
    assert kept == ["kept"]


def test_a_store_that_breaks_in_mid_run_is_filled_again_for_the_question(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({f"m{n}.py": f"def f{n}(): ...\n" for n in range(40)}).root)
    index.refresh()
    with sqlite3.connect(index.store.path) as connection:
        connection.execute("DROP TABLE definition")
    connection.close()
    assert [symbol.path for symbol in index.definitions(index.worktree, ["f7"])] == ["m7.py"]
    assert len(index.notices) == 1


def test_a_damaged_store_that_another_process_uses_is_left_alone(git_repo: GitRepo, open_at: OpenAt) -> None:
    root = git_repo({"a.py": "def f(): ...\n"}).root
    filled = open_at(root)
    filled.refresh()
    filled.close()
    first = open_at(root)
    shred_all(first.store.path)
    inode = first.store.path.stat().st_ino
    second = open_at(root)
    second.refresh()
    assert not second.store.on_disk
    assert "in use by another process" in second.notices[0]
    assert second.outline("a.py") is not None
    assert first.store.path.stat().st_ino == inode


# ------------------------------------------------------------ several processes


def test_two_processes_index_at_once(many: Path, store_dir: Path) -> None:
    for _ in range(2):
        shutil.rmtree(store_dir, ignore_errors=True)
        answers = [answer(process) for process in [indexing(many, store_dir) for _ in range(2)]]
        assert [(files, found, on_disk, *notices) for files, _, found, on_disk, *notices in answers] == [
            ("1500", "2", "True"),
            ("1500", "2", "True"),
        ]
    assert answer(indexing(many, store_dir))[:3] == ["1500", "0", "2"]
    with sqlite3.connect(next(store_dir.glob("*.db"))) as connection:
        counted = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("blob", "definition")]
    connection.close()
    assert counted == [(1500,), (1500,)]


def test_two_processes_repair_one_damaged_store(many: Path, store_dir: Path) -> None:
    answer(indexing(many, store_dir))
    shred_all(next(store_dir.glob("*.db")))
    for process in [indexing(many, store_dir) for _ in range(2)]:
        assert answer(process)[:3:2] == ["1500", "2"]
    assert answer(indexing(many, store_dir))[1:] == ["0", "2", "True"]


def test_a_lock_that_is_not_released_is_named() -> None:
    from indexer.errors import StateProblem

    with (
        sqlite3.connect(":memory:") as connection,
        pytest.raises(StateProblem, match="in use by another qcode process"),
    ):
        database = Database(connection, Path("/nowhere/x.db"), None)
        with translated(database.path):
            raise busy()
    connection.close()


def busy() -> sqlite3.OperationalError:
    """The error that SQLite gives when another connection has the file locked."""
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        first = sqlite3.connect(file.name, isolation_level=None)
        second = sqlite3.connect(file.name, timeout=0, isolation_level=None)
        first.execute("BEGIN EXCLUSIVE")
        try:
            second.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            return error
        finally:
            first.close()
            second.close()
    raise AssertionError("the second lock was granted")


@pytest.mark.parametrize("done", [1, 700, 1400])
def test_a_run_that_was_killed_is_completed_by_the_next(many: Path, store_dir: Path, done: int) -> None:
    killed = indexing(many, store_dir, kill_at=done)
    killed.communicate(timeout=100)
    assert killed.returncode == -signal.SIGKILL
    files, parsed, found, *rest = answer(indexing(many, store_dir))
    assert (files, found, *rest) == ("1500", "2", "True")
    assert int(parsed) == (500 if done > 1000 else 1500)


# ------------------------------------------------------------ nowhere to write


def fill(store: Store, number: int) -> None:
    store.add([Record((f"{number:040x}", "python"), "python", None, "why " * 2000)])


def test_a_folder_that_cant_be_made(git_repo: GitRepo, open_at: OpenAt) -> None:
    index = open_at(git_repo({"a.py": "def f(): ...\n"}).root, Path("/proc/qcode"))
    index.refresh()
    assert index.outline("a.py") is not None
    assert len(index.notices) == 1
    assert "works in memory" in index.notices[0]


def test_a_file_in_the_folders_place(git_repo: GitRepo, open_at: OpenAt, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    index = open_at(git_repo({"a.py": "def f(): ...\n"}).root, tmp_path / "file")
    index.refresh()
    assert index.outline("a.py") is not None
    assert len(index.notices) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_a_read_only_folder_lends_what_it_holds(many: Path, store_dir: Path) -> None:
    answer(indexing(many, store_dir))
    open_to_everybody(store_dir)
    open_to_everybody(many)
    for file in store_dir.iterdir():
        file.chmod(0o644)
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    files, parsed, found, on_disk, *notices = answer(indexing(many, store_dir, before=nobody))
    assert (files, parsed, found, on_disk) == ("1500", "0", "2", "False")
    assert len(notices) == 1


@pytest.fixture(params=["64k", "400k"])
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    options = f"size={request.param}"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_leaves_the_answer_right(many: Path, small_disk: Path) -> None:
    files, parsed, found, on_disk, *notices = answer(indexing(many, small_disk))
    assert (files, parsed, found, on_disk) == ("1500", "1500", "2", "False")
    assert len(notices) == 1
    assert "can't be kept" in notices[0]


@pytest.mark.parametrize("kib", [1, 40, 200])
def test_a_file_that_may_not_grow_leaves_the_answer_right(many: Path, store_dir: Path, kib: int) -> None:
    limited = ("prlimit", f"--fsize={kib << 10}", "--")
    files, parsed, found, on_disk, *notices = answer(indexing(many, store_dir, before=limited))
    assert (files, parsed, found, on_disk) == ("1500", "1500", "2", "False")
    assert len(notices) == 1


def test_what_was_kept_before_the_disk_was_full_is_there_in_memory(tmp_path: Path) -> None:
    store = open_store(tmp_path, tmp_path, "maker")
    fill(store, 1)
    store._database.connection.execute("PRAGMA max_page_count = 60")
    for number in range(2, 100):
        fill(store, number)
    assert not store.on_disk
    assert len(store.known()) == 99
    store.close()
    again = open_store(tmp_path, tmp_path, "maker")
    assert (f"{1:040x}", "python") in again.known()
    again.close()
