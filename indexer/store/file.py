"""The database file: opened, made, locked, given up when it is damaged, replaced by memory where it can't be written.

Every process holds a shared lock on a file beside the database while it has it open, because a SQLite file must never
be removed under another process: only who gets the exclusive lock may remove a damaged one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from indexer.errors import StateProblem
from indexer.store.schema import SCHEMA_VERSION, TABLES

BUSY_SECONDS = 10.0
"""How long to wait for another process before giving up."""
REPAIR_SECONDS = 2.0
"""How long to wait for others to close a damaged file before working without it."""
LOCK_POLL_SECONDS = 0.02
CACHE_KIB = 16 * 1024
PAGE_BYTES = 16 * 1024
"""Of a new file; most values are of some kilobytes."""

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH}
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}


class DamagedError(Exception):
    """The database file does not hold what it should."""


class UnwritableError(Exception):
    """The database file can't be written: no room, no permission, a read-only file system."""


@dataclass(slots=True)
class Database:
    """An open database. `lock` is None for one that lives in memory."""

    connection: sqlite3.Connection
    path: Path
    lock: int | None

    def close(self) -> None:
        """Close it and let go of the lock."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None


def open_database(path: Path, maker: str) -> tuple[Database, list[str]]:
    """The database at `path`, ready to use, with notices for the user.

    A file that is damaged or was made by another `maker` is made anew; where nothing can be written the database lives
    in memory. Raises StateProblem only when another process keeps it locked.
    """
    try:
        lock = _lock_file(path)
    except OSError as error:
        return _copied_to_memory(path, maker, error.strerror or str(error))
    try:
        if not _lock_now(lock, fcntl.LOCK_EX) and not _lock_in_time(lock, fcntl.LOCK_SH, BUSY_SECONDS):
            raise locked(path)
        database, notices = _open(path, maker, lock)
        _share(lock)
        return database, notices
    except DamagedError:
        return _repair(path, maker, lock)
    except UnwritableError as reason:
        os.close(lock)
        return _copied_to_memory(path, maker, str(reason))
    except BaseException:
        os.close(lock)
        raise


def reopen_damaged(database: Database, maker: str) -> tuple[Database, list[str]]:
    """A database in the place of one that a query found damaged."""
    with contextlib.suppress(sqlite3.Error):
        database.connection.close()
    if database.lock is None:
        return _empty_memory(database.path, maker), [f"The copy of the index {database.path} was damaged."]
    return _repair(database.path, maker, database.lock)


def move_to_memory(database: Database, why: str) -> tuple[Database, list[str]]:
    """The same rows in memory, after writing the file failed."""
    memory = _connect(":memory:")
    database.connection.backup(memory)
    database.close()
    return Database(memory, database.path, None), [_memory_notice(database.path, why)]


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as DamagedError, UnwritableError, or StateProblem where another process keeps the file locked."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        text = str(error)
        if code in _LOCKED:
            raise locked(path) from error
        if code in _NO_ROOM:
            raise UnwritableError(text) from error
        if code in _DAMAGE or "no such" in text or "decode" in text:
            raise DamagedError(text) from error
        raise


def locked(path: Path) -> StateProblem:
    """The sentence for an index that another process does not let go of."""
    return StateProblem(
        f"The index {path} is in use by another qcode process and was not released within {BUSY_SECONDS:.0f} seconds.",
        "Try again when that process has ended, or set QCODE_CACHE_DIR to a folder of your own.",
    )


def _open(path: Path, maker: str, lock: int) -> tuple[Database, list[str]]:
    """The database at `path`, made if it is not there; whatever lock is needed is held by the caller."""
    with translated(path):
        _check_file(path)
        connection = _connect(str(path))
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            connection.execute("PRAGMA synchronous = NORMAL")
            outdated = _prepare(connection, maker)
        except BaseException:
            connection.close()
            raise
    notices = ["The index was made by another version of qcode and is built again."] if outdated else []
    return Database(connection, path, lock), notices


def _repair(path: Path, maker: str, lock: int) -> tuple[Database, list[str]]:
    """An empty database in the place of a damaged file, or in memory while another process has that file open."""
    if not _lock_in_time(lock, fcntl.LOCK_EX, REPAIR_SECONDS):
        os.close(lock)
        return _empty_memory(path, maker), [
            f"The index {path} is damaged and in use by another process; this run works in memory."
        ]
    try:
        # Another process may have put a sound file there while this one waited for the lock.
        if not _is_sound(path):
            _remove(path)
        database, _ = _open(path, maker, lock)
        _share(lock)
        return database, [f"The index {path} was damaged and is built again."]
    except (OSError, UnwritableError, DamagedError) as reason:
        os.close(lock)
        return _empty_memory(path, maker), [_memory_notice(path, str(reason))]


def _copied_to_memory(path: Path, maker: str, why: str) -> tuple[Database, list[str]]:
    """A database in memory that starts with what the file at `path` holds, where that can be read."""
    notices = [_memory_notice(path, why)]
    if not os.path.isfile(path):  # noqa: PTH113 - a name too long for the system is no file, and no failure
        return _empty_memory(path, maker), notices
    memory = _connect(":memory:")
    try:
        # `immutable` because SQLite's own lock files can't be made in that folder.
        with contextlib.closing(_connect(f"file:{quote(os.fsencode(path))}?immutable=1", uri=True)) as source:
            source.backup(memory)
        _prepare(memory, maker)
    except sqlite3.Error:
        memory.close()
        return _empty_memory(path, maker), notices
    return Database(memory, path, None), notices


def _empty_memory(path: Path, maker: str) -> Database:
    memory = _connect(":memory:")
    _prepare(memory, maker)
    return Database(memory, path, None)


def _memory_notice(path: Path, why: str) -> str:
    return f"The index can't be kept in {path.parent} ({why}), so this run works in memory."


def _connect(name: str, uri: bool = False) -> sqlite3.Connection:
    # An index may be handed from one thread to another; that two do not use it at once is its owner's duty.
    connection = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, uri=uri, check_same_thread=False)
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _prepare(connection: sqlite3.Connection, maker: str) -> bool:
    """Make the tables where they are missing; True where rows of another version had to go."""
    if _version(connection) == (SCHEMA_VERSION, maker):
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        if _version(connection) != (SCHEMA_VERSION, maker):
            for (table,) in tables:
                connection.execute('DROP TABLE "' + table.replace('"', '""') + '"')
            for statement in TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('maker', ?)", (maker,))
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return bool(tables)


def _version(connection: sqlite3.Connection) -> tuple[int, str]:
    number = connection.execute("PRAGMA user_version").fetchone()[0]
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = 'maker'").fetchone()
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return number, ""
    return number, row[0] if row else ""


def _check_file(path: Path) -> None:
    """Make the file private from its first byte; DamagedError where it is no file or shorter than its header says."""
    if path.is_dir():
        raise DamagedError(f"{path} is a folder")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnwritableError(error.strerror or str(error)) from error
    try:
        header = os.read(descriptor, 100)
        size = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    # While a log is there, the file may lag behind its header: a process that was killed left both half way.
    log = path.with_name(path.name + "-wal")
    if len(header) == 100 and not (log.exists() and log.stat().st_size):
        page = int.from_bytes(header[16:18], "big")
        pages = int.from_bytes(header[28:32], "big")
        if size < pages * (65536 if page == 1 else page):
            raise DamagedError(f"{path} is cut off")


def _is_sound(path: Path) -> bool:
    try:
        with contextlib.closing(_connect(str(path))) as connection:
            return _has_tables(connection) and connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        return False


def _has_tables(connection: sqlite3.Connection) -> bool:
    """Whether the tables are as they should be, or none are there yet, or they are of another version."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
        return True
    statements = "SELECT name, sql FROM sqlite_master ORDER BY name"
    with contextlib.closing(sqlite3.connect(":memory:")) as model:
        model.executescript(TABLES)
        return connection.execute(statements).fetchall() == model.execute(statements).fetchall()


def _remove(path: Path) -> None:
    """Take the damaged file away; a folder in its place is moved aside, since it can't be ours."""
    if path.is_dir():
        path.rename(path.with_name(f"{path.name}.aside-{time.time_ns()}"))
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _lock_file(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _share(lock: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_SH)


def _lock_now(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_in_time(lock: int, kind: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not _lock_now(lock, kind):
        if time.monotonic() > until:
            return False
        time.sleep(LOCK_POLL_SECONDS)
    return True
